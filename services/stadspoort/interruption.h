#pragma once

#include <functional>
#include <thread>

namespace stadspoort::client {

// While it lives, an interruption (SIGINT, which is Ctrl-C, or SIGTERM) does not end the program
// but calls `stop`, on a thread of its own and once. One at a time.
class Interruption {
 public:
  explicit Interruption(std::function<void()> stop);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

 private:
  std::thread watcher_;
};

}  // namespace stadspoort::client
