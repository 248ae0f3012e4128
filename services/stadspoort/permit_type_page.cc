#include "services/stadspoort/permit_type_page.h"

#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {
namespace {

using google::protobuf::RepeatedPtrField;
using permits::v1::PermitArea;
using permits::v1::PermitType;
using permits::v1::PriceStep;
using permits::v1::Term;

std::string Counted(int64_t count, absl::string_view thing) {
  return absl::StrCat(count, " ", thing, count == 1 ? "" : "s");
}

std::string TermText(const Term& term) {
  switch (term.length_case()) {
    case Term::kDays:
      return absl::StrCat("for ", Counted(term.days(), "day"));
    case Term::kMonths:
      return absl::StrCat("for ", Counted(term.months(), "month"));
    case Term::kCalendarYear:
      return "until the end of the calendar year";
    case Term::LENGTH_NOT_SET:
      break;
  }
  return "for a term that is not said";
}

std::string PriceText(const PriceStep& step) {
  if (step.price_cents() == 0) return absl::StrCat("free, ", TermText(step.term()));
  const std::string price =
      absl::StrCat(MoneyText(step.price_cents()), ", ", TermText(step.term()));
  return step.term().has_calendar_year()
             ? absl::StrCat(price, ": a twelfth of it for each month that is left")
             : price;
}

// Which permits a step is for: those before the next step's.
std::string OrdinalsText(const RepeatedPtrField<PriceStep>& steps, int i) {
  if (steps.size() == 1) return "every permit";
  const int first = steps[i].from_ordinal();
  if (i + 1 == steps.size()) return absl::StrCat("permit ", first, " and on");
  const int last = steps[i + 1].from_ordinal() - 1;
  return first == last ? absl::StrCat("permit ", first)
                       : absl::StrCat("permits ", first, " to ", last);
}

std::string CountedByText(permits::v1::CountedBy counted_by) {
  switch (counted_by) {
    case permits::v1::COUNTED_BY_HOLDER:
      return "of one holder";
    case permits::v1::COUNTED_BY_ADDRESS:
      return "of one address";
    default:
      return "of whom is not said";
  }
}

std::string AtMostText(int most, absl::string_view of_whom) {
  return most == 0 ? absl::StrCat("any number ", of_whom)
                   : absl::StrCat("at most ", most, " ", of_whom);
}

std::string PlatesText(const PermitType& type) {
  return type.active_plates_max() >= type.plates_max()
             ? absl::StrCat("at most ", type.plates_max(), ", all of them active")
             : absl::StrCat("at most ", type.plates_max(), ", of which ", type.active_plates_max(),
                            " active at once");
}

std::string SwapsText(const PermitType& type) {
  if (type.swaps_a_day_max() == 0) return "none";
  return absl::StrCat("at most ", type.swaps_a_day_max(), " a day");
}

bool IsZero(const google::protobuf::Duration& duration) {
  return duration.seconds() == 0 && duration.nanos() == 0;
}

std::string StandInText(const PermitType& type) {
  if (IsZero(type.temporary_plate_max_duration())) return "never";
  return absl::StrCat("a plate may stand in for another for at most ",
                      DurationText(type.temporary_plate_max_duration()));
}

std::string WhenFullText(const PermitType& type) {
  if (!type.waiting_list()) return "refused";
  return absl::StrCat("on a waiting list; an offer stands for ", DurationText(type.offer_term()));
}

std::string PaymentText(const PermitType& type) {
  if (IsZero(type.payment_term())) return "no term";
  return absl::StrCat("within ", DurationText(type.payment_term()));
}

std::string OverdueText(const PermitType& type) {
  if (IsZero(type.overdue_term())) return "its rights end with the term";
  return absl::StrCat("its rights go on for ", DurationText(type.overdue_term()));
}

std::string DaysBefore(int days, absl::string_view none, absl::string_view what) {
  if (days == 0) return std::string(none);
  return absl::StrCat(Counted(days, "day"), " before ", what);
}

std::string ZonesText(const PermitArea& area) {
  if (area.zones().empty()) return "whole city";
  std::vector<std::string> codes;
  for (const std::string& zone : area.zones()) codes.push_back(CodeOf(zone));
  return absl::StrJoin(codes, ", ");
}

std::string PlacesText(const PermitArea& area) {
  return area.place_count() == 0 ? "any number" : absl::StrCat(area.place_count());
}

std::string Areas(const RepeatedPtrField<PermitArea>& areas, bool colour) {
  Table table({"AREA", "NAME", "PLACES", "ZONES"});
  for (const PermitArea& area : areas) {
    table.AddRow({{area.code()}, {area.display_name()}, {PlacesText(area)}, {ZonesText(area)}});
  }
  return table.Render(colour, 2);
}

std::string VersionText(const PermitType& type, absl::TimeZone clock) {
  return type.has_create_time()
             ? absl::StrCat(type.version(), ", since ", TimeText(type.create_time(), clock))
             : absl::StrCat(type.version());
}

void AddRules(const PermitType& type, FieldList& fields) {
  fields.Add("Gives", absl::StrCat("rights of type ", CodeOf(type.right_type())));
  fields.Add("Price", absl::StrCat(PriceStepsText(type.price_steps()), "\ncounted are permits ",
                                   CountedByText(type.counted_by())));
  fields.Add("Permits", absl::StrCat(AtMostText(type.max_per_holder(), "of one holder"), ", ",
                                     AtMostText(type.max_per_address(), "of one address")));
  fields.Add("Plates", PlatesText(type));
  fields.Add("Swaps", SwapsText(type));
  fields.Add("Stand-in", StandInText(type));
  fields.Add("Evidence",
             type.evidence_kinds().empty() ? "none" : absl::StrJoin(type.evidence_kinds(), ", "));
  fields.Add("Decided", type.reviewed() ? "by a clerk" : "at once");
  fields.Add("When full", WhenFullText(type));
  fields.Add("To be paid", PaymentText(type));
  fields.Add("Unpaid renewal", OverdueText(type));
  fields.Add("Renewal", DaysBefore(type.renewal_window_days(), "never", "its end at the earliest"));
  fields.Add("Reminder", DaysBefore(type.reminder_days(), "none", "something ends"));
  fields.Add("Refund", type.refunds() ? "by the day, when it is withdrawn" : "none");
}

}  // namespace

