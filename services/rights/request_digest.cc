#include "services/rights/request_digest.h"

#include <sodium.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/domain/checked_plate_key.h"

namespace stadspoort::rights {
namespace {

constexpr size_t kDigestBytes = 32;

// Length in front: no two lists of fields give the same text.
void Append(std::string& text, absl::string_view field) {
  absl::StrAppend(&text, field.size(), ":", field, ";");
}

void Append(std::string& text, std::optional<absl::Time> time) {
  Append(text, time ? absl::StrCat(absl::ToUnixMicros(*time)) : std::string("-"));
}

}  // namespace

std::string RequestDigest(const EnrolAsked& asked, const domain::PlatePseudonyms& plate) {
  std::string text = "enrol-1;";
  Append(text, domain::StoredBytes(plate.exact));
  Append(text, asked.country.sign());
  Append(text, asked.type.value());
  Append(text, asked.city_wide ? "1" : "0");
  Append(text, absl::StrCat(asked.zones.size()));
  // The order in which zones are named means nothing.
  std::vector<domain::ZoneCode> zones = asked.zones;
  std::sort(zones.begin(), zones.end());
  for (const domain::ZoneCode& zone : zones) Append(text, zone.value());
  Append(text, asked.term.start);
  Append(text, asked.term.end);
  for (const domain::WeeklyWindow& window : asked.windows) {
    Append(text, absl::StrCat(window.weekdays.bits(), " ", window.hours.from.minutes(), " ",
                              window.hours.to.minutes()));
  }
  std::string digest(kDigestBytes, '\0');
  crypto_generichash(reinterpret_cast<uint8_t*>(digest.data()), digest.size(),
                     reinterpret_cast<const uint8_t*>(text.data()), text.size(), nullptr, 0);
  return digest;
}

}  // namespace stadspoort::rights
