#include "services/domain/outline_validation.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/domain/limits.h"
#include "services/domain/ring_sweep.h"

namespace stadspoort::domain {
namespace {

// What a person can mend before the next try.
constexpr size_t kFaultsPerRing = 20;
constexpr size_t kFaultsBetweenRings = 20;
// Longer than the borders of any country that has a parking register. It also bounds the index, in
// which a long edge becomes many.
constexpr double kOutlinesMaxKilometers = 10000;
constexpr double kKilometersPerDegree = 111.2;
// Of a longer edge nobody can tell which way around the earth it was meant to go.
constexpr double kEdgeMaxLongitudeDegrees = 180;

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
    if (const size_t count = VertexCount(area_); count > limits::kZoneMaxVertices) {
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

  void Fault(std::string path, std::string description,
             std::optional<GeoPoint> where = std::nullopt) {
    if (faults_.size() >= limits::kImportMaxFaults) return;
    faults_.push_back({std::move(path), std::move(description), where});
  }

  // As it was given, of a vertex of a sound ring.
  GeoPoint Given(const GridRing& ring, size_t vertex) const {
    return RingOf(area_[ring.polygon], ring.ring)[ring.numbers[vertex]];
  }
  // Where a ring was found at fault: at the segment of it that was, else where it begins.
  GeoPoint Where(const GridRing& ring, const SweepFinding& finding) const {
    for (const GridSegment* segment : {finding.lower, finding.upper}) {
      if (segment != nullptr && segment->ring == &ring) return Given(ring, segment->vertex);
    }
    return Given(ring, 0);
  }

  void CheckPolygon(size_t p) {
    const GeoPolygon& polygon = area_[p];
    std::vector<GridRing> rings;
    for (size_t r = 0; r <= polygon.holes.size(); ++r) {
      std::optional<GridRing> ring = CheckRing(p, r, RingOf(polygon, r));
      if (ring) rings.push_back(*std::move(ring));
    }
    // Without an outline nothing can be said about where its holes are.
    if (rings.empty() || rings.front().hole()) return;
    CheckHoles(rings);
    // What seems to overlap a polygon may lie in a hole that was not understood.
    if (rings.size() == polygon.holes.size() + 1) polygons_.push_back(std::move(rings));
  }

  // The ring, if it is sound in itself.
  std::optional<GridRing> CheckRing(size_t p, size_t r, const GeoRing& given) {
    GridRing ring{p, r, {}, {}};
    if (!CheckCoordinates(ring, given) || !CheckLength(ring, given)) return std::nullopt;
    if (!CheckVertices(ring, given)) return std::nullopt;
    std::vector<GridSegment> segments;
    ring.AppendSegments(segments);
    const std::optional<SweepFinding> finding = FirstOffence(segments, SweepRule::kSimple);
    if (!finding) return ring;
    const auto [a, b] = std::minmax(finding->lower->vertex, finding->upper->vertex);
    Fault(ring.path(),
          absl::StrCat(ring.hole() ? "the hole" : "the outline",
                       finding->cross ? " crosses itself" : " touches itself", " between vertices ",
                       ring.edge(a), " and ", ring.edge(b),
                       "; it has to go round once without meeting itself"),
          Given(ring, a));
    return std::nullopt;
  }

  bool CheckCoordinates(const GridRing& ring, const GeoRing& given) {
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

  bool CheckLength(const GridRing& ring, const GeoRing& given) {
    const double before = kilometers_;
    for (size_t i = 0; i < given.size(); ++i) {
      const size_t next = i + 1 == given.size() ? 0 : i + 1;
      const GeoPoint& a = given[i];
      const GeoPoint& b = given[next];
      if (std::abs(a.longitude - b.longitude) > kEdgeMaxLongitudeDegrees) {
        Fault(ring.path(),
              absl::StrCat("goes more than half-way around the earth from vertex ", i, " to ", next,
                           "; cut an area that reaches over the 180th meridian there"));
        return false;
      }
      const double shrink = std::cos((a.latitude + b.latitude) / 2 * std::numbers::pi / 180);
      kilometers_ += kKilometersPerDegree *
                     std::hypot(a.latitude - b.latitude, (a.longitude - b.longitude) * shrink);
    }
    if (kilometers_ <= kOutlinesMaxKilometers) return true;
    if (before <= kOutlinesMaxKilometers) {
      Fault(ring.path(),
            absl::StrCat("with this one the outlines are ", std::llround(kilometers_),
                         " km long together; give at most ", kOutlinesMaxKilometers, " km"));
    }
    return false;
  }

  // Fills the ring with the vertices that differ from the one before.
  bool CheckVertices(GridRing& ring, const GeoRing& given) {
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
            absl::StrCat("repeats vertex ", seen->second, "; give each vertex once"), given[v]);
    }
    MentionTheRest(ring, repeats, "repeated vertices");
    if (first_seen.size() < 3) {
      Fault(ring.path(), absl::StrCat(first_seen.size(), " distinct vertices; give at least 3"));
      return false;
    }
    return !meets_itself;
  }

