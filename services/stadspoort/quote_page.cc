#include "services/stadspoort/quote_page.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/right_page.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"
#include "services/stadspoort/wrapped_text.h"

namespace stadspoort::client {
namespace {

using rights::v1::FareLine;
using rights::v1::FareSteps;

std::string StepsText(const FareSteps& steps) {
  if (steps.step_price_cents() == 0) {
    return absl::StrCat(DurationText(steps.paid_duration()), " free");
  }
  const std::string text =
      absl::StrCat(steps.step_count(), " x ", CentsText(steps.step_price_cents()));
  return steps.capped() ? absl::StrCat(text, " (at most ", CentsText(steps.amount_cents()), ")")
                        : text;
}

// "Mon 27 Apr" of "2026-04-27".
std::string DateText(const std::string& date) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(date, &day)) return date;
  return absl::FormatTime("%a %e %b", absl::FromCivil(day, absl::UTCTimeZone()),
                          absl::UTCTimeZone());
}

std::string LineText(const FareLine& line, absl::TimeZone clock) {
  return absl::StrCat(
      WrappedText(absl::StrCat(CodeOf(line.zone()), ", frame ", line.frame(), " of ",
                               DateText(line.date()), " (version ", line.zone_version(), ")"),
                  0),
      "  ", TimeText(line.start_time(), clock), " until ", TimeText(line.end_time(), clock), "\n  ",
      WrappedText(SumText(line), 2));
}

}  // namespace

std::string AmountText(const rights::v1::Amount& amount) {
  if (amount.currency() == "EUR") return MoneyText(amount.amount_cents());
  return absl::StrCat(CentsText(amount.amount_cents()), " ", Printable(amount.currency()));
}

std::string SumText(const FareLine& line) {
  std::vector<std::string> terms;
  for (const FareSteps& steps : line.steps()) terms.push_back(StepsText(steps));
  if (terms.empty()) terms.emplace_back("free");
  return absl::StrCat(absl::StrJoin(terms, " + "), " = ", CentsText(line.amount_cents()));
}

std::string QuotePage(const rights::v1::QuoteRightRequest& request,
                      const rights::v1::QuoteRightResponse& response, absl::TimeZone clock) {
  std::vector<std::string> zones;
  for (const std::string& zone : request.zones()) zones.push_back(CodeOf(zone));
  std::string text = absl::StrCat(
      WrappedText(absl::StrCat(CodeOf(request.right_type()), " in ", absl::StrJoin(zones, ", ")),
                  0),
      "from ", TimeText(response.start_time(), clock), " until ",
      TimeText(response.end_time(), clock), "\n\n");
  for (const FareLine& line : response.lines()) {
    absl::StrAppend(&text, LineText(line, clock), "\n");
  }
  if (response.has_amount()) {
    absl::StrAppend(&text, "Total: ", AmountText(response.amount()), "\n");
  }
  return absl::StrCat(text, RemarksText(response.remarks()));
}

}  // namespace stadspoort::client
