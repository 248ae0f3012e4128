#include "tests/simulation/world.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/simulation/projector_process.h"
#include "tests/simulation/replica_process.h"

namespace stadspoort::simulation {

World::World(uint64_t seed, const Options& chosen, std::ostream* trace)
    : options(chosen), random(seed), redis(options.rules, oracle), trace_(trace) {
  Entries first;
  for (int subject = 0; subject < kSubjects; ++subject) {
    first[static_cast<size_t>(subject)] = {1, oracle.AddFirst(subject, random.Percent(50))};
  }
  servers.emplace_back(0, NewId('L'), 0, oracle);
  protocol::StateRow row;
  if (random.Percent(80)) {
    row.epoch = NewId('i');
    row.lineage = primary().lineage();
    row.lease = primary().Clock(now);
    row.snapshot = snapshots.Name(primary().TakeSnapshot());
  }
  primary().AddFirst(first, row);
  if (random.Percent(75)) primary().AttachStandby();
  const int slowness = random.Between(1, 3);
  const int replica_count = random.Between(2, 3);
  for (int i = 0; i < replica_count; ++i) {
    replicas.push_back(std::make_unique<ReplicaProcess>(*this, i, slowness));
  }
  for (int i = 0; i < 2; ++i) {
    projectors.push_back(std::make_unique<ProjectorProcess>(*this, i, slowness));
  }
}

World::~World() = default;

std::string World::NewId(char kind) { return absl::StrCat(std::string(1, kind), ++ids_); }

void World::Fail(Oracle::Rule rule, std::string why) {
  if (failed()) return;
  failure_ = rule;
  why_ = std::move(why);
  if (tracing()) Trace(absl::StrCat("VIOLATION ", why_));
}

void World::Trace(const std::string& line) {
  *trace_ << absl::StrFormat("%10.6f  %s\n",
                             static_cast<double>(now) / static_cast<double>(kSecond), line);
}

void World::TraceCall(const Call& call, Call::Phase before) {
  constexpr std::array kKinds = {"connect", "statement",    "load",  "elect", "read",
                                 "commit",  "rebuild-load", "write", "idle",  "look",
                                 "inspect", "apply",        "fill",  "mark"};
  constexpr std::array kPhases = {"free", "request", "begun", "locking",
                                  "open", "standby", "answer"};
  constexpr std::array kOwners = {"nobody", "replica", "projector"};
  std::string line = absl::StrFormat(
      "call %d %s of %s %d, server %d: %s -> %s", call.serial,
      kKinds[static_cast<size_t>(call.kind)], kOwners[static_cast<size_t>(call.owner.role)],
      call.owner.index, call.session.server, kPhases[static_cast<size_t>(before)],
      kPhases[static_cast<size_t>(call.phase)]);
  if (call.kind == CallKind::kWrite && call.write != kNoWrite) {
    absl::StrAppend(&line, ", write ", call.write, " xid ", call.xid, " subject ", call.subject);
  }
  if (call.phase == Call::Phase::kAnswer) {
    constexpr std::array kOutcomes = {"done", "lost", "unsafe", "refused"};
    absl::StrAppend(&line, ", ", kOutcomes[static_cast<size_t>(call.outcome)]);
    if (!ToRedis(call.kind) && !call.header.snapshot.empty()) {
      absl::StrAppend(&line, ", snapshot ", snapshots.Named(call.header.snapshot).Text(), ", now ",
                      absl::FormatTime("%S.%E3f", call.header.now, absl::UTCTimeZone()), ", lease ",
                      absl::FormatTime("%S.%E3f", call.header.row.lease, absl::UTCTimeZone()),
                      ", lineage ", call.header.lineage, "/", call.header.row.lineage, ", epoch ",
                      call.header.row.epoch);
    }
    if (call.since) {
      absl::StrAppend(&line, ", since ", snapshots.Named(*call.since).Text(), ", changed ",
                      static_cast<int>(call.changed), call.truncated ? " TRUNCATED" : "");
    }
    if (ToRedis(call.kind)) {
      absl::StrAppend(&line, ", generation ", call.watermark.generation, ", tick ",
                      call.watermark.tick, " after ", call.expected);
    }
  }
  Trace(line);
}

void World::Promote() {
  Server& old = primary();
  // Clocks of servers need not agree; the protocol compares none of one with one of another.
  const int skew = random.Percent(25) ? 3'000 : 200;
  const Micros offset = random.Between(-skew, skew) * kMillisecond;
  servers.emplace_back(old.id() + 1, NewId('L'), offset, old);
  old.linked = false;
  if (tracing()) Trace(absl::StrCat("  server ", primary().id(), " is promoted"));
}

Session World::NewSession(int server) {
  return Session{++sessions_, server, servers[static_cast<size_t>(server)].life};
}

Session World::NewSession() {
  const bool astray = mixed && random.Percent(50);
  return NewSession(astray ? random.Below(static_cast<int>(servers.size())) : route);
}

Call& World::Send(CallKind kind, const Owner& owner, const Session& session) {
  if (free_.empty()) {
    pool_.emplace_back();
    free_.push_back(&pool_.back());
  }
  Call& call = *free_.back();
  free_.pop_back();
  active_.push_back(&call);
  call.kind = kind;
  call.phase = Call::Phase::kRequest;
  call.serial = ++serial_;
  call.owner = owner;
  call.session = session;
  call.held_until = 0;
  call.sent = now;
  call.since.reset();
  call.changed = 0;
  call.outcome = Outcome::kDone;
  call.truncated = false;
  call.marked = false;
  call.xid = 0;
  call.write = kNoWrite;
  call.position = 0;
  return call;
}

void World::Release(Call& call) {
  call.phase = Call::Phase::kFree;
  call.serial = 0;
  active_.erase(std::find(active_.begin(), active_.end(), &call));
  free_.push_back(&call);
}

bool World::AnswerWith(Call& call, Outcome outcome) {
  call.outcome = outcome;
  call.phase = Call::Phase::kAnswer;
  return true;
}

bool World::Lose(Call& call) { return AnswerWith(call, Outcome::kLost); }

bool World::Advance(Call& call) {
  if (now < call.held_until) return false;
  const Call::Phase before = call.phase;
  const int serial = call.serial;
  if (!Move(call)) return false;
  if (tracing() && call.serial == serial) TraceCall(call, before);
  return true;
}

bool World::Move(Call& call) {
  if (call.phase == Call::Phase::kAnswer) {
    if (!Deliverable(call)) return false;
    Deliver(call);
    return true;
  }
  return ToRedis(call.kind) ? AtRedis(call) : AtServer(call);
}

bool World::Deliverable(const Call& call) const {
  const auto at = static_cast<size_t>(call.owner.index);
  if (call.owner.role == Role::kReplica) return !replicas[at]->paused;
  if (call.owner.role == Role::kProjector) return !projectors[at]->paused;
  return true;
}

void World::Deliver(Call& call) {
  const auto at = static_cast<size_t>(call.owner.index);
  if (call.owner.role == Role::kReplica && replicas[at]->incarnation() == call.owner.incarnation) {
    replicas[at]->OnAnswer(call);
  }
  if (call.owner.role == Role::kProjector &&
      projectors[at]->incarnation() == call.owner.incarnation) {
    projectors[at]->OnAnswer(call);
  }
  Release(call);
}

void World::GiveUp(Call& call) {
  if (call.owner.role == Role::kNobody) return;
  // A stand-in tells the owner; the call itself goes on without one.
  Call& told = Send(call.kind, call.owner, call.session);
  told = call;
  told.xid = 0;
  told.outcome = Outcome::kLost;
  told.phase = Call::Phase::kAnswer;
  told.held_until = 0;
  call.owner = Owner();
  call.serial = ++serial_;
}

Call& World::Duplicate(const Call& call) {
  Call& second = Send(call.kind, Owner(), call.session);
  const int serial = second.serial;
  second = call;
  second.serial = serial;
  second.owner = Owner();
  return second;
}

void World::Drop(Call& call) {
  if (call.phase == Call::Phase::kRequest || call.phase == Call::Phase::kAnswer) Lose(call);
}

bool World::Busy(int session) const {
  return std::any_of(active_.begin(), active_.end(), [session](const Call* call) {
    return call->session.id == session &&
           (call->phase == Call::Phase::kBegun || call->phase == Call::Phase::kLocking ||
            call->phase == Call::Phase::kStandby);
  });
}

bool World::Killed(int session) const {
  return std::find(killed_.begin(), killed_.end(), session) != killed_.end();
}

void World::Kill(int session) {
  killed_.push_back(session);
  if (Busy(session)) {
    departed_.push_back(session);
    return;
  }
  for (Server& server : servers) {
    if (server.lock_session == session) server.lock_session = 0;
  }
}

void World::NoticeDepartures() {
  const std::vector<int> departed = std::exchange(departed_, {});
  for (const int session : departed) {
    if (Busy(session)) {
      departed_.push_back(session);
    } else {
      Kill(session);
    }
  }
}

}  // namespace stadspoort::simulation
