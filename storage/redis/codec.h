#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/city_rules.h"
#include "storage/postgres/plate_record.h"
#include "storage/postgres/register_read.h"
#include "storage/protocol/projector.h"

// Values in Redis. Every one but the watermark, which is text with a checksum at its end, stands in
// an envelope: a format byte, the subject's version as 20 digits (what "set if newer" compares), a
// checksum over key and content, the content. What is damaged, or stands under another key, is
// DATA_LOSS and never read as something else.
namespace stadspoort::redis {

std::string Seal(absl::string_view key, int64_t version, absl::string_view content);
absl::StatusOr<std::string> Unseal(absl::string_view key, absl::string_view value);

std::string GroupValue(absl::string_view key, const postgres::PlateGroup& group);
absl::StatusOr<postgres::PlateGroup> GroupOf(absl::string_view key, absl::string_view value,
                                             const postgres::PlateKey& plate);

// Of a city, as read in full.
std::string RulesValue(absl::string_view key, const postgres::RulesRead& rules);
absl::StatusOr<postgres::RulesRead> RulesOf(absl::string_view key, absl::string_view value,
                                            const domain::CityCode& city);
std::string VersionsValue(absl::string_view key, const domain::CityVersions& versions);
absl::StatusOr<domain::CityVersions> VersionsOf(absl::string_view key, absl::string_view value);

std::string WatermarkValue(const protocol::Watermark& watermark);
absl::StatusOr<protocol::Watermark> WatermarkOf(absl::string_view value);

}  // namespace stadspoort::redis
