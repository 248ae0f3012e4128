#include "services/stadspoort/zone_page.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/stadspoort/frame_text.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/window_text.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {
namespace {

using google::protobuf::RepeatedPtrField;
using zones::v1::Regulation;
using zones::v1::SpecialDayRule;
using zones::v1::TimeFrame;
using zones::v1::Zone;

template <typename Period>
std::string PeriodText(const Period& period, absl::TimeZone clock) {
  return absl::StrCat("from ", TimeText(period.start_time(), clock), " until ",
                      TimeText(period.end_time(), clock));
}

std::string WindowsText(const RepeatedPtrField<common::v1::Window>& windows) {
  std::vector<std::string> texts;
  for (const common::v1::Window& window : windows) texts.push_back(WindowText(window));
  return absl::StrJoin(texts, "; ");
}

std::string CodesText(const RepeatedPtrField<std::string>& names) {
  std::vector<std::string> codes;
  for (const std::string& name : names) codes.push_back(CodeOf(name));
  return absl::StrJoin(codes, ", ");
}

std::string FrameTable(const RepeatedPtrField<TimeFrame>& frames, bool colour) {
  Table table(
      {"FRAME", "DAYS", "HOURS", "SEASON", "RIGHTS ACCEPTED", "MAX STAY", "STAY AWAY", "FARE"});
  for (const TimeFrame& frame : frames) {
    table.AddRow({{frame.code()},
                  {FrameDaysText(frame)},
                  {FrameHoursText(frame)},
                  {FrameSeasonText(frame)},
                  {FrameAcceptedText(frame)},
                  {frame.has_max_stay() ? DurationText(frame.max_stay()) : ""},
                  {frame.has_no_return_gap() ? DurationText(frame.no_return_gap()) : ""},
                  {FareText(frame.fare_parts())}});
  }
  return table.Render(colour, 2);
}

std::string SpecialDayText(const SpecialDayRule& rule, const RepeatedPtrField<TimeFrame>& frames) {
  const bool has_frame = std::any_of(frames.begin(), frames.end(), [&](const TimeFrame& frame) {
    return frame.special_day() == rule.special_day();
  });
  switch (rule.mode()) {
    case zones::v1::SPECIAL_DAY_MODE_REPLACE:
      return has_frame ? "its own frames instead of the weekday's"
                       : "no right is required (the weekday's frames do not hold)";
    case zones::v1::SPECIAL_DAY_MODE_AND:
      return has_frame ? "its own frames beside the weekday's" : "as on any weekday";
    default:
      return absl::StrCat("rule unknown to this program (", static_cast<int>(rule.mode()), ")");
  }
}

std::string SpecialDayRules(const RepeatedPtrField<SpecialDayRule>& rules,
                            const RepeatedPtrField<TimeFrame>& frames, size_t indent) {
  FieldList fields;
  for (const SpecialDayRule& rule : rules) {
    fields.Add(Printable(rule.special_day()), SpecialDayText(rule, frames));
  }
  return fields.Render(indent);
}

std::string Hours(const Regulation& rules, bool colour) {
  std::string text = "\nHours\n";
  if (rules.frames().empty()) {
    absl::StrAppend(&text, "  None: no right is ever required.\n");
  } else {
    absl::StrAppend(&text, FrameTable(rules.frames(), colour),
                    "  Exempt vehicles are always accepted. Outside these hours no right is "
                    "required.\n");
  }
  if (!rules.special_day_rules().empty()) {
    absl::StrAppend(&text, "\nSpecial days\n",
                    SpecialDayRules(rules.special_day_rules(), rules.frames(), 2));
  }
  return text;
}

std::string Periods(const Regulation& rules, absl::TimeZone clock, bool colour) {
  std::string text;
  if (!rules.closed_periods().empty()) absl::StrAppend(&text, "\nNot enforced\n");
  for (const zones::v1::ClosedPeriod& closed : rules.closed_periods()) {
    absl::StrAppend(&text, "  ", Printable(closed.display_name()), ": ", PeriodText(closed, clock),
                    "\n");
  }
  for (const zones::v1::Overlay& overlay : rules.overlays()) {
    absl::StrAppend(&text, "\n", Printable(overlay.display_name()), ": ",
                    PeriodText(overlay, clock), ", instead of the hours above\n",
                    overlay.frames().empty() ? std::string("  No right is required.\n")
                                             : FrameTable(overlay.frames(), colour),
                    SpecialDayRules(overlay.special_day_rules(), overlay.frames(), 2));
  }
  return text;
}

std::string Reach(const Regulation& rules, bool colour) {
  std::string text;
  Table extensions({"RIGHTS OF ZONE", "TYPES", "WHEN"});
  for (const zones::v1::ValidityExtension& extension : rules.extensions()) {
    extensions.AddRow(
        {{CodeOf(extension.zone())},
         {extension.right_types().empty() ? "all" : CodesText(extension.right_types())},
         {extension.windows().empty() ? "always" : WindowsText(extension.windows())}});
  }
  if (!extensions.empty()) {
    absl::StrAppend(&text, "\nRights of other zones that are good here too\n",
                    extensions.Render(colour, 2));
  }
  Table restrictions({"TYPES", "GOOD HERE ONLY"});
  for (const zones::v1::Restriction& restriction : rules.restrictions()) {
    restrictions.AddRow({{restriction.right_types().empty() ? "all but exempt"
                                                            : CodesText(restriction.right_types())},
                         {WindowsText(restriction.windows())}});
  }
  if (!restrictions.empty()) {
    absl::StrAppend(&text, "\nRights that are good here only at times\n",
                    restrictions.Render(colour, 2));
  }
  if (!rules.selling_points().empty()) {
    std::vector<std::string> ids;
    for (const auto& point : rules.selling_points()) ids.push_back(point.selling_point_id());
    absl::StrAppend(&text, "\nSelling points\n  ", Printable(absl::StrJoin(ids, ", ")), "\n");
  }
  return text;
}

}  // namespace

