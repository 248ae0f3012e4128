#pragma once

namespace stadspoort::domain {

// A rectangle on the map. Degrees, WGS84; south < north, west < east.
struct GeoBounds {
  double south = 0;
  double west = 0;
  double north = 0;
  double east = 0;

  bool Contains(double latitude, double longitude) const {
    return south <= latitude && latitude <= north && west <= longitude && longitude <= east;
  }
  friend bool operator==(const GeoBounds&, const GeoBounds&) = default;
};

}  // namespace stadspoort::domain
