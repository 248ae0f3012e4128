// What a stay costs, against an oracle that lives through it tick by tick: at every tick it asks
// Regulation::At what holds, and a coin falls when a step, or a part with one price, begins.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/fare.h"

namespace stadspoort::domain {
namespace {

// Weeks with and without a change of the clock: by an hour, by half an hour, at midnight.
struct Setting {
  const char* name;
  const char* zone;
  absl::CivilDay first;
};
const Setting kSettings[] = {
    {"Ordinary", "Europe/Brussels", absl::CivilDay(2026, 6, 1)},
    {"Spring", "Europe/Brussels", absl::CivilDay(2026, 3, 27)},
    {"Autumn", "Europe/Brussels", absl::CivilDay(2026, 10, 23)},
    {"LeapDay", "Europe/Brussels", absl::CivilDay(2028, 2, 27)},
    {"HalfAnHour", "Australia/Lord_Howe", absl::CivilDay(2026, 4, 3)},
    {"BackToTheDayBefore", "America/Sao_Paulo", absl::CivilDay(2018, 2, 15)},
    {"BackOverMidnight", "America/St_Johns", absl::CivilDay(2010, 11, 5)},
    {"MidnightSkipped", "America/Sao_Paulo", absl::CivilDay(2018, 11, 2)},
};

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}

  int Below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(engine_); }
  bool OneIn(int n) { return Below(n) == 0; }
  Interval AnyPeriod(absl::Time begin, absl::Duration span, absl::Duration unit) {
    const auto units = static_cast<int>(span / unit);
    const absl::Time start = begin + Below(units) * unit;
    return {start, start + (1 + Below(units / 2)) * unit};
  }

  FarePart AnyPart(bool is_last) {
    FarePart part;
    if (!is_last || OneIn(3)) part.applies_for = absl::Minutes(1 + Below(300));
    if (!OneIn(4)) part.step = absl::Minutes(1 + Below(90));
    part.step_price_cents = OneIn(6) ? 0 : Below(500);
    if (OneIn(3)) part.cap_cents = 1 + Below(1000);
    return part;
  }

  TimeFrame AnyFrame(const std::string& code) {
    TimeFrame frame;
    frame.code = code;
    if (OneIn(4)) {
      frame.special_day = SpecialDayLabel("FEAST");
    } else {
      for (int day = 0; day < 7; ++day) {
        if (!OneIn(3)) frame.weekdays.Add(static_cast<absl::Weekday>(day));
      }
    }
    // Short ones too, so that several find room.
    const int from = Below(96) * 15;
    const int to = from + (1 + Below(OneIn(2) ? 16 : 64)) * 15;
    frame.hours = {MinuteOfDay(from),
                   MinuteOfDay(to <= MinuteOfDay::kEndOfDay ? to : to - MinuteOfDay::kEndOfDay)};
    if (OneIn(3)) frame.max_stay = absl::Minutes(1 + Below(600));
    const int parts = Below(4);
    for (int i = 0; i < parts; ++i) frame.fare_parts.push_back(AnyPart(i + 1 == parts));
    return frame;
  }

  // Frames that may stand together: one that Validate refuses is left out again.
  Timetable AnyTimetable() {
    Regulation tried;
    tried.timetable.special_day_rules = {
        {SpecialDayLabel("FEAST"), OneIn(2) ? SpecialDayMode::kReplace : SpecialDayMode::kAnd}};
    for (int i = 0; i < 12; ++i) {
      tried.timetable.frames.push_back(AnyFrame(absl::StrCat("frame-", i)));
      if (!Validate(tried).empty()) tried.timetable.frames.pop_back();
    }
    return tried.timetable;
  }

  Regulation AnyRegulation(absl::Time begin, absl::Duration span, absl::Duration unit) {
    Regulation regulation;
    regulation.timetable = AnyTimetable();
    for (int i = Below(3); i > 0; --i) {
      regulation.closed_periods.push_back({AnyPeriod(begin, span, unit), "closed"});
    }
    for (int i = Below(4); i > 0; --i) {
      regulation.overlays.push_back({AnyPeriod(begin, span, unit), "overlay", AnyTimetable()});
      if (!Validate(regulation).empty()) regulation.overlays.pop_back();
    }
    return regulation;
  }

  // With gaps between them now and then.
  std::vector<ZoneVersion> AnyVersions(absl::Time begin, absl::Duration span, absl::Duration unit) {
    std::vector<ZoneVersion> versions;
    absl::Time start = OneIn(4) ? AnyPeriod(begin, span, unit).start : absl::InfinitePast();
    const int count = 1 + Below(3);
    for (int i = 0; i < count; ++i) {
      ZoneVersion version;
      version.version = i + 1;
      version.regulation = AnyRegulation(begin, span, unit);
      version.in_force.start = start;
      if (i + 1 < count || OneIn(4)) {
        version.in_force.end = std::max(start, begin) + Below(static_cast<int>(span / unit)) * unit;
      }
      start = version.in_force.end + (OneIn(4) ? Below(200) * unit : absl::ZeroDuration());
      if (!version.in_force.Empty()) versions.push_back(std::move(version));
    }
    std::shuffle(versions.begin(), versions.end(), engine_);
    return versions;
  }

 private:
  std::mt19937 engine_;
};

