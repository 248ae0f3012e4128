#include <algorithm>

#include "absl/strings/str_format.h"
#include "tests/simulation/replica_process.h"
#include "tests/simulation/world.h"

// The ladder: memory, Redis, PostgreSQL.
namespace stadspoort::simulation {

using protocol::Replica;

namespace {

constexpr std::chrono::microseconds kStaleness{kMaxStaleness};

}  // namespace

bool ReplicaProcess::fresh() const {
  const auto fresh_at = machine_->FreshAt();
  return fresh_at && Now() - *fresh_at <= kStaleness;
}

bool ReplicaProcess::idle() const {
  return std::all_of(checks_.begin(), checks_.end(),
                     [](const Check& check) { return check.stage == Check::Stage::kFree; });
}

bool ReplicaProcess::BeginCheck(int subject, bool strong) {
  if (paused) return false;
  const auto free = std::find_if(checks_.begin(), checks_.end(), [](const Check& check) {
    return check.stage == Check::Stage::kFree;
  });
  if (free == checks_.end()) return false;
  free->stage = Check::Stage::kBegun;
  free->strong = strong;
  free->subject = subject;
  free->ticket = ++tickets_;
  free->call = 0;
  free->began = Now();
  free->began_true = world_.now;
  free->floor = world_.oracle.StrongFloor(subject);
  if (world_.tracing()) {
    world_.Trace(absl::StrFormat("replica %d: check %d begins, subject %d%s", index_of_,
                                 free->ticket, subject, strong ? ", STRONG" : ""));
  }
  return true;
}

bool ReplicaProcess::StepCheck() {
  if (paused) return false;
  for (Check& check : checks_) {
    if (check.stage != Check::Stage::kBegun) continue;
    if (check.strong && world_.options.planted != Planted::kStrongFromMemory) {
      Join(check);
    } else {
      LookInMemory(check);
    }
    return true;
  }
  return false;
}

bool ReplicaProcess::LeaveSomeCheck() {
  for (Check& check : checks_) {
    const bool parked = check.stage == Check::Stage::kParked;
    if (check.stage != Check::Stage::kRecord && !parked) continue;
    if (!parked) machine_->Leave(check.ticket);
    AnswerUnknown(check);
    return true;
  }
  return false;
}

void ReplicaProcess::LookInMemory(Check& check) {
  const auto fresh_at = machine_->FreshAt();
  const bool holds = !aside_ || check.subject != kLargeSubject;
  if (fresh_at && holds && check.began - *fresh_at <= kStaleness) {
    const Entry& entry = index_[static_cast<size_t>(check.subject)];
    if (world_.oracle.permitted(entry.write)) {
      Decide(check, entry, Rung::kMemory);
    } else {
      Join(check);
    }
    return;
  }
  check.stage = Check::Stage::kRedis;
  Call& call = world_.Send(CallKind::kLook, owner(), Session());
  call.subject = check.subject;
  check.call = call.serial;
}

bool ReplicaProcess::InStepEnough(const Check& check, const Call& call) const {
  const auto& clock = machine_->clock();
  if (call.outcome == Outcome::kLost || !call.marked || !clock) return false;
  if (call.watermark.epoch != clock->epoch) return false;
  const absl::Time began = clock->server + absl::FromChrono(check.began - clock->sent);
  return began - call.watermark.as_of <= absl::FromChrono(kStaleness);
}

void ReplicaProcess::OnLook(const Call& call) {
  for (Check& check : checks_) {
    if (check.stage != Check::Stage::kRedis || check.call != call.serial) continue;
    const Entry& entry = call.entries[static_cast<size_t>(check.subject)];
    if (InStepEnough(check, call) && world_.oracle.permitted(entry.write)) {
      Decide(check, entry, Rung::kRedis);
    } else {
      Join(check);
    }
    return;
  }
}

void ReplicaProcess::Join(Check& check) {
  check.stage = Check::Stage::kRecord;
  if (machine_->Join(check.ticket, 1) != Replica::Joined::kYes) AnswerUnknown(check);
}

ReplicaProcess::Check* ReplicaProcess::Find(Replica::Ticket ticket) {
  for (Check& check : checks_) {
    if (check.stage == Check::Stage::kRecord && check.ticket == ticket) return &check;
  }
  return nullptr;
}

void ReplicaProcess::Decide(Check& check, const Entry& entry, Rung rung) {
  check.stage = Check::Stage::kFree;
  const bool permitted = world_.oracle.permitted(entry.write);
  const Decision decision = permitted ? Decision::kPermitted : Decision::kNotPermitted;
  ++world_.tally.checks[static_cast<size_t>(decision)][static_cast<size_t>(rung)];
  if (world_.tracing()) {
    world_.Trace(absl::StrFormat("  replica %d: check %d is %s by write %d, rung %d", index_of_,
                                 check.ticket, permitted ? "PERMITTED" : "NOT_PERMITTED",
                                 entry.write, static_cast<int>(rung)));
  }
  const Oracle::Rule broken = world_.oracle.Judge(
      {check.subject, check.strong, entry.write, check.began_true, check.floor});
  if (broken != Oracle::Rule::kNone) world_.Fail(broken, world_.oracle.why());
}

void ReplicaProcess::AnswerUnknown(Check& check) {
  check.stage = Check::Stage::kFree;
  ++unknown_;
  ++world_.tally.checks[static_cast<size_t>(Decision::kUnknown)][static_cast<size_t>(Rung::kNone)];
}

void ReplicaProcess::AnswerUnknown(const std::vector<Replica::Ticket>& tickets) {
  for (const Replica::Ticket ticket : tickets) {
    if (Check* check = Find(ticket)) AnswerUnknown(*check);
  }
}

}  // namespace stadspoort::simulation
