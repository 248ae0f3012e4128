#pragma once

#include <cstdint>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/interval.h"

// How long a permit lasts and what it costs. A permit ends at midnight of the city's clock, so that
// its last day is a whole one. Money is integer cents.
namespace stadspoort::domain {

struct PermitTerm {
  enum class Unit : uint8_t {
    kDays = 1,
    kMonths = 2,
    kCalendarYear = 3,  // until the end of the year in which it starts
  };
  Unit unit = Unit::kMonths;
  int count = 12;  // of days or months; 1 of a calendar year

  friend bool operator==(const PermitTerm&, const PermitTerm&) = default;
};

// A permit's terms one after the other. Each is counted from the first day of all, so that ends do
// not drift: of months, from 31 January, 1 March (February has no such day: no month is cut short),
// 31 March, 1 May.
class PermitSchedule {
 public:
  PermitSchedule() = default;
  explicit PermitSchedule(absl::CivilDay first_day) : first_day_(first_day), end_day_(first_day) {}
  // As it was stored.
  PermitSchedule(absl::CivilDay first_day, int days, int months, absl::CivilDay end_day)
      : first_day_(first_day), days_(days), months_(months), end_day_(end_day) {}

  // Another term after the last.
  void Extend(const PermitTerm& term);

  absl::CivilDay first_day() const { return first_day_; }
  int days() const { return days_; }
  int months() const { return months_; }
  // The first day on which the permit no longer holds.
  absl::CivilDay end_day() const { return end_day_; }
  absl::Time EndIn(absl::TimeZone zone) const { return absl::FromCivil(end_day_, zone); }

  friend bool operator==(const PermitSchedule&, const PermitSchedule&) = default;

 private:
  absl::CivilDay first_day_;
  // Together, from the first day on; a calendar year starts them anew.
  int days_ = 0;
  int months_ = 0;
  absl::CivilDay end_day_;
};

// The day so many months after `day`; where that month has no such day, the first of the next.
absl::CivilDay AddMonths(absl::CivilDay day, int months);

// What permit number `from_ordinal` of one holder or address, and those after it, cost and how long
// they last.
struct PriceStep {
  int from_ordinal = 1;
  int64_t price_cents = 0;  // of a whole term
  PermitTerm term;

  friend bool operator==(const PriceStep&, const PriceStep&) = default;
};

// The step of the permit with this ordinal, from 1. `steps` ascend and begin with 1.
const PriceStep& StepOf(const std::vector<PriceStep>& steps, int ordinal);

// The price of a term from `day` on: the whole price, but of a calendar year only a twelfth for
// each month that is left, the present one included. Rounded down.
int64_t PriceFrom(const PriceStep& step, absl::CivilDay day);

// What is given back of the price of [first_day, end_day) when the permit ends during `day`: the
// part of the days after it, rounded down.
int64_t RefundOf(int64_t price_cents, absl::CivilDay first_day, absl::CivilDay end_day,
                 absl::CivilDay day);

}  // namespace stadspoort::domain
