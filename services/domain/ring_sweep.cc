#include "services/domain/ring_sweep.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"

namespace stadspoort::domain {
namespace {

constexpr double kGridPerDegree = 1e9;

absl::int128 CrossProduct(const GridPoint& origin, const GridPoint& a, const GridPoint& b) {
  return absl::int128(a.x - origin.x) * (b.y - origin.y) -
         absl::int128(a.y - origin.y) * (b.x - origin.x);
}

// 1: `p` is left of the line from `a` to `b`; -1: right; 0: on it.
int Side(const GridPoint& a, const GridPoint& b, const GridPoint& p) {
  const absl::int128 cross = CrossProduct(a, b, p);
  return cross > 0 ? 1 : cross < 0 ? -1 : 0;
}

bool CounterClockwise(const GridRing& ring) {
  absl::int128 twice_area = 0;
  for (size_t i = 0; i < ring.points.size(); ++i) {
    twice_area += CrossProduct(ring.points[0], ring.points[i], ring.points[ring.next(i)]);
  }
  return twice_area > 0;
}

// Both cut the other between its ends.
bool Cross(const GridSegment& s, const GridSegment& t) {
  return Side(s.left, s.right, t.left) * Side(s.left, s.right, t.right) < 0 &&
         Side(t.left, t.right, s.left) * Side(t.left, t.right, s.right) < 0;
}

bool BetweenEnds(const GridSegment& s, const GridPoint& p) {
  return s.left < p && p < s.right && Side(s.left, s.right, p) == 0;
}

// They have a point in common other than an end of both.
bool Touch(const GridSegment& s, const GridSegment& t) {
  return BetweenEnds(s, t.left) || BetweenEnds(s, t.right) || BetweenEnds(t, s.left) ||
         BetweenEnds(t, s.right) || (s.left == t.left && s.right == t.right);
}

// Sweeps a vertical line from left to right over segments and keeps those it cuts in order, from
// below. Two that meet are neighbours in that order just before, so that only neighbours need to be
// compared: n log n in all [Shamos and Hoey].
class Sweep {
 public:
  Sweep(const std::vector<GridSegment>& segments, SweepRule rule)
      : segments_(segments), rule_(rule), order_(Below{segments}), places_(segments.size()) {}

  // The first offence against the rule.
  std::optional<SweepFinding> Run() {
    const std::vector<Event> events = Events();
    for (size_t i = 0; i < events.size();) {
      const GridPoint here = events[i].point;
      changed_.clear();
      for (; i < events.size() && events[i].point == here; ++i) {
        std::optional<SweepFinding> finding =
            events[i].begins ? Enter(events[i].segment) : Leave(events[i].segment);
        if (finding) return finding;
      }
      if (rule_ == SweepRule::kNested) {
        std::optional<SweepFinding> finding = CheckNesting();
        if (finding) return finding;
      }
    }
    return std::nullopt;
  }

 private:
  struct Event {
    GridPoint point;
    bool begins;  // ends come before beginnings at the same point
    size_t segment;
    friend auto operator<=>(const Event&, const Event&) = default;
  };

  struct Below {
    const std::vector<GridSegment>& segments;

    bool operator()(size_t a, size_t b) const {
      const GridSegment& s = segments[a];
      const GridSegment& t = segments[b];
      const int side = t.left <= s.left ? SideOf(t, s) : -SideOf(s, t);
      if (side != 0) return side < 0;
      // Along one line: first the polygon that ends there, then the one that begins.
      if (s.interior_above != t.interior_above) return t.interior_above;
      return a < b;
    }
    // Where `later` begins, or else goes on, seen from `earlier`.
    static int SideOf(const GridSegment& earlier, const GridSegment& later) {
      const int side = Side(earlier.left, earlier.right, later.left);
      return side != 0 ? side : Side(earlier.left, earlier.right, later.right);
    }
  };
  using Order = std::set<size_t, Below>;

