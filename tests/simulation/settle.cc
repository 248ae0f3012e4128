#include "tests/simulation/settle.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/simulation/projector_process.h"
#include "tests/simulation/replica_process.h"

namespace stadspoort::simulation {
namespace {

// A client's patience with one call.
constexpr Micros kTimeout = 500 * kMillisecond;
// Until everything must be right again: old sessions time out, a new epoch waits out the lease,
// indexes load, Redis is filled.
constexpr Micros kRecovery = 10 * kSecond;

}  // namespace

bool Settling::AdvanceCalls() {
  bool moved = false;
  for (size_t i = world_.calls(); i-- > 0;) {
    if (i >= world_.calls()) continue;
    Call& call = world_.call(i);
    if (call.phase != Call::Phase::kAnswer && world_.now - call.sent > kTimeout) {
      world_.GiveUp(call);
    }
    if (world_.Advance(call)) {
      moved = true;
      ++world_.tally.steps;
    }
  }
  return moved;
}

bool Settling::PollAll() {
  bool did = false;
  for (const auto& replica : world_.replicas) {
    did |= replica->Poll();
    while (replica->StepCheck()) did = true;
  }
  for (const auto& projector : world_.projectors) did |= projector->Poll();
  return did;
}

void Settling::JumpToNext() {
  Micros next = world_.now + 10 * kMillisecond;
  for (const auto& replica : world_.replicas) next = std::min(next, replica->NextAt());
  for (const auto& projector : world_.projectors) {
    if (projector->at_rest()) next = std::min(next, projector->NextAt());
  }
  world_.now = std::max(next, world_.now + 100);
}

void Settling::Round() {
  world_.NoticeDepartures();
  const bool moved = AdvanceCalls();
  if (PollAll() || moved) {
    world_.now += 50;
  } else {
    JumpToNext();
  }
}

template <typename Done>
bool Settling::Until(Done done, const char* what) {
  while (!done()) {
    if (world_.failed()) return false;
    if (world_.now > deadline_) {
      world_.Fail(Oracle::Rule::kLiveness, absl::StrCat("for ever: ", what));
      return false;
    }
    Round();
  }
  return !world_.failed();
}

bool Settling::InStep() const {
  const bool projected = std::any_of(world_.projectors.begin(), world_.projectors.end(),
                                     [this](const auto& projector) {
                                       return projector->active() && projector->in_step() &&
                                              projector->session()->server == world_.primary().id();
                                     });
  if (!projected || !world_.primary().open() || !world_.redis.marked()) return false;
  return world_.redis.watermark().generation == world_.primary().row().generation;
}

bool Settling::Idle() const {
  return std::all_of(world_.replicas.begin(), world_.replicas.end(),
                     [](const auto& replica) { return replica->idle(); });
}

uint64_t Settling::Unknown() const {
  uint64_t sum = 0;
  for (const auto& replica : world_.replicas) sum += replica->unknown();
  return sum;
}

void Settling::WriteAll() {
  for (int subject = 0; subject < kSubjects; subject += 2) {
    Call& call = world_.Send(CallKind::kWrite, Owner(), world_.NewSession());
    call.subject = subject;
    call.permitted = world_.random.Percent(50);
  }
}

void Settling::CheckAll() {
  for (const auto& replica : world_.replicas) {
    for (int subject = 0; subject < kSubjects; ++subject) replica->BeginCheck(subject, false);
    replica->BeginCheck(world_.random.Below(kSubjects), true);
  }
}

bool Settling::HoldsTheRecord() const {
  const Entries& record = world_.primary().entries();
  for (const auto& replica : world_.replicas) {
    if (!replica->hosts()) continue;
    if (!replica->fresh() || replica->index() != record) return false;
  }
  const Entries held = world_.redis.entries();
  for (size_t subject = 0; subject < record.size(); ++subject) {
    const bool lost =
        held[subject].version == 0 && world_.redis.LostKeysOf(world_.redis.watermark().generation);
    if (held[subject] != record[subject] && !lost) return false;
  }
  return true;
}

void Settling::Run() {
  deadline_ = world_.now + kRecovery;
  const auto fresh = [this] {
    return std::all_of(world_.replicas.begin(), world_.replicas.end(),
                       [](const auto& replica) { return replica->fresh() || !replica->hosts(); });
  };
  if (!Until([this] { return InStep(); }, "no projector is in step with Redis")) return;
  if (!Until(fresh, "a replica's memory is not fresh")) return;
  WriteAll();
  // Twice in a row, so that it is not by luck.
  for (int definitive = 0; definitive < 2;) {
    if (!Until([this] { return Idle(); }, "a check waits")) return;
    const uint64_t before = Unknown();
    CheckAll();
    if (!Until([this] { return Idle(); }, "a check waits")) return;
    definitive = Unknown() == before ? definitive + 1 : 0;
    if (world_.now > deadline_) world_.Fail(Oracle::Rule::kLiveness, "for ever: UNKNOWN");
    world_.now += 30 * kMillisecond;
  }
  Until([this] { return HoldsTheRecord(); }, "memory or Redis does not hold what the record holds");
}

}  // namespace stadspoort::simulation
