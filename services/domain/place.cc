#include "services/domain/place.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <numbers>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "services/domain/limits.h"

// Under the address sanitizer Abseil's B-tree has one field more. S2's index, which is one, comes
// from a library that was built without.
#pragma push_macro("ABSL_HAVE_ADDRESS_SANITIZER")
#undef ABSL_HAVE_ADDRESS_SANITIZER
#include "absl/container/btree_map.h"
#pragma pop_macro("ABSL_HAVE_ADDRESS_SANITIZER")

#include "s2/mutable_s2shape_index.h"
#include "s2/s2cap.h"
#include "s2/s2cell.h"
#include "s2/s2contains_point_query.h"
#include "s2/s2earth.h"
#include "s2/s2edge_distances.h"
#include "s2/s2edge_tessellator.h"
#include "s2/s2latlng.h"
#include "s2/s2lax_polygon_shape.h"
#include "s2/s2projections.h"

namespace stadspoort::domain {

// ---------------------------------------------------------------------------------------------
// Validation. Outlines are checked as GeoJSON draws them: straight in longitude and latitude. The
// coordinates are taken to whole billionths of a degree (a tenth of a millimetre), so that every
// test below is exact.
namespace {

// What a person can mend before the next try.
constexpr size_t kFaultsPerRing = 20;
constexpr size_t kFaultsBetweenRings = 20;
// Longer than the borders of any country that has a parking register. It also bounds the index, in
// which a long edge becomes many, and finds areas drawn the long way across the 180th meridian.
constexpr double kOutlinesMaxKilometers = 10000;
constexpr double kKilometersPerDegree = 111.2;
constexpr double kGridPerDegree = 1e9;

struct GridPoint {
  int64_t x = 0;
  int64_t y = 0;
  friend auto operator<=>(const GridPoint&, const GridPoint&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const GridPoint& p) {
    return H::combine(std::move(h), p.x, p.y);
  }
};

GridPoint ToGrid(const GeoPoint& point) {
  return {std::llround(point.longitude * kGridPerDegree),
          std::llround(point.latitude * kGridPerDegree)};
}

absl::int128 CrossProduct(const GridPoint& origin, const GridPoint& a, const GridPoint& b) {
  return absl::int128(a.x - origin.x) * (b.y - origin.y) -
         absl::int128(a.y - origin.y) * (b.x - origin.x);
}

// 1: `p` is left of the line from `a` to `b`; -1: right; 0: on it.
int Side(const GridPoint& a, const GridPoint& b, const GridPoint& p) {
  const absl::int128 cross = CrossProduct(a, b, p);
  return cross > 0 ? 1 : cross < 0 ? -1 : 0;
}

// One edge of a ring, from `left` to `right` in the order of GridPoint: a vertical edge counts as
// leaning a little to the right.
struct Segment {
  GridPoint left;
  GridPoint right;
  const struct Ring* ring = nullptr;
  size_t vertex = 0;            // its index in the ring's `points`; it goes to the next one
  bool interior_above = false;  // the polygon lies on the segment's left
};

// A ring without repeats of the vertex before.
struct Ring {
  size_t polygon = 0;
  size_t ring = 0;  // 0: the outline; from 1: holes
  std::vector<GridPoint> points;
  std::vector<size_t> numbers;  // of each point in the ring as given

  bool hole() const { return ring > 0; }
  std::string path() const { return absl::StrCat("[", polygon, "][", ring, "]"); }
  std::string name() const { return absl::StrCat(hole() ? "the hole " : "the outline ", path()); }
  size_t next(size_t i) const { return i + 1 == points.size() ? 0 : i + 1; }
  std::string edge(size_t i) const { return absl::StrCat(numbers[i], "-", numbers[next(i)]); }

  bool CounterClockwise() const {
    absl::int128 twice_area = 0;
    for (size_t i = 0; i < points.size(); ++i) {
      twice_area += CrossProduct(points[0], points[i], points[next(i)]);
    }
    return twice_area > 0;
  }

