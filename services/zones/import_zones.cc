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
#include "services/domain/request_errors.h"
#include "services/domain/zone_errors.h"
#include "services/zones/city_at_hand.h"
#include "services/zones/judgement.h"
#include "services/zones/publication.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/draft_store.h"
#include "storage/postgres/zone_change_store.h"
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

// Zones that changed after what the file's author knew, or whose rules at the start are others than
// those that were exported, published ahead of the export though they were. CursorLost.
absl::StatusOr<absl::flat_hash_set<domain::ZoneCode>> ChangedSince(Transaction& transaction,
                                                                   const ImportAsked& asked,
                                                                   absl::Time start) {
  if (!asked.since) return absl::flat_hash_set<domain::ZoneCode>();
  const postgres::ZoneChangePlace& place = asked.since->place;
  const auto results =
      transaction.Run({postgres::SelectZoneChangeTime(asked.city, place),
                       postgres::SelectZonesChangedSince(
                           asked.city, place, {asked.since->seen_at.value_or(start), start})});
  if (!results.ok()) return results.status();
  const auto recorded = postgres::ZoneChangeTimeOf((*results)[0]);
  if (!recorded.ok()) return recorded.status();
  if (*recorded != asked.since->recorded) return domain::CursorLost("header.cursor");
  const auto changed = postgres::ZonesChangedOf((*results)[1]);
  if (!changed.ok()) return changed.status();
  return absl::flat_hash_set<domain::ZoneCode>(changed->begin(), changed->end());
}

Fault ChangedFault(int feature_index, const domain::ZoneCode& zone) {
  return {feature_index, zone.value(), "properties.code",
          "has changed since the file was exported; export the zones anew and change those, or "
          "leave this one out",
          ErrorReason::kStaleEtag};
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

  std::vector<Candidate> Candidates(const std::vector<Feature>& features) {
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
                                          ImportProgress progress) {
  absl::StatusOr<FeaturesRead> read =
      ReadGeoJson(asked.geojson, !asked.as_drafts,
                  [&](int done, int total) { progress(ImportPhase::kReading, done, total); });
  if (!read.ok()) return read.status();
  Imported imported;
  imported.faults = std::move(read->faults);
  std::vector<Candidate> candidates = Reader(asked, imported.faults).Candidates(read->features);
  progress(ImportPhase::kJudging, 0, static_cast<int>(read->features.size()));
  const absl::Status stored = asked.as_drafts
                                  ? Draft(call, asked, candidates, imported, progress)
                                  : Publish(call, asked, candidates, imported, progress);
  if (!stored.ok()) return stored;
  std::stable_sort(
      imported.faults.begin(), imported.faults.end(),
      [](const Fault& a, const Fault& b) { return a.feature_index < b.feature_index; });
  return imported;
}

absl::Status ImportZones::Draft(const platform::Call& call, const ImportAsked& asked,
                                std::vector<Candidate>& candidates, Imported& imported,
                                ImportProgress progress) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const std::vector<domain::ZoneCode> codes = CodesOf(candidates);
  const auto results =
      transaction->Run({postgres::SelectCity(asked.city), postgres::SelectNewest(asked.city, codes),
                        postgres::LockDrafts(asked.city, codes)});
  if (!results.ok()) return results.status();
  const auto city = postgres::CityOf((*results)[0]);
  if (!city.ok()) return city.status();
  if (!*city) return domain::CityNotFound();
  const auto newest = postgres::NewestOf((*results)[1]);
  if (!newest.ok()) return newest.status();
  absl::flat_hash_map<domain::ZoneCode, int64_t> versions;
  for (const NewestVersion& one : *newest) versions[one.code] = one.version.value_or(0);
  const auto drawn = postgres::DraftsOf((*results)[2], asked.city);
  if (!drawn.ok()) return drawn.status();
  absl::flat_hash_map<domain::ZoneCode, const domain::ZoneDraft*> drafts;
  for (const postgres::StoredDraft& one : *drawn) drafts[one.draft.code] = &one.draft;
  // Whenever the drafts will be published.
  const auto changed = ChangedSince(*transaction, asked, absl::InfiniteFuture());
  if (!changed.ok()) return changed.status();

  // In one order, whoever else locks several.
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.draft.code < b.draft.code; });
  std::vector<postgres::Command> commands;
  for (Candidate& candidate : candidates) {
    domain::ZoneDraft& draft = candidate.draft;
    draft.base_version = versions[draft.code];
    const auto other = drafts.find(draft.code);
    if (other != drafts.end() && *other->second == draft) {
      ++imported.unchanged;
      continue;
    }
    if (changed->contains(draft.code)) {
      imported.faults.push_back(ChangedFault(candidate.index, draft.code));
    }
    if (other != drafts.end() && !asked.replace_drafts) {
      imported.faults.push_back({candidate.index, draft.code.value(), "properties.code",
                                 "has a draft already, which says something else; publish or "
                                 "delete that one, or replace the drafts that are there",
                                 ErrorReason::kDraftExists});
    }
    ++imported.drafted;
    commands.push_back(postgres::PutDraft(
        asked.city, draft,
        other == drafts.end() ? postgres::IfDrawn::kLeave : postgres::IfDrawn::kReplace));
  }
  if (!imported.faults.empty() || asked.validate_only) return absl::OkStatus();  // rolls back
  absl::Span<const postgres::Command> left = commands;
  while (!left.empty()) {
    const auto put = transaction->Run(left.first(std::min(left.size(), kCommandsPerUnit)));
    if (!put.ok()) return put.status();
    for (const postgres::Result& one : *put) {
      if (one.empty()) return absl::AbortedError("a zone was drawn while the file was stored");
    }
    left.remove_prefix(put->size());
    progress(ImportPhase::kStoring, static_cast<int>(commands.size() - left.size()),
             static_cast<int>(commands.size()));
  }
  return transaction->Commit();
}

