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
#include "services/domain/zone_errors.h"
#include "services/zones/city_at_hand.h"
#include "services/zones/judgement.h"
#include "services/zones/publication.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/draft_store.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::zones {
namespace {

using domain::ErrorReason;
using domain::FindingKind;
using domain::ZoneVersion;
using postgres::NewestVersion;
using postgres::Transaction;

// Where in a feature stands what a finding calls by its path in Zone.
std::string InFeature(const std::string& field) {
  if (absl::StartsWith(field, "polygons") || field.empty()) return "geometry.coordinates";
  if (field == "display_name") return "properties.name";
  if (field == "in_force_start_time") return "properties.code";
  return absl::StrCat("properties.", field);
}

ErrorReason ReasonOf(FindingKind kind) {
  switch (kind) {
    case FindingKind::kOverlappingFrames:
      return ErrorReason::kOverlappingFrames;
    case FindingKind::kInvalidGeometry:
      return ErrorReason::kInvalidGeometry;
    case FindingKind::kUnknownRightType:
      return ErrorReason::kRightTypeNotFound;
    case FindingKind::kUnknownExtensionZone:
    case FindingKind::kExtensionToItself:
      return ErrorReason::kZoneNotFound;
    case FindingKind::kUsageChanged:
      return ErrorReason::kUsageChanged;
    case FindingKind::kVersionOverlap:
      return ErrorReason::kZoneVersionOverlap;
    default:
      return ErrorReason::kInvalidField;
  }
}

std::string At(absl::Time time) { return absl::FormatTime(time, absl::UTCTimeZone()); }

// Two versions that no check could tell apart.
bool SameRules(const ZoneVersion& a, const ZoneVersion& b) {
  return a.display_name == b.display_name && a.regulation == b.regulation && a.area == b.area;
}

template <typename Candidates>
std::vector<domain::ZoneCode> CodesOf(const Candidates& candidates) {
  std::vector<domain::ZoneCode> codes;
  codes.reserve(candidates.size());
  for (const auto& candidate : candidates) codes.push_back(candidate.draft.code);
  return codes;
}

}  // namespace

// Reads features, and collects what is wrong with each.
class ImportZones::Reader {
 public:
  Reader(const ImportAsked& asked, std::vector<Fault>& faults) : asked_(asked), faults_(faults) {}

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

 private:
  void Add(const Feature& feature, absl::string_view field, std::string description,
           ErrorReason reason = ErrorReason::kInvalidField) {
    faults_.push_back(
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
    const v1::Regulation& message = feature.regulation ? *feature.regulation : rule->regulation;
    const absl::StatusOr<domain::Regulation> regulation =
        asked_.as_drafts ? contract::ReadDraftRegulation(message, asked_.city)
                         : contract::ReadRegulation(message, asked_.city);
    if (!regulation.ok()) {
      AddRegulationFaults(feature, regulation.status());
      return std::nullopt;
    }
    if (!usage || feature.code.empty()) return std::nullopt;
    return Candidate{
        feature.index,
        {domain::ZoneCode(feature.code), usage, feature.display_name, *regulation, feature.area}};
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

  const ImportAsked& asked_;
  std::vector<Fault>& faults_;
};

absl::StatusOr<Imported> ImportZones::Run(const platform::Call& call, const ImportAsked& asked,
                                          absl::FunctionRef<void(int, int)> progress) {
  absl::StatusOr<FeaturesRead> read = ReadGeoJson(asked.geojson, !asked.as_drafts);
  if (!read.ok()) return read.status();
  progress(0, static_cast<int>(read->features.size()));
  Imported imported;
  imported.faults = std::move(read->faults);
  std::vector<Candidate> candidates =
      Reader(asked, imported.faults).Candidates(read->features, progress);
  const absl::Status stored = asked.as_drafts ? Draft(call, asked, candidates, imported)
                                              : Publish(call, asked, candidates, imported);
  if (!stored.ok()) return stored;
  std::stable_sort(
      imported.faults.begin(), imported.faults.end(),
      [](const Fault& a, const Fault& b) { return a.feature_index < b.feature_index; });
  return imported;
}

absl::Status ImportZones::Draft(const platform::Call& call, const ImportAsked& asked,
                                std::vector<Candidate>& candidates, Imported& imported) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const std::vector<domain::ZoneCode> codes = CodesOf(candidates);
  const auto results = transaction->Run(
      {postgres::SelectCity(asked.city), postgres::SelectNewest(asked.city, codes)});
  if (!results.ok()) return results.status();
  const auto city = postgres::CityOf((*results)[0]);
  if (!city.ok()) return city.status();
  if (!*city) return domain::CityNotFound();
  const auto newest = postgres::NewestOf((*results)[1]);
  if (!newest.ok()) return newest.status();
  absl::flat_hash_map<domain::ZoneCode, int64_t> versions;
  for (const NewestVersion& one : *newest) versions[one.code] = one.version.value_or(0);
  if (!imported.faults.empty()) return absl::OkStatus();  // the transaction rolls back
  // In one order, whoever else locks several.
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.draft.code < b.draft.code; });
  UnitWriter writer(*transaction);
  for (Candidate& candidate : candidates) {
    candidate.draft.base_version = versions[candidate.draft.code];
    ++imported.drafted;
    if (asked.validate_only) continue;
    const absl::Status added =
        writer.Add(postgres::PutDraft(asked.city, candidate.draft, postgres::IfDrawn::kReplace));
    if (!added.ok()) return added;
  }
  return asked.validate_only ? absl::OkStatus() : writer.Commit();
}

