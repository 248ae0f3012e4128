#include "services/operations/convert.h"

#include <algorithm>
#include <cstdint>

#include "absl/time/time.h"
#include "services/contract/timestamps.h"

namespace stadspoort::operations {

v1::ChecksStatus WriteChecks(const ladder::Ladder::Stats& ladder,
                             const ladder::Follower::Stats& follower,
                             const ladder::Memory::Stats& memory, Moment now) {
  v1::ChecksStatus status;
  status.set_memory_plate_count(ladder.memory_plates);
  status.set_redis_plate_count(ladder.redis_plates);
  status.set_postgres_plate_count(ladder.postgres_plates);
  status.set_degraded_look_count(ladder.degraded_looks);
  status.set_redis_failure_count(ladder.redis_failures);
  if (memory.fresh_at) {
    // A delta may have come in since `now` was read.
    const absl::Duration age = absl::FromChrono(now - *memory.fresh_at);
    *status.mutable_memory_age() = contract::ToProtoDuration(std::max(age, absl::ZeroDuration()));
  }
  status.set_index_group_count(static_cast<int64_t>(memory.groups));
  status.set_index_size_bytes(static_cast<int64_t>(memory.bytes));
  status.set_load_count(follower.loads);
  status.set_statement_count(follower.statements);
  status.set_confirming_statement_count(follower.confirming);
  status.set_confirmed_plate_count(follower.confirmed_plates);
  status.set_waiting_check_count(static_cast<int64_t>(follower.waiting));
  status.set_difference_count(follower.differences);
  status.set_untrusted_answer_count(follower.untrusted);
  status.set_failure_count(follower.failures);
  status.set_compared_group_count(follower.compared);
  status.set_unanswered_check_count(follower.unanswered);
  status.set_overloaded_check_count(follower.overloaded);
  return status;
}

v1::ProjectorStatus WriteProjector(const projector::ProjectorLoop::Stats& stats) {
  v1::ProjectorStatus status;
  status.set_active(stats.active);
  status.set_redis_in_step(stats.in_step);
  status.set_term(stats.term);
  status.set_commit_count(stats.commits);
  status.set_tick_count(stats.ticks);
  status.set_entry_count(stats.entries);
  status.set_rebuild_count(stats.rebuilds);
  status.set_lost_session_count(stats.losses);
  if (stats.tick_age != absl::InfiniteDuration()) {
    *status.mutable_lag() = contract::ToProtoDuration(stats.tick_age);
  }
  return status;
}

}  // namespace stadspoort::operations
