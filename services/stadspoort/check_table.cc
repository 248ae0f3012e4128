#include "services/stadspoort/check_table.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/domain/decision_text.h"
#include "services/domain/ids.h"
#include "services/stadspoort/check_answer.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/plates.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {
namespace {

using checks::v1::CheckAnswer;
using google::protobuf::RepeatedPtrField;

Tone ToneOf(domain::Decision decision) {
  switch (decision) {
    case domain::Decision::kPermitted:
    case domain::Decision::kNotRequired:
      return Tone::kGood;
    case domain::Decision::kNotPermitted:
      return Tone::kBad;
    case domain::Decision::kReview:
    case domain::Decision::kUnknown:
      break;
  }
  return Tone::kCare;
}

std::string PlaceText(const checks::v1::Place& place) {
  switch (place.locator_case()) {
    case checks::v1::Place::kZones: {
      std::vector<std::string> codes;
      for (const std::string& zone : place.zones().zones()) codes.push_back(CodeOf(zone));
      return absl::StrCat(codes.size() == 1 ? "zone " : "one of the zones ",
                          absl::StrJoin(codes, ", "));
    }
    case checks::v1::Place::kPosition:
      return absl::StrFormat(
          "position %.6f, %.6f (within %g m)", place.position().latitude_degrees(),
          place.position().longitude_degrees(), place.position().accuracy_meters());
    case checks::v1::Place::kSellingPoint:
      return absl::StrCat("selling point ", place.selling_point());
    case checks::v1::Place::LOCATOR_NOT_SET:
      break;
  }
  return "no place";
}

std::string IdText(const std::string& bytes) {
  const auto id = domain::CheckId::FromBytes(bytes);
  return id ? id->text() : "";
}

// The reason, and for a faulty question what is wrong with it.
std::string ReasonCell(const CheckAnswer& answer, const CheckView& view) {
  const std::string words = ReasonWords(answer, view.language);
  if (!answer.has_invalid_field()) return words;
  return absl::StrCat(words, ": ", answer.invalid_field().field(), ": ",
                      answer.invalid_field().description());
}

std::string RightText(const checks::v1::RightBasis& right, absl::TimeZone clock) {
  std::string text = absl::StrCat(CodeOf(right.right_type()), " (", RightKindText(right.kind()),
                                  "), from ", TimeText(right.start_time(), clock), " until ",
                                  TimeText(right.end_time(), clock));
  if (!right.extended_from_zone().empty()) {
    absl::StrAppend(&text, ", extended from zone ", CodeOf(right.extended_from_zone()));
  }
  return absl::StrCat(text, "\n", IdText(right.right_id()));
}

std::string ZoneText(const checks::v1::Basis& basis) {
  if (basis.zone().empty()) return "outside every zone";
  std::string text = absl::StrCat(CodeOf(basis.zone()), ", version ", basis.zone_version());
  absl::StrAppend(&text, basis.frame().empty() ? ", no frame in force"
                                               : absl::StrCat(", frame ", basis.frame()));
  if (!basis.overlay().empty()) absl::StrAppend(&text, ", overlay ", basis.overlay());
  return text;
}

std::string ZoneCandidates(const CheckAnswer& answer, const CheckView& view) {
  std::vector<std::string> lines;
  for (const checks::v1::ZoneCandidate& candidate : answer.zone_candidates()) {
    const domain::Decision decision = DecisionRead(candidate.decision(), candidate.reason());
    CheckAnswer alone;
    alone.set_decision(candidate.decision());
    alone.set_reason(candidate.reason());
    lines.push_back(
        absl::StrCat(candidate.zone().empty() ? "outside every zone" : CodeOf(candidate.zone()),
                     ": ", domain::DecisionText(decision, view.language), " (",
                     ReasonWords(alone, view.language), ")"));
  }
  return absl::StrJoin(lines, "\n");
}

std::string PlateCandidates(const CheckAnswer& answer) {
  std::vector<std::string> plates;
  for (const checks::v1::PlateCandidate& candidate : answer.plate_candidates()) {
    plates.push_back(PlateText(candidate.plate()));
  }
  return absl::StrJoin(plates, ", ");
}

std::string VersionsText(const checks::v1::Basis& basis) {
  return absl::StrCat(
      "city ", basis.city_version(), ", calendar ", basis.calendar_version(), ", plate ",
      basis.plate_version() == 0 ? std::string("never seen") : absl::StrCat(basis.plate_version()));
}

}  // namespace

std::string QuestionText(const checks::v1::BatchCheckPlatesRequest& question,
                         const RepeatedPtrField<CheckAnswer>& answers, const CheckView& view) {
  std::string text = absl::StrCat(CodeOf(question.parent()), ", ", PlaceText(question.place()));
  if (question.options().usage() != common::v1::USAGE_UNSPECIFIED) {
    absl::StrAppend(&text, ", ", UsageText(question.options().usage()));
  }
  if (!answers.empty() && answers[0].has_check_time()) {
    absl::StrAppend(&text, ", at ", TimeText(answers[0].check_time(), view.clock));
  } else if (question.has_check_time()) {
    absl::StrAppend(&text, ", at ", TimeText(question.check_time(), view.clock));
  }
  return Printable(text);
}

std::string CheckTable(const std::vector<common::v1::Plate>& plates,
                       const RepeatedPtrField<CheckAnswer>& answers, const CheckView& view) {
  Table table({"PLATE", "DECISION", "REASON", "AS OF", "RUNG", "VALID UNTIL"});
  for (int i = 0; i < answers.size(); ++i) {
    const CheckAnswer& answer = answers[i];
    const domain::Decision decision = DecisionRead(answer);
    table.AddRow({{PlateText(plates[static_cast<size_t>(i)])},
                  {domain::DecisionText(decision, view.language), ToneOf(decision)},
                  {ReasonCell(answer, view)},
                  {answer.has_as_of() ? TimeText(answer.as_of(), view.clock) : ""},
                  {RungText(answer.rung(), answer.degraded())},
                  {answer.has_valid_until() ? TimeText(answer.valid_until(), view.clock) : ""}});
  }
  return table.Render(view.colour);
}

std::string WhyText(const common::v1::Plate& plate, const CheckAnswer& answer,
                    const CheckView& view) {
  const domain::Decision decision = DecisionRead(answer);
  FieldList fields;
  if (answer.has_basis()) {
    fields.Add("Zone", ZoneText(answer.basis()));
    if (answer.basis().has_right()) {
      fields.Add("Right", RightText(answer.basis().right(), view.clock));
    }
    fields.Add("Versions", VersionsText(answer.basis()));
  }
  if (!answer.zone_candidates().empty()) {
    fields.Add("Possible zones", ZoneCandidates(answer, view));
  }
  if (!answer.plate_candidates().empty()) fields.Add("Similar plates", PlateCandidates(answer));
  if (answer.has_recheck_after()) {
    fields.Add("Look again after", TimeText(answer.recheck_after(), view.clock));
  }
  fields.Add("Check", IdText(answer.check_id()));
  const std::string number = PlateText(plate);
  return absl::StrCat(
      number.empty() ? "-" : Printable(number), ": ",
      Toned(domain::DecisionText(decision, view.language), ToneOf(decision), view.colour), "\n",
      fields.Render());
}

}  // namespace stadspoort::client
