#include "absl/strings/str_cat.h"
#include "tests/simulation/world.h"

// What a call does at a PostgreSQL.
namespace stadspoort::simulation {

using protocol::Rule;

bool World::AtServer(Call& call) {
  Server& server = servers[static_cast<size_t>(call.session.server)];
  // A paused one keeps its connections; a dead one's are reset.
  if (server.gone || call.session.life != server.life) return Lose(call);
  if (server.paused) return false;
  if (!server.up) return Lose(call);
  switch (call.phase) {
    case Call::Phase::kRequest:
      if (Killed(call.session.id)) return Lose(call);
      if (call.kind == CallKind::kConnect) return AnswerWith(call, Outcome::kDone);
      call.header.now = server.Clock(now);
      call.phase = Call::Phase::kBegun;
      if (!random.Percent(25)) Execute(call, server);
      return true;
    case Call::Phase::kBegun:
      return Execute(call, server);
    case Call::Phase::kLocking:
      return TakeLock(call, server);
    case Call::Phase::kOpen:
      return Commit(call, server);
    case Call::Phase::kStandby:
      return AwaitStandby(call, server);
    case Call::Phase::kFree:
    case Call::Phase::kAnswer:
      break;
  }
  return false;
}

bool World::Execute(Call& call, Server& server) {
  switch (call.kind) {
    case CallKind::kStatement:
    case CallKind::kLoad:
    case CallKind::kRead:
    case CallKind::kRebuildLoad:
      return Read(call, server);
    case CallKind::kElect:
      return Elect(call, server);
    case CallKind::kWrite:
      // The gate for writers, which rule 9 is half of.
      if (!server.open() && options.rules.Has(Rule::kNewLineageClosed)) {
        return AnswerWith(call, Outcome::kRefused);
      }
      break;
    default:
      break;
  }
  if (server.full()) return false;
  call.xid = server.Begin();
  if (call.kind == CallKind::kIdle) {
    call.phase = Call::Phase::kOpen;
    call.held_until = now + random.Between(1, 3'000) * kMillisecond;
    return true;
  }
  return TakeLock(call, server);
}

void World::FillHeader(Call& call, const Server& server) {
  call.header.snapshot = snapshots.Name(server.TakeSnapshot());
  call.header.lineage = server.lineage();
  call.header.row = server.row();
  call.header.clock = server.Clock(now);
}

bool World::Read(Call& call, const Server& server) {
  FillHeader(call, server);
  call.entries = server.entries();
  if (call.since) {
    call.changed = server.ChangedSince(snapshots.Named(*call.since));
    call.truncated = call.changed != 0 && random.Percent(2);
  }
  if (call.kind == CallKind::kLoad && !options.rules.Has(Rule::kLoadFromRecord)) {
    call.entries = redis.entries();
  }
  if (options.planted == Planted::kDirtyRead) call.entries = server.Uncommitted();
  if (options.planted == Planted::kClockAfterSnapshot) {
    call.phase = Call::Phase::kStandby;
    return true;
  }
  return AnswerWith(call, Outcome::kDone);
}

bool World::Elect(Call& call, Server& server) {
  if (server.lock_session != 0 && server.lock_session != call.session.id) {
    return AnswerWith(call, Outcome::kRefused);
  }
  if (server.full()) return false;
  server.lock_session = call.session.id;
  call.xid = server.Begin();
  return TakeLock(call, server);
}

bool World::TakeLock(Call& call, Server& server) {
  const bool waited = call.phase == Call::Phase::kLocking;
  if (!server.Lock(call.xid, call.kind == CallKind::kWrite ? call.subject : Server::kRow)) {
    call.phase = Call::Phase::kLocking;
    return !waited;
  }
  call.phase = Call::Phase::kOpen;
  if (call.kind == CallKind::kWrite) {
    call.write = server.Write(call.xid, call.subject, call.permitted);
    return true;
  }
  if (call.kind == CallKind::kElect) {
    call.row = server.row();
    ++call.row.term;
  } else if (server.row().term != call.row.term) {
    server.Abort(call.xid);
    return AnswerWith(call, Outcome::kRefused);
  }
  if (options.planted == Planted::kLeaseOfOwnCommit && call.kind == CallKind::kCommit) {
    call.row.lease = call.header.now;
  }
  server.WriteRow(call.xid, call.row);
  return true;
}

bool World::Commit(Call& call, Server& server) {
  const bool gives_up = call.kind == CallKind::kIdle || Killed(call.session.id);
  if (gives_up || (call.kind == CallKind::kWrite && random.Percent(10))) {
    server.Abort(call.xid);
    return AnswerWith(call, gives_up ? Outcome::kLost : Outcome::kRefused);
  }
  call.position = server.Flush(call.xid);
  if (server.VisibleAt(call.position)) return Committed(call, server, /*safe=*/true);
  call.phase = Call::Phase::kStandby;
  if (!random.Percent(30)) AwaitStandby(call, server);
  return true;
}

bool World::AwaitStandby(Call& call, Server& server) {
  if (call.position == 0) {  // a read whose clock is planted to be late
    call.header.now = call.header.clock = server.Clock(now);
    return AnswerWith(call, Outcome::kDone);
  }
  if (server.VisibleAt(call.position)) return Committed(call, server, /*safe=*/false);
  if (!server.ReplicatedAt(call.position)) {
    if (!server.linked && !server.impatient) return false;
    if (!server.linked) {
      server.Expose(call.position);
      return Committed(call, server, /*safe=*/false);
    }
    server.Replicate();
    if (random.Percent(40)) return true;
  }
  server.Expose(call.position);
  return Committed(call, server, /*safe=*/true);
}

bool World::Committed(Call& call, const Server& server, bool safe) {
  if (call.kind == CallKind::kWrite && safe) {
    oracle.OnAcknowledged(call.write, now);
    ++tally.writes;
  }
  // The term is read back, in a statement of its own.
  if (call.kind == CallKind::kElect) {
    FillHeader(call, server);
    call.header.now = call.header.clock = server.Clock(now);
    return AnswerWith(call, Outcome::kDone);
  }
  return AnswerWith(call, safe ? Outcome::kDone : Outcome::kUnsafe);
}

}  // namespace stadspoort::simulation
