#pragma once

#include <sys/types.h>

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tests/faults/database.h"

namespace stadspoort::testing {
class Daemon;
}  // namespace stadspoort::testing

namespace stadspoort::faults {

// The daemons of one register, numbered. Addresses may be asked for from any thread; everything
// else is for the one thread of the test.
class Fleet {
 public:
  struct Member {
    std::vector<std::string> options;
    std::string conninfo = {};  // empty: the register's
  };
  Fleet(const Database& database, std::vector<Member> members);
  ~Fleet();

  std::vector<std::string> Addresses() const;
  size_t size() const { return daemons_.size(); }
  // Of one that is there.
  const testing::Daemon& operator[](size_t number) const { return *daemons_[number]; }
  pid_t pid(size_t number) const;
  std::string Log(size_t number) const;

  // What it had logged.
  std::string Kill(size_t number);
  // As a balancer does with one that does not answer: nobody calls it, until it is shown again.
  void Hide(size_t number);
  void Show(size_t number);
  // `kNo`: it is called as soon as it listens, before it says that it is ready.
  enum class Ready { kNo, kYes };
  // Of one that was killed: its successor, at another address.
  void Start(size_t number, Ready ready = Ready::kYes);

 private:
  const Database& database_;
  const std::vector<Member> members_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<testing::Daemon>> daemons_;
  std::set<size_t> hidden_;
};

}  // namespace stadspoort::faults
