#include "services/rights/right_commands.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/checked_plate_key.h"
#include "services/domain/city_errors.h"
#include "services/domain/contract.h"
#include "services/domain/limits.h"
#include "services/domain/right_errors.h"
#include "services/domain/zone_errors.h"
#include "services/rights/request_digest.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/contract_store.h"
#include "storage/postgres/permit_right_store.h"

namespace stadspoort::rights {
namespace {

using postgres::Result;
using postgres::StoredRight;
using Results = absl::StatusOr<std::vector<Result>>;

// Providers see their own rights only; any other does not exist for them.
bool MaySee(const platform::Caller& caller, const StoredRight& right) {
  if (caller.roles.Has(platform::Role::kClerk) || caller.roles.Has(platform::Role::kAuditor)) {
    return true;
  }
  return !caller.provider.empty() && caller.provider == right.provider;
}

// What is enrolled, before the register has given it a plate's id and versions.
StoredRight NewRight(const platform::Call& call, const EnrolAsked& asked,
                     const postgres::EnrolmentRules& rules, const domain::Interval& effective) {
  StoredRight right;
  right.right.id = domain::RightId::New(call.received);
  right.right.country = asked.country;
  right.right.type = asked.type;
  right.right.kind = rules.type->kind;
  right.right.city_wide = asked.city_wide;
  right.right.zones = asked.zones;
  right.right.windows = asked.windows;
  right.right.effective = effective;
  right.plate = asked.plate;
  right.provider = call.caller.provider;
  right.reference = asked.reference;
  right.requested_start = asked.term.start;
  right.requested_end = asked.term.end;
  right.now = rules.now;
  return right;
}

bool Over(const domain::Right& right, absl::Time now) {
  return right.effective.end <= now || right.RevokedAt(now);
}

}  // namespace

std::string EtagOf(const StoredRight& right) { return absl::StrCat(right.revision); }

absl::StatusOr<postgres::Transaction> RightCommands::Begin(const platform::Call& call,
                                                           const domain::CityCode& city,
                                                           postgres::Transaction::Mode mode) {
  return postgres::BeginForCity(pool_, mode, city, Deadline::After(call.Remaining()));
}

absl::Status RightCommands::RequireZones(Transaction& transaction, const domain::CityCode& city,
                                         const std::vector<domain::ZoneCode>& zones,
                                         absl::string_view field) {
  if (zones.empty()) return absl::OkStatus();
  const Results results = transaction.Run({postgres::SelectZoneCodes(city, zones)});
  if (!results.ok()) return results.status();
  const absl::StatusOr<std::vector<domain::ZoneCode>> known = ZoneCodesOf(results->front());
  if (!known.ok()) return known.status();
  for (size_t i = 0; i < zones.size(); ++i) {
    if (std::find(known->begin(), known->end(), zones[i]) == known->end()) {
      return domain::ZoneNotFound(zones[i], absl::StrCat(field, "[", i, "]"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<postgres::PlateIdentity> RightCommands::Identify(
    const platform::Call& call, const domain::CityCode& city, const postgres::EnrolmentRules& rules,
    const domain::PlateNumber& plate) const {
  const absl::StatusOr<domain::PlateKey> key =
      domain::CheckedPlateKey(keyring_, city, rules.plate_key_id, rules.plate_key_fingerprint);
  if (!key.ok()) return key.status();
  return postgres::PlateIdentity{domain::PlateId::New(call.received), plate, key->Of(plate),
                                 rules.plate_key_id};
}

absl::Status RightCommands::AwaitSafety(Transaction& transaction, const platform::Call& call,
                                        const domain::CityCode& city) {
  return postgres::RollBackAndAwaitSafety(std::move(transaction), pool_, city,
                                          Deadline::After(call.Remaining()));
}

absl::StatusOr<Granted> RightCommands::AlreadyEnrolled(Transaction& transaction,
                                                       const EnrolAsked& asked,
                                                       const postgres::EnrolmentRules& rules,
                                                       const domain::RightId& right) {
  // The first request's COMMIT may be visible without being safe, its outcome unknown to whoever
  // sends it again: "granted" may only be said of what a failover cannot take away.
  const Results results = transaction.Run({postgres::SelectRight(asked.city, right)});
  if (!results.ok()) return results.status();
  absl::StatusOr<std::optional<StoredRight>> stored = RightOf(results->front());
  if (!stored.ok()) return stored.status();
  if (!*stored) return absl::InternalError("a reference leads to no right");
  Granted granted{**std::move(stored), {domain::RemarkCode::kSameRequest}, std::nullopt};
  const bool open = !granted.right.requested_end && granted.right.right.effective.end > rules.now;
  if (!open) {
    if (absl::Status s = Price(transaction, asked.city, rules, granted); !s.ok()) return s;
  }
  const Results safe = transaction.RunAndCommit({postgres::AwaitSafety()});
  if (!safe.ok()) return safe.status();
  return granted;
}

absl::Status RightCommands::Price(Transaction& transaction, const domain::CityCode& city,
                                  const postgres::EnrolmentRules& rules, Granted& granted) {
  const domain::Right& right = granted.right.right;
  // What holds in windows only is a subscription, not a stay.
  if (right.kind != domain::RightKind::kPaid || right.city_wide || !right.windows.empty()) {
    return absl::OkStatus();
  }
  const absl::StatusOr<Priced> priced =
      pricing_.PriceOf(transaction, city, rules, right.zones, right.effective);
  // Rules that this binary cannot read say nothing of the amount: no right may fail for want of a
  // price.
  if (absl::IsInternal(priced.status())) return absl::OkStatus();
  if (!priced.ok()) return priced.status();
  granted.amount_cents = priced->fare.total_cents;
  AddRemarks(priced->fare, granted.remarks);
  return absl::OkStatus();
}

absl::StatusOr<Quoted> RightCommands::Quote(const platform::Call& call, const QuoteAsked& asked) {
  absl::StatusOr<Transaction> transaction = Begin(call, asked.city, Transaction::Mode::kSnapshot);
  if (!transaction.ok()) return transaction.status();
  const Results read = transaction->Run({postgres::SelectEnrolmentRules(asked.city, asked.type)});
  if (!read.ok()) return read.status();
  const auto rules = EnrolmentRulesOf(read->front(), asked.type);
  if (!rules.ok()) return rules.status();
  if (!*rules) return domain::CityNotFound();
  if (!(*rules)->type) return domain::RightTypeNotFound("right_type");
  if (absl::Status known = RequireZones(*transaction, asked.city, asked.zones, "zones");
      !known.ok()) {
    return known;
  }
  Quoted quoted;
  quoted.term = {asked.start.value_or((*rules)->now), asked.end};
  if (quoted.term.Empty()) {
    return domain::InvalidField("end_time", "must lie after the start",
                                domain::ErrorReason::kEndBeforeStart);
  }
  if (quoted.term.end - quoted.term.start > domain::limits::kRightMaxDuration) {
    return domain::InvalidField("end_time", "must lie within ten years of the start");
  }
  if ((*rules)->type->kind != domain::RightKind::kPaid) {
    quoted.remarks.push_back(domain::RemarkCode::kNotPaidByTime);
    return quoted;
  }
  absl::StatusOr<Priced> priced =
      pricing_.PriceOf(*transaction, asked.city, **rules, asked.zones, quoted.term);
  if (!priced.ok()) return priced.status();
  if (absl::Status over = transaction->Commit(); !over.ok()) return over;
  quoted.priced = *std::move(priced);
  AddRemarks(quoted.priced->fare, quoted.remarks);
  return quoted;
}

absl::StatusOr<Granted> RightCommands::Enrol(const platform::Call& call, const EnrolAsked& asked) {
  const postgres::Reference reference{call.caller.provider, asked.reference};
  absl::StatusOr<Transaction> transaction = Begin(call, asked.city, Transaction::Mode::kReadWrite);
  if (!transaction.ok()) return transaction.status();
  const Results read = transaction->Run({
      postgres::LockReference(asked.city, reference),
      postgres::SelectByReference(asked.city, reference),
      postgres::SelectEnrolmentRules(asked.city, asked.type),
      postgres::SelectPendingEnd(asked.city, reference),
      postgres::SelectZoneCodes(asked.city, asked.zones),
      postgres::SelectProviderContracts(asked.city, reference.provider),
  });
  if (!read.ok()) return read.status();
  const auto used = ReferenceUseOf((*read)[1]);
  if (!used.ok()) return used.status();
  const auto rules = EnrolmentRulesOf((*read)[2], asked.type);
  if (!rules.ok()) return rules.status();
  if (!*rules) return domain::CityNotFound();
  const auto pending_end = PendingEndOf((*read)[3]);
  if (!pending_end.ok()) return pending_end.status();
  const auto known_zones = ZoneCodesOf((*read)[4]);
  if (!known_zones.ok()) return known_zones.status();
  const auto contracts = ProviderContractsOf((*read)[5]);
  if (!contracts.ok()) return contracts.status();

  const auto plate = Identify(call, asked.city, **rules, asked.plate);
  if (!plate.ok()) return plate.status();
  const std::string digest = RequestDigest(asked, plate->pseudonyms);
  if (*used) {
    if ((*used)->request_digest != digest) return domain::ReferenceConflict("right.reference");
    return AlreadyEnrolled(*transaction, asked, **rules, (*used)->right_id);
  }
  if (!(*rules)->type) return domain::RightTypeNotFound("right.right_type");
  for (size_t i = 0; i < asked.zones.size(); ++i) {
    if (std::find(known_zones->begin(), known_zones->end(), asked.zones[i]) == known_zones->end()) {
      return domain::ZoneNotFound(asked.zones[i], absl::StrCat("right.zones[", i, "]"));
    }
  }
  const auto zone = domain::StoredTimeZone((*rules)->time_zone);
  if (!zone.ok()) return zone.status();
  absl::StatusOr<domain::GrantedTerm> term =
      domain::Grant(asked.term, (*rules)->type->backdate, (*rules)->settings, *zone, (*rules)->now);
  if (!term.ok()) return domain::WithFieldPrefix(term.status(), "right");

  Granted granted{NewRight(call, asked, **rules, term->effective), std::move(term->remarks),
                  std::nullopt};
  StoredRight& right = granted.right;
  if (absl::Status may = domain::MayEnrol(*contracts, right.right, right.now); !may.ok()) {
    return domain::WithFieldPrefix(may, "right");
  }
  if (*pending_end && **pending_end < term->effective.end) {
    right.right.effective.end = std::max(**pending_end, term->effective.start);
    // The end that was sent takes the place of the safety end.
    std::erase(granted.remarks, domain::RemarkCode::kSafetyEnd);
    granted.remarks.push_back(domain::RemarkCode::kPendingEndApplied);
    if (right.right.effective.Empty()) {
      granted.remarks.push_back(domain::RemarkCode::kNeverHolds);
    }
  }
  if (asked.term.end || *pending_end) {
    if (absl::Status s = Price(*transaction, asked.city, **rules, granted); !s.ok()) return s;
  }
  const Results written = transaction->RunAndCommit({
      postgres::EnrolRight(asked.city, *plate, right, digest, call.caller.subject),
      postgres::DeletePendingEnd(asked.city, reference),
  });
  if (!written.ok()) return written.status();
  if (absl::Status filled = EnrolledInto(written->front(), right); !filled.ok()) return filled;
  return granted;
}

absl::StatusOr<RightCommands::Locked> RightCommands::Lock(Transaction& transaction,
                                                          const platform::Call& call,
                                                          const domain::CityCode& city,
                                                          const domain::RightId& right,
                                                          const std::string& etag, Also also) {
  // The plate is locked in a statement of its own; what is read after it is the present state.
  std::vector<postgres::Command> commands = {
      postgres::BumpPlateOfRight(city, right),
      postgres::SelectRight(city, right),
      postgres::SelectEnrolmentRules(city, domain::RightTypeCode()),
  };
  if (also == Also::kContracts) {
    commands.push_back(postgres::SelectProviderContracts(city, call.caller.provider));
  }
  const Results results = transaction.Run(commands);
  if (!results.ok()) return results.status();
  const auto bumped = BumpedPlateOf((*results)[0]);
  if (!bumped.ok()) return bumped.status();
  absl::StatusOr<std::optional<StoredRight>> stored = RightOf((*results)[1]);
  if (!stored.ok()) return stored.status();
  const auto rules = EnrolmentRulesOf((*results)[2], domain::RightTypeCode());
  if (!rules.ok()) return rules.status();
  if (!*rules) return domain::CityNotFound();
  absl::StatusOr<std::vector<domain::Contract>> contracts = std::vector<domain::Contract>();
  if (also == Also::kContracts) contracts = ProviderContractsOf(results->back());
  if (!contracts.ok()) return contracts.status();
  if (!*bumped || !*stored || !MaySee(call.caller, **stored)) return domain::RightNotFound();
  if ((*stored)->plate_id != (*bumped)->plate_id) {
    // A correction moved the right to another plate while this call waited for the old one's lock.
    return absl::AbortedError("the right moved to another plate");
  }
  if ((*stored)->provider == postgres::kPermitProvider) return domain::RightOfPermit();
  if (!etag.empty() && etag != EtagOf(**stored)) {
    return domain::StaleEtag("right.etag", EtagOf(**stored));
  }
  return Locked{**std::move(stored), **rules, (*bumped)->version, *std::move(contracts)};
}

absl::Status RightCommands::Store(Transaction& transaction, const platform::Call& call,
                                  const domain::CityCode& city, const StoredRight& right,
                                  absl::string_view verb, const std::string& reason,
                                  postgres::SuspensionChange change) {
  return transaction
      .RunAndCommit({
          postgres::UpdateRight(city, right, change, right.now),
          postgres::AppendJournal(postgres::SubjectKind::kPlate, city, right.plate_id.bytes(),
                                  right.version, postgres::RightState(verb, right),
                                  {call.caller.subject, reason}),
      })
      .status();
}

absl::StatusOr<Granted> RightCommands::Amend(const platform::Call& call, const ChangeAsked& asked) {
  absl::StatusOr<Transaction> transaction = Begin(call, asked.city, Transaction::Mode::kReadWrite);
  if (!transaction.ok()) return transaction.status();
  absl::StatusOr<Locked> locked =
      Lock(*transaction, call, asked.city, asked.right, asked.etag, Also::kContracts);
  if (!locked.ok()) return locked.status();
  Granted granted{std::move(locked->right), {}, std::nullopt};
  StoredRight& right = granted.right;
  if (Over(right.right, right.now)) return domain::RightEnded();
  const domain::Right before = right.right;
  const Changes& changes = asked.changes;
  if (changes.requested_end) {
    absl::StatusOr<domain::GrantedTerm> term = domain::AmendEnd(
        right.right.effective, *changes.requested_end, locked->rules.settings, right.now);
    if (!term.ok()) return domain::WithFieldPrefix(term.status(), "right");
    right.right.effective = term->effective;
    right.requested_end = *changes.requested_end;
    granted.remarks = std::move(term->remarks);
  }
  if (changes.windows) right.right.windows = *changes.windows;
  if (changes.zones) {
    if (absl::Status known =
            RequireZones(*transaction, asked.city, changes.zones->zones, "right.zones");
        !known.ok()) {
      return known;
    }
    right.right.city_wide = changes.zones->city_wide;
    right.right.zones = changes.zones->zones;
  }
  // A clerk speaks for the city itself.
  if (!call.caller.roles.Has(platform::Role::kClerk)) {
    const absl::Status may = domain::MayAmend(locked->contracts, before, right.right, right.now);
    if (!may.ok()) return domain::WithFieldPrefix(may, "right");
  }
  if (right.requested_end) {
    if (absl::Status s = Price(*transaction, asked.city, locked->rules, granted); !s.ok()) return s;
  }
  right.version = locked->next_version;
  ++right.revision;
  if (absl::Status stored = Store(*transaction, call, asked.city, right, "AMEND", asked.reason);
      !stored.ok()) {
    return stored;
  }
  return granted;
}

absl::StatusOr<Granted> RightCommands::EndLocked(Transaction& transaction,
                                                 const platform::Call& call, const EndAsked& asked,
                                                 const domain::RightId& id) {
  absl::StatusOr<Locked> locked = Lock(transaction, call, asked.city, id, "");
  if (!locked.ok()) return locked.status();
  Granted granted{std::move(locked->right), {}, std::nullopt};
  StoredRight& right = granted.right;
  absl::StatusOr<domain::GrantedTerm> term =
      domain::End(right.right.effective, asked.end, locked->rules.settings, right.now);
  if (!term.ok()) return term.status();
  granted.remarks = std::move(term->remarks);
  const bool changes = term->effective != right.right.effective;
  right.right.effective = term->effective;
  if (absl::Status s = Price(transaction, asked.city, locked->rules, granted); !s.ok()) return s;
  // Nothing to change: the lock is given back, the plate's version stays what it was.
  if (!changes) {
    if (absl::Status safe = AwaitSafety(transaction, call, asked.city); !safe.ok()) return safe;
    return granted;
  }
  right.version = locked->next_version;
  ++right.revision;
  if (absl::Status stored = Store(transaction, call, asked.city, right, "END", asked.reason);
      !stored.ok()) {
    return stored;
  }
  return granted;
}

absl::StatusOr<EndedOrPending> RightCommands::End(const platform::Call& call,
                                                  const EndAsked& asked) {
  absl::StatusOr<Transaction> transaction = Begin(call, asked.city, Transaction::Mode::kReadWrite);
  if (!transaction.ok()) return transaction.status();
  EndedOrPending outcome;
  std::optional<domain::RightId> right = asked.right;
  const postgres::Reference reference{call.caller.provider, asked.reference};
  if (!right) {
    const Results results = transaction->Run({
        postgres::LockReference(asked.city, reference),
        postgres::SelectByReference(asked.city, reference),
        postgres::SelectEnrolmentRules(asked.city, domain::RightTypeCode()),
    });
    if (!results.ok()) return results.status();
    const auto used = ReferenceUseOf((*results)[1]);
    if (!used.ok()) return used.status();
    const auto rules = EnrolmentRulesOf((*results)[2], domain::RightTypeCode());
    if (!rules.ok()) return rules.status();
    if (!*rules) return domain::CityNotFound();
    if (*used) {
      right = (*used)->right_id;
    } else {
      const absl::Time end = asked.end.value_or((*rules)->now);
      const auto judged = domain::End({absl::InfinitePast(), absl::InfiniteFuture()}, end,
                                      (*rules)->settings, (*rules)->now);
      if (!judged.ok()) return judged.status();
      const Results kept = transaction->RunAndCommit({
          postgres::DeleteOldPendingEnds(asked.city),
          postgres::PutPendingEnd(asked.city, reference, end),
      });
      if (!kept.ok()) return kept.status();
      const auto pending = PutPendingEndOf((*kept)[1]);
      if (!pending.ok()) return pending.status();
      outcome.pending = *pending;
      return outcome;
    }
  }
  absl::StatusOr<Granted> ended = EndLocked(*transaction, call, asked, *right);
  if (!ended.ok()) return ended.status();
  outcome.ended = *std::move(ended);
  return outcome;
}

absl::StatusOr<StoredRight> RightCommands::ChangeState(
    const platform::Call& call, const ChangeAsked& asked, absl::string_view verb,
    absl::FunctionRef<absl::StatusOr<StateChange>(domain::Right&, absl::Time)> change) {
  absl::StatusOr<Transaction> transaction = Begin(call, asked.city, Transaction::Mode::kReadWrite);
  if (!transaction.ok()) return transaction.status();
  absl::StatusOr<Locked> locked = Lock(*transaction, call, asked.city, asked.right, asked.etag);
  if (!locked.ok()) return locked.status();
  StoredRight& right = locked->right;
  const absl::StatusOr<StateChange> changed = change(right.right, right.now);
  if (!changed.ok()) {
    // That it is suspended already, or over: whoever sends it again after an unknown outcome takes
    // that for done.
    const absl::Status safe = AwaitSafety(*transaction, call, asked.city);
    return safe.ok() ? changed.status() : safe;
  }
  if (changed->nothing) {
    if (absl::Status safe = AwaitSafety(*transaction, call, asked.city); !safe.ok()) return safe;
    return right;
  }
  right.version = locked->next_version;
  ++right.revision;
  if (absl::Status stored =
          Store(*transaction, call, asked.city, right, verb, asked.reason, changed->suspension);
      !stored.ok()) {
    return stored;
  }
  return right;
}

absl::StatusOr<StoredRight> RightCommands::Revoke(const platform::Call& call,
                                                  const ChangeAsked& asked) {
  return ChangeState(call, asked, "REVOKE",
                     [](domain::Right& right, absl::Time now) -> absl::StatusOr<StateChange> {
                       if (right.revoke_time) return StateChange{.nothing = true};
                       if (right.effective.end <= now) return domain::RightEnded();
                       right.revoke_time = now;
                       return StateChange{};
                     });
}

absl::StatusOr<StoredRight> RightCommands::Suspend(const platform::Call& call,
                                                   const ChangeAsked& asked) {
  return ChangeState(call, asked, "SUSPEND",
                     [](domain::Right& right, absl::Time now) -> absl::StatusOr<StateChange> {
                       if (Over(right, now)) return domain::RightEnded();
                       if (right.SuspendedAt(now)) return domain::RightSuspended();
                       right.suspensions.push_back({now, absl::InfiniteFuture()});
                       return StateChange{.suspension = postgres::SuspensionChange::kSuspend};
                     });
}

absl::StatusOr<StoredRight> RightCommands::Resume(const platform::Call& call,
                                                  const ChangeAsked& asked) {
  return ChangeState(call, asked, "RESUME",
                     [](domain::Right& right, absl::Time now) -> absl::StatusOr<StateChange> {
                       if (Over(right, now)) return domain::RightEnded();
                       if (!right.SuspendedAt(now)) return domain::RightNotSuspended();
                       for (domain::Interval& suspension : right.suspensions) {
                         suspension.end = std::min(suspension.end, now);
                       }
                       return StateChange{.suspension = postgres::SuspensionChange::kResume};
                     });
}

// Takes the right from its plate to the corrected one. Both subjects move on, locked in ascending
// order by whoever moves rights between two plates: this call already holds the old one, so when
// the new one comes before it somebody may wait crosswise; PostgreSQL then breaks the knot and one
// caller reads ABORTED.
absl::Status RightCommands::MovePlate(Transaction& transaction, const platform::Call& call,
                                      const ChangeAsked& asked, Locked& locked) {
  StoredRight& right = locked.right;
  const auto identity = Identify(call, asked.city, locked.rules, *asked.changes.plate);
  if (!identity.ok()) return identity.status();
  const Results ensured = transaction.Run({
      postgres::EnsurePlate(asked.city, *identity),
      postgres::SelectPlateByNumber(asked.city, identity->number),
  });
  if (!ensured.ok()) return ensured.status();
  const auto plate = PlateIdOf((*ensured)[1]);
  if (!plate.ok()) return plate.status();
  if (*plate == right.plate_id) return absl::OkStatus();
  const Results bumped = transaction.Run({
      postgres::AppendJournal(postgres::SubjectKind::kPlate, asked.city, right.plate_id.bytes(),
                              right.version, postgres::RightState("MOVE_AWAY", right),
                              {call.caller.subject, asked.reason}),
      postgres::BumpPlate(asked.city, *plate),
  });
  if (!bumped.ok()) return bumped.status();
  const auto version = PlateVersionOf((*bumped)[1]);
  if (!version.ok()) return version.status();
  right.plate_id = *plate;
  right.plate = identity->number;
  right.version = *version;
  return absl::OkStatus();
}

absl::StatusOr<StoredRight> RightCommands::Correct(const platform::Call& call,
                                                   const ChangeAsked& asked) {
  absl::StatusOr<Transaction> transaction = Begin(call, asked.city, Transaction::Mode::kReadWrite);
  if (!transaction.ok()) return transaction.status();
  absl::StatusOr<Locked> locked = Lock(*transaction, call, asked.city, asked.right, asked.etag);
  if (!locked.ok()) return locked.status();
  const Changes& changes = asked.changes;
  StoredRight& right = locked->right;
  if (right.right.revoke_time) return domain::RightEnded();
  if (changes.type) {
    const Results results =
        transaction->Run({postgres::SelectEnrolmentRules(asked.city, *changes.type)});
    if (!results.ok()) return results.status();
    const auto rules = EnrolmentRulesOf(results->front(), *changes.type);
    if (!rules.ok()) return rules.status();
    if (!*rules || !(*rules)->type) return domain::RightTypeNotFound("right.right_type");
    right.right.type = *changes.type;
    right.right.kind = (*rules)->type->kind;
  }
  if (changes.zones) {
    if (absl::Status known =
            RequireZones(*transaction, asked.city, changes.zones->zones, "right.zones");
        !known.ok()) {
      return known;
    }
    right.right.city_wide = changes.zones->city_wide;
    right.right.zones = changes.zones->zones;
  }
  if (changes.windows) right.right.windows = *changes.windows;
  if (changes.country) right.right.country = *changes.country;
  domain::Interval& term = right.right.effective;
  term = {changes.effective_start.value_or(term.start), changes.effective_end.value_or(term.end)};
  if (term.end < term.start) {
    return domain::InvalidField("right.effective_end_time", "must not lie before the start",
                                domain::ErrorReason::kEndBeforeStart);
  }
  right.version = locked->next_version;
  ++right.revision;
  if (term.end - term.start > domain::limits::kRightMaxDuration) {
    return domain::InvalidField("right.effective_end_time",
                                "must lie within ten years of the start");
  }
  if (changes.plate) {
    if (absl::Status moved = MovePlate(*transaction, call, asked, *locked); !moved.ok()) {
      return moved;
    }
  }
  if (absl::Status stored = Store(*transaction, call, asked.city, right, "CORRECT", asked.reason);
      !stored.ok()) {
    return stored;
  }
  return right;
}

absl::StatusOr<StoredRight> RightCommands::Get(const platform::Call& call,
                                               const domain::CityCode& city,
                                               const domain::RightId& right) {
  absl::StatusOr<Transaction> transaction = Begin(call, city, Transaction::Mode::kSnapshot);
  if (!transaction.ok()) return transaction.status();
  const Results results = transaction->RunAndCommit({postgres::SelectRight(city, right)});
  if (!results.ok()) return results.status();
  absl::StatusOr<std::optional<StoredRight>> stored = RightOf(results->front());
  if (!stored.ok()) return stored.status();
  if (!*stored || !MaySee(call.caller, **stored)) return domain::RightNotFound();
  return **std::move(stored);
}

absl::StatusOr<std::vector<StoredRight>> RightCommands::List(const platform::Call& call,
                                                             const ListAsked& asked) {
  absl::StatusOr<Transaction> transaction = Begin(call, asked.city, Transaction::Mode::kSnapshot);
  if (!transaction.ok()) return transaction.status();
  const bool sees_all = call.caller.roles.Has(platform::Role::kClerk) ||
                        call.caller.roles.Has(platform::Role::kAuditor);
  const Results results = transaction->RunAndCommit({
      postgres::SelectCity(asked.city),
      postgres::SelectRightsPage(asked.city, asked.after,
                                 sees_all ? std::string() : call.caller.provider, asked.plate,
                                 asked.limit),
  });
  if (!results.ok()) return results.status();
  const auto city = postgres::CityOf((*results)[0]);
  if (!city.ok()) return city.status();
  if (!*city) return domain::CityNotFound();
  return RightsOf((*results)[1]);
}

absl::StatusOr<std::vector<postgres::PlateChange>> RightCommands::PlateHistory(
    const platform::Call& call, const PlateHistoryAsked& asked) {
  absl::StatusOr<Transaction> transaction = Begin(call, asked.city, Transaction::Mode::kReadWrite);
  if (!transaction.ok()) return transaction.status();
  // That it was looked into is kept before anything is told.
  const Results results = transaction->RunAndCommit({
      postgres::SelectCity(asked.city),
      postgres::SelectPlateHistory(asked.city, asked.plate, asked.after,
                                   asked.known_at.value_or(absl::InfiniteFuture()), asked.limit),
      postgres::RecordPlateLookup(asked.city, asked.plate, call.caller.subject, asked.purpose),
  });
  if (!results.ok()) return results.status();
  const auto city = postgres::CityOf((*results)[0]);
  if (!city.ok()) return city.status();
  if (!*city) return domain::CityNotFound();
  return postgres::PlateHistoryOf((*results)[1]);
}

}  // namespace stadspoort::rights
