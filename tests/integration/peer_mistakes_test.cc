// Mistakes that were seen in a running peer: each must not happen here.
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using checks::v1::CheckAnswer;
using checks::v1::CheckPlateRequest;
using zones::v1::ZoneDraft;
using ChecksStub = checks::v1::ChecksService::Stub;

class PeerMistakesTest : public DeskTest {
 protected:
  CheckAnswer Answer(const CheckPlateRequest& request) {
    checks::v1::CheckPlateResponse response;
    const grpc::Status status =
        Call(*daemon_->checks, &ChecksStub::CheckPlate, Device(), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.answer();
  }
  CheckPlateRequest At(double latitude, double longitude, common::v1::Usage usage) {
    CheckPlateRequest request = CheckRequest(desk().city(), "1ABC123");
    checks::v1::Position& position = *request.mutable_place()->mutable_position();
    position.set_latitude_degrees(latitude);
    position.set_longitude_degrees(longitude);
    request.mutable_options()->set_usage(usage);
    return request;
  }
};

// There: a server error.
TEST_F(PeerMistakesTest, ADiscParkingCheckedInAPaymentZone) {
  CheckPlateRequest named = CheckRequest(desk().city(), "1ABC123", "a");
  named.mutable_options()->set_usage(common::v1::USAGE_TIME_LIMITED);
  const CheckAnswer answer = Answer(named);
  EXPECT_EQ(Words(answer), "UNKNOWN INVALID_ITEM 0")
      << "never a no by rules that do not hold there";
  EXPECT_FALSE(answer.invalid_field().description().empty());
  // In the middle of a: no blue zone lies there.
  EXPECT_EQ(Words(Answer(At(51.0505, 3.7205, common::v1::USAGE_TIME_LIMITED))),
            "NOT_REQUIRED NO_FRAME 0");
  EXPECT_EQ(Words(Answer(At(51.0505, 3.7205, common::v1::USAGE_PAID_PARKING))),
            "NOT_PERMITTED NO_RIGHT 1");
}

// There: paid parking was "allowed" outside every zone.
TEST_F(PeerMistakesTest, OutsideEveryZoneNoRightIsGood) {
  desk().Enrol(EnrolRequest(desk().city(), "one", "1ABC123"));
  EXPECT_EQ(Words(Answer(At(51.0505, 3.7205, common::v1::USAGE_PAID_PARKING))),
            "PERMITTED RIGHT 1");
  const CheckAnswer outside = Answer(At(51.2, 3.9, common::v1::USAGE_PAID_PARKING));
  EXPECT_EQ(Words(outside), "NOT_REQUIRED NO_FRAME 0")
      << "nothing is asked, and nothing was bought";
  EXPECT_TRUE(outside.basis().zone().empty());
  // Nor where a zone was retired.
  ASSERT_TRUE(desk().Retire("a").ok());
  EXPECT_EQ(Words(Answer(At(51.0505, 3.7205, common::v1::USAGE_PAID_PARKING))),
            "NOT_REQUIRED NO_FRAME 0");
}

// There: a server error.
TEST_F(PeerMistakesTest, ACodeTwiceInOneImport) {
  zones::v1::ImportZonesHeader header;
  header.set_parent(desk().Parent());
  header.add_rules()->set_usage(common::v1::USAGE_PAID_PARKING);
  const std::string before = Stored();
  for (const bool as_drafts : {false, true}) {
    header.set_as_drafts(as_drafts);
    std::vector<zones::v1::ImportZonesResponse> answers;
    const grpc::Status status = Import(
        *daemon_, Admin(), header,
        Collection({SquareFeature("c", 51.05, 3.73), SquareFeature("c", 51.05, 3.74)}), &answers);
    EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonOf(status), "IMPORT_REFUSED");
    int faults = 0;
    for (const auto& answer : answers) {
      if (!answer.has_fault()) continue;
      ++faults;
      EXPECT_EQ(answer.fault().reason(), "DUPLICATE_ZONE_CODE");
      EXPECT_EQ(answer.fault().feature_index(), 1);
    }
    EXPECT_EQ(faults, 1);
  }
  EXPECT_EQ(Stored(), before);
}

