// From what was typed to what is sent, for commands on drafts and versions of zones.
#include <fstream>

#include "gmock/gmock.h"
#include "google/rpc/error_info.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "services/stadspoort/draft_edit.h"
#include "services/stadspoort/locate_command.h"
#include "services/stadspoort/publish_request.h"
#include "services/stadspoort/request_id.h"
#include "services/stadspoort/validate_command.h"
#include "services/stadspoort/zone_import.h"

namespace stadspoort::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string FileWith(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path) << text;
  return path;
}

TEST(ZoneRequestsTest, AnEditNamesJustWhatWasGiven) {
  DraftEdit edit;
  edit.zone = {"ghent", "gele-zone-1"};
  edit.display_name = "Geel";
  edit.etag = "e7";
  const auto named = EditRequest(edit);
  ASSERT_TRUE(named.ok()) << named.status();
  EXPECT_EQ(named->draft().name(), "cities/ghent/zones/gele-zone-1/draft");
  EXPECT_EQ(named->draft().display_name(), "Geel");
  EXPECT_EQ(named->draft().etag(), "e7");
  EXPECT_THAT(named->update_mask().paths(), ElementsAre("display_name"));
  EXPECT_FALSE(named->validate_only());
  edit.usage = "access";
  edit.regulation = FileWith("regulation.json", R"({"grace_after": "600s", "capacityCount": 12})");
  edit.dry_run = true;
  const auto all = EditRequest(edit);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_THAT(all->update_mask().paths(), ElementsAre("display_name", "usage", "regulation"));
  EXPECT_EQ(all->draft().usage(), common::v1::USAGE_ACCESS);
  EXPECT_EQ(all->draft().regulation().grace_after().seconds(), 600);
  EXPECT_EQ(all->draft().regulation().capacity_count(), 12);
  EXPECT_TRUE(all->validate_only());
}

// A regulation without anything is one without frames, not "no change".
TEST(ZoneRequestsTest, AnEmptyRegulationIsAChange) {
  DraftEdit edit;
  edit.zone = {"ghent", "gele-zone-1"};
  edit.regulation = FileWith("nothing.json", "{}");
  const auto request = EditRequest(edit);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->update_mask().paths(), ElementsAre("regulation"));
}

TEST(ZoneRequestsTest, ValidatesAllOrSome) {
  ValidateArguments arguments;
  arguments.city = "ghent";
  EXPECT_EQ(ValidateRequest(arguments)->parent(), "cities/ghent");
  EXPECT_THAT(ValidateRequest(arguments)->zones(), IsEmpty());
  EXPECT_FALSE(ValidateRequest(arguments)->has_in_force_start_time());
  arguments.zones = {"gele-zone-1", "cities/ghent/zones/rode-zone-1"};
  arguments.from = "2026-05-01T00:00+02:00";
  EXPECT_THAT(ValidateRequest(arguments)->zones(),
              ElementsAre("cities/ghent/zones/gele-zone-1", "cities/ghent/zones/rode-zone-1"));
  EXPECT_EQ(ValidateRequest(arguments)->in_force_start_time().seconds(), 1777586400);
}

TEST(ZoneRequestsTest, PublishesNamedDraftsUnderARandomRequestId) {
  PublishArguments arguments;
  arguments.city = "ghent";
  arguments.zones = {"gele-zone-1", "cities/ghent/zones/rode-zone-1"};
  arguments.reason = "Spring";
  const auto request = PublishRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  ASSERT_EQ(request->drafts_size(), 2);
  EXPECT_EQ(request->drafts(0).zone(), "cities/ghent/zones/gele-zone-1");
  EXPECT_EQ(request->drafts(1).zone(), "cities/ghent/zones/rode-zone-1");
  EXPECT_EQ(request->reason(), "Spring");
  EXPECT_FALSE(request->has_in_force_start_time()) << "at once";
  EXPECT_EQ(request->request_id().size(), 36u);
  EXPECT_NE(request->request_id(), PublishRequest(arguments)->request_id());
  arguments.request_id = "spring-17";
  EXPECT_EQ(PublishRequest(arguments)->request_id(), "spring-17");
}

TEST(ZoneRequestsTest, AVersionTagIsOfOneDraft) {
  PublishArguments arguments;
  arguments.city = "ghent";
  arguments.zones = {"gele-zone-1"};
  arguments.etag = "7";
  EXPECT_EQ(PublishRequest(arguments)->drafts(0).etag(), "7");
  arguments.zones.emplace_back("rode-zone-1");
  EXPECT_FALSE(PublishRequest(arguments).ok());
  arguments.zones.clear();
  arguments.all = true;
  EXPECT_FALSE(PublishRequest(arguments).ok());
}

TEST(ZoneRequestsTest, JudgingOnlyNeedsNoRequestId) {
  PublishArguments arguments;
  arguments.city = "ghent";
  arguments.all = true;
  arguments.dry_run = true;
  const auto request = PublishRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_TRUE(request->validate_only());
  EXPECT_EQ(request->request_id(), "");
  EXPECT_THAT(request->drafts(), IsEmpty()) << "listed later";
}

