#include "services/domain/right_terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"
#include "services/domain/right.h"

namespace stadspoort::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::Time Instant(const char* rfc3339) {
  absl::Time t;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &t, &error)) << rfc3339 << error;
  return t;
}

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}

// Noon on an ordinary Wednesday; offsets below are minutes from here.
const absl::Time kNow = absl::FromUnixSeconds(1782900000);
absl::Time At(int minutes) { return kNow + absl::Minutes(minutes); }
Interval Term(int start, int end) { return {At(start), At(end)}; }

CitySettings City() {
  CitySettings city;
  city.open_end_limit = absl::Hours(24);
  city.end_in_the_past_limit = absl::Hours(1);
  return city;
}

const BackdateRule kNone;
const BackdateRule kTenMinutes{BackdateRule::Form::kDuration, absl::Minutes(10)};
const BackdateRule kStartOfDay{BackdateRule::Form::kStartOfDay, absl::ZeroDuration()};

void ExpectRefused(const absl::Status& status, absl::StatusCode code, ErrorReason reason,
                   const char* field) {
  EXPECT_EQ(status.code(), code) << status;
  const std::optional<RefusalDetails> details = DetailsOf(status);
  ASSERT_TRUE(details.has_value()) << status;
  EXPECT_EQ(Name(details->reason), Name(reason));
  ASSERT_EQ(details->violations.size(), 1U);
  EXPECT_EQ(details->violations[0].field, field);
  EXPECT_FALSE(details->violations[0].description.empty());
  EXPECT_EQ(status.message(), absl::StrCat(field, ": ", details->violations[0].description));
}

struct GrantRow {
  const char* words;
  std::optional<int> start;
  std::optional<int> end;
  BackdateRule backdate;
  Interval effective;
  std::vector<RemarkCode> remarks;
};

TEST(Grant, GrantsWhatTheTypeAllows) {
  const std::vector<GrantRow> rows = {
      {"at once, with an end", {}, 60, kNone, Term(0, 60), {}},
      {"at once, open", {}, {}, kNone, Term(0, 1440), {RemarkCode::kSafetyEnd}},
      {"exactly now", 0, 60, kNone, Term(0, 60), {}},
      {"in the future", 30, 60, kNone, Term(30, 60), {}},
      {"in the future, open", 30, {}, kNone, Term(30, 1470), {RemarkCode::kSafetyEnd}},
      {"a minute late", -1, 60, kNone, Term(0, 60), {RemarkCode::kStartClipped}},
      {"a minute late, open",
       -1,
       {},
       kNone,
       Term(0, 1440),
       {RemarkCode::kStartClipped, RemarkCode::kSafetyEnd}},
      {"a minute late where ten are allowed", -1, 60, kTenMinutes, Term(-1, 60), {}},
      {"just as late as allowed", -10, 60, kTenMinutes, Term(-10, 60), {}},
      {"later than allowed", -11, 60, kTenMinutes, Term(-10, 60), {RemarkCode::kStartClipped}},
      {"over already, within the rule", -10, -5, kTenMinutes, Term(-10, -5), {}},
      {"partly within the rule", -30, -5, kTenMinutes, Term(-10, -5), {RemarkCode::kStartClipped}},
      {"at once is never backdated", {}, 60, kTenMinutes, Term(0, 60), {}},
      {"the shortest", 0, 1, kNone, Term(0, 1), {}},
  };
  for (const GrantRow& row : rows) {
    RequestedTerm requested;
    if (row.start) requested.start = At(*row.start);
    if (row.end) requested.end = At(*row.end);
    const auto granted = Grant(requested, row.backdate, City(), Brussels(), kNow);
    ASSERT_TRUE(granted.ok()) << row.words << ": " << granted.status();
    EXPECT_EQ(granted->effective, row.effective) << row.words;
    EXPECT_EQ(granted->remarks, row.remarks) << row.words;
  }
}

TEST(Grant, ClipsToTheStartOfTheCitysDay) {
  const absl::Time recorded = Instant("2026-10-25T12:00:00+01:00");
  const RequestedTerm requested{Instant("2026-10-24T23:00:00+02:00"),
                                Instant("2026-10-25T20:00:00+01:00")};
  const auto granted = Grant(requested, kStartOfDay, City(), Brussels(), recorded);
  ASSERT_TRUE(granted.ok());
  EXPECT_EQ(granted->effective.start, Instant("2026-10-25T00:00:00+02:00"));
  EXPECT_THAT(granted->remarks, ElementsAre(RemarkCode::kStartClipped));
}

