#include "tests/scenarios/history_player.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/contract/names.h"
#include "services/contract/schedule.h"
#include "services/contract/timestamps.h"

namespace stadspoort::scenarios {
namespace {

namespace rights_v1 = rights::v1;
using RightsStub = rights_v1::RightsService::Stub;

constexpr char kReason[] = "scenario";

const Caller& Clerk() {
  static const auto* const kCaller = new Caller{"clerk", ""};
  return *kCaller;
}
Caller ProviderOf(const ScenarioRight& right) { return {"provider", right.provider}; }

void WriteZones(const domain::CityCode& city, const std::vector<domain::ZoneCode>& zones,
                rights_v1::Right& out) {
  for (const domain::ZoneCode& zone : zones) out.add_zones(contract::ZoneName(city, zone));
  out.set_city_wide(zones.empty());
}

struct Moment {
  absl::Time time;
  const ScenarioRight* right;
  const Event* event;  // null: the enrolment
};

// At one moment enrolments come before events, and otherwise the order is the table's.
std::vector<Moment> Timeline(const std::vector<ScenarioRight>& rights) {
  std::vector<Moment> moments;
  moments.reserve(rights.size());
  for (const ScenarioRight& right : rights) moments.push_back({right.asked_at, &right, nullptr});
  for (const ScenarioRight& right : rights) {
    for (const Event& event : right.events) moments.push_back({event.asked_at, &right, &event});
  }
  std::stable_sort(moments.begin(), moments.end(),
                   [](const Moment& a, const Moment& b) { return a.time < b.time; });
  return moments;
}

absl::Status InFile(const std::string& file_name, const ScenarioRight& right,
                    const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(file_name, ":", right.line, ": right ",
                                                  right.name, ": ", status.message()));
}

}  // namespace

absl::Status HistoryPlayer::Play(const std::string& file_name,
                                 const std::vector<ScenarioRight>& rights) {
  for (const Moment& moment : Timeline(rights)) {
    absl::Status done = clock_.Set(moment.time);
    if (done.ok()) done = Step(*moment.right, moment.event);
    if (!done.ok()) return InFile(file_name, *moment.right, done);
  }
  for (const ScenarioRight& right : rights) {
    absl::Status done = right.plate_active ? absl::OkStatus() : DeactivatePlate(right);
    if (done.ok()) done = CompareTerm(right);
    if (!done.ok()) return InFile(file_name, right, done);
  }
  return absl::OkStatus();
}

absl::Status HistoryPlayer::Step(const ScenarioRight& right, const Event* event) {
  if (event == nullptr) return Enrol(right);
  switch (event->kind) {
    case Event::Kind::kEnded:
      return End(right, *event);
    case Event::Kind::kAmended:
      return Amend(right, *event);
    case Event::Kind::kSuspended:
    case Event::Kind::kResumed:
    case Event::Kind::kRevoked:
      return ByClerk(right, *event);
    default:
      return Correct(right, *event);
  }
}

absl::Status HistoryPlayer::Enrol(const ScenarioRight& right) {
  rights_v1::EnrolRightRequest request;
  request.set_parent(contract::CityName(city_));
  rights_v1::Right& asked = *request.mutable_right();
  asked.set_reference(right.name);
  asked.mutable_plate()->set_number(right.plate);
  asked.mutable_plate()->set_country(std::string(right.country.sign()));
  asked.set_right_type(contract::RightTypeName(city_, right.type));
  WriteZones(city_, right.zones, asked);
  const domain::RequestedTerm& term = right.requested;
  if (term.start) *asked.mutable_requested_start_time() = contract::ToTimestamp(*term.start);
  if (term.end) *asked.mutable_requested_end_time() = contract::ToTimestamp(*term.end);
  contract::WriteWindows(right.windows, *asked.mutable_windows());
  rights_v1::EnrolRightResponse response;
  const absl::Status done = Call(ProviderOf(right), "EnrolRight", *service_.rights,
                                 &RightsStub::EnrolRight, request, response);
  if (done.ok()) known_[right.name] = std::move(*response.mutable_right());
  return done;
}

absl::Status HistoryPlayer::End(const ScenarioRight& right, const Event& event) {
  rights_v1::EndRightRequest request;
  request.set_parent(contract::CityName(city_));
  request.set_reference(right.name);
  *request.mutable_end_time() = contract::ToTimestamp(*event.time);
  rights_v1::EndRightResponse response;
  const absl::Status done = Call(ProviderOf(right), "EndRight", *service_.rights,
                                 &RightsStub::EndRight, request, response);
  if (done.ok() && response.has_right()) known_[right.name] = std::move(*response.mutable_right());
  return done;
}

absl::Status HistoryPlayer::Amend(const ScenarioRight& right, const Event& event) {
  rights_v1::AmendRightRequest request;
  request.mutable_right()->set_name(known_[right.name].name());
  request.mutable_update_mask()->add_paths("requested_end_time");
  if (event.time) {
    *request.mutable_right()->mutable_requested_end_time() = contract::ToTimestamp(*event.time);
  }
  rights_v1::AmendRightResponse response;
  const absl::Status done = Call(ProviderOf(right), "AmendRight", *service_.rights,
                                 &RightsStub::AmendRight, request, response);
  if (done.ok()) known_[right.name] = std::move(*response.mutable_right());
  return done;
}

