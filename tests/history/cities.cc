#include "tests/history/cities.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace stadspoort::history {
namespace {

using CitiesStub = cities::v1::CitiesService::Stub;
using ZonesStub = zones::v1::ZonesService::Stub;

// One in which it was about noon when the test began: the calendar of a day that has passed stays.
const std::string& TimeZone() {
  static const std::string* const kName = [] {
    const int hours = 12 - absl::ToCivilHour(absl::Now(), absl::UTCTimeZone()).hour();
    // POSIX counts them the other way round.
    return new std::string(
        hours == 0 ? "Etc/UTC"
                   : absl::StrCat("Etc/GMT", hours > 0 ? "-" : "+", hours > 0 ? hours : -hours));
  }();
  return *kName;
}

grpc::Status MakeCity(const Door& door, absl::Duration patience, const std::string& city) {
  cities::v1::CreateCityRequest request;
  request.set_city_id(city);
  request.mutable_city()->set_display_name(city);
  request.mutable_city()->set_time_zone(TimeZone());
  cities::v1::CreateCityResponse response;
  return CallWithin(patience, testing::Operator(), *door.cities, &CitiesStub::CreateCity, request,
                    response);
}

grpc::Status MakeRightType(const Door& door, absl::Duration patience, const std::string& city) {
  cities::v1::CreateRightTypeRequest request;
  request.set_parent(CityName(city));
  request.set_right_type_id("paid");
  request.mutable_right_type()->set_kind(common::v1::RIGHT_KIND_PAID);
  cities::v1::CreateRightTypeResponse response;
  return CallWithin(patience, testing::Admin(), *door.cities, &CitiesStub::CreateRightType, request,
                    response);
}

// Every write of a right is by the provider `app`.
grpc::Status MakeContract(const Door& door, absl::Duration patience, const std::string& city) {
  cities::v1::CreateContractRequest request;
  request.set_parent(CityName(city));
  request.set_contract_id("app");
  request.mutable_contract()->set_provider("app");
  request.mutable_contract()->add_right_types("paid");
  request.mutable_contract()->mutable_start_time()->set_seconds(
      absl::ToUnixSeconds(absl::Now() - absl::Hours(24)));
  cities::v1::CreateContractResponse response;
  return CallWithin(patience, testing::Admin(), *door.cities, &CitiesStub::CreateContract, request,
                    response);
}

zones::v1::Regulation RegulationOf(RuleKind kind) {
  zones::v1::Regulation regulation;
  if (kind == RuleKind::kFree) return regulation;
  regulation = testing::PlainRegulation();
  regulation.clear_grace_before();
  regulation.clear_grace_after();
  if (kind == RuleKind::kFreeOnHolidays) {
    zones::v1::SpecialDayRule& rule = *regulation.add_special_day_rules();
    rule.set_special_day("HOLIDAY");
    rule.set_mode(zones::v1::SPECIAL_DAY_MODE_REPLACE);
  }
  return regulation;
}

google::protobuf::Timestamp StampOf(absl::Time time) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(time));
  stamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(stamp.seconds()))));
  return stamp;
}

std::optional<int64_t> VersionOf(const std::string& etag) {
  int64_t version = 0;
  if (!absl::SimpleAtoi(etag, &version)) return std::nullopt;
  return version;
}

}  // namespace

std::string CityName(const std::string& city) { return absl::StrCat("cities/", city); }
std::string ZoneName(const std::string& city, const std::string& zone) {
  return absl::StrCat("cities/", city, "/zones/", zone);
}

grpc::Status MakePlatesCity(const Door& door, absl::Duration patience, const std::string& city) {
  if (grpc::Status made = MakeCity(door, patience, city); !made.ok()) return made;
  if (grpc::Status made = MakeRightType(door, patience, city); !made.ok()) return made;
  if (grpc::Status made = MakeContract(door, patience, city); !made.ok()) return made;
  return Publish(door, patience, city, kPaidZone, RuleKind::kPaid, false);
}

grpc::Status MakeRulesCity(const Door& door, absl::Duration patience, const std::string& city,
                           const std::vector<std::string>& zones) {
  if (grpc::Status made = MakeCity(door, patience, city); !made.ok()) return made;
  for (const std::string& zone : zones) {
    grpc::Status published = Publish(door, patience, city, zone, RuleKind::kPaid, false);
    if (!published.ok()) return published;
  }
  return Publish(door, patience, city, kHolidayZone, RuleKind::kFreeOnHolidays, false);
}

