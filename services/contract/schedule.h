#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "services/contract/violations.h"
#include "services/domain/local_time.h"
#include "stadspoort/common/v1/schedule.pb.h"

// Windows, hours and seasons. What cannot be read is added to `violations` under its path.
namespace stadspoort::contract {

domain::WeekdaySet ReadWeekdays(const google::protobuf::RepeatedField<int>& weekdays,
                                absl::string_view path, Violations& violations);
domain::DailyHours ReadHours(const std::string& from, const std::string& to, absl::string_view path,
                             Violations& violations);
std::vector<domain::WeeklyWindow> ReadWindows(
    const google::protobuf::RepeatedPtrField<common::v1::Window>& windows, absl::string_view path,
    Violations& violations);
domain::Season ReadSeason(const common::v1::Season& season, absl::string_view path,
                          Violations& violations);

void WriteWeekdays(const domain::WeekdaySet& weekdays, google::protobuf::RepeatedField<int>& out);
void WriteWindows(const std::vector<domain::WeeklyWindow>& windows,
                  google::protobuf::RepeatedPtrField<common::v1::Window>& out);

}  // namespace stadspoort::contract
