#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stadspoort::simulation {

using Xid = int32_t;

// A pg_snapshot: what is below xmax and not in xip was decided when it was taken.
struct Snapshot {
  static constexpr int kInProgressMax = 12;

  Xid xmax = 0;
  int count = 0;
  std::array<Xid, kInProgressMax> xip{};

  // What the delta query asks of a journal row that is visible now: was it not visible then?
  bool MayMiss(Xid xid) const {
    if (xid >= xmax) return true;
    for (int i = 0; i < count; ++i) {
      if (xip[static_cast<size_t>(i)] == xid) return true;
    }
    return false;
  }
  std::string Text() const;

  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

// The machines treat snapshots as opaque: they are handed names of snapshots, which are short.
class Snapshots {
 public:
  Snapshots() { all_.reserve(512); }
  std::string Name(const Snapshot& snapshot);
  const Snapshot& Named(std::string_view name) const;

 private:
  std::vector<Snapshot> all_;
};

}  // namespace stadspoort::simulation
