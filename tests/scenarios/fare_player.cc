#include "tests/scenarios/fare_player.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/contract/names.h"
#include "services/contract/timestamps.h"
#include "services/domain/fare.h"
#include "tests/scenarios/fare_wording.h"

namespace stadspoort::scenarios {
namespace {

namespace rights_v1 = rights::v1;

absl::Duration DurationOf(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

absl::StatusOr<domain::FareLine> LineOf(const rights_v1::FareLine& in) {
  domain::FareLine line;
  line.zone_version = in.zone_version();
  line.frame = in.frame();
  if (!absl::ParseCivilTime(in.date(), &line.day)) {
    return absl::InternalError(absl::StrCat("a date that is none: ", in.date()));
  }
  const auto start = contract::ToTime(in.start_time(), "start_time");
  if (!start.ok()) return start.status();
  const auto end = contract::ToTime(in.end_time(), "end_time");
  if (!end.ok()) return end.status();
  line.period = {*start, *end};
  for (const rights_v1::FareSteps& steps : in.steps()) {
    line.parts.push_back({static_cast<size_t>(steps.part_index()),
                          DurationOf(steps.paid_duration()), steps.step_count(),
                          steps.step_price_cents(), steps.amount_cents(), steps.capped()});
  }
  line.amount_cents = in.amount_cents();
  line.paid = DurationOf(in.paid_duration());
  return line;
}

// Those that are of the fare and not of the right.
std::optional<domain::FareRemark> RemarkOf(rights_v1::RemarkCode code) {
  switch (code) {
    case rights_v1::REMARK_CODE_NOTHING_REQUIRED:
      return domain::FareRemark::kNothingRequired;
    case rights_v1::REMARK_CODE_MAX_STAY_EXCEEDED:
      return domain::FareRemark::kMaxStayExceeded;
    case rights_v1::REMARK_CODE_ZONE_NOT_IN_FORCE:
      return domain::FareRemark::kZoneNotInForce;
    default:
      return std::nullopt;
  }
}

}  // namespace

absl::StatusOr<FareAnswer> AnswerByService(const domain::CityCode& city, const Group& group,
                                           const Quote& quote, Service& service) {
  rights_v1::QuoteRightRequest request;
  request.set_parent(contract::CityName(city));
  request.set_right_type("paid");
  for (const domain::ZoneCode& zone : quote.zones) {
    request.add_zones(contract::ZoneName(city, zone));
  }
  *request.mutable_start_time() = contract::ToTimestamp(quote.term.start);
  *request.mutable_end_time() = contract::ToTimestamp(quote.term.end);
  rights_v1::QuoteRightResponse response;
  const absl::Status asked = Call({"clerk", ""}, "QuoteRight", *service.rights,
                                  &rights_v1::RightsService::Stub::QuoteRight, request, response);
  if (!asked.ok()) return asked;
  domain::Fare fare;
  for (const rights_v1::FareLine& in : response.lines()) {
    absl::StatusOr<domain::FareLine> line = LineOf(in);
    if (!line.ok()) return line.status();
    fare.lines.push_back(*std::move(line));
  }
  FareAnswer answer;
  answer.amount_cents = response.amount().amount_cents();
  answer.arithmetic = Arithmetic(fare, group.city.zone());
  if (quote.zones.size() > 1) {
    const auto named = response.lines().empty()
                           ? contract::ParseZoneName(request.zones(0), "zone")
                           : contract::ParseZoneName(response.lines(0).zone(), "zone");
    if (!named.ok()) return named.status();
    answer.arithmetic = absl::StrCat("in ", named->second.value(), ": ", answer.arithmetic);
  }
  for (const rights_v1::Remark& remark : response.remarks()) {
    if (const auto known = RemarkOf(remark.code())) answer.remarks.push_back(*known);
  }
  return answer;
}

}  // namespace stadspoort::scenarios
