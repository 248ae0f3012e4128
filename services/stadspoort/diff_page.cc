#include "services/stadspoort/diff_page.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "services/stadspoort/judgement_page.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/wrapped_text.h"

namespace stadspoort::client {
namespace {

using zones::v1::ZoneDifference;

// Where the words of a line begin, behind "  - ".
constexpr size_t kWordsColumn = 4;

// Fields whose own name, with spaces for underscores, is not what a person would say; lists by one
// of their items.
constexpr std::array<std::pair<absl::string_view, absl::string_view>, 12> kWords = {{
    {"display_name", "name"},
    {"polygons", "outline"},
    {"frames", "frame"},
    {"special_day_rules", "special day"},
    {"closed_periods", "closed period"},
    {"overlays", "overlay"},
    {"extensions", "rights of zone"},
    {"restrictions", "restriction"},
    {"selling_points", "selling point"},
    {"from_local_time", "from"},
    {"to_local_time", "to"},
    {"fare_parts", "fare"},
}};

std::string Word(absl::string_view name) {
  for (const auto& [field, word] : kWords) {
    if (field == name) return std::string(word);
  }
  return absl::StrReplaceAll(name, {{"_", " "}});
}

// Takes "frames[dag]" from the front of "frames[dag].to_local_time". What names an item may hold
// dots and brackets itself, so it ends where a bracket ends the path or stands before a dot.
std::string TakeSegment(absl::string_view& path) {
  const size_t end = path.find_first_of(".[");
  const std::string word = Word(path.substr(0, end));
  path.remove_prefix(std::min(end, path.size()));
  if (!absl::ConsumePrefix(&path, "[")) {
    absl::ConsumePrefix(&path, ".");
    return word;
  }
  size_t close = path.find("].");
  if (close == absl::string_view::npos) close = path.empty() ? 0 : path.size() - 1;
  const absl::string_view item = path.substr(0, close);
  path.remove_prefix(std::min(close + 1, path.size()));
  absl::ConsumePrefix(&path, ".");
  return absl::StrCat(word, " ", item);
}

std::string VersionText(int64_t version) {
  return version == 0 ? "the draft" : absl::StrCat("version ", version);
}

std::string Line(char sign, const std::string& field, const std::string& words, Tone tone,
                 bool colour) {
  const std::string text =
      absl::StrCat(field, field.empty() ? "" : ": ", words.empty() ? "(nothing)" : words);
  return absl::StrCat("  ", Toned(std::string(1, sign), tone, colour), " ",
                      WrappedText(text, kWordsColumn));
}

// The sides that the kind has; of a kind that this program does not know, both.
std::string Lines(const ZoneDifference& difference, const std::string& field, bool colour) {
  std::string text;
  if (difference.kind() != zones::v1::ZONE_DIFFERENCE_KIND_ADDED) {
    absl::StrAppend(&text, Line('-', field, difference.before(), Tone::kBad, colour));
  }
  if (difference.kind() != zones::v1::ZONE_DIFFERENCE_KIND_REMOVED) {
    absl::StrAppend(&text, Line('+', field, difference.after(), Tone::kGood, colour));
  }
  return text;
}

}  // namespace

FieldWords WordsOfField(absl::string_view path) {
  absl::ConsumePrefix(&path, "regulation.");
  FieldWords words;
  words.group = TakeSegment(path);
  std::vector<std::string> rest;
  while (!path.empty()) rest.push_back(TakeSegment(path));
  words.field = absl::StrJoin(rest, ", ");
  return words;
}

std::string DiffPage(absl::string_view zone_name, const zones::v1::DiffZoneResponse& response,
                     absl::TimeZone clock, bool colour) {
  std::string text =
      absl::StrCat(Printable(CodeOf(zone_name)), ": ", VersionText(response.from_zone_version()),
                   " (-) and ", VersionText(response.to_zone_version()), " (+)\n\n");
  if (response.differences().empty()) absl::StrAppend(&text, "They are the same.\n");
  std::string group;
  for (const ZoneDifference& difference : response.differences()) {
    FieldWords words = WordsOfField(difference.field());
    if (words.group != group) {
      group = std::move(words.group);
      absl::StrAppend(&text, Printable(group), "\n");
    }
    absl::StrAppend(&text, Lines(difference, words.field, colour));
  }
  const std::string hurt = RightsHurtText(response.rights_hurt(), clock, colour);
  return absl::StrCat(text, hurt.empty() ? "" : "\n", hurt);
}

}  // namespace stadspoort::client
