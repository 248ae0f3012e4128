#include "tests/simulation/adversary.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/projector_process.h"
#include "tests/simulation/replica_process.h"

namespace stadspoort::simulation {

Adversary::Adversary(World& world)
    : world_(world),
      random_(world.random),
      pace_(random_.Between(1, 10)),
      checks_(random_.Between(4, 24)),
      writes_(random_.Between(2, 10)),
      next_strike_(random_.Between(20, 80)) {
  // Each run has its own mixture; some troubles only show when others stay away.
  for (int& weight : weights_) {
    weight = random_.Percent(45) ? random_.Between(1, 10) : 0;
    weight_ += weight;
  }
  if (weight_ == 0) weight_ = weights_[static_cast<size_t>(Strike::kPromote)] = 1;
}

void Adversary::Step(int step) {
  PassTime();
  if (!resumes_.empty()) ResumeWhatIsDue();
  if (step >= next_strike_) {
    HitAtLeastOne();
    next_strike_ = step + random_.Between(10, 150);
    return;
  }
  if (armed_ && AnApply() != nullptr) {
    const Strike strike = *std::exchange(armed_, std::nullopt);
    if (HitCall(strike)) Count(strike);
    return;
  }
  Choose();
}

void Adversary::PassTime() {
  const int roll = random_.Below(100);
  if (roll < 70) {
    world_.now += random_.Between(1, 200);
  } else if (roll < 90) {
    world_.now += Micros{random_.Between(1, 1'500)} * pace_;
  } else if (roll < 99) {
    JumpToSomebodysTime();
  } else {
    world_.now += random_.Between(1, 20 * pace_) * kMillisecond;
  }
}

void Adversary::JumpToSomebodysTime() {
  const int count = static_cast<int>(world_.replicas.size());
  const int index = random_.Below(count + 2);
  const Micros at = index < count ? world_.replicas[static_cast<size_t>(index)]->NextAt()
                                  : world_.projectors[static_cast<size_t>(index - count)]->NextAt();
  if (at > world_.now && at < world_.now + 300 * kMillisecond) world_.now = at;
}

void Adversary::Choose() {
  for (int tries = 0; tries < 4; ++tries) {
    const int roll = random_.Below(100);
    bool done = false;
    if (roll < 45) {  // NOLINT(bugprone-branch-clone): what is left over is moved on too
      done = MoveCall();
    } else if (roll < 60) {
      done = PollSomebody();
    } else if (roll < 60 + checks_) {
      done = CheckSomething();
    } else if (roll < 60 + checks_ + writes_) {
      done = WriteSomething();
    } else if (roll > 97) {
      done = Upkeep();
    } else {
      done = MoveCall();
    }
    if (done) return;
  }
}

Call* Adversary::AnyCall() {
  const auto count = static_cast<int>(world_.calls());
  return count == 0 ? nullptr : &world_.call(static_cast<size_t>(random_.Below(count)));
}

bool Adversary::MoveCall() {
  for (int tries = 0; tries < 3; ++tries) {
    Call* const call = AnyCall();
    if (call == nullptr) return false;
    const Owner owner = call->owner;
    const bool answer = call->phase == Call::Phase::kAnswer;
    if (!world_.Advance(*call)) continue;
    // A process goes on at once, or it does not.
    if (answer && random_.Percent(75)) {
      const auto at = static_cast<size_t>(owner.index);
      if (owner.role == Role::kReplica) world_.replicas[at]->Poll();
      if (owner.role == Role::kProjector) world_.projectors[at]->Poll();
    }
    return true;
  }
  return false;
}

bool Adversary::PollSomebody() {
  const int count = static_cast<int>(world_.replicas.size());
  const int index = random_.Below(count + 2);
  if (index < count) return world_.replicas[static_cast<size_t>(index)]->Poll();
  return world_.projectors[static_cast<size_t>(index - count)]->Poll();
}

bool Adversary::CheckSomething() {
  auto& replica =
      *world_
           .replicas[static_cast<size_t>(random_.Below(static_cast<int>(world_.replicas.size())))];
  if (random_.Percent(50) && replica.StepCheck()) return true;
  if (!replica.BeginCheck(random_.Below(kSubjects), random_.Percent(15))) return false;
  if (random_.Percent(60)) replica.StepCheck();
  return true;
}

bool Adversary::WriteSomething() {
  int writing = 0;
  for (size_t i = 0; i < world_.calls(); ++i) {
    writing += world_.call(i).kind == CallKind::kWrite ? 1 : 0;
  }
  if (writing >= 3) return false;
  Call& call = world_.Send(CallKind::kWrite, Owner(), world_.NewSession());
  call.subject = random_.Below(kSubjects);
  call.permitted = random_.Percent(50);
  return true;
}

// What happens in any installation, and what makes room for more trouble.
bool Adversary::Upkeep() {
  switch (random_.Below(6)) {
    case 0:
    case 1:
      world_.NoticeDepartures();
      return true;
    case 2:
      if (!world_.primary().standby) {
        world_.primary().AttachStandby();
      } else if (random_.Percent(10)) {
        world_.primary().DetachStandby();
      }
      return true;
    case 3:
      world_.redis.Dump();
      return true;
    case 4: {
      // A client's patience ends.
      Call* const call = AnyCall();
      if (call == nullptr || world_.now - call->sent < 300 * kMillisecond) return false;
      world_.GiveUp(*call);
      return true;
    }
    default:
      return world_.replicas.front()->LeaveSomeCheck();
  }
}

void Adversary::ResumeWhatIsDue() {
  for (size_t i = 0; i < resumes_.size();) {
    const Resume resume = resumes_[i];
    if (world_.now < resume.at) {
      ++i;
      continue;
    }
    resumes_.erase(resumes_.begin() + static_cast<std::ptrdiff_t>(i));
    Undo(resume);
  }
}

void Adversary::Undo(const Resume& resume) {
  const auto at = static_cast<size_t>(resume.index);
  switch (resume.what) {
    case Resume::What::kReplica:
      world_.replicas[at]->paused = false;
      break;
    case Resume::What::kProjector:
      world_.projectors[at]->paused = false;
      break;
    case Resume::What::kServer:
      world_.servers[at].paused = false;
      world_.servers[at].up = !world_.servers[at].gone;
      break;
    case Resume::What::kRoute:
      world_.mixed = false;
      world_.route = world_.primary().id();
      break;
    case Resume::What::kRedis:
      world_.redis.up = true;
      break;
    case Resume::What::kStandby:
      // Only the primary's: what is left behind by a promotion has none.
      if (world_.primary().id() == resume.index) {
        world_.primary().linked = world_.primary().standby;
      }
      break;
  }
}

void Adversary::Heal() {
  for (const Resume& resume : resumes_) Undo(resume);
  resumes_.clear();
  world_.mixed = false;
  world_.route = world_.primary().id();
  for (Server& server : world_.servers) {
    server.paused = false;
    server.up = !server.gone;
    if (server.id() == world_.primary().id()) {
      server.linked = server.standby;
      server.impatient = false;
    } else if (random_.Percent(50)) {
      // Ended at last. Else it goes on believing that it is the primary.
      server.Crash(random_);
      server.gone = true;
    }
  }
  for (size_t i = 0; i < world_.calls(); ++i) world_.call(i).held_until = 0;
  if (world_.tracing()) world_.Trace("ALL TROUBLE ENDS");
}

}  // namespace stadspoort::simulation