// A publication in the making: which features of the file change what, and whether they may.
class ImportZones::Publication {
 public:
  // They outlive it.
  Publication(const ImportAsked& asked, Transaction& transaction, Imported& imported)
      : asked_(asked), transaction_(transaction), imported_(imported) {}

  absl::Status Read(const std::vector<Candidate>& candidates) {
    // A statement of its own: what is read after it is the present state.
    const auto lock = transaction_.Run({postgres::LockZones(asked_.city)});
    if (!lock.ok()) return lock.status();
    if (lock->front().empty()) return domain::CityNotFound();
    std::vector<postgres::Command> commands = SelectWithZones(asked_.city, asked_.in_force_start);
    commands.push_back(postgres::SelectNewest(asked_.city, CodesOf(candidates)));
    const auto results = transaction_.Run(commands);
    if (!results.ok()) return results.status();
    auto at_hand = AtHandOf(absl::MakeConstSpan(*results).first(kWithZonesCommands), asked_.city);
    if (!at_hand.ok()) return at_hand.status();
    at_hand_ = *std::move(at_hand);
    auto listed = postgres::NewestOf((*results)[kWithZonesCommands]);
    if (!listed.ok()) return listed.status();
    listed_ = *std::move(listed);
    const absl::StatusOr<absl::Time> start =
        MomentOf(asked_.in_force_start, kStartField, listed_, transaction_);
    if (!start.ok()) return start.status();
    change_.start = *start;
    change_.outlines_judged = true;
    auto changed = ChangedSince(transaction_, asked_, change_.start);
    if (!changed.ok()) return changed.status();
    changed_ = *std::move(changed);
    for (const NewestVersion& one : listed_) newest_[one.code] = &one;
    // Ordered by time: the last one of a zone is its newest.
    for (const ZoneVersion& version : at_hand_.versions) known_[version.code] = &version;
    return absl::OkStatus();
  }

  void Add(const Candidate& candidate) {
    const domain::ZoneDraft& draft = candidate.draft;
    feature_of_.try_emplace(draft.code, candidate.index);
    const NewestVersion* old = Newest(draft.code);
    if (old != nullptr && old->usage != draft.usage) {
      AddFault(draft.code, "properties.usage",
               absl::StrCat("must stay ", Name(old->usage),
                            ": a zone keeps its usage; use another code"),
               ErrorReason::kUsageChanged);
      return;
    }
    ZoneVersion version = VersionOf(draft, change_.start);
    const bool begins = old == nullptr || !old->version;
    const bool goes_on = !begins && old->in_force.end == absl::InfiniteFuture();
    // What is published ahead of the start does not hold then.
    const bool holds = goes_on && old->in_force.start <= change_.start;
    const auto content = known_.find(draft.code);
    if (holds && content != known_.end() && SameRules(*content->second, version)) {
      ++imported_.unchanged;
      return;
    }
    ++(begins ? imported_.created : imported_.superseded);
    change_.drafts.push_back(std::move(version));
    if (changed_.contains(draft.code)) {
      imported_.faults.push_back(ChangedFault(candidate.index, draft.code));
    }
    if (!begins && !goes_on && change_.start < old->in_force.end) {
      AddFault(draft.code, "properties.code",
               absl::StrCat("is retired at ", At(old->in_force.end),
                            "; the new version must not start before"),
               ErrorReason::kZoneVersionOverlap);
    }
    if (goes_on && old->in_force.start > at_hand_.city.now && old->in_force.start < change_.start) {
      domain::ZoneFindings(draft.code, change_.found)
          .AddWarning(
              FindingKind::kVersionOverlap, "in_force_start_time",
              absl::StrCat("version ", *old->version, ", published ahead for ",
                           At(old->in_force.start), ", would hold only until ", At(change_.start)));
    }
  }

