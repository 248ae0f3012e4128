#pragma once

#include <string>
#include <vector>

#include "stadspoort/zones/v1/publishing.pb.h"

namespace stadspoort::client {

// One character for everything that holds in a timetable, and what each means.
//   A B C ...  a frame of the zone's own
//   a b c ...  a frame of an overlay
//   #          a closed period
//   ~          an overlay during which nothing is required
//   .          nothing is required
//   -          no version of the zone is in force, and nothing is required
// ASCII, so that a drawing reads the same on every terminal, in every mail and without colour. When
// the letters run out, frames share '+'.
class TimetableLegend {
 public:
  // The mark of what holds during the entry; the same for the same rules, new ones in the order in
  // which they are asked for.
  char MarkOf(const zones::v1::TimetableEntry& entry);

  // Every mark given so far, frames first, within 80 columns.
  std::string Render(bool colour) const;

 private:
  struct Item {
    char mark;
    std::string key;  // what is drawn alike
    std::string text;
  };

  char NewMark(const zones::v1::TimetableEntry& entry);

  std::vector<Item> items_;
  int own_frames_ = 0;
  int overlay_frames_ = 0;
};

// Whether a right is required where the mark stands.
bool IsFrameMark(char mark);

// The marks, in colour when `colour`.
std::string TonedMarks(const std::string& marks, bool colour);

}  // namespace stadspoort::client
