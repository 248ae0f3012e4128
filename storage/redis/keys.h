#pragma once

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/domain/ids.h"
#include "storage/postgres/plate_record.h"

// Every key in Redis. PREFIX is the installation's (`--redis-prefix`), GENERATION is random and
// changes when Redis is filled anew. A plate's key has its folded pseudonym, as 32 hex digits.
//
// clang-format off
// | key                             | value                      | lives                    | written by                                        |
// |---------------------------------|----------------------------|--------------------------|---------------------------------------------------|
// | PREFIX:watermark                | protocol::Watermark, text  | for ever                 | each tick, last of its batch                      |
// | PREFIX:GENERATION:p:CITY:FOLDED | envelope of entry.Group    | look-back after the last | a tick in which the plate, or one that reads      |
// |                                 |                            | right's end              | alike, changed                                    |
// | PREFIX:GENERATION:v:CITY        | envelope of entry.Versions | for ever                 | a tick in which settings, calendar, types or zones|
// |                                 |                            |                          | changed, or after it was found missing            |
// | PREFIX:GENERATION:r:CITY        | envelope of entry.Rules    | for ever                 | after such a tick, beside others; of use only     |
// |                                 |                            |                          | where its versions are those of v                 |
// | PREFIX:GENERATION:filling       | nothing                    | while it is filled       | a rebuild, before its first entry                 |
// clang-format on
//
// An absent plate means "no rights" only beside a watermark that was read in the same command. No
// plate's text, no holder. Keys of an earlier generation are removed once the next one is complete.
namespace stadspoort::redis {

// The first byte of every envelope.
inline constexpr char kFormat = '2';

inline std::string WatermarkKey(absl::string_view prefix) {
  return absl::StrCat(prefix, ":watermark");
}
inline std::string FillingKey(absl::string_view prefix, absl::string_view generation) {
  return absl::StrCat(prefix, ":", generation, ":filling");
}
inline std::string PlateKeyText(absl::string_view prefix, absl::string_view generation,
                                const postgres::PlateKey& key) {
  const absl::string_view folded(reinterpret_cast<const char*>(key.folded.bytes.data()),
                                 key.folded.bytes.size());
  return absl::StrCat(prefix, ":", generation, ":p:", key.city.value(), ":",
                      absl::BytesToHexString(folded));
}
inline std::string VersionsKey(absl::string_view prefix, absl::string_view generation,
                               const domain::CityCode& city) {
  return absl::StrCat(prefix, ":", generation, ":v:", city.value());
}
inline std::string RulesKey(absl::string_view prefix, absl::string_view generation,
                            const domain::CityCode& city) {
  return absl::StrCat(prefix, ":", generation, ":r:", city.value());
}

}  // namespace stadspoort::redis