  // What all of it together would do.
  absl::Status Judge() {
    // Said already; and an outline that is no area cannot be compared with others.
    absl::flat_hash_set<domain::ZoneCode> no_areas;
    for (const Fault& fault : imported_.faults) {
      if (fault.reason != ErrorReason::kInvalidGeometry) continue;
      no_areas.insert(domain::ZoneCode(fault.zone_code));
      domain::ZoneFindings(domain::ZoneCode(fault.zone_code), change_.found)
          .AddError(FindingKind::kInvalidGeometry, "polygons", fault.description);
    }
    std::vector<domain::Finding> found = Examined(at_hand_, change_);
    auto hurt = HurtBy(transaction_, asked_.city, at_hand_, change_, found);
    if (!hurt.ok()) return hurt.status();
    imported_.rights_hurt = *std::move(hurt);
    for (domain::Finding& finding : found) {
      if (finding.kind == FindingKind::kInvalidGeometry && no_areas.contains(finding.zone)) {
        continue;
      }
      if (finding.severity == domain::FindingSeverity::kWarning) {
        imported_.warnings.push_back(std::move(finding));
      } else {
        AddFault(finding.zone, InFeature(finding.field), std::move(finding.description),
                 ReasonOf(finding.kind));
      }
    }
    return absl::OkStatus();
  }

  bool nothing() const { return change_.drafts.empty(); }

  // Sets when it takes force.
  absl::Status Write(const platform::Call& call, ImportProgress progress) {
    const absl::StatusOr<TakingForce> force = TakesForce(
        asked_.in_force_start, kStartField, listed_, change_.drafts.size(), transaction_);
    if (!force.ok()) return force.status();
    imported_.in_force_start = force->start;
    if (asked_.validate_only) return absl::OkStatus();
    UnitWriter writer(transaction_);
    const postgres::Author author{call.caller.subject, ""};
    int done = 0;
    for (ZoneVersion& version : change_.drafts) {
      version.in_force.start = force->start;
      const absl::Status added =
          AddPublication(asked_.city, Newest(version.code), author, call.received, version, writer);
      if (!added.ok()) return added;
      progress(ImportPhase::kStoring, ++done, static_cast<int>(change_.drafts.size()));
    }
    if (absl::Status committed = writer.Commit(); !committed.ok()) return committed;
    AwaitForce(call, *force);
    return absl::OkStatus();
  }

 private:
  static constexpr char kStartField[] = "header.in_force_start_time";

  const NewestVersion* Newest(const domain::ZoneCode& zone) const {
    const auto found = newest_.find(zone);
    return found == newest_.end() ? nullptr : found->second;
  }
  void AddFault(const domain::ZoneCode& zone, std::string field, std::string description,
                ErrorReason reason) {
    imported_.faults.push_back(
        {feature_of_[zone], zone.value(), std::move(field), std::move(description), reason});
  }

  const ImportAsked& asked_;
  Transaction& transaction_;
  Imported& imported_;
  CityAtHand at_hand_;
  std::vector<NewestVersion> listed_;
  absl::flat_hash_set<domain::ZoneCode> changed_;
  absl::flat_hash_map<domain::ZoneCode, const NewestVersion*> newest_;
  absl::flat_hash_map<domain::ZoneCode, const ZoneVersion*> known_;
  absl::flat_hash_map<domain::ZoneCode, int> feature_of_;
  Change change_;
};

absl::Status ImportZones::Publish(const platform::Call& call, const ImportAsked& asked,
                                  const std::vector<Candidate>& candidates, Imported& imported,
                                  ImportProgress progress) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  Publication publication(asked, *transaction, imported);
  if (absl::Status read = publication.Read(candidates); !read.ok()) return read;
  for (const Candidate& candidate : candidates) publication.Add(candidate);
  if (absl::Status judged = publication.Judge(); !judged.ok()) return judged;
  if (!imported.faults.empty()) return absl::OkStatus();  // the transaction rolls back
  if (!publication.nothing()) return publication.Write(call, progress);
  if (asked.validate_only) return absl::OkStatus();
  // Nor is the count of the city's zone changes moved on.
  return postgres::RollBackAndAwaitSafety(*std::move(transaction), pool_, asked.city,
                                          Deadline::After(call.Remaining()));
}

}  // namespace stadspoort::zones
