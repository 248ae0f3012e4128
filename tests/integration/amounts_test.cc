// What enrolling, amending and ending say is due: always what a quote of the same term says.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using rights::v1::AmendRightRequest;
using rights::v1::AmendRightResponse;
using rights::v1::EndRightRequest;
using rights::v1::EndRightResponse;
using rights::v1::EnrolRightRequest;
using rights::v1::EnrolRightResponse;
using rights::v1::Right;
using RightsStub = rights::v1::RightsService::Stub;

// Zones with a fare: a of 50 cents a quarter, b of 80; c of 100 cents an hour with a longest stay
// of two hours; e of 50 a quarter, between 09:00 and 10:30 only; f begins at 14:00.
class AmountsTest : public HeldClockTest {
 protected:
  void SetUp() override {
    HeldClockTest::SetUp();
    desk().Enact(Priced("a", 50, 900));
    desk().Enact(Priced("b", 80, 900));
    zones::v1::ZoneDraft c = Priced("c", 100, 3600);
    c.mutable_regulation()->mutable_frames(0)->mutable_max_stay()->set_seconds(7200);
    desk().Enact(c);
    zones::v1::ZoneDraft e = Priced("e", 50, 900);
    e.mutable_regulation()->mutable_frames(0)->set_from_local_time("09:00");
    e.mutable_regulation()->mutable_frames(0)->set_to_local_time("10:30");
    desk().Enact(e);
    desk().Enact(Priced("f", 50, 900), kStart + absl::Hours(4));
    MoveTo(absl::Minutes(1));
  }