std::string PriceStepsText(const RepeatedPtrField<PriceStep>& steps) {
  std::vector<std::string> lines;
  lines.reserve(static_cast<size_t>(steps.size()));
  for (int i = 0; i < steps.size(); ++i) {
    lines.push_back(absl::StrCat(OrdinalsText(steps, i), ": ", PriceText(steps[i])));
  }
  return absl::StrJoin(lines, "\n");
}

std::string PermitTypePage(const PermitType& type, absl::TimeZone clock, bool colour) {
  FieldList fields;
  // Of what is judged only there is no version yet.
  if (type.version() > 0) fields.Add("Version", VersionText(type, clock));
  AddRules(type, fields);
  if (!type.etag().empty()) fields.Add("Version tag", type.etag());
  return absl::StrCat(Printable(type.display_name()), " (", Printable(type.name()), ")\n",
                      fields.Render(), "\nAreas: ", type.areas_size(), "\n",
                      Areas(type.areas(), colour));
}

std::string PermitTypeTable(const RepeatedPtrField<PermitType>& types, bool colour) {
  Table table({"TYPE", "NAME", "VERSION", "RIGHT TYPE", "AREAS", "PLATES", "DECIDED", "FIRST"});
  for (const PermitType& type : types) {
    std::vector<std::string> areas;
    for (const PermitArea& area : type.areas()) areas.push_back(area.code());
    table.AddRow({{CodeOf(type.name())},
                  {type.display_name()},
                  {absl::StrCat(type.version())},
                  {CodeOf(type.right_type())},
                  {absl::StrJoin(areas, ", ")},
                  {absl::StrCat(type.plates_max())},
                  {type.reviewed() ? "by a clerk" : "at once"},
                  {type.price_steps().empty() ? "" : PriceText(type.price_steps(0))}});
  }
  return table.Render(colour);
}

}  // namespace stadspoort::client
