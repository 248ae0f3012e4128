#include "tests/scenarios/player.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/contract/names.h"
#include "services/contract/timestamps.h"
#include "tests/scenarios/city_setup.h"
#include "tests/scenarios/fare_judge.h"
#include "tests/scenarios/fare_player.h"
#include "tests/scenarios/history_player.h"
#include "tests/scenarios/judge.h"

namespace stadspoort::scenarios {
namespace {

namespace checks_v1 = checks::v1;

constexpr size_t kCityStemLength = 15;

bool HasZones(const ScenarioFile& file) {
  return std::any_of(file.groups.begin(), file.groups.end(),
                     [](const Group& group) { return !group.zones.empty(); });
}

// "special-days-2-k3f9x1" for the second group of special_days.md.
domain::CityCode OwnCity(const std::string& file_name, size_t group_index, const std::string& run) {
  std::string code = absl::AsciiStrToLower(std::filesystem::path(file_name).stem().string());
  if (code.empty() || !absl::ascii_isalpha(static_cast<unsigned char>(code[0]))) {
    code.insert(0, "c");
  }
  if (code.size() > kCityStemLength) code.resize(kCityStemLength);
  for (char& c : code) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) c = '-';
  }
  return domain::CityCode(absl::StrCat(code, "-", group_index + 1, "-", run));
}

checks_v1::CheckPlateRequest RequestOf(const domain::CityCode& city, const Check& check,
                                       const std::string& file_name, const PlayOptions& options) {
  checks_v1::CheckPlateRequest request;
  request.set_parent(contract::CityName(city));
  if (check.position) {
    checks_v1::Position& position = *request.mutable_place()->mutable_position();
    position.set_latitude_degrees(check.position->point.latitude);
    position.set_longitude_degrees(check.position->point.longitude);
    position.set_accuracy_meters(check.position->accuracy_meters);
  } else {
    for (const std::string& zone : check.zones) {
      request.mutable_place()->mutable_zones()->add_zones(
          contract::ZoneName(city, domain::ZoneCode(zone)));
    }
  }
  *request.mutable_check_time() = contract::ToTimestamp(check.at);
  checks_v1::CheckOptions& asked = *request.mutable_options();
  if (check.usage) asked.set_usage(static_cast<common::v1::Usage>(*check.usage));
  // What has happened in the file must be seen, however fresh it is.
  asked.set_consistency(checks_v1::CONSISTENCY_STRONG);
  asked.set_language(options.language);
  checks_v1::CheckItem& item = *request.mutable_item();
  item.mutable_plate()->set_number(check.plate);
  item.mutable_plate()->set_country(check.country);
  if (check.confidence) item.set_confidence(*check.confidence);
  item.set_reference(absl::StrCat(options.run, ":", file_name, ":", check.line));
  return request;
}

std::optional<absl::Time> TimeOf(bool present, const google::protobuf::Timestamp& timestamp) {
  if (!present) return std::nullopt;
  const absl::StatusOr<absl::Time> time = contract::ToTime(timestamp, "");
  return time.ok() ? *time : absl::InfinitePast();
}

Answer AnswerOf(const checks_v1::CheckAnswer& received) {
  Answer answer;
  answer.reason = static_cast<domain::DecisionReason>(received.reason());
  answer.valid_until = TimeOf(received.has_valid_until(), received.valid_until());
  answer.recheck_after = TimeOf(received.has_recheck_after(), received.recheck_after());
  if (received.has_expired_minutes_ago()) answer.minutes_ago = received.expired_minutes_ago();
  const auto zone = contract::ParseZoneName(received.basis().zone(), "zone");
  if (zone.ok()) answer.zone = zone->second;
  return answer;
}

