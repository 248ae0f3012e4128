#pragma once

#include "absl/status/statusor.h"
#include "services/zones/import_zones.h"
#include "services/zones/zone_queries.h"
#include "stadspoort/zones/v1/zones.pb.h"

namespace stadspoort::zones {

// Everything of an import but the file.
absl::StatusOr<ImportAsked> ReadHeader(const v1::ImportZonesHeader& header);
v1::ImportFault WriteFault(const Fault& fault);
v1::ImportResult WriteResult(const Imported& imported);

absl::StatusOr<ZonesAsked> ReadList(const v1::ListZonesRequest& request);
v1::Zone WriteZone(const domain::CityCode& city, const postgres::StoredZone& stored);

}  // namespace stadspoort::zones