grpc::Status Publish(const Door& door, absl::Duration patience, const std::string& city,
                     const std::string& zone, RuleKind kind, bool validate_only,
                     std::optional<absl::Time> start) {
  const auto call = [&](auto method, const auto& request, auto&& response) {
    return CallWithin(patience, testing::Admin(), *door.zones, method, request, response);
  };
  zones::v1::UpdateZoneDraftRequest update;
  zones::v1::ZoneDraft& draft = *update.mutable_draft();
  draft.set_name(absl::StrCat(ZoneName(city, zone), "/draft"));
  draft.set_display_name(zone);
  draft.set_usage(common::v1::USAGE_PAID_PARKING);
  *draft.mutable_regulation() = RegulationOf(kind);
  zones::v1::Ring& outline = *draft.add_polygons()->mutable_outer();
  for (const auto& [latitude, longitude] : {std::pair(51.05, 3.72), std::pair(51.05, 3.73),
                                            std::pair(51.06, 3.73), std::pair(51.06, 3.72)}) {
    zones::v1::Vertex& vertex = *outline.add_vertices();
    vertex.set_latitude_degrees(latitude);
    vertex.set_longitude_degrees(longitude);
  }
  grpc::Status done =
      call(&ZonesStub::UpdateZoneDraft, update, zones::v1::UpdateZoneDraftResponse());
  if (!done.ok()) return done;
  zones::v1::ValidateZoneDraftsRequest validate;
  validate.set_parent(CityName(city));
  validate.add_zones(ZoneName(city, zone));
  if (start) *validate.mutable_in_force_start_time() = StampOf(*start);
  done = call(&ZonesStub::ValidateZoneDrafts, validate, zones::v1::ValidateZoneDraftsResponse());
  if (!done.ok()) return done;
  zones::v1::PublishZonesRequest publish;
  publish.set_parent(CityName(city));
  publish.add_drafts()->set_zone(ZoneName(city, zone));
  publish.set_validate_only(validate_only);
  if (start) *publish.mutable_in_force_start_time() = StampOf(*start);
  return call(&ZonesStub::PublishZones, publish, zones::v1::PublishZonesResponse());
}

grpc::Status Withdraw(const Door& door, absl::Duration patience, const std::string& city,
                      const std::string& zone) {
  zones::v1::ListZoneVersionsRequest list;
  list.set_parent(ZoneName(city, zone));
  list.set_page_size(1);
  zones::v1::ListZoneVersionsResponse newest;
  grpc::Status done = CallWithin(patience, testing::Admin(), *door.zones,
                                 &ZonesStub::ListZoneVersions, list, newest);
  if (!done.ok()) return done;
  if (newest.zones().empty()) return {grpc::StatusCode::INTERNAL, "a zone without a version"};
  zones::v1::WithdrawZoneVersionRequest request;
  request.set_name(ZoneName(city, zone));
  request.set_zone_version(newest.zones(0).zone_version());
  zones::v1::WithdrawZoneVersionResponse response;
  return CallWithin(patience, testing::Admin(), *door.zones, &ZonesStub::WithdrawZoneVersion,
                    request, response);
}

CalendarWritten WriteCalendar(const Door& door, absl::Duration patience, const std::string& city,
                              bool holiday, const std::string& etag) {
  cities::v1::UpdateCalendarRequest request;
  cities::v1::Calendar& calendar = *request.mutable_calendar();
  calendar.set_name(absl::StrCat(CityName(city), "/calendar"));
  calendar.set_etag(etag);
  absl::TimeZone zone;
  absl::LoadTimeZone(TimeZone(), &zone);
  const absl::CivilDay today = absl::ToCivilDay(absl::Now(), zone);
  for (absl::CivilDay day = today; holiday && day <= today + 1; ++day) {
    cities::v1::SpecialDay& special = *calendar.add_special_days();
    special.set_date(absl::FormatCivilTime(day));
    special.set_label("HOLIDAY");
  }
  cities::v1::UpdateCalendarResponse response;
  grpc::Status status = CallWithin(patience, testing::Admin(), *door.cities,
                                   &CitiesStub::UpdateCalendar, request, response);
  if (!status.ok()) return {status, std::nullopt};
  return {status, VersionOf(response.calendar().etag())};
}

std::optional<int64_t> CalendarVersion(const Door& door, absl::Duration patience,
                                       const std::string& city) {
  cities::v1::GetCalendarRequest request;
  request.set_name(absl::StrCat(CityName(city), "/calendar"));
  cities::v1::GetCalendarResponse response;
  const grpc::Status status = CallWithin(patience, testing::Admin(), *door.cities,
                                         &CitiesStub::GetCalendar, request, response);
  return status.ok() ? VersionOf(response.calendar().etag()) : std::nullopt;
}

}  // namespace stadspoort::history
