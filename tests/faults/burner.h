#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "tests/faults/database.h"

namespace stadspoort::faults {

// Takes transaction ids all the time, some ten thousand a second, in subtransactions of a
// transaction that never commits; for three seconds, or until the server goes away. A crash gives
// back those that the log on disk does not know of: all since the last commit of anybody.
class Burner {
 public:
  explicit Burner(std::string conninfo);
  ~Burner();
  // The server has gone away. The greatest id that anybody may have seen handed out, or as next.
  int64_t Seen();

 private:
  void Burn() const;
  void Look();

  const std::string conninfo_;
  std::atomic<bool> stopping_ = false;
  int64_t seen_ = 0;
  std::thread looker_;
  std::thread burner_;
};

// The first transaction id that the server handed out after it had recovered, within minutes.
int64_t RecoveredXid(Sql& sql);

}  // namespace stadspoort::faults
