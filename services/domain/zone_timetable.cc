#include "services/domain/zone_timetable.h"

#include <tuple>
#include <utility>

namespace stadspoort::domain {
namespace {

TimetableEntry EntryOf(ZoneVersions versions, const CityCalendar& calendar,
                       const Interval& period) {
  TimetableEntry entry;
  entry.period = period;
  const ZoneVersion* version = VersionAt(versions, period.start);
  if (version == nullptr) return entry;
  entry.zone_version = version->version;
  const RuleInForce rule = version->regulation.At(period.start, calendar);
  if (rule.closed != nullptr) entry.closed = rule.closed->display_name;
  if (rule.overlay != nullptr) entry.overlay = rule.overlay->display_name;
  if (rule.frame != nullptr) entry.frame = *rule.frame;
  return entry;
}

bool SayTheSame(const TimetableEntry& a, const TimetableEntry& b) {
  return std::tie(a.zone_version, a.closed, a.overlay, a.frame) ==
         std::tie(b.zone_version, b.closed, b.overlay, b.frame);
}

}  // namespace

std::vector<TimetableEntry> TimetableOf(ZoneVersions versions, const CityCalendar& calendar,
                                        const Interval& span) {
  std::vector<TimetableEntry> entries;
  for (const Interval& piece : UnchangingPieces(versions, calendar, span)) {
    TimetableEntry entry = EntryOf(versions, calendar, piece);
    if (!entries.empty() && SayTheSame(entry, entries.back())) {
      entries.back().period.end = piece.end;
    } else {
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

}  // namespace stadspoort::domain
