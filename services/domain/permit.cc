#include "services/domain/permit.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/domain/limits.h"
#include "services/domain/permit_errors.h"

namespace stadspoort::domain {
namespace {

absl::CivilDay Today(const PermitMoment& moment) {
  return absl::ToCivilDay(moment.now, moment.zone);
}

absl::Status Move(PermitState to, Permit& permit) {
  if (!MayMove(permit.state, to)) return IllegalMove(permit.state, to);
  permit.state = to;
  return absl::OkStatus();
}

absl::Status WithinLimits(const PermitType& type, const PermitCounts& counts) {
  if (type.max_per_holder > 0 && counts.of_holder >= type.max_per_holder) {
    return PermitLimitReached("the holder", type.max_per_holder);
  }
  if (type.max_per_address > 0 && counts.of_address >= type.max_per_address) {
    return PermitLimitReached("the address", type.max_per_address);
  }
  return absl::OkStatus();
}

bool Full(const PermitCounts& counts) {
  return counts.places_left && (*counts.places_left <= 0 || counts.others_wait);
}

const PriceStep& StepFor(const PermitType& type, const PermitCounts& counts) {
  const int earlier =
      type.counted_by == CountedBy::kAddress ? counts.earlier_of_address : counts.earlier_of_holder;
  return StepOf(type.price_steps, earlier + 1);
}

// From when the rights hold if it becomes active now.
absl::Time StartOf(const Permit& permit, absl::Time now) {
  return std::max(now, permit.requested_start.value_or(now));
}

absl::Status Activate(const PermitMoment& moment, Permit& permit) {
  if (absl::Status moved = Move(PermitState::kActive, permit); !moved.ok()) return moved;
  permit.answer_by.reset();
  permit.start = StartOf(permit, moment.now);
  // Paid for later than it was asked for: the term is as long.
  const absl::CivilDay first_day = absl::ToCivilDay(*permit.start, moment.zone);
  permit.schedule = PermitSchedule(first_day);
  permit.schedule.Extend(permit.term);
  permit.paid_terms = {{first_day, permit.schedule.end_day(), permit.price_cents}};
  permit.rights_end = permit.schedule.EndIn(moment.zone);
  return absl::OkStatus();
}

// A place is there: to be paid, or active at once.
absl::Status Grant(const PermitType& type, const PermitCounts& counts, const PermitMoment& moment,
                   Permit& permit) {
  if (absl::Status moved = Move(PermitState::kApproved, permit); !moved.ok()) return moved;
  permit.price_cents = FirstPrice(permit, type, counts, moment);
  permit.term = StepFor(type, counts).term;
  permit.answer_by.reset();
  if (permit.price_cents == 0) return Activate(moment, permit);
  permit.answer_by = moment.now + type.payment_term;
  return Move(PermitState::kAwaitingPayment, permit);
}

// It may be had as far as the rules go: granted, or in the queue.
absl::Status GrantOrWait(const PermitType& type, const PermitCounts& counts,
                         const PermitMoment& moment, Permit& permit) {
  if (absl::Status within = WithinLimits(type, counts); !within.ok()) return within;
  if (!Full(counts)) return Grant(type, counts, moment, permit);
  if (!type.waiting_list) return NoPlaceLeft();
  return Move(PermitState::kWaitlisted, permit);
}

// What comes after everything was given.
absl::Status Proceed(const PermitType& type, const PermitCounts& counts, const PermitMoment& moment,
                     Permit& permit) {
  if (!MissingEvidence(permit, type).empty()) {
    return permit.state == PermitState::kEvidenceNeeded
               ? absl::OkStatus()
               : Move(PermitState::kEvidenceNeeded, permit);
  }
  if (type.reviewed) return Move(PermitState::kInReview, permit);
  if (permit.state == PermitState::kEvidenceNeeded) {
    if (absl::Status moved = Move(PermitState::kInReview, permit); !moved.ok()) return moved;
  }
  return GrantOrWait(type, counts, moment, permit);
}

absl::Status ValidateApplication(const Permit& asked, const PermitType& type,
                                 const PermitMoment& moment) {
  if (asked.areas.size() != 1 || type.Area(asked.area()) == nullptr) {
    return InvalidField("area", "must be one of the areas of the type");
  }
  if (asked.address.empty() &&
      (type.max_per_address > 0 || type.counted_by == CountedBy::kAddress)) {
    return InvalidField("address", "must be given: permits of this type are counted by address");
  }
  const std::vector<PlateList>& lists = asked.plates.lists();
  if (lists.size() != 1 || lists.front().plates.empty()) {
    return InvalidField("plates", "must be at least one plate");
  }
  if (static_cast<int>(lists.front().plates.size()) > type.plates.plates_max) {
    return InvalidField("plates", absl::StrCat("must be at most ", type.plates.plates_max),
                        ErrorReason::kTooManyPlates);
  }
  if (asked.requested_start && (*asked.requested_start < moment.now ||
                                *asked.requested_start > moment.now + limits::kPermitMaxWait)) {
    return InvalidField("requested_start_time", "must not have passed, nor lie a year ahead");
  }
  return absl::OkStatus();
}

// The whole of `change` or nothing.
template <typename Change>
absl::Status OrNothing(Permit& permit, Change change) {
  Permit changed = permit;
  if (absl::Status status = change(changed); !status.ok()) return status;
  permit = std::move(changed);
  return absl::OkStatus();
}

absl::Time EndOfTerm(const Permit& permit, absl::TimeZone zone) {
  return permit.schedule.EndIn(zone);
}

struct Reminder {
  absl::Time at;
  PermitEventKind kind;
};
// Of what will end in the state that the permit is in.
std::vector<Reminder> RemindersOf(const Permit& permit, const PermitType& type,
                                  absl::TimeZone zone) {
  using Kind = PermitEventKind;
  std::vector<Reminder> reminders;
  if (permit.state == PermitState::kActive && type.renewal_window_days > 0 && !permit.renewal) {
    reminders.push_back(
        {absl::FromCivil(permit.schedule.end_day() - type.renewal_window_days, zone),
         Kind::kRenewalOpens});
  }
  if (type.reminder_days == 0) return reminders;
  const bool answers =
      permit.state == PermitState::kOffered || permit.state == PermitState::kAwaitingPayment;
  if (answers && permit.answer_by) {
    const absl::CivilSecond by = absl::ToCivilSecond(*permit.answer_by, zone);
    const absl::CivilSecond before = by - int64_t{type.reminder_days} * 24 * 60 * 60;
    reminders.push_back({absl::FromCivil(before, zone), Kind::kReminder});
  }
  if (permit.state == PermitState::kActive) {
    reminders.push_back(
        {absl::FromCivil(permit.schedule.end_day() - type.reminder_days, zone), Kind::kReminder});
  }
  return reminders;
}

// What is told at one go: all that came since, several things of one instant too, and each once.
struct Telling {
  absl::Time since;
  std::set<std::pair<absl::Time, PermitEventKind>> told;
};

std::optional<PermitHappening> Next(const Permit& permit, const PermitType& type,
                                    absl::TimeZone zone, const Telling& telling) {
  using Kind = PermitEventKind;
  std::optional<PermitHappening> next;
  const auto consider = [&](absl::Time at, Kind kind, PermitState state) {
    if (!next || at < next->at) next = PermitHappening{at, kind, state};
  };
  const auto untold = [&](absl::Time at, Kind kind) {
    return at > telling.since && at >= permit.told_until && !telling.told.contains({at, kind});
  };
  // A move is due until it was made; everything else until it was told.
  if (const auto move = NextMoveByTime(permit, zone)) {
    consider(move->at, EventOfMove(move->to), move->to);
  }
  for (const Reminder& reminder : RemindersOf(permit, type, zone)) {
    if (untold(reminder.at, reminder.kind)) consider(reminder.at, reminder.kind, permit.state);
  }
  if (permit.start && !IsFinal(permit.state)) {
    const std::vector<PlateList>& lists = permit.plates.lists();
    const auto change = std::find_if(lists.begin(), lists.end(), [&](const PlateList& list) {
      return untold(list.from, Kind::kPlatesChangedAsPlanned);
    });
    if (change != lists.end()) consider(change->from, Kind::kPlatesChangedAsPlanned, permit.state);
  }
  return next;
}

}  // namespace

std::vector<std::string> MissingEvidence(const Permit& permit, const PermitType& type) {
  std::vector<std::string> missing;
  for (const std::string& kind : type.evidence) {
    if (std::find(permit.evidence.begin(), permit.evidence.end(), kind) == permit.evidence.end()) {
      missing.push_back(kind);
    }
  }
  return missing;
}

int64_t FirstPrice(const Permit& permit, const PermitType& type, const PermitCounts& counts,
                   const PermitMoment& moment) {
  return PriceFrom(StepFor(type, counts),
                   absl::ToCivilDay(StartOf(permit, moment.now), moment.zone));
}

absl::StatusOr<Permit> Apply(Permit asked, const PermitType& type, const PermitCounts& counts,
                             const PermitMoment& moment) {
  if (absl::Status valid = ValidateApplication(asked, type, moment); !valid.ok()) return valid;
  if (absl::Status within = WithinLimits(type, counts); !within.ok()) return within;
  asked.state = PermitState::kSubmitted;
  asked.told_until = moment.now;
  if (absl::Status went = Proceed(type, counts, moment, asked); !went.ok()) return went;
  return asked;
}

absl::Status AddEvidence(const std::string& kind, const PermitType& type,
                         const PermitCounts& counts, const PermitMoment& moment, Permit& permit) {
  if (permit.state != PermitState::kEvidenceNeeded) {
    return IllegalMove(permit.state, PermitState::kInReview);
  }
  const std::vector<std::string> missing = MissingEvidence(permit, type);
  if (std::find(missing.begin(), missing.end(), kind) == missing.end()) {
    return InvalidField("evidence_kind",
                        missing.empty()
                            ? "is not needed"
                            : absl::StrCat("must be one of ", absl::StrJoin(missing, ", ")));
  }
  return OrNothing(permit, [&](Permit& changed) {
    changed.evidence.push_back(kind);
    return Proceed(type, counts, moment, changed);
  });
}

absl::Status AskEvidence(const std::vector<std::string>& kinds, Permit& permit) {
  if (kinds.empty()) return InvalidField("evidence_kinds", "must name what is needed");
  if (absl::Status moved = Move(PermitState::kEvidenceNeeded, permit); !moved.ok()) return moved;
  std::erase_if(permit.evidence, [&](const std::string& given) {
    return std::find(kinds.begin(), kinds.end(), given) != kinds.end();
  });
  return absl::OkStatus();
}

absl::Status Approve(const PermitType& type, const PermitCounts& counts, const PermitMoment& moment,
                     Permit& permit) {
  if (permit.state != PermitState::kInReview) {
    return IllegalMove(permit.state, PermitState::kApproved);
  }
  if (const auto missing = MissingEvidence(permit, type); !missing.empty()) {
    return EvidenceMissing(missing);
  }
  return OrNothing(permit,
                   [&](Permit& changed) { return GrantOrWait(type, counts, moment, changed); });
}

absl::Status Refuse(Permit& permit) { return Move(PermitState::kRefused, permit); }

absl::Status Offer(const PermitType& type, const PermitMoment& moment, Permit& permit) {
  if (absl::Status moved = Move(PermitState::kOffered, permit); !moved.ok()) return moved;
  permit.answer_by = moment.now + type.offer_term;
  return absl::OkStatus();
}

absl::Status AcceptOffer(const PermitType& type, const PermitCounts& counts,
                         const PermitMoment& moment, Permit& permit) {
  if (permit.state != PermitState::kOffered) {
    return IllegalMove(permit.state, PermitState::kApproved);
  }
  if (permit.answer_by && moment.now >= *permit.answer_by) {
    return IllegalMove(PermitState::kOfferLapsed, PermitState::kApproved);
  }
  return OrNothing(permit, [&](Permit& changed) { return Grant(type, counts, moment, changed); });
}

absl::Status Pay(int64_t amount_cents, const PermitMoment& moment, Permit& permit) {
  const bool lives = RightsHold(permit.state) || permit.state == PermitState::kSuspended;
  if (permit.renewal && lives && moment.now < permit.rights_end) {
    if (amount_cents != permit.renewal->price_cents) {
      return AmountNotDue(permit.renewal->price_cents);
    }
    // Until the old term is over its zones are those of its own version. Who moved house since did
    // so by a later one, and maybe to an area that the renewal's has not.
    const absl::Time from = std::max(moment.now, EndOfTerm(permit, moment.zone));
    if (permit.areas.back().type_version < permit.renewal->type_version) {
      permit.areas.push_back({from, permit.area(), permit.renewal->type_version});
    }
    permit.paid_terms.push_back({permit.schedule.end_day(), permit.renewal->schedule.end_day(),
                                 permit.renewal->price_cents});
    permit.schedule = permit.renewal->schedule;
    permit.price_cents = permit.renewal->price_cents;
    permit.type_version = permit.renewal->type_version;
    permit.rights_end = permit.schedule.EndIn(moment.zone);
    permit.renewal.reset();
    if (permit.state == PermitState::kPaymentOverdue) permit.state = PermitState::kActive;
    return absl::OkStatus();
  }
  if (permit.state != PermitState::kAwaitingPayment) {
    return IllegalMove(permit.state, PermitState::kActive);
  }
  if (permit.answer_by && moment.now >= *permit.answer_by) {
    return IllegalMove(PermitState::kPaymentLapsed, PermitState::kActive);
  }
  if (amount_cents != permit.price_cents) return AmountNotDue(permit.price_cents);
  return Activate(moment, permit);
}

absl::Status Suspend(const PermitMoment& moment, Permit& permit) {
  if (absl::Status moved = Move(PermitState::kSuspended, permit); !moved.ok()) return moved;
  permit.suspensions.push_back({moment.now, absl::InfiniteFuture()});
  return absl::OkStatus();
}

absl::Status Resume(const PermitMoment& moment, Permit& permit) {
  if (permit.state != PermitState::kSuspended) {
    return IllegalMove(permit.state, PermitState::kActive);
  }
  const bool overdue = permit.renewal && moment.now >= EndOfTerm(permit, moment.zone);
  permit.state = overdue ? PermitState::kPaymentOverdue : PermitState::kActive;
  permit.suspensions.back().end = moment.now;
  return absl::OkStatus();
}

absl::Status Renew(const PermitType& type, int64_t type_version, const PermitCounts& counts,
                   const PermitMoment& moment, Permit& permit) {
  if (permit.state != PermitState::kActive) {
    return IllegalMove(permit.state, PermitState::kActive);
  }
  const absl::CivilDay opens = permit.schedule.end_day() - type.renewal_window_days;
  if (permit.renewal || Today(moment) < opens || moment.now >= permit.rights_end) {
    return OutsideRenewalWindow(absl::FormatCivilTime(opens),
                                absl::FormatCivilTime(permit.schedule.end_day()));
  }
  if (type.Area(permit.area()) == nullptr) {
    return InvalidField("name", "its area is not one of the type's any more");
  }
  const PriceStep& step = StepFor(type, counts);
  Permit::Renewal renewal{type_version, permit.schedule,
                          PriceFrom(step, permit.schedule.end_day())};
  renewal.schedule.Extend(step.term);
  permit.renewal = std::move(renewal);
  permit.rights_end = permit.schedule.EndIn(moment.zone) + type.overdue_term;
  return permit.renewal->price_cents == 0 ? Pay(0, moment, permit) : absl::OkStatus();
}

absl::Status MoveHouse(const std::string& address, const PermitAreaCode& area,
                       const PermitType& type, int64_t type_version, const PermitCounts& counts,
                       const PermitMoment& moment, Permit& permit) {
  if (!RightsHold(permit.state) && permit.state != PermitState::kSuspended) {
    return IllegalMove(permit.state, PermitState::kActive);
  }
  if (type.Area(area) == nullptr) {
    return InvalidField("area", "must be one of the areas of the type");
  }
  if (address.empty() && (type.max_per_address > 0 || type.counted_by == CountedBy::kAddress)) {
    return InvalidField("address", "must be given: permits of this type are counted by address");
  }
  if (address != permit.address) {
    if (type.max_per_address > 0 && counts.of_address >= type.max_per_address) {
      return PermitLimitReached("the address", type.max_per_address);
    }
  }
  if (area != permit.area()) {
    if (Full(counts)) return NoPlaceLeft();
    std::erase_if(permit.areas,
                  [&](const Permit::AreaSince& since) { return since.from >= moment.now; });
    permit.areas.push_back({moment.now, area, type_version});
  }
  permit.address = address;
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Withdraw(const PermitType& type, const PermitMoment& moment,
                                 Permit& permit) {
  const bool paid = permit.start && moment.now < EndOfTerm(permit, moment.zone);
  if (absl::Status moved = Move(PermitState::kWithdrawn, permit); !moved.ok()) return moved;
  permit.answer_by.reset();
  permit.renewal.reset();
  permit.rights_end = std::min(permit.rights_end, moment.now);
  if (!paid || !type.refunds) return 0;
  int64_t refund = 0;
  for (const Permit::PaidTerm& term : permit.paid_terms) {
    refund += RefundOf(term.price_cents, term.first_day, term.end_day, Today(moment));
  }
  return refund;
}

absl::Status Revoke(const PermitMoment& moment, Permit& permit) {
  if (absl::Status moved = Move(PermitState::kRevoked, permit); !moved.ok()) return moved;
  permit.revoke_time = moment.now;
  permit.renewal.reset();
  return absl::OkStatus();
}

std::optional<DueMove> NextMoveByTime(const Permit& permit, absl::TimeZone zone) {
  switch (permit.state) {
    case PermitState::kOffered:
      return DueMove{*permit.answer_by, PermitState::kOfferLapsed};
    case PermitState::kAwaitingPayment:
      return DueMove{*permit.answer_by, PermitState::kPaymentLapsed};
    case PermitState::kActive:
      if (permit.renewal) return DueMove{EndOfTerm(permit, zone), PermitState::kPaymentOverdue};
      return DueMove{permit.rights_end, PermitState::kExpired};
    case PermitState::kSuspended:
    case PermitState::kPaymentOverdue:
      return DueMove{permit.rights_end, PermitState::kExpired};
    default:
      return std::nullopt;
  }
}

std::optional<PermitHappening> NextHappening(const Permit& permit, const PermitType& type,
                                             absl::TimeZone zone) {
  return Next(permit, type, zone, {permit.told_until, {}});
}

void CatchUp(const PermitType& type, const PermitMoment& moment, Permit& permit,
             absl::FunctionRef<void(const PermitHappening&)> tell) {
  Telling telling = {permit.told_until, {}};
  while (true) {
    const std::optional<PermitHappening> next = Next(permit, type, moment.zone, telling);
    if (!next || next->at > moment.now) break;
    if (next->state != permit.state) {
      permit.state = next->state;
      permit.answer_by.reset();
    }
    permit.told_until = std::max(permit.told_until, next->at);
    telling.told.emplace(next->at, next->kind);
    tell(*next);
  }
  // What a verb does at this moment tells of itself.
  permit.told_until = std::max(permit.told_until, moment.now);
}

absl::Status MayChangePlates(const Permit& permit) {
  return IsFinal(permit.state) ? IllegalMove(permit.state, permit.state) : absl::OkStatus();
}

std::vector<PermitRight> RightsOf(const Permit& permit) {
  std::vector<PermitRight> rights;
  if (!permit.start) return rights;
  for (const PlateSegment& segment : permit.plates.SegmentsUntil(permit.rights_end)) {
    for (size_t i = 0; i < permit.areas.size(); ++i) {
      const absl::Time area_end =
          i + 1 < permit.areas.size() ? permit.areas[i + 1].from : absl::InfiniteFuture();
      PermitRight right{segment, permit.areas[i].area, permit.areas[i].type_version,
                        permit.suspensions, permit.revoke_time};
      Interval& during = right.segment.during;
      during.start = std::max({during.start, *permit.start, permit.areas[i].from});
      during.end = std::min(during.end, area_end);
      if (during.Empty()) continue;
      // What had ended by then was not revoked.
      if (right.revoke_time && during.end <= *right.revoke_time) right.revoke_time.reset();
      rights.push_back(std::move(right));
    }
  }
  std::stable_sort(rights.begin(), rights.end(), [](const PermitRight& a, const PermitRight& b) {
    return a.segment.during.start < b.segment.during.start;
  });
  return rights;
}

}  // namespace stadspoort::domain
