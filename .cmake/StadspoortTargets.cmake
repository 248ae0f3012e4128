# How every target of this project is made: warnings, sanitizers, tests. Nothing else sets compiler flags.

add_library(stadspoort_flags INTERFACE)
target_compile_options(stadspoort_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                  -Wsign-conversion -Wnon-virtual-dtor -Werror
                                                  # GCC 12 sees overlaps in string concatenations that are none (GCC bug 105651).
                                                  -Wno-restrict)
target_include_directories(stadspoort_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_link_libraries(stadspoort_flags INTERFACE Threads::Threads)

# The sanitizer is a property of the whole build, generated code included.
if(STADSPOORT_SANITIZER STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  # For code that takes longer to compile than to run.
  set(STADSPOORT_COMPILE_QUICKLY -O0)
elseif(STADSPOORT_SANITIZER STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(NOT STADSPOORT_SANITIZER STREQUAL "none")
  message(FATAL_ERROR "STADSPOORT_SANITIZER is none, address or thread, not ${STADSPOORT_SANITIZER}")
endif()

# stadspoort_library(NAME SOURCES a.cc ... DEPS lib ...): a room's static library. What a room may depend on is
# exactly its DEPS.
function(stadspoort_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE stadspoort_flags)
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
endfunction()

# stadspoort_program(NAME SOURCES ... DEPS ...): an executable.
function(stadspoort_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} stadspoort_flags)
endfunction()

# Everything that the thread sanitizer runs.
add_custom_target(nogrpc_tests)

# stadspoort_test(NAME SOURCES ... DEPS ... [NOGRPC] [DATABASE] [TIMEOUT s]): a GoogleTest program and its entry in ctest.
function(stadspoort_test name)
  cmake_parse_arguments(ARG "NOGRPC;DATABASE" "TIMEOUT" "SOURCES;DEPS" ${ARGN})
  stadspoort_program(${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS} GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE STADSPOORT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  stadspoort_test_properties(${name} ${ARGN})
endfunction()

# The properties every test shares: a time limit against hangs (never a speed check), sanitizer options, and
#   NOGRPC    the test has no gRPC in it, so the thread sanitizer sees all of it (the system's gRPC is not instrumented);
#   DATABASE  the test talks to the private PostgreSQL or Redis that the fixture `servers` starts for the whole ctest
#             run; the environment variable STADSPOORT_TEST_SERVERS names the folder with their addresses.
function(stadspoort_test_properties name)
  cmake_parse_arguments(ARG "NOGRPC;DATABASE" "TIMEOUT" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 900)
  endif()
  set(environment
      "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
      "UBSAN_OPTIONS=print_stacktrace=1"
      "TSAN_OPTIONS=suppressions='${CMAKE_SOURCE_DIR}/tests/tsan.supp'")
  if(ARG_DATABASE)
    list(APPEND environment "STADSPOORT_TEST_SERVERS=${CMAKE_BINARY_DIR}/servers")
    set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED servers)
  endif()
  if(ARG_NOGRPC)
    set_tests_properties(${name} PROPERTIES LABELS nogrpc)
    if(TARGET ${name})
      add_dependencies(nogrpc_tests ${name})
    endif()
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT "${environment}")
endfunction()