  void AppendSegments(std::vector<Segment>& out) const {
    const bool interior_on_left = CounterClockwise() != hole();
    for (size_t i = 0; i < points.size(); ++i) {
      const GridPoint& from = points[i];
      const GridPoint& to = points[next(i)];
      const bool forward = from < to;
      out.push_back({forward ? from : to, forward ? to : from, this, i,
                     forward ? interior_on_left : !interior_on_left});
    }
  }
};

// Both cut the other between its ends.
bool Cross(const Segment& s, const Segment& t) {
  return Side(s.left, s.right, t.left) * Side(s.left, s.right, t.right) < 0 &&
         Side(t.left, t.right, s.left) * Side(t.left, t.right, s.right) < 0;
}

bool BetweenEnds(const Segment& s, const GridPoint& p) {
  return s.left < p && p < s.right && Side(s.left, s.right, p) == 0;
}

// They have a point in common other than an end of both.
bool Touch(const Segment& s, const Segment& t) {
  return BetweenEnds(s, t.left) || BetweenEnds(s, t.right) || BetweenEnds(t, s.left) ||
         BetweenEnds(t, s.right) || (s.left == t.left && s.right == t.right);
}

// Sweeps a vertical line from left to right over segments and keeps those it cuts in order, from
// below. Two that meet are neighbours in that order just before, so that only neighbours need to be
// compared: n log n in all [Shamos and Hoey].
class Sweep {
 public:
  enum class Rule : uint8_t {
    kSimple,  // one ring: nothing meets but at the vertex between two consecutive edges
    kNested,  // rings that are simple: upwards the line goes into one polygon and out of that one.
              // They may touch.
  };
  struct Finding {
    const Segment* lower = nullptr;  // one of them may be null: nothing there
    const Segment* upper = nullptr;
    bool cross = false;  // one cuts the other, so both are there
  };

  Sweep(const std::vector<Segment>& segments, Rule rule)
      : segments_(segments), rule_(rule), order_(Below{segments}), places_(segments.size()) {}

