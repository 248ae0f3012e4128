#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "services/domain/ids.h"
#include "services/domain/pseudonym.h"
#include "services/domain/right.h"

// What a check knows of plates: by their pseudonyms, never by their text.
namespace stadspoort::postgres {

struct PlateRecord {
  domain::PlateId id;
  domain::Pseudonym exact;
  int64_t version = 0;
  std::vector<domain::Right> rights;  // but those that ended longer ago than the city looks back

  friend bool operator==(const PlateRecord&, const PlateRecord&) = default;
};

// What a check looks up: a city's plates with one folded pseudonym.
struct PlateKey {
  domain::CityCode city;
  domain::Pseudonym folded;

  friend bool operator==(const PlateKey&, const PlateKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const PlateKey& key) {
    return H::combine(std::move(h), key.city, key.folded);
  }
};

// A plate with everything that reads alike. Plates in the order of their ids, rights in the order
// of theirs, so that equal groups compare equal.
struct PlateGroup {
  PlateKey key;
  std::vector<PlateRecord> plates;

  // Grows with every change of any plate of the group, and with a new one.
  int64_t version() const {
    int64_t sum = 0;
    for (const PlateRecord& plate : plates) sum += plate.version;
    return sum;
  }
  bool HasRights() const {
    for (const PlateRecord& plate : plates) {
      if (!plate.rights.empty()) return true;
    }
    return false;
  }
  friend bool operator==(const PlateGroup&, const PlateGroup&) = default;
};

}  // namespace stadspoort::postgres
