#include "services/domain/permit_type.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"

namespace stadspoort::domain {
namespace {

absl::Status ValidateText(const std::string& text, absl::string_view field) {
  if (!text.empty() && text.size() <= limits::kDisplayNameMaxBytes) return absl::OkStatus();
  return InvalidField(field,
                      absl::StrCat("must have 1 to ", limits::kDisplayNameMaxBytes, " bytes"));
}

absl::Status ValidateAreas(const std::vector<PermitArea>& areas) {
  if (areas.empty() || areas.size() > limits::kPermitMaxAreas) {
    return InvalidField("areas", absl::StrCat("must be 1 to ", limits::kPermitMaxAreas, " areas"),
                        areas.empty() ? ErrorReason::kInvalidField : ErrorReason::kTooManyItems);
  }
  std::set<PermitAreaCode> codes;
  for (size_t i = 0; i < areas.size(); ++i) {
    const PermitArea& area = areas[i];
    const std::string field = absl::StrCat("areas[", i, "].");
    if (!IsZoneCode(area.code.value()) || !codes.insert(area.code).second) {
      return InvalidField(field + "code",
                          "must be a code of its own: 1 to 60 of a-z 0-9 - _, beginning with a "
                          "letter or digit");
    }
    if (absl::Status s = ValidateText(area.display_name, field + "display_name"); !s.ok()) return s;
    if (area.zones.size() > limits::kRightMaxZones) {
      return InvalidField(field + "zones",
                          absl::StrCat("must be at most ", limits::kRightMaxZones, " zones"),
                          ErrorReason::kTooManyItems);
    }
    const std::set<ZoneCode> zones(area.zones.begin(), area.zones.end());
    if (zones.size() != area.zones.size()) {
      return InvalidField(field + "zones", "must name each zone once");
    }
    if (area.places < 0) return InvalidField(field + "place_count", "must not be negative");
  }
  return absl::OkStatus();
}

absl::Status ValidateTerm(const PermitTerm& term, const std::string& field) {
  constexpr int kMaxMonths = 12 * 10;  // limits::kRightMaxDuration
  constexpr int kMaxDays = 366 * 10;
  switch (term.unit) {
    case PermitTerm::Unit::kDays:
      if (term.count >= 1 && term.count <= kMaxDays) return absl::OkStatus();
      return InvalidField(field, absl::StrCat("must be 1 to ", kMaxDays, " days"));
    case PermitTerm::Unit::kMonths:
      if (term.count >= 1 && term.count <= kMaxMonths) return absl::OkStatus();
      return InvalidField(field, absl::StrCat("must be 1 to ", kMaxMonths, " months"));
    case PermitTerm::Unit::kCalendarYear:
      if (term.count == 1) return absl::OkStatus();
      return InvalidField(field, "must be one calendar year");
  }
  return InvalidField(field, "must be days, months or a calendar year");
}

absl::Status ValidatePrices(const std::vector<PriceStep>& steps) {
  if (steps.empty() || steps.size() > limits::kPermitMaxPriceSteps) {
    return InvalidField("price_steps",
                        absl::StrCat("must be 1 to ", limits::kPermitMaxPriceSteps, " steps"),
                        steps.empty() ? ErrorReason::kInvalidField : ErrorReason::kTooManyItems);
  }
  int before = 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    const std::string field = absl::StrCat("price_steps[", i, "].");
    if (i == 0 ? steps[i].from_ordinal != 1 : steps[i].from_ordinal <= before) {
      return InvalidField(field + "from_ordinal", "must be 1 in the first step and then ascend");
    }
    before = steps[i].from_ordinal;
    if (steps[i].price_cents < 0 || steps[i].price_cents > limits::kFarePriceMaxCents) {
      return InvalidField(field + "price_cents",
                          absl::StrCat("must be 0 to ", limits::kFarePriceMaxCents));
    }
    if (absl::Status s = ValidateTerm(steps[i].term, field + "term"); !s.ok()) return s;
  }
  return absl::OkStatus();
}

absl::Status ValidatePlates(const PlateLimits& plates) {
  if (plates.plates_max < 1 || plates.plates_max > limits::kPermitMaxPlates) {
    return InvalidField("plates_max", absl::StrCat("must be 1 to ", limits::kPermitMaxPlates));
  }
  if (plates.active_max < 1 || plates.active_max > plates.plates_max) {
    return InvalidField("active_plates_max", "must be 1 to plates_max");
  }
  if (plates.swaps_a_day_max < 0 || plates.swaps_a_day_max > limits::kPermitMaxSwapsADay) {
    return InvalidField("swaps_a_day_max",
                        absl::StrCat("must be 0 to ", limits::kPermitMaxSwapsADay));
  }
  if (plates.temporary_max < absl::ZeroDuration() ||
      plates.temporary_max > limits::kRightMaxDuration) {
    return InvalidField("temporary_plate_max_duration", "must be 0 to ten years");
  }
  return absl::OkStatus();
}

absl::Status ValidateEvidence(const std::vector<std::string>& kinds) {
  if (kinds.size() > limits::kPermitMaxEvidence) {
    return InvalidField("evidence_kinds",
                        absl::StrCat("must be at most ", limits::kPermitMaxEvidence),
                        ErrorReason::kTooManyItems);
  }
  std::set<std::string> seen;
  for (size_t i = 0; i < kinds.size(); ++i) {
    if (!IsRightTypeCode(kinds[i]) || !seen.insert(kinds[i]).second) {
      return InvalidField(absl::StrCat("evidence_kinds[", i, "]"),
                          "must be a code of its own: 1 to 40 of a-z 0-9 -, beginning with a "
                          "letter");
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateTerms(const PermitType& type) {
  const auto judge = [](absl::Duration term, bool needed, absl::string_view field) {
    const bool fits = term <= limits::kPermitMaxWait &&
                      (needed ? term > absl::ZeroDuration() : term >= absl::ZeroDuration());
    return fits ? absl::OkStatus()
                : InvalidField(field, absl::StrCat("must be ", needed ? "more than 0" : "0",
                                                   " and at most 366 days"));
  };
  const bool costs = std::any_of(type.price_steps.begin(), type.price_steps.end(),
                                 [](const PriceStep& step) { return step.price_cents > 0; });
  if (absl::Status s = judge(type.offer_term, type.waiting_list, "offer_term"); !s.ok()) return s;
  if (absl::Status s = judge(type.payment_term, costs, "payment_term"); !s.ok()) return s;
  if (absl::Status s = judge(type.overdue_term, false, "overdue_term"); !s.ok()) return s;
  if (type.renewal_window_days < 0 || type.renewal_window_days > limits::kPermitMaxRenewalDays) {
    return InvalidField("renewal_window_days",
                        absl::StrCat("must be 0 to ", limits::kPermitMaxRenewalDays));
  }
  if (type.reminder_days < 0 || type.reminder_days > limits::kPermitMaxRenewalDays) {
    return InvalidField("reminder_days",
                        absl::StrCat("must be 0 to ", limits::kPermitMaxRenewalDays));
  }
  return absl::OkStatus();
}

}  // namespace

const PermitArea* PermitType::Area(const PermitAreaCode& wanted) const {
  const auto it = std::find_if(areas.begin(), areas.end(),
                               [&](const PermitArea& area) { return area.code == wanted; });
  return it == areas.end() ? nullptr : &*it;
}

absl::Status Validate(const PermitType& type) {
  if (absl::Status s = ValidateText(type.display_name, "display_name"); !s.ok()) return s;
  if (absl::Status s = ValidateAreas(type.areas); !s.ok()) return s;
  if (absl::Status s = ValidatePrices(type.price_steps); !s.ok()) return s;
  for (const auto& [most, field] : {std::pair(type.max_per_holder, "max_per_holder"),
                                    std::pair(type.max_per_address, "max_per_address")}) {
    if (most < 0 || most > limits::kPermitMaxPerHolder) {
      return InvalidField(field, absl::StrCat("must be 0 to ", limits::kPermitMaxPerHolder));
    }
  }
  if (absl::Status s = ValidatePlates(type.plates); !s.ok()) return s;
  if (absl::Status s = ValidateEvidence(type.evidence); !s.ok()) return s;
  return ValidateTerms(type);
}

}  // namespace stadspoort::domain
