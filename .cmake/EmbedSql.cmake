# SQL files as constants of the program: one file a statement, its name the statement's name.
#
#   stadspoort_embed_sql(TARGET DIR folder [NAMESPACE name])
#     folder/enrol_right.sql -> stadspoort::postgres::<NAMESPACE, default sql>::kEnrolRight
#   stadspoort_embed_migrations(TARGET DIR folder [NAMESPACE name])
#     folder/NNNN_slug.sql -> the array stadspoort::postgres[::NAMESPACE]::kMigrations, in order
#
# The header is build/generated/<folder>.h, folder seen from the root of the tree, to be included as
# "<folder>.h". TARGET is an existing target; it and everything that links it is compiled after the header.
# Editing, adding or removing a file makes the header anew. Also run by CMake itself as the script that writes the
# header, at build time.

if(CMAKE_SCRIPT_MODE_FILE)
  cmake_minimum_required(VERSION 3.25)  # before the functions: they take their policies from here
endif()

# ---- The script -----------------------------------------------------------------------------------------------------

# The C++ literal of a text: raw, with a delimiter that does not occur in it, and in pieces, because compilers may
# bound the length of one literal (64 KiB is the least the standard suggests). A piece is at least this many bytes and
# ends where a line ends, never within a character.
set(EMBED_PIECE_BYTES 2000)

function(embed_literal text result)
  set(delimiter "sql")
  set(tries 0)
  while(TRUE)
    string(FIND "${text}" ")${delimiter}\"" found)
    if(found EQUAL -1)
      break()
    endif()
    math(EXPR tries "${tries} + 1")
    set(delimiter "sql${tries}")
  endwhile()

  set(literal "")
  set(rest "${text}")
  while(TRUE)
    string(LENGTH "${rest}" length)
    if(length LESS_EQUAL EMBED_PIECE_BYTES)
      break()
    endif()
    string(SUBSTRING "${rest}" ${EMBED_PIECE_BYTES} -1 tail)
    string(FIND "${tail}" "\n" end)
    if(end EQUAL -1)
      break()
    endif()
    math(EXPR end "${EMBED_PIECE_BYTES} + ${end} + 1")
    string(SUBSTRING "${rest}" 0 ${end} piece)
    string(SUBSTRING "${rest}" ${end} -1 rest)
    string(APPEND literal "R\"${delimiter}(${piece})${delimiter}\"\n    ")
  endwhile()
  string(APPEND literal "R\"${delimiter}(${rest})${delimiter}\"")
  set(${result} "${literal}" PARENT_SCOPE)
endfunction()

# enrol_right -> kEnrolRight
function(embed_constant_name name result)
  set(constant "k")
  string(REPLACE "_" ";" words "${name}")
  foreach(word IN LISTS words)
    string(SUBSTRING "${word}" 0 1 first)
    string(SUBSTRING "${word}" 1 -1 others)
    string(TOUPPER "${first}" first)
    string(APPEND constant "${first}${others}")
  endforeach()
  set(${result} "${constant}" PARENT_SCOPE)
endfunction()

# A text that becomes a prepared statement or a migration says something.
function(embed_read path result)
  file(READ "${path}" text)
  string(STRIP "${text}" stripped)
  if(stripped STREQUAL "")
    message(FATAL_ERROR "${path} is empty")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

function(embed_write_statements files result)
  set(body "")
  foreach(path IN LISTS files)
    get_filename_component(FILE_NAME "${path}" NAME)
    get_filename_component(name "${path}" NAME_WE)
    string(LENGTH "${name}" length)
    if(NOT FILE_NAME MATCHES "^[a-z][a-z0-9]*(_[a-z0-9]+)*\\.sql$" OR length GREATER 63)
      message(FATAL_ERROR "${path}: a statement's file is named in snake_case, at most 63 bytes, and ends in .sql")
    endif()
    if(name MATCHES "^client_")
      message(FATAL_ERROR "${path}: client_ begins the names of the client's own statements")
    endif()
    embed_read("${path}" text)
    embed_literal("${text}" literal)
    embed_constant_name("${name}" constant)
    string(APPEND body "inline constexpr Statement ${constant}{\n    \"${name}\",\n    ${literal}};\n\n")
  endforeach()
  set(${result} "${body}" PARENT_SCOPE)
