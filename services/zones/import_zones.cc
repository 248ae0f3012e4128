#include "services/zones/import_zones.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/contract/regulation.h"
#include "services/domain/city_errors.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/journal.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::zones {
namespace {

using domain::ErrorReason;
using postgres::Command;
using postgres::Transaction;

// Statements sent in one go: bounds what a transaction keeps in flight.
constexpr size_t kCommandsPerUnit = 300;

// Roughly, with the Azores and the Canaries.
bool InEurope(const domain::GeoPoint& point) {
  return point.latitude > 27 && point.latitude < 72 && point.longitude > -32 &&
         point.longitude < 70;
}

// A feature that reads well, as the zone version it asks for.
struct Candidate {
  int index = 0;
  domain::ZoneVersion zone;
};

class Judge {
 public:
  Judge(const ImportAsked& asked, Imported& imported) : asked_(asked), imported_(imported) {}

  // `progress` may wait for the client: it is called before any lock is held.
  std::vector<Candidate> Candidates(const std::vector<Feature>& features,
                                    absl::FunctionRef<void(int, int)> progress) {
    absl::flat_hash_map<std::string, int> first_use;
    std::vector<Candidate> candidates;
    for (const Feature& feature : features) {
      if (!feature.code.empty()) {
        const auto [it, fresh] = first_use.try_emplace(feature.code, feature.index);
        if (!fresh) {
          Add(feature, "properties.code",
              absl::StrCat("is the code of feature ", it->second, " already"),
              ErrorReason::kDuplicateZoneCode);
        }
      }
      std::optional<Candidate> candidate = Read(feature);
      if (candidate) candidates.push_back(*std::move(candidate));
      progress(feature.index + 1, static_cast<int>(features.size()));
    }
    return candidates;
  }

  // References to zones and right types that neither the city nor the file has.
  void JudgeReferences(const std::vector<Candidate>& candidates,
                       const std::vector<domain::ZoneVersion>& present,
                       const std::vector<domain::RightType>& types) {
    absl::flat_hash_set<domain::ZoneCode> zones;
    for (const domain::ZoneVersion& zone : present) zones.insert(zone.code);
    for (const Candidate& candidate : candidates) zones.insert(candidate.zone.code);
    for (const domain::RightType& type : types) types_.insert(type.code);
    for (const Candidate& candidate : candidates) {
      const domain::Regulation& regulation = candidate.zone.regulation;
      JudgeFrames(candidate, regulation.timetable, "");
      for (size_t i = 0; i < regulation.overlays.size(); ++i) {
        JudgeFrames(candidate, regulation.overlays[i].timetable,
                    absl::StrCat("overlays[", i, "]."));
      }
      for (size_t i = 0; i < regulation.extensions.size(); ++i) {
        const std::string path = absl::StrCat("extensions[", i, "]");
        const domain::ValidityExtension& extension = regulation.extensions[i];
        if (!zones.contains(extension.from_zone) || extension.from_zone == candidate.zone.code) {
          Add(candidate, path + ".zone", "must be another zone of the city",
              ErrorReason::kZoneNotFound);
        }
        JudgeTypes(candidate, extension.right_types, path + ".right_types");
      }
      for (size_t i = 0; i < regulation.restrictions.size(); ++i) {
        JudgeTypes(candidate, regulation.restrictions[i].right_types,
                   absl::StrCat("restrictions[", i, "].right_types"));
      }
    }
  }

  // An outline that lies outside Europe, for a city on a European clock, but inside with its
  // coordinates exchanged.
  void JudgeSwapped(const std::vector<Candidate>& candidates, absl::string_view time_zone) {
    if (!absl::StartsWith(time_zone, "Europe/")) return;
    for (const Candidate& candidate : candidates) {
      const domain::GeoArea& area = candidate.zone.area.area();
      if (area.empty() || area.front().outer.empty()) continue;
      const domain::GeoPoint& point = area.front().outer.front();
      if (InEurope(point) || !InEurope({point.longitude, point.latitude})) continue;
      AddPlain(
          candidate, "geometry.coordinates",
          "lies far outside the city; are longitude and latitude swapped? GeoJSON has longitude "
          "first",
          ErrorReason::kInvalidGeometry);
    }
  }

  void Add(const Candidate& candidate, absl::string_view field, std::string description,
           ErrorReason reason) {
    imported_.faults.push_back({candidate.index, candidate.zone.code.value(),
                                absl::StrCat("properties.regulation.", field),
                                std::move(description), reason});
  }

  void AddPlain(const Candidate& candidate, absl::string_view field, std::string description,
                ErrorReason reason) {
    imported_.faults.push_back({candidate.index, candidate.zone.code.value(), std::string(field),
                                std::move(description), reason});
  }

