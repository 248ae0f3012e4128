#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/domain/ids.h"
#include "services/domain/place.h"

// What is said of zones before they are published.
namespace stadspoort::domain {

// Values are those of stadspoort.zones.v1.FindingSeverity.
enum class FindingSeverity : uint8_t {
  kError = 1,    // it cannot be published
  kWarning = 2,  // it can, but hardly can be meant
};
inline constexpr int kFindingSeverityCount = 2;

// Values are those of stadspoort.zones.v1.FindingKind.
enum class FindingKind : uint8_t {
  // Errors
  kInvalidField = 1,
  kOverlappingFrames = 2,
  kInvalidGeometry = 3,
  kUnknownRightType = 4,
  kUnknownExtensionZone = 5,  // that the city has not, or will not have any more
  kExtensionToItself = 6,
  kDuplicateSellingPoint = 7,  // the id stands in another zone of the city too
  kUsageChanged = 8,
  kVersionOverlap = 9,  // it would not start after the newest version
  // Warnings
  kGapBetweenFrames = 20,
  kNeverHolds = 21,
  kUnusedLabel = 22,     // that no day of the city's calendar carries
  kNobodyAccepted = 23,  // nothing but EXEMPT
  kPeriodOver = 24,
  kNoFrames = 25,
  kExtensionFromOtherUsage = 26,
  kLongOverlay = 27,
  kTimeLimitedWithoutMaxStay = 28,
  kOverlapsZone = 29,
  kOutsideCity = 30,
  kAreaLost = 31,
  kRightsHurt = 32,
};
// "ERROR", "GAP_BETWEEN_FRAMES"
absl::string_view Name(FindingSeverity severity);
absl::string_view Name(FindingKind kind);

struct Finding {
  FindingSeverity severity = FindingSeverity::kError;
  FindingKind kind = FindingKind::kInvalidField;
  ZoneCode zone;
  std::string field;              // path in the Zone message: "regulation.frames[2].to_local_time"
  std::optional<GeoPoint> where;  // none: nowhere in particular
  std::string description;       // what is wrong, and what would be accepted or is to be considered
  std::vector<ZoneCode> others;  // other zones that are concerned

  friend bool operator==(const Finding&, const Finding&) = default;
};

// Collects what is found about one zone.
class ZoneFindings {
 public:
  ZoneFindings(ZoneCode zone, std::vector<Finding>& out) : zone_(std::move(zone)), out_(out) {}

  void AddError(FindingKind kind, std::string field, std::string description,
                std::vector<ZoneCode> others = {});
  void AddWarning(FindingKind kind, std::string field, std::string description,
                  std::vector<ZoneCode> others = {});

 private:
  const ZoneCode zone_;
  std::vector<Finding>& out_;
};

// All that was found.
struct Judgement {
  std::vector<Finding> findings;  // the first limits::kFindingsMax of them
  // Of all, those that are not listed included.
  size_t error_count = 0;
  size_t warning_count = 0;
};
// In the order of zones, a zone's errors before its warnings, then of fields; each once.
Judgement Judged(std::vector<Finding> findings);

}  // namespace stadspoort::domain
