#include "services/stadspoort/judgement_page.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"
#include "services/stadspoort/wrapped_text.h"

namespace stadspoort::client {
namespace {

using google::protobuf::RepeatedPtrField;
using zones::v1::Finding;
using zones::v1::RightsHurt;

// "  warning  ": where the words of a finding begin.
constexpr size_t kWordsColumn = 11;

Tone ToneOf(zones::v1::FindingSeverity severity) {
  return severity == zones::v1::FINDING_SEVERITY_WARNING ? Tone::kCare : Tone::kBad;
}

// "regulation.frames[2].to_local_time, at 51.054300, 3.717400"; empty: nowhere in particular.
std::string PlaceText(const Finding& finding) {
  std::vector<std::string> parts;
  if (!finding.field().empty()) parts.push_back(finding.field());
  if (finding.latitude_degrees() != 0 || finding.longitude_degrees() != 0) {
    parts.push_back(
        absl::StrFormat("at %.6f, %.6f", finding.latitude_degrees(), finding.longitude_degrees()));
  }
  return absl::StrJoin(parts, ", ");
}

std::string WordsText(const Finding& finding) {
  std::string words =
      finding.description().empty() ? FindingKindText(finding.kind()) : finding.description();
  std::vector<std::string> others;
  for (const std::string& zone : finding.other_zones()) others.push_back(CodeOf(zone));
  if (!others.empty()) absl::StrAppend(&words, " (concerns ", absl::StrJoin(others, ", "), ")");
  return words;
}

std::string FindingText(const Finding& finding, bool colour) {
  const std::string severity = SeverityText(finding.severity());
  std::string text = absl::StrCat(
      "  ", Toned(severity, ToneOf(finding.severity()), colour),
      std::string(kWordsColumn - std::min(kWordsColumn - 1, severity.size() + 2), ' '));
  const std::string place = PlaceText(finding);
  if (!place.empty()) {
    absl::StrAppend(&text, WrappedText(place, kWordsColumn), std::string(kWordsColumn, ' '));
  }
  return absl::StrCat(text, WrappedText(WordsText(finding), kWordsColumn));
}

std::string CountText(int64_t count, absl::string_view thing) {
  return absl::StrCat(count, " ", thing, count == 1 ? "" : "s");
}

}  // namespace

std::string FindingsText(const RepeatedPtrField<Finding>& findings, bool colour) {
  std::string text;
  const std::string* zone = nullptr;
  for (const Finding& finding : findings) {
    if (zone == nullptr || *zone != finding.zone()) {
      absl::StrAppend(&text, zone == nullptr ? "" : "\n", Printable(CodeOf(finding.zone())), "\n");
      zone = &finding.zone();
    }
    absl::StrAppend(&text, FindingText(finding, colour));
  }
  return text;
}

std::string RightsHurtText(const RepeatedPtrField<RightsHurt>& hurt, absl::TimeZone clock,
                           bool colour) {
  if (hurt.empty()) return "";
  Table table({"ZONE", "RIGHT TYPE", "RIGHTS", "FIRST REFUSED"});
  std::string examples;
  for (const RightsHurt& rights : hurt) {
    table.AddRow({{CodeOf(rights.zone())},
                  {CodeOf(rights.right_type())},
                  {absl::StrCat(rights.right_count()), Tone::kBad},
                  {TimeText(rights.first_refused_time(), clock)}});
    for (const std::string& right : rights.sample_rights()) {
      absl::StrAppend(&examples, "    ", Printable(CodeOf(right)), "  ",
                      Printable(CodeOf(rights.right_type())), " in ",
                      Printable(CodeOf(rights.zone())), "\n");
    }
  }
  return absl::StrCat("Rights that are good now and would be refused at times\n",
                      table.Render(colour, 2),
                      examples.empty() ? "" : absl::StrCat("  For example\n", examples));
}

std::string CountsText(const zones::v1::Judgement& judgement) {
  std::vector<std::string> counts;
  if (judgement.error_count() > 0) counts.push_back(CountText(judgement.error_count(), "error"));
  if (judgement.warning_count() > 0) {
    counts.push_back(CountText(judgement.warning_count(), "warning"));
  }
  return counts.empty() ? "nothing to say" : absl::StrJoin(counts, ", ");
}

std::string JudgementText(const zones::v1::Judgement& judgement, absl::TimeZone clock,
                          bool colour) {
  std::string text = FindingsText(judgement.findings(), colour);
  const int64_t found = int64_t{judgement.error_count()} + judgement.warning_count();
  if (found > 0) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", "Found: ", CountsText(judgement));
    if (found > judgement.findings_size()) {
      absl::StrAppend(&text, ", of which ", judgement.findings_size(), " are listed");
    }
    absl::StrAppend(&text, ".\n");
  }
  const std::string hurt = RightsHurtText(judgement.rights_hurt(), clock, colour);
  if (!hurt.empty()) absl::StrAppend(&text, text.empty() ? "" : "\n", hurt);
  return text;
}

}  // namespace stadspoort::client