  void MentionTheRest(const GridRing& ring, size_t count, absl::string_view what) {
    if (count <= kFaultsPerRing) return;
    Fault(ring.path(), absl::StrCat("in all ", count, " ", what, ", of which the first ",
                                    kFaultsPerRing, " are listed"));
  }

  // The outline comes first. Drops the holes that have no place in it.
  void CheckHoles(std::vector<GridRing>& rings) {
    for (size_t count = 0; rings.size() > 1; ++count) {
      std::vector<GridSegment> segments;
      for (const GridRing& ring : rings) ring.AppendSegments(segments);
      const std::optional<SweepFinding> finding = FirstOffence(segments, SweepRule::kNested);
      if (!finding) return;
      if (count == kFaultsBetweenRings) return SayThereMayBeMore(rings[0].polygon);
      const auto [culprit, other] = Culprit(*finding);
      Fault(culprit->path(), HoleFault(*culprit, other, *finding), Where(*culprit, *finding));
      const size_t dropped = culprit->ring;
      std::erase_if(rings, [&](const GridRing& ring) { return ring.ring == dropped; });
    }
  }

  // Of two rings that are at odds the later one, as people number them, and the other one if any.
  static std::pair<const GridRing*, const GridRing*> Culprit(const SweepFinding& finding) {
    const GridRing* a = finding.lower == nullptr ? nullptr : finding.lower->ring;
    const GridRing* b = finding.upper == nullptr ? nullptr : finding.upper->ring;
    if (a == nullptr) return {b, nullptr};
    if (b == nullptr || a == b) return {a, nullptr};
    const bool a_later = std::pair(a->polygon, a->ring) > std::pair(b->polygon, b->ring);
    return a_later ? std::pair(a, b) : std::pair(b, a);
  }

  static std::string HoleFault(const GridRing& hole, const GridRing* other,
                               const SweepFinding& finding) {
    const absl::string_view wanted = "; a hole lies inside its outline and outside other holes";
    const GridSegment* mine = finding.lower;
    const GridSegment* theirs = finding.upper;
    if (finding.cross && mine != nullptr && theirs != nullptr) {
      if (mine->ring != &hole) std::swap(mine, theirs);
      return absl::StrCat("the hole crosses ", theirs->ring->name(), " between its vertices ",
                          hole.edge(mine->vertex), " and ", theirs->ring->edge(theirs->vertex),
                          wanted);
    }
    if (other != nullptr && other->hole()) {
      return absl::StrCat("the hole overlaps ", other->name(), " or shares an edge with it",
                          wanted);
    }
    return absl::StrCat("the hole reaches outside its outline or shares an edge with it", wanted);
  }

  void CheckPolygonsTogether() {
    for (size_t count = 0; polygons_.size() > 1; ++count) {
      std::vector<GridSegment> segments;
      for (const std::vector<GridRing>& rings : polygons_) {
        for (const GridRing& ring : rings) ring.AppendSegments(segments);
      }
      const std::optional<SweepFinding> finding = FirstOffence(segments, SweepRule::kNested);
      if (!finding) return;
      const auto [culprit, other] = Culprit(*finding);
      if (count == kFaultsBetweenRings) return SayThereMayBeMore(culprit->polygon);
      Fault(absl::StrCat("[", culprit->polygon, "]"),
            absl::StrCat(
                "the polygon overlaps ",
                other == nullptr ? "another" : absl::StrCat("polygon [", other->polygon, "]"),
                "; polygons of one area may touch but have no part in common"),
            Where(*culprit, *finding));
      const size_t dropped = culprit->polygon;
      std::erase_if(polygons_, [&](const std::vector<GridRing>& rings) {
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
  std::vector<std::vector<GridRing>> polygons_;  // the sound ones
  double kilometers_ = 0;
};

}  // namespace

std::vector<GeometryFault> Validate(const GeoArea& area) { return AreaValidation(area).Run(); }

}  // namespace stadspoort::domain
