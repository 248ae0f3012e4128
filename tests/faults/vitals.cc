#include "tests/faults/vitals.h"

#include <gtest/gtest.h>

#include "tests/faults/fleet.h"
#include "tests/history/doors.h"
#include "tests/integration/register.h"

namespace stadspoort::faults {
namespace {

using OperationsStub = operations::v1::OperationsService::Stub;

// A hang, not a slow machine.
constexpr absl::Duration kPatience = absl::Seconds(30);

}  // namespace

Vitals VitalsOf(const testing::Daemon& daemon) {
  operations::v1::GetStatusResponse response;
  const grpc::Status status = history::CallWithin(
      kPatience, testing::Operator(), *daemon.operations, &OperationsStub::GetStatus, {}, response);
  EXPECT_TRUE(status.ok()) << "a daemon does not say how it fares: " << status.error_message();
  Vitals vitals;
  vitals.loads = response.checks().load_count();
  vitals.redis_failures = response.checks().redis_failure_count();
  vitals.rebuilds = response.projector().rebuild_count();
  vitals.active = response.projector().active();
  vitals.term = response.projector().term();
  return vitals;
}

int64_t Sum(const Fleet& fleet, int64_t Vitals::*counter) {
  int64_t sum = 0;
  for (size_t i = 0; i < fleet.size(); ++i) sum += VitalsOf(fleet[i]).*counter;
  return sum;
}

}  // namespace stadspoort::faults
