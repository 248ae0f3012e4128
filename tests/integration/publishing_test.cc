// From a draft to a version in force and out of force again, and every refusal on the way.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using zones::v1::PublishZonesRequest;
using zones::v1::Zone;
using zones::v1::ZoneDraft;
using Fields = std::vector<std::string>;

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;
constexpr auto kState = grpc::StatusCode::FAILED_PRECONDITION;
constexpr absl::Duration kTick = absl::Microseconds(1);  // the finest that the register tells apart

class LifeOfAZoneTest : public HeldClockTest {
 protected:
  // Of which version GetZone and a STRONG check tell: at a moment, and just before it.
  std::string Around(absl::Time moment) {
    const auto at = [&](absl::Time t) {
      const auto check = desk().Check("c", t);
      EXPECT_EQ(check.basis().zone_version(), desk().VersionAt("c", t)) << absl::FormatTime(t);
      return absl::StrCat(check.basis().zone_version());
    };
    return at(moment - kTick) + " " + at(moment);
  }
};

TEST_F(LifeOfAZoneTest, FromDraftToHistory) {
  ASSERT_TRUE(desk().Update(desk().NewDraft("c")).ok());
  EXPECT_EQ(desk().StatesOf("c"), "ZONE_NOT_FOUND");
  ASSERT_TRUE(desk().Validate({"c"}).ok());
  EXPECT_EQ(desk().StatesOf("c"), "ZONE_NOT_FOUND");

  const auto first = desk().Publish({"c"});
  ASSERT_TRUE(first.ok()) << first.status.error_message();
  EXPECT_EQ(TimeOf(first.response.in_force_start_time()), kStart);
  ASSERT_EQ(first.response.versions_size(), 1);
  EXPECT_EQ(first.response.versions(0).zone(), desk().Zone("c"));
  EXPECT_EQ(first.response.versions(0).zone_version(), 1);
  EXPECT_EQ(desk().StatesOf("c"), "1 PUBLISHED");
  EXPECT_EQ(ReasonOf(desk().Drawn("c").status), "DRAFT_NOT_FOUND") << "it became the version";
  EXPECT_EQ(Around(kStart), "0 1");

  // Ahead: known, and not used before its time.
  MoveTo(absl::Hours(1));
  const absl::Time second = kStart + absl::Hours(2);
  EXPECT_EQ(desk().Enact(desk().NewDraft("c"), second), second);
  EXPECT_EQ(desk().StatesOf("c"), "1 PUBLISHED, 2 PUBLISHED");
  EXPECT_EQ(desk().VersionAt("c", second - kTick), 1);
  EXPECT_EQ(desk().VersionAt("c", second), 2);
  EXPECT_EQ(desk().VersionAt("c"), 1);
  EXPECT_EQ(Words(desk().Check("c", kStart + absl::Hours(1))), "NOT_PERMITTED NO_RIGHT 1");
  EXPECT_EQ(TimeOf(desk().Check("c", kStart + absl::Hours(1)).valid_until()), second);

  MoveTo(absl::Hours(2));
  EXPECT_EQ(desk().StatesOf("c"), "1 SUPERSEDED, 2 PUBLISHED");
  EXPECT_EQ(Around(second), "1 2");

  const absl::Time end = kStart + absl::Hours(3);
  ASSERT_TRUE(desk().Retire("c", end).ok());
  EXPECT_EQ(desk().StatesOf("c"), "1 SUPERSEDED, 2 PUBLISHED");
  EXPECT_EQ(TimeOf(desk().Get("c").response.zone().in_force_end_time()), end);
  MoveTo(absl::Hours(3));
  EXPECT_EQ(desk().StatesOf("c"), "1 SUPERSEDED, 2 RETIRED");
  EXPECT_EQ(Around(end), "2 0");
  EXPECT_EQ(Words(desk().Check("c", end)), "NOT_REQUIRED NO_FRAME 0");
  EXPECT_EQ(Words(desk().Check("c", end - kTick)), "NOT_PERMITTED NO_RIGHT 2");

  MoveTo(absl::Hours(4));
  const absl::Time third = desk().Enact(desk().NewDraft("c"));
  EXPECT_EQ(third, kStart + absl::Hours(4));
  EXPECT_EQ(desk().StatesOf("c"), "1 SUPERSEDED, 2 RETIRED, 3 PUBLISHED");
  EXPECT_EQ(Around(third), "0 3");
  EXPECT_EQ(Around(end), "2 0");
}

