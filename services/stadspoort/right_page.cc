#include "services/stadspoort/right_page.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/plates.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/window_text.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {
namespace {

using google::protobuf::RepeatedPtrField;
using rights::v1::Right;

std::string ReachText(const Right& right) {
  if (right.city_wide()) return "whole city";
  std::vector<std::string> codes;
  for (const std::string& zone : right.zones()) codes.push_back(CodeOf(zone));
  return absl::StrJoin(codes, ", ");
}

std::string AskedText(const Right& right, absl::TimeZone clock) {
  return absl::StrCat(right.has_requested_start_time()
                          ? absl::StrCat("from ", TimeText(right.requested_start_time(), clock))
                          : "at once",
                      right.has_requested_end_time()
                          ? absl::StrCat(" until ", TimeText(right.requested_end_time(), clock))
                          : ", without an end");
}

bool NeverHolds(const Right& right) {
  return right.effective_start_time().seconds() == right.effective_end_time().seconds() &&
         right.effective_start_time().nanos() == right.effective_end_time().nanos();
}

std::string GrantedText(const Right& right, absl::TimeZone clock) {
  if (NeverHolds(right)) return "nothing: it was ended before it began";
  return absl::StrCat("from ", TimeText(right.effective_start_time(), clock), " until ",
                      TimeText(right.effective_end_time(), clock));
}

std::string WindowLines(const Right& right) {
  if (right.windows().empty()) return "always";
  std::vector<std::string> lines;
  for (const common::v1::Window& window : right.windows()) lines.push_back(WindowText(window));
  return absl::StrJoin(lines, "\n");
}

std::string SuspensionLines(const Right& right, absl::TimeZone clock) {
  std::vector<std::string> lines;
  for (const rights::v1::Suspension& suspension : right.suspensions()) {
    lines.push_back(absl::StrCat(
        "from ", TimeText(suspension.start_time(), clock),
        suspension.has_end_time() ? absl::StrCat(" until ", TimeText(suspension.end_time(), clock))
                                  : " until it is resumed"));
  }
  return absl::StrJoin(lines, "\n");
}

Tone ToneOf(rights::v1::RightState state) {
  switch (state) {
    case rights::v1::RIGHT_STATE_IN_FORCE:
      return Tone::kGood;
    case rights::v1::RIGHT_STATE_SUSPENDED:
      return Tone::kCare;
    case rights::v1::RIGHT_STATE_REVOKED:
      return Tone::kBad;
    case rights::v1::RIGHT_STATE_ENDED:
      return Tone::kFaint;
    default:
      return Tone::kPlain;
  }
}

}  // namespace

std::string RightPage(const Right& right, absl::TimeZone clock) {
  FieldList fields;
  fields.Add("State", RightStateText(right.state()));
  fields.Add("Plate", PlateText(right.plate()));
  fields.Add("Type", CodeOf(right.right_type()));
  fields.Add("Good in", ReachText(right));
  fields.Add("Asked", AskedText(right, clock));
  fields.Add("Granted", GrantedText(right, clock));
  fields.Add("When", WindowLines(right));
  if (!right.suspensions().empty()) fields.Add("Suspended", SuspensionLines(right, clock));
  if (right.has_revoke_time()) {
    fields.Add("Revoked", absl::StrCat("from ", TimeText(right.revoke_time(), clock)));
  }
  fields.Add("Enrolled",
             absl::StrCat(right.has_create_time() ? TimeText(right.create_time(), clock) + " " : "",
                          "by ", right.provider(), ", reference ", right.reference()));
  fields.Add("Version tag", right.etag());
  return absl::StrCat(Printable(right.name()), "\n", fields.Render());
}

std::string RemarksText(const RepeatedPtrField<rights::v1::Remark>& remarks) {
  std::string text;
  for (const rights::v1::Remark& remark : remarks) {
    absl::StrAppend(&text, "Note: ",
                    remark.description().empty() ? RemarkCodeText(remark.code())
                                                 : Printable(remark.description()),
                    "\n");
  }
  return text;
}

std::string PendingEndText(const rights::v1::PendingEnd& pending, absl::TimeZone clock) {
  return absl::StrCat("No right with reference ", Printable(pending.reference()),
                      " is known yet. If it is enrolled before ",
                      TimeText(pending.expire_time(), clock), ", it will end at ",
                      TimeText(pending.end_time(), clock), ".\n");
}

std::string RightTable(const RepeatedPtrField<Right>& rights, absl::TimeZone clock, bool colour) {
  Table table(
      {"RIGHT", "PLATE", "TYPE", "GOOD IN", "FROM", "UNTIL", "STATE", "PROVIDER", "REFERENCE"});
  for (const Right& right : rights) {
    table.AddRow({{CodeOf(right.name())},
                  {PlateText(right.plate())},
                  {CodeOf(right.right_type())},
                  {ReachText(right)},
                  {TimeText(right.effective_start_time(), clock)},
                  {TimeText(right.effective_end_time(), clock)},
                  {RightStateText(right.state()), ToneOf(right.state())},
                  {right.provider()},
                  {right.reference()}});
  }
  return table.Render(colour);
}

}  // namespace stadspoort::client
