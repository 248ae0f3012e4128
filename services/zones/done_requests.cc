#include "services/zones/done_requests.h"

#include "nlohmann/json.hpp"
#include "services/domain/request_errors.h"

namespace stadspoort::zones {
namespace {

using nlohmann::json;

absl::StatusOr<Outcome> ReadOutcome(const std::string& text) {
  const json in = json::parse(text, nullptr, /*allow_exceptions=*/false);
  const absl::Status unreadable = absl::InternalError("a stored outcome cannot be read");
  if (!in.is_object() || !in.contains("time_micros") || !in["time_micros"].is_number_integer() ||
      !in.contains("versions") || !in["versions"].is_array()) {
    return unreadable;
  }
  Outcome outcome;
  outcome.time = absl::FromUnixMicros(in["time_micros"].get<int64_t>());
  for (const json& version : in["versions"]) {
    if (!version.is_array() || version.size() != 2 || !version[0].is_string() ||
        !version[1].is_number_integer()) {
      return unreadable;
    }
    outcome.versions.emplace_back(domain::ZoneCode(version[0].get<std::string>()),
                                  version[1].get<int64_t>());
  }
  return outcome;
}

std::string OutcomeJson(const Outcome& outcome) {
  json versions = json::array();
  for (const auto& [code, version] : outcome.versions) {
    versions.push_back(json::array({code.value(), version}));
  }
  return json{{"time_micros", absl::ToUnixMicros(outcome.time)}, {"versions", versions}}.dump();
}

}  // namespace

absl::StatusOr<std::optional<Outcome>> DoneBefore(const postgres::Result& result,
                                                  const std::string& digest) {
  const auto done = postgres::RequestDoneOf(result);
  if (!done.ok()) return done.status();
  if (!*done) return std::nullopt;
  if ((*done)->digest != digest) return domain::RequestIdConflict("request_id");
  absl::StatusOr<Outcome> outcome = ReadOutcome((*done)->outcome);
  if (!outcome.ok()) return outcome.status();
  return *std::move(outcome);
}

postgres::Command RecordDone(const domain::CityCode& city, const postgres::RequestKey& key,
                             const std::string& digest, const Outcome& outcome) {
  return postgres::PutRequest(city, key, {digest, OutcomeJson(outcome)});
}

}  // namespace stadspoort::zones