// The answer itself must be one of the contract: a decision that is not its reason's, or a value
// that this program does not know, is a difference whatever was expected.
std::string Judged(const Check& check, const checks_v1::CheckAnswer& received,
                   absl::TimeZone zone) {
  const int reason = received.reason();
  if (reason < 1 || reason > domain::kDecisionReasonCount) {
    return absl::StrCat("got the unknown reason ", reason);
  }
  const auto decision = domain::DecisionOf(static_cast<domain::DecisionReason>(reason));
  if (received.decision() != static_cast<checks_v1::Decision>(decision)) {
    return absl::StrCat("got ", checks_v1::Decision_Name(received.decision()), " with ",
                        checks_v1::DecisionReason_Name(received.reason()));
  }
  return Difference(check.expected, AnswerOf(received), zone);
}

}  // namespace

absl::Time StartOf(const ScenarioFile& file) {
  if (HasZones(file)) return Beginning(file.groups.front().city.zone());
  absl::Time earliest = absl::InfiniteFuture();
  for (const Group& group : file.groups) {
    for (const ScenarioRight& right : group.rights) {
      earliest = std::min(earliest, right.asked_at);
      for (const Event& event : right.events) earliest = std::min(earliest, event.asked_at);
    }
    for (const Check& check : group.checks) earliest = std::min({earliest, check.at, check.now});
    for (const Quote& quote : group.fares) earliest = std::min(earliest, quote.term.start);
  }
  return earliest - absl::Hours(24);
}

Player::Player(Service& service, Superuser& superuser, RegisterClock& clock, PlayOptions options)
    : service_(service), superuser_(superuser), clock_(clock), options_(std::move(options)) {}

absl::StatusOr<domain::CityCode> Player::PrepareCity(const ScenarioFile& file, size_t group_index) {
  const Group& group = file.groups[group_index];
  const bool own = options_.city.empty();
  if (own && group.zones.empty()) {
    return absl::FailedPreconditionError("there are no ## Zones; with --city its own are meant");
  }
  const domain::CityCode code =
      own ? OwnCity(file.name, group_index, options_.run) : domain::CityCode(options_.city);
  absl::Status done = clock_.Set(own ? Beginning(group.city.zone()) : StartOf(file));
  if (done.ok()) {
    done = own ? CreateCity(code, absl::StrCat(file.name, " ", group_index + 1), group, service_)
               : AdaptCity(code, group, service_);
  }
  if (!done.ok()) return done;
  return code;
}

absl::StatusOr<PlayedFile> Player::Play(const ScenarioFile& file) {
  PlayedFile played{file.name, {}, {}, 0};
  for (size_t i = 0; i < file.groups.size(); ++i) {
    const Group& group = file.groups[i];
    const absl::StatusOr<domain::CityCode> city = PrepareCity(file, i);
    if (!city.ok()) {
      return absl::Status(city.status().code(),
                          absl::StrCat(file.name, ":", group.line, ": ", city.status().message()));
    }
    HistoryPlayer history(*city, service_, superuser_, clock_);
    if (const absl::Status done = history.Play(file.name, group.rights); !done.ok()) return done;
    for (const Check& check : group.checks) {
      if (check.trouble) {
        ++played.not_played_count;
        continue;
      }
      if (const absl::Status set = clock_.Set(check.now); !set.ok()) return set;
      checks_v1::CheckPlateResponse response;
      const absl::Status asked = Call({"enforcer", ""}, "CheckPlate", *service_.checks,
                                      &checks_v1::ChecksService::Stub::CheckPlate,
                                      RequestOf(*city, check, file.name, options_), response);
      const std::string difference =
          asked.ok() ? Judged(check, response.answer(), group.city.zone())
                     : absl::StrCat("expected ", domain::Name(check.expected.reason), ", got ",
                                    asked.ToString());
      played.checks.push_back(
          {&check, group.city.zone(), std::move(*response.mutable_answer()), difference});
    }
    for (const Quote& quote : group.fares) {
      if (quote.term.Empty()) {  // the service refuses to quote nothing
        ++played.not_played_count;
        continue;
      }
      const absl::StatusOr<FareAnswer> answer = AnswerByService(*city, group, quote, service_);
      played.fares.push_back(
          {&quote, answer.ok() ? Difference(quote.expected, *answer) : answer.status().ToString()});
    }
  }
  return played;
}

}  // namespace stadspoort::scenarios
