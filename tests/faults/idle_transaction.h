#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "tests/faults/database.h"

namespace stadspoort::faults {

// A transaction that holds an id and does nothing: until it ends, every snapshot has it in
// progress. It is looked at all the time.
class IdleTransaction {
 public:
  // Returns when no transaction in progress is older.
  explicit IdleTransaction(const std::string& conninfo);
  ~IdleTransaction();
  IdleTransaction(const IdleTransaction&) = delete;
  IdleTransaction& operator=(const IdleTransaction&) = delete;

  struct Held {
    absl::Duration open;        // as the server says
    int64_t ids_meanwhile = 0;  // that were handed out
    int64_t looks = 0;
    int64_t not_oldest = 0;  // looks that found another id to be the oldest in progress
  };
  // Rolls it back. Once.
  Held End();

 private:
  void Look();

  const std::string conninfo_;
  Sql sql_;
  int64_t id_ = 0;
  std::atomic<bool> stopping_ = false;
  int64_t looks_ = 0;  // of the looker, as is:
  int64_t not_oldest_ = 0;
  std::thread looker_;
};

}  // namespace stadspoort::faults