  std::vector<Event> Events() const {
    std::vector<Event> events;
    events.reserve(2 * segments_.size());
    for (size_t i = 0; i < segments_.size(); ++i) {
      events.push_back({segments_[i].left, true, i});
      events.push_back({segments_[i].right, false, i});
    }
    std::sort(events.begin(), events.end());
    return events;
  }

  std::optional<SweepFinding> Enter(size_t segment) {
    const auto place = order_.insert(segment).first;
    places_[segment] = place;
    changed_.push_back(segment);
    std::optional<SweepFinding> finding = Meet(Lower(place), place);
    return finding ? finding : Meet(place, std::next(place));
  }

  std::optional<SweepFinding> Leave(size_t segment) {
    const auto place = *places_[segment];
    const auto lower = Lower(place);
    places_[segment].reset();
    const auto upper = order_.erase(place);
    if (lower != order_.end()) changed_.push_back(*lower);
    if (upper != order_.end()) changed_.push_back(*upper);
    return Meet(lower, upper);
  }

  std::optional<SweepFinding> Meet(Order::iterator lower, Order::iterator upper) const {
    if (lower == order_.end() || upper == order_.end()) return std::nullopt;
    const GridSegment& s = segments_[*lower];
    const GridSegment& t = segments_[*upper];
    const bool cross = Cross(s, t);
    if (!cross && (rule_ == SweepRule::kNested || !Touch(s, t))) return std::nullopt;
    return SweepFinding{&s, &t, cross};
  }

  // Between neighbours lies one polygon for both, or none for either.
  std::optional<SweepFinding> CheckNesting() const {
    for (const size_t segment : changed_) {
      if (!places_[segment]) continue;
      const auto place = *places_[segment];
      for (const auto& [lower, upper] :
           {std::pair(Lower(place), place), std::pair(place, std::next(place))}) {
        const GridSegment* s = lower == order_.end() ? nullptr : &segments_[*lower];
        const GridSegment* t = upper == order_.end() ? nullptr : &segments_[*upper];
        const bool inside_s = s != nullptr && s->interior_above;
        const bool inside_t = t != nullptr && !t->interior_above;
        if (inside_s != inside_t || (inside_s && s->ring->polygon != t->ring->polygon)) {
          return SweepFinding{s, t};
        }
      }
    }
    return std::nullopt;
  }

  // end() when there is none.
  Order::iterator Lower(Order::iterator place) const {
    return place == order_.begin() ? order_.end() : std::prev(place);
  }

  const std::vector<GridSegment>& segments_;
  SweepRule rule_;
  Order order_;
  std::vector<std::optional<Order::iterator>> places_;
  std::vector<size_t> changed_;
};

}  // namespace

GridPoint ToGrid(const GeoPoint& point) {
  return {std::llround(point.longitude * kGridPerDegree),
          std::llround(point.latitude * kGridPerDegree)};
}

std::string GridRing::path() const { return absl::StrCat("[", polygon, "][", ring, "]"); }
std::string GridRing::name() const {
  return absl::StrCat(hole() ? "the hole " : "the outline ", path());
}
std::string GridRing::edge(size_t i) const {
  return absl::StrCat(numbers[i], "-", numbers[next(i)]);
}

void GridRing::AppendSegments(std::vector<GridSegment>& out) const {
  const bool interior_on_left = CounterClockwise(*this) != hole();
  for (size_t i = 0; i < points.size(); ++i) {
    const GridPoint& from = points[i];
    const GridPoint& to = points[next(i)];
    const bool forward = from < to;
    out.push_back({forward ? from : to, forward ? to : from, this, i,
                   forward ? interior_on_left : !interior_on_left});
  }
}

std::optional<SweepFinding> FirstOffence(const std::vector<GridSegment>& segments, SweepRule rule) {
  return Sweep(segments, rule).Run();
}

}  // namespace stadspoort::domain
