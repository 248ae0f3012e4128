#include "storage/protocol/projector.h"

#include <algorithm>
#include <utility>

namespace stadspoort::protocol {
namespace {

// A lease's length, what a clock may be behind unnoticed, and a tenth more for clocks that do not
// run alike.
Span LeaseWithDrift() { return absl::ToChronoNanoseconds(kLease * 1.1 + kClockTolerance); }

}  // namespace

Projector::Action Projector::Next(Moment now) {
  Action action;
  if (now < wait_until_) {
    action.until = wait_until_;
    return action;
  }
  if (step_ != Step::kRun && next_ != Doing::kDisconnect) {
    action.kind = step_ == Step::kConnect ? Action::Kind::kConnect : Action::Kind::kElect;
    return action;
  }
  switch (std::exchange(next_, Doing::kNothing)) {
    case Doing::kDisconnect:
      action.kind = Action::Kind::kDisconnect;
      return action;
    case Doing::kInspect:
      action.kind = Action::Kind::kInspect;
      return action;
    case Doing::kApply:
      action.kind = Action::Kind::kApply;
      action.after = tick_;
      action.watermark = applying_;
      return action;
    case Doing::kCommit:
      action.kind = Action::Kind::kCommit;
      action.row = writing_;
      return action;
    case Doing::kNothing:
      break;
  }
  TakeOverRebuilt(now);
  if (now < read_at_) {
    action.until = read_at_;
    return action;
  }
  action.kind = Action::Kind::kRead;
  // While the lease does not hold, a delta would only be thrown away.
  if (redis_ == Redis::kInStep && trusted_) action.since = applied_;
  with_delta_ = action.since.has_value();
  reading_ = true;
  read_at_ = now + timing_.read;
  return action;
}

void Projector::OnConnected() {
  ++session_;
  step_ = Step::kElect;
}

void Projector::OnLost(Moment now) {
  if (reading_ && with_delta_) ++lost_deltas_;
  reading_ = false;
  trusted_ = true;
  step_ = Step::kConnect;
  next_ = Doing::kNothing;
  opened_ = false;
  open_at_.reset();
  safe_.reset();
  redis_ = Redis::kUnknown;
  order_.reset();
  rebuilt_.reset();
  fruitless_since_.reset();
  wait_until_ = now + timing_.retry;
}

bool Projector::Fruitless(Moment now) {
  if (!fruitless_since_) fruitless_since_ = now;
  return now - *fruitless_since_ >= timing_.fruitless;
}

void Projector::OnNotElected(Moment now) {
  wait_until_ = now + timing_.retry;
  // On a primary that was left behind the lock may be held for ever, by a session that waits for
  // the standby.
  if (Fruitless(now)) next_ = Doing::kDisconnect;
}

void Projector::OnElected(const Header& header) {
  step_ = Step::kRun;
  fruitless_since_.reset();
  row_ = header.row;
  redis_ = Redis::kUnknown;
  inspect_at_ = Moment();
  committed_at_ = Moment();
}

void Projector::OnRead(const Header& header, bool changes, bool truncated, Moment now) {
  header_ = header;
  reading_ = false;
  if (with_delta_) lost_deltas_ = 0;
  if (header.row.term != row_.term) {
    next_ = Doing::kDisconnect;
    return;
  }
  opened_ = header.lineage == row_.lineage;
  if (!opened_) {
    if (!open_at_) open_at_ = now + LeaseWithDrift();
    // What was granted "from now" by the clock before must have begun by this one; a clock that is
    // further behind is not waited for.
    const bool clock_is_behind =
        header.now <= row_.lease + kLease && now < *open_at_ + timing_.clock_behind;
    if ((now >= *open_at_ && !clock_is_behind) || !rules_.Has(Rule::kNewLineageClosed)) {
      PrepareOpening();
    }
    return;
  }
  open_at_.reset();
  const bool trusted = trusted_ = Trusted(header, rules_);
  if (trusted) {
    fruitless_since_.reset();
  } else if (Fruitless(now)) {
    next_ = Doing::kDisconnect;
    return;
  }
  if (redis_ == Redis::kInStep && truncated) OrderRebuild(tick_);
  if (redis_ == Redis::kInStep && trusted && with_delta_ &&
      (changes || now - ticked_at_ >= timing_.tick)) {
    applying_ = {row_.epoch, row_.generation, new_id_(), tick_, header.now};
    next_ = Doing::kApply;
    return;
  }
  // While the lease does not hold, nobody gets an answer: do not wait for the next turn.
  if (!trusted || now - committed_at_ >= timing_.commit) {
    PrepareCommit();
  } else if (redis_ == Redis::kUnknown && now >= inspect_at_) {
    next_ = Doing::kInspect;
  }
}

void Projector::PrepareOpening() {
  writing_ = StateRow();
  writing_.epoch = new_id_();
  writing_.lineage = header_.lineage;
  // No lease yet: the old one was read from another server's clock, and by this one's it might hold
  // though this server was left behind as well.
  writing_.term = row_.term;
  writing_.snapshot = header_.snapshot;
  next_ = Doing::kCommit;
}

void Projector::PrepareCommit() {
  writing_ = row_;
  writing_.snapshot = header_.snapshot;
  // The commit before this one is known to be safe; of this one nothing is known yet.
  if (safe_) writing_.lease = *safe_;
  next_ = Doing::kCommit;
}

void Projector::OnApplied(Applied applied, Moment now) {
  if (applied != Applied::kDone) {
    redis_ = Redis::kUnknown;
    inspect_at_ = applied == Applied::kRefused ? now : now + timing_.retry;
    return;
  }
  tick_ = applying_.tick;
  applied_ = header_.snapshot;
  ticked_at_ = now;
  PrepareCommit();
  writing_.tick = tick_;
  writing_.applied = applied_;
}

void Projector::OnCommitted(Committed committed, absl::Time server_now, Moment now) {
  if (committed == Committed::kFenced) {
    next_ = Doing::kDisconnect;
    return;
  }
  const bool another_epoch = writing_.epoch != row_.epoch;
  row_ = writing_;
  committed_at_ = now;
  if (committed == Committed::kDone) safe_ = server_now;
  if (another_epoch) redis_ = Redis::kUnknown;
}

void Projector::OnInspected(const std::optional<Watermark>& watermark, Moment now) {
  if (redis_ != Redis::kUnknown) return;
  const bool ours = watermark && !row_.generation.empty() && watermark->epoch == row_.epoch &&
                    watermark->generation == row_.generation;
  const bool chained = ours && (watermark->tick == row_.tick || watermark->previous == row_.tick);
  // A delta that never gets an answer may be too long ever to get one.
  const bool hopeless = lost_deltas_ >= timing_.lost_deltas;
  if (!hopeless && (chained || (ours && !rules_.Has(Rule::kTicksChained)))) {
    redis_ = Redis::kInStep;
    tick_ = watermark->tick;
    // Of the two ticks Redis may hold, the snapshot of the older one.
    applied_ = row_.applied;
    ticked_at_ = Moment();
    return;
  }
  inspect_at_ = now + timing_.retry;
  OrderRebuild(watermark ? watermark->tick : "");
}

void Projector::OnInspectFailed(Moment now) { inspect_at_ = now + timing_.retry; }

void Projector::OrderRebuild(const std::string& expected) {
  redis_ = Redis::kRebuilding;
  lost_deltas_ = 0;
  order_ = Rebuild{session_, row_.epoch, new_id_(), new_id_(), expected};
}

std::optional<Projector::Rebuild> Projector::TakeRebuild() {
  return std::exchange(order_, std::nullopt);
}

std::optional<Watermark> Projector::WatermarkOf(const Rebuild& rebuild,
                                                const Header& header) const {
  if (header.row.epoch != rebuild.epoch || !Trusted(header, rules_)) return std::nullopt;
  return Watermark{rebuild.epoch, rebuild.generation, rebuild.tick, "", header.now};
}

void Projector::OnRebuilt(const Rebuild& rebuild, const std::optional<Header>& header, Moment) {
  // Another session: what was loaded may be of another life of the server.
  if (redis_ != Redis::kRebuilding || rebuild.session != session_) return;
  // It comes beside what is being done. A read under way has no delta, and would be handed to Redis
  // as if nothing had changed since the rebuild; a commit under way has the old generation.
  rebuilt_ = Rebuilt{rebuild, header};
}

void Projector::TakeOverRebuilt(Moment now) {
  if (!rebuilt_) return;
  const Rebuilt rebuilt = *std::exchange(rebuilt_, std::nullopt);
  const Rebuild& rebuild = rebuilt.rebuild;
  const std::optional<Header>& header = rebuilt.header;
  if (!header || rebuild.epoch != row_.epoch || !WatermarkOf(rebuild, *header)) {
    redis_ = Redis::kUnknown;
    inspect_at_ = now + timing_.retry;
    return;
  }
  redis_ = Redis::kInStep;
  row_.generation = rebuild.generation;
  row_.tick = rebuild.tick;
  row_.applied = header->snapshot;
  tick_ = rebuild.tick;
  applied_ = header->snapshot;
  ticked_at_ = Moment();
}

}  // namespace stadspoort::protocol