// The safety end is elapsed time: 24 hours, on the night of 25 hours too.
TEST(Grant, TheSafetyEndIsElapsedTime) {
  const absl::Time recorded = Instant("2026-10-24T20:00:00+02:00");
  const auto granted = Grant({}, kNone, City(), Brussels(), recorded);
  ASSERT_TRUE(granted.ok());
  EXPECT_EQ(granted->effective.end, Instant("2026-10-25T19:00:00+01:00"));
}

TEST(Grant, RefusesAnEndNotAfterTheStartAskedFor) {
  for (const int end : {60, 59, -100}) {
    for (const BackdateRule& backdate : {kNone, kTenMinutes}) {
      ExpectRefused(Grant({At(60), At(end)}, backdate, City(), Brussels(), kNow).status(),
                    absl::StatusCode::kInvalidArgument, ErrorReason::kEndBeforeStart,
                    "requested_end_time");
    }
  }
  // Also when all of it lies in the past.
  ExpectRefused(Grant({At(-60), At(-61)}, kNone, City(), Brussels(), kNow).status(),
                absl::StatusCode::kInvalidArgument, ErrorReason::kEndBeforeStart,
                "requested_end_time");
}

TEST(Grant, RefusesWhatLiesWhollyInThePast) {
  const std::vector<std::pair<RequestedTerm, BackdateRule>> rows = {
      {{At(-60), At(-30)}, kNone},           {{At(-60), At(0)}, kNone},
      {{std::nullopt, At(0)}, kNone},        {{std::nullopt, At(-1)}, kNone},
      {{At(-60), At(-10)}, kTenMinutes},     {{std::nullopt, At(-5)}, kTenMinutes},
      {{At(-5000), At(-1500)}, kStartOfDay},
  };
  for (const auto& [requested, backdate] : rows) {
    ExpectRefused(Grant(requested, backdate, City(), Brussels(), kNow).status(),
                  absl::StatusCode::kFailedPrecondition, ErrorReason::kIntervalInThePast,
                  "requested_end_time");
  }
}

TEST(Grant, RefusesMoreThanTenYears) {
  const absl::Time longest = kNow + limits::kRightMaxDuration;
  EXPECT_TRUE(Grant({std::nullopt, longest}, kNone, City(), Brussels(), kNow).ok());
  ExpectRefused(
      Grant({std::nullopt, longest + absl::Seconds(1)}, kNone, City(), Brussels(), kNow).status(),
      absl::StatusCode::kInvalidArgument, ErrorReason::kInvalidField, "requested_end_time");
  // What counts is the term that is left.
  EXPECT_TRUE(Grant({kNow - absl::Hours(24), longest}, kNone, City(), Brussels(), kNow).ok());
}

TEST(Grant, SaysWhatWouldBeAccepted) {
  const absl::Time recorded = Instant("2026-07-01T10:00:00Z");
  const absl::Status status =
      Grant({std::nullopt, recorded - absl::Minutes(5)}, kNone, City(), Brussels(), recorded)
          .status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("2026-07-01T10:00:00+00:00"));
}

TEST(AmendEnd, MovesTheEndBothWays) {
  for (const int end : {0, 1, 30, 59, 60, 61, 5000}) {
    const auto amended = AmendEnd(Term(-30, 60), At(end), City(), kNow);
    ASSERT_TRUE(amended.ok()) << end << amended.status();
    EXPECT_EQ(amended->effective, Term(-30, end));
    EXPECT_THAT(amended->remarks, IsEmpty());
  }
  const auto future = AmendEnd(Term(30, 60), At(31), City(), kNow);
  ASSERT_TRUE(future.ok());
  EXPECT_EQ(future->effective, Term(30, 31));
}

TEST(AmendEnd, AnOpenEndCountsFromTheAmendmentOrALaterStart) {
  const auto running = AmendEnd(Term(-3000, 60), std::nullopt, City(), kNow);
  ASSERT_TRUE(running.ok());
  EXPECT_EQ(running->effective, Term(-3000, 1440));
  EXPECT_THAT(running->remarks, ElementsAre(RemarkCode::kSafetyEnd));
  const auto future = AmendEnd(Term(30, 60), std::nullopt, City(), kNow);
  ASSERT_TRUE(future.ok());
  EXPECT_EQ(future->effective, Term(30, 1470));
}

