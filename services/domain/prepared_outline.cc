#include "services/domain/prepared_outline.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "s2/s2cell.h"
#include "s2/s2contains_point_query.h"
#include "s2/s2earth.h"
#include "s2/s2edge_distances.h"
#include "s2/s2edge_tessellator.h"
#include "s2/s2lax_polygon_shape.h"
#include "s2/s2projections.h"

namespace stadspoort::domain {
namespace {

// How far an edge on the sphere may be from the straight line of GeoJSON.
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

// What a circle meets of one index.
class CircleReader {
 public:
  CircleReader(const MutableS2ShapeIndex& index, Circle& circle, int32_t first_shape,
               Surroundings& surroundings)
      : index_(index),
        circle_(circle),
        first_shape_(first_shape),
        surroundings_(surroundings),
        query_(&index) {}

  void Read() {
    MutableS2ShapeIndex::Iterator& cell = *query_.mutable_iter();
    const bool found = cell.Locate(circle_.center());
    if (found) ReadContaining(cell);
    // Well inside one cell of the index this is all.
    if (found && S2Cell(cell.id()).GetBoundaryDistance(circle_.center()) > circle_.radius()) {
      ReadBorders(cell);
    } else {
      ReadNearCells(cell);
    }
  }

 private:
  void ReadContaining(const MutableS2ShapeIndex::Iterator& cell) {
    for (int i = 0; i < cell.cell().num_clipped(); ++i) {
      const S2ClippedShape& clipped = cell.cell().clipped(i);
      if (query_.ShapeContains(cell.id(), clipped, circle_.center())) {
        surroundings_.containing.push_back(first_shape_ + clipped.shape_id());
      }
    }
  }

  void ReadNearCells(MutableS2ShapeIndex::Iterator& cell) {
    const auto before = static_cast<std::ptrdiff_t>(surroundings_.borders.size());
    S2CellId done = S2CellId::None();
    for (const S2CellId& id : circle_.Cover()) {
      if (cell.Locate(id) == S2ShapeIndex::DISJOINT) continue;
      for (; !cell.done() && cell.id().range_min() <= id.range_max(); cell.Next()) {
        if (cell.id() != done) ReadBorders(cell);
        done = cell.id();
      }
    }
    // An edge that runs through several cells was read in each.
    std::vector<NearEdge>& borders = surroundings_.borders;
    const auto key = [](const NearEdge& border) { return std::pair(border.shape, border.edge); };
    std::sort(borders.begin() + before, borders.end(),
              [&](const NearEdge& a, const NearEdge& b) { return key(a) < key(b); });
    borders.erase(
        std::unique(borders.begin() + before, borders.end(),
                    [&](const NearEdge& a, const NearEdge& b) { return key(a) == key(b); }),
        borders.end());
  }

  void ReadBorders(const MutableS2ShapeIndex::Iterator& cell) {
    for (int i = 0; i < cell.cell().num_clipped(); ++i) {
      const S2ClippedShape& clipped = cell.cell().clipped(i);
      const S2Shape& shape = *index_.shape(clipped.shape_id());
      for (int j = 0; j < clipped.num_edges(); ++j) {
        const S2Shape::Edge edge = shape.edge(clipped.edge(j));
        if (S2::IsDistanceLess(circle_.center(), edge.v0, edge.v1, circle_.radius())) {
          surroundings_.borders.push_back(
              {first_shape_ + clipped.shape_id(), clipped.edge(j), edge.v0, edge.v1});
        }
      }
    }
  }

  const MutableS2ShapeIndex& index_;
  Circle& circle_;
  const int32_t first_shape_;
  Surroundings& surroundings_;
  S2ContainsPointQuery<MutableS2ShapeIndex> query_;
};

}  // namespace

PreparedOutline::PreparedOutline(const GeoArea& area) {
  const S2::PlateCarreeProjection projection(kDegreesPerHalfTurn);
  const S2EdgeTessellator tessellator(&projection, S2Earth::MetersToAngle(kEdgeToleranceMeters));
  for (const GeoPolygon& polygon : area) {
    std::vector<S2LaxPolygonShape::Loop> loops;
    loops.push_back(ToLoop(polygon.outer, /*hole=*/false, tessellator));
    for (const GeoRing& hole : polygon.holes) {
      loops.push_back(ToLoop(hole, /*hole=*/true, tessellator));
    }
    index_.Add(std::make_unique<S2LaxPolygonShape>(loops));
  }
  // Built lazily otherwise, under a lock that readers would meet.
  index_.ForceBuild();
}

void PreparedOutline::Read(Circle& circle, int32_t first_shape, Surroundings& surroundings) const {
  CircleReader(index_, circle, first_shape, surroundings).Read();
}

bool PreparedOutline::Contains(const S2Point& point, int32_t first_shape,
                               absl::FunctionRef<bool(int32_t)> counts) const {
  bool contained = false;
  S2ContainsPointQuery<MutableS2ShapeIndex>(&index_).VisitContainingShapes(
      point, [&](const S2Shape* shape) {
        contained = counts(first_shape + shape->id());
        return !contained;
      });
  return contained;
}

}  // namespace stadspoort::domain
