#include "tests/scenarios/fare_wording.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "tests/scenarios/wording.h"

namespace stadspoort::scenarios {
namespace {

constexpr absl::string_view kFareAccepted =
    "50 ct per 15 min, 4.00 EUR a day, free for 30 min; behind it: for how long, cap and the most; "
    "then: the next part";
constexpr absl::string_view kSumAccepted =
    "a sum such as 4 x 0.50 + 2 x 0.80 = 3.60, 12 x 1.00 cap 10.00 = 10.00, 4.00 or free";

bool AreDigits(absl::string_view text) {
  return !text.empty() && text.size() <= 9 && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// "50 ct" or "4.00 EUR"
absl::StatusOr<int64_t> TakePrice(Words& words) {
  const std::string number = words.Take();
  if (words.Accept("EUR")) return ParseAmount(number);
  int64_t cents = 0;
  if (!words.Accept("ct") || !AreDigits(number) || !absl::SimpleAtoi(number, &cents)) {
    return NotUnderstood(absl::StrCat(number, " ", words.Take()), "a price: 50 ct or 4.00 EUR");
  }
  return cents;
}

absl::Status ReadLength(absl::string_view text, std::optional<absl::Duration>& field) {
  const absl::StatusOr<absl::Duration> length = ParseDuration(text);
  if (length.ok()) field = *length;
  return length.status();
}

absl::Status ReadCap(Words& words, domain::FarePart& part) {
  const absl::StatusOr<int64_t> cap = TakePrice(words);
  if (!cap.ok()) return cap.status();
  if (*cap == 0) return NotUnderstood("cap 0", "a cap of at least a cent");
  part.cap_cents = *cap;
  return absl::OkStatus();
}

absl::StatusOr<domain::FarePart> ParseFarePart(absl::string_view text) {
  domain::FarePart part;
  Words words(text);
  // Otherwise one could not tell a slip from one price for the rest of the day.
  bool says_how_long = words.Accept("free");
  bool one_a_day = false;
  if (!says_how_long) {
    const absl::StatusOr<int64_t> price = TakePrice(words);
    if (!price.ok()) return price.status();
    part.step_price_cents = *price;
    if (words.Accept("a day")) {
      one_a_day = true;
    } else if (words.Accept("per")) {
      says_how_long = true;
      const absl::Status step = ReadLength(words.TakeUntil({"for", "cap"}), part.step);
      if (!step.ok()) return step;
    }
  }
  if (!one_a_day && words.Accept("for")) {
    says_how_long = true;
    const absl::Status length = ReadLength(words.TakeUntil({"cap"}), part.applies_for);
    if (!length.ok()) return length;
  }
  if (words.Accept("cap")) {
    if (const absl::Status cap = ReadCap(words, part); !cap.ok()) return cap;
  }
  if (!words.AtEnd() || !(says_how_long || one_a_day)) return NotUnderstood(text, kFareAccepted);
  return part;
}

// "09:00", "09:00:30", "02:30 second"; the end of a day is 24:00.
std::string ClockText(absl::Time t, absl::TimeZone zone, bool is_end) {
  const absl::CivilSecond wall = zone.At(t).cs;
  if (is_end && wall == absl::CivilSecond(absl::CivilDay(wall))) return "24:00";
  std::string text = absl::StrFormat("%02d:%02d", wall.hour(), wall.minute());
  if (wall.second() != 0) absl::StrAppendFormat(&text, ":%02d", wall.second());
  const absl::TimeZone::TimeInfo info = zone.At(wall);
  if (info.kind == absl::TimeZone::TimeInfo::REPEATED) {
    text += info.pre == t ? " first" : " second";
  }
  return text;
}

// "1 h 30 min"
std::string LengthText(absl::Duration length) {
  std::vector<std::string> texts;
  for (const auto& [unit, name] :
       {std::pair(absl::Hours(1), "h"), std::pair(absl::Minutes(1), "min"),
        std::pair(absl::Seconds(1), "s")}) {
    const int64_t count = absl::IDivDuration(length, unit, &length);
    if (count > 0) texts.push_back(absl::StrCat(count, " ", name));
  }
  return absl::StrJoin(texts, " ");
}

// "09:00-10:20"; with the time that is paid where the clock does not show it: "09:00-15:00 (4 h)".
std::string PeriodText(const domain::FareLine& line, absl::TimeZone zone) {
  const domain::Interval& period = line.period;
  const std::string text =
      absl::StrCat(ClockText(period.start, zone, false), "-", ClockText(period.end, zone, true));
  const absl::Duration shown = absl::Seconds(zone.At(period.end).cs - zone.At(period.start).cs);
  return line.paid == shown ? text : absl::StrCat(text, " (", LengthText(line.paid), ")");
}

std::string SumText(const domain::FareLine& line) {
  if (line.parts.empty()) return "free";
  std::string text;
  for (const domain::FarePartLine& part : line.parts) {
    if (!text.empty()) text += " + ";
    if (part.step_price_cents == 0) {
      text += "free";
      continue;
    }
    if (part.steps != 1) absl::StrAppend(&text, part.steps, " x ");
    text += AmountText(part.step_price_cents);
    if (part.capped) absl::StrAppend(&text, " cap ", AmountText(part.amount_cents));
  }
  // One price is its own sum.
  if (!absl::StrContains(text, ' ')) return text;
  return absl::StrCat(text, " = ", AmountText(line.amount_cents));
}

// "4 x 0.50 cap 1.50", "4.00", "free"
absl::StatusOr<int64_t> ReckonTerm(absl::string_view text) {
  if (text == "free") return 0;
  const std::vector<absl::string_view> price_and_cap = absl::StrSplit(text, " cap ");
  const std::vector<absl::string_view> factors = absl::StrSplit(price_and_cap[0], " x ");
  const absl::StatusOr<int64_t> price = ParseAmount(factors.back());
  int64_t steps = 1;
  if (price_and_cap.size() > 2 || factors.size() > 2 || !price.ok() ||
      (factors.size() == 2 && (!AreDigits(factors[0]) || !absl::SimpleAtoi(factors[0], &steps)))) {
    return NotUnderstood(text, kSumAccepted);
  }
  if (price_and_cap.size() == 1) return steps * *price;
  const absl::StatusOr<int64_t> cap = ParseAmount(price_and_cap[1]);
  if (!cap.ok()) return cap.status();
  return std::min(steps * *price, *cap);
}

// "4 x 0.50 + 2 x 0.80 = 3.60", or one price without "=".
absl::StatusOr<int64_t> ReckonSum(absl::string_view text) {
  const std::vector<absl::string_view> sides = absl::StrSplit(text, " = ");
  int64_t sum = 0;
  for (const absl::string_view term : absl::StrSplit(sides[0], " + ")) {
    const absl::StatusOr<int64_t> amount = ReckonTerm(term);
    if (!amount.ok()) return amount.status();
    sum += *amount;
  }
  if (sides.size() == 1 && !absl::StrContains(text, ' ')) return sum;
  if (sides.size() != 2) return NotUnderstood(text, kSumAccepted);
  const absl::StatusOr<int64_t> written = ParseAmount(sides[1]);
  if (!written.ok()) return written.status();
  if (*written != sum) {
    return absl::InvalidArgumentError(
        absl::StrCat(sides[0], " makes ", AmountText(sum), ", not ", sides[1]));
  }
  return sum;
}

}  // namespace

absl::StatusOr<std::vector<domain::FarePart>> ParseFare(absl::string_view text) {
  const absl::StatusOr<std::vector<std::string>> phrases = SplitList(text, " then ");
  if (!phrases.ok()) return phrases.status();
  std::vector<domain::FarePart> parts;
  for (const std::string& phrase : *phrases) {
    const absl::StatusOr<domain::FarePart> part = ParseFarePart(phrase);
    if (!part.ok()) return part.status();
    parts.push_back(*part);
  }
  if (parts.empty()) return NotUnderstood(text, kFareAccepted);
  return parts;
}

absl::StatusOr<int64_t> ParseAmount(absl::string_view text) {
  const std::vector<absl::string_view> sides = absl::StrSplit(text, '.');
  int64_t euros = 0;
  int64_t cents = 0;
  if (sides.size() != 2 || sides[1].size() != 2 || !AreDigits(sides[0]) || !AreDigits(sides[1]) ||
      !absl::SimpleAtoi(sides[0], &euros) || !absl::SimpleAtoi(sides[1], &cents)) {
    return NotUnderstood(text, "euros with two decimals, such as 3.60");
  }
  return euros * 100 + cents;
}

std::string AmountText(int64_t cents) {
  return absl::StrFormat("%d.%02d", cents / 100, cents % 100);
}

std::string Arithmetic(const domain::Fare& fare, absl::TimeZone zone) {
  if (fare.lines.empty()) return "none";
  return absl::StrJoin(fare.lines, "; ", [zone](std::string* out, const domain::FareLine& line) {
    absl::StrAppend(out, absl::FormatCivilTime(line.day), " ", line.frame, " ",
                    PeriodText(line, zone), ": ", SumText(line));
  });
}

absl::StatusOr<int64_t> AddUp(absl::string_view arithmetic) {
  if (arithmetic == "none") return 0;
  const absl::StatusOr<std::vector<std::string>> pieces = SplitList(arithmetic, ";");
  if (!pieces.ok()) return pieces.status();
  if (pieces->empty()) return NotUnderstood(arithmetic, "what is due in each frame, or none");
  int64_t total = 0;
  for (const std::string& piece : *pieces) {
    const std::vector<absl::string_view> sides = absl::StrSplit(piece, ": ");
    if (sides.size() != 2) {
      return NotUnderstood(piece, "2026-03-02 dag 09:00-10:20: and a sum");
    }
    const absl::StatusOr<int64_t> sum = ReckonSum(sides[1]);
    if (!sum.ok()) return sum.status();
    total += *sum;
  }
  return total;
}

}  // namespace stadspoort::scenarios
