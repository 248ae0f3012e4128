#include "services/domain/zone_examination.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/domain/rule_words.h"
#include "services/domain/timetable_examination.h"

namespace stadspoort::domain {
namespace {

std::string At(absl::string_view list, size_t index) {
  return absl::StrCat("regulation.", list, "[", index, "]");
}

class Examiner {
 public:
  explicit Examiner(const Publication& publication)
      : publication_(publication),
        city_(publication.clock, publication.right_types, publication.special_days),
        retired_(publication.retired.begin(), publication.retired.end()) {
    absl::flat_hash_set<ZoneCode> replaced;
    for (const ZoneVersion* draft : publication.drafts) {
      replaced.insert(draft->code);
      AddZone(*draft);
    }
    for (const ZoneVersion* version : publication.versions) {
      published_[version->code].push_back(version);
      const bool stays = version->in_force.end > publication.start && !version->in_force.Empty() &&
                         !replaced.contains(version->code) && !retired_.contains(version->code);
      if (!stays) continue;
      staying_.push_back(version);
      AddZone(*version);
      absl::Time& ends = ends_.try_emplace(version->code, version->in_force.end).first->second;
      ends = std::max(ends, version->in_force.end);
    }
  }

  std::vector<Finding> Examine() {
    std::vector<Finding> found;
    for (const ZoneVersion* draft : publication_.drafts) {
      ZoneFindings findings(draft->code, found);
      ExamineAgainstEarlier(*draft, findings);
      for (RegulationFault& fault : ValidateNew(draft->regulation)) {
        const bool overlap = fault.kind == RegulationFault::Kind::kOverlappingFrames;
        findings.AddError(overlap ? FindingKind::kOverlappingFrames : FindingKind::kInvalidField,
                          absl::StrCat("regulation.", fault.field), std::move(fault.description));
      }
      ExamineRightTypes(draft->regulation, findings);
      ExamineExtensions(*draft, findings);
      ExamineSellingPoints(*draft, findings);
      ExamineTimetables(*draft, publication_.start, city_, findings);
    }
    for (const ZoneVersion* version : staying_) ExamineRetirements(*version, found);
    return found;
  }

 private:
  void AddZone(const ZoneVersion& zone) {
    usages_.emplace(zone.code, zone.usage);
    for (const SellingPoint& point : zone.regulation.selling_points) {
      std::vector<ZoneCode>& holders = selling_points_[point.id];
      if (std::find(holders.begin(), holders.end(), zone.code) == holders.end()) {
        holders.push_back(zone.code);
      }
    }
  }

  void ExamineAgainstEarlier(const ZoneVersion& draft, ZoneFindings& findings) const {
    const auto earlier = published_.find(draft.code);
    if (earlier == published_.end()) return;
    const ZoneVersion* newest = *std::max_element(earlier->second.begin(), earlier->second.end(),
                                                  [](const ZoneVersion* a, const ZoneVersion* b) {
                                                    return a->in_force.start < b->in_force.start;
                                                  });
    if (newest->usage != draft.usage) {
      findings.AddError(
          FindingKind::kUsageChanged, "usage",
          absl::StrCat("must stay ", Name(newest->usage), ", not ", Name(draft.usage),
                       ": a zone keeps its usage; draw a zone of another code instead"));
    }
    if (publication_.start <= newest->in_force.start) {
      findings.AddError(FindingKind::kVersionOverlap, "in_force_start_time",
                        absl::StrCat("is ", InWords(publication_.start, publication_.clock),
                                     ", but version ", newest->version, " takes force at ",
                                     InWords(newest->in_force.start, publication_.clock),
                                     "; withdraw that one first, or choose a later moment"));
    }
  }

  void ExamineTypes(const std::vector<RightTypeCode>& types, absl::string_view list,
                    ZoneFindings& findings) const {
    for (size_t i = 0; i < types.size(); ++i) {
      if (city_.right_types.contains(types[i])) continue;
      findings.AddError(FindingKind::kUnknownRightType, absl::StrCat(list, "[", i, "]"),
                        absl::StrCat("the city has no right type ", types[i].value(),
                                     "; name one that it has, or make it first"));
    }
  }

