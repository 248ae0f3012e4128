#pragma once

#include <cstdint>

#include "tests/history/history.h"

namespace stadspoort::history {

// The history of a register that does not exist and keeps every promise, by the skin of its teeth:
// positives up to `max_staleness` behind, everything else of a moment during the check, writes that
// take effect anywhere between their begin and their end, some of them of unknown outcome.
History Imagine(uint32_t seed, absl::Duration max_staleness);

}  // namespace stadspoort::history