// There: both were active in 17 of 20 rounds.
TEST_F(PeerMistakesTest, OfTwoActivatedAtOnceOneIsInForce) {
  constexpr int kRounds = 20;
  zones::v1::ImportZonesHeader header;
  header.set_parent(desk().Parent());
  for (int round = 1; round <= kRounds; ++round) {
    ZoneDraft draft = desk().NewDraft("c");
    draft.set_display_name(absl::StrCat("Drawn ", round));
    desk().Ready(draft);
    zones::v1::ZoneRule& rule = round == 1 ? *header.add_rules() : *header.mutable_rules(0);
    rule.set_usage(common::v1::USAGE_PAID_PARKING);
    rule.mutable_regulation()->set_capacity_count(round);
    std::thread publisher([&] {
      const auto published = desk().Publish({"c"});
      if (!published.ok()) {
        EXPECT_EQ(ReasonOf(published.status), "STALE_ETAG");
      }
    });
    std::thread importer([&] {
      EXPECT_NE(desk().Import(header, Collection({SquareFeature("c", 51.05, 3.722)})),
                "IMPORT_REFUSED");
    });
    publisher.join();
    importer.join();
    EXPECT_EQ(Count("zone_version",
                    "code = 'c' AND now() >= in_force_start AND now() < "
                    "in_force_end AND NOT withdrawn"),
              "1");
    if (desk().Drawn("c").ok()) {
      ASSERT_TRUE(desk().Delete("c").ok());
    }
  }
}

// There: another owner's rows were deleted.
TEST_F(PeerMistakesTest, ActivatingOneZoneLeavesTheOthersAlone) {
  desk().Ready(desk().NewDraft("b"));
  desk().Enact(desk().NewDraft("b1"), absl::Now() + absl::Hours(1));
  Desk other(*daemon_, desk().city() + "-other");
  MakeCity(*daemon_, other.city());
  other.Ready(other.NewDraft("a"));
  const auto rest = [&] {
    std::string rows;
    for (const char* table : {"zone", "zone_version", "zone_draft", "zone_change"}) {
      absl::StrAppend(
          &rows,
          sql_->Value(absl::StrCat("SELECT md5(string_agg(t::text, '|' ORDER BY t::text "
                                   "COLLATE \"C\")) FROM stadspoort.",
                                   table, " t WHERE city = '", other.city(), "' OR (city = '",
                                   desk().city(), "' AND code LIKE 'b%')")),
          " ");
    }
    return rows;
  };
  const std::string before = rest();
  desk().Enact(desk().NewDraft("a"));
  ASSERT_TRUE(desk().Retire("a").ok());
  desk().Enact(desk().NewDraft("a"), absl::Now() + absl::Hours(1));
  ASSERT_TRUE(desk().Withdraw("a", 3).ok());
  EXPECT_EQ(rest(), before);
}

// There: two rights.
TEST_F(PeerMistakesTest, IdenticalRequestsMakeOneVersion) {
  constexpr int kSenders = 5;
  desk().Ready(desk().NewDraft("c"));
  zones::v1::PublishZonesRequest request = desk().ToPublish({"c"});
  request.set_request_id("one");
  std::vector<std::thread> senders;
  for (int i = 0; i < kSenders; ++i) {
    senders.emplace_back([&] { EXPECT_TRUE(desk().Publish(request).ok()); });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(desk().StatesOf("c"), "1 PUBLISHED");
  // Nor does the same file make another one.
  zones::v1::ImportZonesHeader header;
  header.set_parent(desk().Parent());
  const std::string exported = desk().Export();
  EXPECT_EQ(desk().Import(header, exported), "0 created, 0 superseded, 3 unchanged");
  EXPECT_EQ(desk().StatesOf("c"), "1 PUBLISHED");
}

// There: ended things revived, and deletes left no history.
TEST_F(PeerMistakesTest, ARetiredZoneKeepsItsHistory) {
  ZoneDraft second = desk().NewDraft("a");
  second.set_display_name("Kouter");
  const absl::Time then = absl::Now();
  desk().Enact(second);
  ASSERT_TRUE(desk().Retire("a").ok());
  EXPECT_EQ(desk().StatesOf("a"), "1 SUPERSEDED, 2 RETIRED");
  EXPECT_EQ(desk().VersionAt("a"), 0);
  EXPECT_EQ(desk().Get("a", then).response.zone().display_name(), "Zone a");
  EXPECT_EQ(desk().Versions("a").response.zones(0).display_name(), "Kouter");
  EXPECT_EQ(sql_->Value("SELECT string_agg(state ->> 'verb', ' ' ORDER BY version) FROM "
                        "stadspoort.journal WHERE kind = 'ZONE' AND state ->> 'code' = 'a' AND "
                        "city = '" +
                        desk().city() + "'"),
            "PUBLISH PUBLISH RETIRE");
  EXPECT_EQ(Words(desk().Check("a", then)), "NOT_PERMITTED NO_RIGHT 1")
      << "an objection is judged by what held";
}

}  // namespace
}  // namespace stadspoort::testing
