#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/ids.h"
#include "services/domain/plate.h"

// The only forms of a plate outside PostgreSQL.
namespace stadspoort::domain {

// A keyed 128-bit hash (SipHash-2-4-128) of a plate number. A value.
struct Pseudonym {
  std::array<uint8_t, 16> bytes{};

  friend auto operator<=>(const Pseudonym&, const Pseudonym&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Pseudonym& p) {
    return H::combine(std::move(h), p.bytes);
  }
};

struct PlatePseudonyms {
  Pseudonym exact;
  Pseudonym folded;  // of the number with confusable characters folded: a plate and its near misses
                     // share it
};

// A city's key. It never leaves the process; its text is never printed.
class PlateKey {
 public:
  explicit PlateKey(const std::array<uint8_t, 16>& key) : key_(key) {}

  PlatePseudonyms Of(const PlateNumber& number) const;
  // A fingerprint of the key, kept with the city in the system of record. A daemon whose key gives
  // another one would find no plate at all, and so must not answer.
  Pseudonym Fingerprint() const;

 private:
  std::array<uint8_t, 16> key_;
};

// The master keys of an installation, by key id. Each city's key is derived from one of them
// (BLAKE2b, keyed). Immutable; safe to read from any thread.
class PlateKeyring {
 public:
  // Lines "KEY-ID 64-HEX-DIGITS"; '#' begins a comment; the last line's key is used for new cities.
  // InvalidArgument names the line, never its content.
  static absl::StatusOr<PlateKeyring> Parse(absl::string_view file);
  // One line for such a file, with fresh randomness.
  static std::string NewLine(absl::string_view key_id);

  const std::string& current_key_id() const { return current_key_id_; }
  // NotFound when the key id is not in the ring.
  absl::StatusOr<PlateKey> KeyOf(absl::string_view key_id, const CityCode& city) const;

 private:
  absl::flat_hash_map<std::string, std::array<uint8_t, 32>> masters_;
  std::string current_key_id_;
};

}  // namespace stadspoort::domain