  zones::v1::ZoneDraft Priced(const std::string& code, int64_t cents, int64_t step_seconds) {
    zones::v1::ZoneDraft draft = desk().NewDraft(code);
    zones::v1::FarePart& part = *draft.mutable_regulation()->mutable_frames(0)->add_fare_parts();
    part.set_step_price_cents(cents);
    part.mutable_step()->set_seconds(step_seconds);
    return draft;
  }
  // From now on, in `zones`.
  EnrolRightRequest Request(const std::string& reference, const std::vector<std::string>& zones,
                            std::optional<absl::Duration> duration) {
    EnrolRightRequest request = EnrolRequest(desk().city(), reference, "1ABC123");
    request.mutable_right()->clear_zones();
    for (const std::string& zone : zones) request.mutable_right()->add_zones(desk().Zone(zone));
    if (duration)
      *request.mutable_right()->mutable_requested_end_time() = StampOf(kNow + *duration);
    return request;
  }
  // "200 SAFETY_END", "none ".
  template <typename Response>
  static std::string Due(const Response& response) {
    std::vector<std::string> remarks;
    for (const rights::v1::Remark& remark : response.remarks()) {
      EXPECT_FALSE(remark.description().empty());
      remarks.emplace_back(
          absl::StripPrefix(rights::v1::RemarkCode_Name(remark.code()), "REMARK_CODE_"));
    }
    return absl::StrCat(
        response.has_amount_due() ? absl::StrCat(response.amount_due().amount_cents()) : "none",
        remarks.empty() ? "" : " ", absl::StrJoin(remarks, " "));
  }
  EnrolRightResponse Enrol(const EnrolRightRequest& request) {
    EnrolRightResponse response;
    const grpc::Status status =
        Call(*daemon_->rights, &RightsStub::EnrolRight, Provider("app"), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (response.has_amount_due()) ExpectAsQuoted(response.right(), response.amount_due());
    return response;
  }
  AmendRightResponse Amend(const Right& right, const std::vector<std::string>& mask) {
    AmendRightRequest request;
    *request.mutable_right() = right;
    for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
    AmendRightResponse response;
    const grpc::Status status =
        Call(*daemon_->rights, &RightsStub::AmendRight, Provider("app"), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (response.has_amount_due()) ExpectAsQuoted(response.right(), response.amount_due());
    return response;
  }
  EndRightResponse End(const EndRightRequest& request) {
    EndRightResponse response;
    const grpc::Status status =
        Call(*daemon_->rights, &RightsStub::EndRight, Provider("app"), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (response.has_amount_due()) ExpectAsQuoted(response.right(), response.amount_due());
    return response;
  }
  EndRightResponse EndNow(const Right& right) {
    EndRightRequest request;
    request.set_name(right.name());
    return End(request);
  }
  // Of the right's effective term.
  void ExpectAsQuoted(const Right& right, const rights::v1::Amount& due) {
    if (TimeOf(right.effective_start_time()) == TimeOf(right.effective_end_time())) {
      EXPECT_EQ(due.amount_cents(), 0) << "it never holds";
      return;
    }
    rights::v1::QuoteRightRequest request;
    request.set_parent(desk().Parent());
    request.set_right_type(right.right_type());
    *request.mutable_zones() = right.zones();
    *request.mutable_start_time() = right.effective_start_time();
    *request.mutable_end_time() = right.effective_end_time();
    rights::v1::QuoteRightResponse response;
    const grpc::Status status =
        Call(*daemon_->rights, &RightsStub::QuoteRight, Provider("app"), request, response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.amount().amount_cents(), due.amount_cents());
    EXPECT_EQ(due.currency(), "EUR");
    int64_t lines = 0;
    for (const rights::v1::FareLine& line : response.lines()) lines += line.amount_cents();
    EXPECT_EQ(lines, due.amount_cents());
  }

  inline static const absl::Time kNow = kStart + absl::Minutes(1);
};

TEST_F(AmountsTest, AStayIsDueInTheDearestOfItsZones) {
  EXPECT_EQ(Due(Enrol(Request("one", {"a"}, absl::Hours(1)))), "200");
  EXPECT_EQ(Due(Enrol(Request("two", {"a", "b"}, absl::Hours(1)))), "320");
  EXPECT_EQ(Due(Enrol(Request("begun", {"a"}, absl::Seconds(901)))), "100");
  EXPECT_EQ(Due(Enrol(Request("one", {"a"}, absl::Hours(1)))), "200 SAME_REQUEST");
}

TEST_F(AmountsTest, WhatIsNotPaidByTimeHasNoAmount) {
  EXPECT_EQ(Due(Enrol(Request("open", {"a"}, std::nullopt))), "none SAFETY_END");
  EnrolRightRequest resident = Request("resident", {"a"}, absl::Hours(1));
  resident.mutable_right()->set_right_type(desk().Parent() + "/rightTypes/resident");
  const EnrolRightResponse enrolled = Enrol(resident);
  EXPECT_EQ(Due(enrolled), "none");
  EXPECT_EQ(Due(EndNow(enrolled.right())), "none NEVER_HOLDS");
  EnrolRightRequest anywhere = Request("anywhere", {}, absl::Hours(1));
  anywhere.mutable_right()->set_city_wide(true);
  EXPECT_EQ(Due(Enrol(anywhere)), "none");
  // Inside its windows only: not what a stay of all that time would cost.
  EnrolRightRequest mornings = Request("mornings", {"a"}, absl::Hours(24 * 30));
  common::v1::Window& window = *mornings.mutable_right()->add_windows();
  window.add_weekdays(common::v1::WEEKDAY_MONDAY);
  window.set_from_local_time("09:00");
  window.set_to_local_time("12:00");
  const EnrolRightResponse within = Enrol(mornings);
  EXPECT_EQ(Due(within), "none");
  Right whole = within.right();
  whole.clear_windows();
  *whole.mutable_requested_end_time() = StampOf(kNow + absl::Hours(1));
  EXPECT_EQ(Due(Amend(whole, {"windows", "requested_end_time"})), "200");
}

TEST_F(AmountsTest, RemarksSayWhyItIsSo) {
  EXPECT_EQ(Due(Enrol(Request("long", {"c"}, absl::Hours(3)))), "300 MAX_STAY_EXCEEDED");
  EXPECT_EQ(Due(Enrol(Request("short", {"c"}, absl::Hours(2)))), "200");
  MoveTo(absl::Minutes(45));
  EnrolRightRequest free = Request("free", {"e"}, absl::Hours(2));
  EXPECT_EQ(Due(Enrol(free)), "0 NOTHING_REQUIRED");
  EnrolRightRequest later = Request("later", {"f"}, absl::Hours(4));
  EXPECT_EQ(Due(Enrol(later)), "50 ZONE_NOT_IN_FORCE") << "a minute of f";
}

TEST_F(AmountsTest, AnAmendmentIsOfTheWholeTerm) {
  Right right = Enrol(Request("one", {"a"}, absl::Hours(1))).right();
  *right.mutable_requested_end_time() = StampOf(kNow + absl::Hours(2));
  const AmendRightResponse longer = Amend(right, {"requested_end_time"});
  EXPECT_EQ(Due(longer), "400");
  right = longer.right();
  *right.mutable_requested_end_time() = StampOf(kNow + absl::Minutes(15));
  const AmendRightResponse shorter = Amend(right, {"requested_end_time"});
  EXPECT_EQ(Due(shorter), "50");
  right = shorter.right();
  right.add_zones(desk().Zone("b"));
  const AmendRightResponse dearer = Amend(right, {"zones"});
  EXPECT_EQ(Due(dearer), "80");
  right = dearer.right();
  right.clear_requested_end_time();
  EXPECT_EQ(Due(Amend(right, {"requested_end_time"})), "none SAFETY_END");
}

TEST_F(AmountsTest, AnEndIsOfTheTermThatWas) {
  const Right right = Enrol(Request("one", {"a"}, absl::Hours(2))).right();
  const Right open = Enrol(Request("open", {"b"}, std::nullopt)).right();
  MoveTo(absl::Minutes(31));  // half an hour later
  EXPECT_EQ(Due(EndNow(right)), "100");
  EXPECT_EQ(Due(EndNow(open)), "160");
  MoveTo(absl::Minutes(50));
  EXPECT_EQ(Due(EndNow(right)), "100 ALREADY_ENDED");
  EXPECT_EQ(Due(Enrol(Request("open", {"b"}, std::nullopt))), "160 SAME_REQUEST")
      << "no longer open: what was due is known";
}

TEST_F(AmountsTest, AnEndThatComesFirstIsTheTerm) {
  EndRightRequest early;
  early.set_parent(desk().Parent());
  early.set_reference("one");
  *early.mutable_end_time() = StampOf(kNow + absl::Minutes(30));
  EXPECT_EQ(Due(End(early)), "none") << "nobody knows of what";
  EXPECT_EQ(Due(Enrol(Request("one", {"a"}, std::nullopt))), "100 PENDING_END_APPLIED");
  early.set_reference("two");
  *early.mutable_end_time() = StampOf(kNow - absl::Minutes(10));
  End(early);
  EXPECT_EQ(Due(Enrol(Request("two", {"a"}, std::nullopt))), "0 PENDING_END_APPLIED NEVER_HOLDS");
}

TEST_F(AmountsTest, AQuoteOfWhatIsNotPaidByTimeSaysSo) {
  rights::v1::QuoteRightRequest request;
  request.set_parent(desk().Parent());
  request.set_right_type(desk().Parent() + "/rightTypes/resident");
  request.add_zones(desk().Zone("a"));
  *request.mutable_end_time() = StampOf(kNow + absl::Hours(1));
  rights::v1::QuoteRightResponse response;
  const grpc::Status status =
      Call(*daemon_->rights, &RightsStub::QuoteRight, Provider("app"), request, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(response.has_amount());
  ASSERT_EQ(response.remarks_size(), 1);
  EXPECT_EQ(response.remarks(0).code(), rights::v1::REMARK_CODE_NOT_PAID_BY_TIME);
}

}  // namespace
}  // namespace stadspoort::testing
