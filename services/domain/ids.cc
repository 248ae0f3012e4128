#include "services/domain/ids.h"

#include <sodium.h>

#include "services/domain/limits.h"

namespace stadspoort::domain {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

template <typename First, typename Rest>
bool Matches(absl::string_view text, size_t min, size_t max, First first, Rest rest) {
  if (text.size() < min || text.size() > max) return false;
  return first(text.front()) && std::all_of(text.begin(), text.end(), rest);
}

std::optional<uint8_t> HexDigit(char c) {
  if (IsDigit(c)) return static_cast<uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

constexpr size_t kUuidTextLength = 36;

constexpr bool IsDashPosition(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

UuidBytes NewUuid(absl::Time now) {
  UuidBytes uuid;
  randombytes_buf(uuid.data(), uuid.size());
  const auto milliseconds = static_cast<uint64_t>(absl::ToUnixMillis(now));
  for (size_t i = 0; i < 6; ++i) uuid[i] = static_cast<uint8_t>(milliseconds >> (40 - 8 * i));
  // Then the part of the millisecond in 4,096ths (RFC 9562, 6.2, method 3), so that ids made one
  // after the other sort so.
  const int64_t nanoseconds =
      absl::ToInt64Nanoseconds(now - absl::FromUnixMillis(static_cast<int64_t>(milliseconds)));
  const auto fraction = static_cast<uint64_t>(nanoseconds * 4096 / 1'000'000);
  uuid[6] = static_cast<uint8_t>(0x70 | (fraction >> 8 & 0x0F));
  uuid[7] = static_cast<uint8_t>(fraction);
  uuid[8] = static_cast<uint8_t>((uuid[8] & 0x3F) | 0x80);
  return uuid;
}

std::string UuidText(const UuidBytes& uuid) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(kUuidTextLength);
  for (const uint8_t byte : uuid) {
    if (IsDashPosition(text.size())) text.push_back('-');
    text.push_back(kHex[byte >> 4]);
    text.push_back(kHex[byte & 0x0F]);
  }
  return text;
}

std::optional<UuidBytes> ParseUuid(absl::string_view text) {
  if (text.size() != kUuidTextLength) return std::nullopt;
  UuidBytes uuid{};
  size_t nibble = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsDashPosition(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const std::optional<uint8_t> digit = HexDigit(text[i]);
    if (!digit) return std::nullopt;
    uuid[nibble / 2] = static_cast<uint8_t>(uuid[nibble / 2] << 4 | *digit);
    ++nibble;
  }
  return uuid;
}

bool IsCityCode(absl::string_view text) {
  return Matches(text, 2, 32, IsLower, [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; });
}

bool IsZoneCode(absl::string_view text) {
  return Matches(
      text, 1, 60, [](char c) { return IsLower(c) || IsDigit(c); },
      [](char c) { return IsLower(c) || IsDigit(c) || c == '-' || c == '_'; });
}

bool IsRightTypeCode(absl::string_view text) {
  return Matches(text, 1, 40, IsLower, [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; });
}

bool IsContractCode(absl::string_view text) {
  return Matches(text, 1, 60, IsLower, [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; });
}

bool IsSpecialDayLabel(absl::string_view text) {
  return Matches(text, 1, 32, IsUpper, [](char c) { return IsUpper(c) || IsDigit(c) || c == '_'; });
}

bool IsProvider(absl::string_view text) {
  return !text.empty() && text.size() <= limits::kReferenceMaxBytes && text.front() != '@';
}

}  // namespace stadspoort::domain
