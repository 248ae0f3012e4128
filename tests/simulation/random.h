#pragma once

#include <cstdint>

namespace stadspoort::simulation {

// SplitMix64. The standard library's distributions may differ between libraries; a seed must not.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 0x632BE59BD9B4E019ULL) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  // In [0, bound).
  int Below(int bound) {
    return static_cast<int>(((Next() >> 32U) * static_cast<uint64_t>(bound)) >> 32U);
  }
  // In [low, high].
  int Between(int low, int high) { return low + Below(high - low + 1); }
  bool Percent(int percent) { return Below(100) < percent; }

 private:
  uint64_t state_;
};

}  // namespace stadspoort::simulation
