#include "tests/faults/probe.h"

#include <gtest/gtest.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "tests/history/doors.h"
#include "tests/integration/register.h"

namespace stadspoort::faults {
namespace {

using ChecksStub = checks::v1::ChecksService::Stub;
using RightsStub = rights::v1::RightsService::Stub;

constexpr char kReference[] = "probe";
constexpr char kWithRight[] = "1PROBE1";
constexpr char kWithout[] = "2ABSENT2";
// Of a call; one that hangs must not hide when the next would be answered.
constexpr absl::Duration kPatience = absl::Milliseconds(500);

std::optional<checks::v1::CheckAnswer> Ask(const testing::Daemon& daemon, const std::string& plate,
                                           bool strong) {
  checks::v1::CheckPlateRequest request = testing::CheckRequest(Probe::kCity, plate);
  if (!strong) request.mutable_options()->set_consistency(checks::v1::CONSISTENCY_DEFAULT);
  checks::v1::CheckPlateResponse response;
  const grpc::Status status = history::CallWithin(kPatience, testing::Device(), *daemon.checks,
                                                  &ChecksStub::CheckPlate, request, response);
  if (!status.ok()) return std::nullopt;
  const auto said = response.answer().decision();
  const auto wanted =
      plate == kWithRight ? checks::v1::DECISION_PERMITTED : checks::v1::DECISION_NOT_PERMITTED;
  if (said == checks::v1::DECISION_UNKNOWN) return std::nullopt;
  EXPECT_EQ(said, wanted) << response.ShortDebugString();
  return response.answer();
}

grpc::Status EnrolWithin(absl::Duration patience, const testing::Daemon& daemon,
                         const std::string& reference, const std::string& plate) {
  rights::v1::EnrolRightResponse response;
  return history::CallWithin(patience, testing::Provider("app"), *daemon.rights,
                             &RightsStub::EnrolRight,
                             testing::EnrolRequest(Probe::kCity, reference, plate), response);
}

}  // namespace

Probe::Probe(const testing::Daemon& daemon) {
  FoundCity(daemon, kCity);
  const grpc::Status status = EnrolWithin(absl::Minutes(1), daemon, kReference, kWithRight);
  EXPECT_TRUE(status.ok()) << status.error_message();
  Keep(kReference);
}

void Probe::Keep(const std::string& reference) const {
  const std::lock_guard lock(mutex_);
  acknowledged_.push_back(reference);
}

std::vector<std::string> Probe::Acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}

bool Probe::AnswersDefinitely(const testing::Daemon& daemon) const {
  const auto permitted = Ask(daemon, kWithRight, true);
  return permitted && !permitted->degraded() && Ask(daemon, kWithout, true);
}

bool Probe::AnswersFromRedis(const testing::Daemon& daemon) const {
  const auto permitted = Ask(daemon, kWithRight, false);
  return permitted && !permitted->degraded() && permitted->rung() == checks::v1::RUNG_REDIS;
}

bool Probe::Writes(const testing::Daemon& daemon) const {
  const int number = ++written_;
  const std::string reference = absl::StrCat("written-", number);
  if (!EnrolWithin(kPatience, daemon, reference, absl::StrCat("3W", number)).ok()) return false;
  Keep(reference);
  return true;
}

std::string Probe::Enrol(const testing::Daemon& daemon, const std::string& reference) const {
  const grpc::Status status = EnrolWithin(absl::Minutes(1), daemon, reference, "4ENROLLED4");
  if (status.ok()) Keep(reference);
  return history::Brief(status);
}

void FoundCity(const testing::Daemon& daemon, const std::string& city) {
  // Of the fixture, which does not change it.
  testing::MakeCity(const_cast<testing::Daemon&>(daemon), city);
}

}  // namespace stadspoort::faults