// What has happened in one occurrence so far.
struct Meter {
  const TimeFrame* frame = nullptr;
  FareLine line;
  absl::Duration in_part;
  size_t part = 0;
  std::vector<int64_t> amounts;  // of the parts, before their caps

  void Tick(absl::Duration unit) {
    line.paid += unit;
    const std::vector<FarePart>& parts = frame->fare_parts;
    if (part < parts.size() && parts[part].applies_for == in_part) {
      ++part;
      in_part = absl::ZeroDuration();
    }
    if (part == parts.size()) return;
    amounts.resize(part + 1);
    const bool begins = parts[part].step ? in_part % *parts[part].step == absl::ZeroDuration()
                                         : in_part == absl::ZeroDuration();
    if (begins) amounts[part] += parts[part].step_price_cents;
    in_part += unit;
  }

  int64_t Due() const {
    int64_t sum = 0;
    for (size_t i = 0; i < amounts.size(); ++i) {
      const int64_t cap = frame->fare_parts[i].cap_cents;
      sum += cap == 0 ? amounts[i] : std::min(amounts[i], cap);
    }
    return sum;
  }
};

class Oracle {
 public:
  Oracle(const std::vector<ZoneVersion>& versions, const CityCalendar& calendar)
      : versions_(versions), calendar_(calendar) {}

  // Lines without their parts.
  Fare LiveThrough(const Interval& term, absl::Duration unit) {
    for (absl::Time t = term.start; t < term.end; t += unit) Tick(t, unit);
    Fare fare;
    bool exceeded = false;
    for (const auto& [key, meter] : meters_) {
      fare.lines.push_back(meter.line);
      fare.lines.back().amount_cents = meter.Due();
      fare.total_cents += meter.Due();
      exceeded = exceeded || (meter.frame->max_stay && meter.line.paid > *meter.frame->max_stay);
    }
    std::sort(fare.lines.begin(), fare.lines.end(),
              [](const FareLine& a, const FareLine& b) { return a.period.start < b.period.start; });
    if (meters_.empty()) fare.remarks.push_back(FareRemark::kNothingRequired);
    if (exceeded) fare.remarks.push_back(FareRemark::kMaxStayExceeded);
    if (not_in_force_) fare.remarks.push_back(FareRemark::kZoneNotInForce);
    return fare;
  }

 private:
  using Key = std::tuple<const TimeFrame*, absl::CivilDay>;

  void Tick(absl::Time t, absl::Duration unit) {
    const auto version =
        std::find_if(versions_.begin(), versions_.end(),
                     [t](const ZoneVersion& candidate) { return candidate.in_force.Contains(t); });
    if (version == versions_.end()) {
      not_in_force_ = true;
      return;
    }
    const RuleInForce rule = version->regulation.At(t, calendar_);
    if (rule.closed != nullptr || rule.frame == nullptr) return;
    const LocalMoment moment = ToLocal(t, calendar_.zone());
    const bool after_midnight =
        rule.frame->hours.OverMidnight() && moment.minute < rule.frame->hours.from.minutes();
    const absl::CivilDay day = after_midnight ? moment.day - 1 : moment.day;
    Meter& meter = meters_[{rule.frame, day}];
    if (meter.frame == nullptr) {
      meter.frame = rule.frame;
      meter.line.zone_version = version->version;
      meter.line.frame = rule.frame->code;
      meter.line.day = day;
      meter.line.period.start = t;
    }
    meter.line.period.end = t + unit;
    meter.Tick(unit);
  }

  const std::vector<ZoneVersion>& versions_;
  const CityCalendar& calendar_;
  std::map<Key, Meter> meters_;
  bool not_in_force_ = false;
};

