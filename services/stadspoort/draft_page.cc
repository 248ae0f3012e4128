#include "services/stadspoort/draft_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"
#include "services/stadspoort/zone_page.h"

namespace stadspoort::client {
namespace {

using google::protobuf::RepeatedPtrField;
using zones::v1::ZoneDraft;

std::string BaseText(const ZoneDraft& draft) {
  return draft.base_zone_version() == 0 ? "nothing: the zone is new"
                                        : absl::StrCat("version ", draft.base_zone_version());
}

Tone ToneOf(zones::v1::ZoneDraftState state) {
  return state == zones::v1::ZONE_DRAFT_STATE_VALIDATED ? Tone::kGood : Tone::kPlain;
}

}  // namespace

std::string ZoneCodeOfDraft(absl::string_view draft_name) {
  return CodeOf(absl::StripSuffix(draft_name, "/draft"));
}

std::string DraftPage(const ZoneDraft& draft, absl::TimeZone clock, bool colour) {
  FieldList fields;
  fields.Add("Name", draft.name());
  fields.Add("Usage", UsageText(draft.usage()));
  fields.Add("State", DraftStateText(draft.state()));
  fields.Add("Made from", BaseText(draft));
  AddOutlineAndGrace(fields, draft.polygons_size(), draft.vertex_count(), draft.regulation());
  fields.Add("Changed", TimeText(draft.update_time(), clock));
  fields.Add("Version tag", draft.etag());
  return absl::StrCat("Draft of ", Printable(draft.display_name()), " (",
                      Printable(ZoneCodeOfDraft(draft.name())), ")\n", fields.Render(),
                      RegulationText(draft.regulation(), clock, colour));
}

std::string DraftTable(const RepeatedPtrField<ZoneDraft>& drafts, absl::TimeZone clock,
                       bool colour) {
  Table table({"ZONE", "NAME", "USAGE", "STATE", "MADE FROM", "CHANGED", "POINTS"});
  for (const ZoneDraft& draft : drafts) {
    table.AddRow({{ZoneCodeOfDraft(draft.name())},
                  {draft.display_name()},
                  {UsageText(draft.usage())},
                  {DraftStateText(draft.state()), ToneOf(draft.state())},
                  {draft.base_zone_version() == 0 ? "new" : BaseText(draft)},
                  {TimeText(draft.update_time(), clock)},
                  {absl::StrCat(draft.vertex_count())}});
  }
  return table.Render(colour);
}

}  // namespace stadspoort::client