 private:
  void Add(const Feature& feature, absl::string_view field, std::string description,
           ErrorReason reason = ErrorReason::kInvalidField) {
    imported_.faults.push_back(
        {feature.index, feature.code, std::string(field), std::move(description), reason});
  }

  // The rule with the longest prefix of the code.
  const Rule* RuleFor(const std::string& code) const {
    const Rule* best = nullptr;
    for (const Rule& rule : asked_.rules) {
      if (!absl::StartsWith(code, rule.code_prefix)) continue;
      if (best == nullptr || rule.code_prefix.size() > best->code_prefix.size()) best = &rule;
    }
    return best;
  }

  std::optional<Candidate> Read(const Feature& feature) {
    const Rule* rule = RuleFor(feature.code);
    const std::optional<domain::Usage> usage =
        feature.usage ? feature.usage : (rule != nullptr ? rule->usage : std::nullopt);
    if (!usage) {
      Add(feature, "properties.usage",
          "is required: neither the feature nor a rule for its code says it");
    }
    if (!feature.regulation && rule == nullptr) {
      Add(feature, "properties.regulation",
          "is required: neither the feature has one nor is there a rule for its code");
      return std::nullopt;
    }
    const absl::StatusOr<domain::Regulation> regulation = contract::ReadRegulation(
        feature.regulation ? *feature.regulation : rule->regulation, asked_.city);
    if (!regulation.ok()) {
      AddRegulationFaults(feature, regulation.status());
      return std::nullopt;
    }
    if (!usage || feature.code.empty()) return std::nullopt;
    Candidate candidate{feature.index, {}};
    candidate.zone.code = domain::ZoneCode(feature.code);
    candidate.zone.usage = *usage;
    candidate.zone.display_name = feature.display_name;
    candidate.zone.regulation = *regulation;
    candidate.zone.area = feature.area;
    return candidate;
  }

  void AddRegulationFaults(const Feature& feature, const absl::Status& status) {
    const std::optional<domain::RefusalDetails> details = domain::DetailsOf(status);
    if (!details || details->violations.empty()) {
      Add(feature, "properties.regulation", std::string(status.message()));
      return;
    }
    for (const domain::FieldViolation& violation : details->violations) {
      Add(feature, absl::StrCat("properties.regulation.", violation.field), violation.description,
          details->reason);
    }
  }

  void JudgeFrames(const Candidate& candidate, const domain::Timetable& timetable,
                   absl::string_view prefix) {
    for (size_t i = 0; i < timetable.frames.size(); ++i) {
      JudgeTypes(candidate, timetable.frames[i].accepted_types,
                 absl::StrCat(prefix, "frames[", i, "].accepted_right_types"));
    }
  }

  void JudgeTypes(const Candidate& candidate, const std::vector<domain::RightTypeCode>& types,
                  absl::string_view path) {
    for (size_t i = 0; i < types.size(); ++i) {
      if (types_.contains(types[i])) continue;
      Add(candidate, absl::StrCat(path, "[", i, "]"), "must be a right type of the city",
          ErrorReason::kRightTypeNotFound);
    }
  }

  const ImportAsked& asked_;
  Imported& imported_;
  absl::flat_hash_set<domain::RightTypeCode> types_;
};

// Two versions that no check could tell apart.
bool SameRules(const domain::ZoneVersion& a, const domain::ZoneVersion& b) {
  return a.display_name == b.display_name && a.regulation == b.regulation && a.area == b.area;
}

// Sends commands a unit at a time; the last unit goes with the commit.
class Writer {
 public:
  explicit Writer(Transaction& transaction) : transaction_(transaction) {}

  absl::Status Add(Command command) {
    commands_.push_back(std::move(command));
    if (commands_.size() < kCommandsPerUnit) return absl::OkStatus();
    const absl::Status status = transaction_.Run(commands_).status();
    commands_.clear();
    return status;
  }

  absl::Status Commit() {
    return commands_.empty() ? transaction_.Commit()
                             : transaction_.RunAndCommit(commands_).status();
  }

 private:
  Transaction& transaction_;
  std::vector<Command> commands_;
};

}  // namespace

