#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "tests/history/board.h"
#include "tests/history/doors.h"
#include "tests/history/log.h"

namespace stadspoort::history {

// Enrols, ends, suspends, resumes and revokes rights on plates of its own, one write after the
// other, and hands each plate over to be checked before and after it writes. One a thread.
class PlateWriter {
 public:
  // `number`: among the writers; its plates have it in their text.
  PlateWriter(Board& board, Doors& doors, std::string city, int number, int plates,
              double covered_share, uint32_t seed, absl::Duration patience, absl::Duration pause);

  // Until the board is stopped.
  void Run();
  Log& log() { return log_; }

 private:
  enum class RightState : uint8_t { kHolds, kSuspended, kEnded, kRevoked };
  struct Right {
    std::string name;
    std::string reference;
    RightState state = RightState::kHolds;
  };
  struct Plate {
    size_t place;
    TargetPtr target;
    std::vector<Right> rights;  // the n-th is the subject's part n
    bool covered = false;       // one of them holds at any time
  };
  using Send = absl::FunctionRef<grpc::Status(const Door&)>;

  // To those who check: a covered plate only once its first right is there, as a car is that
  // drives after its right was bought.
  static bool Shown(const Plate& plate) { return !plate.covered || !plate.rights.empty(); }

  // The place keeps the plate it had until the new one is shown.
  void TakeNewPlate(Plate& plate);
  void WriteOnce(Plate& plate);
  WriteKind Choose(const Plate& plate);
  // One that is in this state; the plate has one.
  size_t RightIn(const Plate& plate, RightState state);

  void Enrol(Plate& plate);
  void Change(Plate& plate, size_t right, WriteKind kind);
  // Writes that change nothing: one that is refused, or one that is said twice.
  void EnrolUnderUsedReference(Plate& plate);
  void ChangeAgain(Plate& plate, size_t right);

  // Sends and records the write; false when the plate was given up, as nobody knows its state.
  bool Perform(Plate& plate, WriteKind kind, size_t part, bool changes_nothing, Send send);
  bool Chance(double share) { return std::bernoulli_distribution(share)(random_); }

  Board& board_;
  Doors& doors_;
  std::string city_;
  int number_;
  absl::Duration patience_;
  absl::Duration pause_;
  std::mt19937 random_;
  std::vector<Plate> plates_;
  int plates_taken_ = 0;
  int references_ = 0;
  Log log_;
};

}  // namespace stadspoort::history
