#include "tests/scenarios/markdown.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace stadspoort::scenarios {
namespace {

std::string CellText(absl::string_view raw) {
  const std::string text = absl::StrReplaceAll(raw, {{"<br>", " "}, {"`", ""}});
  return std::string(absl::StripAsciiWhitespace(text));
}

// The cells between the bars; nothing when the line does not begin and end with one.
std::optional<std::vector<std::string>> SplitRow(absl::string_view line) {
  std::vector<std::string> cells;
  std::string cell;
  for (size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cell.push_back('|');
      ++i;
    } else if (line[i] == '|') {
      cells.push_back(CellText(cell));
      cell.clear();
    } else {
      cell.push_back(line[i]);
    }
  }
  if (!cell.empty() || cells.empty()) return std::nullopt;
  return cells;
}

// ":---:" and the like.
bool IsDashes(absl::string_view cell) {
  absl::ConsumePrefix(&cell, ":");
  absl::ConsumeSuffix(&cell, ":");
  return !cell.empty() && std::all_of(cell.begin(), cell.end(), [](char c) { return c == '-'; });
}

class Reader {
 public:
  explicit Reader(absl::string_view file_name) : file_name_(file_name) {
    sections_.push_back({.line = 1, .heading = "", .tables = {}});
  }

  absl::Status Read(absl::string_view raw) {
    ++line_;
    const absl::string_view line = absl::StripAsciiWhitespace(raw);
    if (absl::StartsWith(line, "```")) in_fence_ = !in_fence_;
    if (in_fence_) return absl::OkStatus();
    if (absl::StartsWith(line, "|")) return ReadRow(line);
    if (const absl::Status ended = EndTable(line); !ended.ok()) return ended;
    ReadHeading(line);
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<Section>> Finish() {
    if (in_fence_) return FaultAt(file_name_, line_, "a block of code (```) is not closed");
    if (const absl::Status ended = EndTable(""); !ended.ok()) return ended;
    return std::move(sections_);
  }

 private:
  enum class State { kProse, kHeader, kRows };

  absl::Status ReadRow(absl::string_view line) {
    std::optional<std::vector<std::string>> cells = SplitRow(line);
    if (!cells) return FaultAt(file_name_, line_, "a row of a table ends with a bar");
    switch (state_) {
      case State::kProse:
        sections_.back().tables.push_back(
            {.line = line_, .columns = std::move(*cells), .rows = {}});
        state_ = State::kHeader;
        return absl::OkStatus();
      case State::kHeader:
        state_ = State::kRows;
        if (!std::all_of(cells->begin(), cells->end(), IsDashes)) {
          return FaultAt(file_name_, line_, "under the header of a table comes a line of dashes");
        }
        return CheckWidth(*cells);
      case State::kRows:
        if (const absl::Status width = CheckWidth(*cells); !width.ok()) return width;
        sections_.back().tables.back().rows.push_back({.line = line_, .cells = std::move(*cells)});
        return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  absl::Status CheckWidth(const std::vector<std::string>& cells) const {
    const size_t width = sections_.back().tables.back().columns.size();
    if (cells.size() == width) return absl::OkStatus();
    return FaultAt(file_name_, line_,
                   absl::StrCat("the row has ", cells.size(), " cells, its header ", width));
  }

  absl::Status EndTable(absl::string_view line) {
    const State before = std::exchange(state_, State::kProse);
    if (before == State::kProse) return absl::OkStatus();
    if (before == State::kHeader) {
      return FaultAt(file_name_, line_, "under the header of a table comes a line of dashes");
    }
    if (!line.empty()) {
      return FaultAt(file_name_, line_, "a table ends with an empty line; a row begins with a bar");
    }
    return absl::OkStatus();
  }

  void ReadHeading(absl::string_view line) {
    if (absl::StartsWith(line, "# ")) {
      sections_.push_back({.line = line_, .heading = "", .tables = {}});
    } else if (absl::ConsumePrefix(&line, "## ")) {
      const std::vector<absl::string_view> parts = absl::StrSplit(line, absl::MaxSplits(':', 1));
      sections_.push_back({.line = line_,
                           .heading = std::string(absl::StripAsciiWhitespace(parts[0])),
                           .tables = {}});
    }
  }

  const absl::string_view file_name_;
  int line_ = 0;
  bool in_fence_ = false;
  State state_ = State::kProse;
  std::vector<Section> sections_;
};

}  // namespace

absl::Status FaultAt(absl::string_view file_name, int line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(file_name, ":", line, ": ", what));
}

absl::StatusOr<std::vector<Section>> ReadMarkdown(absl::string_view file_name,
                                                  absl::string_view text) {
  Reader reader(file_name);
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (const absl::Status read = reader.Read(line); !read.ok()) return read;
  }
  return reader.Finish();
}

}  // namespace stadspoort::scenarios
