#include "services/domain/checked_plate_key.h"

#include "services/domain/city_errors.h"

namespace stadspoort::domain {

std::string StoredBytes(const Pseudonym& pseudonym) {
  return {reinterpret_cast<const char*>(pseudonym.bytes.data()), pseudonym.bytes.size()};
}

absl::StatusOr<PlateKey> CheckedPlateKey(const PlateKeyring& keyring, const CityCode& city,
                                         absl::string_view key_id, absl::string_view fingerprint) {
  absl::StatusOr<PlateKey> key = keyring.KeyOf(key_id, city);
  if (!key.ok() || StoredBytes(key->Fingerprint()) != fingerprint) return PlateKeyMismatch();
  return key;
}

}  // namespace stadspoort::domain
