#pragma once

#include <cstddef>
#include <latch>
#include <thread>
#include <vector>

namespace stadspoort::testing {

// Asks for every i in [0, count) at the same moment, each in a thread of its own; what each was
// told.
template <typename Ask>
auto AtOnce(size_t count, Ask ask) {
  std::vector<decltype(ask(size_t{0}))> told(count);
  std::latch ready(static_cast<std::ptrdiff_t>(count));
  std::vector<std::thread> threads;
  threads.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      ready.arrive_and_wait();
      told[i] = ask(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return told;
}

}  // namespace stadspoort::testing