absl::StatusOr<Imported> ImportZones::Run(const platform::Call& call, const ImportAsked& asked,
                                          absl::FunctionRef<void(int, int)> progress) {
  absl::StatusOr<FeaturesRead> read = ReadGeoJson(asked.geojson);
  if (!read.ok()) return read.status();
  const int total = static_cast<int>(read->features.size());
  progress(0, total);
  Imported imported;
  imported.faults = std::move(read->faults);
  Judge judge(asked, imported);
  std::vector<Candidate> candidates = judge.Candidates(read->features, progress);

  absl::StatusOr<Transaction> begun = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!begun.ok()) return begun.status();
  Transaction& transaction = *begun;
  const auto results = transaction.Run({
      postgres::LockZones(asked.city),
      postgres::SelectNewestZoneVersions(asked.city),
      postgres::SelectRightTypes(asked.city),
      postgres::SelectCity(asked.city),
  });
  if (!results.ok()) return results.status();
  const auto lock = postgres::ZonesLockOf((*results)[0]);
  if (!lock.ok()) return lock.status();
  if (!*lock) return domain::CityNotFound();
  const auto present = postgres::ZoneVersionsOf((*results)[1], asked.city);
  if (!present.ok()) return present.status();
  const auto types = postgres::RightTypesOf((*results)[2]);
  if (!types.ok()) return types.status();
  const auto city = postgres::CityOf((*results)[3]);
  if (!city.ok()) return city.status();
  if (!*city) return domain::CityNotFound();
  judge.JudgeReferences(candidates, *present, *types);
  judge.JudgeSwapped(candidates, (*city)->time_zone);

  const absl::Time now = (*lock)->now;
  const absl::Time start = asked.in_force_start.value_or(now);
  if (start < now) {
    return domain::InvalidField(
        "header.in_force_start_time",
        "must not lie in the past: nobody can have kept a rule unknown then",
        ErrorReason::kZoneVersionOverlap);
  }
  absl::flat_hash_map<domain::ZoneCode, const domain::ZoneVersion*> newest;
  for (const domain::ZoneVersion& zone : *present) newest[zone.code] = &zone;

  Writer writer(transaction);
  const postgres::Author author{call.caller.subject, ""};
  for (Candidate& candidate : candidates) {
    domain::ZoneVersion& zone = candidate.zone;
    zone.in_force.start = start;
    const auto before = newest.find(zone.code);
    if (before == newest.end()) {
      zone.id = domain::ZoneId::New(call.received);
      zone.version = 1;
      ++imported.created;
      if (!imported.faults.empty()) continue;
      if (absl::Status s = writer.Add(postgres::InsertZone(asked.city, zone)); !s.ok()) return s;
    } else {
      const domain::ZoneVersion& old = *before->second;
      if (old.usage != zone.usage) {
        judge.AddPlain(candidate, "properties.usage",
                       absl::StrCat("must stay ", Name(old.usage),
                                    ": a zone keeps its usage; use another code"),
                       ErrorReason::kUsageChanged);
        continue;
      }
      if (SameRules(old, zone)) {
        ++imported.unchanged;
        continue;
      }
      if (start <= old.in_force.start) {
        judge.AddPlain(candidate, "properties.code",
                       absl::StrCat("has a version from ",
                                    absl::FormatTime(old.in_force.start, absl::UTCTimeZone()),
                                    "; the new one must start after it"),
                       ErrorReason::kZoneVersionOverlap);
        continue;
      }
      zone.id = old.id;
      zone.version = old.version + 1;
      ++imported.superseded;
      if (!imported.faults.empty()) continue;
      if (absl::Status s = writer.Add(postgres::BumpZone(asked.city, zone.code)); !s.ok()) return s;
      if (absl::Status s = writer.Add(postgres::EndZoneVersion(asked.city, old, start)); !s.ok()) {
        return s;
      }
    }
    if (absl::Status s = writer.Add(postgres::InsertZoneVersion(asked.city, zone)); !s.ok()) {
      return s;
    }
    // Subject versions of zones count with zone versions: both move once a publication.
    if (absl::Status s = writer.Add(
            postgres::AppendJournal(postgres::SubjectKind::kZone, asked.city, zone.id.bytes(),
                                    zone.version, postgres::ZoneState(zone, asked.city), author));
        !s.ok()) {
      return s;
    }
  }
  if (!imported.faults.empty() || asked.validate_only) {
    std::sort(imported.faults.begin(), imported.faults.end(),
              [](const Fault& a, const Fault& b) { return a.feature_index < b.feature_index; });
    return imported;  // the transaction rolls back
  }
  if (imported.created + imported.superseded == 0) {
    // Nor is the count of the city's zone changes moved on.
    const absl::Status safe = postgres::RollBackAndAwaitSafety(
        std::move(transaction), pool_, asked.city, Deadline::After(call.Remaining()));
    if (!safe.ok()) return safe;
    return imported;
  }
  if (absl::Status committed = writer.Commit(); !committed.ok()) return committed;
  return imported;
}

}  // namespace stadspoort::zones
