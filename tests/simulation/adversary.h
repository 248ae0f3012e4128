#pragma once

#include <array>
#include <optional>
#include <vector>

#include "tests/simulation/tally.h"
#include "tests/simulation/world.h"

namespace stadspoort::simulation {

// Decides what happens next. It is unfair, but not for ever: Heal() ends all trouble.
class Adversary {
 public:
  explicit Adversary(World& world);

  void Step(int step);
  // Everything is put right, but what was lost is lost.
  void Heal();

 private:
  struct Resume {
    Micros at;
    enum class What : uint8_t { kReplica, kProjector, kServer, kRoute, kRedis, kStandby } what;
    int index;
  };

  void ResumeWhatIsDue();
  void Undo(const Resume& resume);
  void PassTime();
  void Choose();
  bool MoveCall();
  bool PollSomebody();
  bool CheckSomething();
  bool WriteSomething();
  bool Upkeep();
  Call* AnyCall();
  Call* AnApply();
  void JumpToSomebodysTime();

  bool Hit(Strike strike);
  bool HitProcess(Strike strike);
  bool HitPostgres(Strike strike);
  bool HitRedis(Strike strike);
  bool HitCall(Strike strike);
  bool TwoProjectors();
  bool Promote();
  bool CancelWaits();
  void HitAtLeastOne();
  void Count(Strike strike);
  Server& AnyServer();
  Micros Pause();

  World& world_;
  Random& random_;
  // Of this run: how time passes, and how likely each strike is.
  int pace_;
  int checks_;
  int writes_;
  std::array<int, kStrikes> weights_{};
  int weight_ = 0;
  int next_strike_;
  std::optional<Strike> armed_;  // for the next batch that is handed to Redis

  std::vector<Resume> resumes_;
};

}  // namespace stadspoort::simulation
