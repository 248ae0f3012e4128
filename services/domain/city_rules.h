#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/area_index.h"
#include "services/domain/calendar.h"
#include "services/domain/city.h"
#include "services/domain/ids.h"
#include "services/domain/place.h"
#include "services/domain/right_type.h"
#include "services/domain/shared_zone.h"
#include "services/domain/zone.h"

namespace stadspoort::domain {

// The versions of what a city rules: a set of rules with the same versions is the same set.
struct CityVersions {
  int64_t settings = 0;
  int64_t calendar = 0;
  int64_t right_types = 0;
  int64_t zones = 0;
  friend bool operator==(const CityVersions&, const CityVersions&) = default;
};

// Where a car may stand at one moment, in terms of Facts.
struct PlaceAt {
  std::vector<const ZoneVersion*> zones;
  // By position: whether the circle reaches over a border of zones[i], which so is not certain.
  // Else empty.
  std::vector<bool> border;
  std::vector<const ZoneVersion*> neighbours;
  bool outside_possible = false;
  absl::Time zones_change = absl::InfiniteFuture();
};

// Everything of a city that a check needs, but plates: settings, calendar, right types, all zone
// versions, and where they lie. Immutable; safe to read from any thread. Cheap to make from the
// parts of the one before: zone versions and their outlines are shared, not copied.
class CityRules {
 public:
  struct Parts {
    CityCode code;
    CityVersions versions;
    CitySettings settings;
    std::string plate_key_id;
    CityCalendar calendar;
    std::vector<RightType> right_types;
    std::vector<SharedZone> zones;  // every version of every zone
    friend bool operator==(const Parts&, const Parts&) = default;
  };
  explicit CityRules(Parts parts);
  CityRules(const CityRules&) = delete;
  CityRules& operator=(const CityRules&) = delete;

  // What it is made of, for making the next one where little has changed.
  const Parts& parts() const { return parts_; }
  const CityCode& code() const { return parts_.code; }
  const CityVersions& versions() const { return parts_.versions; }
  const CitySettings& settings() const { return parts_.settings; }
  const std::string& plate_key_id() const { return parts_.plate_key_id; }
  const CityCalendar& calendar() const { return parts_.calendar; }
  // Null when the city has no such type.
  const RightType* FindRightType(const RightTypeCode& code) const;
  // Whether any version, past or future, has this code.
  bool HasZone(const ZoneCode& code) const { return by_code_.contains(code.value()); }

  // The versions of the named zones in force at `t`. Names without one at `t` mean that the place
  // may lie outside every zone then.
  PlaceAt ByNames(const std::vector<ZoneCode>& names, absl::Time t) const;
  // The zones of the usage that the circle reaches into at `t`; of every usage when none is given.
  PlaceAt ByPosition(const Position& position, std::optional<Usage> usage, absl::Time t) const;
  // The zone version in force at `t` that has the selling point; should there be several, which
  // publication refuses, each is a candidate. None when there is none: nothing is known of the
  // place then, not even that it is outside every zone, so whoever asks must answer UNKNOWN.
  std::optional<PlaceAt> BySellingPoint(absl::string_view id, absl::Time t) const;

 private:
  // Few zones have more versions than one, and hardly a selling point stands in two.
  using Versions = absl::InlinedVector<const ZoneVersion*, 2>;

  absl::Time NextZoneChange(absl::Time t) const;
  // For the zones of the place.
  void AddNeighbours(absl::Time t, PlaceAt& place) const;

  const Parts parts_;
  absl::flat_hash_map<RightTypeCode, const RightType*> right_types_;
  absl::flat_hash_map<absl::string_view, Versions> by_code_;
  absl::flat_hash_map<absl::string_view, Versions> by_selling_point_;
  std::vector<absl::Time> zone_changes_;  // ascending
  // Of every version, whenever it is in force: the boxes of some more cost less to pass over than
  // an index for each moment costs to make and keep.
  const AreaIndex areas_;
};

}  // namespace stadspoort::domain
