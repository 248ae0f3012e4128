#include "services/stadspoort/frame_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/window_text.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {
namespace {

using google::protobuf::RepeatedPtrField;
using zones::v1::TimeFrame;

std::string StepText(const google::protobuf::Duration& step) {
  return step.seconds() == 3600 ? "hour" : DurationText(step);
}

std::string PriceText(const zones::v1::FarePart& part) {
  if (part.step_price_cents() == 0) return "free";
  const std::string price = MoneyText(part.step_price_cents());
  std::string text = part.has_step() ? absl::StrCat(price, " per ", StepText(part.step()))
                                     : absl::StrCat(price, " in all");
  if (part.cap_cents() > 0) absl::StrAppend(&text, ", at most ", MoneyText(part.cap_cents()));
  return text;
}

}  // namespace

std::string FrameDaysText(const TimeFrame& frame) {
  return frame.special_day().empty() ? WeekdaysText(frame.weekdays()) : frame.special_day();
}

std::string FrameHoursText(const TimeFrame& frame) {
  return absl::StrCat(frame.from_local_time(), "-", frame.to_local_time());
}

std::string FrameSeasonText(const TimeFrame& frame) {
  return frame.has_season()
             ? absl::StrCat(frame.season().first_day(), " to ", frame.season().last_day())
             : "all year";
}

std::string FrameAcceptedText(const TimeFrame& frame) {
  const std::string text = AcceptedText(frame.accepted_kinds(), frame.accepted_right_types());
  return text.empty() ? "only exempt" : text;
}

std::string FareText(const RepeatedPtrField<zones::v1::FarePart>& parts) {
  std::vector<std::string> texts;
  for (int i = 0; i < parts.size(); ++i) {
    const std::string price = PriceText(parts[i]);
    if (parts[i].has_applies_for()) {
      texts.push_back(absl::StrCat(i == 0 ? "first " : "next ",
                                   DurationText(parts[i].applies_for()), ": ", price));
    } else {
      texts.push_back(i == 0 ? price : absl::StrCat("then: ", price));
    }
  }
  return absl::StrJoin(texts, "; ");
}

std::string FrameRulesText(const TimeFrame& frame) {
  std::string text = absl::StrCat("Accepted: ", FrameAcceptedText(frame), ".");
  if (frame.has_max_stay()) {
    absl::StrAppend(&text, " Longest stay: ", DurationText(frame.max_stay()), ".");
  }
  if (frame.has_no_return_gap()) {
    absl::StrAppend(&text, " Stay away after it: ", DurationText(frame.no_return_gap()), ".");
  }
  if (!frame.fare_parts().empty()) {
    absl::StrAppend(&text, " Fare: ", FareText(frame.fare_parts()), ".");
  }
  return text;
}

}  // namespace stadspoort::client