TEST(ZoneRequestsTest, RetiresAndWithdraws) {
  RetireArguments retire;
  retire.zone = {"cities/ghent/zones/gele-zone-1", ""};
  retire.at = "2026-07-01T00:00+02:00";
  const auto retired = RetireRequest(retire);
  ASSERT_TRUE(retired.ok()) << retired.status();
  EXPECT_EQ(retired->name(), "cities/ghent/zones/gele-zone-1");
  EXPECT_EQ(retired->end_time().seconds(), 1782856800);
  EXPECT_EQ(retired->request_id().size(), 36u);
  WithdrawArguments withdraw;
  withdraw.city = "ghent";
  withdraw.zone = "gele-zone-1";
  withdraw.version = 4;
  const auto withdrawn = WithdrawRequest(withdraw);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_EQ(withdrawn->name(), "cities/ghent/zones/gele-zone-1");
  EXPECT_EQ(withdrawn->zone_version(), 4);
  EXPECT_EQ(withdrawn->etag(), "");
  withdraw.etag = retire.etag = "7";
  EXPECT_EQ(WithdrawRequest(withdraw)->etag(), "7");
  EXPECT_EQ(RetireRequest(retire)->etag(), "7");
  EXPECT_EQ(withdrawn->request_id().size(), 36u);
}

TEST(ZoneRequestsTest, ImportsDraftsOrVersions) {
  ImportArguments arguments;
  arguments.city = "ghent";
  EXPECT_FALSE(ImportHeader(arguments)->as_drafts());
  EXPECT_FALSE(ImportHeader(arguments)->has_in_force_start_time());
  arguments.as_drafts = true;
  arguments.dry_run = true;
  arguments.replace = true;
  arguments.since = "5~gele-zone-1~2~1763000000000000";
  EXPECT_TRUE(ImportHeader(arguments)->as_drafts());
  EXPECT_TRUE(ImportHeader(arguments)->validate_only());
  EXPECT_TRUE(ImportHeader(arguments)->replace_drafts());
  EXPECT_EQ(ImportHeader(arguments)->cursor(), arguments.since);
}

TEST(ZoneRequestsTest, LocatesAPositionOrASellingPoint) {
  LocateArguments arguments;
  arguments.city = "ghent";
  arguments.position = "51.05,3.72,25";
  arguments.usage = "paid-parking";
  const auto position = LocateRequest(arguments);
  ASSERT_TRUE(position.ok()) << position.status();
  EXPECT_EQ(position->position().latitude_degrees(), 51.05);
  EXPECT_EQ(position->position().accuracy_meters(), 25);
  EXPECT_EQ(position->usage(), common::v1::USAGE_PAID_PARKING);
  EXPECT_FALSE(position->has_at_time());
  arguments.position.clear();
  arguments.usage.clear();
  arguments.selling_point = "9000-117";
  const auto meter = LocateRequest(arguments);
  ASSERT_TRUE(meter.ok()) << meter.status();
  EXPECT_EQ(meter->selling_point(), "9000-117");
  EXPECT_EQ(meter->usage(), common::v1::USAGE_UNSPECIFIED) << "of every usage";
}

grpc::Status WithReason(grpc::StatusCode code, const std::string& reason) {
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  google::rpc::Status status;
  status.add_details()->PackFrom(info);
  return {code, "", status.SerializeAsString()};
}

struct Outcome {
  grpc::Status status;
  bool unknown;
  bool settles;
};

// What is not known must never be told as if it had not taken place.
TEST(ZoneRequestsTest, KnowsWhenAnOutcomeIsUnknown) {
  const Outcome kOutcomes[] = {
      {grpc::Status::OK, false, true},
      {WithReason(grpc::StatusCode::UNAVAILABLE, "OUTCOME_UNKNOWN"), true, false},
      {{grpc::StatusCode::UNAVAILABLE, "connection reset"}, true, false},
      {{grpc::StatusCode::DEADLINE_EXCEEDED, ""}, true, false},
      {WithReason(grpc::StatusCode::DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"), true, false},
      {{grpc::StatusCode::UNKNOWN, "Stream removed"}, true, false},
      {{grpc::StatusCode::INTERNAL, "RST_STREAM"}, true, false},
      {WithReason(grpc::StatusCode::INTERNAL, "INTERNAL"), false, false},
      {{grpc::StatusCode::UNIMPLEMENTED, ""}, false, false},
      {WithReason(grpc::StatusCode::UNAVAILABLE, "BACKEND_UNAVAILABLE"), false, false},
      {WithReason(grpc::StatusCode::RESOURCE_EXHAUSTED, "OVERLOADED"), false, false},
      {WithReason(grpc::StatusCode::ABORTED, "CONCURRENT_CHANGE"), false, false},
      {WithReason(grpc::StatusCode::ABORTED, "STALE_ETAG"), false, true},
      {WithReason(grpc::StatusCode::FAILED_PRECONDITION, "ZONE_FAULTS"), false, true},
      {WithReason(grpc::StatusCode::ALREADY_EXISTS, "REQUEST_ID_CONFLICT"), false, true},
  };
  for (const Outcome& row : kOutcomes) {
    EXPECT_EQ(OutcomeUnknown(row.status), row.unknown) << row.status.error_code();
    EXPECT_EQ(Settles(row.status), row.settles) << row.status.error_code();
  }
}

}  // namespace
}  // namespace stadspoort::client
