#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/history/board.h"
#include "tests/history/doors.h"
#include "tests/history/log.h"

namespace stadspoort::history {

// Checks, single and in batches, of any daemon: what is being written at the moment, and beside it
// whatever else there is. One a thread.
class Asker {
 public:
  Asker(Board& board, Doors& doors, std::string plates_city, uint32_t seed, double strong_share,
        double absent_share, absl::Duration patience);

  // Until the board is stopped.
  void Run();
  Log& log() { return log_; }

 private:
  std::vector<TargetPtr> ChoosePlates();
  // Rules that are being written; without any, now and then, any of them; otherwise nothing.
  std::vector<TargetPtr> ChooseRules();
  // Something that need not be written at the moment.
  TargetPtr AnyPlate();
  void Ask(const std::vector<TargetPtr>& targets);
  grpc::Status Send(const Door& door, const std::vector<TargetPtr>& targets, bool strong,
                    std::vector<checks::v1::CheckAnswer>& answers) const;
  bool Chance(double share) { return std::bernoulli_distribution(share)(random_); }

  Board& board_;
  Doors& doors_;
  std::string plates_city_;
  std::mt19937 random_;
  double strong_share_;
  double absent_share_;
  absl::Duration patience_;
  uint32_t absent_;  // the subject of all plates that nobody enrols
  Log log_;
};

}  // namespace stadspoort::history
