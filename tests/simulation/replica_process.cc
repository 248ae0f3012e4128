#include "tests/simulation/replica_process.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/simulation/world.h"

namespace stadspoort::simulation {

using protocol::Replica;
using protocol::Rule;

ReplicaProcess::ReplicaProcess(World& world, int index, int slowness)
    : world_(world),
      index_of_(index),
      slowness_(slowness),
      hosts_(!world.random.Percent(15)),
      leaves_out_(world.random.Percent(50)) {
  Start();
}

void ReplicaProcess::Start() {
  ++incarnation_;
  clock_offset_ = world_.random.Below(1'000) * kSecond;
  Replica::Timing timing;
  timing.interval = std::chrono::milliseconds(50) * slowness_;
  machine_.emplace(timing, world_.options.rules);
}

void ReplicaProcess::Crash() {
  if (session_) world_.Leave(*session_);
  session_.reset();
  connecting_ = statement_ = load_ = 0;
  connect_at_ = load_at_ = 0;
  index_ = Entries{};
  ForgetAside();
  for (Check& check : checks_) check = Check();
  paused = false;
  Start();
}

Moment ReplicaProcess::Now() const {
  return Moment(std::chrono::microseconds(world_.now + clock_offset_));
}

Owner ReplicaProcess::owner() const { return {Role::kReplica, index_of_, incarnation_}; }

Micros ReplicaProcess::NextAt() const {
  if (!session_) return connect_at_;
  if (statement_ != 0) return world_.now;
  const auto at =
      std::chrono::duration_cast<std::chrono::microseconds>(machine_->NextAt().time_since_epoch());
  return at.count() - clock_offset_;
}

bool ReplicaProcess::Poll() {
  if (paused) return false;
  if (!session_) {
    if (connecting_ != 0 || world_.now < connect_at_) return false;
    connecting_ = world_.Send(CallKind::kConnect, owner(), world_.NewSession()).serial;
    return true;
  }
  bool did = false;
  if (statement_ == 0) {
    if (auto statement = machine_->Next(Now())) {
      Call& call = world_.Send(CallKind::kStatement, owner(), *session_);
      call.since = std::move(statement->since);
      statement_ = call.serial;
      did = true;
    }
  }
  if (hosts_ && load_ == 0 && machine_->WantsLoad() && world_.now >= load_at_) {
    machine_->OnLoadStarted(Now());
    load_ = world_.Send(CallKind::kLoad, owner(), world_.NewSession()).serial;
    did = true;
  }
  return ReadBeside() || did;
}

void ReplicaProcess::OnAnswer(const Call& call) {
  if (call.serial == connecting_) {
    connecting_ = 0;
    if (call.outcome == Outcome::kLost) {
      Disconnect();
    } else {
      session_ = call.session;
      machine_->OnConnected();
    }
  } else if (call.serial == statement_) {
    statement_ = 0;
    OnStatement(call);
  } else if (call.serial == load_) {
    load_ = 0;
    OnLoad(call);
  } else if (call.serial == reading_beside_) {
    reading_beside_ = 0;
    OnReadBeside(call);
  } else if (call.kind == CallKind::kLook) {
    OnLook(call);
  }
}

void ReplicaProcess::Disconnect() {
  if (session_) world_.Leave(*session_);
  session_.reset();
  statement_ = 0;
  connect_at_ = world_.now + 20 * kMillisecond;
  AnswerUnknown(machine_->OnDisconnected());
}

void ReplicaProcess::OnStatement(const Call& call) {
  if (call.outcome == Outcome::kLost) {
    Disconnect();
    return;
  }
  const Replica::Settled settled = machine_->OnAnswer(call.header, call.truncated, Now());
  if (world_.tracing()) {
    world_.Trace(absl::StrFormat("  replica %d settled: trusted %d, apply %d, drop %d", index_of_,
                                 settled.trusted, settled.apply, settled.drop));
  }
  const SubjectSet left_out = settled.trusted ? LeftOutOf(call, settled) : 0;
  if (settled.drop) index_ = Entries{};
  if (settled.apply) ApplyDelta(call, left_out);
  if (settled.apply && world_.options.confirm_by_key) CompareWithRows(call, settled.tickets);
  const bool by_key = world_.options.confirm_by_key || !machine_->FreshAt();
  for (const Replica::Ticket ticket : settled.tickets) {
    Check* check = Find(ticket);
    if (check == nullptr) continue;
    const bool parked = Contains(left_out, check->subject) ||
                        (!by_key && aside_ && check->subject == kLargeSubject);
    if (settled.trusted && parked) {
      check->stage = Check::Stage::kParked;
      wanted_ = true;
    } else if (settled.trusted) {
      const auto subject = static_cast<size_t>(check->subject);
      Decide(*check, by_key ? call.entries[subject] : index_[subject], Rung::kRecord);
    } else {
      AnswerUnknown(*check);
    }
  }
  if (settled.disconnect) Disconnect();
}

void ReplicaProcess::ApplyDelta(const Call& call, SubjectSet left_out) {
  for (int subject = 0; subject < kSubjects; ++subject) {
    const auto at = static_cast<size_t>(subject);
    if (Contains(left_out, subject)) {
      if (world_.options.planted == Planted::kLeftOutKept) continue;
      index_[at] = Entry();
      aside_ = true;
      continue;
    }
    if (subject == kLargeSubject && aside_) {
      if (!read_large_) continue;
      index_[at] = known_;
      aside_ = false;
    }
    if (Contains(call.changed, subject) && index_[at].version < call.entries[at].version) {
      index_[at] = call.entries[at];
      if (!world_.options.rules.Has(Rule::kVersionsKept) &&
          !world_.oracle.permitted(index_[at].write)) {
        index_[at] = Entry();
      }
    }
    // What the next delta begins after must be in the index.
    const bool behind = index_[at].version < call.entries[at].version;
    const bool other =
        index_[at].version == call.entries[at].version && index_[at] != call.entries[at];
    if (world_.options.monitors && !damaged_ && (behind || other)) {
      world_.Fail(Oracle::Rule::kIndex, "the index lacks what its snapshot shows");
    }
  }
}

bool ReplicaProcess::LoseEntry(int subject) {
  Entry& entry = index_[static_cast<size_t>(subject)];
  if (entry.version == 0) return false;
  entry = Entry();
  damaged_ = true;
  return true;
}

// A load may have made the index newer than these rows; that is not a difference.
void ReplicaProcess::CompareWithRows(const Call& call,
                                     const std::vector<Replica::Ticket>& tickets) {
  for (const Replica::Ticket ticket : tickets) {
    const Check* const check = Find(ticket);
    if (check == nullptr || (aside_ && check->subject == kLargeSubject)) continue;
    const auto subject = static_cast<size_t>(check->subject);
    if (index_[subject].version < call.entries[subject].version) machine_->OnDifference();
  }
}

void ReplicaProcess::OnLoad(const Call& call) {
  if (call.outcome == Outcome::kLost) {
    machine_->OnLoadFailed();
    load_at_ = world_.now + 50 * kMillisecond;
    return;
  }
  const bool taken = machine_->OnLoaded(call.header);
  if (taken) {
    index_ = call.entries;
    aside_ = false;
    known_ = index_[kLargeSubject];
    known_epoch_ = call.header.row.epoch;
    damaged_ = false;
    ++world_.tally.loads;
  } else {
    load_at_ = world_.now + 50 * kMillisecond;
  }
  if (world_.tracing()) {
    world_.Trace(absl::StrFormat("  replica %d load taken: %d", index_of_, taken));
  }
}

}  // namespace stadspoort::simulation
