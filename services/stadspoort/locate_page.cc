#include "services/stadspoort/locate_page.h"

#include "absl/strings/str_cat.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {

std::string LocatePage(const checks::v1::LocateZonesRequest& request,
                       const checks::v1::LocateZonesResponse& response, absl::TimeZone clock,
                       bool colour) {
  Table table({"ZONE", "NAME", "USAGE", "VERSION", "INSIDE"});
  for (const checks::v1::LocatedZone& zone : response.zones()) {
    table.AddRow({{CodeOf(zone.name())},
                  {zone.display_name()},
                  {UsageText(zone.usage())},
                  {absl::StrCat(zone.zone_version())},
                  zone.border() ? Cell{"perhaps: border", Tone::kCare} : Cell{"yes"}});
  }
  const std::string asked = request.usage() == common::v1::USAGE_UNSPECIFIED
                                ? "zone"
                                : absl::StrCat("zone of ", UsageText(request.usage()));
  std::string text =
      table.empty() ? absl::StrCat("Outside every ", asked, ".\n") : table.Render(colour);
  if (!table.empty() && response.outside_possible()) {
    absl::StrAppend(&text, "The place may lie outside every ", asked, ".\n");
  }
  if (response.has_as_of_time()) {
    absl::StrAppend(&text, "As of ", TimeText(response.as_of_time(), clock), "\n");
  }
  return text;
}

}  // namespace stadspoort::client
