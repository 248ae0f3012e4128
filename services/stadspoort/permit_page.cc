#include "services/stadspoort/permit_page.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/plates.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {
namespace {

using google::protobuf::RepeatedPtrField;
using permits::v1::NextChange;
using permits::v1::Permit;
using permits::v1::PermitPlate;
using permits::v1::PermitState;

// What the state means, for whoever does not know the register's words.
absl::string_view Meaning(PermitState state) {
  switch (state) {
    case permits::v1::PERMIT_STATE_SUBMITTED:
      return "it is not judged yet";
    case permits::v1::PERMIT_STATE_EVIDENCE_NEEDED:
      return "it waits for evidence";
    case permits::v1::PERMIT_STATE_IN_REVIEW:
      return "it waits for a clerk's decision";
    case permits::v1::PERMIT_STATE_WAITLISTED:
      return "it waits for a place";
    case permits::v1::PERMIT_STATE_OFFERED:
      return "a place is kept for it, to be accepted";
    case permits::v1::PERMIT_STATE_APPROVED:
      return "it is granted";
    case permits::v1::PERMIT_STATE_AWAITING_PAYMENT:
      return "it is granted, and begins once it is paid";
    case permits::v1::PERMIT_STATE_SUSPENDED:
      return "its rights pause until it is resumed";
    case permits::v1::PERMIT_STATE_PAYMENT_OVERDUE:
      return "its renewal is not paid, its rights still hold";
    case permits::v1::PERMIT_STATE_OFFER_LAPSED:
      return "over, the place was not accepted in time";
    case permits::v1::PERMIT_STATE_PAYMENT_LAPSED:
      return "over, it was not paid in time";
    case permits::v1::PERMIT_STATE_EXPIRED:
      return "over, its term has ended";
    case permits::v1::PERMIT_STATE_REVOKED:
      return "over, the city took it away";
    case permits::v1::PERMIT_STATE_WITHDRAWN:
      return "over, its holder gave it back";
    default:
      return "";
  }
}

std::string StateText(const Permit& permit) {
  const absl::string_view meaning = Meaning(permit.state());
  const std::string state = PermitStateText(permit.state());
  return meaning.empty() ? state : absl::StrCat(state, ": ", meaning);
}

bool IsOver(PermitState state) {
  switch (state) {
    case permits::v1::PERMIT_STATE_REFUSED:
    case permits::v1::PERMIT_STATE_OFFER_LAPSED:
    case permits::v1::PERMIT_STATE_PAYMENT_LAPSED:
    case permits::v1::PERMIT_STATE_EXPIRED:
    case permits::v1::PERMIT_STATE_REVOKED:
    case permits::v1::PERMIT_STATE_WITHDRAWN:
      return true;
    default:
      return false;
  }
}

// What the city does to a permit that holds no rights: why they do not hold.
std::string NotInForceText(const Permit& permit, absl::TimeZone clock) {
  const std::string term = absl::StrCat("from ", TimeText(permit.start_time(), clock), " until ",
                                        TimeText(permit.end_time(), clock));
  if (IsOver(permit.state())) {
    return FromTimestamp(permit.start_time()) < FromTimestamp(permit.end_time())
               ? absl::StrCat("no longer; it was ", term)
               : "never; it was over before it began";
  }
  if (permit.state() == permits::v1::PERMIT_STATE_SUSPENDED) {
    return absl::StrCat("no; its term is ", term);
  }
  return permit.permit_set().empty() ? absl::StrCat("no; it is ", term)
                                     : absl::StrCat("no; it is ", term, ", while its set is live");
}

std::string InForceText(const Permit& permit, absl::TimeZone clock) {
  if (permit.in_force()) {
    return absl::StrCat("yes, until ", TimeText(permit.end_time(), clock));
  }
  if (!permit.has_start_time()) return IsOver(permit.state()) ? "never" : "not yet";
  return NotInForceText(permit, clock);
}

std::string PlateWords(const RepeatedPtrField<PermitPlate>& plates) {
  std::vector<std::string> words;
  for (const PermitPlate& plate : plates) {
    words.push_back(absl::StrCat(PlateText(plate.plate()), plate.active() ? "" : " (resting)"));
  }
  return absl::StrJoin(words, ", ");
}

std::string NextText(const NextChange& next, absl::TimeZone clock) {
  std::string what;
  if (next.state() != permits::v1::PERMIT_STATE_UNSPECIFIED) {
    what = absl::StrCat("becomes ", PermitStateText(next.state()));
  } else if (next.kind() == permits::v1::PERMIT_EVENT_KIND_RENEWAL_OPENS) {
    what = "can be renewed from then on";
  } else if (next.kind() == permits::v1::PERMIT_EVENT_KIND_PLATES_CHANGED_AS_PLANNED) {
    what = absl::StrCat("plates change as planned: ", PlateWords(next.plates()));
  } else {
    what = PermitEventKindText(next.kind());
  }
  return absl::StrCat(TimeText(next.time(), clock), ": ", what);
}

std::string DueText(const Permit& permit, absl::TimeZone clock) {
  const std::string amount = MoneyText(permit.amount_due_cents());
  if (permit.has_answer_by_time()) {
    return absl::StrCat(amount, " by ", TimeText(permit.answer_by_time(), clock));
  }
  // Of a renewal; until its rights end.
  return permit.has_end_time()
             ? absl::StrCat(amount, " for its renewal; unpaid, its rights end at ",
                            TimeText(permit.end_time(), clock))
             : amount;
}

std::string AskedText(const Permit& permit, absl::TimeZone clock) {
  return absl::StrCat(permit.has_create_time() ? TimeText(permit.create_time(), clock) : "now",
                      ", to begin ",
                      permit.has_requested_start_time()
                          ? absl::StrCat("at ", TimeText(permit.requested_start_time(), clock))
                          : "as soon as it is granted");
}

// What somebody must do, or waits for.
void AddWhatIsOpen(const Permit& permit, absl::TimeZone clock, FieldList& fields) {
  if (permit.has_amount_due_cents()) fields.Add("Due", DueText(permit, clock));
  if (permit.state() == permits::v1::PERMIT_STATE_OFFERED && permit.has_answer_by_time()) {
    fields.Add("Accept", absl::StrCat("by ", TimeText(permit.answer_by_time(), clock)));
  }
  if (permit.has_queue_position()) {
    fields.Add("Waiting list", absl::StrCat("position ", permit.queue_position()));
  }
  if (!permit.missing_evidence_kinds().empty()) {
    fields.Add("Missing evidence", absl::StrJoin(permit.missing_evidence_kinds(), ", "));
  }
  if (!permit.renewable_from_date().empty()) {
    fields.Add("Can be renewed", absl::StrCat("from ", permit.renewable_from_date()));
  }
}

void AddWhatItIs(const Permit& permit, absl::TimeZone clock, FieldList& fields) {
  fields.Add("Type", absl::StrCat(CodeOf(permit.permit_type()), ", version ",
                                  permit.permit_type_version()));
  if (!permit.permit_set().empty()) fields.Add("Set", CodeOf(permit.permit_set()));
  fields.Add("Area", permit.area());
  if (!permit.holder().empty()) fields.Add("Holder", permit.holder());
  if (!permit.address().empty()) fields.Add("Address", permit.address());
  if (!permit.evidence_kinds().empty()) {
    fields.Add("Evidence", absl::StrJoin(permit.evidence_kinds(), ", "));
  }
  fields.Add("Asked for", AskedText(permit, clock));
  if (!permit.etag().empty()) fields.Add("Version tag", permit.etag());
}

std::string Plates(const RepeatedPtrField<PermitPlate>& plates, absl::TimeZone clock, bool colour) {
  Table table({"PLATE", "STATE", "ON IT FROM", "UNTIL"});
  for (const PermitPlate& plate : plates) {
    table.AddRow(
        {{PlateText(plate.plate())},
         {plate.active() ? "active" : "resting", plate.active() ? Tone::kGood : Tone::kFaint},
         {plate.has_start_time() ? TimeText(plate.start_time(), clock) : ""},
         {plate.has_end_time() ? TimeText(plate.end_time(), clock) : ""}});
  }
  return table.Render(colour, 2);
}

}  // namespace

