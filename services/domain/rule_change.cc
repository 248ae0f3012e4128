#include "services/domain/rule_change.h"

#include <algorithm>

#include "services/domain/local_time.h"

namespace stadspoort::domain {
namespace {

bool Reaches(const ZoneVersion& zone, const RightHeld& right, const LocalMoment& moment) {
  if (!right.zone || *right.zone == zone.code) return true;
  const auto& extensions = zone.regulation.extensions;
  return std::any_of(extensions.begin(), extensions.end(), [&](const ValidityExtension& extension) {
    const auto& types = extension.right_types;
    return extension.from_zone == *right.zone &&
           (types.empty() || std::find(types.begin(), types.end(), right.type) != types.end()) &&
           OpenAt(extension.windows, moment);
  });
}

bool LeftOpen(const ZoneVersion& zone, const RightHeld& right, const LocalMoment& moment) {
  const auto& restrictions = zone.regulation.restrictions;
  return std::all_of(restrictions.begin(), restrictions.end(), [&](const Restriction& restriction) {
    return !restriction.Concerns(right.kind, right.type) || OpenAt(restriction.windows, moment);
  });
}

bool MayStand(const ZoneVersion* zone, const RightHeld& right, const CityCalendar& calendar,
              absl::Time t) {
  if (zone == nullptr || zone->usage == Usage::kTimeLimited) return true;
  const RuleInForce rule = zone->regulation.At(t, calendar);
  if (rule.frame == nullptr || rule.closed != nullptr) return true;
  const LocalMoment moment = ToLocal(t, calendar.zone());
  return rule.frame->Accepts(right.kind, right.type) && Reaches(*zone, right, moment) &&
         LeftOpen(*zone, right, moment);
}

}  // namespace

std::vector<Interval> NewlyRefused(ZoneVersions before, ZoneVersions after, const RightHeld& right,
                                   const CityCalendar& calendar, const Interval& span) {
  std::vector<const ZoneVersion*> both(before.begin(), before.end());
  both.insert(both.end(), after.begin(), after.end());
  std::vector<Interval> refused;
  for (const Interval& piece : UnchangingPieces(both, calendar, span)) {
    const absl::Time t = piece.start;
    if (MayStand(VersionAt(after, t), right, calendar, t)) continue;
    if (!MayStand(VersionAt(before, t), right, calendar, t)) continue;
    if (!refused.empty() && refused.back().end == t) {
      refused.back().end = piece.end;
    } else {
      refused.push_back(piece);
    }
  }
  return refused;
}

}  // namespace stadspoort::domain
