#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// Strong identifiers. Values, freely copied, thread-safe like ints.
namespace stadspoort::domain {

using UuidBytes = std::array<uint8_t, 16>;

// A UUIDv7 (RFC 9562): the milliseconds of `now` in front, then the quarter microseconds within, so
// that ids made later sort later; 62 random bits behind.
UuidBytes NewUuid(absl::Time now);
// "018f3c1e-7b2a-7c3d-9e4f-0123456789ab"
std::string UuidText(const UuidBytes& uuid);
std::optional<UuidBytes> ParseUuid(absl::string_view text);

template <class Tag>
class UuidId {
 public:
  constexpr UuidId() = default;
  explicit constexpr UuidId(const UuidBytes& bytes) : bytes_(bytes) {}

  static UuidId New(absl::Time now) { return UuidId(NewUuid(now)); }
  static std::optional<UuidId> FromBytes(absl::string_view bytes) {
    if (bytes.size() != sizeof(UuidBytes)) return std::nullopt;
    UuidId id;
    std::memcpy(id.bytes_.data(), bytes.data(), bytes.size());
    return id;
  }
  static std::optional<UuidId> FromText(absl::string_view text) {
    const std::optional<UuidBytes> bytes = ParseUuid(text);
    return bytes ? std::optional(UuidId(*bytes)) : std::nullopt;
  }

  constexpr const UuidBytes& bytes() const { return bytes_; }
  absl::string_view view() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  std::string text() const { return UuidText(bytes_); }

  friend auto operator<=>(const UuidId&, const UuidId&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const UuidId& id) {
    return H::combine(std::move(h), id.bytes_);
  }

 private:
  UuidBytes bytes_{};
};

// A code chosen by people: part of resource names, fixed for life.
template <class Tag>
class Code {
 public:
  Code() = default;
  // Checked by the Parse functions below; storage may build it from what it stored.
  explicit Code(std::string value) : value_(std::move(value)) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend auto operator<=>(const Code&, const Code&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Code& code) {
    return H::combine(std::move(h), code.value_);
  }

 private:
  std::string value_;
};

using CityCode = Code<struct CityTag>;  // 2-32 of a-z 0-9 -, beginning with a letter
using ZoneCode = Code<struct ZoneTag>;  // 1-60 of a-z 0-9 - _, beginning with a letter or digit
using RightTypeCode = Code<struct RightTypeTag>;    // 1-40 of a-z 0-9 -, beginning with a letter
using ContractCode = Code<struct ContractTag>;      // 1-60 of a-z 0-9 -, beginning with a letter
using PermitTypeCode = Code<struct PermitTypeTag>;  // as a right type's
using PermitAreaCode = Code<struct PermitAreaTag>;  // as a zone's
using PermitSetCode = Code<struct PermitSetTag>;    // as a contract's
using SpecialDayLabel = Code<struct LabelTag>;      // 1-32 of A-Z 0-9 _, beginning with a letter

bool IsCityCode(absl::string_view text);
bool IsZoneCode(absl::string_view text);
bool IsRightTypeCode(absl::string_view text);
bool IsContractCode(absl::string_view text);
bool IsSpecialDayLabel(absl::string_view text);
// 1 to 100 bytes; names that begin with @ are the register's own.
bool IsProvider(absl::string_view text);

using ZoneId = UuidId<struct ZoneIdTag>;
using RightId = UuidId<struct RightIdTag>;
using PermitId = UuidId<struct PermitIdTag>;
using PlateId = UuidId<struct PlateIdTag>;
using CheckId = UuidId<struct CheckIdTag>;

}  // namespace stadspoort::domain
