#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/scenarios/cells.h"
#include "tests/scenarios/place_wording.h"
#include "tests/scenarios/sections.h"
#include "tests/scenarios/wording.h"

namespace stadspoort::scenarios {
namespace {

absl::StatusOr<std::optional<domain::Usage>> ParseUsage(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::optional<domain::Usage> usage = domain::UsageFromName(text);
  if (!usage) return NotUnderstood(text, "a usage such as PAID_PARKING");
  return usage;
}

absl::StatusOr<std::optional<int>> ParseConfidence(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  const absl::StatusOr<int> confidence = ParseWholeNumber(text);
  if (!confidence.ok()) return confidence.status();
  return *confidence;
}

absl::StatusOr<std::optional<domain::DecisionReason>> ParseTrouble(absl::string_view text) {
  using domain::DecisionReason;
  if (text.empty()) return std::nullopt;
  const std::optional<DecisionReason> reason = domain::DecisionReasonFromName(text);
  if (reason != DecisionReason::kStale && reason != DecisionReason::kBackendUnavailable &&
      reason != DecisionReason::kOverloaded) {
    return NotUnderstood(text, "STALE, BACKEND_UNAVAILABLE, OVERLOADED");
  }
  return reason;
}

// "+10 min" and "-3 min" from `at`, or a moment.
absl::StatusOr<absl::Time> ParseNow(absl::string_view text, const Moment& at, absl::TimeZone zone) {
  if (text.empty()) return at.time;
  const bool later = absl::ConsumePrefix(&text, "+");
  const bool earlier = !later && absl::ConsumePrefix(&text, "-");
  if (later || earlier) {
    const absl::StatusOr<absl::Duration> by = ParseDuration(text);
    if (!by.ok()) return by.status();
    return later ? at.time + *by : at.time - *by;
  }
  const absl::StatusOr<Moment> now = ParseMoment(text, zone, at.day);
  if (!now.ok()) return now.status();
  return now->time;
}

domain::DecisionReason ReadReason(Cells& row) {
  const std::optional<domain::Decision> decision = domain::DecisionFromName(row.Text("decision"));
  const std::optional<domain::DecisionReason> reason =
      domain::DecisionReasonFromName(row.Text("reason"));
  if (!decision) {
    row.Refuse("decision",
               NotUnderstood(row.Text("decision"),
                             "PERMITTED, NOT_REQUIRED, NOT_PERMITTED, REVIEW, UNKNOWN"));
  } else if (!reason) {
    row.Refuse("reason", NotUnderstood(row.Text("reason"), "a reason such as NO_RIGHT"));
  } else if (domain::DecisionOf(*reason) != *decision) {
    row.Refuse("decision", NotUnderstood(row.Text("decision"),
                                         absl::StrCat(domain::Name(domain::DecisionOf(*reason)),
                                                      " (", domain::Name(*reason), ")")));
  }
  return reason.value_or(domain::DecisionReason::kInvalidItem);
}

// Empty: not compared; "none": must be absent; otherwise what `parse` reads.
template <typename T, typename Parse>
Expected<T> ReadExpected(Cells& row, absl::string_view column, Parse parse) {
  Expected<T> expected;
  const absl::string_view text = row.Text(column);
  expected.compared = !text.empty();
  if (expected.compared && text != "none") expected.value = row.Read(column, parse);
  return expected;
}

Expectation ReadExpectation(Cells& row, const Group& group, const Moment& at) {
  const auto moment = [&](absl::string_view text) -> absl::StatusOr<absl::Time> {
    const absl::StatusOr<Moment> parsed = ParseMoment(text, group.city.zone(), at.day);
    if (!parsed.ok()) return parsed.status();
    return parsed->time;
  };
  const auto zone = [&](absl::string_view text) -> absl::StatusOr<domain::ZoneCode> {
    domain::ZoneCode code{std::string(text)};
    if (!domain::IsZoneCode(text) || (!group.zones.empty() && !group.HasZone(code))) {
      return NotUnderstood(text, "a zone of this group");
    }
    return code;
  };
  Expectation expected;
  expected.reason = ReadReason(row);
  expected.valid_until = ReadExpected<absl::Time>(row, "valid until", moment);
  expected.recheck_after = ReadExpected<absl::Time>(row, "recheck after", moment);
  expected.minutes_ago = ReadExpected<int64_t>(row, "minutes ago", ParseWholeNumber);
  expected.zone = ReadExpected<domain::ZoneCode>(row, "zone", zone);
  return expected;
}

// A position, or candidates by name. A name that the group does not have is a typing error, unless
// the row is about one.
void ReadPlace(Cells& row, const Group& group, Check& check) {
  check.place = std::string(row.Text("place"));
  if (absl::StrContains(check.place, ',')) {
    check.position = row.Read("place", ParsePosition);
    return;
  }
  check.zones = row.Read("place", [](absl::string_view text) { return SplitList(text, " or "); });
  if (check.zones.empty()) row.Refuse("place", NotUnderstood("", "a zone or a position"));
  if (group.zones.empty() || check.expected.reason == domain::DecisionReason::kInvalidItem) return;
  for (const std::string& name : check.zones) {
    if (!group.HasZone(domain::ZoneCode(name))) {
      row.Refuse("place", NotUnderstood(name, "a zone of this group"));
    }
  }
}

Check ReadCheck(Cells& row, const Group& group) {
  const absl::TimeZone zone = group.city.zone();
  Check check;
  check.line = row.line();
  check.plate = Unquoted(row.Text("plate"));
  if (!row.Has("plate")) row.Refuse("plate", NotUnderstood("", "a plate; \"\" for an empty one"));
  check.country = std::string(row.Text("country"));
  check.confidence = row.Read("confidence", ParseConfidence);
  check.usage = row.Read("usage", ParseUsage);
  check.trouble = row.Read("trouble", ParseTrouble);
  check.at_text = std::string(row.Text("at"));
  const Moment at =
      row.Read("at", [&](absl::string_view text) { return ParseMoment(text, zone, std::nullopt); });
  check.at = at.time;
  check.now = row.Read("now", [&](absl::string_view text) { return ParseNow(text, at, zone); });
  check.expected = ReadExpectation(row, group, at);
  ReadPlace(row, group, check);
  check.why = std::string(row.Text("why"));
  return check;
}

}  // namespace

absl::Status ReadChecks(absl::string_view file_name, const Section& section, Group& group) {
  absl::StatusOr<std::vector<Cells>> rows = ReadRows(file_name, section,
                                                     {{"plate", true},
                                                      {"country"},
                                                      {"confidence"},
                                                      {"place", true},
                                                      {"usage"},
                                                      {"at", true},
                                                      {"now"},
                                                      {"trouble"},
                                                      {"decision", true},
                                                      {"reason", true},
                                                      {"valid until"},
                                                      {"recheck after"},
                                                      {"minutes ago"},
                                                      {"zone"},
                                                      {"why"}});
  if (!rows.ok()) return rows.status();
  for (Cells& row : *rows) {
    group.checks.push_back(ReadCheck(row, group));
    if (!row.status().ok()) return row.status();
  }
  return absl::OkStatus();
}

}  // namespace stadspoort::scenarios
