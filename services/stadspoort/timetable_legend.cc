#include "services/stadspoort/timetable_legend.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/frame_text.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/wrapped_text.h"

namespace stadspoort::client {
namespace {

using zones::v1::TimetableEntry;

constexpr int kLetters = 26;
constexpr char kNoLetterLeft = '+';
constexpr char kClosed = '#';
constexpr char kOverlaidByNothing = '~';
constexpr char kNothing = '.';
constexpr char kNotInForce = '-';
constexpr absl::string_view kNeedNoFrame = "#~.-";  // in the order of the legend

// Where the words of the legend begin, behind "A  ".
constexpr size_t kWordsColumn = 3;

std::string KeyOf(const TimetableEntry& entry) {
  if (entry.closed()) return absl::StrCat("closed ", entry.closed_display_name());
  if (entry.zone_version() == 0) return "not in force";
  const std::string overlay =
      entry.overlaid() ? absl::StrCat("overlay ", entry.overlay_display_name(), "\n") : "";
  return absl::StrCat(overlay, entry.has_frame() ? entry.frame().SerializeAsString() : "nothing");
}

std::string FrameWords(const TimetableEntry& entry) {
  const zones::v1::TimeFrame& frame = entry.frame();
  std::string text =
      absl::StrCat(frame.code(), ", ", FrameDaysText(frame), " ", FrameHoursText(frame));
  if (frame.has_season()) absl::StrAppend(&text, ", ", FrameSeasonText(frame));
  if (entry.overlaid()) {
    absl::StrAppend(&text, ", of the overlay ", entry.overlay_display_name());
  }
  return absl::StrCat(text, ". ", FrameRulesText(frame));
}

std::string WordsOf(char mark, const TimetableEntry& entry) {
  switch (mark) {
    case kClosed:
      return absl::StrCat("not enforced: ", entry.closed_display_name());
    case kOverlaidByNothing:
      return absl::StrCat("nothing is required: overlay ", entry.overlay_display_name());
    case kNothing:
      return "nothing is required";
    case kNotInForce:
      return "no version is in force, nothing is required";
    default:
      return FrameWords(entry);
  }
}

Tone ToneOf(char mark) {
  if (IsFrameMark(mark)) return Tone::kCare;
  return mark == kClosed || mark == kOverlaidByNothing ? Tone::kGood : Tone::kFaint;
}

}  // namespace

bool IsFrameMark(char mark) { return kNeedNoFrame.find(mark) == absl::string_view::npos; }

std::string TonedMarks(const std::string& marks, bool colour) {
  std::string out;
  for (size_t begin = 0; begin < marks.size();) {
    const size_t end = std::min(marks.find_first_not_of(marks[begin], begin), marks.size());
    const std::string run = marks.substr(begin, end - begin);
    absl::StrAppend(&out, run[0] == ' ' ? run : Toned(run, ToneOf(run[0]), colour));
    begin = end;
  }
  return out;
}

char TimetableLegend::NewMark(const TimetableEntry& entry) {
  if (entry.closed()) return kClosed;
  if (entry.zone_version() == 0) return kNotInForce;
  if (!entry.has_frame()) return entry.overlaid() ? kOverlaidByNothing : kNothing;
  int& used = entry.overlaid() ? overlay_frames_ : own_frames_;
  if (used == kLetters) return kNoLetterLeft;
  return static_cast<char>((entry.overlaid() ? 'a' : 'A') + used++);
}

char TimetableLegend::MarkOf(const TimetableEntry& entry) {
  std::string key = KeyOf(entry);
  const auto known =
      std::find_if(items_.begin(), items_.end(), [&](const Item& item) { return item.key == key; });
  if (known != items_.end()) return known->mark;
  const char mark = NewMark(entry);
  items_.push_back({mark, std::move(key), WordsOf(mark, entry)});
  return mark;
}

std::string TimetableLegend::Render(bool colour) const {
  std::vector<const Item*> ordered;
  for (const Item& item : items_) ordered.push_back(&item);
  const auto place = [](const Item* item) {
    if (!IsFrameMark(item->mark)) return 3 + static_cast<int>(kNeedNoFrame.find(item->mark));
    const bool own = absl::ascii_isupper(static_cast<unsigned char>(item->mark));
    return own ? 0 : item->mark == kNoLetterLeft ? 2 : 1;
  };
  std::stable_sort(ordered.begin(), ordered.end(),
                   [&](const Item* a, const Item* b) { return place(a) < place(b); });
  std::string text;
  for (const Item* item : ordered) {
    absl::StrAppend(&text, TonedMarks(std::string(1, item->mark), colour), "  ",
                    WrappedText(item->text, kWordsColumn));
  }
  return text;
}

}  // namespace stadspoort::client
