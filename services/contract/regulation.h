#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/ids.h"
#include "services/domain/regulation.h"
#include "stadspoort/zones/v1/regulation.pb.h"

namespace stadspoort::contract {

// Reads and judges a regulation: INVALID_ARGUMENT with every faulty field, paths within Regulation
// (INVALID_FIELD or OVERLAPPING_FRAMES). What needs the city's other zones and right types is
// judged by the command.
absl::StatusOr<domain::Regulation> ReadRegulation(const zones::v1::Regulation& regulation,
                                                  const domain::CityCode& city);
// Of a draft: reads it, its lists bounded (BoundLists), and leaves judging what it says
// (domain::Validate) to whoever publishes it.
absl::StatusOr<domain::Regulation> ReadDraftRegulation(const zones::v1::Regulation& regulation,
                                                       const domain::CityCode& city);
zones::v1::Regulation WriteRegulation(const domain::Regulation& regulation,
                                      const domain::CityCode& city);
zones::v1::TimeFrame WriteTimeFrame(const domain::TimeFrame& frame, const domain::CityCode& city);

// The stored form: protobuf's JSON mapping of the message. Reading it back gives INTERNAL when it
// cannot be read: it was written by us.
std::string RegulationJson(const domain::Regulation& regulation, const domain::CityCode& city);
absl::StatusOr<domain::Regulation> ReadStoredRegulation(absl::string_view json,
                                                        const domain::CityCode& city);
absl::StatusOr<domain::Regulation> ReadStoredDraftRegulation(absl::string_view json,
                                                             const domain::CityCode& city);

}  // namespace stadspoort::contract
