#include "services/domain/decide.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "services/domain/limits.h"

namespace stadspoort::domain {
namespace {

// The last moment at which something that ends at `end` still held. Instants are kept to the
// microsecond.
absl::Time JustBefore(absl::Time end) { return end - absl::Microseconds(1); }

// One right of one plate, seen from one zone at one moment: each question of the rules, answered.
class RightView {
 public:
  // `facts`, and what the others are of, outlive it.
  RightView(const Right& right, const ZoneVersion& zone, const TimeFrame& frame, const Facts& facts,
            absl::Time t)
      : right_(&right), zone_(&zone), facts_(&facts), t_(t) {
    const LocalMoment moment = ToLocal(t, calendar().zone());
    type_accepted_ = frame.Accepts(right.kind, right.type);
    named_ = right.city_wide ||
             std::find(right.zones.begin(), right.zones.end(), zone.code) != right.zones.end();
    if (!named_) extended_from_ = ExtensionAt(zone, moment);
    own_window_open_ = OpenAt(right.windows, moment);
    window_open_ = WindowOpenAt(zone, t);
  }

  const Right& right() const { return *right_; }
  const ZoneCode* extended_from() const { return extended_from_; }

  // The right is for this zone, directly or by extension, and of a type that the frame accepts.
  bool InScope() const { return Reaches() && type_accepted_; }
  bool Reaches() const { return named_ || extended_from_ != nullptr; }
  bool TypeAccepted() const { return type_accepted_; }
  bool WindowOpen() const { return window_open_; }

  bool InTerm() const { return right_->effective.Contains(t_); }
  bool Suspended() const { return InTerm() && right_->SuspendedAt(t_); }
  bool Revoked() const { return right_->RevokedAt(t_); }
  bool Ended() const { return !right_->effective.Empty() && right_->effective.end <= t_; }
  bool NotStarted() const { return !right_->effective.Empty() && t_ < right_->effective.start; }

  // In force by its own terms, whatever zone and frame are asked about.
  bool InForce() const {
    return InTerm() && !Suspended() && !Revoked() && own_window_open_ && right_->plate_active;
  }
  bool Covers() const { return InScope() && InForce() && window_open_; }

  // Within the zone's grace before the start or after the end. An end cut short by revocation or
  // suspension gives none, and neither does a right that was closed by its windows at that edge.
  // The right may have been good at that edge only: who has minutes to leave has them too when the
  // frame changes meanwhile, or the whole version. How many they are says the one that holds now.
  bool InGrace() const {
    const Interval& term = right_->effective;
    if (!right_->plate_active || term.Empty() || Revoked()) return false;
    if (right_->SuspendedAt(t_)) return false;
    const Regulation& regulation = zone_->regulation;
    if (term.start - regulation.grace_before <= t_ && t_ < term.start) {
      return !right_->SuspendedAt(term.start) && HeldAt(term.start);
    }
    if (term.end <= t_ && t_ < term.end + regulation.grace_after) {
      const absl::Time last = JustBefore(term.end);
      return !right_->SuspendedAt(last) && !right_->RevokedAt(last) && HeldAt(last);
    }
    return false;
  }

 private:
  const CityCalendar& calendar() const { return *facts_->calendar; }

  // The zone from which the right reaches here at the moment; null: from none.
  const ZoneCode* ExtensionAt(const ZoneVersion& zone, const LocalMoment& moment) const {
    for (const ValidityExtension& extension : zone.regulation.extensions) {
      const bool named = std::find(right_->zones.begin(), right_->zones.end(),
                                   extension.from_zone) != right_->zones.end();
      const bool type_named = extension.right_types.empty() ||
                              std::find(extension.right_types.begin(), extension.right_types.end(),
                                        right_->type) != extension.right_types.end();
      if (named && type_named && OpenAt(extension.windows, moment)) return &extension.from_zone;
    }
    return nullptr;
  }

  // At an edge of its term: for this zone, accepted, and not closed by a window. By the version
  // that holds now, or by the one of then.
  bool HeldAt(absl::Time edge) const {
    if (HeldAt(*zone_, edge, type_accepted_)) return true;
    return std::any_of(facts_->neighbours.begin(), facts_->neighbours.end(),
                       [&](const ZoneVersion* other) {
                         return other->code == zone_->code && other->in_force.Contains(edge) &&
                                HeldAt(*other, edge, /*accepted=*/false);
                       });
  }

  bool HeldAt(const ZoneVersion& zone, absl::Time edge, bool accepted) const {
    return (named_ || ExtensionAt(zone, ToLocal(edge, calendar().zone())) != nullptr) &&
           (accepted || AcceptedAt(zone, edge)) && WindowOpenAt(zone, edge);
  }

