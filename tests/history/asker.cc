#include "tests/history/asker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "tests/history/cities.h"

namespace stadspoort::history {
namespace {

using ChecksStub = checks::v1::ChecksService::Stub;

constexpr absl::Duration kRest = absl::Milliseconds(50);

// A batch: so many of what is written at the moment, and at most so many others.
constexpr size_t kMostHandedOver = 12;
constexpr size_t kMostOthers = 8;

// The same plate with its first 1 read as an L: not enrolled, but it reads alike.
TargetPtr LookAlike(const Target& target) {
  auto alike = std::make_shared<Target>(target);
  alike->plate.replace(0, 1, "L");
  alike->when_open = domain::Decision::kReview;
  alike->shows = Shows::kNone;
  return alike;
}

std::optional<int64_t> VersionShown(Shows shows, const checks::v1::Basis& basis) {
  switch (shows) {
    case Shows::kPlateVersion:
      return basis.plate_version();
    case Shows::kCalendarVersion:
      return basis.calendar_version();
    case Shows::kZoneVersion:
      return basis.zone_version();
    case Shows::kNone:
      return std::nullopt;
  }
  return std::nullopt;
}

// The contract's numbers are those of the domain and of the ladder.
Check Recorded(const Target& target, const checks::v1::CheckAnswer& answer) {
  Check check;
  check.subject = target.subject;
  check.when_open = target.when_open;
  check.decision = static_cast<domain::Decision>(answer.decision());
  check.reason = static_cast<domain::DecisionReason>(answer.reason());
  check.rung = static_cast<Rung>(answer.rung());
  check.degraded = answer.degraded();
  check.version = VersionShown(target.shows, answer.basis());
  return check;
}

}  // namespace

Asker::Asker(Board& board, Doors& doors, std::string plates_city, uint32_t seed,
             double strong_share, double absent_share, absl::Duration patience)
    : board_(board),
      doors_(doors),
      plates_city_(std::move(plates_city)),
      random_(seed),
      strong_share_(strong_share),
      absent_share_(absent_share),
      patience_(patience),
      absent_(board.AddSubject("plates that are absent", 0)) {}

void Asker::Run() {
  while (!board_.stopped()) {
    std::vector<TargetPtr> targets = ChooseRules();
    if (targets.empty()) targets = ChoosePlates();
    if (!targets.empty()) Ask(targets);
  }
}

TargetPtr Asker::AnyPlate() {
  if (Chance(absent_share_)) {
    auto target = std::make_shared<Target>();
    target->subject = absent_;
    target->city = plates_city_;
    target->zone = kPaidZone;
    target->plate =
        absl::StrFormat("1X%06d", std::uniform_int_distribution<int>(0, 999999)(random_));
    return target;
  }
  return board_.Any(Group::kPlates, random_);
}

std::vector<TargetPtr> Asker::ChoosePlates() {
  const bool single = Chance(0.2);
  std::vector<TargetPtr> targets =
      board_.TakeOver(Group::kPlates, single ? 1 : kMostHandedOver, /*wait=*/true);
  size_t others = std::min(kMostOthers, targets.size() * 7 / 10 + 1);
  if (single) others = targets.empty() ? 1 : 0;
  for (size_t i = 0; i < others; ++i) targets.push_back(AnyPlate());
  std::erase(targets, nullptr);
  for (TargetPtr& target : targets) {
    if (Chance(0.06) && target->subject != absent_) target = LookAlike(*target);
  }
  return targets;
}

std::vector<TargetPtr> Asker::ChooseRules() {
  std::vector<TargetPtr> targets = board_.TakeOver(Group::kRules, kMostHandedOver, /*wait=*/false);
  if (targets.empty() && !Chance(0.02)) return {};
  for (int i = 0; i < 4; ++i) targets.push_back(board_.Any(Group::kRules, random_));
  std::erase(targets, nullptr);
  // Another city may have been founded meanwhile.
  std::erase_if(targets, [city = targets.empty() ? "" : targets.front()->city](
                             const TargetPtr& target) { return target->city != city; });
  return targets;
}

grpc::Status Asker::Send(const Door& door, const std::vector<TargetPtr>& targets, bool strong,
                         std::vector<checks::v1::CheckAnswer>& answers) const {
  const auto consistency =
      strong ? checks::v1::CONSISTENCY_STRONG : checks::v1::CONSISTENCY_DEFAULT;
  if (targets.size() == 1) {
    const Target& target = *targets.front();
    checks::v1::CheckPlateRequest request =
        testing::CheckRequest(target.city, target.plate, target.zone);
    request.mutable_options()->set_consistency(consistency);
    checks::v1::CheckPlateResponse response;
    grpc::Status status = CallWithin(patience_, testing::Device(), *door.checks,
                                     &ChecksStub::CheckPlate, request, response);
    if (status.ok()) answers.push_back(response.answer());
    return status;
  }
  checks::v1::BatchCheckPlatesRequest request;
  request.set_parent(CityName(targets.front()->city));
  request.mutable_options()->set_consistency(consistency);
  for (const TargetPtr& target : targets) {
    checks::v1::CheckItem& item = *request.add_items();
    item.mutable_plate()->set_number(target->plate);
    item.mutable_place()->mutable_zones()->add_zones(ZoneName(target->city, target->zone));
  }
  checks::v1::BatchCheckPlatesResponse response;
  grpc::Status status = CallWithin(patience_, testing::Device(), *door.checks,
                                   &ChecksStub::BatchCheckPlates, request, response);
  if (status.ok()) answers.assign(response.answers().begin(), response.answers().end());
  return status;
}

void Asker::Ask(const std::vector<TargetPtr>& targets) {
  const std::shared_ptr<const Door> door = doors_.Any(random_);
  if (door == nullptr) {
    absl::SleepFor(kRest);
    return;
  }
  const bool strong = Chance(strong_share_);
  std::vector<checks::v1::CheckAnswer> answers;
  const Moment begin = Now();
  const grpc::Status status = Send(*door, targets, strong, answers);
  const Moment end = Now();
  if (!status.ok() || answers.size() != targets.size()) {
    ++log_.failed_check_calls[status.ok() ? "answers missing" : Brief(status)];
    absl::SleepFor(kRest);
    return;
  }
  for (size_t i = 0; i < targets.size(); ++i) {
    Check check = Recorded(*targets[i], answers[i]);
    check.daemon = door->number;
    check.strong = strong;
    check.begin = begin;
    check.end = end;
    log_.checks.push_back(check);
  }
  board_.CountChecks(static_cast<int64_t>(answers.size()));
  // UNKNOWN is said fast: an outage would otherwise make up most of the history.
  const bool all_unknown = std::all_of(answers.begin(), answers.end(), [](const auto& answer) {
    return answer.decision() == checks::v1::DECISION_UNKNOWN;
  });
  if (all_unknown) absl::SleepFor(kRest);
}

}  // namespace stadspoort::history
