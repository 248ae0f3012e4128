// Plates that nobody ever enrolled, as a scan car sends them: by the hundred.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "tests/history/cities.h"
#include "tests/history/doors.h"
#include "tests/integration/register.h"

namespace stadspoort::history {
namespace {

using ChecksStub = checks::v1::ChecksService::Stub;

constexpr int kPlates = 10000;
constexpr int kBatch = 100;
constexpr int kThreads = 8;
constexpr absl::Duration kPatience = absl::Seconds(60);

checks::v1::BatchCheckPlatesRequest Batch(const std::string& city, int first) {
  checks::v1::BatchCheckPlatesRequest request;
  request.set_parent(CityName(city));
  request.mutable_place()->mutable_zones()->add_zones(ZoneName(city, kPaidZone));
  for (int i = first; i < first + kBatch; ++i) {
    request.add_items()->mutable_plate()->set_number(absl::StrFormat("1X%06d", i));
  }
  return request;
}

TEST(AbsentPlatesTest, AreNotPermitted) {
  const testing::Register database;
  const auto daemon = database.Start();
  const Door door{0, cities::v1::CitiesService::NewStub(daemon->channel()),
                  zones::v1::ZonesService::NewStub(daemon->channel()), nullptr, nullptr};
  ASSERT_TRUE(MakePlatesCity(door, kPatience, "absent").ok());
  std::atomic<int> not_permitted = 0;
  std::atomic<int> unknown = 0;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int batch = thread; batch < kPlates / kBatch; batch += kThreads) {
        checks::v1::BatchCheckPlatesResponse response;
        const grpc::Status status =
            Call(*daemon->checks, &ChecksStub::BatchCheckPlates, testing::Device(),
                 Batch("absent", batch * kBatch), response);
        EXPECT_TRUE(status.ok()) << status.error_message();
        for (const checks::v1::CheckAnswer& answer : response.answers()) {
          if (answer.decision() == checks::v1::DECISION_NOT_PERMITTED) ++not_permitted;
          if (answer.decision() == checks::v1::DECISION_UNKNOWN) ++unknown;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(not_permitted + unknown, kPlates) << "and nothing else";
  EXPECT_GE(not_permitted, kPlates * 999 / 1000);
  operations::v1::GetStatusResponse status;
  ASSERT_TRUE(Call(*daemon->operations, &operations::v1::OperationsService::Stub::GetStatus,
                   testing::Operator(), operations::v1::GetStatusRequest(), status)
                  .ok());
  EXPECT_GT(status.checks().confirming_statement_count(), 0);
  EXPECT_LE(status.checks().confirming_statement_count(), kPlates * 2 / 100)
      << "checks that wait ride on one statement";
}

}  // namespace
}  // namespace stadspoort::history
