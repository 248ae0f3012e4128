#include "services/permits/permit_change.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "services/domain/checked_plate_key.h"
#include "services/domain/city_errors.h"
#include "services/domain/limits.h"
#include "services/domain/local_time.h"
#include "services/domain/permit_errors.h"
#include "services/domain/request_errors.h"
#include "services/platform/asked_digest.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/permit_document.h"

namespace stadspoort::permits {
namespace {

using postgres::Command;
using postgres::PermitEvent;
using postgres::Result;
using postgres::RightOfPermit;
using postgres::StoredPermit;
using Results = absl::StatusOr<std::vector<Result>>;

// Commands of one round trip, and where the results of each are.
class Batch {
 public:
  size_t Add(Command command) {
    commands_.push_back(std::move(command));
    return commands_.size() - 1;
  }
  const std::vector<Command>& commands() const { return commands_; }

 private:
  std::vector<Command> commands_;
};

std::vector<int64_t> VersionsOf(const domain::Permit& permit) {
  std::vector<int64_t> versions = {permit.type_version};
  for (const domain::Permit::AreaSince& area : permit.areas) versions.push_back(area.type_version);
  if (permit.renewal) versions.push_back(permit.renewal->type_version);
  return versions;
}

std::vector<domain::PlateId> PlatesOf(const domain::Permit& permit) {
  std::vector<domain::PlateId> plates;
  for (const domain::PlateList& list : permit.plates.lists()) {
    for (const domain::ListedPlate& plate : list.plates) plates.push_back(plate.plate);
  }
  std::sort(plates.begin(), plates.end());
  plates.erase(std::unique(plates.begin(), plates.end()), plates.end());
  return plates;
}

absl::Status TakeTypes(const std::vector<postgres::StoredPermitType>& stored, Dossier& dossier) {
  for (const postgres::StoredPermitType& type : stored) {
    dossier.types[type.version] = type.type;
    if (type.present) dossier.present_version = type.version;
  }
  return dossier.present_version == 0 ? domain::PermitTypeNotFound("permit.permit_type")
                                      : absl::OkStatus();
}

// How many places are left is told by the type as it is now.
domain::PermitCounts CountsOf(const postgres::CountedPermits& counted,
                              const std::vector<postgres::AreaHeld>& held,
                              const domain::PermitType& present,
                              const domain::PermitAreaCode& code) {
  domain::PermitCounts counts;
  counts.of_holder = counted.of_holder;
  counts.of_address = counted.of_address;
  counts.earlier_of_holder = counted.earlier_of_holder;
  counts.earlier_of_address = counted.earlier_of_address;
  counts.others_wait = counted.others_wait;
  const domain::PermitArea* area = present.Area(code);
  if (area == nullptr || area->places == 0) return counts;
  counts.places_left = area->places;
  for (const postgres::AreaHeld& one : held) {
    if (one.area.area == code) *counts.places_left -= one.held;
  }
  return counts;
}

// Where a permit stands in the queue is known once it stands there.
std::optional<size_t> AskQueue(const domain::CityCode& city, const domain::Permit& permit,
                               Batch& batch) {
  if (permit.state != domain::PermitState::kWaitlisted) return std::nullopt;
  return batch.Add(postgres::SelectPermit(city, permit.id));
}
absl::Status TakeQueue(const std::vector<Result>& results, std::optional<size_t> at,
                       StoredPermit& stored) {
  if (!at) return absl::OkStatus();
  const auto waiting = postgres::PermitOf(results[*at]);
  if (!waiting.ok()) return waiting.status();
  if (!*waiting) return absl::InternalError("a permit was lost while it was changed");
  stored.queue_position = (*waiting)->queue_position;
  return absl::OkStatus();
}

// The sets of these permits; none: they belong to none.
std::optional<size_t> AskSets(const domain::CityCode& city,
                              const std::vector<StoredPermit>& permits, Batch& batch) {
  std::vector<int64_t> numbers;
  for (const StoredPermit& stored : permits) {
    if (stored.permit.set != 0) numbers.push_back(stored.permit.set);
  }
  if (numbers.empty()) return std::nullopt;
  return batch.Add(postgres::SelectPermitSetsNumbered(city, numbers));
}
absl::Status TakeSets(const std::vector<Result>& results, std::optional<size_t> at,
                      std::vector<postgres::StoredPermitSet>& sets) {
  if (!at) return absl::OkStatus();
  auto read = postgres::PermitSetsOf(results[*at]);
  if (!read.ok()) return read.status();
  sets = *std::move(read);
  return absl::OkStatus();
}
std::optional<postgres::StoredPermitSet> SetOf(const domain::Permit& permit,
                                               const std::vector<postgres::StoredPermitSet>& sets) {
  for (const postgres::StoredPermitSet& set : sets) {
    if (set.number == permit.set) return set;
  }
  return std::nullopt;
}

void TakeNumbers(std::vector<postgres::NumberedPlate> plates, PlateNumbers& numbers) {
  for (auto& [number, plate] : plates) numbers.insert_or_assign(plate, std::move(number));
}

// Plates enter a digest by their pseudonyms: it is stored, and a plate's text is in one row only.
std::string WithPlates(const std::string& digest,
                       const std::vector<postgres::PlateIdentity>& plates) {
  platform::AskedDigest all(digest);
  for (const postgres::PlateIdentity& plate : plates) {
    all.Add(absl::string_view(reinterpret_cast<const char*>(plate.pseudonyms.exact.bytes.data()),
                              plate.pseudonyms.exact.bytes.size()));
  }
  return all.bytes();
}

// What was done, so that it can be answered again.
std::string OutcomeJson(const domain::PermitId& permit, int64_t refund_cents, int64_t price_cents) {
  return nlohmann::json{
      {"permit", permit.text()}, {"refund_cents", refund_cents}, {"price_cents", price_cents}}
      .dump();
}

struct Outcome {
  domain::PermitId permit;
  int64_t refund_cents = 0;
  int64_t price_cents = 0;
};
absl::StatusOr<Outcome> ReadOutcome(const std::string& text) {
  const auto in = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const absl::Status unreadable = absl::InternalError("a stored outcome cannot be read");
  if (!in.is_object() || !in.contains("permit") || !in["permit"].is_string()) return unreadable;
  const auto permit = domain::PermitId::FromText(in["permit"].get<std::string>());
  if (!permit) return unreadable;
  return Outcome{*permit, in.value("refund_cents", int64_t{0}),
                 in.value("price_cents", int64_t{0})};
}

}  // namespace

PermitEvent EventOf(StoredPermit& stored, domain::PermitEventKind kind, absl::Time effective) {
  PermitEvent event;
  event.permit = stored.permit.id;
  event.kind = kind;
  event.state = stored.permit.state;
  event.effective_time = effective;
  event.revision = ++stored.revision;
  event.document = postgres::PermitDocument(stored.permit);
  return event;
}

std::string ActorOf(const platform::Caller& caller) {
  const bool only_holder = caller.roles.Has(platform::Role::kHolder) &&
                           !caller.roles.Has(platform::Role::kClerk) &&
                           !caller.roles.Has(platform::Role::kPortal);
  return only_holder ? "holder" : caller.subject;
}

absl::Status MaySee(const platform::Caller& caller, const std::string& acting_for,
                    const std::string& holder) {
  using platform::Role;
  const bool matches = acting_for == holder;
  if (caller.roles.Has(Role::kClerk) || caller.roles.Has(Role::kAuditor)) {
    return acting_for.empty() || matches ? absl::OkStatus() : domain::PermitNotFound();
  }
  if (caller.roles.Has(Role::kPortal)) {
    return matches ? absl::OkStatus() : domain::PermitNotFound();
  }
  const bool own = caller.roles.Has(Role::kHolder) && caller.subject == holder;
  return own && (acting_for.empty() || matches) ? absl::OkStatus() : domain::PermitNotFound();
}

std::optional<absl::Time> DueTime(const domain::Permit& permit, const domain::PermitType& type,
                                  absl::TimeZone zone) {
  const auto next = NextHappening(permit, type, zone);
  return next ? std::optional(next->at) : std::nullopt;
}

absl::StatusOr<std::vector<postgres::PlateIdentity>> PermitChange::Identify(
    const platform::Call& call, const domain::CityCode& city, const postgres::EnrolmentRules& rules,
    const std::vector<domain::PlateNumber>& plates) const {
  std::vector<postgres::PlateIdentity> identities;
  if (plates.empty()) return identities;
  const absl::StatusOr<domain::PlateKey> key =
      domain::CheckedPlateKey(keyring_, city, rules.plate_key_id, rules.plate_key_fingerprint);
  if (!key.ok()) return key.status();
  for (const domain::PlateNumber& plate : plates) {
    identities.push_back(
        {domain::PlateId::New(call.received), plate, key->Of(plate), rules.plate_key_id});
  }
  return identities;
}

absl::Status PermitChange::AwaitSafety(Transaction& transaction, const platform::Call& call,
                                       const domain::CityCode& city) {
  return postgres::RollBackAndAwaitSafety(std::move(transaction), pool_, city,
                                          Deadline::After(call.Remaining()));
}

absl::StatusOr<std::vector<PermitShown>> ShowAll(postgres::Transaction& transaction,
                                                 const domain::CityCode& city,
                                                 std::vector<StoredPermit> permits,
                                                 postgres::PermitTypeReader& types) {
  std::map<domain::PermitTypeCode, std::vector<int64_t>> versions;
  std::vector<domain::PlateId> plates;
  for (const StoredPermit& stored : permits) {
    versions[stored.permit.type].push_back(stored.permit.type_version);
    for (const domain::PlateId& plate : PlatesOf(stored.permit)) plates.push_back(plate);
  }
  Batch batch;
  const size_t rules_at = batch.Add(postgres::SelectEnrolmentRules(city, domain::RightTypeCode()));
  const size_t numbers_at = batch.Add(postgres::SelectPlateNumbers(city, plates));
  const std::optional<size_t> sets_at = AskSets(city, permits, batch);
  std::vector<size_t> types_at;
  for (auto& [code, of] : versions) {
    std::sort(of.begin(), of.end());
    of.erase(std::unique(of.begin(), of.end()), of.end());
    types_at.push_back(batch.Add(postgres::SelectPermitType(city, code, of)));
  }
  const Results read = transaction.Run(batch.commands());
  if (!read.ok()) return read.status();
  const auto rules = postgres::EnrolmentRulesOf((*read)[rules_at], domain::RightTypeCode());
  if (!rules.ok()) return rules.status();
  if (!*rules) return domain::CityNotFound();
  const auto zone = domain::StoredTimeZone((*rules)->time_zone);
  if (!zone.ok()) return zone.status();
  auto numbers = postgres::NumberedPlatesOf((*read)[numbers_at]);
  if (!numbers.ok()) return numbers.status();
  PlateNumbers known;
  TakeNumbers(*std::move(numbers), known);
  std::map<std::pair<domain::PermitTypeCode, int64_t>, std::shared_ptr<const domain::PermitType>>
      by_version;
  for (const size_t at : types_at) {
    const auto stored = postgres::PermitTypesOf((*read)[at], city, types);
    if (!stored.ok()) return stored.status();
    for (const auto& type : *stored) by_version[{type.type->code, type.version}] = type.type;
  }
  std::vector<postgres::StoredPermitSet> sets;
  if (absl::Status taken = TakeSets(*read, sets_at, sets); !taken.ok()) return taken;
  std::vector<PermitShown> shown;
  for (StoredPermit& stored : permits) {
    const auto type = by_version.find({stored.permit.type, stored.permit.type_version});
    if (type == by_version.end()) return absl::InternalError("a permit's type is not known");
    PermitShown one;
    one.type = type->second;
    one.moment = {(*rules)->now, *zone};
    one.set = SetOf(stored.permit, sets);
    for (const domain::PlateId& plate : PlatesOf(stored.permit)) {
      const auto number = known.find(plate);
      if (number == known.end()) return absl::InternalError("a permit's plate is not known");
      one.numbers.insert(*number);
    }
    // What time has done by now is told, whether or not its job has run.
    CatchUp(*one.type, one.moment, stored.permit, [](const domain::PermitHappening&) {});
    one.stored = std::move(stored);
    shown.push_back(std::move(one));
  }
  return shown;
}

absl::StatusOr<PermitShown> PermitChange::Show(Transaction& transaction,
                                               const domain::CityCode& city,
                                               const domain::PermitId& permit) {
  const Results read = transaction.Run({postgres::SelectPermit(city, permit)});
  if (!read.ok()) return read.status();
  auto stored = postgres::PermitOf(read->front());
  if (!stored.ok()) return stored.status();
  if (!*stored) return domain::PermitNotFound();
  std::vector<StoredPermit> one;
  one.push_back(**std::move(stored));
  auto shown = ShowAll(transaction, city, std::move(one), types_);
  if (!shown.ok()) return shown.status();
  return std::move(shown->front());
}

absl::StatusOr<Changed> PermitChange::AnswerAgain(Transaction& transaction,
                                                  const platform::Call& call,
                                                  const domain::CityCode& city,
                                                  const postgres::RequestDone& done,
                                                  const std::string& digest) {
  if (done.digest != digest) return domain::RequestIdConflict("request_id");
  const absl::StatusOr<Outcome> outcome = ReadOutcome(done.outcome);
  if (!outcome.ok()) return outcome.status();
  absl::StatusOr<PermitShown> shown = Show(transaction, city, outcome->permit);
  if (!shown.ok()) return shown.status();
  // The first request's COMMIT may be visible without being safe.
  if (absl::Status safe = AwaitSafety(transaction, call, city); !safe.ok()) return safe;
  return Changed{*std::move(shown), outcome->refund_cents, outcome->price_cents};
}

absl::StatusOr<Changed> PermitChange::Change(const platform::Call& call, const ChangeAsked& asked,
                                             Verb verb) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const postgres::RequestKey request{call.caller.subject, asked.request_id};

