#include "services/stadspoort/permit_type_file.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/stadspoort/json_file.h"
#include "services/stadspoort/names.h"

namespace stadspoort::client {
namespace {

using permits::v1::PermitType;

// A name in the file becomes a full one. What is missing stays so: the register tells.
absl::Status Complete(absl::StatusOr<std::string> (*full)(absl::string_view, absl::string_view),
                      const std::string& city, const std::string& where, std::string& name) {
  if (name.empty()) return absl::OkStatus();
  const absl::StatusOr<std::string> complete = full(city, name);
  if (!complete.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(where, ": ", complete.status().message()));
  }
  name = *complete;
  return absl::OkStatus();
}

absl::Status CompleteZones(const std::string& city, const std::string& file, PermitType& type) {
  for (int i = 0; i < type.areas_size(); ++i) {
    for (int j = 0; j < type.areas(i).zones_size(); ++j) {
      const absl::Status status =
          Complete(&ZoneName, city, absl::StrCat(file, ": areas[", i, "].zones[", j, "]"),
                   *type.mutable_areas(i)->mutable_zones(j));
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<PermitType> Read(absl::string_view text, const std::string& file,
                                const std::string& name) {
  PermitType type;
  const absl::Status read = ParseMessage(text, file, type);
  if (!read.ok()) return read;
  if (!type.name().empty() && type.name() != name && type.name() != CodeOf(name)) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": name \"", type.name(), "\" is not ",
                                                   name, "; leave it out, or write the latter"));
  }
  const std::string city = CityOf(name);
  for (const absl::Status& status :
       {Complete(&RightTypeName, city, file + ": right_type", *type.mutable_right_type()),
        CompleteZones(city, file, type)}) {
    if (!status.ok()) return status;
  }
  type.clear_name();
  type.clear_version();
  type.clear_etag();
  type.clear_create_time();
  return type;
}

}  // namespace

absl::StatusOr<permits::v1::CreatePermitTypeRequest> ReadNewPermitType(absl::string_view text,
                                                                       const std::string& file,
                                                                       const std::string& name) {
  absl::StatusOr<PermitType> type = Read(text, file, name);
  if (!type.ok()) return type.status();
  permits::v1::CreatePermitTypeRequest request;
  request.set_parent(CityOf(name));
  request.set_permit_type_id(CodeOf(name));
  *request.mutable_permit_type() = *std::move(type);
  return request;
}

absl::StatusOr<permits::v1::UpdatePermitTypeRequest> ReadPermitTypeUpdate(absl::string_view text,
                                                                          const std::string& file,
                                                                          const std::string& name) {
  absl::StatusOr<PermitType> type = Read(text, file, name);
  if (!type.ok()) return type.status();
  permits::v1::UpdatePermitTypeRequest request;
  *request.mutable_permit_type() = *std::move(type);
  request.mutable_permit_type()->set_name(name);
  return request;
}

}  // namespace stadspoort::client
