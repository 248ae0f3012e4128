#include "services/domain/permit_term.h"

#include <algorithm>

namespace stadspoort::domain {
namespace {

constexpr int kMonthsAYear = 12;

}  // namespace

absl::CivilDay AddMonths(absl::CivilDay day, int months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  const absl::CivilDay same_day = absl::CivilDay(month) + (day.day() - 1);
  return std::min(same_day, absl::CivilDay(month + 1));
}

void PermitSchedule::Extend(const PermitTerm& term) {
  switch (term.unit) {
    case PermitTerm::Unit::kDays:
      days_ += term.count;
      break;
    case PermitTerm::Unit::kMonths:
      months_ += term.count;
      break;
    case PermitTerm::Unit::kCalendarYear:
      first_day_ = absl::CivilDay(absl::CivilYear(end_day_) + 1);
      days_ = 0;
      months_ = 0;
      break;
  }
  end_day_ = AddMonths(first_day_, months_) + days_;
}

const PriceStep& StepOf(const std::vector<PriceStep>& steps, int ordinal) {
  const auto after = std::find_if(steps.begin() + 1, steps.end(), [&](const PriceStep& step) {
    return step.from_ordinal > ordinal;
  });
  return *(after - 1);
}

int64_t PriceFrom(const PriceStep& step, absl::CivilDay day) {
  if (step.term.unit != PermitTerm::Unit::kCalendarYear) return step.price_cents;
  return step.price_cents * (kMonthsAYear - day.month() + 1) / kMonthsAYear;
}

int64_t RefundOf(int64_t price_cents, absl::CivilDay first_day, absl::CivilDay end_day,
                 absl::CivilDay day) {
  const int64_t days = end_day - first_day;
  if (days <= 0) return 0;
  const int64_t left = std::clamp<int64_t>(end_day - (day + 1), 0, days);
  return price_cents * left / days;
}

}  // namespace stadspoort::domain