  // The request, whatever permit it names, then the permit are locked first, each in a statement of
  // its own.
  Batch first;
  if (!asked.request_id.empty()) first.Add(postgres::LockRequest(asked.city, request));
  const size_t permit_at = first.Add(postgres::LockPermit(asked.city, asked.permit));
  const size_t rules_at =
      first.Add(postgres::SelectEnrolmentRules(asked.city, domain::RightTypeCode()));
  std::optional<size_t> request_at;
  if (!asked.request_id.empty()) {
    request_at = first.Add(postgres::SelectRequest(asked.city, request));
  }
  const Results read = transaction->Run(first.commands());
  if (!read.ok()) return read.status();
  const auto rules = postgres::EnrolmentRulesOf((*read)[rules_at], domain::RightTypeCode());
  if (!rules.ok()) return rules.status();
  if (!*rules) return domain::CityNotFound();
  auto locked = postgres::PermitOf((*read)[permit_at]);
  if (!locked.ok()) return locked.status();
  if (!*locked) return domain::PermitNotFound();
  StoredPermit stored = **std::move(locked);
  if (absl::Status may = MaySee(call.caller, asked.holder, stored.permit.holder); !may.ok()) {
    return may;
  }
  const auto identities = Identify(call, asked.city, **rules, asked.plates);
  if (!identities.ok()) return identities.status();
  const std::string digest = WithPlates(asked.digest, *identities);
  if (request_at) {
    const auto done = postgres::RequestDoneOf((*read)[*request_at]);
    if (!done.ok()) return done.status();
    if (*done) return AnswerAgain(*transaction, call, asked.city, **done, digest);
  }

