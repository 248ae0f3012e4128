#include "services/stadspoort/timetable_drawing.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/timetable_legend.h"
#include "services/stadspoort/wrapped_text.h"

namespace stadspoort::client {
namespace {

using google::protobuf::RepeatedPtrField;
using zones::v1::TimetableEntry;

constexpr int kNoon = 12 * 60;
constexpr int kMidnight = 24 * 60;
constexpr int kHalfHour = 30;
constexpr int kQuarter = 15;
// "Mon 27 Apr  "
constexpr size_t kLabelColumns = 12;
static_assert(kLabelColumns + 25 * 60 / kHalfHour <= kTerminalColumns);
static_assert(kLabelColumns + 13 * 60 / kQuarter <= kTerminalColumns);

// What holds during [start, end).
struct Span {
  absl::Time start;
  absl::Time end;
  char mark;
};

// A place in a day, by the wall clock: the second 02:30 of the autumn night is {150, 1}.
struct Column {
  int minute = 0;
  int occurrence = 0;
  friend auto operator<=>(const Column&, const Column&) = default;
};

// What takes one column of one day.
struct Slot {
  Column column;
  absl::Time start;
  absl::Time end;
};

std::string DayText(absl::CivilDay day, absl::string_view format) {
  return absl::FormatTime(format, absl::FromCivil(day, absl::UTCTimeZone()), absl::UTCTimeZone());
}

int MinuteOf(absl::Time t, absl::TimeZone clock) {
  const absl::CivilSecond local = clock.At(t).cs;
  return local.hour() * 60 + local.minute();
}

bool Between(absl::Time t, absl::TimeZone clock, int step_minutes) {
  return MinuteOf(t, clock) % step_minutes != 0 || clock.At(t).cs.second() != 0 ||
         clock.At(t).subsecond != absl::ZeroDuration();
}

// In the order in which they pass.
std::vector<Slot> SlotsOf(absl::CivilDay day, absl::TimeZone clock, int step_minutes) {
  std::vector<Slot> slots;
  std::map<int, int> seen;
  const absl::Time end = absl::FromCivil(day + 1, clock);
  for (absl::Time t = absl::FromCivil(day, clock); t < end;) {
    const absl::Time next = std::min(end, t + absl::Minutes(step_minutes));
    const int minute = MinuteOf(t, clock);
    slots.push_back({{minute, seen[minute]++}, t, next});
    t = next;
  }
  return slots;
}

// The hours of the clock, and whatever occurs twice on a day of the week, where it occurs.
std::vector<Column> ColumnsOf(absl::CivilDay first_day, absl::TimeZone clock, int step_minutes) {
  std::vector<Column> columns;
  for (int minute = 0; minute < kMidnight; minute += step_minutes) columns.push_back({minute, 0});
  for (int i = 0; i < kDrawnDays; ++i) {
    const std::vector<Slot> slots = SlotsOf(first_day + i, clock, step_minutes);
    if (slots.size() <= columns.size()) continue;
    columns.clear();
    for (const Slot& slot : slots) columns.push_back(slot.column);
  }
  return columns;
}

class Drawing {
 public:
  Drawing(const RepeatedPtrField<TimetableEntry>& entries, absl::CivilDay first_day,
          absl::TimeZone clock, bool colour)
      : first_day_(first_day), clock_(clock), colour_(colour) {
    const absl::Time start = absl::FromCivil(first_day, clock);
    const absl::Time end = absl::FromCivil(first_day + kDrawnDays, clock);
    for (const TimetableEntry& entry : entries) {
      const absl::Time from = std::max(start, FromTimestamp(entry.start_time()));
      const absl::Time to = std::min(end, FromTimestamp(entry.end_time()));
      if (from >= to) continue;
      spans_.push_back({from, to, legend_.MarkOf(entry)});
      if (from != start && Between(from, clock, kHalfHour)) step_ = kQuarter;
      if (from != start && Between(from, clock, kQuarter)) within_quarters_ = true;
    }
    columns_ = ColumnsOf(first_day, clock, step_);
  }

