#include "services/stadspoort/permit_history_page.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/stadspoort/messages.h"

namespace stadspoort::client {
namespace {

using permits::v1::ListPermitEventsRequest;
using permits::v1::ListPermitEventsResponse;
using permits::v1::PermitEvent;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kHistory[] = R"({
  "events": [
    {"kind": "PERMIT_EVENT_KIND_APPLIED", "effectiveTime": "2026-03-01T09:00:00Z",
     "recordedTime": "2026-03-01T09:00:00.25Z", "actor": "portal-gent",
     "state": "PERMIT_STATE_ACTIVE", "revision": "1"},
    {"kind": "PERMIT_EVENT_KIND_SUSPENDED", "effectiveTime": "2026-04-01T08:00:00Z",
     "recordedTime": "2026-04-01T08:00:00Z", "actor": "an", "reason": "unpaid fine",
     "state": "PERMIT_STATE_SUSPENDED", "revision": "2"},
    {"kind": "PERMIT_EVENT_KIND_EXPIRED", "effectiveTime": "2027-02-28T23:00:00Z",
     "recordedTime": "2027-02-28T23:00:07Z", "actor": "register",
     "state": "PERMIT_STATE_EXPIRED", "revision": "3"}],
  "permit": {"name": "cities/ghent/permits/018f3c1e-7b2a-7c3d-9e4f-0123456789ab",
             "state": "PERMIT_STATE_EXPIRED"}})";

constexpr char kPaid[] = R"({
  "permit": "cities/ghent/permits/018f3c1e-7b2a-7c3d-9e4f-0123456789ab",
  "kind": "PERMIT_EVENT_KIND_PAID", "effectiveTime": "2026-05-02T08:00:00Z",
  "recordedTime": "2026-05-02T08:00:00.5Z", "actor": "portal-gent", "state": "PERMIT_STATE_ACTIVE",
  "holder": "h-17", "revision": "4"})";

TEST(PermitHistoryPageTest, SaysWhoWhenWhyAndWhatItBecame) {
  const std::string page =
      PermitHistoryPage({}, FromJson<ListPermitEventsResponse>(kHistory), Brussels(), false);
  EXPECT_THAT(
      page,
      StartsWith(
          "NO  EFFECTIVE                RECORDED                    EVENT      STATE AFTER  BY     "
          " "
          "     REASON\n"
          "1   2026-03-01 10:00 +01:00  -                           applied    active       "
          "portal-gent  -\n"
          "2   2026-04-01 10:00 +02:00  -                           suspended  suspended    an     "
          "      unpaid fine\n"
          "3   2027-03-01 00:00 +01:00  2027-03-01 00:00:07 +01:00  expired    expired      "
          "register     -\n"
          "\n"
          "As the register knew it last:\n"
          "cities/ghent/permits/018f3c1e-7b2a-7c3d-9e4f-0123456789ab\n"));
}

TEST(PermitHistoryPageTest, SaysAsOfWhenItIsTold) {
  const std::string page = PermitHistoryPage(
      FromJson<ListPermitEventsRequest>(R"({"knownAtTime": "2026-03-01T09:00:00Z"})"), {},
      Brussels(), false);
  EXPECT_THAT(page, StartsWith("No events.\n"));
  EXPECT_THAT(page, HasSubstr("As the register knew it at 2026-03-01 10:00 +01:00:\n"));
}

TEST(PermitHistoryPageTest, AnEventIsALine) {
  EXPECT_EQ(PermitEventLine(FromJson<PermitEvent>(kPaid), Brussels()),
            "2026-05-02 10:00 +02:00  018f3c1e-7b2a-7c3d-9e4f-0123456789ab  paid, now active, for "
            "h-17, by portal-gent\n");
}

TEST(PermitHistoryPageTest, ALineSaysWhatWasKnownLaterAndWhy) {
  auto event = FromJson<PermitEvent>(kPaid);
  event.set_kind(permits::v1::PERMIT_EVENT_KIND_REVOKED);
  event.set_state(permits::v1::PERMIT_STATE_REVOKED);
  event.clear_holder();
  event.set_reason("moved\nout");
  event.mutable_effective_time()->set_seconds(event.effective_time().seconds() - 3600);
  const std::string line = PermitEventLine(event, Brussels());
  EXPECT_THAT(line, HasSubstr("  revoked, by portal-gent, effective 2026-05-02 09:00 +02:00: "));
  EXPECT_THAT(line, Not(HasSubstr("moved\nout"))) << "one line";
}

}  // namespace
}  // namespace stadspoort::client
