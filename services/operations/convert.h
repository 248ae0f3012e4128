#pragma once

#include "services/projector/projector_loop.h"
#include "stadspoort/operations/v1/operations.pb.h"
#include "storage/ladder/follower.h"
#include "storage/ladder/ladder.h"
#include "storage/ladder/memory.h"
#include "storage/protocol/state.h"

namespace stadspoort::operations {

v1::ChecksStatus WriteChecks(const ladder::Ladder::Stats& ladder,
                             const ladder::Follower::Stats& follower,
                             const ladder::Memory::Stats& memory, Moment now);
v1::ProjectorStatus WriteProjector(const projector::ProjectorLoop::Stats& stats);

}  // namespace stadspoort::operations