  std::string Render() const {
    std::string text;
    if (step_ == kHalfHour) {
      text = Block(0, kMidnight);
    } else {
      text = absl::StrCat(Block(0, kNoon), "\n", Block(kNoon, kMidnight));
    }
    const std::string notes = Notes();
    return absl::StrCat(text, notes.empty() ? "" : "\n", notes, "\n", legend_.Render(colour_));
  }

 private:
  // Header and rows of [from_minute, to_minute) of every day.
  std::string Block(int from_minute, int to_minute) const {
    std::vector<Column> columns;
    for (const Column& column : columns_) {
      if (column.minute >= from_minute && column.minute < to_minute) columns.push_back(column);
    }
    std::string text = absl::StrCat(Header(columns, to_minute), "\n");
    for (int i = 0; i < kDrawnDays; ++i) absl::StrAppend(&text, Row(first_day_ + i, columns), "\n");
    return text;
  }

  std::string Header(const std::vector<Column>& columns, int to_minute) const {
    const int label_minutes = step_ == kHalfHour ? 3 * 60 : 60;
    std::string line(kLabelColumns + columns.size(), ' ');
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].minute % label_minutes != 0) continue;
      line.replace(kLabelColumns + i, 2, absl::StrFormat("%02d", columns[i].minute / 60));
    }
    return absl::StrCat(line, absl::StrFormat("%02d", to_minute / 60));
  }

  std::string Row(absl::CivilDay day, const std::vector<Column>& columns) const {
    std::map<Column, char> marks;
    for (const Slot& slot : SlotsOf(day, clock_, step_)) marks[slot.column] = MarkOf(slot);
    std::string line;
    for (const Column& column : columns) {
      const auto mark = marks.find(column);
      line += mark == marks.end() ? ' ' : mark->second;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return absl::StrCat(DayText(day, "%a %e %b"), "  ", TonedMarks(line, colour_));
  }

  // What is required in any part of the slot, for the longest; else what holds for the longest.
  char MarkOf(const Slot& slot) const {
    char best = ' ';
    absl::Duration best_length = absl::ZeroDuration();
    for (const Span& span : spans_) {
      const absl::Duration length = std::min(span.end, slot.end) - std::max(span.start, slot.start);
      if (length <= absl::ZeroDuration()) continue;
      const bool required = IsFrameMark(span.mark);
      const bool best_required = best != ' ' && IsFrameMark(best);
      if (required != best_required ? required : length > best_length) {
        best = span.mark;
        best_length = length;
      }
    }
    return best;
  }

  std::string Notes() const {
    std::string text;
    for (int i = 0; i < kDrawnDays; ++i) {
      const absl::CivilDay day = first_day_ + i;
      const absl::Time start = absl::FromCivil(day, clock_);
      const absl::Duration length = absl::FromCivil(day + 1, clock_) - start;
      absl::TimeZone::CivilTransition turn;
      if (length == absl::Hours(24) || !clock_.NextTransition(start, &turn)) continue;
      const std::string hours = length % absl::Hours(1) == absl::ZeroDuration()
                                    ? absl::StrCat(length / absl::Hours(1))
                                    : absl::StrFormat("%.1f", absl::ToDoubleHours(length));
      absl::StrAppend(
          &text, WrappedText(absl::StrFormat("%s has %s hours: its clock goes from %02d:%02d "
                                             "to %02d:%02d.",
                                             DayText(day, "%a %e %b"), hours, turn.from.hour(),
                                             turn.from.minute(), turn.to.hour(), turn.to.minute()),
                             0));
    }
    if (within_quarters_) {
      absl::StrAppend(&text,
                      WrappedText("Something changes within a quarter of an hour; its mark shows "
                                  "what is required in any part of it.",
                                  0));
    }
    return text;
  }

  const absl::CivilDay first_day_;
  const absl::TimeZone clock_;
  const bool colour_;
  TimetableLegend legend_;
  std::vector<Span> spans_;
  std::vector<Column> columns_;
  int step_ = kHalfHour;
  bool within_quarters_ = false;
};

}  // namespace

std::string TimetableDrawing(const RepeatedPtrField<TimetableEntry>& entries,
                             absl::CivilDay first_day, absl::TimeZone clock, bool colour) {
  return Drawing(entries, first_day, clock, colour).Render();
}

}  // namespace stadspoort::client
