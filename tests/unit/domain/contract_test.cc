#include "services/domain/contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/domain/contract_errors.h"
#include "services/domain/refusal.h"

namespace stadspoort::domain {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr absl::Time kNever = absl::InfiniteFuture();

// Hours of 2 March 2026, in UTC.
absl::Time At(int hour) {
  return absl::FromCivil(absl::CivilHour(2026, 3, 2, 0), absl::UTCTimeZone()) + absl::Hours(hour);
}

template <typename T>
std::vector<T> Codes(absl::string_view list) {
  std::vector<T> codes;
  for (const absl::string_view code : absl::StrSplit(list, ',', absl::SkipEmpty())) {
    codes.emplace_back(std::string(code));
  }
  return codes;
}

// "paid,resident", "a,b" or "" for the whole city.
Contract For(absl::string_view types, absl::string_view zones, absl::Time start = At(0),
             absl::Time end = kNever) {
  Contract contract;
  contract.code = ContractCode("one");
  contract.provider = "app";
  contract.right_types = Codes<RightTypeCode>(types);
  contract.zones = Codes<ZoneCode>(zones);
  contract.in_force = {start, end};
  return contract;
}

// "*" is the whole city.
Right RightFor(absl::string_view type, absl::string_view zones, absl::Time start = At(12),
               absl::Time end = At(14)) {
  Right right;
  right.type = RightTypeCode(std::string(type));
  right.city_wide = zones == "*";
  if (!right.city_wide) right.zones = Codes<ZoneCode>(zones);
  right.effective = {start, end};
  return right;
}

// The fields of a refusal; none: it may be.
std::vector<std::string> FieldsOf(const absl::Status& status) {
  if (status.ok()) return {};
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  std::vector<std::string> fields;
  const std::optional<RefusalDetails> details = DetailsOf(status);
  EXPECT_EQ(details->reason, ErrorReason::kNotContracted);
  for (const FieldViolation& violation : details->violations) fields.push_back(violation.field);
  EXPECT_THAT(fields, Not(IsEmpty()));
  return fields;
}

struct EnrolRow {
  const char* name;
  std::vector<Contract> contracts;
  Right right;  // asked at 12
  std::vector<std::string> refused;
};

TEST(ContractTest, WhatMayBeEnrolled) {
  const std::vector<EnrolRow> rows = {
      {"no contract at all", {}, RightFor("paid", "a"), {"right_type"}},
      {"of another type", {For("resident", "")}, RightFor("paid", "a"), {"right_type"}},
      {"one type of several", {For("day-pass,paid", "")}, RightFor("paid", "a"), {}},
      {"the first type of several", {For("day-pass,paid", "")}, RightFor("day-pass", "a"), {}},
      {"a type that begins alike", {For("paid-2", "")}, RightFor("paid", "a"), {"right_type"}},

      {"in force from this moment", {For("paid", "", At(12))}, RightFor("paid", "a"), {}},
      {"in force from an hour on",
       {For("paid", "", At(13))},
       RightFor("paid", "a"),
       {"right_type"}},
      {"until an hour on", {For("paid", "", At(0), At(13))}, RightFor("paid", "a"), {}},
      {"ended this very moment",
       {For("paid", "", At(0), At(12))},
       RightFor("paid", "a"),
       {"right_type"}},
      {"the right outlasts it", {For("paid", "", At(0), At(13))}, RightFor("paid", "a"), {}},

      {"starts when the contract does",
       {For("paid", "", At(10))},
       RightFor("paid", "a", At(10)),
       {}},
      {"starts before the contract",
       {For("paid", "", At(10))},
       RightFor("paid", "a", At(10) - absl::Microseconds(1)),
       {"requested_start_time"}},
      {"starts as the contract ends",
       {For("paid", "", At(0), At(13))},
       RightFor("paid", "a", At(13)),
       {"requested_start_time"}},
      {"starts just before the contract ends",
       {For("paid", "", At(0), At(13))},
       RightFor("paid", "a", At(13) - absl::Microseconds(1)),
       {}},
      {"starts in the contract that follows",
       {For("paid", "", At(0), At(13)), For("paid", "", At(13))},
       RightFor("paid", "a", At(13)),
       {}},
      {"started in the contract before",
       {For("paid", "", At(0), At(12)), For("paid", "", At(12))},
       RightFor("paid", "a", At(11)),
       {}},
      {"starts in a gap between two",
       {For("paid", "", At(0), At(13)), For("paid", "", At(15))},
       RightFor("paid", "a", At(14)),
       {"requested_start_time"}},
      {"only the start is contracted",
       {For("paid", "", At(13))},
       RightFor("paid", "a", At(14)),
       {"right_type"}},
      {"the start is contracted for another type",
       {For("paid", "", At(0), At(13)), For("resident", "", At(13))},
       RightFor("paid", "a", At(14)),
       {"requested_start_time"}},
      {"ended before it began", {For("paid", "")}, RightFor("paid", "a", At(12), At(12)), {}},

      {"the zone", {For("paid", "a")}, RightFor("paid", "a"), {}},
      {"another zone", {For("paid", "b")}, RightFor("paid", "a"), {"zones[0]"}},
      {"one of two zones", {For("paid", "a")}, RightFor("paid", "a,b"), {"zones[1]"}},
      {"in whatever order", {For("paid", "a,b,c")}, RightFor("paid", "c,a"), {}},
      {"neither of two", {For("paid", "c")}, RightFor("paid", "a,b"), {"zones[0]", "zones[1]"}},
      {"two contracts together", {For("paid", "a"), For("paid", "b")}, RightFor("paid", "a,b"), {}},
      {"the second is of another type",
       {For("paid", "a"), For("resident", "b")},
       RightFor("paid", "a,b"),
       {"zones[1]"}},
      {"the second has ended",
       {For("paid", "a"), For("paid", "b", At(0), At(11))},
       RightFor("paid", "a,b"),
       {"zones[1]"}},
      {"the second begins with the right",
       {For("paid", "a"), For("paid", "b", At(13))},
       RightFor("paid", "a,b", At(13)),
       {"zones[1]"}},
      {"the second ends before the right begins",
       {For("paid", "a"), For("paid", "b", At(0), At(13))},
       RightFor("paid", "a,b", At(13)),
       {"zones[1]"}},
      {"zones change hands between two contracts",
       {For("paid", "a", At(0), At(13)), For("paid", "a,b", At(13))},
       RightFor("paid", "a", At(13)),
       {}},

      {"city-wide under a contract for all zones", {For("paid", "")}, RightFor("paid", "*"), {}},
      {"city-wide under one for some", {For("paid", "a,b")}, RightFor("paid", "*"), {"city_wide"}},
      {"city-wide now, not at the start",
       {For("paid", "", At(0), At(13)), For("paid", "a", At(13))},
       RightFor("paid", "*", At(13)),
       {"city_wide"}},
      {"all zones of another type",
       {For("paid", "a"), For("resident", "")},
       RightFor("paid", "*"),
       {"city_wide"}},
  };
  for (const EnrolRow& row : rows) {
    EXPECT_EQ(FieldsOf(MayEnrol(row.contracts, row.right, At(12))), row.refused) << row.name;
  }
}

struct AmendRow {
  const char* name;
  std::vector<Contract> contracts;
  Right before;
  Right after;  // asked at 13
  std::vector<std::string> refused;
};

TEST(ContractTest, WhatMayBeAmended) {
  const Right paid = RightFor("paid", "a");
  const std::vector<AmendRow> rows = {
      {"nothing", {}, paid, paid, {}},
      {"an earlier end", {}, paid, RightFor("paid", "a", At(12), At(13)), {}},
      {"fewer zones", {}, RightFor("paid", "a,b"), paid, {}},
      {"from the city to zones", {}, RightFor("paid", "*"), RightFor("paid", "a,b"), {}},
      {"windows",
       {},
       paid,
       [] {
         Right windows = RightFor("paid", "a");
         windows.windows.emplace_back();
         return windows;
       }(),
       {}},

      {"another zone", {For("paid", "b")}, paid, RightFor("paid", "b"), {}},
      {"a further zone", {For("paid", "b")}, paid, RightFor("paid", "a,b"), {}},
      {"a zone without a contract",
       {For("paid", "a")},
       paid,
       RightFor("paid", "a,b"),
       {"zones[1]"}},
      {"a zone with a contract that has ended",
       {For("paid", "b", At(0), At(13))},
       paid,
       RightFor("paid", "b"),
       {"zones[0]"}},
      {"a zone with a contract for another type",
       {For("resident", "b")},
       paid,
       RightFor("paid", "b"),
       {"zones[0]"}},
      {"the right began before its contract",
       {For("paid", "b", At(13))},
       paid,
       RightFor("paid", "b"),
       {}},
      {"to the whole city", {For("paid", "")}, paid, RightFor("paid", "*"), {}},
      {"to the whole city with zones only",
       {For("paid", "a,b")},
       paid,
       RightFor("paid", "*"),
       {"city_wide"}},
      {"a zone of a right to come, contracted now",
       {For("paid", "a,b", At(0), At(15))},
       RightFor("paid", "a", At(15), At(16)),
       RightFor("paid", "b", At(15), At(16)),
       {"zones[0]"}},
      {"a zone of a right to come, contracted then",
       {For("paid", "a,b", At(15))},
       RightFor("paid", "a", At(15), At(16)),
       RightFor("paid", "b", At(15), At(16)),
       {"zones[0]"}},

      {"a later end", {For("paid", "a")}, paid, RightFor("paid", "a", At(12), At(15)), {}},
      {"a later end without a contract",
       {},
       paid,
       RightFor("paid", "a", At(12), At(15)),
       {"requested_end_time"}},
      {"a later end as the contract ends",
       {For("paid", "a", At(0), At(13))},
       paid,
       RightFor("paid", "a", At(12), At(15)),
       {"requested_end_time"}},
      {"a later end in a zone that is no longer contracted",
       {For("paid", "b")},
       paid,
       RightFor("paid", "a", At(12), At(15)),
       {"requested_end_time"}},
      {"a later end of a right of the whole city",
       {For("paid", "a,b")},
       RightFor("paid", "*"),
       RightFor("paid", "*", At(12), At(15)),
       {"requested_end_time"}},
      {"a later end and another zone",
       {For("paid", "b")},
       paid,
       RightFor("paid", "b", At(12), At(15)),
       {}},
      {"a later end and a further zone, neither contracted",
       {For("paid", "c")},
       paid,
       RightFor("paid", "a,b", At(12), At(15)),
       {"requested_end_time", "zones[1]"}},
      {"a later end in two zones: the one reason is told once",
       {},
       RightFor("paid", "a,b"),
       RightFor("paid", "a,b", At(12), At(15)),
       {"requested_end_time"}},
  };
  for (const AmendRow& row : rows) {
    EXPECT_EQ(FieldsOf(MayAmend(row.contracts, row.before, row.after, At(13))), row.refused)
        << row.name;
  }
}

std::string WordsOf(const absl::Status& status) {
  const std::optional<RefusalDetails> details = DetailsOf(status);
  return details ? details->violations.front().description : "";
}

TEST(ContractTest, ARefusalSaysWhatIsAllowed) {
  EXPECT_EQ(WordsOf(MayEnrol({}, RightFor("paid", "a"), At(12))),
            "you have no contract for paid in force; nor for any other right type");
  EXPECT_EQ(WordsOf(MayEnrol({For("resident", ""), For("day-pass,visitor", "a")},
                             RightFor("paid", "a"), At(12))),
            "you have no contract for paid in force; your contracts allow day-pass, resident, "
            "visitor");
  EXPECT_EQ(WordsOf(MayEnrol({For("paid", "", At(0), At(9)), For("paid", "", At(3), At(11)),
                              For("paid", "", At(20)), For("paid", "", At(18))},
                             RightFor("paid", "a"), At(12))),
            "you have no contract for paid in force; one ended at 2026-03-02T11:00:00+00:00; one "
            "begins at 2026-03-02T18:00:00+00:00; nor for any other right type");
  EXPECT_EQ(WordsOf(MayEnrol({For("paid", "", At(0), At(13)), For("paid", "", At(15))},
                             RightFor("paid", "a", At(14)), At(12))),
            "a right of yours of the type paid may start from 2026-03-02T00:00:00+00:00 until "
            "2026-03-02T13:00:00+00:00, from 2026-03-02T15:00:00+00:00");
  const absl::Status zone = MayEnrol({For("paid", "b,c"), For("paid", "d"), For("resident", "a")},
                                     RightFor("paid", "a"), At(12));
  EXPECT_EQ(WordsOf(zone),
            "zone a lies outside your contracts: at 2026-03-02T12:00:00+00:00 your contracts for "
            "paid allow b, c, d");
  EXPECT_EQ(zone.message(), absl::StrCat("zones[0]: ", WordsOf(zone)));
  EXPECT_EQ(MayEnrol({For("paid", "c")}, RightFor("paid", "a,b"), At(12)).message(),
            "2 zones lie outside your contracts for this right type");
  EXPECT_THAT(WordsOf(MayEnrol({For("paid", "a")}, RightFor("paid", "*"), At(12))),
              HasSubstr("the whole city lies outside"));
}

TEST(ContractTest, LongListsAreCut) {
  std::string zones;
  for (int i = 100; i < 150; ++i) absl::StrAppend(&zones, "z", i, ",");
  EXPECT_THAT(WordsOf(MayEnrol({For("paid", zones)}, RightFor("paid", "a"), At(12))),
              AllOf(HasSubstr("z109 and 40 more"), Not(HasSubstr("z110"))));
}

TEST(ContractTest, ErrorsOfContracts) {
  EXPECT_EQ(ContractNotFound().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(DetailsOf(ContractNotFound())->reason, ErrorReason::kContractNotFound);
  EXPECT_EQ(ContractExists().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(DetailsOf(ContractExists())->reason, ErrorReason::kContractExists);
}

}  // namespace
}  // namespace stadspoort::domain