  // What it is judged by: names, then areas, are locked before anything is counted.
  const domain::PermitAreaCode area = asked.new_area.value_or(stored.permit.area());
  const std::string address = asked.new_address.value_or(stored.permit.address);
  postgres::CountedNames names{
      stored.permit.type, stored.permit.holder, {stored.permit.address, address}};
  if (!asked.counts) names.addresses.clear();
  Batch second;
  if (asked.counts) second.Add(postgres::LockPermitNames(asked.city, names));
  std::optional<size_t> payment_at;
  if (!asked.payment_reference.empty()) {
    second.Add(postgres::LockPayment(asked.city, asked.payment_reference));
    payment_at = second.Add(postgres::SelectPayment(asked.city, asked.payment_reference));
  }
  const size_t areas_at = second.Add(postgres::LockPermitAreas(
      asked.city, {{stored.permit.type, stored.permit.set, stored.permit.area()},
                   {stored.permit.type, stored.permit.set, area}}));
  if (!identities->empty()) second.Add(postgres::EnsurePlates(asked.city, *identities));
  const size_t plates_at = second.Add(postgres::SelectPlatesByNumber(asked.city, *identities));
  const size_t numbers_at =
      second.Add(postgres::SelectPlateNumbers(asked.city, PlatesOf(stored.permit)));
  const size_t types_at = second.Add(
      postgres::SelectPermitType(asked.city, stored.permit.type, VersionsOf(stored.permit)));
  const size_t rights_at = second.Add(postgres::SelectRightsOfPermit(asked.city, asked.permit));
  const std::optional<size_t> sets_at = AskSets(asked.city, {stored}, second);
  const size_t counts_at =
      second.Add(postgres::SelectPermitCounts(asked.city, stored.permit, address, area));
  const Results facts = transaction->Run(second.commands());
  if (!facts.ok()) return facts.status();

