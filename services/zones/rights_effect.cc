#include "services/zones/rights_effect.h"

#include <map>
#include <set>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "services/domain/limits.h"
#include "services/domain/rule_change.h"
#include "storage/postgres/rights_hurt.h"

namespace stadspoort::zones {
namespace {

using domain::RightType;
using domain::RightTypeCode;
using domain::ZoneVersion;

using Named = absl::flat_hash_set<RightTypeCode>;

void AddNamed(const domain::Timetable& timetable, Named& named) {
  for (const domain::TimeFrame& frame : timetable.frames) {
    named.insert(frame.accepted_types.begin(), frame.accepted_types.end());
  }
}

// Right types that the rules name by their code; all others of one kind fare alike.
Named TypesNamed(const ZoneTurn& turn) {
  Named named;
  for (const auto* versions : {&turn.before, &turn.after}) {
    for (const ZoneVersion& version : *versions) {
      const domain::Regulation& rules = version.regulation;
      AddNamed(rules.timetable, named);
      for (const domain::Overlay& overlay : rules.overlays) AddNamed(overlay.timetable, named);
      for (const auto& one : rules.extensions) {
        named.insert(one.right_types.begin(), one.right_types.end());
      }
      for (const auto& one : rules.restrictions) {
        named.insert(one.right_types.begin(), one.right_types.end());
      }
    }
  }
  return named;
}

// The zone's own rights, and those of zones that are extended to it.
std::set<domain::ZoneCode> ZonesOfRights(const ZoneTurn& turn) {
  std::set<domain::ZoneCode> zones = {turn.zone};
  for (const ZoneVersion& version : turn.before) {
    for (const auto& extension : version.regulation.extensions) zones.insert(extension.from_zone);
  }
  return zones;
}

// The versions as they are for who stands where the zone is no more: there it accepts nobody.
std::vector<ZoneVersion> AcceptingNobody(std::vector<ZoneVersion> versions) {
  const auto clear = [](domain::Timetable& timetable) {
    for (domain::TimeFrame& frame : timetable.frames) {
      frame.accepted_kinds = {};
      frame.accepted_types.clear();
    }
  };
  for (ZoneVersion& version : versions) {
    clear(version.regulation.timetable);
    for (domain::Overlay& overlay : version.regulation.overlays) clear(overlay.timetable);
  }
  return versions;
}

void AskAbout(const ZoneTurn& turn, const CityAtHand& at_hand, const domain::Interval& span,
              std::vector<postgres::HurtAsked>& asked) {
  const Named named = TypesNamed(turn);
  const std::vector<const ZoneVersion*> before = PointersTo(turn.before);
  const std::vector<ZoneVersion> nobody =
      turn.loses_area ? AcceptingNobody(turn.before) : std::vector<ZoneVersion>();
  const std::vector<const ZoneVersion*> after = PointersTo(turn.loses_area ? nobody : turn.after);
  for (const domain::ZoneCode& zone : ZonesOfRights(turn)) {
    std::map<domain::RightKind, std::vector<domain::Interval>> of_kind;
    for (const RightType& type : at_hand.right_types) {
      const auto refused = [&] {
        return domain::NewlyRefused(before, after, {type.kind, type.code, zone}, at_hand.calendar,
                                    span);
      };
      std::vector<domain::Interval> intervals;
      if (named.contains(type.code)) {
        intervals = refused();
      } else {
        const auto known = of_kind.find(type.kind);
        intervals = known != of_kind.end() ? known->second
                                           : of_kind.emplace(type.kind, refused()).first->second;
      }
      if (intervals.empty()) continue;
      asked.push_back(
          {turn.zone, zone, type.code, {intervals.front().start, intervals.back().end}});
    }
  }
}

}  // namespace

absl::StatusOr<std::vector<RightsHurt>> FindRightsHurt(postgres::Transaction& transaction,
                                                       const domain::CityCode& city,
                                                       const CityAtHand& at_hand,
                                                       absl::Span<const ZoneTurn> turns,
                                                       absl::Time start) {
  const domain::Interval span = {start, start + domain::limits::kPreviewMaxSpan};
  std::vector<postgres::HurtAsked> asked;
  for (const ZoneTurn& turn : turns) {
    // A new zone has no rights of its own, and an extension to it hurts nobody.
    if (!turn.before.empty()) AskAbout(turn, at_hand, span, asked);
  }
  if (asked.empty()) return std::vector<RightsHurt>();
  const auto results = transaction.Run({postgres::SelectRightsHurt(city, asked)});
  if (!results.ok()) return results.status();
  auto counted = postgres::RightsHurtOf(results->front());
  if (!counted.ok()) return counted.status();
  std::vector<RightsHurt> hurt;
  for (postgres::HurtCounted& one : *counted) {
    hurt.push_back({one.place, one.type, one.count, one.first_refused, std::move(one.sample)});
  }
  return hurt;
}

}  // namespace stadspoort::zones
