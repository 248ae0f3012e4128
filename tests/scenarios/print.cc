#include "tests/scenarios/print.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/contract/timestamps.h"
#include "services/domain/decision.h"
#include "services/domain/decision_text.h"

namespace stadspoort::scenarios {
namespace {

// Code points; scenario texts have no wide characters.
size_t Width(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::vector<size_t> Widths(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  return widths;
}

std::string RungText(checks::v1::Rung rung) {
  absl::string_view name = checks::v1::Rung_Name(rung);
  absl::ConsumePrefix(&name, "RUNG_");
  return rung == checks::v1::RUNG_UNSPECIFIED ? "-" : absl::AsciiStrToLower(name);
}

std::string AsOfText(const PlayedCheck& played) {
  if (!played.answer.has_as_of()) return "-";
  const absl::StatusOr<absl::Time> as_of = contract::ToTime(played.answer.as_of(), "as_of");
  return as_of.ok() ? absl::FormatTime("%Y-%m-%d %H:%M:%S", *as_of, played.zone) : "-";
}

std::string DecisionWords(const checks::v1::CheckAnswer& answer, absl::string_view language) {
  absl::string_view name = checks::v1::Decision_Name(answer.decision());
  absl::ConsumePrefix(&name, "DECISION_");
  const std::optional<domain::Decision> decision = domain::DecisionFromName(name);
  return decision ? domain::DecisionText(*decision, language) : "-";
}

std::vector<std::string> DemoRow(const PlayedCheck& played, absl::string_view language) {
  const Check& check = *played.check;
  return {check.plate.empty() ? "\"\"" : check.plate,
          check.place,
          check.at_text,
          DecisionWords(played.answer, language),
          played.answer.reason_text().empty() ? "-" : played.answer.reason_text(),
          AsOfText(played),
          RungText(played.answer.rung()),
          played.difference.empty() ? "✓" : absl::StrCat("✗ ", played.difference)};
}

template <typename Played>
size_t CountUnexpected(const std::vector<Played>& all) {
  return static_cast<size_t>(std::count_if(
      all.begin(), all.end(), [](const Played& played) { return !played.difference.empty(); }));
}

std::string NotPlayed(const PlayedFile& file) {
  return absl::StrCat(file.not_played_count, " for Decide only, not played");
}

std::string Outcome(size_t unexpected, size_t count, absl::string_view what = "checks") {
  if (unexpected == 0) return absl::StrCat(count, " ", what, ", all as expected");
  return absl::StrCat(unexpected, " of ", count, " ", what, " not as expected");
}

}  // namespace

std::string Aligned(const std::vector<std::vector<std::string>>& rows) {
  const std::vector<size_t> widths = Widths(rows);
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - Width(row[i]) + 2, ' ');
    }
    absl::StripTrailingAsciiWhitespace(&line);
    absl::StrAppend(&text, line, "\n");
  }
  return text;
}

std::string DemoTable(const PlayedFile& file, absl::string_view language) {
  std::vector<std::vector<std::string>> rows = {
      {"plate", "place", "time", "decision", "reason", "as of", "rung", ""}};
  for (const PlayedCheck& played : file.checks) rows.push_back(DemoRow(played, language));
  const std::vector<size_t> widths = Widths(rows);
  std::vector<std::string> rule;
  rule.reserve(widths.size());
  for (const size_t width : widths) rule.emplace_back(width, '-');
  rule.back().clear();
  rows.insert(rows.begin() + 1, std::move(rule));
  std::string text = Aligned(rows);
  if (file.not_played_count > 0) absl::StrAppend(&text, NotPlayed(file), "\n");
  return text;
}

std::string DemoSummary(const std::vector<PlayedFile>& files) {
  size_t checks = 0;
  size_t unexpected = 0;
  for (const PlayedFile& file : files) {
    checks += file.checks.size();
    unexpected += CountUnexpected(file.checks);
  }
  return absl::StrCat("demo: ", Outcome(unexpected, checks), "\n");
}

std::string FileSummary(const PlayedFile& file) {
  std::string text;
  for (const PlayedCheck& played : file.checks) {
    if (played.difference.empty()) continue;
    absl::StrAppend(&text, file.name, ":", played.check->line, ": ", played.difference, "\n");
  }
  for (const PlayedFare& played : file.fares) {
    if (played.difference.empty()) continue;
    absl::StrAppend(&text, file.name, ":", played.quote->line, ": ", played.difference, "\n");
  }
  absl::StrAppend(&text, file.name, ": ",
                  Outcome(CountUnexpected(file.checks), file.checks.size()));
  if (!file.fares.empty()) {
    absl::StrAppend(&text, "; ", Outcome(CountUnexpected(file.fares), file.fares.size(), "fares"));
  }
  if (file.not_played_count > 0) absl::StrAppend(&text, "; ", NotPlayed(file));
  return text + "\n";
}

bool AllAsExpected(const PlayedFile& file) {
  return CountUnexpected(file.checks) + CountUnexpected(file.fares) == 0;
}

}  // namespace stadspoort::scenarios
