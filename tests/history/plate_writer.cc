#include "tests/history/plate_writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "tests/history/cities.h"

namespace stadspoort::history {
namespace {

using RightsStub = rights::v1::RightsService::Stub;

// Then a new plate is taken: rights that are over stay with a plate for the look-back, and every
// check reads them.
constexpr size_t kMostRights = 12;
// Handed over so often before a write and after it.
constexpr int kHandedOver = 4;
// After a call that got no answer.
constexpr absl::Duration kRest = absl::Milliseconds(50);

rights::v1::EnrolRightRequest EnrolRequest(const Target& target, const std::string& reference) {
  rights::v1::EnrolRightRequest request =
      testing::EnrolRequest(target.city, reference, target.plate, target.zone);
  request.mutable_right()->mutable_requested_end_time()->set_seconds(
      absl::ToUnixSeconds(absl::Now() + absl::Hours(24 * 7)));
  return request;
}

// Of the clerk's verbs, which are all of one shape.
template <typename Request, typename Response>
grpc::Status ClerksVerb(const Door& door, absl::Duration patience, const std::string& right,
                        grpc::Status (RightsStub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*)) {
  Request request;
  request.set_name(right);
  request.set_reason("history");
  Response response;
  return CallWithin(patience, testing::Clerk(), *door.rights, method, request, response);
}

grpc::Status EndRight(const Door& door, absl::Duration patience, const Target& target,
                      const std::string& right) {
  rights::v1::EndRightRequest request;
  request.set_parent(CityName(target.city));
  request.set_name(right);
  rights::v1::EndRightResponse response;
  return CallWithin(patience, testing::Provider("app"), *door.rights, &RightsStub::EndRight,
                    request, response);
}

grpc::Status SendChange(const Door& door, absl::Duration patience, const Target& target,
                        const std::string& right, WriteKind kind) {
  switch (kind) {
    case WriteKind::kSuspend:
      return ClerksVerb(door, patience, right, &RightsStub::SuspendRight);
    case WriteKind::kResume:
      return ClerksVerb(door, patience, right, &RightsStub::ResumeRight);
    case WriteKind::kRevoke:
      return ClerksVerb(door, patience, right, &RightsStub::RevokeRight);
    default:
      return EndRight(door, patience, target, right);
  }
}

}  // namespace

PlateWriter::PlateWriter(Board& board, Doors& doors, std::string city, int number, int plates,
                         double covered_share, uint32_t seed, absl::Duration patience,
                         absl::Duration pause)
    : board_(board),
      doors_(doors),
      city_(std::move(city)),
      number_(number),
      patience_(patience),
      pause_(pause),
      random_(seed) {
  for (int i = 0; i < plates; ++i) {
    plates_.push_back({board_.NewPlace(Group::kPlates), nullptr, {}, i < plates * covered_share});
    TakeNewPlate(plates_.back());
  }
}

void PlateWriter::TakeNewPlate(Plate& plate) {
  auto target = std::make_shared<Target>();
  target->subject =
      board_.AddSubject(absl::StrCat("plate ", plates_taken_, " of writer ", number_), 0);
  target->city = city_;
  target->zone = kPaidZone;
  // No two of them read alike: they differ in digits only.
  target->plate = absl::StrFormat("1H%03dA%06d", number_, plates_taken_++);
  plate.target = target;
  plate.rights.clear();
  if (Shown(plate)) board_.Fill(Group::kPlates, plate.place, target);
}

void PlateWriter::Run() {
  for (Plate& plate : plates_) {
    if (!Shown(plate) && !board_.stopped()) WriteOnce(plate);
  }
  std::uniform_int_distribution<size_t> any(0, plates_.size() - 1);
  while (!board_.stopped()) {
    WriteOnce(plates_[any(random_)]);
    if (pause_ > absl::ZeroDuration()) absl::SleepFor(pause_);
  }
}

void PlateWriter::WriteOnce(Plate& plate) {
  const bool any_used = !plate.rights.empty();
  if (any_used && Chance(0.03)) {
    EnrolUnderUsedReference(plate);
  } else if (any_used && Chance(0.03)) {
    ChangeAgain(plate, plate.rights.size() - 1);
  } else {
    const WriteKind kind = Choose(plate);
    if (kind == WriteKind::kEnrol) {
      Enrol(plate);
    } else {
      const bool resumes = kind == WriteKind::kResume;
      Change(plate, RightIn(plate, resumes ? RightState::kSuspended : RightState::kHolds), kind);
    }
  }
  if (plate.rights.size() >= kMostRights) TakeNewPlate(plate);
}

// So that a plate is without a right half of the time.
WriteKind PlateWriter::Choose(const Plate& plate) {
  const auto count = [&](RightState state) {
    return std::count_if(plate.rights.begin(), plate.rights.end(),
                         [&](const Right& right) { return right.state == state; });
  };
  const auto holding = count(RightState::kHolds);
  const bool opens = plate.covered ? holding < 2 || (holding == 2 && Chance(0.25))
                                   : holding == 0 || (holding == 1 && Chance(0.25));
  if (opens) {
    return count(RightState::kSuspended) > 0 && Chance(0.6) ? WriteKind::kResume
                                                            : WriteKind::kEnrol;
  }
  constexpr WriteKind kClosing[] = {WriteKind::kEnd, WriteKind::kRevoke, WriteKind::kSuspend};
  return kClosing[std::uniform_int_distribution<size_t>(0, 2)(random_)];
}

size_t PlateWriter::RightIn(const Plate& plate, RightState state) {
  std::vector<size_t> found;
  for (size_t i = 0; i < plate.rights.size(); ++i) {
    if (plate.rights[i].state == state) found.push_back(i);
  }
  return found[std::uniform_int_distribution<size_t>(0, found.size() - 1)(random_)];
}

void PlateWriter::Enrol(Plate& plate) {
  const std::string reference = absl::StrCat("w", number_, "-", references_++);
  rights::v1::EnrolRightResponse response;
  const bool known =
      Perform(plate, WriteKind::kEnrol, plate.rights.size(), false, [&](const Door& door) {
        return CallWithin(patience_, testing::Provider("app"), *door.rights,
                          &RightsStub::EnrolRight, EnrolRequest(*plate.target, reference),
                          response);
      });
  if (!known) return;
  log_.writes.back().reference = reference;
  const bool shown = Shown(plate);
  plate.rights.push_back({response.right().name(), reference, RightState::kHolds});
  if (!shown) board_.Fill(Group::kPlates, plate.place, plate.target);
}

void PlateWriter::Change(Plate& plate, size_t right, WriteKind kind) {
  const bool known = Perform(plate, kind, right, false, [&](const Door& door) {
    return SendChange(door, patience_, *plate.target, plate.rights[right].name, kind);
  });
  if (!known) return;
  RightState& state = plate.rights[right].state;
  if (kind == WriteKind::kSuspend) state = RightState::kSuspended;
  if (kind == WriteKind::kResume) state = RightState::kHolds;
  if (kind == WriteKind::kEnd) state = RightState::kEnded;
  if (kind == WriteKind::kRevoke) state = RightState::kRevoked;
}

void PlateWriter::EnrolUnderUsedReference(Plate& plate) {
  rights::v1::EnrolRightRequest request =
      EnrolRequest(*plate.target, plate.rights.front().reference);
  request.mutable_right()->mutable_requested_end_time()->set_nanos(1000);
  rights::v1::EnrolRightResponse response;
  Perform(plate, WriteKind::kEnrol, plate.rights.size(), true, [&](const Door& door) {
    return CallWithin(patience_, testing::Provider("app"), *door.rights, &RightsStub::EnrolRight,
                      request, response);
  });
}

// The register counts the plate's version on before it sees that nothing changes.
void PlateWriter::ChangeAgain(Plate& plate, size_t right) {
  WriteKind kind = WriteKind::kResume;
  if (plate.rights[right].state == RightState::kSuspended) kind = WriteKind::kSuspend;
  if (plate.rights[right].state == RightState::kEnded) kind = WriteKind::kEnd;
  if (plate.rights[right].state == RightState::kRevoked) kind = WriteKind::kRevoke;
  Perform(plate, kind, right, true, [&](const Door& door) {
    return SendChange(door, patience_, *plate.target, plate.rights[right].name, kind);
  });
}

bool PlateWriter::Perform(Plate& plate, WriteKind kind, size_t part, bool changes_nothing,
                          Send send) {
  const std::shared_ptr<const Door> door = doors_.Any(random_);
  if (door == nullptr) {
    absl::SleepFor(kRest);
    return false;
  }
  const TargetPtr target = plate.target;
  const bool shown = Shown(plate);
  Write write;
  write.subject = target->subject;
  write.kind = kind;
  write.part = static_cast<uint8_t>(part);
  if (shown) board_.HandOver(Group::kPlates, target, kHandedOver);
  write.begin = Now();
  const grpc::Status status = send(*door);
  write.end = Now();
  if (shown) board_.HandOver(Group::kPlates, target, kHandedOver);
  const Outcome outcome = OutcomeOf(status);
  // Refused, repeated or lost on the way: nothing changes.
  write.outcome = changes_nothing ? Outcome::kRefused : outcome;
  log_.writes.push_back(write);
  if (outcome == Outcome::kUnknown) absl::SleepFor(kRest);
  if (changes_nothing || outcome == Outcome::kAcknowledged) return true;
  ++(outcome == Outcome::kUnknown ? log_.unknown_writes : log_.refused_writes)[Brief(status)];
  TakeNewPlate(plate);
  return false;
}

}  // namespace stadspoort::history
