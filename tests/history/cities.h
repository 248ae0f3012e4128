#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "tests/history/doors.h"

// The cities of a history. Their zones give no grace, so that every change shows at once.
namespace stadspoort::history {

// The zone in which a right is always required.
inline constexpr char kPaidZone[] = "paid";
// Free on a holiday.
inline constexpr char kHolidayZone[] = "holiday";

std::string CityName(const std::string& city);                           // "cities/{city}"
std::string ZoneName(const std::string& city, const std::string& zone);  // in full

// A city with the right type `paid` and the zone kPaidZone.
grpc::Status MakePlatesCity(const Door& door, absl::Duration patience, const std::string& city);
// A city with kHolidayZone and the zones given, in which a right is required, and no special days.
grpc::Status MakeRulesCity(const Door& door, absl::Duration patience, const std::string& city,
                           const std::vector<std::string>& zones);

enum class RuleKind { kPaid, kFree, kFreeOnHolidays };
// A new version of the zone, in force from `start` on; none: at once.
grpc::Status Publish(const Door& door, absl::Duration patience, const std::string& city,
                     const std::string& zone, RuleKind kind, bool validate_only,
                     std::optional<absl::Time> start = std::nullopt);
// Calls the zone's newest version back.
grpc::Status Withdraw(const Door& door, absl::Duration patience, const std::string& city,
                      const std::string& zone);

// Replaces the calendar: a holiday today (and the days around it, for a test at midnight), or none.
// `etag`: the present one must be this; empty: any.
struct CalendarWritten {
  grpc::Status status;
  std::optional<int64_t> version;
};
CalendarWritten WriteCalendar(const Door& door, absl::Duration patience, const std::string& city,
                              bool holiday, const std::string& etag);
std::optional<int64_t> CalendarVersion(const Door& door, absl::Duration patience,
                                       const std::string& city);

}  // namespace stadspoort::history
