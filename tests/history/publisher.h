#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "tests/history/board.h"
#include "tests/history/doors.h"
#include "tests/history/log.h"

namespace stadspoort::history {

// Publishes zone versions, at once or ahead, calls some of those back, and adds and removes a
// holiday, in a city of its own, with as many checks between two writes as are worth it. After a
// while, or after an outcome it does not know, it founds another city.
class Publisher {
 public:
  Publisher(Board& board, Doors& doors, std::string city_prefix, uint32_t seed,
            absl::Duration patience);

  // Until the board is stopped.
  void Run();
  Log& log() { return log_; }

 private:
  struct Rule {
    size_t place;
    TargetPtr target;
    bool open = false;
    int64_t called_back = 0;  // since its newest version that holds
  };

  // False: no daemon, or none that could do it.
  bool FoundCity();
  void AwaitChecks();
  void WriteOnce();
  // A version that takes force by itself, while it is asked about.
  void PublishAhead(const Door& door, Rule& rule);
  // One that would, and is called back long before: no answer may ever show it.
  void CallBack(const Door& door, Rule& rule);
  // Counts, and leaves the city where the outcome is not the one hoped for.
  void Took(const grpc::Status& status, Outcome outcome);
  WriteKind KindOfNext(const Rule& rule) const;
  grpc::Status Send(const Door& door, const Rule& rule, Write& write, bool changes_nothing);
  bool Chance(double share) { return std::bernoulli_distribution(share)(random_); }

  Board& board_;
  Doors& doors_;
  std::string city_prefix_;
  absl::Duration patience_;
  std::mt19937 random_;
  std::vector<Rule> rules_;  // the first is the calendar
  std::string city_;
  int cities_ = 0;
  int writes_left_ = 0;  // in this city
  int64_t next_at_ = 0;  // checks
  Log log_;
};

}  // namespace stadspoort::history