  Dossier dossier;
  dossier.permit = stored.permit;
  const auto types = postgres::PermitTypesOf((*facts)[types_at], asked.city, types_);
  if (!types.ok()) return types.status();
  if (absl::Status taken = TakeTypes(*types, dossier); !taken.ok()) return taken;
  const auto counted = postgres::PermitCountsOf((*facts)[counts_at]);
  if (!counted.ok()) return counted.status();
  const auto held = postgres::AreasHeldOf((*facts)[areas_at]);
  if (!held.ok()) return held.status();
  const auto rights = postgres::RightsOfPermitOf((*facts)[rights_at]);
  if (!rights.ok()) return rights.status();
  auto known = postgres::NumberedPlatesOf((*facts)[numbers_at]);
  if (!known.ok()) return known.status();
  auto named = postgres::NumberedPlatesOf((*facts)[plates_at]);
  if (!named.ok()) return named.status();
  absl::StatusOr<std::optional<postgres::Payment>> payment = std::nullopt;
  if (payment_at) payment = postgres::PaymentOf((*facts)[*payment_at]);
  if (!payment.ok()) return payment.status();
  const auto zone = domain::StoredTimeZone((*rules)->time_zone);
  if (!zone.ok()) return zone.status();
  dossier.counts = CountsOf(*counted, *held, dossier.PresentType(), area);
  dossier.moment = {counted->now, *zone};
  for (const domain::PlateNumber& plate : asked.plates) {
    const auto it = std::find_if(named->begin(), named->end(),
                                 [&](const auto& one) { return one.first == plate; });
    if (it == named->end()) return absl::InternalError("a plate was not made");
    dossier.plates.push_back(it->second);
  }
  Changed changed;
  std::vector<postgres::StoredPermitSet> sets;
  if (absl::Status taken = TakeSets(*facts, sets_at, sets); !taken.ok()) return taken;
  changed.shown.set = SetOf(stored.permit, sets);
  TakeNumbers(*std::move(known), changed.shown.numbers);
  TakeNumbers(*std::move(named), changed.shown.numbers);

