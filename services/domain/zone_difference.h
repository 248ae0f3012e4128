#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/zone.h"

namespace stadspoort::domain {

// Values are those of stadspoort.zones.v1.ZoneDifferenceKind.
enum class ZoneDifferenceKind : uint8_t { kAdded = 1, kRemoved = 2, kChanged = 3 };
inline constexpr int kZoneDifferenceKindCount = 3;
// "ADDED"
absl::string_view Name(ZoneDifferenceKind kind);

struct ZoneDifference {
  // Path in the Zone message, items of a list by what names them instead of their place:
  // "regulation.frames[dag].to_local_time", "regulation.closed_periods[kermis, 2026-07-17 00:00
  // +02:00]", "regulation.extensions[rode-1: bewoner, zorg].windows", "restrictions[all
  // types].windows". A second item of the same name is "[dag #2]". Parts of a fare go by their
  // place, from 0.
  std::string field;
  ZoneDifferenceKind kind = ZoneDifferenceKind::kChanged;
  // In words; empty where there was, or is, nothing.
  std::string before;
  std::string after;

  friend bool operator==(const ZoneDifference&, const ZoneDifference&) = default;
};

// Everything in which two versions of a zone differ, in the order of the message; none: they are
// equal. Instants are told on `clock`.
// - Frames are the same frame when they have the same code; closed periods and overlays by name and
//   start, extensions by zone and set of types, restrictions by set of types, selling points by id,
//   rules of special days by label.
// - A list whose items stand in another order is one difference of the list: "order: dag; avond".
//   What holds does not depend on it, unless two frames, periods or overlays hold together.
std::vector<ZoneDifference> Differences(const ZoneVersion& before, const ZoneVersion& after,
                                        absl::TimeZone clock);

// Only in what is drawn and published: display name, usage, outline and regulation.
std::vector<ZoneDifference> RuleDifferences(const ZoneVersion& before, const ZoneVersion& after,
                                            absl::TimeZone clock);

}  // namespace stadspoort::domain
