#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"

namespace stadspoort::domain {

// The closed kinds [domain.md, Right]. Values are those of stadspoort.common.v1.RightKind.
enum class RightKind : uint8_t {
  kPaid = 1,
  kResident = 2,
  kVisitor = 3,
  kBusiness = 4,
  kCare = 5,
  kDisabled = 6,
  kCarShare = 7,
  kLoading = 8,
  kCharging = 9,
  kDayPass = 10,
  kAccess = 11,
  kExempt = 12,
  kOther = 13,
};
inline constexpr int kRightKindCount = 13;
// "RESIDENT"
absl::string_view Name(RightKind kind);
std::optional<RightKind> RightKindFromName(absl::string_view name);

class RightKindSet {
 public:
  constexpr RightKindSet() = default;
  constexpr void Add(RightKind kind) { bits_ = static_cast<uint16_t>(bits_ | Bit(kind)); }
  constexpr bool Contains(RightKind kind) const { return (bits_ & Bit(kind)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  friend bool operator==(const RightKindSet&, const RightKindSet&) = default;

 private:
  static constexpr uint16_t Bit(RightKind kind) {
    return static_cast<uint16_t>(1U << static_cast<unsigned>(kind));
  }
  uint16_t bits_ = 0;
};

// How far before its enrolment a right may start.
struct BackdateRule {
  enum class Form : uint8_t { kNone, kDuration, kStartOfDay };
  Form form = Form::kNone;
  absl::Duration at_most;  // only with kDuration

  // The earliest start that a right recorded at `recorded` may have, on the city's clock.
  absl::Time EarliestStart(absl::Time recorded, absl::TimeZone zone) const;
  friend bool operator==(const BackdateRule&, const BackdateRule&) = default;
};

struct RightType {
  RightTypeCode code;
  std::string display_name;
  RightKind kind = RightKind::kOther;
  BackdateRule backdate;

  friend bool operator==(const RightType&, const RightType&) = default;
};

}  // namespace stadspoort::domain