TEST(AmendEnd, NeverRevives) {
  const std::vector<Interval> over = {Term(-60, 0), Term(-60, -30), Term(30, 30), Term(-30, -30)};
  for (const Interval& effective : over) {
    for (const std::optional<absl::Time> end :
         {std::optional(At(60)), std::optional(At(-60)), std::optional<absl::Time>()}) {
      ExpectRefused(AmendEnd(effective, end, City(), kNow).status(),
                    absl::StatusCode::kFailedPrecondition, ErrorReason::kRightEnded,
                    "requested_end_time");
    }
  }
  EXPECT_TRUE(AmendEnd(Term(-60, 0), At(60), City(), kNow - absl::Nanoseconds(1)).ok());
}

TEST(AmendEnd, RefusesEndsThatAreNone) {
  for (const int end : {-30, -31, -5000}) {
    ExpectRefused(AmendEnd(Term(-30, 60), At(end), City(), kNow).status(),
                  absl::StatusCode::kInvalidArgument, ErrorReason::kEndBeforeStart,
                  "requested_end_time");
  }
  ExpectRefused(AmendEnd(Term(30, 60), At(30), City(), kNow).status(),
                absl::StatusCode::kInvalidArgument, ErrorReason::kEndBeforeStart,
                "requested_end_time");
  ExpectRefused(AmendEnd(Term(-30, 60), At(-1), City(), kNow).status(),
                absl::StatusCode::kFailedPrecondition, ErrorReason::kEndTooFarBack,
                "requested_end_time");
  ExpectRefused(
      AmendEnd(Term(-30, 60), At(-30) + limits::kRightMaxDuration + absl::Seconds(1), City(), kNow)
          .status(),
      absl::StatusCode::kInvalidArgument, ErrorReason::kInvalidField, "requested_end_time");
}

struct EndRow {
  const char* words;
  Interval effective;
  std::optional<int> end;
  Interval ended;
  std::vector<RemarkCode> remarks;
};

TEST(End, EndsNowOrAtAGivenTime) {
  const RemarkCode already = RemarkCode::kAlreadyEnded;
  const RemarkCode never = RemarkCode::kNeverHolds;
  const std::vector<EndRow> rows = {
      {"now", Term(-30, 60), {}, Term(-30, 0), {}},
      {"in the past", Term(-90, 60), -60, Term(-90, -60), {}},
      {"in the future", Term(-30, 60), 30, Term(-30, 30), {}},
      {"at its own end", Term(-30, 60), 60, Term(-30, 60), {}},
      {"later than its end: never extended", Term(-30, 60), 90, Term(-30, 60), {}},
      {"has ended; now", Term(-60, -30), {}, Term(-60, -30), {already}},
      {"ends this moment; now", Term(-60, 0), {}, Term(-60, 0), {already}},
      {"has ended; the same end again", Term(-60, -30), -30, Term(-60, -30), {already}},
      {"has ended; a later end", Term(-60, -30), 30, Term(-60, -30), {already}},
      {"has ended; an earlier end", Term(-60, -30), -40, Term(-60, -40), {}},
      {"long ended; the same end again", Term(-900, -300), -300, Term(-900, -300), {already}},
      {"long ended; a later end, still too far back",
       Term(-900, -300),
       -200,
       Term(-900, -300),
       {already}},
      {"before it began", Term(30, 60), {}, Term(30, 30), {never}},
      {"before it began, at a given time", Term(30, 60), 10, Term(30, 30), {never}},
      {"at its start", Term(-30, 60), -30, Term(-30, -30), {never}},
      {"before its start", Term(-30, 60), -45, Term(-30, -30), {never}},
      {"never holds; again, now", Term(30, 30), {}, Term(30, 30), {already, never}},
      {"never holds; long ago, again", Term(-300, -300), -400, Term(-300, -300), {already, never}},
  };
  for (const EndRow& row : rows) {
    std::optional<absl::Time> end;
    if (row.end) end = At(*row.end);
    const auto ended = End(row.effective, end, City(), kNow);
    ASSERT_TRUE(ended.ok()) << row.words << ": " << ended.status();
    EXPECT_EQ(ended->effective, row.ended) << row.words;
    EXPECT_EQ(ended->remarks, row.remarks) << row.words;
  }
}