TEST_F(LifeOfAZoneTest, AVersionSaysWhatItIs) {
  ZoneDraft draft = desk().NewDraft("c");
  draft.set_display_name("Sint-Pieters");
  desk().Enact(draft, kStart + absl::Hours(1));
  ExpectRefusal(desk().Get("c").status, grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"}, "not yet");
  MoveTo(absl::Hours(1));
  const Zone zone = desk().Get("c").response.zone();
  EXPECT_EQ(zone.name(), desk().Zone("c"));
  EXPECT_EQ(zone.zone_id().size(), 16U);
  EXPECT_EQ(zone.display_name(), "Sint-Pieters");
  EXPECT_EQ(zone.usage(), common::v1::USAGE_PAID_PARKING);
  EXPECT_EQ(zone.polygons(0).SerializeAsString(), draft.polygons(0).SerializeAsString());
  EXPECT_EQ(zone.regulation().SerializeAsString(), draft.regulation().SerializeAsString());
  EXPECT_EQ(TimeOf(zone.in_force_start_time()), kStart + absl::Hours(1));
  EXPECT_FALSE(zone.has_in_force_end_time());
  EXPECT_EQ(zone.state(), zones::v1::ZONE_VERSION_STATE_PUBLISHED);
  const std::string& etag = zone.etag();
  desk().Enact(draft, kStart + absl::Hours(2));
  const Zone later = desk().Get("c").response.zone();
  EXPECT_NE(later.etag(), etag) << "of the zone, not of the version";
  EXPECT_EQ(later.zone_id(), zone.zone_id());
  // The journal keeps who, what and why.
  EXPECT_EQ(
      sql_->Value("SELECT string_agg((state ->> 'zone_version') || ' ' || actor, ', ' ORDER BY "
                  "version) FROM stadspoort.journal WHERE kind = 'ZONE' AND state ->> 'code' "
                  "= 'c' AND city = '" +
                  desk().city() + "'"),
      "1 tester, 2 tester");
}

// A zone that is drawn elsewhere: whoever stood there was judged by where it lay then.
TEST_F(LifeOfAZoneTest, ACarIsWhereTheOutlineLayThen) {
  desk().Enact(desk().NewDraft("c"));
  ZoneDraft moved = desk().NewDraft("c");
  *moved.mutable_polygons() = desk().NewDraft("c5").polygons();
  desk().Enact(moved, kStart + absl::Hours(1));
  MoveTo(absl::Hours(2));
  const auto standing = [&](double latitude, absl::Duration after) {
    return Words(desk().CheckAt(latitude, 3.7225, common::v1::USAGE_PAID_PARKING, kStart + after));
  };
  for (const auto& [after, version] :
       {std::pair(absl::Hours(1) - kTick, 1), std::pair(absl::Hours(1), 2)}) {
    const std::string inside = absl::StrCat("NOT_PERMITTED NO_RIGHT ", version);
    EXPECT_EQ(standing(51.0505, after), version == 1 ? inside : "NOT_REQUIRED NO_FRAME 0");
    EXPECT_EQ(standing(51.0555, after), version == 2 ? inside : "NOT_REQUIRED NO_FRAME 0");
  }
}

class PublishingTest : public DeskTest {
 protected:
  // Of requests that leave everything as it was.
  void ExpectNothingStored(const PublishZonesRequest& request, grpc::StatusCode code,
                           const std::string& reason, const Fields& fields,
                           const std::string& name) {
    const std::string before = Stored();
    ExpectRefusal(desk().Publish(request).status, code, reason, fields, name);
    EXPECT_EQ(Stored(), before) << name;
  }
  // A new version of the zone at once, without touching its draft.
  void PublishPast(const std::string& code) {
    zones::v1::ImportZonesHeader header;
    header.set_parent(desk().Parent());
    zones::v1::ZoneRule& rule = *header.add_rules();
    rule.set_usage(common::v1::USAGE_PAID_PARKING);
    EXPECT_EQ(desk().Import(header, Collection({SquareFeature(code, 51.05, 3.72)})),
              "0 created, 1 superseded, 0 unchanged");
  }
};

// Two good drafts with each bad one: all of them or none.
TEST_F(PublishingTest, AllOrNone) {
  desk().Ready(desk().NewDraft("c"));
  desk().Ready(desk().NewDraft("d"));
  ExpectNothingStored(desk().ToPublish({"c", "d", "e"}), grpc::NOT_FOUND, "DRAFT_NOT_FOUND",
                      {"drafts[2].zone"}, "no draft");
  ASSERT_TRUE(desk().Update(desk().NewDraft("e")).ok());
  ExpectNothingStored(desk().ToPublish({"c", "e", "d"}), kState, "DRAFT_NOT_VALIDATED",
                      {"drafts[1].zone"}, "never validated");
  ASSERT_TRUE(desk().Validate({"e"}).ok());
  PublishZonesRequest request = desk().ToPublish({"e", "c", "d"});
  request.mutable_drafts(0)->set_etag(desk().Drawn("e").response.draft().etag());
  ASSERT_TRUE(desk().Update(desk().NewDraft("e")).ok());
  ExpectNothingStored(desk().ToPublish({"e", "c", "d"}), kState, "DRAFT_NOT_VALIDATED",
                      {"drafts[0].zone"}, "changed since");
  ASSERT_TRUE(desk().Validate({"e"}).ok());
  ExpectNothingStored(request, grpc::ABORTED, "STALE_ETAG", {"drafts[0].etag"}, "another draft");
  EXPECT_TRUE(absl::StrContains(desk().Publish(request).status.error_message(),
                                desk().Drawn("e").response.draft().etag()))
      << "the present one is named";
  request.mutable_drafts(0)->set_etag(desk().Drawn("e").response.draft().etag());
  const auto published = desk().Publish(request);
  ASSERT_TRUE(published.ok()) << published.status.error_message();
  Fields versions;
  for (const auto& version : published.response.versions()) {
    versions.push_back(absl::StrCat(version.zone(), " ", version.zone_version()));
  }
  EXPECT_EQ(versions,
            Fields({desk().Zone("e") + " 1", desk().Zone("c") + " 1", desk().Zone("d") + " 1"}))
      << "in the order asked for";
}

TEST_F(PublishingTest, ADraftOfAnOlderVersionIsRefused) {
  desk().Ready(desk().NewDraft("a"));
  PublishPast("a");
  const auto judged = desk().Validate({"a"});
  EXPECT_EQ(judged.response.judgement().error_count(), 1) << "judging says so too";
  const std::string before = Stored();
  const auto refused = desk().Publish({"a"});
  ExpectRefusal(refused.status, grpc::ABORTED, "STALE_ETAG", {"drafts[0].zone"}, "outdated");
  EXPECT_TRUE(absl::StrContains(refused.status.error_message(), "version 2"))
      << refused.status.error_message();
  EXPECT_EQ(Stored(), before);
  // Drawn anew it rests on what is there.
  desk().Ready(desk().NewDraft("a"));
  EXPECT_TRUE(desk().Publish({"a"}).ok());
  EXPECT_EQ(desk().VersionAt("a"), 3);
}

TEST_F(PublishingTest, BeforeAVersionThatIsPublishedAheadNothingIsPublished) {
  const absl::Time tomorrow = absl::Now() + absl::Hours(24);
  desk().Enact(desk().NewDraft("a"), tomorrow);
  ASSERT_TRUE(desk().Update(desk().NewDraft("a")).ok());
  ASSERT_TRUE(desk().Validate({"a"}, tomorrow + absl::Hours(1)).ok());
  const absl::Time start = TimeOf(StampOf(tomorrow - absl::Hours(1)));
  for (const auto& at : {std::optional<absl::Time>(), std::optional(start)}) {
    ExpectNothingStored(desk().ToPublish({"a"}, at), kState, "ZONE_FAULTS",
                        {"zones[a].in_force_start_time"}, "before");
  }
  ExpectNothingStored(
      desk().ToPublish(
          {"a"},
          TimeOf(desk().Get("a", tomorrow + absl::Hours(2)).response.zone().in_force_start_time())),
      kState, "ZONE_FAULTS", {"zones[a].in_force_start_time"}, "at the same moment");
  EXPECT_TRUE(desk().Publish({"a"}, tomorrow + absl::Hours(1)).ok());
  EXPECT_EQ(desk().StatesOf("a"), "1 PUBLISHED, 2 PUBLISHED, 3 PUBLISHED");
}

// Good when they were validated, and not when they would be published.
TEST_F(PublishingTest, DraftsAreJudgedAgain) {
  desk().Enact(desk().NewDraft("c"));
  ZoneDraft extended = desk().NewDraft("d");
  extended.mutable_regulation()->add_extensions()->set_zone("c");
  desk().Ready(extended);
  desk().Ready(desk().NewDraft("e"));
  ASSERT_TRUE(desk().Retire("c").ok());
  ExpectNothingStored(desk().ToPublish({"e", "d"}), kState, "ZONE_FAULTS",
                      {"zones[d].regulation.extensions[0].zone"}, "its zone is retired");

  ZoneDraft meter = desk().NewDraft("f");
  meter.mutable_regulation()->add_selling_points()->set_selling_point_id("9000-1");
  desk().Ready(meter);
  meter.set_name(desk().Draft("g"));
  *meter.mutable_polygons() = desk().NewDraft("g").polygons();
  desk().Ready(meter);
  ExpectNothingStored(desk().ToPublish({"f", "g"}), kState, "ZONE_FAULTS",
                      {"zones[f].regulation.selling_points[0].selling_point_id",
                       "zones[g].regulation.selling_points[0].selling_point_id"},
                      "each alone is good");
  EXPECT_TRUE(desk().Publish({"g"}).ok());
  ExpectNothingStored(desk().ToPublish({"f"}), kState, "ZONE_FAULTS",
                      {"zones[f].regulation.selling_points[0].selling_point_id"}, "taken");
}

TEST_F(PublishingTest, BadRequestsAreRefused) {
  desk().Ready(desk().NewDraft("c"));
  const struct {
    const char* name;
    std::function<void(PublishZonesRequest&)> spoil;
    const char* reason;
    Fields fields;
  } kRows[] = {
      {"nothing", [](auto& r) { r.clear_drafts(); }, "INVALID_FIELD", {"drafts"}},
      {"twice",
       [](auto& r) { *r.add_drafts() = r.drafts(0); },
       "INVALID_FIELD",
       {"drafts[1].zone"}},
      {"1,001",
       [](auto& r) {
         while (r.drafts_size() < 1001) *r.add_drafts() = r.drafts(0);
       },
       "TOO_MANY_ITEMS",
       {"drafts"}},
      {"another city's zone",
       [](auto& r) { r.mutable_drafts(0)->set_zone("cities/x1/zones/c"); },
       "INVALID_NAME",
       {"drafts[0].zone"}},
      {"a long request id",
       [](auto& r) { r.set_request_id(std::string(101, 'i')); },
       "INVALID_FIELD",
       {"request_id"}},
      {"a long reason",
       [](auto& r) { r.set_reason(std::string(501, 'r')); },
       "INVALID_FIELD",
       {"reason"}},
      {"zero bytes", [](auto& r) { r.set_reason(std::string("a\0b", 3)); }, "INVALID_FIELD", {}},
      {"an hour ago",
       [](auto& r) { *r.mutable_in_force_start_time() = StampOf(absl::Now() - absl::Hours(1)); },
       "ZONE_VERSION_OVERLAP",
       {"in_force_start_time"}},
      {"another century",
       [](auto& r) { r.mutable_in_force_start_time()->set_seconds(int64_t{1} << 40); },
       "INVALID_FIELD",
       {"in_force_start_time"}},
      {"a city's name", [](auto& r) { r.set_parent("ghent"); }, "INVALID_NAME", {"parent"}},
  };
  for (const auto& row : kRows) {
    PublishZonesRequest request = desk().ToPublish({"c"});
    row.spoil(request);
    ExpectNothingStored(request, kInvalid, row.reason, row.fields, row.name);
  }
  PublishZonesRequest unknown = desk().ToPublish({});
  unknown.set_parent("cities/atlantis");
  unknown.add_drafts()->set_zone("c");
  ExpectRefusal(desk().Publish(unknown).status, grpc::NOT_FOUND, "CITY_NOT_FOUND", {}, "city");
  EXPECT_TRUE(desk().Publish({"c"}).ok());
}

TEST_F(PublishingTest, ValidateOnlySaysWhatWouldBeAndStoresNothing) {
  desk().Ready(desk().NewDraft("a"));
  desk().Ready(desk().NewDraft("c"));
  PublishZonesRequest request = desk().ToPublish({"a", "c"});
  request.set_validate_only(true);
  request.set_request_id("later");
  const std::string before = Stored();
  for (int i = 0; i < 2; ++i) {
    const auto would = desk().Publish(request);
    ASSERT_TRUE(would.ok()) << would.status.error_message();
    ASSERT_EQ(would.response.versions_size(), 2);
    EXPECT_EQ(would.response.versions(0).zone_version(), 2);
    EXPECT_EQ(would.response.versions(1).zone_version(), 1);
    EXPECT_EQ(Stored(), before);
  }
  request.set_validate_only(false);
  EXPECT_TRUE(desk().Publish(request).ok()) << "the request id is not used up";
  EXPECT_EQ(desk().VersionAt("a"), 2);
}

// As many as one request may name, drawn in one file; one more is too many.
TEST_F(PublishingTest, AThousandZonesTogetherOrNone) {
  constexpr int kMost = 1000;
  zones::v1::ImportZonesHeader header;
  header.set_parent(desk().Parent());
  header.set_as_drafts(true);
  *header.add_rules()->mutable_regulation() = PlainRegulation();
  header.mutable_rules(0)->set_usage(common::v1::USAGE_PAID_PARKING);
  std::vector<std::string> features;
  Desk::Codes codes;
  for (int i = 0; i < kMost - 1; ++i) {
    codes.push_back(absl::StrCat("z", i));
    features.push_back(SquareFeature(codes.back(), 51.1 + (i % 40) * 0.001,
                                     3.8 + static_cast<int>(i / 40) * 0.001));
  }
  ASSERT_EQ(desk().Import(header, Collection(features)), "0 created, 0 superseded, 0 unchanged");
  // The last one ends, and may not begin again before that.
  ASSERT_TRUE(desk().Retire("a", absl::Now() + absl::Hours(1)).ok());
  ASSERT_TRUE(desk().Update(desk().NewDraft("a")).ok());
  codes.emplace_back("a");
  const auto judged = desk().Validate({}, absl::Now() + absl::Hours(1));
  ASSERT_TRUE(judged.ok()) << judged.status.error_message();
  EXPECT_EQ(judged.response.judgement().error_count(), 0);
  EXPECT_EQ(judged.response.drafts_size(), kMost);
  ExpectNothingStored(desk().ToPublish(codes), kState, "ZONE_RETIRED", {}, "the last is refused");
  const auto published = desk().Publish(codes, absl::Now() + absl::Hours(1));
  ASSERT_TRUE(published.ok()) << published.status.error_message();
  EXPECT_EQ(published.response.versions_size(), kMost);
  EXPECT_EQ(Count("zone_draft"), "0");
  EXPECT_EQ(Count("zone_version"), absl::StrCat(kMost + 2));

  features.push_back(SquareFeature("y1", 51.2, 3.8));
  features.push_back(SquareFeature("y2", 51.2, 3.801));
  ASSERT_EQ(desk().Import(header, Collection(features)), "0 created, 0 superseded, 0 unchanged");
  ExpectRefusal(desk().Validate().status, kInvalid, "TOO_MANY_ITEMS", {"zones"}, "1,001 drafts");
}

// By the clock that runs: nobody is judged by a rule of before it was there, and whoever published
// it finds it in force.
TEST_F(DeskTest, AtOnceIsAfterItIsWrittenAndBeforeItIsAnswered) {
  zones::v1::ImportZonesHeader header;
  header.set_parent(desk().Parent());
  zones::v1::ZoneRule& rule = *header.add_rules();
  rule.set_usage(common::v1::USAGE_PAID_PARKING);
  *rule.mutable_regulation() = PlainRegulation();
  const std::string imported = desk().Import(header, Collection({SquareFeature("c", 51.05, 3.75)}));
  EXPECT_EQ(imported, "1 created, 0 superseded, 0 unchanged");
  EXPECT_EQ(desk().VersionAt("c"), 1);
  zones::v1::ZoneDraft draft = desk().NewDraft("a");
  draft.set_display_name("Markt");
  const absl::Time start = desk().Enact(draft);
  EXPECT_EQ(desk().VersionAt("a"), 2);
  EXPECT_EQ(desk().VersionAt("a", start - absl::Microseconds(1)), 1);
  const auto listed = desk().Changes();
  for (const auto& change : listed.response.changes()) {
    EXPECT_GT(TimeOf(change.effective_time()), TimeOf(change.change_time()))
        << change.ShortDebugString();
  }
}

// A moment that is over before what it begins is written is none that anybody can keep.
TEST_F(DeskTest, AMomentTooSoonToBeWrittenIsRefused) {
  desk().Ready(desk().NewDraft("a"));
  desk().Ready(desk().NewDraft("c"));
  const absl::Time soon = absl::Now() + absl::Milliseconds(5);
  ExpectRefusal(desk().Publish({"a", "c"}, soon).status, kInvalid, "ZONE_VERSION_OVERLAP",
                {"in_force_start_time"}, "publish");
  ExpectRefusal(desk().Retire("b", soon).status, kInvalid, "ZONE_VERSION_OVERLAP", {"end_time"},
                "retire");
  EXPECT_TRUE(desk().Publish({"a", "c"}, absl::Now() + absl::Seconds(10)).ok());
}

// A zone keeps its usage for life, also when nothing of it is in force.
TEST_F(PublishingTest, ARetiredOrWithdrawnZoneKeepsItsUsage) {
  ASSERT_TRUE(desk().Retire("a").ok());
  desk().Enact(desk().NewDraft("c"), absl::Now() + absl::Hours(1));
  ASSERT_TRUE(desk().Withdraw("c", 1).ok());
  for (const char* code : {"a", "c"}) {
    ZoneDraft draft = desk().NewDraft(code);
    draft.set_usage(common::v1::USAGE_LOADING);
    ASSERT_TRUE(desk().Update(draft).ok());
    const auto judged = desk().Validate({code});
    ASSERT_TRUE(judged.ok()) << judged.status.error_message();
    EXPECT_EQ(Words(judged.response.judgement()),
              Fields{absl::StrCat("ERROR USAGE_CHANGED ", code, " usage")});
    ExpectRefusal(desk().Publish({code}).status, kState, "DRAFT_NOT_VALIDATED", {"drafts[0].zone"},
                  code);
    desk().Enact(desk().NewDraft(code));
    EXPECT_EQ(desk().Get(code).response.zone().zone_version(), 2);
    EXPECT_EQ(desk().Get(code).response.zone().usage(), common::v1::USAGE_PAID_PARKING);
  }
}

}  // namespace
}  // namespace stadspoort::testing
