#include "services/stadspoort/right_arguments.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/plates.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/window_text.h"

namespace stadspoort::client {
namespace {

using google::protobuf::FieldMask;
using google::protobuf::Timestamp;
using rights::v1::Right;

constexpr int kPageSize = 500;  // the contract's most

absl::Status SetZones(const RightArguments& arguments, const std::string& city, Right& right) {
  for (const std::string& text : arguments.zones) {
    const absl::StatusOr<std::string> zone = ZoneName(city, text);
    if (!zone.ok()) return zone.status();
    right.add_zones(*zone);
  }
  return absl::OkStatus();
}

absl::Status SetWindows(const RightArguments& arguments, Right& right) {
  for (const std::string& text : arguments.windows) {
    const absl::StatusOr<common::v1::Window> window = ParseWindow(text);
    if (!window.ok()) return window.status();
    *right.add_windows() = *window;
  }
  return absl::OkStatus();
}

absl::Status SetPlate(const RightArguments& arguments, Right& right) {
  const absl::StatusOr<common::v1::Plate> plate = ParsePlate(arguments.plate, arguments.country);
  if (!plate.ok()) return plate.status();
  *right.mutable_plate() = *plate;
  return absl::OkStatus();
}

absl::Status SetType(const RightArguments& arguments, const std::string& city, Right& right) {
  const absl::StatusOr<std::string> type = RightTypeName(city, arguments.type);
  if (!type.ok()) return type.status();
  right.set_right_type(*type);
  return absl::OkStatus();
}

absl::StatusOr<Timestamp> TimeOf(const std::string& text, absl::string_view option,
                                 absl::Time now) {
  const auto time = ParseTime(text, option);
  if (!time.ok()) return time.status();
  return ToTimestamp(time->value_or(now));
}

// Zones that were given as they are, or the whole city: exactly one of them.
absl::Status CheckReach(const RightArguments& arguments) {
  if (arguments.zones.empty() == !arguments.city_wide) {
    return absl::InvalidArgumentError(
        "where is the right good? Give --zone, once for each zone, or --city-wide; not both");
  }
  return absl::OkStatus();
}

// --window and --no-windows, for commands that change a right.
absl::Status ChangeWindows(const RightArguments& arguments, Right& right, FieldMask& mask) {
  if (arguments.windows.empty() && !arguments.no_windows) return absl::OkStatus();
  if (!arguments.windows.empty() && arguments.no_windows) {
    return absl::InvalidArgumentError("--window and --no-windows contradict each other");
  }
  mask.add_paths("windows");
  return SetWindows(arguments, right);
}

absl::Status ChangeZones(const RightArguments& arguments, const std::string& city, Right& right,
                         FieldMask& mask) {
  if (arguments.zones.empty()) return absl::OkStatus();
  mask.add_paths("zones");
  return SetZones(arguments, city, right);
}

absl::Status SetEnrolled(const RightArguments& arguments, const std::string& city, absl::Time now,
                         Right& right) {
  for (const absl::Status& status :
       {SetPlate(arguments, right), SetType(arguments, city, right), CheckReach(arguments),
        SetZones(arguments, city, right), SetWindows(arguments, right)}) {
    if (!status.ok()) return status;
  }
  right.set_city_wide(arguments.city_wide);
  right.set_reference(arguments.reference);
  if (!arguments.from.empty()) {
    const auto from = ParseTime(arguments.from, "--from");
    if (!from.ok()) return from.status();
    if (*from) *right.mutable_requested_start_time() = ToTimestamp(**from);
  }
  if (!arguments.until.empty()) {
    const absl::StatusOr<Timestamp> until = TimeOf(arguments.until, "--until", now);
    if (!until.ok()) return until.status();
    *right.mutable_requested_end_time() = *until;
  }
  return absl::OkStatus();
}

// The end of an amendment: --until, or --open for none.
absl::Status ChangeEnd(const RightArguments& arguments, absl::Time now, Right& right,
                       FieldMask& mask) {
  if (arguments.until.empty() && !arguments.open) return absl::OkStatus();
  if (!arguments.until.empty() && arguments.open) {
    return absl::InvalidArgumentError("--until and --open contradict each other");
  }
  mask.add_paths("requested_end_time");
  if (arguments.open) return absl::OkStatus();
  const absl::StatusOr<Timestamp> until = TimeOf(arguments.until, "--until", now);
  if (!until.ok()) return until.status();
  *right.mutable_requested_end_time() = *until;
  return absl::OkStatus();
}

// The effective times of a correction.
absl::Status CorrectTimes(const RightArguments& arguments, absl::Time now, Right& right,
                          FieldMask& mask) {
  if (!arguments.from.empty()) {
    const absl::StatusOr<Timestamp> from = TimeOf(arguments.from, "--from", now);
    if (!from.ok()) return from.status();
    *right.mutable_effective_start_time() = *from;
    mask.add_paths("effective_start_time");
  }
  if (!arguments.until.empty()) {
    const absl::StatusOr<Timestamp> until = TimeOf(arguments.until, "--until", now);
    if (!until.ok()) return until.status();
    *right.mutable_effective_end_time() = *until;
    mask.add_paths("effective_end_time");
  }
  return absl::OkStatus();
}

absl::Status CorrectPlateAndType(const RightArguments& arguments, const std::string& city,
                                 Right& right, FieldMask& mask) {
  if (arguments.plate.empty() && !arguments.country.empty()) {
    return absl::InvalidArgumentError("--country needs --plate: a plate is corrected as a whole");
  }
  if (!arguments.plate.empty()) {
    const absl::Status status = SetPlate(arguments, right);
    if (!status.ok()) return status;
    mask.add_paths("plate");
  }
  if (!arguments.type.empty()) {
    const absl::Status status = SetType(arguments, city, right);
    if (!status.ok()) return status;
    mask.add_paths("right_type");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> NameOf(const RightArguments& arguments) {
  if (arguments.city.empty()) return RightName("", arguments.name);
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  return RightName(*city, arguments.name);
}

absl::StatusOr<rights::v1::EnrolRightRequest> EnrolRequest(const RightArguments& arguments,
                                                           absl::Time now) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  rights::v1::EnrolRightRequest request;
  request.set_parent(*city);
  const absl::Status status = SetEnrolled(arguments, *city, now, *request.mutable_right());
  if (!status.ok()) return status;
  return request;
}

absl::StatusOr<rights::v1::AmendRightRequest> AmendRequest(const RightArguments& arguments,
                                                           absl::Time now) {
  const absl::StatusOr<std::string> name = NameOf(arguments);
  if (!name.ok()) return name.status();
  rights::v1::AmendRightRequest request;
  Right& right = *request.mutable_right();
  FieldMask& mask = *request.mutable_update_mask();
  for (const absl::Status& status :
       {ChangeEnd(arguments, now, right, mask), ChangeZones(arguments, CityOf(*name), right, mask),
        ChangeWindows(arguments, right, mask)}) {
    if (!status.ok()) return status;
  }
  if (mask.paths().empty()) {
    return absl::InvalidArgumentError(
        "what changes? Give --until or --open, --zone, --window or --no-windows");
  }
  right.set_name(*name);
  right.set_etag(arguments.etag);
  request.set_reason(arguments.reason);
  return request;
}

absl::StatusOr<rights::v1::CorrectRightRequest> CorrectRequest(const RightArguments& arguments,
                                                               absl::Time now) {
  const absl::StatusOr<std::string> name = NameOf(arguments);
  if (!name.ok()) return name.status();
  const std::string city = CityOf(*name);
  rights::v1::CorrectRightRequest request;
  Right& right = *request.mutable_right();
  FieldMask& mask = *request.mutable_update_mask();
  for (const absl::Status& status :
       {CorrectPlateAndType(arguments, city, right, mask),
        ChangeZones(arguments, city, right, mask), CorrectTimes(arguments, now, right, mask),
        ChangeWindows(arguments, right, mask)}) {
    if (!status.ok()) return status;
  }
  if (mask.paths().empty()) {
    return absl::InvalidArgumentError(
        "what is corrected? Give --plate, --type, --zone, --from, --until, --window or "
        "--no-windows");
  }
  right.set_name(*name);
  right.set_etag(arguments.etag);
  request.set_reason(arguments.reason);
  return request;
}

absl::StatusOr<rights::v1::EndRightRequest> EndRequest(const RightArguments& arguments) {
  rights::v1::EndRightRequest request;
  if (arguments.name.empty() == arguments.reference.empty()) {
    return absl::InvalidArgumentError(
        "which right? Give its name, or --city and --reference; not both");
  }
  if (!arguments.name.empty()) {
    const absl::StatusOr<std::string> name = NameOf(arguments);
    if (!name.ok()) return name.status();
    request.set_parent(CityOf(*name));
    request.set_name(*name);
  } else {
    const absl::StatusOr<std::string> city = CityName(arguments.city);
    if (!city.ok()) return city.status();
    request.set_parent(*city);
    request.set_reference(arguments.reference);
  }
  if (!arguments.at.empty()) {
    const auto at = ParseTime(arguments.at, "--at");
    if (!at.ok()) return at.status();
    if (*at) *request.mutable_end_time() = ToTimestamp(**at);
  }
  request.set_reason(arguments.reason);
  return request;
}

absl::StatusOr<rights::v1::ListRightsRequest> ListRequest(const RightArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  rights::v1::ListRightsRequest request;
  request.set_parent(*city);
  request.set_page_size(kPageSize);
  if (arguments.plate.empty()) {
    if (arguments.country.empty()) return request;
    return absl::InvalidArgumentError("--country needs --plate");
  }
  const absl::StatusOr<common::v1::Plate> plate = ParsePlate(arguments.plate, arguments.country);
  if (!plate.ok()) return plate.status();
  *request.mutable_plate() = *plate;
  return request;
}

}  // namespace stadspoort::client
