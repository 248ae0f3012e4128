// Zones that end, and versions that are called back before they come into force.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using zones::v1::RetireZoneRequest;
using zones::v1::WithdrawZoneVersionRequest;
using zones::v1::Zone;
using zones::v1::ZoneDraft;
using Fields = std::vector<std::string>;

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;
constexpr auto kState = grpc::StatusCode::FAILED_PRECONDITION;

class WithdrawingTest : public HeldClockTest {
 protected:
  std::string CheckedAt(const std::string& code, absl::Duration after) {
    return Words(desk().Check(code, kStart + after));
  }
  void ExpectNoRetirement(const RetireZoneRequest& request, grpc::StatusCode code,
                          const std::string& reason, const Fields& fields,
                          const std::string& name) {
    const std::string before = Stored();
    ExpectRefusal(desk().Retire(request).status, code, reason, fields, name);
    EXPECT_EQ(Stored(), before) << name;
  }
  void ExpectNoWithdrawal(const WithdrawZoneVersionRequest& request, grpc::StatusCode code,
                          const std::string& reason, const Fields& fields,
                          const std::string& name) {
    const std::string before = Stored();
    ExpectRefusal(desk().Withdraw(request).status, code, reason, fields, name);
    EXPECT_EQ(Stored(), before) << name;
  }
};

