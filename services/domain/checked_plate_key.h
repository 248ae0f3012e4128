#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/ids.h"
#include "services/domain/pseudonym.h"

namespace stadspoort::domain {

// The city's plate key, held against the fingerprint that the system of record keeps.
// FAILED_PRECONDITION (PLATE_KEY_MISMATCH) when this process has not that key: it would find no
// plate at all, and every answer would be a wrong no.
absl::StatusOr<PlateKey> CheckedPlateKey(const PlateKeyring& keyring, const CityCode& city,
                                         absl::string_view key_id, absl::string_view fingerprint);

// A pseudonym's 16 bytes as they are stored.
std::string StoredBytes(const Pseudonym& pseudonym);

}  // namespace stadspoort::domain
