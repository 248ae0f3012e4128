#include "storage/protocol/state.h"
#include "tests/simulation/replica_process.h"
#include "tests/simulation/world.h"

// What a statement leaves out, because too much of it changed to be read where checks wait.
namespace stadspoort::simulation {

using protocol::Replica;

namespace {

constexpr auto kLarge = static_cast<size_t>(kLargeSubject);

}  // namespace

// Of a trusted answer.
SubjectSet ReplicaProcess::LeftOutOf(const Call& call, const Replica::Settled& settled) {
  if (!leaves_out_) return 0;
  if (call.header.row.epoch != known_epoch_) known_ = Entry();
  known_epoch_ = call.header.row.epoch;
  read_large_ = false;
  bool asked = settled.apply && (beside_ || Contains(call.changed, kLargeSubject));
  for (const Replica::Ticket ticket : settled.tickets) {
    const Check* const check = Find(ticket);
    asked |= check != nullptr && check->subject == kLargeSubject;
  }
  if (!asked) return 0;
  if (settled.apply) beside_ = false;
  if (call.entries[kLarge] == known_ || world_.random.Percent(50)) {
    known_ = call.entries[kLarge];
    read_large_ = true;
    return 0;
  }
  wanted_ = true;
  return Only(kLargeSubject);
}

bool ReplicaProcess::ReadBeside() {
  if (!wanted_ || reading_beside_ != 0 || world_.now < beside_at_) return false;
  reading_beside_ = world_.Send(CallKind::kLoad, owner(), world_.NewSession()).serial;
  return true;
}

void ReplicaProcess::OnReadBeside(const Call& call) {
  const bool trusted =
      call.outcome != Outcome::kLost && protocol::Trusted(call.header, world_.options.rules);
  if (trusted) {
    ++world_.tally.beside;
    wanted_ = false;
    if (call.header.row.epoch == known_epoch_) known_ = call.entries[kLarge];
    beside_ = hosts_;
  } else {
    beside_at_ = world_.now + 20 * kMillisecond;
  }
  for (Check& check : checks_) {
    if (check.stage != Check::Stage::kParked) continue;
    if (trusted) {
      Join(check);
    } else {
      AnswerUnknown(check);
    }
  }
}

void ReplicaProcess::ForgetAside() {
  aside_ = wanted_ = beside_ = false;
  reading_beside_ = 0;
  beside_at_ = 0;
  known_ = Entry();
  known_epoch_.clear();
}

}  // namespace stadspoort::simulation
