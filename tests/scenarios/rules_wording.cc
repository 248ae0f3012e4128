#include "tests/scenarios/rules_wording.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/scenarios/fare_wording.h"
#include "tests/scenarios/wording.h"

namespace stadspoort::scenarios {
namespace {

bool IsCapitals(absl::string_view text) {
  return !text.empty() && absl::ascii_isupper(static_cast<unsigned char>(text.front())) &&
         domain::IsSpecialDayLabel(text);
}

absl::StatusOr<domain::SpecialDayLabel> KnownLabel(absl::string_view text,
                                                   const Vocabulary& vocabulary) {
  const domain::SpecialDayLabel label{std::string(text)};
  if (!vocabulary.labels.contains(label)) {
    return absl::InvalidArgumentError(
        absl::StrCat("no special day of the city is labelled \"", text, "\""));
  }
  return label;
}

absl::StatusOr<domain::RightTypeCode> KnownType(absl::string_view text,
                                                const Vocabulary& vocabulary) {
  absl::StatusOr<domain::RightTypeCode> code = ParseRightTypeCode(text);
  if (!code.ok()) return code;
  if (!vocabulary.right_types.contains(*code)) {
    return absl::InvalidArgumentError(absl::StrCat("the city has no right type \"", text, "\""));
  }
  return code;
}

absl::StatusOr<std::vector<domain::RightTypeCode>> KnownTypes(absl::string_view text,
                                                              const Vocabulary& vocabulary) {
  const absl::StatusOr<std::vector<std::string>> parts = SplitList(text, ",");
  if (!parts.ok()) return parts.status();
  std::vector<domain::RightTypeCode> types;
  for (const std::string& part : *parts) {
    absl::StatusOr<domain::RightTypeCode> type = KnownType(part, vocabulary);
    if (!type.ok()) return type.status();
    types.push_back(*std::move(type));
  }
  return types;
}

absl::StatusOr<std::vector<domain::WeeklyWindow>> SomeWindows(absl::string_view text) {
  absl::StatusOr<std::vector<domain::WeeklyWindow>> windows = ParseWindows(text);
  if (windows.ok() && windows->empty()) return NotUnderstood(text, "at least one window");
  return windows;
}

// "PAID, resident-noord" or "nothing".
absl::Status ReadAccepted(absl::string_view text, const Vocabulary& vocabulary,
                          domain::TimeFrame& frame) {
  if (text == "nothing") return absl::OkStatus();
  const absl::StatusOr<std::vector<std::string>> parts = SplitList(text, ",");
  if (!parts.ok()) return parts.status();
  for (const std::string& part : *parts) {
    if (IsCapitals(part)) {
      const std::optional<domain::RightKind> kind = domain::RightKindFromName(part);
      if (!kind)
        return NotUnderstood(part, "a kind of right such as PAID, or a type in lower case");
      frame.accepted_kinds.Add(*kind);
      continue;
    }
    absl::StatusOr<domain::RightTypeCode> type = KnownType(part, vocabulary);
    if (!type.ok()) return type.status();
    frame.accepted_types.push_back(*std::move(type));
  }
  if (parts->empty()) return NotUnderstood(text, "accepts and what; or accepts nothing");
  return absl::OkStatus();
}

absl::StatusOr<domain::Season> ParseSeason(absl::string_view text) {
  const std::vector<absl::string_view> ends = absl::StrSplit(text, "..");
  const std::optional<domain::MonthDay> first = domain::MonthDay::Parse(ends.front());
  const std::optional<domain::MonthDay> last = domain::MonthDay::Parse(ends.back());
  if (ends.size() != 2 || !first || !last) {
    return NotUnderstood(text, "a season such as 05-01..09-30");
  }
  return domain::Season{*first, *last};
}

// Weekdays, or the label of a special day.
absl::Status ReadDays(absl::string_view text, const Vocabulary& vocabulary,
                      domain::TimeFrame& frame) {
  if (IsCapitals(text)) {
    absl::StatusOr<domain::SpecialDayLabel> label = KnownLabel(text, vocabulary);
    if (!label.ok()) return label.status();
    frame.special_day = *std::move(label);
    return absl::OkStatus();
  }
  const absl::StatusOr<domain::WeekdaySet> days = ParseDays(text);
  if (!days.ok()) return days.status();
  frame.weekdays = *days;
  return absl::OkStatus();
}

absl::Status ReadOnce(std::optional<absl::Duration>& field, absl::string_view text) {
  const absl::StatusOr<absl::Duration> duration = ParseDuration(text);
  if (!duration.ok()) return duration.status();
  if (field) return NotUnderstood(text, "each part of a frame once");
  field = *duration;
  return absl::OkStatus();
}

absl::Status ReadFare(absl::string_view text, domain::TimeFrame& frame) {
  if (!frame.fare_parts.empty()) return NotUnderstood(text, "each part of a frame once");
  absl::StatusOr<std::vector<domain::FarePart>> parts = ParseFare(text);
  if (!parts.ok()) return parts.status();
  frame.fare_parts = *std::move(parts);
  return absl::OkStatus();
}

// One clause behind the hours of a frame.
absl::Status ReadClause(Words& words, const Vocabulary& vocabulary, domain::TimeFrame& frame,
                        bool& says_accepted) {
  static const auto* const kStops =
      new std::vector<absl::string_view>{"accepts", "season", "max", "no", "fare"};
  if (words.Accept("accepts")) {
    const std::string accepted = words.TakeUntil(*kStops);
    if (std::exchange(says_accepted, true)) return NotUnderstood(accepted, "\"accepts\" once");
    return ReadAccepted(accepted, vocabulary, frame);
  }
  if (words.Accept("season")) {
    const absl::StatusOr<domain::Season> season = ParseSeason(words.TakeUntil(*kStops));
    if (!season.ok()) return season.status();
    frame.season = *season;
    return absl::OkStatus();
  }
  if (words.Accept("max stay")) return ReadOnce(frame.max_stay, words.TakeUntil(*kStops));
  if (words.Accept("no return")) return ReadOnce(frame.no_return_gap, words.TakeUntil(*kStops));
  if (words.Accept("fare")) return ReadFare(words.TakeUntil(*kStops), frame);
  return NotUnderstood(words.TakeRest(), "season, accepts, max stay, no return, fare");
}

absl::StatusOr<domain::TimeFrame> ParseFrame(absl::string_view text, const Vocabulary& vocabulary) {
  domain::TimeFrame frame;
  Words words(text);
  frame.code = words.Take();
  if (const absl::Status days = ReadDays(words.Take(), vocabulary, frame); !days.ok()) return days;
  const absl::StatusOr<domain::DailyHours> hours = ParseHours(words.Take());
  if (!hours.ok()) return hours.status();
  frame.hours = *hours;
  bool says_accepted = false;
  while (!words.AtEnd()) {
    const absl::Status clause = ReadClause(words, vocabulary, frame, says_accepted);
    if (!clause.ok()) return clause;
  }
  if (!says_accepted) return NotUnderstood(text, "a frame that says what it accepts");
  return frame;
}

// "HOLIDAY replaces", "MARKET joins"; nothing for other phrases.
absl::StatusOr<std::optional<domain::SpecialDayRule>> ParseSpecialDayRule(
    absl::string_view text, const Vocabulary& vocabulary) {
  Words words(text);
  const std::string label = words.Take();
  const std::string mode = words.Take();
  if (!IsCapitals(label) || !words.AtEnd() || (mode != "replaces" && mode != "joins")) {
    return std::nullopt;
  }
  absl::StatusOr<domain::SpecialDayLabel> known = KnownLabel(label, vocabulary);
  if (!known.ok()) return known.status();
  return domain::SpecialDayRule{*std::move(known), mode == "replaces"
                                                       ? domain::SpecialDayMode::kReplace
                                                       : domain::SpecialDayMode::kAnd};
}

// "2026-07-17 00:00 .. 2026-07-27 00:00"
absl::StatusOr<domain::Interval> ParsePeriod(absl::string_view text, const Vocabulary& vocabulary) {
  const std::vector<absl::string_view> ends = absl::StrSplit(text, " .. ");
  if (ends.size() != 2)
    return NotUnderstood(text, "a period such as 2026-07-17 00:00 .. 2026-07-27 00:00");
  const absl::StatusOr<Moment> start = ParseMoment(ends[0], vocabulary.zone, std::nullopt);
  if (!start.ok()) return start.status();
  const absl::StatusOr<Moment> end = ParseMoment(ends[1], vocabulary.zone, std::nullopt);
  if (!end.ok()) return end.status();
  return domain::Interval{start->time, end->time};
}

// Splits `named "..."` off the end of a phrase; without it the name stays empty.
absl::StatusOr<std::string> TakeName(std::string& phrase) {
  const size_t at = phrase.find(" named ");
  if (at == std::string::npos) return "";
  const std::string quoted = phrase.substr(at + 7);
  const std::string name = Unquoted(quoted);
  if (name == quoted || name.empty() || absl::StrContains(name, '"')) {
    return NotUnderstood(phrase, "named and a name in double quotes");
  }
  phrase.resize(at);
  return name;
}

absl::Status ReadClosed(std::string phrase, const Vocabulary& vocabulary,
                        domain::Regulation& regulation) {
  absl::StatusOr<std::string> name = TakeName(phrase);
  if (!name.ok()) return name.status();
  const absl::StatusOr<domain::Interval> period = ParsePeriod(phrase, vocabulary);
  if (!period.ok()) return period.status();
  regulation.closed_periods.push_back({*period, name->empty() ? "closed" : *std::move(name)});
  return absl::OkStatus();
}

// "none", or frames and special day rules joined by "and".
absl::StatusOr<domain::Timetable> ParseOverlayTable(absl::string_view text,
                                                    const Vocabulary& vocabulary) {
  domain::Timetable table;
  if (text == "none") return table;
  const absl::StatusOr<std::vector<std::string>> phrases = SplitList(text, " and ");
  if (!phrases.ok()) return phrases.status();
  for (const std::string& phrase : *phrases) {
    absl::StatusOr<std::optional<domain::SpecialDayRule>> rule =
        ParseSpecialDayRule(phrase, vocabulary);
    if (!rule.ok()) return rule.status();
    if (rule->has_value()) {
      table.special_day_rules.push_back(**std::move(rule));
      continue;
    }
    absl::StatusOr<domain::TimeFrame> frame = ParseFrame(phrase, vocabulary);
    if (!frame.ok()) return frame.status();
    table.frames.push_back(*std::move(frame));
  }
  if (phrases->empty()) return NotUnderstood(text, "an overlay's frames, or none");
  return table;
}

// "2026-03-10 00:00 .. 2026-03-15 00:00 named "kermis": day daily 08:00-20:00 accepts LOADING"
absl::Status ReadOverlay(absl::string_view phrase, const Vocabulary& vocabulary,
                         domain::Regulation& regulation) {
  const size_t colon = phrase.find("\": ");
  if (colon == absl::string_view::npos) {
    return NotUnderstood(phrase, "overlay, period, named \"...\": and frames or none");
  }
  std::string head(phrase.substr(0, colon + 1));
  absl::StatusOr<std::string> name = TakeName(head);
  if (!name.ok()) return name.status();
  const absl::StatusOr<domain::Interval> period = ParsePeriod(head, vocabulary);
  if (!period.ok()) return period.status();
  absl::StatusOr<domain::Timetable> table =
      ParseOverlayTable(absl::StripAsciiWhitespace(phrase.substr(colon + 3)), vocabulary);
  if (!table.ok()) return table.status();
  regulation.overlays.push_back({*period, *std::move(name), *std::move(table)});
  return absl::OkStatus();
}

// "zone-a (resident, visitor) Mon-Fri 18:00-24:00"
absl::Status ReadExtension(absl::string_view phrase, const Vocabulary& vocabulary,
                           domain::Regulation& regulation) {
  domain::ValidityExtension extension;
  absl::string_view rest = phrase;
  const size_t code_end = std::min(rest.find_first_of(" ("), rest.size());
  const absl::StatusOr<std::vector<domain::ZoneCode>> zone =
      ParseZoneCodes(rest.substr(0, code_end), ",");
  if (!zone.ok()) return zone.status();
  if (zone->size() != 1) return NotUnderstood(phrase, "one zone a rule");
  extension.from_zone = zone->front();
  rest = absl::StripLeadingAsciiWhitespace(rest.substr(code_end));
  if (absl::ConsumePrefix(&rest, "(")) {
    const size_t close = rest.find(')');
    if (close == absl::string_view::npos) return NotUnderstood(phrase, "a closing parenthesis");
    absl::StatusOr<std::vector<domain::RightTypeCode>> types =
        KnownTypes(rest.substr(0, close), vocabulary);
    if (!types.ok()) return types.status();
    if (types->empty()) return NotUnderstood(phrase, "right types between the parentheses");
    extension.right_types = *std::move(types);
    rest = rest.substr(close + 1);
  }
  absl::StatusOr<std::vector<domain::WeeklyWindow>> windows = ParseWindows(rest);
  if (!windows.ok()) return windows.status();
  extension.windows = *std::move(windows);
  regulation.extensions.push_back(std::move(extension));
  return absl::OkStatus();
}

// "resident, visitor" and "Mon-Fri 18:00-08:00"
absl::Status ReadRestriction(absl::string_view who, absl::string_view when,
                             const Vocabulary& vocabulary, domain::Regulation& regulation) {
  domain::Restriction restriction;
  if (who != "everyone") {
    absl::StatusOr<std::vector<domain::RightTypeCode>> types = KnownTypes(who, vocabulary);
    if (!types.ok()) return types.status();
    if (types->empty()) return NotUnderstood(who, "right types, or everyone");
    restriction.right_types = *std::move(types);
  }
  absl::StatusOr<std::vector<domain::WeeklyWindow>> windows = SomeWindows(when);
  if (!windows.ok()) return windows.status();
  restriction.windows = *std::move(windows);
  regulation.restrictions.push_back(std::move(restriction));
  return absl::OkStatus();
}

absl::Status ReadRule(absl::string_view text, const Vocabulary& vocabulary,
                      domain::Regulation& regulation) {
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "closed ")) {
    return ReadClosed(std::string(rest), vocabulary, regulation);
  }
  if (absl::ConsumePrefix(&rest, "overlay ")) return ReadOverlay(rest, vocabulary, regulation);
  if (absl::ConsumePrefix(&rest, "good here too: rights of ")) {
    return ReadExtension(rest, vocabulary, regulation);
  }
  const size_t only = text.find(" only ");
  if (only != absl::string_view::npos) {
    return ReadRestriction(text.substr(0, only), text.substr(only + 6), vocabulary, regulation);
  }
  absl::StatusOr<std::optional<domain::SpecialDayRule>> rule =
      ParseSpecialDayRule(text, vocabulary);
  if (!rule.ok()) return rule.status();
  if (!rule->has_value()) {
    return NotUnderstood(text,
                         "LABEL replaces, LABEL joins, closed ..., overlay ..., "
                         "good here too: rights of ..., ... only ...");
  }
  regulation.timetable.special_day_rules.push_back(**std::move(rule));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<domain::Timetable> ParseFrames(absl::string_view text,
                                              const Vocabulary& vocabulary) {
  domain::Timetable table;
  if (text == "none") return table;
  const absl::StatusOr<std::vector<std::string>> phrases = SplitList(text, ";");
  if (!phrases.ok()) return phrases.status();
  for (const std::string& phrase : *phrases) {
    absl::StatusOr<domain::TimeFrame> frame = ParseFrame(phrase, vocabulary);
    if (!frame.ok()) return frame.status();
    table.frames.push_back(*std::move(frame));
  }
  if (phrases->empty()) return NotUnderstood(text, "frames, or none");
  return table;
}

absl::Status ReadGrace(absl::string_view text, domain::Regulation& regulation) {
  const absl::StatusOr<std::vector<std::string>> parts = SplitList(text, ",");
  if (!parts.ok()) return parts.status();
  std::optional<absl::Duration> before;
  std::optional<absl::Duration> after;
  for (absl::string_view part : *parts) {
    std::optional<absl::Duration>* const side = absl::ConsumePrefix(&part, "before ")  ? &before
                                                : absl::ConsumePrefix(&part, "after ") ? &after
                                                                                       : nullptr;
    if (side == nullptr) return NotUnderstood(text, "before 5 min, after 10 min");
    if (const absl::Status read = ReadOnce(*side, part); !read.ok()) return read;
  }
  regulation.grace_before = before.value_or(absl::ZeroDuration());
  regulation.grace_after = after.value_or(absl::ZeroDuration());
  return absl::OkStatus();
}

absl::Status ReadRules(absl::string_view text, const Vocabulary& vocabulary,
                       domain::Regulation& regulation) {
  const absl::StatusOr<std::vector<std::string>> rules = SplitList(text, ";");
  if (!rules.ok()) return rules.status();
  for (const std::string& rule : *rules) {
    if (const absl::Status read = ReadRule(rule, vocabulary, regulation); !read.ok()) return read;
  }
  return absl::OkStatus();
}

}  // namespace stadspoort::scenarios