  // The first offence against the rule.
  std::optional<Finding> Run() {
    const std::vector<Event> events = Events();
    for (size_t i = 0; i < events.size();) {
      const GridPoint here = events[i].point;
      changed_.clear();
      for (; i < events.size() && events[i].point == here; ++i) {
        std::optional<Finding> finding =
            events[i].begins ? Enter(events[i].segment) : Leave(events[i].segment);
        if (finding) return finding;
      }
      if (rule_ == Rule::kNested) {
        std::optional<Finding> finding = CheckNesting();
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
    const std::vector<Segment>& segments;

    bool operator()(size_t a, size_t b) const {
      const Segment& s = segments[a];
      const Segment& t = segments[b];
      const int side = t.left <= s.left ? SideOf(t, s) : -SideOf(s, t);
      if (side != 0) return side < 0;
      // Along one line: first the polygon that ends there, then the one that begins.
      if (s.interior_above != t.interior_above) return t.interior_above;
      return a < b;
    }
    // Where `later` begins, or else goes on, seen from `earlier`.
    static int SideOf(const Segment& earlier, const Segment& later) {
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

  std::optional<Finding> Enter(size_t segment) {
    const auto place = order_.insert(segment).first;
    places_[segment] = place;
    changed_.push_back(segment);
    std::optional<Finding> finding = Meet(Lower(place), place);
    return finding ? finding : Meet(place, std::next(place));
  }

  std::optional<Finding> Leave(size_t segment) {
    const auto place = *places_[segment];
    const auto lower = Lower(place);
    places_[segment].reset();
    const auto upper = order_.erase(place);
    if (lower != order_.end()) changed_.push_back(*lower);
    if (upper != order_.end()) changed_.push_back(*upper);
    return Meet(lower, upper);
  }

  std::optional<Finding> Meet(Order::iterator lower, Order::iterator upper) const {
    if (lower == order_.end() || upper == order_.end()) return std::nullopt;
    const Segment& s = segments_[*lower];
    const Segment& t = segments_[*upper];
    const bool cross = Cross(s, t);
    if (!cross && (rule_ == Rule::kNested || !Touch(s, t))) return std::nullopt;
    return Finding{&s, &t, cross};
  }

  // Between neighbours lies one polygon for both, or none for either.
  std::optional<Finding> CheckNesting() const {
    for (const size_t segment : changed_) {
      if (!places_[segment]) continue;
      const auto place = *places_[segment];
      for (const auto& [lower, upper] :
           {std::pair(Lower(place), place), std::pair(place, std::next(place))}) {
        const Segment* s = lower == order_.end() ? nullptr : &segments_[*lower];
        const Segment* t = upper == order_.end() ? nullptr : &segments_[*upper];
        const bool inside_s = s != nullptr && s->interior_above;
        const bool inside_t = t != nullptr && !t->interior_above;
        if (inside_s != inside_t || (inside_s && s->ring->polygon != t->ring->polygon)) {
          return Finding{s, t};
        }
      }
    }
    return std::nullopt;
  }

  // end() when there is none.
  Order::iterator Lower(Order::iterator place) const {
    return place == order_.begin() ? order_.end() : std::prev(place);
  }

  const std::vector<Segment>& segments_;
  Rule rule_;
  Order order_;
  std::vector<std::optional<Order::iterator>> places_;
  std::vector<size_t> changed_;
};

std::optional<Sweep::Finding> Offence(const std::vector<Segment>& segments, Sweep::Rule rule) {
  return Sweep(segments, rule).Run();
}

// What is wrong with one coordinate; nothing when it is in range.
std::optional<std::string> CoordinateFault(absl::string_view name, double value, double bound) {
  if (!std::isfinite(value)) return absl::StrCat(name, " is not a finite number");
  if (std::abs(value) <= bound) return std::nullopt;
  return absl::StrCat(name, " ", value, " is out of range -", bound, " to ", bound);
}

std::optional<std::string> PointFault(const GeoPoint& point) {
  std::optional<std::string> latitude = CoordinateFault("latitude", point.latitude, 90);
  std::optional<std::string> longitude = CoordinateFault("longitude", point.longitude, 180);
  if (!latitude && !longitude) return std::nullopt;
  std::string fault = latitude ? *latitude : *longitude;
  if (latitude && longitude) absl::StrAppend(&fault, " and ", *longitude);
  if (latitude && std::abs(point.longitude) <= 90 && std::abs(point.latitude) <= 180) {
    absl::StrAppend(&fault, "; are longitude and latitude swapped?");
  } else if (std::isfinite(point.latitude + point.longitude) &&
             std::max(std::abs(point.latitude), std::abs(point.longitude)) > 360) {
    absl::StrAppend(&fault, "; give degrees of WGS84, not metres of a national grid");
  }
  return fault;
}

class AreaValidation {
 public:
  explicit AreaValidation(const GeoArea& area) : area_(area) {}

  std::vector<GeometryFault> Run() && {
    if (area_.empty()) return {{"", "there is no polygon; give at least one"}};
    if (const size_t count = VertexCount(); count > limits::kZoneMaxVertices) {
      return {{"", absl::StrCat(count, " vertices; give at most ", limits::kZoneMaxVertices)}};
    }
    for (size_t p = 0; p < area_.size(); ++p) CheckPolygon(p);
    CheckPolygonsTogether();
    return std::move(faults_);
  }

 private:
  static const GeoRing& RingOf(const GeoPolygon& polygon, size_t r) {
    return r == 0 ? polygon.outer : polygon.holes[r - 1];
  }

  size_t VertexCount() const {
    size_t count = 0;
    for (const GeoPolygon& polygon : area_) {
      for (size_t r = 0; r <= polygon.holes.size(); ++r) count += RingOf(polygon, r).size();
    }
    return count;
  }

  void Fault(std::string path, std::string description) {
    if (faults_.size() >= limits::kImportMaxFaults) return;
    faults_.push_back({std::move(path), std::move(description)});
  }

  void CheckPolygon(size_t p) {
    const GeoPolygon& polygon = area_[p];
    std::vector<Ring> rings;
    for (size_t r = 0; r <= polygon.holes.size(); ++r) {
      std::optional<Ring> ring = CheckRing(p, r, RingOf(polygon, r));
      if (ring) rings.push_back(*std::move(ring));
    }
    // Without an outline nothing can be said about where its holes are.
    if (rings.empty() || rings.front().hole()) return;
    CheckHoles(rings);
    // What seems to overlap a polygon may lie in a hole that was not understood.
    if (rings.size() == polygon.holes.size() + 1) polygons_.push_back(std::move(rings));
  }

  // The ring, if it is sound in itself.
  std::optional<Ring> CheckRing(size_t p, size_t r, const GeoRing& given) {
    Ring ring{p, r, {}, {}};
    if (!CheckCoordinates(ring, given) || !CheckLength(ring, given)) return std::nullopt;
    if (!CheckVertices(ring, given)) return std::nullopt;
    std::vector<Segment> segments;
    ring.AppendSegments(segments);
    const std::optional<Sweep::Finding> finding = Offence(segments, Sweep::Rule::kSimple);
    if (!finding) return ring;
    const auto [a, b] = std::minmax(finding->lower->vertex, finding->upper->vertex);
    Fault(ring.path(), absl::StrCat(ring.hole() ? "the hole" : "the outline",
                                    finding->cross ? " crosses itself" : " touches itself",
                                    " between vertices ", ring.edge(a), " and ", ring.edge(b),
                                    "; it has to go round once without meeting itself"));
    return std::nullopt;
  }

  bool CheckCoordinates(const Ring& ring, const GeoRing& given) {
    size_t count = 0;
    for (size_t v = 0; v < given.size(); ++v) {
      std::optional<std::string> fault = PointFault(given[v]);
      if (fault && ++count <= kFaultsPerRing) {
        Fault(absl::StrCat(ring.path(), "[", v, "]"), *std::move(fault));
      }
    }
    MentionTheRest(ring, count, "coordinates out of range");
    return count == 0;
  }

  bool CheckLength(const Ring& ring, const GeoRing& given) {
    const double before = kilometers_;
    for (size_t i = 0; i < given.size(); ++i) {
      const GeoPoint& a = given[i];
      const GeoPoint& b = given[i + 1 == given.size() ? 0 : i + 1];
      const double shrink = std::cos((a.latitude + b.latitude) / 2 * std::numbers::pi / 180);
      kilometers_ += kKilometersPerDegree *
                     std::hypot(a.latitude - b.latitude, (a.longitude - b.longitude) * shrink);
    }
    if (kilometers_ <= kOutlinesMaxKilometers) return true;
    if (before <= kOutlinesMaxKilometers) {
      Fault(ring.path(),
            absl::StrCat("with this one the outlines are ", std::llround(kilometers_),
                         " km long together; give at most ", kOutlinesMaxKilometers,
                         " km, and cut an area that reaches over the 180th meridian there"));
    }
    return false;
  }

  // Fills the ring with the vertices that differ from the one before.
  bool CheckVertices(Ring& ring, const GeoRing& given) {
    absl::flat_hash_map<GridPoint, size_t> first_seen;
    size_t repeats = 0;
    bool meets_itself = false;
    for (size_t v = 0; v < given.size(); ++v) {
      const GridPoint point = ToGrid(given[v]);
      const auto [seen, fresh] = first_seen.try_emplace(point, v);
      const bool closes = v + 1 == given.size() && seen->second == 0;
      const bool follows = !ring.points.empty() && ring.points.back() == point;
      if (fresh || !(closes || follows)) {
        ring.points.push_back(point);
        ring.numbers.push_back(v);
      }
      if (fresh) continue;
      meets_itself = meets_itself || !(closes || follows);
      if (++repeats > kFaultsPerRing) continue;
      Fault(absl::StrCat(ring.path(), "[", v, "]"),
            absl::StrCat("repeats vertex ", seen->second, "; give each vertex once"));
    }
    MentionTheRest(ring, repeats, "repeated vertices");
    if (first_seen.size() < 3) {
      Fault(ring.path(), absl::StrCat(first_seen.size(), " distinct vertices; give at least 3"));
      return false;
    }
    return !meets_itself;
  }

  void MentionTheRest(const Ring& ring, size_t count, absl::string_view what) {
    if (count <= kFaultsPerRing) return;
    Fault(ring.path(), absl::StrCat("in all ", count, " ", what, ", of which the first ",
                                    kFaultsPerRing, " are listed"));
  }

  // The outline comes first. Drops the holes that have no place in it.
  void CheckHoles(std::vector<Ring>& rings) {
    for (size_t count = 0; rings.size() > 1; ++count) {
      std::vector<Segment> segments;
      for (const Ring& ring : rings) ring.AppendSegments(segments);
      const std::optional<Sweep::Finding> finding = Offence(segments, Sweep::Rule::kNested);
      if (!finding) return;
      if (count == kFaultsBetweenRings) return SayThereMayBeMore(rings[0].polygon);
      const auto [culprit, other] = Culprit(*finding);
      Fault(culprit->path(), HoleFault(*culprit, other, *finding));
      const size_t dropped = culprit->ring;
      std::erase_if(rings, [&](const Ring& ring) { return ring.ring == dropped; });
    }
  }

  // Of two rings that are at odds the later one, as people number them, and the other one if any.
  static std::pair<const Ring*, const Ring*> Culprit(const Sweep::Finding& finding) {
    const Ring* a = finding.lower == nullptr ? nullptr : finding.lower->ring;
    const Ring* b = finding.upper == nullptr ? nullptr : finding.upper->ring;
    if (a == nullptr) return {b, nullptr};
    if (b == nullptr || a == b) return {a, nullptr};
    const bool a_later = std::pair(a->polygon, a->ring) > std::pair(b->polygon, b->ring);
    return a_later ? std::pair(a, b) : std::pair(b, a);
  }

  static std::string HoleFault(const Ring& hole, const Ring* other, const Sweep::Finding& finding) {
    const absl::string_view wanted = "; a hole lies inside its outline and outside other holes";
    if (finding.cross) {
      const bool hole_is_lower = finding.lower->ring == &hole;
      const Segment& mine = hole_is_lower ? *finding.lower : *finding.upper;
      const Segment& theirs = hole_is_lower ? *finding.upper : *finding.lower;
      return absl::StrCat("the hole crosses ", other->name(), " between its vertices ",
                          hole.edge(mine.vertex), " and ", other->edge(theirs.vertex), wanted);
    }
    if (other != nullptr && other->hole()) {
      return absl::StrCat("the hole overlaps ", other->name(), " or shares an edge with it",
                          wanted);
    }
    return absl::StrCat("the hole reaches outside its outline or shares an edge with it", wanted);
  }

  void CheckPolygonsTogether() {
    for (size_t count = 0; polygons_.size() > 1; ++count) {
      std::vector<Segment> segments;
      for (const std::vector<Ring>& rings : polygons_) {
        for (const Ring& ring : rings) ring.AppendSegments(segments);
      }
      const std::optional<Sweep::Finding> finding = Offence(segments, Sweep::Rule::kNested);
      if (!finding) return;
      const auto [culprit, other] = Culprit(*finding);
      if (count == kFaultsBetweenRings) return SayThereMayBeMore(culprit->polygon);
      Fault(absl::StrCat("[", culprit->polygon, "]"),
            absl::StrCat(
                "the polygon overlaps ",
                other == nullptr ? "another" : absl::StrCat("polygon [", other->polygon, "]"),
                "; polygons of one area may touch but have no part in common"));
      const size_t dropped = culprit->polygon;
      std::erase_if(polygons_, [&](const std::vector<Ring>& rings) {
        return rings.front().polygon == dropped;
      });
    }
  }

  void SayThereMayBeMore(size_t polygon) {
    Fault(absl::StrCat("[", polygon, "]"),
          "there may be more of these; they are looked for when the ones listed are mended");
  }

  const GeoArea& area_;
  std::vector<GeometryFault> faults_;
  std::vector<std::vector<Ring>> polygons_;  // the sound ones
  double kilometers_ = 0;
};

}  // namespace

std::vector<GeometryFault> Validate(const GeoArea& area) { return AreaValidation(area).Run(); }

// ---------------------------------------------------------------------------------------------
// Location.
namespace {

// The precision of outlines: a position this near a border may be on either side of it.
constexpr double kBorderToleranceMeters = 0.1;
// What may lie outside all candidates, as a part of the circle: less says nothing about the car.
constexpr double kSliver = 0.01;
// The circle is measured along this many parallel chords: to about half a percent of its area.
constexpr int kChords = 200;
// How far an edge of the index may be from the straight line of GeoJSON.
constexpr double kEdgeToleranceMeters = 0.0002;

constexpr double kDegreesPerHalfTurn = 180;

R2Point ToPlane(const GeoPoint& point) { return {point.longitude, point.latitude}; }

bool CounterClockwise(const GeoRing& ring) {
  double twice_area = 0;
  for (size_t i = 0; i < ring.size(); ++i) {
    const R2Point a = ToPlane(ring[i]) - ToPlane(ring[0]);
    const R2Point b = ToPlane(ring[i + 1 == ring.size() ? 0 : i + 1]) - ToPlane(ring[0]);
    twice_area += a.CrossProd(b);
  }
  return twice_area > 0;
}

// The ring on the sphere, with the polygon on its left.
std::vector<S2Point> ToLoop(GeoRing ring, bool hole, const S2EdgeTessellator& tessellator) {
  std::vector<S2Point> loop;
  if (ring.empty()) return loop;
  if (CounterClockwise(ring) == hole) std::reverse(ring.begin(), ring.end());
  for (size_t i = 0; i < ring.size(); ++i) {
    tessellator.AppendUnprojected(ToPlane(ring[i]), ToPlane(ring[i + 1 == ring.size() ? 0 : i + 1]),
                                  &loop);
  }
  loop.pop_back();
  return loop;
}

S1ChordAngle ToChordAngle(double meters) { return S2Earth::MetersToChordAngle(meters); }

struct NearEdge {
  int32_t shape;
  int32_t edge;
  S2Point from;
  S2Point to;
};

// What a circle holds of the index.
struct Surroundings {
  std::vector<int32_t> containing;  // shapes that the centre is in
  std::vector<NearEdge> borders;    // by shape, then edge
};

class CircleReader {
 public:
  CircleReader(const MutableS2ShapeIndex& index, const S2Point& center, S1ChordAngle radius)
      : index_(index), center_(center), radius_(radius), query_(&index) {}

  Surroundings Read() {
    MutableS2ShapeIndex::Iterator& cell = *query_.mutable_iter();
    const bool found = cell.Locate(center_);
    if (found) ReadContaining(cell);
    // Well inside one cell of the index, which is the case for most positions, this is all.
    if (found && S2Cell(cell.id()).GetBoundaryDistance(center_) > radius_) {
      ReadBorders(cell);
    } else {
      ReadNearCells(cell);
    }
    return std::move(read_);
  }

 private:
  void ReadContaining(const MutableS2ShapeIndex::Iterator& cell) {
    for (int i = 0; i < cell.cell().num_clipped(); ++i) {
      const S2ClippedShape& clipped = cell.cell().clipped(i);
      if (query_.ShapeContains(cell.id(), clipped, center_)) {
        read_.containing.push_back(clipped.shape_id());
      }
    }
  }

  void ReadNearCells(MutableS2ShapeIndex::Iterator& cell) {
    std::vector<S2CellId> cover;
    S2Cap(center_, radius_).GetCellUnionBound(&cover);
    std::sort(cover.begin(), cover.end());
    S2CellId done = S2CellId::None();
    for (const S2CellId& id : cover) {
      if (cell.Locate(id) == S2ShapeIndex::DISJOINT) continue;
      for (; !cell.done() && cell.id().range_min() <= id.range_max(); cell.Next()) {
        if (cell.id() != done) ReadBorders(cell);
        done = cell.id();
      }
    }
    // An edge that runs through several cells was read in each.
    std::sort(read_.borders.begin(), read_.borders.end(), [](const NearEdge& a, const NearEdge& b) {
      return std::pair(a.shape, a.edge) < std::pair(b.shape, b.edge);
    });
    const auto same = [](const NearEdge& a, const NearEdge& b) {
      return a.shape == b.shape && a.edge == b.edge;
    };
    read_.borders.erase(std::unique(read_.borders.begin(), read_.borders.end(), same),
                        read_.borders.end());
  }

  void ReadBorders(const MutableS2ShapeIndex::Iterator& cell) {
    for (int i = 0; i < cell.cell().num_clipped(); ++i) {
      const S2ClippedShape& clipped = cell.cell().clipped(i);
      const S2Shape& shape = *index_.shape(clipped.shape_id());
      for (int j = 0; j < clipped.num_edges(); ++j) {
        const S2Shape::Edge edge = shape.edge(clipped.edge(j));
        if (S2::IsDistanceLess(center_, edge.v0, edge.v1, radius_)) {
          read_.borders.push_back({clipped.shape_id(), clipped.edge(j), edge.v0, edge.v1});
        }
      }
    }
  }

  const MutableS2ShapeIndex& index_;
  const S2Point center_;
  const S1ChordAngle radius_;
  S2ContainsPointQuery<MutableS2ShapeIndex> query_;
  Surroundings read_;
};

// The circle on a plane, as the unit circle around (0, 0) with straight edges (a gnomonic
// projection). x runs across the first border, so that most chords, which lie along x, cut it.
class CirclePlane {
 public:
  CirclePlane(const S2Point& center, S1Angle radius, const NearEdge& border)
      : center_(center), scale_(std::tan(radius.radians())) {
    const S2Point along = border.to - border.from;
    y_ = (along - center * along.DotProd(center)).Normalize();
    x_ = y_.CrossProd(center);
  }
  R2Point Project(const S2Point& p) const {
    const double depth = p.DotProd(center_) * scale_;
    return {p.DotProd(x_) / depth, p.DotProd(y_) / depth};
  }
  S2Point Unproject(const R2Point& p) const {
    return (center_ + (x_ * p.x() + y_ * p.y()) * scale_).Normalize();
  }

 private:
  S2Point center_;
  S2Point x_;
  S2Point y_;
  double scale_;
};

// Where a chord, followed to the right, passes a border.
struct Crossing {
  int chord;
  double x;
  int32_t shape;
  bool entering;
};

// How much of the circle lies outside every shape.
class Remainder {
 public:
  Remainder(const MutableS2ShapeIndex& index, const CirclePlane& plane,
            const std::vector<NearEdge>& borders)
      : query_(&index), plane_(plane) {
    for (const NearEdge& border : borders) AddCrossings(border);
    std::sort(crossings_.begin(), crossings_.end(), [](const Crossing& a, const Crossing& b) {
      return std::pair(a.chord, a.x) < std::pair(b.chord, b.x);
    });
  }

  bool ExceedsSliver() {
    const double limit = kSliver * std::numbers::pi;
    double area = 0;
    auto begin = crossings_.begin();
    for (int chord = 0; chord < kChords && area <= limit; ++chord) {
      const auto end = std::find_if(begin, crossings_.end(),
                                    [&](const Crossing& c) { return c.chord != chord; });
      area += kStep * Uncovered(chord, absl::MakeConstSpan(crossings_)
                                           .subspan(static_cast<size_t>(begin - crossings_.begin()),
                                                    static_cast<size_t>(end - begin)));
      begin = end;
    }
    return area > limit;
  }

 private:
  static constexpr double kStep = 2.0 / kChords;
  static double Y(int chord) { return -1 + kStep * (chord + 0.5); }
  // The first chord at `y` or above. Two edges that meet at a vertex share its result, so that no
  // chord slips between them or counts both.
  static int FirstAt(double y) {
    return static_cast<int>(std::clamp<double>(std::ceil((y + 1) / kStep - 0.5), 0, kChords));
  }
  static double HalfLength(int chord) { return std::sqrt(1 - Y(chord) * Y(chord)); }

  void AddCrossings(const NearEdge& border) {
    const R2Point from = plane_.Project(border.from);
    const R2Point to = plane_.Project(border.to);
    const bool upward = from.y() < to.y();
    const R2Point& low = upward ? from : to;
    const R2Point& high = upward ? to : from;
    const double slope = (high.x() - low.x()) / (high.y() - low.y());
    const int end = FirstAt(high.y());
    for (int chord = FirstAt(low.y()); chord < end; ++chord) {
      const double x = low.x() + (Y(chord) - low.y()) * slope;
      if (std::abs(x) < HalfLength(chord)) crossings_.push_back({chord, x, border.shape, !upward});
    }
  }

  // The length of the chord outside every shape.
  double Uncovered(int chord, absl::Span<const Crossing> crossings) {
    // A shape whose first border on the way is an exit began before the chord did.
    int depth = 0;
    for (size_t i = 0; i < crossings.size(); ++i) {
      if (!crossings[i].entering && IsFirst(crossings, i)) ++depth;
    }
    double outside = 0;
    double x = -HalfLength(chord);
    for (const Crossing& crossing : crossings) {
      if (depth <= 0) outside += crossing.x - x;
      depth += crossing.entering ? 1 : -1;
      x = crossing.x;
    }
    if (depth <= 0) outside += HalfLength(chord) - x;
    return outside > 0 && CoveredWhole(chord, crossings) ? 0 : outside;
  }

  static bool IsFirst(absl::Span<const Crossing> crossings, size_t i) {
    return std::none_of(crossings.begin(), crossings.begin() + static_cast<std::ptrdiff_t>(i),
                        [&](const Crossing& c) { return c.shape == crossings[i].shape; });
  }

  // Whether a shape without a border on the chord holds all of it.
  bool CoveredWhole(int chord, absl::Span<const Crossing> crossings) {
    const S2Point middle = plane_.Unproject({0, Y(chord)});
    const auto crosses = [&](int32_t shape) {
      return std::any_of(crossings.begin(), crossings.end(),
                         [&](const Crossing& c) { return c.shape == shape; });
    };
    bool covered = false;
    query_.VisitContainingShapes(middle, [&](const S2Shape* shape) {
      covered = !crosses(shape->id());
      return !covered;
    });
    return covered;
  }

  S2ContainsPointQuery<MutableS2ShapeIndex> query_;
  const CirclePlane& plane_;
  std::vector<Crossing> crossings_;
};

// An accuracy that no caller should have let through is taken to the nearest that is sound.
double Radius(double accuracy_meters) {
  const double sound = accuracy_meters > 0 ? accuracy_meters : 0;
  return std::min(sound, limits::kAccuracyMaxMeters) + kBorderToleranceMeters;
}

}  // namespace

struct AreaIndex::Impl {
  MutableS2ShapeIndex index;
  std::vector<uint32_t> area_of_shape;

  void Add(const GeoPolygon& polygon, uint32_t area, const S2EdgeTessellator& tessellator) {
    std::vector<S2LaxPolygonShape::Loop> loops;
    loops.push_back(ToLoop(polygon.outer, /*hole=*/false, tessellator));
    for (const GeoRing& hole : polygon.holes) {
      loops.push_back(ToLoop(hole, /*hole=*/true, tessellator));
    }
    index.Add(std::make_unique<S2LaxPolygonShape>(loops));
    area_of_shape.push_back(area);
  }

  std::vector<uint32_t> Areas(const Surroundings& surroundings) const {
    std::vector<uint32_t> areas;
    const auto add = [&](int32_t shape) {
      areas.push_back(area_of_shape[static_cast<size_t>(shape)]);
    };
    for (const int32_t shape : surroundings.containing) add(shape);
    for (const NearEdge& border : surroundings.borders) add(border.shape);
    std::sort(areas.begin(), areas.end());
    areas.erase(std::unique(areas.begin(), areas.end()), areas.end());
    return areas;
  }
};

AreaIndex::AreaIndex(const std::vector<const GeoArea*>& areas) : impl_(std::make_unique<Impl>()) {
  const S2::PlateCarreeProjection projection(kDegreesPerHalfTurn);
  const S2EdgeTessellator tessellator(&projection, S2Earth::MetersToAngle(kEdgeToleranceMeters));
  for (uint32_t area = 0; area < areas.size(); ++area) {
    for (const GeoPolygon& polygon : *areas[area]) impl_->Add(polygon, area, tessellator);
  }
  // Built lazily otherwise, under a lock that readers would meet.
  impl_->index.ForceBuild();
}

AreaIndex::~AreaIndex() = default;
AreaIndex::AreaIndex(AreaIndex&&) noexcept = default;
AreaIndex& AreaIndex::operator=(AreaIndex&&) noexcept = default;

Located AreaIndex::Locate(const Position& position) const {
  const GeoPoint& point = position.point;
  if (!(std::abs(point.latitude) <= 90) || !(std::abs(point.longitude) <= 180)) return {};
  const S2Point center = S2LatLng::FromDegrees(point.latitude, point.longitude).ToPoint();
  const double radius = Radius(position.accuracy_meters);
  const Surroundings surroundings = CircleReader(impl_->index, center, ToChordAngle(radius)).Read();

  Located located;
  located.areas = impl_->Areas(surroundings);
  if (located.areas.empty()) return located;
  const auto has_border_near = [&](int32_t shape) {
    return std::any_of(surroundings.borders.begin(), surroundings.borders.end(),
                       [&](const NearEdge& border) { return border.shape == shape; });
  };
  if (!std::all_of(surroundings.containing.begin(), surroundings.containing.end(),
                   has_border_near)) {
    located.outside_possible = false;  // the whole circle is in one of them
    return located;
  }
  const CirclePlane plane(center, S2Earth::MetersToAngle(radius), surroundings.borders.front());
  located.outside_possible = Remainder(impl_->index, plane, surroundings.borders).ExceedsSliver();
  return located;
}

}  // namespace stadspoort::domain