absl::Status HistoryPlayer::Correct(const ScenarioRight& right, const Event& event) {
  rights_v1::CorrectRightRequest request;
  rights_v1::Right& corrected = *request.mutable_right();
  corrected.set_name(known_[right.name].name());
  request.set_reason(kReason);
  const auto change = [&](const char* path) { request.mutable_update_mask()->add_paths(path); };
  switch (event.kind) {
    case Event::Kind::kCorrectedFrom:
      change("effective_start_time");
      *corrected.mutable_effective_start_time() = contract::ToTimestamp(*event.time);
      break;
    case Event::Kind::kCorrectedUntil:
      change("effective_end_time");
      *corrected.mutable_effective_end_time() = contract::ToTimestamp(*event.time);
      break;
    case Event::Kind::kCorrectedPlate:
      change("plate");
      corrected.mutable_plate()->set_number(event.plate);
      corrected.mutable_plate()->set_country(std::string(right.country.sign()));
      break;
    case Event::Kind::kCorrectedType:
      change("right_type");
      corrected.set_right_type(contract::RightTypeName(city_, event.type));
      break;
    case Event::Kind::kCorrectedZones:
      change("zones");
      WriteZones(city_, event.zones, corrected);
      break;
    default:
      change("windows");
      contract::WriteWindows(event.windows, *corrected.mutable_windows());
      break;
  }
  rights_v1::CorrectRightResponse response;
  const absl::Status done =
      Call(Clerk(), "CorrectRight", *service_.rights, &RightsStub::CorrectRight, request, response);
  if (done.ok()) known_[right.name] = std::move(*response.mutable_right());
  return done;
}

absl::Status HistoryPlayer::ByClerk(const ScenarioRight& right, const Event& event) {
  rights_v1::Right& known = known_[right.name];
  const auto call = [&](const char* name, auto method, auto request, auto response) {
    request.set_name(known.name());
    request.set_reason(kReason);
    const absl::Status done = Call(Clerk(), name, *service_.rights, method, request, response);
    if (done.ok()) known = std::move(*response.mutable_right());
    return done;
  };
  switch (event.kind) {
    case Event::Kind::kSuspended:
      return call("SuspendRight", &RightsStub::SuspendRight, rights_v1::SuspendRightRequest(),
                  rights_v1::SuspendRightResponse());
    case Event::Kind::kResumed:
      return call("ResumeRight", &RightsStub::ResumeRight, rights_v1::ResumeRightRequest(),
                  rights_v1::ResumeRightResponse());
    default:
      return call("RevokeRight", &RightsStub::RevokeRight, rights_v1::RevokeRightRequest(),
                  rights_v1::RevokeRightResponse());
  }
}

// No call does this until there are permits. As every write: the plate's version first.
absl::Status HistoryPlayer::DeactivatePlate(const ScenarioRight& right) {
  const std::string name = known_[right.name].name();
  const absl::StatusOr<std::pair<domain::CityCode, domain::RightId>> id =
      contract::ParseRightName(name, "name");
  if (!id.ok()) return id.status();
  const absl::StatusOr<int> rows = superuser_.Run(
      "WITH bumped AS ("
      "  UPDATE stadspoort.plate p SET version = p.version + 1 FROM stadspoort.access_right r"
      "  WHERE r.city = $1 AND r.right_id = $2::uuid AND p.city = r.city AND p.plate_id = "
      "r.plate_id"
      "  RETURNING p.plate_id, p.version), "
      "changed AS ("
      "  UPDATE stadspoort.access_right r SET plate_active = false, version = bumped.version"
      "  FROM bumped WHERE r.city = $1 AND r.right_id = $2::uuid RETURNING r.right_id) "
      "INSERT INTO stadspoort.journal (kind, city, subject, version, state, actor, reason) "
      "SELECT 'PLATE', $1, bumped.plate_id, bumped.version,"
      "  jsonb_build_object('right_id', changed.right_id, 'plate_active', false), 'play', $3 "
      "FROM bumped, changed",
      {city_.value(), id->second.text(), kReason});
  if (!rows.ok()) return rows.status();
  if (*rows != 1) return absl::NotFoundError("the register has no row for it");
  return absl::OkStatus();
}

absl::Status HistoryPlayer::CompareTerm(const ScenarioRight& right) {
  const rights_v1::Right& known = known_[right.name];
  const absl::StatusOr<absl::Time> start =
      contract::ToTime(known.effective_start_time(), "effective_start_time");
  const absl::StatusOr<absl::Time> end =
      contract::ToTime(known.effective_end_time(), "effective_end_time");
  if (!start.ok()) return start.status();
  if (!end.ok()) return end.status();
  const domain::Interval& expected = right.known.effective;
  if (expected == domain::Interval{*start, *end}) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the register holds it from ", absl::FormatTime(*start), " until ",
                   absl::FormatTime(*end), ", the file from ", absl::FormatTime(expected.start),
                   " until ", absl::FormatTime(expected.end)));
}

}  // namespace stadspoort::scenarios