TEST_F(WithdrawingTest, AZoneEndsAtOnce) {
  MoveTo(absl::Hours(1));
  EXPECT_EQ(CheckedAt("a", absl::Hours(1)), "NOT_PERMITTED NO_RIGHT 1");
  const std::string etag = desk().Get("a").response.zone().etag();
  RetireZoneRequest request = desk().ToRetire("a");
  request.set_etag(etag);
  request.set_reason("besluit 2026/12");
  const auto retired = desk().Retire(request);
  ASSERT_TRUE(retired.ok()) << retired.status.error_message();
  const Zone& zone = retired.response.zone();
  EXPECT_EQ(zone.zone_version(), 1);
  EXPECT_EQ(TimeOf(zone.in_force_end_time()), kStart + absl::Hours(1));
  EXPECT_EQ(zone.state(), zones::v1::ZONE_VERSION_STATE_RETIRED);
  EXPECT_FALSE(zone.has_regulation()) << "view BASIC";
  EXPECT_EQ(zone.vertex_count(), 4);
  EXPECT_NE(zone.etag(), etag);
  EXPECT_EQ(CheckedAt("a", absl::Hours(1)), "NOT_REQUIRED NO_FRAME 0");
  EXPECT_EQ(CheckedAt("a", absl::Minutes(59)), "NOT_PERMITTED NO_RIGHT 1");
  EXPECT_EQ(CheckedAt("b", absl::Hours(1)), "NOT_PERMITTED NO_RIGHT 1") << "another zone";
  ExpectRefusal(desk().Get("a").status, grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"}, "now");
  EXPECT_EQ(desk().VersionAt("a", kStart), 1) << "its history stays";
  zones::v1::ListZonesRequest list;
  list.set_parent(desk().Parent());
  const auto listed = desk().Ask(&Desk::Stub::ListZones, list).response;
  ASSERT_EQ(listed.zones_size(), 1);
  EXPECT_EQ(listed.zones(0).name(), desk().Zone("b"));
  EXPECT_EQ(sql_->Value("SELECT (state ->> 'verb') || ' ' || actor || ' ' || reason FROM "
                        "stadspoort.journal WHERE kind = 'ZONE' AND version = 2 AND city = '" +
                        desk().city() + "'"),
            "RETIRE tester besluit 2026/12");
}

// By the clock that runs: the answer itself says what it did.
TEST_F(DeskTest, AZoneThatEndsAtOnceIsRetiredInTheAnswer) {
  const auto retired = desk().Retire("a");
  ASSERT_TRUE(retired.ok()) << retired.status.error_message();
  EXPECT_EQ(retired.response.zone().state(), zones::v1::ZONE_VERSION_STATE_RETIRED);
  EXPECT_EQ(desk().StatesOf("a"), "1 RETIRED");
  EXPECT_EQ(Words(desk().Check("a")), "NOT_REQUIRED NO_FRAME 0");
}

TEST_F(WithdrawingTest, AZoneEndsAhead) {
  const absl::Time end = kStart + absl::Hours(2);
  const auto retired = desk().Retire("a", end);
  ASSERT_TRUE(retired.ok()) << retired.status.error_message();
  EXPECT_EQ(retired.response.zone().state(), zones::v1::ZONE_VERSION_STATE_PUBLISHED);
  EXPECT_EQ(desk().VersionAt("a", end - absl::Microseconds(1)), 1);
  EXPECT_EQ(desk().VersionAt("a", end), 0);
  EXPECT_EQ(CheckedAt("a", absl::ZeroDuration()), "NOT_PERMITTED NO_RIGHT 1");
  EXPECT_EQ(TimeOf(desk().Check("a", kStart).valid_until()), end);
  MoveTo(absl::Hours(2));
  EXPECT_EQ(CheckedAt("a", absl::Hours(2)), "NOT_REQUIRED NO_FRAME 0");
  EXPECT_EQ(desk().StatesOf("a"), "1 RETIRED");
}

TEST_F(WithdrawingTest, BadRetirementsAreRefused) {
  const auto at = [&](const std::string& code, absl::Duration after) {
    return desk().ToRetire(code, kStart + after);
  };
  MoveTo(absl::Hours(1));
  ExpectNoRetirement(at("a", absl::Minutes(59)), kInvalid, "ZONE_VERSION_OVERLAP", {"end_time"},
                     "in the past");
  ExpectNoRetirement(desk().ToRetire("mauve"), grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"},
                     "unknown");
  ASSERT_TRUE(desk().Update(desk().NewDraft("c")).ok());
  ExpectNoRetirement(desk().ToRetire("c"), grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"},
                     "only drawn");
  RetireZoneRequest request = desk().ToRetire("a");
  request.set_etag("77");
  ExpectNoRetirement(request, grpc::ABORTED, "STALE_ETAG", {"etag"}, "etag");
  EXPECT_TRUE(absl::StrContains(desk().Retire(request).status.error_message(),
                                desk().Get("a").response.zone().etag()))
      << "the present one is named";
  request = desk().ToRetire("a");
  request.set_request_id(std::string(101, 'i'));
  request.set_reason(std::string(501, 'r'));
  ExpectNoRetirement(request, kInvalid, "INVALID_FIELD", {"request_id", "reason"}, "long");
  request = desk().ToRetire("a");
  request.set_name("cities/ghent");
  ExpectNoRetirement(request, kInvalid, "INVALID_NAME", {"name"}, "name");

  // Before a version that is published ahead.
  desk().Enact(desk().NewDraft("a"), kStart + absl::Hours(5));
  ExpectNoRetirement(desk().ToRetire("a"), kState, "ZONE_VERSION_OVERLAP", {"end_time"}, "now");
  ExpectNoRetirement(at("a", absl::Hours(5)), kState, "ZONE_VERSION_OVERLAP", {"end_time"},
                     "as it begins");
  // A zone on whose rights another leans.
  ZoneDraft leaning = desk().NewDraft("d");
  leaning.mutable_regulation()->add_extensions()->set_zone("b");
  desk().Enact(leaning, kStart + absl::Hours(3));
  for (const int hours : {1, 3, 4}) {
    ExpectNoRetirement(at("b", absl::Hours(hours)), kState, "ZONE_FAULTS",
                       {"zones[d].regulation.extensions[0].zone"}, absl::StrCat(hours));
  }
  desk().Enact(desk().NewDraft("d"), kStart + absl::Hours(6));
  ExpectNoRetirement(at("b", absl::Hours(5)), kState, "ZONE_FAULTS",
                     {"zones[d].regulation.extensions[0].zone"}, "until it leans no more");
  EXPECT_TRUE(desk().Retire(at("b", absl::Hours(6))).ok());
  // Once is enough.
  for (const int hours : {2, 6, 9}) {
    ExpectNoRetirement(at("b", absl::Hours(hours)), kState, "ZONE_RETIRED", {},
                       absl::StrCat("again, ", hours));
  }
}

TEST_F(WithdrawingTest, ValidateOnlyEndsNothing) {
  RetireZoneRequest retire = desk().ToRetire("a");
  retire.set_validate_only(true);
  retire.set_request_id("one");
  desk().Enact(desk().NewDraft("b"), kStart + absl::Hours(1));
  WithdrawZoneVersionRequest withdraw = desk().ToWithdraw("b", 2);
  withdraw.set_validate_only(true);
  const std::string before = Stored();
  const auto retired = desk().Retire(retire);
  ASSERT_TRUE(retired.ok()) << retired.status.error_message();
  EXPECT_EQ(TimeOf(retired.response.zone().in_force_end_time()), kStart);
  const auto withdrawn = desk().Withdraw(withdraw);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status.error_message();
  EXPECT_EQ(withdrawn.response.zone().state(), zones::v1::ZONE_VERSION_STATE_WITHDRAWN);
  EXPECT_EQ(Stored(), before);
}

TEST_F(WithdrawingTest, ARetiredZoneIsPublishedAgain) {
  const absl::Time end = kStart + absl::Hours(2);
  ASSERT_TRUE(desk().Retire("a", end).ok());
  desk().Ready(desk().NewDraft("b"));  // something to publish with it
  ASSERT_TRUE(desk().Update(desk().NewDraft("a")).ok());
  ASSERT_TRUE(desk().Validate({"a"}, end).ok());
  const std::string before = Stored();
  for (const auto& at : {std::optional<absl::Time>(), std::optional(end - absl::Seconds(1))}) {
    ExpectRefusal(desk().Publish({"b", "a"}, at).status, kState, "ZONE_RETIRED", {}, "before");
    EXPECT_EQ(Stored(), before);
  }
  ASSERT_TRUE(desk().Publish({"a"}, end + absl::Hours(1)).ok());
  EXPECT_EQ(desk().VersionAt("a", end), 0);
  EXPECT_EQ(desk().VersionAt("a", end + absl::Hours(1)), 2);
  EXPECT_EQ(desk().Get("a", end + absl::Hours(1)).response.zone().zone_id(),
            desk().Get("a").response.zone().zone_id());
  MoveTo(absl::Hours(4));
  EXPECT_EQ(CheckedAt("a", absl::Hours(2)), "NOT_REQUIRED NO_FRAME 0");
  EXPECT_EQ(CheckedAt("a", absl::Hours(3)), "NOT_PERMITTED NO_RIGHT 2");
  EXPECT_EQ(desk().StatesOf("a"), "1 RETIRED, 2 PUBLISHED");
}

TEST_F(WithdrawingTest, TheVersionBeforeHoldsOn) {
  ZoneDraft free = desk().NewDraft("a");
  free.mutable_regulation()->clear_frames();
  const absl::Time start = kStart + absl::Hours(1);
  desk().Enact(free, start);
  EXPECT_EQ(TimeOf(desk().Check("a", kStart).valid_until()), start);
  const auto withdrawn = desk().Withdraw("a", 2);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status.error_message();
  EXPECT_EQ(withdrawn.response.zone().zone_version(), 2);
  EXPECT_EQ(withdrawn.response.zone().state(), zones::v1::ZONE_VERSION_STATE_WITHDRAWN);
  EXPECT_EQ(TimeOf(withdrawn.response.zone().in_force_start_time()), start);
  EXPECT_FALSE(withdrawn.response.zone().has_regulation()) << "view BASIC";
  EXPECT_EQ(desk().StatesOf("a"), "1 PUBLISHED, 2 WITHDRAWN");
  EXPECT_FALSE(desk().Get("a").response.zone().has_in_force_end_time());
  EXPECT_EQ(desk().VersionAt("a", start), 1);
  EXPECT_FALSE(desk().Check("a", kStart).has_valid_until());
  MoveTo(absl::Hours(2));
  EXPECT_EQ(CheckedAt("a", absl::Hours(2)), "NOT_PERMITTED NO_RIGHT 1");
  EXPECT_EQ(CheckedAt("a", absl::Hours(1)), "NOT_PERMITTED NO_RIGHT 1");
  // Its number is not given again.
  desk().Enact(desk().NewDraft("a"));
  EXPECT_EQ(desk().StatesOf("a"), "1 SUPERSEDED, 2 WITHDRAWN, 3 PUBLISHED");
}

TEST_F(WithdrawingTest, ANewZoneIsWithdrawnAltogether) {
  desk().Enact(desk().NewDraft("c"), kStart + absl::Hours(1));
  ASSERT_TRUE(desk().Withdraw("c", 1).ok());
  EXPECT_EQ(desk().StatesOf("c"), "1 WITHDRAWN");
  MoveTo(absl::Hours(2));
  ExpectRefusal(desk().Get("c").status, grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"}, "get");
  EXPECT_EQ(CheckedAt("c", absl::Hours(2)), "UNKNOWN INVALID_ITEM 0");
  ExpectNoRetirement(desk().ToRetire("c"), grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"}, "retire");
  ExpectNoWithdrawal(desk().ToWithdraw("c", 1), grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"},
                     "again");
  // Nothing may lean on it, and it may be drawn anew.
  ZoneDraft leaning = desk().NewDraft("d");
  leaning.mutable_regulation()->add_extensions()->set_zone("c");
  ASSERT_TRUE(desk().Update(leaning).ok());
  EXPECT_EQ(Words(desk().Validate({"d"}).response.judgement()),
            Fields{"ERROR UNKNOWN_EXTENSION_ZONE d regulation.extensions[0].zone"});
  const auto drawn = desk().Update(desk().NewDraft("c"), {"display_name"});
  EXPECT_EQ(drawn.response.draft().base_zone_version(), 0);
  EXPECT_EQ(drawn.response.draft().vertex_count(), 0) << "what was withdrawn is no model";
  desk().Enact(desk().NewDraft("c"));
  EXPECT_EQ(desk().VersionAt("c"), 2);
  EXPECT_EQ(CheckedAt("c", absl::Hours(2)), "NOT_PERMITTED NO_RIGHT 2");
}

TEST_F(WithdrawingTest, OnlyWhatIsStillFarEnoughAheadIsWithdrawn) {
  ExpectNoWithdrawal(desk().ToWithdraw("a", 1), kState, "ZONE_IN_FORCE", {}, "in force");
  desk().Enact(desk().NewDraft("a"), kStart + absl::Seconds(10));
  MoveTo(absl::Microseconds(1));
  ExpectNoWithdrawal(desk().ToWithdraw("a", 2), kState, "ZONE_IN_FORCE", {}, "a moment ahead");
  MoveTo(absl::ZeroDuration());
  EXPECT_TRUE(desk().Withdraw("a", 2).ok()) << "ten seconds ahead";
  desk().Enact(desk().NewDraft("a"), kStart + absl::Hours(1));
  desk().Enact(desk().NewDraft("a"), kStart + absl::Hours(2));
  for (const int version : {1, 2, 3, 5}) {
    ExpectNoWithdrawal(desk().ToWithdraw("a", version), kInvalid, "INVALID_FIELD", {"zone_version"},
                       absl::StrCat(version));
  }
  for (const int version : {0, -4}) {
    ExpectNoWithdrawal(desk().ToWithdraw("a", version), kInvalid, "INVALID_FIELD", {"zone_version"},
                       absl::StrCat(version));
  }
  WithdrawZoneVersionRequest request = desk().ToWithdraw("a", 4);
  request.set_etag("77");
  ExpectNoWithdrawal(request, grpc::ABORTED, "STALE_ETAG", {"etag"}, "etag");
  request.set_etag(desk().Get("a").response.zone().etag());
  ASSERT_TRUE(desk().Withdraw(request).ok());
  EXPECT_EQ(desk().StatesOf("a"), "1 PUBLISHED, 2 WITHDRAWN, 3 PUBLISHED, 4 WITHDRAWN");
  EXPECT_FALSE(desk().Get("a", kStart + absl::Hours(9)).response.zone().has_in_force_end_time());
  ASSERT_TRUE(desk().Withdraw("a", 3).ok());
  EXPECT_EQ(desk().VersionAt("a", kStart + absl::Hours(9)), 1);
  ExpectNoWithdrawal(desk().ToWithdraw("mauve", 1), grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"},
                     "unknown");
}

// What holds instead is judged like a publication.
TEST_F(WithdrawingTest, AZoneThatOthersRestOnStays) {
  desk().Enact(desk().NewDraft("c"), kStart + absl::Hours(3));
  ZoneDraft draft = desk().NewDraft("a");
  draft.mutable_regulation()->add_extensions()->set_zone(desk().Zone("c"));
  desk().Enact(draft, kStart + absl::Hours(4));
  ExpectNoWithdrawal(desk().ToWithdraw("c", 1), kState, "ZONE_FAULTS",
                     {"zones[a].regulation.extensions[0].zone"}, "the zone of an extension");
  ASSERT_TRUE(desk().Withdraw("a", 2).ok());
  EXPECT_TRUE(desk().Withdraw("c", 1).ok()) << "nobody rests on it any more";
}

TEST_F(WithdrawingTest, AMeterStandsInOneZone) {
  ZoneDraft metered = desk().NewDraft("a");
  metered.mutable_regulation()->add_selling_points()->set_selling_point_id("9000-117");
  desk().Enact(metered);
  desk().Enact(desk().NewDraft("a"), kStart + absl::Hours(3));
  metered = desk().NewDraft("b");
  metered.mutable_regulation()->add_selling_points()->set_selling_point_id("9000-117");
  desk().Enact(metered, kStart + absl::Hours(4));
  ExpectNoWithdrawal(desk().ToWithdraw("a", 3), kState, "ZONE_FAULTS",
                     {"zones[a].regulation.selling_points[0].selling_point_id"},
                     "it would stand in both");
}

// What was retired stays retired when the version that would have followed is withdrawn.
TEST_F(WithdrawingTest, AWithdrawalRevivesNothingThatWasRetired) {
  const absl::Time end = kStart + absl::Hours(1);
  ASSERT_TRUE(desk().Retire("a", end).ok());
  ASSERT_TRUE(desk().Retire("b", end).ok());
  desk().Enact(desk().NewDraft("a"), end);
  desk().Enact(desk().NewDraft("b"), end + absl::Hours(1));
  ASSERT_TRUE(desk().Withdraw("a", 2).ok());
  ASSERT_TRUE(desk().Withdraw("b", 2).ok());
  for (const char* code : {"a", "b"}) {
    EXPECT_EQ(TimeOf(desk().Get(code).response.zone().in_force_end_time()), end) << code;
    EXPECT_EQ(desk().VersionAt(code, end), 0) << code;
    EXPECT_EQ(desk().VersionAt(code, end + absl::Hours(3)), 0) << code;
  }
  MoveTo(absl::Hours(3));
  EXPECT_EQ(desk().StatesOf("a"), "1 RETIRED, 2 WITHDRAWN");
  EXPECT_EQ(CheckedAt("a", absl::Hours(3)), "NOT_REQUIRED NO_FRAME 0");
}

// A zone that is to be retired is retired, whichever of its versions holds until then.
TEST_F(WithdrawingTest, ARetirementOutlivesTheVersionThatItEnds) {
  const absl::Time end = kStart + absl::Hours(2);
  desk().Enact(desk().NewDraft("a"), kStart + absl::Hours(1));
  ASSERT_TRUE(desk().Retire("a", end).ok());
  ASSERT_TRUE(desk().Withdraw("a", 2).ok());
  EXPECT_EQ(TimeOf(desk().Get("a").response.zone().in_force_end_time()), end);
  EXPECT_EQ(desk().VersionAt("a", end - absl::Microseconds(1)), 1);
  EXPECT_EQ(desk().VersionAt("a", end), 0);
  EXPECT_EQ(ReasonOf(desk().Retire("a", end + absl::Hours(1)).status), "ZONE_RETIRED");
  MoveTo(absl::Hours(3));
  EXPECT_EQ(desk().StatesOf("a"), "1 RETIRED, 2 WITHDRAWN");
  EXPECT_EQ(CheckedAt("a", absl::Hours(1)), "NOT_PERMITTED NO_RIGHT 1");
  EXPECT_EQ(CheckedAt("a", absl::Hours(2)), "NOT_REQUIRED NO_FRAME 0");
}

// A zone that was retired, and begins again with the version that is called back: what rests on it
// would rest on nothing.
TEST_F(WithdrawingTest, NothingIsLeftRestingOnAZoneThatEnded) {
  const absl::Time end = kStart + absl::Hours(2);
  ASSERT_TRUE(desk().Retire("b", end).ok());
  desk().Enact(desk().NewDraft("b"), end);
  ZoneDraft leaning = desk().NewDraft("a");
  leaning.mutable_regulation()->add_extensions()->set_zone(desk().Zone("b"));
  desk().Enact(leaning, end + absl::Hours(1));
  ExpectNoWithdrawal(desk().ToWithdraw("b", 2), kState, "ZONE_FAULTS",
                     {"zones[a].regulation.extensions[0].zone"}, "it ends as it did before");
  ASSERT_TRUE(desk().Withdraw("a", 2).ok());
  EXPECT_TRUE(desk().Withdraw("b", 2).ok());
  EXPECT_EQ(desk().VersionAt("b", end), 0);
}

// While a change waits for another to be made, its moment may pass.
TEST_F(WithdrawingTest, AMomentThatPassesWhileAChangeIsJudgedIsRefused) {
  desk().Ready(desk().NewDraft("c"));
  zones::v1::ImportZonesHeader header;
  header.set_parent(desk().Parent());
  header.add_rules()->set_usage(common::v1::USAGE_PAID_PARKING);
  *header.mutable_in_force_start_time() = StampOf(kStart + absl::Seconds(90));
  // A clock on which each look takes a minute.
  sql_->Value(absl::StrCat(
      "CREATE SEQUENCE stadspoort.looks; GRANT USAGE ON SEQUENCE stadspoort.looks TO PUBLIC;"
      "CREATE OR REPLACE FUNCTION stadspoort.register_clock() RETURNS timestamptz LANGUAGE sql "
      "VOLATILE AS 'SELECT stadspoort.register_time() + nextval(''stadspoort.looks'') * interval "
      "''1 minute'''"));
  const std::string before = Stored();
  EXPECT_EQ(ReasonOf(desk().Publish({"c"}, kStart + absl::Seconds(90)).status),
            "ZONE_VERSION_OVERLAP");
  sql_->Value("ALTER SEQUENCE stadspoort.looks RESTART");
  EXPECT_EQ(ReasonOf(desk().Retire("a", kStart + absl::Seconds(90)).status),
            "ZONE_VERSION_OVERLAP");
  sql_->Value("ALTER SEQUENCE stadspoort.looks RESTART");
  EXPECT_EQ(desk().Import(header, Collection({SquareFeature("d", 51.09, 3.73)})),
            "ZONE_VERSION_OVERLAP");
  EXPECT_EQ(Stored(), before);
  // At once is the moment of writing, not that of the first look.
  sql_->Value("ALTER SEQUENCE stadspoort.looks RESTART");
  EXPECT_EQ(TimeOf(desk().Publish({"c"}).response.in_force_start_time()),
            kStart + absl::Minutes(2));
  header.clear_in_force_start_time();
  sql_->Value("ALTER SEQUENCE stadspoort.looks RESTART");
  EXPECT_EQ(desk().Import(header, Collection({SquareFeature("d", 51.09, 3.73)})),
            "1 created, 0 superseded, 0 unchanged");
  EXPECT_EQ(TimeOf(desk().Get("d", kStart + absl::Hours(1)).response.zone().in_force_start_time()),
            kStart + absl::Minutes(2));
  sql_->Value(
      "CREATE OR REPLACE FUNCTION stadspoort.register_clock() RETURNS timestamptz LANGUAGE sql "
      "VOLATILE AS 'SELECT CASE WHEN stadspoort.register_time() = now() THEN clock_timestamp() "
      "ELSE stadspoort.register_time() END'; DROP SEQUENCE stadspoort.looks");
}

}  // namespace
}  // namespace stadspoort::testing
