// Writes of zones that are sent again with their request id: done once, answered as often as asked.
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using zones::v1::PublishZonesRequest;
using zones::v1::RetireZoneRequest;
using zones::v1::WithdrawZoneVersionRequest;

constexpr auto kExists = grpc::StatusCode::ALREADY_EXISTS;

class SentAgainTest : public DeskTest {
 protected:
  template <typename Request>
  static Request Under(Request request, const std::string& id) {
    request.set_request_id(id);
    return request;
  }
};

TEST_F(SentAgainTest, APublicationIsMadeOnce) {
  desk().Ready(desk().NewDraft("c"));
  desk().Ready(desk().NewDraft("a"));
  const PublishZonesRequest request = Under(desk().ToPublish({"c", "a"}), "one");
  const auto first = desk().Publish(request);
  ASSERT_TRUE(first.ok()) << first.status.error_message();
  // Whatever was done meanwhile, the answer is the same.
  desk().Ready(desk().NewDraft("c"));
  const std::string stored = Stored();
  for (int i = 0; i < 3; ++i) {
    const auto again = desk().Publish(request);
    ASSERT_TRUE(again.ok()) << again.status.error_message();
    EXPECT_EQ(again.response.in_force_start_time().SerializeAsString(),
              first.response.in_force_start_time().SerializeAsString());
    ASSERT_EQ(again.response.versions_size(), 2);
    for (int j = 0; j < 2; ++j) {
      EXPECT_EQ(again.response.versions(j).SerializeAsString(),
                first.response.versions(j).SerializeAsString());
    }
    EXPECT_EQ(again.response.judgement().ByteSizeLong(), 0U);
  }
  EXPECT_EQ(Stored(), stored);
  EXPECT_EQ(desk().StatesOf("c"), "1 PUBLISHED");
}

TEST_F(SentAgainTest, ARetirementIsMadeOnce) {
  const RetireZoneRequest request = Under(desk().ToRetire("a"), "one");
  const auto first = desk().Retire(request);
  ASSERT_TRUE(first.ok()) << first.status.error_message();
  const std::string stored = Stored();
  const auto again = desk().Retire(request);
  ASSERT_TRUE(again.ok()) << again.status.error_message();
  EXPECT_EQ(again.response.zone().SerializeAsString(), first.response.zone().SerializeAsString());
  EXPECT_EQ(Stored(), stored);
  // Without an id it would be another one.
  EXPECT_EQ(ReasonOf(desk().Retire("a").status), "ZONE_RETIRED");
}

TEST_F(SentAgainTest, AWithdrawalIsMadeOnce) {
  desk().Enact(desk().NewDraft("a"), absl::Now() + absl::Hours(1));
  const WithdrawZoneVersionRequest request = Under(desk().ToWithdraw("a", 2), "one");
  const auto first = desk().Withdraw(request);
  ASSERT_TRUE(first.ok()) << first.status.error_message();
  const std::string stored = Stored();
  const auto again = desk().Withdraw(request);
  ASSERT_TRUE(again.ok()) << again.status.error_message();
  EXPECT_EQ(again.response.zone().SerializeAsString(), first.response.zone().SerializeAsString());
  EXPECT_EQ(Stored(), stored);
}

TEST_F(SentAgainTest, AnIdIsForOneRequestOfOneCaller) {
  desk().Ready(desk().NewDraft("c"));
  const PublishZonesRequest request = Under(desk().ToPublish({"c"}), "one");
  ASSERT_TRUE(desk().Publish(request).ok());
  desk().Ready(desk().NewDraft("c"));
  desk().Ready(desk().NewDraft("d"));
  const std::string stored = Stored();

  PublishZonesRequest other = request;
  *other.mutable_in_force_start_time() = StampOf(absl::Now() + absl::Hours(1));
  ExpectRefusal(desk().Publish(other).status, kExists, "REQUEST_ID_CONFLICT", {"request_id"},
                "another moment");
  other = request;
  other.mutable_drafts(0)->set_etag(desk().Drawn("c").response.draft().etag());
  ExpectRefusal(desk().Publish(other).status, kExists, "REQUEST_ID_CONFLICT", {"request_id"},
                "another draft");
  ExpectRefusal(desk().Publish(Under(desk().ToPublish({"d"}), "one")).status, kExists,
                "REQUEST_ID_CONFLICT", {"request_id"}, "another zone");
  ExpectRefusal(desk().Publish(Under(desk().ToPublish({"c", "d"}), "one")).status, kExists,
                "REQUEST_ID_CONFLICT", {"request_id"}, "one more");
  ExpectRefusal(desk().Retire(Under(desk().ToRetire("c"), "one")).status, kExists,
                "REQUEST_ID_CONFLICT", {"request_id"}, "a retirement");
  ExpectRefusal(desk().Withdraw(Under(desk().ToWithdraw("c", 1), "one")).status, kExists,
                "REQUEST_ID_CONFLICT", {"request_id"}, "a withdrawal");
  EXPECT_EQ(Stored(), stored);

  Who colleague = Admin();
  colleague.subject = "colleague";
  const auto theirs = desk().Ask(&Desk::Stub::PublishZones, request, colleague);
  ASSERT_TRUE(theirs.ok()) << theirs.status.error_message();
  EXPECT_EQ(theirs.response.versions(0).zone_version(), 2);
}

