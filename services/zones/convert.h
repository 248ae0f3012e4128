#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/contract/violations.h"
#include "services/zones/import_zones.h"
#include "services/zones/zone_queries.h"
#include "stadspoort/zones/v1/zones.pb.h"

// Between the contract and the commands of imports and of reads.
namespace stadspoort::zones {

// Everything of an import but the file.
absl::StatusOr<ImportAsked> ReadHeader(const v1::ImportZonesHeader& header);
v1::ImportFault WriteFault(const Fault& fault);
v1::ImportResult WriteResult(const Imported& imported);

absl::StatusOr<ZonesAsked> ReadList(const v1::ListZonesRequest& request);
void WriteList(const domain::CityCode& city, const ZonesPage& page, int64_t limit,
               v1::ListZonesResponse& response);
absl::StatusOr<VersionsAsked> ReadVersions(const v1::ListZoneVersionsRequest& request);
void WriteVersions(const domain::CityCode& city, const std::vector<postgres::StoredZone>& versions,
                   int64_t limit, v1::ListZoneVersionsResponse& response);
absl::StatusOr<ChangesAsked> ReadChanges(const v1::ListZoneChangesRequest& request);
// `cursor`: that of the request, which stays when nothing has changed since.
void WriteChanges(const domain::CityCode& city, const ChangesPage& page, const std::string& cursor,
                  v1::ListZoneChangesResponse& response);
// Of several kinds of answers and requests; InvalidArgument of what the register never gave.
absl::StatusOr<ChangeCursor> ReadCursor(const std::string& cursor, absl::string_view field);
std::string WriteCursor(const ChangeCursor& cursor);
v1::Zone WriteZone(const domain::CityCode& city, const postgres::StoredZone& stored);
void WriteArea(const domain::GeoArea& area, google::protobuf::RepeatedPtrField<v1::Polygon>& out);

// 1 to 1,000; 0: 100.
int64_t ReadPageSize(int32_t page_size, contract::Violations& violations);
std::optional<absl::Time> ReadOptionalTime(bool given, const google::protobuf::Timestamp& time,
                                           absl::string_view field,
                                           contract::Violations& violations);

}  // namespace stadspoort::zones