std::string PermitPage(const Permit& permit, absl::TimeZone clock, bool colour) {
  FieldList fields;
  fields.Add("State", StateText(permit));
  fields.Add("In force", InForceText(permit, clock));
  if (permit.has_next_change()) fields.Add("Next", NextText(permit.next_change(), clock));
  AddWhatIsOpen(permit, clock, fields);
  AddWhatItIs(permit, clock, fields);
  return absl::StrCat(permit.name().empty() ? "A new permit" : Printable(permit.name()), "\n",
                      fields.Render(), "\nPlates: ", permit.plates_size(), "\n",
                      permit.plates().empty() ? "" : Plates(permit.plates(), clock, colour));
}

std::string PermitTable(const RepeatedPtrField<Permit>& permits, absl::TimeZone clock,
                        bool colour) {
  Table table(
      {"PERMIT", "STATE", "IN FORCE", "TYPE", "AREA", "HOLDER", "PLATES", "FROM", "UNTIL", "DUE"});
  for (const Permit& permit : permits) {
    table.AddRow({{CodeOf(permit.name())},
                  {PermitStateText(permit.state()), ToneOf(permit.state())},
                  {permit.in_force() ? "yes" : "no"},
                  {CodeOf(permit.permit_type())},
                  {permit.area()},
                  {permit.holder()},
                  {PlateWords(permit.plates())},
                  {permit.has_start_time() ? TimeText(permit.start_time(), clock) : ""},
                  {permit.has_end_time() ? TimeText(permit.end_time(), clock) : ""},
                  {permit.has_amount_due_cents() ? MoneyText(permit.amount_due_cents()) : ""}});
  }
  return table.Render(colour);
}

Tone ToneOf(PermitState state) {
  switch (state) {
    case permits::v1::PERMIT_STATE_ACTIVE:
      return Tone::kGood;
    case permits::v1::PERMIT_STATE_SUSPENDED:
    case permits::v1::PERMIT_STATE_PAYMENT_OVERDUE:
    case permits::v1::PERMIT_STATE_AWAITING_PAYMENT:
    case permits::v1::PERMIT_STATE_EVIDENCE_NEEDED:
    case permits::v1::PERMIT_STATE_OFFERED:
      return Tone::kCare;
    case permits::v1::PERMIT_STATE_REVOKED:
    case permits::v1::PERMIT_STATE_REFUSED:
      return Tone::kBad;
    default:
      return IsOver(state) ? Tone::kFaint : Tone::kPlain;
  }
}

}  // namespace stadspoort::client
