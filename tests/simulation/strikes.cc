#include "absl/strings/str_cat.h"
#include "tests/simulation/adversary.h"
#include "tests/simulation/projector_process.h"
#include "tests/simulation/replica_process.h"

// The faults, each a real one: what cannot strike now is not counted.
namespace stadspoort::simulation {

void Adversary::HitAtLeastOne() {
  for (int tries = 0; tries < 20; ++tries) {
    int roll = random_.Below(weight_);
    size_t at = 0;
    while (roll >= weights_[at]) roll -= weights_[at++];
    // When nothing of this run's mixture can strike, anything may.
    if (tries > 10) at = static_cast<size_t>(random_.Below(static_cast<int>(kStrikes)));
    const auto strike = static_cast<Strike>(at);
    if (!Hit(strike)) continue;
    Count(strike);
    return;
  }
}

void Adversary::Count(Strike strike) {
  if (world_.tracing()) world_.Trace(absl::StrCat("STRIKE ", Name(strike)));
  ++world_.tally.strikes;
  ++world_.tally.by_strike[static_cast<size_t>(strike)];
}

Micros Adversary::Pause() {
  if (random_.Percent(40)) return random_.Between(1, 3'000) * kMillisecond;
  return random_.Between(1, 200) * kMillisecond;
}

bool Adversary::Hit(Strike strike) {
  if (strike <= Strike::kTwoProjectors) return HitProcess(strike);
  if (strike <= Strike::kCutStandby) return HitPostgres(strike);
  if (strike <= Strike::kRedisAway) return HitRedis(strike);
  if (strike <= Strike::kDuplicateApply) return HitCall(strike);
  world_.now += Pause();
  return true;
}

bool Adversary::HitProcess(Strike strike) {
  const int replica = random_.Below(static_cast<int>(world_.replicas.size()));
  const int projector = random_.Below(2);
  ReplicaProcess& checker = *world_.replicas[static_cast<size_t>(replica)];
  ProjectorProcess& writer = *world_.projectors[static_cast<size_t>(projector)];
  const Micros until = world_.now + Pause();
  switch (strike) {
    case Strike::kPauseReplica:
      if (checker.paused) return false;
      checker.paused = true;
      resumes_.push_back({until, Resume::What::kReplica, replica});
      return true;
    case Strike::kCrashReplica:
      checker.Crash();
      return true;
    case Strike::kIndexLosesEntry:
      return checker.LoseEntry(random_.Below(kSubjects));
    case Strike::kPauseProjector:
      if (writer.paused) return false;
      writer.paused = true;
      resumes_.push_back({until, Resume::What::kProjector, projector});
      return true;
    case Strike::kCrashProjector:
      writer.Crash();
      return true;
    default:
      return TwoProjectors();
  }
}

// The active one is paused, the server ends its session and its lock with it; the other takes
// over; then the first goes on where it was.
bool Adversary::TwoProjectors() {
  for (size_t i = 0; i < world_.projectors.size(); ++i) {
    ProjectorProcess& projector = *world_.projectors[i];
    if (projector.paused || !projector.active() || !projector.session()) continue;
    projector.paused = true;
    world_.Kill(projector.session()->id);
    resumes_.push_back({world_.now + Pause(), Resume::What::kProjector, static_cast<int>(i)});
    return true;
  }
  return false;
}

Server& Adversary::AnyServer() {
  if (random_.Percent(70)) return world_.primary();
  return world_
      .servers[static_cast<size_t>(random_.Below(static_cast<int>(world_.servers.size())))];
}

bool Adversary::HitPostgres(Strike strike) {
  Server& server = AnyServer();
  const Micros until = world_.now + Pause();
  switch (strike) {
    case Strike::kPausePostgres:
      if (server.paused || !server.up) return false;
      server.paused = true;
      resumes_.push_back({until, Resume::What::kServer, server.id()});
      return true;
    case Strike::kCrashPostgres:
      if (!server.up) return false;
      server.Crash(random_);
      resumes_.push_back(
          {random_.Percent(50) ? world_.now : until, Resume::What::kServer, server.id()});
      return true;
    case Strike::kPromote:
      return Promote();
    case Strike::kCancelWaits:
      return CancelWaits();
    case Strike::kStaleRoute: {
      const int route = random_.Below(static_cast<int>(world_.servers.size()));
      if (world_.servers.size() == 1 || world_.mixed) return false;
      if (route == world_.route) {
        world_.mixed = true;
      } else {
        world_.route = route;
      }
      resumes_.push_back({until, Resume::What::kRoute, 0});
      return true;
    }
    case Strike::kKillSession: {
      Call* const call = AnyCall();
      if (call == nullptr || call->session.id == 0) return false;
      world_.Kill(call->session.id);
      return true;
    }
    case Strike::kIdleTransaction:
      if (!server.up || server.full()) return false;
      world_.Send(CallKind::kIdle, Owner(), world_.NewSession(server.id()));
      return true;
    case Strike::kNewStateFile:
      // The sessions go on; nothing is lost but the lineage.
      world_.primary().Rename(world_.NewId('L'));
      return true;
    default:
      if (!world_.primary().linked) return false;
      world_.primary().linked = false;
      resumes_.push_back({until, Resume::What::kStandby, world_.primary().id()});
      return true;
  }
}

bool Adversary::Promote() {
  if (!world_.primary().standby || world_.servers.size() >= 5) return false;
  Server& old = world_.primary();
  world_.Promote();
  const int roll = random_.Below(4);
  if (roll == 0 && old.up) {
    old.Crash(random_);
    resumes_.push_back({world_.now + Pause(), Resume::What::kServer, old.id()});
  } else if (roll == 1 && old.up && !old.paused) {
    old.paused = true;
    resumes_.push_back({world_.now + Pause(), Resume::What::kServer, old.id()});
  }
  // Those who come to a proxy that has not heard of it still reach the old one.
  if (random_.Percent(50)) {
    world_.route = world_.primary().id();
  } else {
    world_.mixed = random_.Percent(50);
    resumes_.push_back({world_.now + Pause(), Resume::What::kRoute, 0});
  }
  return true;
}

bool Adversary::CancelWaits() {
  bool any = false;
  for (Server& server : world_.servers) {
    if (!server.standby || server.linked || server.impatient || random_.Percent(50)) continue;
    server.impatient = true;
    any = true;
  }
  for (size_t i = 0; i < world_.calls(); ++i) {
    Call& call = world_.call(i);
    if (call.phase != Call::Phase::kStandby || call.position == 0) continue;
    Server& server = world_.servers[static_cast<size_t>(call.session.server)];
    if (server.life != call.session.life || server.VisibleAt(call.position)) continue;
    server.Expose(call.position);
    any = true;
  }
  return any;
}

bool Adversary::HitRedis(Strike strike) {
  Redis& redis = world_.redis;
  switch (strike) {
    case Strike::kRedisLosesAll:
      redis.LoseEverything();
      return true;
    case Strike::kRedisLosesSuffix:
      return redis.LoseSuffix(random_);
    case Strike::kRedisLosesKey:
      return redis.LoseKey(random_.Below(kSubjects));
    case Strike::kRedisOldDump:
      return redis.RestoreDump();
    default:
      if (!redis.up) return false;
      redis.up = false;
      resumes_.push_back({world_.now + Pause(), Resume::What::kRedis, 0});
      return true;
  }
}

Call* Adversary::AnApply() {
  for (size_t i = 0; i < world_.calls(); ++i) {
    Call& call = world_.call(i);
    if (call.kind == CallKind::kApply && call.phase == Call::Phase::kRequest &&
        call.owner.role != Role::kNobody) {
      return &call;
    }
  }
  return nullptr;
}

bool Adversary::HitCall(Strike strike) {
  Call* const call =
      strike == Strike::kDuplicateApply || random_.Percent(20) ? AnApply() : AnyCall();
  if (call == nullptr) {
    // Then the next one.
    armed_ = strike;
    return false;
  }
  switch (strike) {
    case Strike::kLoseMessage:
      if (call->phase != Call::Phase::kRequest && call->phase != Call::Phase::kAnswer) return false;
      world_.Drop(*call);
      return true;
    case Strike::kDelayMessage:
      call->held_until = world_.now + Pause();
      if (random_.Percent(50)) world_.GiveUp(*call);
      return true;
    default:
      world_.Duplicate(*call).held_until = world_.now + Pause();
      return true;
  }
}

}  // namespace stadspoort::simulation
