// How a daemon says it fares: the counters, and the client that shows them.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using operations::v1::ChecksStatus;
using operations::v1::GetStatusResponse;
using operations::v1::ProjectorStatus;
using ChecksStub = checks::v1::ChecksService::Stub;
using OperationsStub = operations::v1::OperationsService::Stub;
using RightsStub = rights::v1::RightsService::Stub;

constexpr int kEnrolled = 12;
constexpr int kAbsent = 5;
constexpr std::chrono::seconds kPatience(30);

// Whether it comes true in time.
template <typename Condition>
bool Eventually(const Condition& condition) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

// Plates of which no two read alike.
std::string EnrolledPlate(int i) { return absl::StrCat("1AAA", 300 + i); }
std::string AbsentPlate(int i) { return absl::StrCat("2CCC", 300 + i); }

GetStatusResponse StatusOf(Daemon& daemon) {
  GetStatusResponse response;
  const grpc::Status status =
      Call(*daemon.operations, &OperationsStub::GetStatus, Operator(), {}, response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

void Enrol(Daemon& daemon, const std::string& plate) {
  rights::v1::EnrolRightResponse response;
  const grpc::Status status = Call(*daemon.rights, &RightsStub::EnrolRight, Provider("app"),
                                   EnrolRequest("ghent", "right-of-" + plate, plate), response);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

checks::v1::Decision Check(Daemon& daemon, const std::string& plate) {
  checks::v1::CheckPlateRequest request = CheckRequest("ghent", plate);
  request.mutable_options()->clear_consistency();
  checks::v1::CheckPlateResponse response;
  const grpc::Status status =
      Call(*daemon.checks, &ChecksStub::CheckPlate, Device(), request, response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.answer().decision();
}

// A daemon in every role, with a city of kEnrolled plates that memory knows.
class StatusTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = new Register();
    daemon_ = database_->Start().release();
    // From then on changes come to Redis by ticks.
    EXPECT_TRUE(Eventually([] { return StatusOf(*daemon_).projector().redis_in_step(); }));
    MakeCity(*daemon_, "ghent");
    for (int i = 0; i < kEnrolled; ++i) Enrol(*daemon_, EnrolledPlate(i));
    EXPECT_TRUE(Eventually([] {
      const GetStatusResponse status = StatusOf(*daemon_);
      return status.checks().index_group_count() == kEnrolled &&
             status.projector().entry_count() > 0;
    })) << StatusOf(*daemon_).DebugString();
  }
  static void TearDownTestSuite() {
    delete daemon_;
    delete database_;
  }
  static Register* database_;
  static Daemon* daemon_;
};
Register* StatusTest::database_ = nullptr;
Daemon* StatusTest::daemon_ = nullptr;

TEST_F(StatusTest, AKnownPlateCountsAtTheRungThatKnewIt) {
  const ChecksStatus before = StatusOf(*daemon_).checks();
  for (int i = 0; i < kEnrolled; ++i) {
    EXPECT_EQ(Check(*daemon_, EnrolledPlate(i)), checks::v1::DECISION_PERMITTED);
  }
  const ChecksStatus after = StatusOf(*daemon_).checks();
  EXPECT_GT(after.memory_plate_count(), before.memory_plate_count());
  // On a busy machine memory may be too old at times; then another rung answers.
  const auto looked_up = [](const ChecksStatus& status) {
    return status.memory_plate_count() + status.redis_plate_count() + status.postgres_plate_count();
  };
  EXPECT_EQ(looked_up(after) - looked_up(before), kEnrolled);
  EXPECT_EQ(after.index_group_count(), kEnrolled);
  EXPECT_GT(after.index_size_bytes(), 0);
}

TEST_F(StatusTest, AnAbsentPlateIsConfirmedByTheSystemOfRecord) {
  const ChecksStatus before = StatusOf(*daemon_).checks();
  for (int i = 0; i < kAbsent; ++i) {
    EXPECT_EQ(Check(*daemon_, AbsentPlate(i)), checks::v1::DECISION_NOT_PERMITTED);
  }
  const ChecksStatus after = StatusOf(*daemon_).checks();
  EXPECT_EQ(after.postgres_plate_count() - before.postgres_plate_count(), kAbsent);
  EXPECT_EQ(after.confirmed_plate_count() - before.confirmed_plate_count(), kAbsent);
  EXPECT_EQ(after.confirming_statement_count() - before.confirming_statement_count(), kAbsent)
      << "they were asked one after the other";
  EXPECT_GE(after.statement_count() - before.statement_count(), kAbsent);
  EXPECT_EQ(after.waiting_check_count(), 0);
  // Looking for a plate does not put it into the index.
  EXPECT_EQ(after.index_group_count(), kEnrolled);
}

TEST_F(StatusTest, ABatchCountsItsPlates) {
  checks::v1::BatchCheckPlatesRequest request;
  request.set_parent("cities/ghent");
  *request.mutable_place() = CheckRequest("ghent", "").place();
  request.mutable_options()->set_consistency(checks::v1::CONSISTENCY_STRONG);
  for (int i = 0; i < kEnrolled; ++i) {
    request.add_items()->mutable_plate()->set_number(EnrolledPlate(i));
  }
  const ChecksStatus before = StatusOf(*daemon_).checks();
  checks::v1::BatchCheckPlatesResponse response;
  const grpc::Status status =
      Call(*daemon_->checks, &ChecksStub::BatchCheckPlates, Device(), request, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const ChecksStatus after = StatusOf(*daemon_).checks();
  EXPECT_EQ(after.postgres_plate_count() - before.postgres_plate_count(), kEnrolled);
  EXPECT_EQ(after.confirmed_plate_count() - before.confirmed_plate_count(), kEnrolled);
  EXPECT_EQ(after.confirming_statement_count() - before.confirming_statement_count(), 1);
}

TEST_F(StatusTest, MemoryAndProjectorSayHowOldTheyAre) {
  GetStatusResponse first;
  EXPECT_TRUE(Eventually([&] {
    first = StatusOf(*daemon_);
    return first.checks().has_memory_age() && first.projector().active() &&
           first.projector().redis_in_step();
  })) << first.DebugString();
  EXPECT_GE(first.checks().load_count(), 1);
  EXPECT_EQ(first.checks().difference_count(), 0);
  const ProjectorStatus& projector = first.projector();
  EXPECT_GT(projector.term(), 0);
  EXPECT_GT(projector.commit_count(), 0);
  EXPECT_GT(projector.tick_count(), 0);
  EXPECT_GE(projector.rebuild_count(), 1);
  EXPECT_TRUE(projector.has_lag());
  // Nothing changes, yet both go on: that is how old knowledge is told from none.
  EXPECT_TRUE(Eventually([&] {
    const GetStatusResponse now = StatusOf(*daemon_);
    return now.checks().statement_count() > first.checks().statement_count() &&
           now.projector().tick_count() > projector.tick_count() &&
           now.projector().commit_count() > projector.commit_count();
  }));
}

TEST_F(StatusTest, RungsThatAreNotUsedKeepNoMemory) {
  const auto other = database_->Start({"--rungs", "none"});
  EXPECT_EQ(Check(*other, EnrolledPlate(0)), checks::v1::DECISION_PERMITTED);
  const GetStatusResponse status = StatusOf(*other);
  EXPECT_FALSE(status.checks().has_memory_age());
  EXPECT_EQ(status.checks().load_count(), 0);
  EXPECT_EQ(status.checks().index_group_count(), 0);
  EXPECT_EQ(status.checks().memory_plate_count(), 0);
  EXPECT_EQ(status.checks().redis_plate_count(), 0);
  EXPECT_EQ(status.checks().postgres_plate_count(), 1);
}

TEST_F(StatusTest, ADeviceMayNotAsk) {
  GetStatusResponse response;
  const grpc::Status status =
      Call(*daemon_->operations, &OperationsStub::GetStatus, Device(), {}, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonOf(status), "ROLE_NOT_ALLOWED");
}

struct Ran {
  int exit_code = -1;
  std::string output;
};

Ran RunClient(const Daemon& daemon, const std::string& arguments) {
  FILE* pipe = popen(
      absl::StrCat(STADSPOORT, " --server ", daemon.address(), " ", arguments, " 2>&1").c_str(),
      "r");
  Ran ran;
  char buffer[4096];
  while (const size_t got = fread(buffer, 1, sizeof buffer, pipe)) ran.output.append(buffer, got);
  const int status = pclose(pipe);
  ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

TEST_F(StatusTest, TheClientShowsTheCounters) {
  const Ran text = RunClient(*daemon_, "status");
  EXPECT_EQ(text.exit_code, 0) << text.output;
  for (const char* part : {"Health       SERVING", "\nChecks\n", " groups of plates",
                           "\nProjector\n", "active, term "}) {
    EXPECT_TRUE(absl::StrContains(text.output, part)) << part << "\n" << text.output;
  }
  const Ran json = RunClient(*daemon_, "--json status");
  EXPECT_EQ(json.exit_code, 0) << json.output;
  EXPECT_TRUE(absl::StrContains(json.output, absl::StrCat("\"indexGroupCount\": \"", kEnrolled)))
      << json.output;
}

TEST_F(StatusTest, TheClientSaysWhyItShowsNone) {
  const Ran text = RunClient(*daemon_, "--role clerk status");
  EXPECT_EQ(text.exit_code, 0) << "the exit code is that of health: " << text.output;
  EXPECT_TRUE(absl::StrContains(text.output, "Health       SERVING")) << text.output;
  EXPECT_TRUE(absl::StrContains(text.output, "none: only the role operator may see them"))
      << text.output;
  const Ran json = RunClient(*daemon_, "--role clerk --json status");
  EXPECT_EQ(json.exit_code, 0) << json.output;
  EXPECT_TRUE(absl::StrContains(json.output, "\"noCounters\": \"only the role")) << json.output;
}

}  // namespace
}  // namespace stadspoort::testing