  bool AcceptedAt(const ZoneVersion& zone, absl::Time t) const {
    const TimeFrame* frame = zone.regulation.At(t, calendar()).frame;
    return frame != nullptr && frame->Accepts(right_->kind, right_->type);
  }

  // The right's own windows, and the zone's restrictions on its type.
  bool WindowOpenAt(const ZoneVersion& zone, absl::Time t) const {
    const LocalMoment moment = ToLocal(t, calendar().zone());
    if (!OpenAt(right_->windows, moment)) return false;
    return std::all_of(zone.regulation.restrictions.begin(), zone.regulation.restrictions.end(),
                       [&](const Restriction& restriction) {
                         return !restriction.Concerns(right_->kind, right_->type) ||
                                OpenAt(restriction.windows, moment);
                       });
  }

  const Right* right_;
  const ZoneVersion* zone_;
  const Facts* facts_;
  absl::Time t_;
  const ZoneCode* extended_from_ = nullptr;
  bool named_ = false;  // for this zone itself, or the whole city
  bool type_accepted_ = false;
  bool own_window_open_ = false;
  bool window_open_ = false;  // and no restriction of the zone closes it
};

// One candidate zone at one moment, with the rights of the plate and of its near misses.
struct ZoneView {
  const Facts& facts;
  absl::Time t;
  const ZoneVersion* zone;  // null: outside every zone
  RuleInForce rule;

  struct Sight {
    RightView view;
    const KnownPlate* plate;
    bool country_matches;
  };
  absl::InlinedVector<Sight, 4> sights;

  ZoneView(const Facts& known, absl::Time moment, const ZoneVersion* candidate)
      : facts(known), t(moment), zone(candidate) {
    if (zone == nullptr) return;
    rule = zone->regulation.At(t, *facts.calendar);
    if (rule.frame == nullptr) return;
    for (const KnownPlate& plate : facts.plates) {
      for (const Right& right : plate.rights) {
        sights.push_back({RightView(right, *zone, *rule.frame, facts, t), &plate,
                          right.country.Matches(facts.country)});
      }
    }
  }

  // The first of the plate's own rights, in another country's name or not, for which `applies` is
  // true. Among several the one that ends last, so that the answer does not depend on the order in
  // which rights are read.
  template <typename Applies>
  const RightView* Find(bool exact, bool country_matches, Applies applies) const {
    const RightView* found = nullptr;
    for (const Sight& sight : sights) {
      if (sight.plate->exact != exact || sight.country_matches != country_matches) continue;
      if (!applies(sight.view)) continue;
      if (found == nullptr || EndsLater(sight.view.right(), found->right())) found = &sight.view;
    }
    return found;
  }
  template <typename Applies>
  const RightView* OwnRight(Applies applies) const {
    return Find(/*exact=*/true, /*country_matches=*/true, applies);
  }

  static bool EndsLater(const Right& a, const Right& b) {
    if (a.effective.end != b.effective.end) return a.effective.end > b.effective.end;
    return a.id > b.id;
  }

  bool WithinLookBack(const Right& right) const {
    return t - right.effective.end < facts.city->look_back;
  }
};

bool CoversOrInGrace(const RightView& view) { return view.Covers() || view.InGrace(); }

// A rule says whether it applies, and which right it rests on.
struct Finding {
  bool applies = false;
  const RightView* right = nullptr;