// The parts tell the same as the line, and are there only if they were used.
void ExpectPartsAddUp(const FareLine& line) {
  int64_t sum = 0;
  absl::Duration paid;
  for (size_t i = 0; i < line.parts.size(); ++i) {
    const FarePartLine& part = line.parts[i];
    EXPECT_EQ(part.part, i);
    EXPECT_GT(part.paid, absl::ZeroDuration());
    EXPECT_TRUE(part.capped ? part.amount_cents < part.steps * part.step_price_cents
                            : part.amount_cents == part.steps * part.step_price_cents);
    paid += part.paid;
    sum += part.amount_cents;
  }
  EXPECT_LE(paid, line.paid);
  EXPECT_EQ(sum, line.amount_cents);
}

class AgainstTheOracle : public ::testing::TestWithParam<size_t> {
 protected:
  AgainstTheOracle() {
    absl::TimeZone zone;
    EXPECT_TRUE(absl::LoadTimeZone(setting_.zone, &zone)) << setting_.zone;
    std::vector<SpecialDay> days;
    for (int i = -1; i < 8; ++i) {
      if (random_.OneIn(3)) days.push_back({setting_.first + i, SpecialDayLabel("FEAST"), "feest"});
    }
    calendar_ = CityCalendar(zone, days);
    begin_ = absl::FromCivil(setting_.first, zone);
  }

  Fare Due(const std::vector<ZoneVersion>& versions, const Interval& term) const {
    std::vector<const ZoneVersion*> pointers;
    for (const ZoneVersion& version : versions) pointers.push_back(&version);
    const absl::StatusOr<Fare> fare = FareOf(pointers, calendar_, term);
    EXPECT_TRUE(fare.ok()) << fare.status();
    return fare.value_or(Fare());
  }

  // Everything happens on whole units after begin_, within `span`.
  void Compare(int rounds, absl::Duration span, absl::Duration unit) {
    for (int round = 0; round < rounds; ++round) {
      const std::vector<ZoneVersion> versions = random_.AnyVersions(begin_, span, unit);
      const Interval term = random_.AnyPeriod(begin_, span, unit);
      const Fare expected = Oracle(versions, calendar_).LiveThrough(term, unit);
      Fare fare = Due(versions, term);
      for (FareLine& line : fare.lines) {
        ExpectPartsAddUp(line);
        line.parts.clear();
      }
      ASSERT_EQ(fare.lines.size(), expected.lines.size()) << "round " << round;
      for (size_t i = 0; i < fare.lines.size(); ++i) {
        EXPECT_EQ(fare.lines[i], expected.lines[i])
            << "round " << round << ", line " << i << " of frame " << fare.lines[i].frame << ": "
            << fare.lines[i].amount_cents << ", expected " << expected.lines[i].amount_cents;
      }
      ASSERT_EQ(fare, expected) << "round " << round;
      lines_ += fare.lines.size();
    }
  }

  const Setting& setting_ = kSettings[GetParam()];
  Random random_{static_cast<uint32_t>(GetParam()) + 1};
  CityCalendar calendar_;
  absl::Time begin_;
  size_t lines_ = 0;
};

TEST_P(AgainstTheOracle, MinuteByMinute) {
  Compare(500, absl::Hours(6 * 24), absl::Minutes(1));
  EXPECT_GT(lines_, 1000U) << "too little was compared";
}

TEST_P(AgainstTheOracle, SecondBySecond) {
  // Two days about the change of the clock, where there is one.
  begin_ += absl::Hours(36);
  Compare(100, absl::Hours(36), absl::Seconds(1));
  EXPECT_GT(lines_, 50U) << "too little was compared";
}

TEST_P(AgainstTheOracle, ALaterEndNeverCostsLess) {
  for (int round = 0; round < 100; ++round) {
    const std::vector<ZoneVersion> versions =
        random_.AnyVersions(begin_, absl::Hours(6 * 24), absl::Minutes(1));
    Interval term = random_.AnyPeriod(begin_, absl::Hours(24), absl::Minutes(1));
    int64_t before = 0;
    for (int i = 0; i < 20; ++i) {
      const int64_t due = Due(versions, term).total_cents;
      ASSERT_GE(due, before) << "round " << round << " until " << term.end;
      before = due;
      term.end += absl::Seconds(random_.Below(4 * 3600));
    }
  }
}

std::string NameOf(const ::testing::TestParamInfo<size_t>& param) {
  return kSettings[param.param].name;
}

INSTANTIATE_TEST_SUITE_P(Weeks, AgainstTheOracle, ::testing::Range<size_t>(0, std::size(kSettings)),
                         NameOf);

}  // namespace
}  // namespace stadspoort::domain
