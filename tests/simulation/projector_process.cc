#include "tests/simulation/projector_process.h"

#include "absl/strings/str_format.h"
#include "tests/simulation/world.h"

namespace stadspoort::simulation {

using protocol::Projector;
using Kind = protocol::Projector::Action::Kind;

ProjectorProcess::ProjectorProcess(World& world, int index, int slowness)
    : world_(world), index_of_(index), slowness_(slowness) {
  Start();
}

void ProjectorProcess::Start() {
  ++incarnation_;
  clock_offset_ = world_.random.Below(1'000) * kSecond;
  Projector::Timing timing;
  timing.read *= slowness_;
  timing.tick *= slowness_;
  machine_.emplace([this] { return world_.NewId('i'); }, timing, world_.options.rules);
}

void ProjectorProcess::Crash() {
  if (session_) world_.Leave(*session_);
  session_.reset();
  doing_ = rebuild_ = 0;
  wait_until_ = 0;
  paused = false;
  Start();
}

Moment ProjectorProcess::Now() const {
  return Moment(std::chrono::microseconds(world_.now + clock_offset_));
}

Owner ProjectorProcess::owner() const { return {Role::kProjector, index_of_, incarnation_}; }

bool ProjectorProcess::Poll() {
  if (paused) return false;
  StartRebuild();
  if (doing_ != 0 || world_.now < wait_until_) return false;
  return Do(machine_->Next(Now()));
}

bool ProjectorProcess::Do(const Action& action) {
  constexpr auto kKind = [](Kind kind) {
    switch (kind) {
      case Kind::kConnect:
        return CallKind::kConnect;
      case Kind::kElect:
        return CallKind::kElect;
      case Kind::kInspect:
        return CallKind::kInspect;
      case Kind::kApply:
        return CallKind::kApply;
      case Kind::kCommit:
        return CallKind::kCommit;
      default:
        return CallKind::kRead;
    }
  };
  if (action.kind == Kind::kWait) {
    wait_until_ =
        std::chrono::duration_cast<std::chrono::microseconds>(action.until.time_since_epoch())
            .count() -
        clock_offset_ + 1;
    return false;
  }
  if (action.kind == Kind::kDisconnect) {
    CloseSession();
    machine_->OnLost(Now());
    return true;
  }
  Call& call = world_.Send(kKind(action.kind), owner(),
                           action.kind == Kind::kConnect ? world_.NewSession() : *session_);
  doing_ = call.serial;
  call.since = action.since;
  call.expected = action.after;
  call.watermark = action.watermark;
  call.row = action.row;
  if (action.kind == Kind::kApply) {
    call.entries = entries_;
    call.changed = changed_;
  }
  if (world_.tracing() && action.kind == Kind::kCommit) {
    world_.Trace(absl::StrFormat("  projector %d commits epoch %s, term %d, tick %s", index_of_,
                                 action.row.epoch, action.row.term, action.row.tick));
  }
  return true;
}

void ProjectorProcess::CloseSession() {
  if (session_) world_.Leave(*session_);
  session_.reset();
}

void ProjectorProcess::OnAnswer(const Call& call) {
  if (call.serial == doing_) {
    doing_ = 0;
    if (ToRedis(call.kind)) {
      OnRedisCall(call);
    } else {
      OnSessionCall(call);
    }
  } else if (call.serial == rebuild_) {
    rebuild_ = 0;
    OnRebuildCall(call);
  }
}

void ProjectorProcess::OnSessionCall(const Call& call) {
  if (call.outcome == Outcome::kLost) {
    CloseSession();
    machine_->OnLost(Now());
    return;
  }
  switch (call.kind) {
    case CallKind::kConnect:
      session_ = call.session;
      machine_->OnConnected();
      break;
    case CallKind::kElect:
      if (call.outcome == Outcome::kRefused) {
        machine_->OnNotElected(Now());
      } else {
        machine_->OnElected(call.header);
      }
      break;
    case CallKind::kRead:
      entries_ = call.entries;
      changed_ = call.changed;
      machine_->OnRead(call.header, changed_ != 0, call.truncated, Now());
      break;
    default: {
      if (call.outcome == Outcome::kDone && call.row.epoch != machine_->row().epoch) {
        ++world_.tally.epochs;
      }
      const auto committed = call.outcome == Outcome::kDone     ? Projector::Committed::kDone
                             : call.outcome == Outcome::kUnsafe ? Projector::Committed::kUnsafe
                                                                : Projector::Committed::kFenced;
      machine_->OnCommitted(committed, call.header.now, Now());
      break;
    }
  }
}

void ProjectorProcess::OnRedisCall(const Call& call) {
  if (call.kind == CallKind::kInspect) {
    if (call.outcome == Outcome::kLost) {
      machine_->OnInspectFailed(Now());
    } else {
      machine_->OnInspected(call.marked ? std::optional(call.watermark) : std::nullopt, Now());
    }
    return;
  }
  const auto applied = call.outcome == Outcome::kDone      ? Projector::Applied::kDone
                       : call.outcome == Outcome::kRefused ? Projector::Applied::kRefused
                                                           : Projector::Applied::kUnknown;
  machine_->OnApplied(applied, Now());
}

void ProjectorProcess::StartRebuild() {
  if (rebuild_ != 0) return;
  auto order = machine_->TakeRebuild();
  if (!order) return;
  order_ = std::move(*order);
  rebuild_ = world_.Send(CallKind::kRebuildLoad, owner(), world_.NewSession()).serial;
}

void ProjectorProcess::OnRebuildCall(const Call& call) {
  if (call.outcome != Outcome::kDone) {
    FinishRebuild(std::nullopt);
    return;
  }
  if (call.kind == CallKind::kMark) {
    ++world_.tally.rebuilds;
    FinishRebuild(loaded_);
    return;
  }
  const bool loaded = call.kind == CallKind::kRebuildLoad;
  const Entries entries = call.entries;
  if (loaded) {
    loaded_ = call.header;
    const auto watermark = machine_->WatermarkOf(order_, loaded_);
    if (!watermark && world_.options.planted != Planted::kRebuildUnjudged) {
      FinishRebuild(std::nullopt);
      return;
    }
    watermark_ = watermark.value_or(
        protocol::Watermark{order_.epoch, order_.generation, order_.tick, "", loaded_.now});
  }
  Call& next = world_.Send(loaded ? CallKind::kFill : CallKind::kMark, owner(), Session());
  rebuild_ = next.serial;
  next.entries = entries;
  next.expected = order_.expected;
  next.watermark = watermark_;
}

void ProjectorProcess::FinishRebuild(const std::optional<protocol::Header>& header) {
  if (world_.tracing()) {
    world_.Trace(absl::StrFormat("  projector %d rebuilt generation %s: %s", index_of_,
                                 order_.generation, header ? "done" : "failed"));
  }
  machine_->OnRebuilt(order_, header, Now());
}

}  // namespace stadspoort::simulation
