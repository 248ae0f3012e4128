#include "services/stadspoort/history_page.h"

#include "absl/strings/str_cat.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {
namespace {

using google::protobuf::RepeatedPtrField;
using zones::v1::Zone;
using zones::v1::ZoneChange;

Tone ToneOf(zones::v1::ZoneVersionState state) {
  switch (state) {
    case zones::v1::ZONE_VERSION_STATE_PUBLISHED:
      return Tone::kGood;
    case zones::v1::ZONE_VERSION_STATE_SUPERSEDED:
      return Tone::kFaint;
    case zones::v1::ZONE_VERSION_STATE_RETIRED:
    case zones::v1::ZONE_VERSION_STATE_WITHDRAWN:
      return Tone::kCare;
    default:
      return Tone::kPlain;
  }
}

}  // namespace

std::string VersionTable(const RepeatedPtrField<Zone>& versions, absl::TimeZone clock,
                         bool colour) {
  Table table({"VERSION", "STATE", "IN FORCE FROM", "UNTIL", "NAME", "POINTS"});
  for (const Zone& zone : versions) {
    table.AddRow({{absl::StrCat(zone.zone_version())},
                  {VersionStateText(zone.state()), ToneOf(zone.state())},
                  {TimeText(zone.in_force_start_time(), clock)},
                  {zone.has_in_force_end_time() ? TimeText(zone.in_force_end_time(), clock) : ""},
                  {zone.display_name()},
                  {absl::StrCat(zone.vertex_count())}});
  }
  return table.Render(colour);
}

std::string ChangesPage(const zones::v1::ListZoneChangesResponse& changes, absl::TimeZone clock,
                        bool colour) {
  Table table({"RECORDED", "ZONE", "CHANGE", "VERSION", "EFFECTIVE"});
  for (const ZoneChange& change : changes.changes()) {
    table.AddRow({{TimeText(change.change_time(), clock)},
                  {CodeOf(change.zone())},
                  {ZoneChangeKindText(change.kind())},
                  {absl::StrCat(change.zone_version())},
                  {TimeText(change.effective_time(), clock)}});
  }
  return absl::StrCat(table.empty() ? "No changes.\n" : table.Render(colour), "\nCalendar ",
                      Printable(changes.calendar_etag()), ". To go on from here: --since ",
                      Printable(changes.next_cursor()), "\n");
}

}  // namespace stadspoort::client
