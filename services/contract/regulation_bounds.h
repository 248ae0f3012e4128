#pragma once

#include "services/contract/violations.h"
#include "stadspoort/zones/v1/regulation.pb.h"

namespace stadspoort::contract {

// Lists that are longer than a regulation may have (limits.h), with paths within Regulation. What a
// draft keeps is bounded by this, although nobody has judged it: to look at it costs time.
void BoundLists(const zones::v1::Regulation& regulation, Violations& violations);

}  // namespace stadspoort::contract
