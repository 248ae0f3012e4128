#include "tests/scenarios/scenario.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tests/scenarios/markdown.h"
#include "tests/scenarios/sections.h"
#include "tests/scenarios/wording.h"

namespace stadspoort::scenarios {
namespace {

// In the order in which they stand in a group.
constexpr std::array<absl::string_view, 5> kHeadings = {"City", "Zones", "Rights", "Checks",
                                                        "Fares"};
enum class Part : uint8_t { kCity = 0, kZones = 1, kRights = 2, kChecks = 3, kFares = 4 };

// What is asked, of the city and what happened in it. Any number of both, in any order.
bool Asks(Part part) { return part == Part::kChecks || part == Part::kFares; }

std::optional<Part> PartOf(const Section& section) {
  for (size_t i = 0; i < kHeadings.size(); ++i) {
    if (kHeadings[i] == section.heading) return static_cast<Part>(i);
  }
  return std::nullopt;
}

// The sections that make a group; city and zones may be an earlier group's. Null: not stated.
struct Outline {
  int line = 0;
  Part last = Part::kCity;
  const Section* city = nullptr;
  const Section* zones = nullptr;
  const Section* rights = nullptr;
  std::vector<const Section*> checks;
  std::vector<const Section*> fares;
};

class Outliner {
 public:
  explicit Outliner(absl::string_view file_name) : file_name_(file_name) {}

  absl::Status Add(const Section& section) {
    const std::optional<Part> part = PartOf(section);
    if (!part) {
      if (section.tables.empty()) return absl::OkStatus();
      return FaultAt(file_name_, section.tables.front().line,
                     "a table stands under ## City, ## Zones, ## Rights, ## Checks or ## Fares");
    }
    if (const absl::Status placed = Place(*part, section); !placed.ok()) return placed;
    Outline& group = groups_.back();
    group.last = *part;
    if (*part == Part::kCity) group.city = &section;
    if (*part == Part::kZones) group.zones = &section;
    if (*part == Part::kRights) group.rights = &section;
    if (*part == Part::kChecks) group.checks.push_back(&section);
    if (*part == Part::kFares) group.fares.push_back(&section);
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<Outline>> Finish() {
    if (groups_.empty()) return FaultAt(file_name_, 1, "there is no ## Checks and no ## Fares");
    if (!Asks(groups_.back().last)) {
      return FaultAt(file_name_, groups_.back().line,
                     "this group has no ## Checks and no ## Fares");
    }
    return std::move(groups_);
  }

 private:
  // Begins a group where the section does.
  absl::Status Place(Part part, const Section& section) {
    if (groups_.empty() || (Asks(groups_.back().last) && !Asks(part))) {
      Outline group;
      if (!groups_.empty()) {
        group.city = groups_.back().city;
        group.zones = groups_.back().zones;
      }
      group.line = section.line;
      groups_.push_back(group);
      return absl::OkStatus();
    }
    if (part <= groups_.back().last && !Asks(part)) {
      return FaultAt(file_name_, section.line,
                     "a group is ## City, ## Zones, ## Rights, and then ## Checks and ## Fares");
    }
    return absl::OkStatus();
  }

  const absl::string_view file_name_;
  std::vector<Outline> groups_;
};

absl::StatusOr<Group> ReadGroup(absl::string_view file_name, const Outline& outline) {
  Group group;
  group.line = outline.line;
  group.city = DefaultCity();
  absl::Status read;
  if (outline.city != nullptr) read = ReadCity(file_name, *outline.city, group.city);
  if (read.ok() && outline.zones != nullptr) {
    read = ReadZones(file_name, *outline.zones, group.city, group.zones);
  }
  if (read.ok() && outline.rights != nullptr) {
    read = ReadRights(file_name, *outline.rights, group);
  }
  for (const Section* checks : outline.checks) {
    if (read.ok()) read = ReadChecks(file_name, *checks, group);
  }
  for (const Section* fares : outline.fares) {
    if (read.ok()) read = ReadFares(file_name, *fares, group);
  }
  if (!read.ok()) return read;
  if (group.checks.empty() && group.fares.empty()) {
    return FaultAt(file_name, group.line, "this group asks nothing");
  }
  return group;
}

}  // namespace

const domain::RightType* City::FindRightType(const domain::RightTypeCode& code) const {
  const auto found = std::find_if(right_types.begin(), right_types.end(),
                                  [&](const domain::RightType& type) { return type.code == code; });
  return found == right_types.end() ? nullptr : &*found;
}

bool Group::HasZone(const domain::ZoneCode& code) const {
  return std::any_of(zones.begin(), zones.end(),
                     [&](const domain::ZoneVersion& zone) { return zone.code == code; });
}

absl::Time Beginning(absl::TimeZone zone) { return absl::FromCivil(FirstDay() - 1, zone); }

absl::StatusOr<ScenarioFile> ParseScenario(absl::string_view file_name, absl::string_view text) {
  const absl::StatusOr<std::vector<Section>> sections = ReadMarkdown(file_name, text);
  if (!sections.ok()) return sections.status();
  Outliner outliner(file_name);
  for (const Section& section : *sections) {
    if (const absl::Status added = outliner.Add(section); !added.ok()) return added;
  }
  const absl::StatusOr<std::vector<Outline>> outlines = outliner.Finish();
  if (!outlines.ok()) return outlines.status();
  ScenarioFile file{std::string(file_name), {}};
  for (const Outline& outline : *outlines) {
    absl::StatusOr<Group> group = ReadGroup(file_name, outline);
    if (!group.ok()) return group.status();
    file.groups.push_back(*std::move(group));
  }
  return file;
}

}  // namespace stadspoort::scenarios
