#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/scenarios/cells.h"
#include "tests/scenarios/fare_wording.h"
#include "tests/scenarios/sections.h"
#include "tests/scenarios/wording.h"

namespace stadspoort::scenarios {
namespace {

// "NOTHING_REQUIRED, ZONE_NOT_IN_FORCE"
absl::StatusOr<std::vector<domain::FareRemark>> ParseRemarks(absl::string_view text) {
  const absl::StatusOr<std::vector<std::string>> names = SplitList(text, ",");
  if (!names.ok()) return names.status();
  std::vector<domain::FareRemark> remarks;
  for (const std::string& name : *names) {
    const std::optional<domain::FareRemark> remark = domain::FareRemarkFromName(name);
    if (!remark || std::find(remarks.begin(), remarks.end(), *remark) != remarks.end()) {
      return NotUnderstood(name,
                           "NOTHING_REQUIRED, MAX_STAY_EXCEEDED, ZONE_NOT_IN_FORCE, each once");
    }
    remarks.push_back(*remark);
  }
  std::sort(remarks.begin(), remarks.end());
  return remarks;
}

void ReadZones(Cells& row, const Group& group, Quote& quote) {
  quote.zones =
      row.Read("zone", [](absl::string_view text) { return ParseZoneCodes(text, " or "); });
  if (group.zones.empty()) return;
  for (const domain::ZoneCode& zone : quote.zones) {
    if (!group.HasZone(zone)) {
      row.Refuse("zone", NotUnderstood(zone.value(), "a zone of this group"));
    }
  }
}

void ReadTerm(Cells& row, absl::TimeZone zone, Quote& quote) {
  const Moment from = row.Read(
      "from", [&](absl::string_view text) { return ParseMoment(text, zone, std::nullopt); });
  const Moment until =
      row.Read("until", [&](absl::string_view text) { return ParseMoment(text, zone, from.day); });
  quote.term = {from.time, until.time};
  if (until.time < from.time) {
    row.Refuse("until", NotUnderstood(row.Text("until"), "a moment not before from"));
  }
}

// The numbers must fit each other before they are compared with anything.
absl::Status CheckSums(const Quote& quote) {
  absl::string_view sums = quote.expected.arithmetic;
  if (quote.zones.size() > 1) {
    const bool names_zone =
        std::any_of(quote.zones.begin(), quote.zones.end(), [&sums](const domain::ZoneCode& zone) {
          return absl::ConsumePrefix(&sums, absl::StrCat("in ", zone.value(), ": "));
        });
    if (!names_zone) return NotUnderstood(sums, "\"in \", the dearest zone, \": \" and its sums");
  }
  const absl::StatusOr<int64_t> total = AddUp(sums);
  if (!total.ok()) return total.status();
  if (*total == quote.expected.amount_cents) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("adds up to ", AmountText(*total), ", not ",
                                                 AmountText(quote.expected.amount_cents)));
}

Quote ReadQuote(Cells& row, const Group& group) {
  Quote quote;
  quote.line = row.line();
  ReadZones(row, group, quote);
  ReadTerm(row, group.city.zone(), quote);
  quote.expected.amount_cents = row.Read("amount", ParseAmount);
  quote.expected.arithmetic =
      absl::StrJoin(absl::StrSplit(row.Text("arithmetic"), ' ', absl::SkipEmpty()), " ");
  row.Refuse("arithmetic", CheckSums(quote));
  quote.expected.remarks = row.Read("remarks", ParseRemarks);
  quote.why = std::string(row.Text("why"));
  return quote;
}

}  // namespace

absl::Status ReadFares(absl::string_view file_name, const Section& section, Group& group) {
  absl::StatusOr<std::vector<Cells>> rows = ReadRows(file_name, section,
                                                     {{"zone", true},
                                                      {"from", true},
                                                      {"until", true},
                                                      {"amount", true},
                                                      {"arithmetic", true},
                                                      {"remarks"},
                                                      {"why"}});
  if (!rows.ok()) return rows.status();
  for (Cells& row : *rows) {
    group.fares.push_back(ReadQuote(row, group));
    if (!row.status().ok()) return row.status();
  }
  return absl::OkStatus();
}

}  // namespace stadspoort::scenarios
