#pragma once

#include "tests/simulation/world.h"

namespace stadspoort::simulation {

// After all trouble: everybody gets his turn, nothing is lost. Then every replica must answer
// definitively again, memory and Redis must hold what the record holds.
class Settling {
 public:
  explicit Settling(World& world) : world_(world) {}
  void Run();

 private:
  // Everybody once.
  void Round();
  bool AdvanceCalls();
  bool PollAll();
  void JumpToNext();
  // Until `done`, or it is a failure to live.
  template <typename Done>
  bool Until(Done done, const char* what);
  bool InStep() const;
  bool HoldsTheRecord() const;
  void WriteAll();
  void CheckAll();
  bool Idle() const;
  uint64_t Unknown() const;

  World& world_;
  Micros deadline_ = 0;
};

}  // namespace stadspoort::simulation