void AddOutlineAndGrace(FieldList& fields, int area_count, int vertex_count,
                        const Regulation& rules) {
  fields.Add("Outline", absl::StrCat(area_count, area_count == 1 ? " area, " : " areas, ",
                                     vertex_count, " points"));
  fields.Add("Grace", absl::StrCat(DurationText(rules.grace_before()), " before a right starts, ",
                                   DurationText(rules.grace_after()), " after it ended"));
  if (rules.capacity_count() > 0) fields.Add("Places", absl::StrCat(rules.capacity_count()));
}

std::string RegulationText(const Regulation& rules, absl::TimeZone clock, bool colour) {
  return absl::StrCat(Hours(rules, colour), Periods(rules, clock, colour), Reach(rules, colour));
}

std::string ZonePage(const Zone& zone, absl::TimeZone clock, bool colour) {
  FieldList fields;
  fields.Add("Name", zone.name());
  fields.Add("Usage", UsageText(zone.usage()));
  fields.Add("Version",
             absl::StrCat(zone.zone_version(), ", in force from ",
                          TimeText(zone.in_force_start_time(), clock),
                          zone.has_in_force_end_time()
                              ? absl::StrCat(" until ", TimeText(zone.in_force_end_time(), clock))
                              : " until superseded"));
  AddOutlineAndGrace(fields, zone.polygons_size(), zone.vertex_count(), zone.regulation());
  return absl::StrCat(Printable(zone.display_name()), " (", Printable(CodeOf(zone.name())), ")\n",
                      fields.Render(), RegulationText(zone.regulation(), clock, colour));
}

std::string ZoneTable(const RepeatedPtrField<Zone>& zones, absl::TimeZone clock, bool colour) {
  Table table({"ZONE", "NAME", "USAGE", "VERSION", "IN FORCE FROM", "UNTIL", "POINTS"});
  for (const Zone& zone : zones) {
    table.AddRow({{CodeOf(zone.name())},
                  {zone.display_name()},
                  {UsageText(zone.usage())},
                  {absl::StrCat(zone.zone_version())},
                  {TimeText(zone.in_force_start_time(), clock)},
                  {zone.has_in_force_end_time() ? TimeText(zone.in_force_end_time(), clock) : ""},
                  {absl::StrCat(zone.vertex_count())}});
  }
  return table.Render(colour);
}

}  // namespace stadspoort::client
