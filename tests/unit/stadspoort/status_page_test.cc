#include "services/stadspoort/status_page.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using operations::v1::ChecksStatus;
using operations::v1::GetStatusResponse;
using operations::v1::ProjectorStatus;
using testing::HasSubstr;
using testing::Not;

GetStatusResponse Busy() {
  GetStatusResponse status;
  ChecksStatus& checks = *status.mutable_checks();
  checks.set_memory_plate_count(982'000);
  checks.set_redis_plate_count(3'000);
  checks.set_postgres_plate_count(15'000);
  checks.mutable_memory_age()->set_nanos(34'567'890);
  checks.set_index_group_count(1'234'567);
  checks.set_index_size_bytes(12'897'485);
  checks.set_load_count(1);
  checks.set_statement_count(40'321);
  checks.set_confirming_statement_count(4'839);
  checks.set_confirmed_plate_count(15'001);
  checks.set_waiting_check_count(7);
  checks.set_compared_group_count(9'876);
  ProjectorStatus& projector = *status.mutable_projector();
  projector.set_active(true);
  projector.set_redis_in_step(true);
  projector.set_term(3);
  projector.set_commit_count(9'000);
  projector.set_tick_count(8'700);
  projector.set_entry_count(1'250);
  projector.set_rebuild_count(1);
  projector.mutable_lag()->set_nanos(12'000'000);
  return status;
}

TEST(StatusPageTest, ShowsChecksAndProjectorAsAPersonReadsThem) {
  EXPECT_EQ(StatusPage(Busy()),
            "\nChecks\n"
            "  Looked up   1,000,000 plates, memory 98.2 %, redis 0.3 %, postgres 1.5 %\n"
            "  Memory      34 ms old, 1,234,567 groups of plates, 12.3 MiB, 1 load\n"
            "  Confirmed   15,001 plates, 3.1 plates a confirming statement, 7 checks wait\n"
            "  Statements  40,321 to the primary, 4,839 with checks on them\n"
            "  Compared    9,876 groups of plates with the primary's\n"
            "  Trouble     none\n"
            "\nProjector\n"
            "  State    active, term 3, redis is in step\n"
            "  Lag      12 ms\n"
            "  Ticks    8,700 with 1,250 entries, 9,000 commits, 1 rebuild of redis\n"
            "  Trouble  none\n");
}

TEST(StatusPageTest, ADaemonThatJustBeganDividesNothingByNothing) {
  GetStatusResponse status;
  status.mutable_checks();
  status.mutable_projector()->set_active(true);
  EXPECT_EQ(StatusPage(status),
            "\nChecks\n"
            "  Looked up   no plates yet\n"
            "  Memory      does not answer, 0 groups of plates, 0 B, 0 loads\n"
            "  Confirmed   0 plates, 0 checks wait\n"
            "  Statements  0 to the primary, 0 with checks on them\n"
            "  Compared    0 groups of plates with the primary's\n"
            "  Trouble     none\n"
            "\nProjector\n"
            "  State    active, term 0, redis is NOT in step\n"
            "  Lag      no tick yet\n"
            "  Ticks    0 with 0 entries, 0 commits, 0 rebuilds of redis\n"
            "  Trouble  none\n");
}

TEST(StatusPageTest, TellsOfEveryTroubleThatOccurred) {
  GetStatusResponse status = Busy();
  status.mutable_checks()->set_difference_count(1);
  status.mutable_checks()->set_degraded_look_count(2);
  status.mutable_checks()->set_untrusted_answer_count(3'000);
  status.mutable_checks()->set_failure_count(4);
  status.mutable_checks()->set_redis_failure_count(5);
  status.mutable_checks()->set_unanswered_check_count(7);
  status.mutable_checks()->set_overloaded_check_count(8);
  status.mutable_projector()->set_lost_session_count(6);
  const std::string page = StatusPage(status);
  EXPECT_THAT(page, HasSubstr("  Trouble     1 ALARM: memory differed from postgres\n"
                              "              2 degraded looks\n"
                              "              3,000 answers of postgres without a lease\n"
                              "              4 failed statements or connections to postgres\n"
                              "              5 failed looks into redis\n"
                              "              7 checks that waited for postgres in vain\n"
                              "              8 checks refused: too many waited\n"));
  EXPECT_THAT(page, HasSubstr("  Trouble  6 lost sessions with postgres\n"));
  EXPECT_THAT(page, Not(HasSubstr("none")));
}

TEST(StatusPageTest, OneThatStandsByHasNoLag) {
  GetStatusResponse status = Busy();
  status.mutable_projector()->set_active(false);
  const std::string page = StatusPage(status);
  EXPECT_THAT(page, HasSubstr("  State    standing by\n  Ticks    8,700"));
  EXPECT_THAT(page, Not(HasSubstr("Lag")));
}

TEST(StatusPageTest, ShowsOnlyWhatTheDaemonHas) {
  EXPECT_EQ(StatusPage(GetStatusResponse()), "");
  GetStatusResponse checks = Busy();
  checks.clear_projector();
  EXPECT_THAT(StatusPage(checks), Not(HasSubstr("Projector")));
  GetStatusResponse projector = Busy();
  projector.clear_checks();
  EXPECT_THAT(StatusPage(projector), Not(HasSubstr("Checks")));
}

TEST(StatusPageTest, SaysWhyThereAreNoCounters) {
  EXPECT_EQ(NoCountersText({grpc::StatusCode::UNIMPLEMENTED, ""}),
            "the register is older than this program");
  EXPECT_EQ(NoCountersText({grpc::StatusCode::PERMISSION_DENIED, "none of your roles"}),
            "only the role operator may see them");
  EXPECT_EQ(NoCountersText({grpc::StatusCode::UNAVAILABLE, "away\x1b"}),
            "UNAVAILABLE: away\xEF\xBF\xBD");
}

TEST(StatusPageTest, AgesRoundDown) {
  EXPECT_EQ(AgeText(absl::Microseconds(999)), "0 ms");
  EXPECT_EQ(AgeText(absl::Microseconds(34'999)), "34 ms");
  EXPECT_EQ(AgeText(absl::Microseconds(999'999)), "999 ms");
  EXPECT_EQ(AgeText(absl::Milliseconds(1'000)), "1.0 s");
  EXPECT_EQ(AgeText(absl::Milliseconds(59'999)), "59.9 s");
  EXPECT_EQ(AgeText(absl::Seconds(60)), "1 min");
  EXPECT_EQ(AgeText(absl::Minutes(63) + absl::Seconds(5)), "1 h 3 min 5 s");
}

TEST(StatusPageTest, BytesTakeTheUnitThatFits) {
  EXPECT_EQ(BytesText(0), "0 B");
  EXPECT_EQ(BytesText(1'023), "1023 B");
  EXPECT_EQ(BytesText(1'024), "1.0 KiB");
  EXPECT_EQ(BytesText(1'048'575), "1.0 MiB");
  EXPECT_EQ(BytesText(12'897'485), "12.3 MiB");
  EXPECT_EQ(BytesText(int64_t{3} << 30), "3.0 GiB");
  EXPECT_EQ(BytesText(int64_t{5'000} << 40), "5000.0 TiB");
}

TEST(StatusPageTest, CountsAreGroupedByThousands) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(1'000), "1,000");
  EXPECT_EQ(CountText(1'234'567), "1,234,567");
  EXPECT_EQ(CountText(-1'234), "-1,234");
}

}  // namespace
}  // namespace stadspoort::client