  const std::string present = absl::StrCat(stored.revision);
  // Time first, then the verb.
  std::vector<PermitEvent> by_time;
  CatchUp(dossier.Type(), dossier.moment, dossier.permit,
          [&](const domain::PermitHappening& happening) {
            stored.permit = dossier.permit;
            by_time.push_back(EventOf(stored, happening.kind, happening.at));
          });
  absl::StatusOr<Verdict> verdict = Verdict();
  if (!asked.etag.empty() && asked.etag != present) {
    verdict = domain::StaleEtag("etag", present);
  } else if (*payment && ((*payment)->permit != asked.permit ||
                          (*payment)->amount_cents != asked.amount_cents)) {
    verdict = domain::PaymentConflict();
  } else if (!*payment) {
    verdict = verb(dossier);
  }
  if (!verdict.ok()) {
    // Whoever sends it again after an unknown outcome may take the refusal for done.
    if (asked.validate_only) return verdict.status();
    const absl::Status safe = AwaitSafety(*transaction, call, asked.city);
    return safe.ok() ? verdict.status() : safe;
  }
  const bool nothing = verdict->events.empty() && by_time.empty();

  dossier.permit.plates.ForgetBefore(dossier.moment.now - domain::limits::kPlatesRemembered);
  stored.permit = dossier.permit;
  std::vector<PermitEvent> by_verb;
  for (const domain::PermitEventKind kind : verdict->events) {
    by_verb.push_back(EventOf(stored, kind, verdict->effective_time.value_or(dossier.moment.now)));
  }
  stored.due_time = DueTime(stored.permit, dossier.Type(), *zone);
  const auto wanted = RightsWanted(stored.permit, dossier.types);
  if (!wanted.ok()) return wanted.status();
  const std::vector<RightOfPermit> put = RightsChanged(
      *rights, *wanted, dossier.moment.now, [&] { return domain::RightId::New(call.received); });

