#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/scenarios/cells.h"
#include "tests/scenarios/place_wording.h"
#include "tests/scenarios/rules_wording.h"
#include "tests/scenarios/sections.h"
#include "tests/scenarios/wording.h"

namespace stadspoort::scenarios {
namespace {

Vocabulary VocabularyOf(const City& city) {
  Vocabulary vocabulary{city.zone(), {}, {}};
  for (const domain::RightType& type : city.right_types) vocabulary.right_types.insert(type.code);
  for (const domain::SpecialDay& day : city.special_days) vocabulary.labels.insert(day.label);
  return vocabulary;
}

absl::StatusOr<domain::Usage> ParseUsage(absl::string_view text) {
  const std::optional<domain::Usage> usage = domain::UsageFromName(text);
  if (!usage) return NotUnderstood(text, "a usage such as PAID_PARKING");
  return *usage;
}

absl::StatusOr<domain::ZoneCode> ParseZoneCode(absl::string_view text) {
  const absl::StatusOr<std::vector<domain::ZoneCode>> codes = ParseZoneCodes(text, ",");
  if (!codes.ok()) return codes.status();
  if (codes->size() != 1) return NotUnderstood(text, "one zone's code");
  return codes->front();
}

domain::Regulation ReadRegulation(Cells& row, const Vocabulary& vocabulary) {
  domain::Regulation regulation;
  regulation.timetable =
      row.Read("frames", [&](absl::string_view text) { return ParseFrames(text, vocabulary); });
  row.Refuse("grace", ReadGrace(row.Text("grace"), regulation));
  row.Refuse("rules", ReadRules(row.Text("rules"), vocabulary, regulation));
  for (const domain::RegulationFault& fault : domain::ValidateNew(regulation)) {
    row.Refuse("frames",
               absl::InvalidArgumentError(absl::StrCat(fault.field, ": ", fault.description)));
  }
  return regulation;
}

// "from 2026-03-02 12:00"; empty: the beginning.
absl::StatusOr<absl::Time> ParseInForce(absl::string_view text, absl::TimeZone zone) {
  if (text.empty()) return Beginning(zone);
  if (!absl::ConsumePrefix(&text, "from ")) {
    return NotUnderstood(text, "from 2026-03-02 12:00");
  }
  const absl::StatusOr<Moment> moment = ParseMoment(text, zone, std::nullopt);
  if (!moment.ok()) return moment.status();
  return moment->time;
}

// Joins a version to those of its zone before it.
absl::Status Supersede(domain::ZoneVersion& before, domain::ZoneVersion& version) {
  if (version.usage != before.usage) {
    return absl::InvalidArgumentError("a zone keeps its usage; another usage is another zone");
  }
  if (version.in_force.start <= before.in_force.start) {
    return absl::InvalidArgumentError("a later version of a zone takes force after the one before");
  }
  before.in_force.end = version.in_force.start;
  version.id = before.id;
  version.version = before.version + 1;
  if (version.area.box().empty()) version.area = before.area;
  return absl::OkStatus();
}

class ZoneReader {
 public:
  ZoneReader(const City& city, std::vector<domain::ZoneVersion>& zones)
      : city_(city), vocabulary_(VocabularyOf(city)), zones_(zones) {}

  absl::Status ReadRow(Cells& row) {
    domain::ZoneVersion version;
    version.code = row.Read("zone", ParseZoneCode);
    version.display_name = version.code.value();
    version.usage = row.Read("usage", ParseUsage);
    version.regulation = ReadRegulation(row, vocabulary_);
    version.area = row.Read("outline", ParseOutline);
    version.in_force.start = row.Read(
        "in force", [&](absl::string_view text) { return ParseInForce(text, city_.zone()); });
    if (!row.status().ok()) return row.status();
    const auto [newest, is_new] = newest_.try_emplace(version.code, zones_.size());
    if (is_new) {
      BeginZone(version);
    } else {
      row.Refuse("in force", Supersede(zones_[newest->second], version));
      newest->second = zones_.size();
    }
    zones_.push_back(std::move(version));
    return row.status();
  }

  // Extensions may name zones of later rows.
  absl::Status CheckExtensions(Cells& row, const domain::ZoneVersion& version) const {
    for (const domain::ValidityExtension& extension : version.regulation.extensions) {
      if (extension.from_zone == version.code || !newest_.contains(extension.from_zone)) {
        row.Refuse("rules",
                   NotUnderstood(extension.from_zone.value(), "another zone of this table"));
      }
    }
    return row.status();
  }

 private:
  void BeginZone(domain::ZoneVersion& version) const {
    const size_t index = newest_.size();
    domain::UuidBytes id{};
    id[14] = static_cast<uint8_t>(index >> 8);
    id[15] = static_cast<uint8_t>(index);
    version.id = domain::ZoneId(id);
    version.version = 1;
    if (version.area.box().empty()) version.area = OwnBox(static_cast<int>(index));
  }

  const City& city_;
  const Vocabulary vocabulary_;
  std::vector<domain::ZoneVersion>& zones_;
  std::map<domain::ZoneCode, size_t> newest_;
};

}  // namespace

absl::Status ReadZones(absl::string_view file_name, const Section& section, const City& city,
                       std::vector<domain::ZoneVersion>& zones) {
  absl::StatusOr<std::vector<Cells>> rows = ReadRows(file_name, section,
                                                     {{"zone", true},
                                                      {"usage", true},
                                                      {"frames", true},
                                                      {"grace"},
                                                      {"rules"},
                                                      {"outline"},
                                                      {"in force"}});
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return FaultAt(file_name, section.line, "there is no zone in the table");
  ZoneReader reader(city, zones);
  for (Cells& row : *rows) {
    if (const absl::Status read = reader.ReadRow(row); !read.ok()) return read;
  }
  for (size_t i = 0; i < zones.size(); ++i) {
    if (const absl::Status checked = reader.CheckExtensions((*rows)[i], zones[i]); !checked.ok()) {
      return checked;
    }
  }
  return absl::OkStatus();
}

}  // namespace stadspoort::scenarios