endfunction()

function(embed_write_migrations files result)
  list(LENGTH files count)
  set(body "inline constexpr std::array<Migration, ${count}> kMigrations{{\n")
  set(expected 1)
  foreach(path IN LISTS files)
    get_filename_component(FILE_NAME "${path}" NAME)
    if(NOT FILE_NAME MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9]+(_[a-z0-9]+)*)\\.sql$")
      message(FATAL_ERROR "${path}: a migration's file is named NNNN_slug.sql")
    endif()
    set(slug "${CMAKE_MATCH_2}")
    string(REGEX REPLACE "^0+" "" number "${CMAKE_MATCH_1}")
    if(NOT number STREQUAL expected)
      message(FATAL_ERROR "${path}: migrations are numbered from 0001 without a gap; this should be ${expected}")
    endif()
    math(EXPR expected "${expected} + 1")
    embed_read("${path}" text)
    embed_literal("${text}" literal)
    string(APPEND body "    {${number},\n    \"${slug}\",\n    ${literal}},\n")
  endforeach()
  string(APPEND body "}};\n\n")
  set(${result} "${body}" PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  # KIND, NAMESPACE, MANIFEST (a file with one path a line) and OUTPUT are given on the command line.
  file(STRINGS "${MANIFEST}" files)
  list(SORT files)
  if(KIND STREQUAL "migrations")
    embed_write_migrations("${files}" body)
    set(includes "#include <array>\n\n")
  else()
    embed_write_statements("${files}" body)
    set(includes "")
  endif()
  file(WRITE "${OUTPUT}" "// Made by .cmake/EmbedSql.cmake from the .sql files; change those.\n#pragma once\n\n${includes}"
                         "#include \"storage/postgres/client/statement.h\"\n\nnamespace ${NAMESPACE} {\n\n${body}"
                         "}  // namespace ${NAMESPACE}\n")
  return()
endif()

# ---- The functions --------------------------------------------------------------------------------------------------

set(STADSPOORT_EMBED_SQL_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

function(stadspoort_embed target kind namespace folder)
  get_filename_component(folder "${folder}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  file(RELATIVE_PATH inner "${CMAKE_SOURCE_DIR}" "${folder}")
  set(output "${CMAKE_BINARY_DIR}/generated/${inner}.h")
  string(MAKE_C_IDENTIFIER "${inner}_header" maker)

  file(GLOB files CONFIGURE_DEPENDS "${folder}/*.sql")
  list(SORT files)
  # The list itself is an input, so that a removed file makes the header anew as well.
  set(manifest "${CMAKE_BINARY_DIR}/generated/${inner}.files")
  string(REPLACE ";" "\n" lines "${files}")
  file(CONFIGURE OUTPUT "${manifest}" CONTENT "${lines}\n" @ONLY)

  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DKIND=${kind}" "-DNAMESPACE=${namespace}" "-DMANIFEST=${manifest}"
            "-DOUTPUT=${output}" -P "${STADSPOORT_EMBED_SQL_SCRIPT}"
    DEPENDS ${files} "${manifest}" "${STADSPOORT_EMBED_SQL_SCRIPT}"
    COMMENT "Embedding ${inner}"
    VERBATIM)
  add_custom_target(${maker} DEPENDS "${output}")
  add_dependencies(${target} ${maker})
endfunction()

function(stadspoort_embed_sql target)
  cmake_parse_arguments(ARG "" "DIR;NAMESPACE" "" ${ARGN})
  if(NOT ARG_NAMESPACE)
    set(ARG_NAMESPACE sql)
  endif()
  stadspoort_embed(${target} statements stadspoort::postgres::${ARG_NAMESPACE} "${ARG_DIR}")
endfunction()

function(stadspoort_embed_migrations target)
  cmake_parse_arguments(ARG "" "DIR;NAMESPACE" "" ${ARGN})
  set(namespace stadspoort::postgres)
  if(ARG_NAMESPACE)
    string(APPEND namespace "::${ARG_NAMESPACE}")
  endif()
  stadspoort_embed(${target} migrations ${namespace} "${ARG_DIR}")
endfunction()
