#include "services/domain/finding.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "services/domain/limits.h"

namespace stadspoort::domain {
namespace {

constexpr std::array<absl::string_view, kFindingSeverityCount> kSeverityNames = {"ERROR",
                                                                                 "WARNING"};

struct KindName {
  FindingKind kind;
  absl::string_view name;
};
constexpr KindName kKindNames[] = {
    {FindingKind::kInvalidField, "INVALID_FIELD"},
    {FindingKind::kOverlappingFrames, "OVERLAPPING_FRAMES"},
    {FindingKind::kInvalidGeometry, "INVALID_GEOMETRY"},
    {FindingKind::kUnknownRightType, "UNKNOWN_RIGHT_TYPE"},
    {FindingKind::kUnknownExtensionZone, "UNKNOWN_EXTENSION_ZONE"},
    {FindingKind::kExtensionToItself, "EXTENSION_TO_ITSELF"},
    {FindingKind::kDuplicateSellingPoint, "DUPLICATE_SELLING_POINT"},
    {FindingKind::kUsageChanged, "USAGE_CHANGED"},
    {FindingKind::kVersionOverlap, "VERSION_OVERLAP"},
    {FindingKind::kGapBetweenFrames, "GAP_BETWEEN_FRAMES"},
    {FindingKind::kNeverHolds, "NEVER_HOLDS"},
    {FindingKind::kUnusedLabel, "UNUSED_LABEL"},
    {FindingKind::kNobodyAccepted, "NOBODY_ACCEPTED"},
    {FindingKind::kPeriodOver, "PERIOD_OVER"},
    {FindingKind::kNoFrames, "NO_FRAMES"},
    {FindingKind::kExtensionFromOtherUsage, "EXTENSION_FROM_OTHER_USAGE"},
    {FindingKind::kLongOverlay, "LONG_OVERLAY"},
    {FindingKind::kTimeLimitedWithoutMaxStay, "TIME_LIMITED_WITHOUT_MAX_STAY"},
    {FindingKind::kOverlapsZone, "OVERLAPS_ZONE"},
    {FindingKind::kOutsideCity, "OUTSIDE_CITY"},
    {FindingKind::kAreaLost, "AREA_LOST"},
    {FindingKind::kRightsHurt, "RIGHTS_HURT"},
};

// Beyond the fields, only so that the same findings always stand in the same order.
auto PlaceOf(const Finding& finding) {
  return std::tie(finding.zone, finding.severity, finding.field, finding.kind, finding.description);
}

}  // namespace

absl::string_view Name(FindingSeverity severity) {
  return kSeverityNames[static_cast<size_t>(severity) - 1];
}

absl::string_view Name(FindingKind kind) {
  for (const KindName& known : kKindNames) {
    if (known.kind == kind) return known.name;
  }
  return "";
}

void ZoneFindings::AddError(FindingKind kind, std::string field, std::string description,
                            std::vector<ZoneCode> others) {
  out_.push_back({FindingSeverity::kError, kind, zone_, std::move(field), std::nullopt,
                  std::move(description), std::move(others)});
}

void ZoneFindings::AddWarning(FindingKind kind, std::string field, std::string description,
                              std::vector<ZoneCode> others) {
  out_.push_back({FindingSeverity::kWarning, kind, zone_, std::move(field), std::nullopt,
                  std::move(description), std::move(others)});
}

Judgement Judged(std::vector<Finding> findings) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return PlaceOf(a) < PlaceOf(b); });
  findings.erase(std::unique(findings.begin(), findings.end()), findings.end());
  Judgement judgement;
  for (const Finding& finding : findings) {
    ++(finding.severity == FindingSeverity::kError ? judgement.error_count
                                                   : judgement.warning_count);
  }
  if (findings.size() > limits::kFindingsMax) findings.resize(limits::kFindingsMax);
  judgement.findings = std::move(findings);
  return judgement;
}

}  // namespace stadspoort::domain