  changed.refund_cents = verdict->refund_cents;
  changed.shown.type = dossier.types.at(stored.permit.type_version);
  changed.shown.moment = dossier.moment;
  // What did nothing is remembered too: sent again, it is not done to what others made of it since.
  if (asked.validate_only || (nothing && asked.request_id.empty())) {
    Batch place;
    const std::optional<size_t> queue_at = AskQueue(asked.city, stored.permit, place);
    const Results read_place = transaction->Run(place.commands());
    if (!read_place.ok()) return read_place.status();
    if (absl::Status told = TakeQueue(*read_place, queue_at, stored); !told.ok()) return told;
    changed.shown.stored = std::move(stored);
    if (asked.validate_only) return changed;
    if (absl::Status safe = AwaitSafety(*transaction, call, asked.city); !safe.ok()) return safe;
    return changed;
  }
  Batch last;
  if (!nothing && !put.empty()) {
    last.Add(postgres::BumpPlatesOf(asked.city, put));
    last.Add(postgres::PutRightsOfPermit(
        asked.city, asked.permit, put,
        Name(verdict->events.empty() ? by_time.back().kind : verdict->events.back()),
        {ActorOf(call.caller), asked.reason}));
  }
  if (!nothing) last.Add(postgres::UpdatePermits(asked.city, {stored}));
  if (!by_time.empty()) {
    last.Add(postgres::InsertPermitEvents(asked.city, by_time, {kRegisterActor, ""}));
  }
  if (!by_verb.empty()) {
    last.Add(
        postgres::InsertPermitEvents(asked.city, by_verb, {ActorOf(call.caller), asked.reason}));
  }
  if (!asked.payment_reference.empty() && !*payment) {
    last.Add(postgres::InsertPayment(asked.city, asked.payment_reference,
                                     {asked.permit, asked.amount_cents}));
  }
  if (!asked.request_id.empty()) {
    last.Add(postgres::PutRequest(asked.city, request,
                                  {digest, OutcomeJson(asked.permit, verdict->refund_cents, 0)}));
  }
  const std::optional<size_t> queue_at = AskQueue(asked.city, stored.permit, last);
  const Results written = transaction->RunAndCommit(last.commands());
  if (!written.ok()) return written.status();
  if (absl::Status told = TakeQueue(*written, queue_at, stored); !told.ok()) return told;
  changed.shown.stored = std::move(stored);
  return changed;
}

