#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/permit_plates.h"
#include "services/domain/permit_term.h"

namespace stadspoort::domain {

// Where permits of a type are good, and how many there may be.
struct PermitArea {
  PermitAreaCode code;
  std::string display_name;
  std::vector<ZoneCode> zones;  // each once; empty: every zone of the city
  int64_t places = 0;           // permits that hold a place at the same time; zero: any number

  friend bool operator==(const PermitArea&, const PermitArea&) = default;
};

// What makes permits count together: their price goes up, and there may be so many.
enum class CountedBy : uint8_t { kHolder = 1, kAddress = 2 };

// The rules of a type of permit [domain.md, Permits]. One version of them; a permit keeps the one
// under which it was asked for until it is renewed.
struct PermitType {
  PermitTypeCode code;
  std::string display_name;
  RightTypeCode right_type;  // of the rights it gives
  std::vector<PermitArea> areas;
  CountedBy counted_by = CountedBy::kHolder;
  std::vector<PriceStep> price_steps;
  int max_per_holder = 0;   // zero: any number
  int max_per_address = 0;  // zero: any number; else an application names its address
  PlateLimits plates;
  std::vector<std::string> evidence;  // kinds that are needed, each once
  bool reviewed = false;              // by a clerk; else it is decided at once
  bool waiting_list = false;          // when its area is full; else that is a refusal
  absl::Duration offer_term;          // how long a place is kept for whoever comes next
  absl::Duration payment_term;        // before an unpaid permit lapses
  absl::Duration overdue_term;        // how long the rights of an unpaid renewal hold
  int renewal_window_days = 0;        // before its end, in which it may be renewed; zero: never
  int reminder_days = 0;              // before something ends; zero: none
  bool refunds = false;               // the days that are left of a permit that is withdrawn

  const PermitArea* Area(const PermitAreaCode& code) const;

  friend bool operator==(const PermitType&, const PermitType&) = default;
};

// InvalidArgument for the first fault, naming the field of stadspoort.permits.v1.PermitType and
// what would be accepted. That zones and the right type exist is not asked here.
absl::Status Validate(const PermitType& type);

}  // namespace stadspoort::domain
