#include "services/stadspoort/permit_history_page.h"

#include "absl/strings/str_cat.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/permit_page.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {
namespace {

using permits::v1::PermitEvent;

// When it was known, where that is not when it took effect.
std::string KnownLater(const PermitEvent& event, absl::TimeZone clock) {
  std::string recorded = TimeText(event.recorded_time(), clock);
  return recorded == TimeText(event.effective_time(), clock) ? "" : recorded;
}

}  // namespace

std::string PermitHistoryPage(const permits::v1::ListPermitEventsRequest& request,
                              const permits::v1::ListPermitEventsResponse& history,
                              absl::TimeZone clock, bool colour) {
  Table table({"NO", "EFFECTIVE", "RECORDED", "EVENT", "STATE AFTER", "BY", "REASON"});
  for (const PermitEvent& event : history.events()) {
    table.AddRow({{absl::StrCat(event.revision())},
                  {TimeText(event.effective_time(), clock)},
                  {KnownLater(event, clock)},
                  {PermitEventKindText(event.kind())},
                  {PermitStateText(event.state()), ToneOf(event.state())},
                  {event.actor()},
                  {event.reason()}});
  }
  const std::string when = request.has_known_at_time()
                               ? absl::StrCat("at ", TimeText(request.known_at_time(), clock))
                               : "last";
  return absl::StrCat(table.empty() ? "No events.\n" : table.Render(colour),
                      "\nAs the register knew it ", when, ":\n",
                      PermitPage(history.permit(), clock, colour));
}

std::string PermitEventLine(const PermitEvent& event, absl::TimeZone clock) {
  const std::string kind = PermitEventKindText(event.kind());
  const std::string state = PermitStateText(event.state());
  std::string line = absl::StrCat(TimeText(event.recorded_time(), clock), "  ",
                                  CodeOf(event.permit()), "  ", kind);
  if (state != kind) absl::StrAppend(&line, ", now ", state);
  if (!event.holder().empty()) absl::StrAppend(&line, ", for ", event.holder());
  absl::StrAppend(&line, ", by ", event.actor());
  if (!KnownLater(event, clock).empty()) {
    absl::StrAppend(&line, ", effective ", TimeText(event.effective_time(), clock));
  }
  if (!event.reason().empty()) absl::StrAppend(&line, ": ", event.reason());
  return absl::StrCat(Printable(line), "\n");
}

}  // namespace stadspoort::client