absl::StatusOr<Changed> PermitChange::Apply(const platform::Call& call, const Application& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  Batch first;
  const size_t rules_at =
      first.Add(postgres::SelectEnrolmentRules(asked.city, domain::RightTypeCode()));
  std::optional<size_t> set_at;
  if (asked.set) set_at = first.Add(postgres::SelectPermitSet(asked.city, *asked.set));
  const Results read = transaction->Run(first.commands());
  if (!read.ok()) return read.status();
  const auto rules = postgres::EnrolmentRulesOf((*read)[rules_at], domain::RightTypeCode());
  if (!rules.ok()) return rules.status();
  if (!*rules) return domain::CityNotFound();
  const auto zone = domain::StoredTimeZone((*rules)->time_zone);
  if (!zone.ok()) return zone.status();
  const auto identities = Identify(call, asked.city, **rules, asked.plates);
  if (!identities.ok()) return identities.status();

  const std::string digest = WithPlates(asked.digest, *identities);
  domain::Permit form = asked.permit;
  std::vector<postgres::StoredPermitSet> sets;
  if (absl::Status taken = TakeSets(*read, set_at, sets); !taken.ok()) return taken;
  if (asked.set && sets.empty()) return domain::PermitSetNotFound("permit.permit_set");
  if (!sets.empty()) form.set = sets.front().number;
  const postgres::RequestKey request{call.caller.subject, asked.request_id};
  Batch second;
  std::optional<size_t> request_at;
  if (!asked.request_id.empty()) {
    second.Add(postgres::LockRequest(asked.city, request));
    request_at = second.Add(postgres::SelectRequest(asked.city, request));
  }
  second.Add(postgres::LockPermitNames(asked.city, {form.type, form.holder, {form.address}}));
  const postgres::AreaOfType place{form.type, form.set, asked.area};
  if (form.set != 0) second.Add(postgres::PutPermitArea(asked.city, place));
  const size_t areas_at = second.Add(postgres::LockPermitAreas(asked.city, {place}));
  const size_t types_at = second.Add(postgres::SelectPermitType(asked.city, form.type));
  second.Add(postgres::EnsurePlates(asked.city, *identities));
  const size_t plates_at = second.Add(postgres::SelectPlatesByNumber(asked.city, *identities));
  const size_t counts_at =
      second.Add(postgres::SelectPermitCounts(asked.city, form, form.address, asked.area));
  const Results facts = transaction->Run(second.commands());
  if (!facts.ok()) return facts.status();
  if (request_at) {
    const auto done = postgres::RequestDoneOf((*facts)[*request_at]);
    if (!done.ok()) return done.status();
    if (*done) return AnswerAgain(*transaction, call, asked.city, **done, digest);
  }

  Dossier dossier;
  const auto types = postgres::PermitTypesOf((*facts)[types_at], asked.city, types_);
  if (!types.ok()) return types.status();
  if (absl::Status taken = TakeTypes(*types, dossier); !taken.ok()) return taken;
  const domain::PermitType& type = dossier.PresentType();
  const auto counted = postgres::PermitCountsOf((*facts)[counts_at]);
  if (!counted.ok()) return counted.status();
  const auto held = postgres::AreasHeldOf((*facts)[areas_at]);
  if (!held.ok()) return held.status();
  auto named = postgres::NumberedPlatesOf((*facts)[plates_at]);
  if (!named.ok()) return named.status();
  dossier.counts = CountsOf(*counted, *held, type, asked.area);
  dossier.moment = {counted->now, *zone};

  domain::Permit form_filled = form;
  form_filled.id = domain::PermitId::New(call.received);
  form_filled.type_version = dossier.present_version;
  form_filled.areas = {{dossier.moment.now, asked.area, dossier.present_version}};
  domain::PlateList list{dossier.moment.now, {}};
  for (size_t i = 0; i < asked.plates.size(); ++i) {
    const auto it = std::find_if(named->begin(), named->end(),
                                 [&](const auto& one) { return one.first == asked.plates[i]; });
    if (it == named->end()) return absl::InternalError("a plate was not made");
    list.plates.push_back(
        {it->second, asked.countries[i], static_cast<int>(i) < type.plates.active_max});
  }
  form_filled.plates = domain::PlateBook({std::move(list)});

  Changed changed;
  changed.price_cents = FirstPrice(form_filled, type, dossier.counts, dossier.moment);
  absl::StatusOr<domain::Permit> applied =
      domain::Apply(std::move(form_filled), type, dossier.counts, dossier.moment);
  if (!applied.ok()) return domain::WithFieldPrefix(applied.status(), "permit");

  StoredPermit stored;
  stored.permit = *std::move(applied);
  stored.due_time = DueTime(stored.permit, type, *zone);
  const PermitEvent event = EventOf(stored, domain::PermitEventKind::kApplied, dossier.moment.now);
  const auto wanted = RightsWanted(stored.permit, dossier.types);
  if (!wanted.ok()) return wanted.status();
  const std::vector<RightOfPermit> put = RightsChanged(
      {}, *wanted, dossier.moment.now, [&] { return domain::RightId::New(call.received); });
  changed.shown.type = dossier.types.at(dossier.present_version);
  changed.shown.set = SetOf(stored.permit, sets);
  changed.shown.moment = dossier.moment;
  TakeNumbers(*std::move(named), changed.shown.numbers);
  if (asked.validate_only) {
    changed.shown.stored = std::move(stored);
    return changed;
  }
  const postgres::Author author{ActorOf(call.caller), ""};
  Batch last;
  if (!put.empty()) {
    last.Add(postgres::BumpPlatesOf(asked.city, put));
    last.Add(postgres::PutRightsOfPermit(asked.city, stored.permit.id, put,
                                         Name(domain::PermitEventKind::kApplied), author));
  }
  const size_t made_at = last.Add(postgres::InsertPermit(asked.city, stored));
  last.Add(postgres::InsertPermitEvents(asked.city, {event}, author));
  if (!asked.request_id.empty()) {
    last.Add(postgres::PutRequest(asked.city, request,
                                  {digest, OutcomeJson(stored.permit.id, 0, changed.price_cents)}));
  }
  const std::optional<size_t> queue_at = AskQueue(asked.city, stored.permit, last);
  const Results written = transaction->RunAndCommit(last.commands());
  if (!written.ok()) return written.status();
  const auto create_time = postgres::InsertedPermitOf((*written)[made_at]);
  if (!create_time.ok()) return create_time.status();
  stored.create_time = *create_time;
  if (absl::Status told = TakeQueue(*written, queue_at, stored); !told.ok()) return told;
  changed.shown.stored = std::move(stored);
  return changed;
}

}  // namespace stadspoort::permits