  static Finding If(bool condition) { return {condition, nullptr}; }
  static Finding Of(const RightView* right) { return {right != nullptr, right}; }
};

struct Rule {
  DecisionReason reason;
  Finding (*apply)(const ZoneView&);
};

// The decision, zone by zone: the first rule that applies. UNKNOWN and BORDER concern the whole
// question and stand in Decide.
constexpr Rule kRules[] = {
    // NOT_REQUIRED
    {DecisionReason::kNoFrame,
     [](const ZoneView& z) { return Finding::If(z.rule.frame == nullptr); }},
    {DecisionReason::kClosedPeriod,
     [](const ZoneView& z) { return Finding::If(z.rule.closed != nullptr); }},
    {DecisionReason::kTimeLimited,
     [](const ZoneView& z) {
       return Finding::If(z.zone != nullptr && z.zone->usage == Usage::kTimeLimited);
     }},
    // PERMITTED
    {DecisionReason::kRight,
     [](const ZoneView& z) {
       return Finding::Of(z.OwnRight([](const RightView& r) { return r.Covers(); }));
     }},
    {DecisionReason::kGrace,
     [](const ZoneView& z) {
       return Finding::Of(z.OwnRight([](const RightView& r) { return r.InGrace(); }));
     }},
    // REVIEW
    {DecisionReason::kCountryMismatch,
     [](const ZoneView& z) {
       return Finding::Of(z.Find(/*exact=*/true, /*country_matches=*/false, CoversOrInGrace));
     }},
    {DecisionReason::kNearMiss,
     [](const ZoneView& z) {
       return Finding::If(z.Find(/*exact=*/false, /*country_matches=*/true, CoversOrInGrace) !=
                          nullptr);
     }},
    {DecisionReason::kLowConfidence,
     [](const ZoneView& z) {
       return Finding::If(z.facts.confidence &&
                          *z.facts.confidence < z.facts.city->confidence_threshold);
     }},
    // NOT_PERMITTED, the most telling first
    {DecisionReason::kSuspended,
     [](const ZoneView& z) {
       return Finding::Of(
           z.OwnRight([](const RightView& r) { return r.InScope() && r.Suspended(); }));
     }},
    {DecisionReason::kRevoked,
     [](const ZoneView& z) {
       return Finding::Of(z.OwnRight([&](const RightView& r) {
         return r.InScope() && r.Revoked() && z.WithinLookBack(r.right());
       }));
     }},
    {DecisionReason::kExpired,
     [](const ZoneView& z) {
       return Finding::Of(z.OwnRight([&](const RightView& r) {
         return r.InScope() && r.Ended() && z.WithinLookBack(r.right());
       }));
     }},
    {DecisionReason::kNotStarted,
     [](const ZoneView& z) {
       return Finding::Of(
           z.OwnRight([](const RightView& r) { return r.InScope() && r.NotStarted(); }));
     }},
    {DecisionReason::kOutsideWindow,
     [](const ZoneView& z) {
       return Finding::Of(z.OwnRight(
           [](const RightView& r) { return r.InScope() && r.InTerm() && !r.WindowOpen(); }));
     }},
    {DecisionReason::kPlateNotActive,
     [](const ZoneView& z) {
       return Finding::Of(z.OwnRight([](const RightView& r) {
         return r.InScope() && r.InTerm() && !r.right().plate_active;
       }));
     }},
    {DecisionReason::kTypeNotAccepted,
     [](const ZoneView& z) {
       return Finding::Of(z.OwnRight(
           [](const RightView& r) { return r.InForce() && r.Reaches() && !r.TypeAccepted(); }));
     }},
    {DecisionReason::kWrongZone,
     [](const ZoneView& z) {
       return Finding::Of(
           z.OwnRight([](const RightView& r) { return r.InForce() && !r.Reaches(); }));
     }},
    {DecisionReason::kNoRight, [](const ZoneView&) { return Finding::If(true); }},
};

void AddNearMisses(const ZoneView& view, Verdict& verdict) {
  for (const ZoneView::Sight& sight : view.sights) {
    if (sight.plate->exact || !sight.country_matches || !CoversOrInGrace(sight.view)) continue;
    if (std::find(verdict.near_misses.begin(), verdict.near_misses.end(), sight.plate->id) ==
        verdict.near_misses.end()) {
      verdict.near_misses.push_back(sight.plate->id);
    }
  }
}

// A verdict without its times. When no rule applies nothing is known to be wrong, so nobody is
// fined: UNKNOWN.
Verdict JudgeZone(const ZoneView& view, const RuleSet& rules) {
  Verdict verdict;
  verdict.zone = view.zone;
  verdict.overlay = view.rule.overlay;
  verdict.frame = view.rule.frame;
  for (const Rule& rule : kRules) {
    if (!rules.Has(rule.reason)) continue;
    const Finding finding = rule.apply(view);
    if (!finding.applies) continue;
    verdict.reason = rule.reason;
    if (finding.right != nullptr) {
      verdict.right = &finding.right->right();
      verdict.extended_from = finding.right->extended_from();
    }
    break;
  }
  if (verdict.reason == DecisionReason::kNearMiss) AddNearMisses(view, verdict);
  return verdict;
}

bool IsNegative(Decision decision) {
  return decision == Decision::kReview || decision == Decision::kNotPermitted;
}

// Near a border the candidates must agree. Where they do, the first rule that applied to any of
// them is the reason.
Verdict JudgePlace(const Facts& facts, absl::Time t, const RuleSet& rules) {
  absl::InlinedVector<const ZoneVersion*, 4> candidates(facts.zones.begin(), facts.zones.end());
  if (facts.outside_possible || candidates.empty()) candidates.push_back(nullptr);

  Verdict first;  // of the rules that applied to any candidate, the first
  Verdict last;
  std::vector<CandidateVerdict> all;
  bool any_negative = false;
  bool all_agree = true;
  for (const ZoneVersion* candidate : candidates) {
    Verdict verdict = JudgeZone(ZoneView(facts, t, candidate), rules);
    any_negative = any_negative || IsNegative(verdict.decision());
    all_agree = all_agree && (all.empty() || verdict.decision() == first.decision());
    if (all.empty() || verdict.reason < first.reason) first = verdict;
    if (all.empty() || verdict.reason > last.reason) last = verdict;
    all.push_back({candidate, verdict.reason});
  }
  if (all.size() == 1) return first;
  Verdict verdict = any_negative && !all_agree ? last : first;
  if (any_negative && !all_agree && rules.Has(DecisionReason::kBorder)) {
    verdict = Verdict();
    verdict.reason = DecisionReason::kBorder;
  }
  verdict.candidates = std::move(all);
  return verdict;
}

// Every instant in (t, until] at which the judgement may change by itself.
std::vector<absl::Time> PossibleChanges(const Facts& facts, absl::Time t, absl::Time until) {
  std::vector<absl::Time> changes;
  for (const ZoneVersion* zone : facts.zones) {
    zone->regulation.AppendChanges(t, until, *facts.calendar, changes);
  }
  for (const KnownPlate& plate : facts.plates) {
    for (const Right& right : plate.rights) {
      for (const ZoneVersion* zone : facts.zones) {
        changes.push_back(right.effective.start - zone->regulation.grace_before);
        changes.push_back(right.effective.end + zone->regulation.grace_after);
      }
      changes.push_back(right.effective.start);
      changes.push_back(right.effective.end);
      // From then on EXPIRED and REVOKED are told no more.
      changes.push_back(right.effective.end + facts.city->look_back);
      if (right.revoke_time) changes.push_back(*right.revoke_time);
      for (const Interval& suspension : right.suspensions) {
        changes.push_back(suspension.start);
        changes.push_back(suspension.end);
      }
      AppendWindowChanges(right.windows, t, until, facts.calendar->zone(), changes);
    }
  }
  std::erase_if(changes, [&](absl::Time change) { return change <= t || change > until; });
  std::sort(changes.begin(), changes.end());
  changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
  return changes;
}

std::optional<absl::Time> ValidUntil(const Facts& facts, absl::Time t, const Verdict& verdict,
                                     const RuleSet& rules) {
  const absl::Time horizon = t + limits::kValidUntilHorizon;
  // From here on other zones, or other versions of them, hold: what was read says nothing of it.
  absl::Time known_until = facts.zones_change;
  for (const ZoneVersion* zone : facts.zones) {
    known_until = std::min(known_until, zone->in_force.end);
  }
  for (const absl::Time change : PossibleChanges(facts, t, std::min(horizon, known_until))) {
    if (change >= known_until) break;
    if (JudgePlace(facts, change, rules).reason != verdict.reason) return change;
  }
  return known_until <= horizon ? std::optional(known_until) : std::nullopt;
}

// Negatives: until then a start may still be registered that, by the zone's grace, makes the check
// a yes.
std::optional<absl::Time> RecheckAfter(const Facts& facts, absl::Time t, const Verdict& verdict) {
  if (verdict.reason == DecisionReason::kTimeLimited) {
    if (verdict.frame == nullptr || !verdict.frame->max_stay) return std::nullopt;
    return t + *verdict.frame->max_stay;
  }
  if (!IsNegative(verdict.decision())) return std::nullopt;
  absl::Duration grace = absl::ZeroDuration();
  for (const ZoneVersion* zone : facts.zones) {
    grace = std::max(grace, zone->regulation.grace_before);
  }
  return t + grace;
}

// UNKNOWN: what is asked or known does not allow a judgement at all.
std::optional<DecisionReason> Unknown(const Facts& facts, absl::Time t, const RuleSet& rules) {
  if (facts.trouble && rules.Has(*facts.trouble)) return facts.trouble;
  if (t > facts.now + limits::kFutureTolerance && rules.Has(DecisionReason::kCheckTimeInFuture)) {
    return DecisionReason::kCheckTimeInFuture;
  }
  return std::nullopt;
}

}  // namespace

Verdict Decide(const Facts& facts, absl::Time check_time, const RuleSet& rules) {
  Verdict verdict;
  if (const std::optional<DecisionReason> unknown = Unknown(facts, check_time, rules)) {
    verdict.reason = *unknown;
    return verdict;
  }
  // A clock that runs a little ahead: nothing can have been read later than now, and what ends or
  // begins meanwhile must not count against the car.
  const absl::Time t = std::min(check_time, facts.now);
  verdict = JudgePlace(facts, t, rules);
  if (verdict.decision() == Decision::kUnknown) return verdict;
  verdict.valid_until = ValidUntil(facts, t, verdict, rules);
  verdict.recheck_after = RecheckAfter(facts, t, verdict);
  if (verdict.reason == DecisionReason::kExpired) {
    verdict.expired_minutes_ago = (t - verdict.right->effective.end) / absl::Minutes(1);
  }
  return verdict;
}

}  // namespace stadspoort::domain
