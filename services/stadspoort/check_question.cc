#include "services/stadspoort/check_question.h"

#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {
namespace {

using checks::v1::BatchCheckPlatesRequest;

constexpr double kDefaultAccuracyMeters = 10;

// The city may also be told by the full name of the first zone.
absl::StatusOr<std::string> CityAsked(const CheckArguments& arguments) {
  if (!arguments.city.empty()) return CityName(arguments.city);
  const std::string city = arguments.zones.empty() ? "" : CityOf(arguments.zones.front());
  if (city.empty()) {
    return absl::InvalidArgumentError(
        "which city? Give --city, or zones by their full names, cities/CITY/zones/CODE");
  }
  return CityName(city);
}

absl::Status SetPlace(const CheckArguments& arguments, const std::string& city,
                      checks::v1::Place& place) {
  if (arguments.zones.empty() == arguments.position.empty()) {
    return absl::InvalidArgumentError(
        "where? Give --zone, once for each zone it may be, or --position LAT,LON; not both");
  }
  if (!arguments.position.empty()) {
    const absl::StatusOr<checks::v1::Position> position = ParsePosition(arguments.position);
    if (!position.ok()) return position.status();
    *place.mutable_position() = *position;
    return absl::OkStatus();
  }
  for (const std::string& text : arguments.zones) {
    const absl::StatusOr<std::string> zone = ZoneName(city, text);
    if (!zone.ok()) return zone.status();
    place.mutable_zones()->add_zones(*zone);
  }
  return absl::OkStatus();
}

absl::Status SetOptions(const CheckArguments& arguments, absl::string_view language,
                        checks::v1::CheckOptions& options) {
  if (!arguments.usage.empty()) {
    const absl::StatusOr<common::v1::Usage> usage = ParseUsage(arguments.usage);
    if (!usage.ok()) return usage.status();
    options.set_usage(*usage);
  } else if (!arguments.position.empty()) {
    return absl::InvalidArgumentError(
        "--position needs --usage: several rules may hold at one place, such as paid-parking and "
        "access");
  }
  options.set_consistency(arguments.strong ? checks::v1::CONSISTENCY_STRONG
                                           : checks::v1::CONSISTENCY_DEFAULT);
  options.set_language(std::string(language));
  options.set_include_right(arguments.why);
  options.set_include_candidates(arguments.why);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BatchCheckPlatesRequest> CheckQuestion(const CheckArguments& arguments,
                                                      absl::string_view language) {
  const absl::StatusOr<std::string> city = CityAsked(arguments);
  if (!city.ok()) return city.status();
  BatchCheckPlatesRequest question;
  question.set_parent(*city);
  for (const absl::Status& status :
       {SetPlace(arguments, *city, *question.mutable_place()),
        SetOptions(arguments, language, *question.mutable_options())}) {
    if (!status.ok()) return status;
  }
  const auto at = ParseTime(arguments.at, "--at");
  if (!at.ok()) return at.status();
  if (*at) *question.mutable_check_time() = ToTimestamp(**at);
  return question;
}

absl::StatusOr<checks::v1::Position> ParsePosition(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ',');
  std::vector<double> numbers;
  for (const absl::string_view part : parts) {
    double number = 0;
    if (!absl::SimpleAtod(part, &number) || !std::isfinite(number)) break;
    numbers.push_back(number);
  }
  if (numbers.size() != parts.size() || numbers.size() < 2 || numbers.size() > 3) {
    return absl::InvalidArgumentError(
        absl::StrCat("--position \"", text,
                     "\" is not a position; write LAT,LON or LAT,LON,ACCURACY, such as "
                     "51.0543,3.7174,10 (degrees with a point, metres)"));
  }
  checks::v1::Position position;
  position.set_latitude_degrees(numbers[0]);
  position.set_longitude_degrees(numbers[1]);
  position.set_accuracy_meters(numbers.size() == 3 ? numbers[2] : kDefaultAccuracyMeters);
  return position;
}

}  // namespace stadspoort::client