  void ExamineRightTypes(const Regulation& regulation, ZoneFindings& findings) const {
    const auto examine_frames = [&](const std::vector<TimeFrame>& frames, absl::string_view list) {
      for (size_t i = 0; i < frames.size(); ++i) {
        ExamineTypes(frames[i].accepted_types, absl::StrCat(list, "[", i, "].accepted_right_types"),
                     findings);
      }
    };
    examine_frames(regulation.timetable.frames, "regulation.frames");
    for (size_t i = 0; i < regulation.overlays.size(); ++i) {
      examine_frames(regulation.overlays[i].timetable.frames,
                     absl::StrCat(At("overlays", i), ".frames"));
    }
    for (size_t i = 0; i < regulation.extensions.size(); ++i) {
      ExamineTypes(regulation.extensions[i].right_types,
                   absl::StrCat(At("extensions", i), ".right_types"), findings);
    }
    for (size_t i = 0; i < regulation.restrictions.size(); ++i) {
      ExamineTypes(regulation.restrictions[i].right_types,
                   absl::StrCat(At("restrictions", i), ".right_types"), findings);
    }
  }

  void ExamineExtensions(const ZoneVersion& draft, ZoneFindings& findings) const {
    for (size_t i = 0; i < draft.regulation.extensions.size(); ++i) {
      const ZoneCode& from = draft.regulation.extensions[i].from_zone;
      const std::string field = absl::StrCat(At("extensions", i), ".zone");
      const auto usage = usages_.find(from);
      if (from == draft.code) {
        findings.AddError(FindingKind::kExtensionToItself, field,
                          "is this zone itself, whose rights are good here anyway; name another "
                          "zone of the city, or leave the extension out");
      } else if (retired_.contains(from) || EndsLater(from)) {
        AddRetired(from, field, findings);
      } else if (usage == usages_.end()) {
        findings.AddError(FindingKind::kUnknownExtensionZone, field,
                          absl::StrCat("the city has no zone ", from.value(),
                                       " from then on; name one that it has, publish it together "
                                       "with this one, or leave the extension out"));
      } else if (usage->second != draft.usage) {
        findings.AddWarning(
            FindingKind::kExtensionFromOtherUsage, field,
            absl::StrCat("is a zone of ", Name(usage->second), ", and this one is of ",
                         Name(draft.usage), ": shall its rights be good here?"),
            {from});
      }
    }
  }

  // Retired already, for a moment after the start.
  bool EndsLater(const ZoneCode& zone) const {
    const auto ends = ends_.find(zone);
    return ends != ends_.end() && ends->second != absl::InfiniteFuture();
  }

  static void AddRetired(const ZoneCode& from, const std::string& field, ZoneFindings& findings) {
    findings.AddError(FindingKind::kUnknownExtensionZone, field,
                      absl::StrCat("zone ", from.value(),
                                   " is being retired; publish this zone without the extension "
                                   "first, or keep that one"),
                      {from});
  }

  // Of a zone that nobody drafts.
  void ExamineRetirements(const ZoneVersion& zone, std::vector<Finding>& found) const {
    ZoneFindings findings(zone.code, found);
    for (size_t i = 0; i < zone.regulation.extensions.size(); ++i) {
      const ZoneCode& from = zone.regulation.extensions[i].from_zone;
      if (retired_.contains(from)) {
        AddRetired(from, absl::StrCat(At("extensions", i), ".zone"), findings);
      }
    }
  }

  void ExamineSellingPoints(const ZoneVersion& draft, ZoneFindings& findings) const {
    const auto& points = draft.regulation.selling_points;
    for (size_t i = 0; i < points.size(); ++i) {
      std::vector<ZoneCode> others = selling_points_.at(points[i].id);
      others.erase(std::remove(others.begin(), others.end(), draft.code), others.end());
      if (others.empty()) continue;
      std::sort(others.begin(), others.end());
      findings.AddError(FindingKind::kDuplicateSellingPoint,
                        absl::StrCat(At("selling_points", i), ".selling_point_id"),
                        absl::StrCat(points[i].id, " stands in zone ", others.front().value(),
                                     " too; an id names one place of the city"),
                        others);
    }
  }

  const Publication& publication_;
  const CityTerms city_;
  const absl::flat_hash_set<ZoneCode> retired_;
  absl::flat_hash_map<ZoneCode, std::vector<const ZoneVersion*>> published_;
  std::vector<const ZoneVersion*> staying_;  // published, and still to hold beside the drafts
  absl::flat_hash_map<ZoneCode, absl::Time> ends_;  // of their zones
  // Of the drafts and of the versions that stay.
  absl::flat_hash_map<ZoneCode, Usage> usages_;
  absl::flat_hash_map<std::string, std::vector<ZoneCode>> selling_points_;
};

}  // namespace

std::vector<Finding> Examine(const Publication& publication) {
  return Examiner(publication).Examine();
}

}  // namespace stadspoort::domain