absl::Status ImportZones::Publish(const platform::Call& call, const ImportAsked& asked,
                                  const std::vector<Candidate>& candidates, Imported& imported) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  // A statement of its own: what is read after it is the present state.
  const auto lock = transaction->Run({postgres::LockZones(asked.city)});
  if (!lock.ok()) return lock.status();
  if (lock->front().empty()) return domain::CityNotFound();
  const std::vector<domain::ZoneCode> codes = CodesOf(candidates);
  std::vector<postgres::Command> commands = SelectWithZones(asked.city, asked.in_force_start);
  commands.push_back(postgres::SelectNewest(asked.city, codes));
  const auto results = transaction->Run(commands);
  if (!results.ok()) return results.status();
  const auto at_hand =
      AtHandOf(absl::MakeConstSpan(*results).first(kWithZonesCommands), asked.city);
  if (!at_hand.ok()) return at_hand.status();
  const auto listed = postgres::NewestOf((*results)[kWithZonesCommands]);
  if (!listed.ok()) return listed.status();
  constexpr char kStartField[] = "header.in_force_start_time";
  const absl::StatusOr<absl::Time> start =
      MomentOf(asked.in_force_start, kStartField, *listed, *transaction);
  if (!start.ok()) return start.status();

  absl::flat_hash_map<domain::ZoneCode, const NewestVersion*> newest;
  for (const NewestVersion& one : *listed) newest[one.code] = &one;
  // Ordered by time: the last one of a zone is its newest.
  absl::flat_hash_map<domain::ZoneCode, const ZoneVersion*> known;
  for (const ZoneVersion& version : at_hand->versions) known[version.code] = &version;

  absl::flat_hash_map<domain::ZoneCode, int> feature_of;
  Change change;
  change.start = *start;
  change.outlines_judged = true;
  for (const Candidate& candidate : candidates) {
    const domain::ZoneDraft& draft = candidate.draft;
    feature_of.try_emplace(draft.code, candidate.index);
    const auto add_fault = [&](std::string field, std::string description, ErrorReason reason) {
      imported.faults.push_back(
          {candidate.index, draft.code.value(), std::move(field), std::move(description), reason});
    };
    const auto before = newest.find(draft.code);
    const NewestVersion* old = before == newest.end() ? nullptr : before->second;
    if (old != nullptr && old->usage != draft.usage) {
      add_fault("properties.usage",
                absl::StrCat("must stay ", Name(old->usage),
                             ": a zone keeps its usage; use another code"),
                ErrorReason::kUsageChanged);
      continue;
    }
    change.drafts.push_back(VersionOf(draft, *start));
    if (old == nullptr || !old->version) {
      ++imported.created;
      continue;
    }
    const auto content = known.find(draft.code);
    const bool goes_on = old->in_force.end == absl::InfiniteFuture();
    // What is published ahead of `start` does not hold then.
    const bool holds = goes_on && old->in_force.start <= *start;
    if (holds && content != known.end() && SameRules(*content->second, change.drafts.back())) {
      ++imported.unchanged;
      change.drafts.pop_back();
    } else if (!goes_on && *start < old->in_force.end) {
      add_fault("properties.code",
                absl::StrCat("is retired at ", At(old->in_force.end),
                             "; the new version must not start before"),
                ErrorReason::kZoneVersionOverlap);
    } else {
      ++imported.superseded;
    }
  }
  // Said already; and an outline that is no area cannot be compared with others.
  absl::flat_hash_set<domain::ZoneCode> no_areas;
  for (const Fault& fault : imported.faults) {
    if (fault.reason != ErrorReason::kInvalidGeometry) continue;
    no_areas.insert(domain::ZoneCode(fault.zone_code));
    domain::ZoneFindings(domain::ZoneCode(fault.zone_code), change.found)
        .AddError(FindingKind::kInvalidGeometry, "polygons", fault.description);
  }
  for (const domain::Finding& finding : Examined(*at_hand, change)) {
    if (finding.kind == FindingKind::kInvalidGeometry && no_areas.contains(finding.zone)) continue;
    if (finding.severity == domain::FindingSeverity::kWarning) {
      imported.warnings.push_back(finding);
    } else {
      imported.faults.push_back({feature_of[finding.zone], finding.zone.value(),
                                 InFeature(finding.field), finding.description,
                                 ReasonOf(finding.kind)});
    }
  }
  if (!imported.faults.empty()) return absl::OkStatus();  // the transaction rolls back
  if (change.drafts.empty()) {
    if (asked.validate_only) return absl::OkStatus();
    // Nor is the count of the city's zone changes moved on.
    return postgres::RollBackAndAwaitSafety(*std::move(transaction), pool_, asked.city,
                                            Deadline::After(call.Remaining()));
  }
  const absl::StatusOr<TakingForce> force =
      TakesForce(asked.in_force_start, kStartField, *listed, change.drafts.size(), *transaction);
  if (!force.ok()) return force.status();
  imported.in_force_start = force->start;
  if (asked.validate_only) return absl::OkStatus();
  UnitWriter writer(*transaction);
  const postgres::Author author{call.caller.subject, ""};
  for (ZoneVersion& version : change.drafts) {
    version.in_force.start = force->start;
    const auto before = newest.find(version.code);
    const absl::Status added =
        AddPublication(asked.city, before == newest.end() ? nullptr : before->second, author,
                       call.received, version, writer);
    if (!added.ok()) return added;
  }
  if (absl::Status committed = writer.Commit(); !committed.ok()) return committed;
  AwaitForce(call, *force);
  return absl::OkStatus();
}

}  // namespace stadspoort::zones