TEST(End, RefusesToReachFurtherBackThanTheCityAllows) {
  EXPECT_TRUE(End(Term(-300, 60), At(-60), City(), kNow).ok());
  const std::vector<std::pair<Interval, absl::Time>> rows = {
      {Term(-300, 60), At(-60) - absl::Nanoseconds(1)},
      {Term(-300, -30), At(-100)},  // ended, yet an earlier end would shorten it
      {Term(30, 60), At(-100)},     // nor before it began
  };
  for (const auto& [effective, end] : rows) {
    ExpectRefused(End(effective, end, City(), kNow).status(), absl::StatusCode::kFailedPrecondition,
                  ErrorReason::kEndTooFarBack, "end_time");
  }
}

// Whatever is sent: a right is never lengthened, never begins elsewhere, and the same end again
// gives the same right, also much later.
TEST(End, NeverExtendsAndMayBeSentAgain) {
  std::mt19937_64 random(20261025);
  const auto minute = [&] { return static_cast<int>(random() % 400) - 200; };
  for (int round = 0; round < 20000; ++round) {
    Interval effective = Term(minute(), minute());
    effective.end = std::max(effective.start, effective.end);
    const absl::Time asked = At(minute());
    const auto once = End(effective, asked, City(), kNow);
    if (!once.ok()) {
      ASSERT_LT(asked, kNow - City().end_in_the_past_limit);
      ASSERT_LT(asked, effective.end);
      continue;
    }
    ASSERT_EQ(once->effective.start, effective.start);
    ASSERT_LE(once->effective.end, effective.end);
    ASSERT_GE(once->effective.end, effective.start);
    ASSERT_TRUE(once->effective.end == std::max(asked, effective.start) ||
                once->effective.end == effective.end);
    const auto again = End(once->effective, asked, City(), kNow + absl::Hours(100));
    ASSERT_TRUE(again.ok()) << again.status();
    ASSERT_EQ(again->effective, once->effective);
  }
}

// What was granted holds: not empty, within what was asked, and as early as the rule allows.
TEST(Grant, NeverGivesMoreThanWasAskedFor) {
  std::mt19937_64 random(20260329);
  const auto minute = [&] { return static_cast<int>(random() % 200) - 100; };
  int granted_count = 0;
  for (int round = 0; round < 20000; ++round) {
    RequestedTerm requested;
    if (random() % 4 != 0) requested.start = At(minute());
    if (random() % 4 != 0) requested.end = At(minute());
    const BackdateRule& rule = random() % 2 == 0 ? kNone : kTenMinutes;
    const auto granted = Grant(requested, rule, City(), Brussels(), kNow);
    if (!granted.ok()) {
      ASSERT_TRUE(requested.end.has_value());
      continue;
    }
    ++granted_count;
    ASSERT_FALSE(granted->effective.Empty());
    ASSERT_GE(granted->effective.start, requested.start.value_or(kNow));
    ASSERT_GE(granted->effective.start, rule.EarliestStart(kNow, Brussels()));
    ASSERT_EQ(granted->effective.end, requested.end.value_or(granted->effective.end));
  }
  EXPECT_GT(granted_count, 5000);
}

TEST(Right, IsSuspendedWithinAnyOfItsSuspensions) {
  Right right;
  right.suspensions = {Term(0, 10), Term(20, 30), {At(40), absl::InfiniteFuture()}};
  EXPECT_FALSE(right.SuspendedAt(At(0) - absl::Nanoseconds(1)));
  EXPECT_TRUE(right.SuspendedAt(At(0)));
  EXPECT_FALSE(right.SuspendedAt(At(10)));
  EXPECT_TRUE(right.SuspendedAt(At(30) - absl::Nanoseconds(1)));
  EXPECT_FALSE(right.SuspendedAt(At(30)));
  EXPECT_TRUE(right.SuspendedAt(At(1'000'000)));
  EXPECT_FALSE(Right().SuspendedAt(At(0)));
}

TEST(Right, IsRevokedFromTheMomentOn) {
  Right right;
  EXPECT_FALSE(right.RevokedAt(At(0)));
  right.revoke_time = At(0);
  EXPECT_FALSE(right.RevokedAt(At(0) - absl::Nanoseconds(1)));
  EXPECT_TRUE(right.RevokedAt(At(0)));
}

}  // namespace
}  // namespace stadspoort::domain
