#include "services/zones/judgement.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "services/domain/outline_examination.h"
#include "services/domain/zone_examination.h"

namespace stadspoort::zones {
namespace {

using domain::Finding;
using domain::FindingKind;
using domain::FindingSeverity;
using domain::ZoneVersion;

domain::MapAtHand MapOf(const CityAtHand& at_hand, const Change& change) {
  domain::MapAtHand map;
  map.bounds = at_hand.city.bounds;
  map.time_zone = at_hand.city.time_zone;
  map.start = change.start;
  absl::flat_hash_map<domain::ZoneCode, bool> drafted;
  for (const ZoneVersion& draft : change.drafts) drafted[draft.code] = true;
  for (const domain::ZoneCode& zone : change.retired) drafted[zone] = false;
  for (const ZoneVersion& version : at_hand.versions) {
    if (version.in_force.end <= change.start) continue;
    const auto found = drafted.find(version.code);
    if (found == drafted.end()) {
      map.others.push_back(&version);
    } else if (found->second && version.in_force.Contains(change.start)) {
      map.replaced.push_back(&version);
    }
  }
  return map;
}

// The zone's versions with the change: the draft, or nothing, from its start on.
ZoneTurn TurnOf(const std::vector<const ZoneVersion*>& versions, const ZoneVersion& draft,
                absl::Time start) {
  ZoneTurn turn{draft.code, {}, {}, false};
  for (const ZoneVersion* version : versions) {
    turn.before.push_back(*version);
    if (version->in_force.start >= start) continue;
    turn.after.push_back(*version);
    domain::Interval& in_force = turn.after.back().in_force;
    in_force.end = std::min(in_force.end, start);
  }
  turn.after.push_back(draft);
  return turn;
}

void AddHurt(const std::vector<RightsHurt>& hurt,
             const absl::flat_hash_set<domain::ZoneCode>& losers, std::vector<Finding>& found) {
  absl::flat_hash_map<domain::ZoneCode, int64_t> count;
  for (const RightsHurt& one : hurt) count[one.zone] += one.count;
  for (const auto& [zone, rights] : count) {
    found.push_back({FindingSeverity::kWarning,
                     FindingKind::kRightsHurt,
                     zone,
                     "",
                     std::nullopt,
                     absl::StrCat(rights, rights == 1 ? " right that is" : " rights that are",
                                  " good now would be refused at times",
                                  losers.contains(zone) ? ", or where the zone is no more" : ""),
                     {}});
  }
}

}  // namespace

std::vector<domain::FieldViolation> ViolationsOf(const Judgement& judgement) {
  std::vector<domain::FieldViolation> violations;
  for (const Finding& finding : judgement.errors) {
    violations.push_back({absl::StrCat("zones[", finding.zone.value(), "]",
                                       finding.field.empty() ? "" : ".", finding.field),
                          finding.description});
  }
  return violations;
}

void AddDraft(const domain::ZoneDraft& draft, const postgres::NewestVersion* newest,
              const CityAtHand& at_hand, Change& change) {
  domain::ZoneFindings findings(draft.code, change.found);
  // A zone of which nothing is in force any more, or ever was: domain::Examine sees no version.
  const bool at_rest =
      std::none_of(at_hand.versions.begin(), at_hand.versions.end(),
                   [&](const ZoneVersion& version) { return version.code == draft.code; });
  if (at_rest && newest != nullptr && draft.usage && *draft.usage != newest->usage) {
    findings.AddError(
        FindingKind::kUsageChanged, "usage",
        absl::StrCat("must stay ", Name(newest->usage), ", not ", Name(*draft.usage),
                     ": a zone keeps its usage; draw a zone of another code instead"));
  }
  const bool complete = draft.usage && !draft.area.area().empty() && !draft.display_name.empty();
  if (!draft.usage) findings.AddError(FindingKind::kInvalidField, "usage", "is required");
  if (draft.display_name.empty()) {
    findings.AddError(FindingKind::kInvalidField, "display_name", "is required");
  }
  if (draft.area.area().empty()) {
    findings.AddError(FindingKind::kInvalidGeometry, "polygons", "must have at least one polygon");
  }
  if (!complete) return;
  change.drafts.push_back(domain::VersionOf(draft, change.start));
}

std::vector<Finding> Examined(const CityAtHand& at_hand, const Change& change) {
  const std::vector<const ZoneVersion*> drafts = PointersTo(change.drafts);
  std::vector<const ZoneVersion*> versions;
  for (const ZoneVersion& version : at_hand.versions) {
    if (change.withdrawn != std::pair(version.code, version.version)) versions.push_back(&version);
  }
  std::vector<Finding> found = change.found;
  for (Finding& finding :
       domain::Examine({change.start, drafts, change.retired, versions, at_hand.right_types,
                        at_hand.special_days, at_hand.calendar.zone()})) {
    found.push_back(std::move(finding));
  }
  if (!change.outlines_judged) domain::ExamineOutlines(change.drafts, found);
  domain::ExamineMap(change.drafts, MapOf(at_hand, change), found);
  return found;
}

absl::StatusOr<std::vector<RightsHurt>> HurtBy(postgres::Transaction& transaction,
                                               const domain::CityCode& city,
                                               const CityAtHand& at_hand, const Change& change,
                                               std::vector<Finding>& found) {
  absl::flat_hash_map<domain::ZoneCode, std::vector<const ZoneVersion*>> versions;
  for (const ZoneVersion& version : at_hand.versions) versions[version.code].push_back(&version);
  absl::flat_hash_set<domain::ZoneCode> losers;
  for (const Finding& finding : found) {
    if (finding.kind == FindingKind::kAreaLost) losers.insert(finding.zone);
  }
  std::vector<ZoneTurn> turns;
  for (const ZoneVersion& draft : change.drafts) {
    turns.push_back(TurnOf(versions[draft.code], draft, change.start));
    turns.back().loses_area = losers.contains(draft.code);
  }
  auto hurt = FindRightsHurt(transaction, city, at_hand, turns, change.start);
  if (hurt.ok()) AddHurt(*hurt, losers, found);
  return hurt;
}

absl::StatusOr<Judgement> Judge(postgres::Transaction& transaction, const domain::CityCode& city,
                                const CityAtHand& at_hand, const Change& change) {
  std::vector<Finding> found = Examined(at_hand, change);
  auto hurt = HurtBy(transaction, city, at_hand, change, found);
  if (!hurt.ok()) return hurt.status();
  Judgement judgement;
  std::vector<Finding> errors;
  for (const Finding& finding : found) {
    if (finding.severity != FindingSeverity::kError) continue;
    judgement.faulty.insert(finding.zone);
    errors.push_back(finding);
  }
  judgement.errors = domain::Judged(std::move(errors)).findings;
  judgement.found = domain::Judged(std::move(found));
  judgement.rights_hurt = *std::move(hurt);
  return judgement;
}

}  // namespace stadspoort::zones
