#include "services/domain/outline_examination.h"

#include <algorithm>
#include <cmath>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/domain/area_overlap.h"
#include "services/domain/limits.h"
#include "services/domain/outline_validation.h"

namespace stadspoort::domain {
namespace {

// Roughly, with the Azores and the Canaries.
constexpr GeoBounds kEurope{27, -32, 72, 70};

std::string SquareMetersText(double area) {
  return absl::StrCat(static_cast<int64_t>(std::ceil(area)), " m2");
}

class MapExamination {
 public:
  MapExamination(const MapAtHand& map, std::vector<Finding>& out) : map_(map), out_(out) {}

  void Examine(const std::vector<ZoneVersion>& drafts) {
    absl::flat_hash_set<ZoneCode> faulty;
    for (const Finding& finding : out_) {
      if (finding.kind == FindingKind::kInvalidGeometry) faulty.insert(finding.zone);
    }
    std::vector<const ZoneVersion*> good;
    for (const ZoneVersion& draft : drafts) {
      if (faulty.contains(draft.code) || Swapped(draft)) continue;
      JudgeBounds(draft);
      good.push_back(&draft);
    }
    JudgeOverlaps(good);
    JudgeLosses(good);
  }

 private:
  void Add(FindingSeverity severity, FindingKind kind, const ZoneVersion& draft,
           std::optional<GeoPoint> where, std::string description,
           std::vector<ZoneCode> others = {}) {
    out_.push_back(
        {severity, kind, draft.code, "polygons", where, std::move(description), std::move(others)});
  }

  // An outline outside Europe, for a city on a European clock, but inside with its coordinates
  // exchanged.
  bool Swapped(const ZoneVersion& draft) {
    const GeoPoint& point = FirstPoint(draft);
    if (!absl::StartsWith(map_.time_zone, "Europe/") ||
        kEurope.Contains(point.latitude, point.longitude) ||
        !kEurope.Contains(point.longitude, point.latitude)) {
      return false;
    }
    Add(FindingSeverity::kError, FindingKind::kInvalidGeometry, draft, point,
        "lies far outside the city; are longitude and latitude swapped? GeoJSON has longitude "
        "first");
    return true;
  }

  void JudgeBounds(const ZoneVersion& draft) {
    if (!map_.bounds) return;
    for (const GeoPolygon& polygon : AreaOf(draft)) {
      for (const GeoPoint& point : polygon.outer) {
        if (map_.bounds->Contains(point.latitude, point.longitude)) continue;
        Add(FindingSeverity::kWarning, FindingKind::kOutsideCity, draft, point,
            "reaches outside the bounds of the city");
        return;
      }
    }
  }

  void JudgeOverlaps(const std::vector<const ZoneVersion*>& drafts) {
    for (size_t i = 0; i < drafts.size(); ++i) {
      // One version of each zone is enough.
      absl::flat_hash_set<ZoneCode> told;
      for (const ZoneVersion* other : map_.others) {
        if (!told.contains(other->code) && JudgeOverlap(*drafts[i], *other)) {
          told.insert(other->code);
        }
      }
      for (size_t j = i + 1; j < drafts.size(); ++j) JudgeOverlap(*drafts[i], *drafts[j]);
    }
  }

  bool JudgeOverlap(const ZoneVersion& draft, const ZoneVersion& other) {
    if (draft.usage != other.usage || !MayOverlap(draft.area.box(), other.area.box())) return false;
    const double overlap = OverlapSquareMeters(AreaOf(draft), AreaOf(other));
    if (overlap <= limits::kOverlapUsualMaxSquareMeters) return false;
    Add(FindingSeverity::kWarning, FindingKind::kOverlapsZone, draft,
        PointInBoth(AreaOf(draft), AreaOf(other)),
        absl::StrCat("overlaps zone ", other.code.value(), ", of the same usage, by ",
                     SquareMetersText(overlap),
                     other.in_force.start > map_.start
                         ? absl::StrCat(" once its version ", other.version, " holds")
                         : "",
                     ": a car there is checked against the rules of both"),
        {other.code});
    return true;
  }

  void JudgeLosses(const std::vector<const ZoneVersion*>& drafts) {
    absl::flat_hash_map<ZoneCode, const ZoneVersion*> replaced;
    for (const ZoneVersion* before : map_.replaced) replaced[before->code] = before;
    for (const ZoneVersion* draft : drafts) {
      const auto before = replaced.find(draft->code);
      if (before == replaced.end() || before->second->area == draft->area) continue;
      const GeoArea& old = AreaOf(*before->second);
      const double lost = SquareMeters(old) - OverlapSquareMeters(old, AreaOf(*draft));
      if (lost <= limits::kOverlapUsualMaxSquareMeters) continue;
      Add(FindingSeverity::kWarning, FindingKind::kAreaLost, *draft,
          PointBeside(old, AreaOf(*draft)),
          absl::StrCat("leaves out ", SquareMetersText(lost),
                       " that the zone covers now: rights for the zone are not good there any "
                       "more"));
    }
  }

  static const GeoArea& AreaOf(const ZoneVersion& zone) { return zone.area.area(); }
  static const GeoPoint& FirstPoint(const ZoneVersion& zone) {
    return AreaOf(zone).front().outer.front();
  }

  const MapAtHand& map_;
  std::vector<Finding>& out_;
};

}  // namespace

void ExamineOutlines(const std::vector<ZoneVersion>& drafts, std::vector<Finding>& out) {
  for (const ZoneVersion& draft : drafts) {
    for (const GeometryFault& fault : Validate(draft.area.area())) {
      out.push_back({FindingSeverity::kError,
                     FindingKind::kInvalidGeometry,
                     draft.code,
                     absl::StrCat("polygons", fault.path),
                     fault.where,
                     fault.description,
                     {}});
    }
  }
}

void ExamineMap(const std::vector<ZoneVersion>& drafts, const MapAtHand& map,
                std::vector<Finding>& out) {
  MapExamination(map, out).Examine(drafts);
}

}  // namespace stadspoort::domain