TEST_F(SentAgainTest, ARefusalDoesNotUseTheIdUp) {
  const PublishZonesRequest request = Under(desk().ToPublish({"c"}), "one");
  EXPECT_EQ(ReasonOf(desk().Publish(request).status), "DRAFT_NOT_FOUND");
  ASSERT_TRUE(desk().Update(desk().NewDraft("c")).ok());
  EXPECT_EQ(ReasonOf(desk().Publish(request).status), "DRAFT_NOT_VALIDATED");
  ASSERT_TRUE(desk().Validate({"c"}).ok());
  EXPECT_TRUE(desk().Publish(request).ok());
  EXPECT_TRUE(desk().Publish(request).ok());
  EXPECT_EQ(desk().VersionAt("c"), 1);
}

// What was done is answered although it could not be asked for any more.
TEST_F(SentAgainTest, AnAnswerDoesNotDependOnTheClock) {
  const absl::Time soon = absl::Now() + absl::Seconds(2);
  desk().Ready(desk().NewDraft("c"));
  const PublishZonesRequest request = Under(desk().ToPublish({"c"}, soon), "one");
  ASSERT_TRUE(desk().Publish(request).ok());
  HeldClock later(*sql_);
  later.Set(absl::Now() + absl::Hours(1));
  EXPECT_TRUE(desk().Publish(request).ok());
  EXPECT_EQ(desk().StatesOf("c"), "1 PUBLISHED");
}

TEST_F(SentAgainTest, IdsAreForgottenAfterAWeek) {
  HeldClock clock(*sql_);
  const absl::Time now = absl::Now();
  clock.Set(now);
  desk().Ready(desk().NewDraft("c"));
  ASSERT_TRUE(desk().Publish(Under(desk().ToPublish({"c"}), "one")).ok());
  clock.Set(now + absl::Hours(24 * 7) - absl::Seconds(1));
  desk().Ready(desk().NewDraft("d"));
  ASSERT_TRUE(desk().Publish(Under(desk().ToPublish({"d"}), "two")).ok());
  EXPECT_EQ(Count("request"), "2");
  clock.Set(now + absl::Hours(24 * 7) + absl::Seconds(1));
  desk().Ready(desk().NewDraft("e"));
  ASSERT_TRUE(desk().Publish(desk().ToPublish({"e"})).ok());
  EXPECT_EQ(Count("request"), "1");
}

TEST_F(SentAgainTest, TheSameRequestSentTwiceAtOnceIsDoneOnce) {
  constexpr int kRounds = 10;
  constexpr int kSenders = 6;
  for (int round = 1; round <= kRounds; ++round) {
    desk().Ready(desk().NewDraft("c"));
    const PublishZonesRequest request = Under(desk().ToPublish({"c"}), absl::StrCat(round));
    std::vector<std::thread> senders;
    for (int i = 0; i < kSenders; ++i) {
      senders.emplace_back([&] {
        const auto published = desk().Publish(request);
        EXPECT_TRUE(published.ok()) << published.status.error_message();
        EXPECT_EQ(published.response.versions(0).zone_version(), round);
      });
    }
    for (std::thread& sender : senders) sender.join();
    EXPECT_EQ(Count("zone_version", "code = 'c'"), absl::StrCat(round));
  }
}

}  // namespace
}  // namespace stadspoort::testing
