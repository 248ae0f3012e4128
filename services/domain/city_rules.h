#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
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
  bool outside_possible = false;
  absl::Time zones_change = absl::InfiniteFuture();
};

// Everything of a city that a check needs, but plates: settings, calendar, right types, all zone
// versions, and where they lie. Immutable to its users and safe to read from any thread.
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
  bool HasZone(const ZoneCode& code) const { return by_code_.contains(code); }

  // The versions of the named zones in force at `t`. Names without one at `t` mean that the place
  // may lie outside every zone then.
  PlaceAt ByNames(const std::vector<ZoneCode>& names, absl::Time t) const;
  // The zones of the usage that the circle reaches into at `t`.
  PlaceAt ByPosition(const Position& position, Usage usage, absl::Time t) const;

 private:
  // Zones of one usage between two changes of any version.
  struct Layer {
    std::vector<const ZoneVersion*> zones;
    AreaIndex index;
  };
  const Layer& LayerAt(Usage usage, absl::Time t) const;
  absl::Time NextZoneChange(absl::Time t) const;

  const Parts parts_;
  absl::flat_hash_map<RightTypeCode, const RightType*> right_types_;
  absl::flat_hash_map<ZoneCode, std::vector<const ZoneVersion*>> by_code_;
  std::vector<absl::Time> zone_changes_;  // ascending
  // Built when first asked for: most checks are about now.
  mutable std::mutex mutex_;
  mutable std::map<std::pair<Usage, size_t>, std::unique_ptr<const Layer>> layers_;  // under mutex_
};

}  // namespace stadspoort::domain
