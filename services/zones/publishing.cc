#include "services/zones/publishing.h"

#include <algorithm>
#include <limits>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "services/domain/city_errors.h"
#include "services/domain/limits.h"
#include "services/domain/zone_errors.h"
#include "services/platform/asked_digest.h"
#include "services/zones/done_requests.h"
#include "services/zones/publication.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/zone_change_store.h"

namespace stadspoort::zones {
namespace {

using postgres::Command;
using postgres::NewestVersion;
using postgres::StoredDraft;
using postgres::Transaction;

// What every write reads first, once it has the city's zones to itself.
struct Locked {
  std::optional<Outcome> done;  // the request was answered before
  CityAtHand at_hand;
  std::vector<NewestVersion> newest;  // of the zones asked for
  std::vector<StoredDraft> drafts;    // of the zones asked for
};

// A write in the making: locks the city's zones, and remembers for whom.
class Write {
 public:
  Write(Transaction& transaction, const domain::CityCode& city, const platform::Call& call,
        const Writing& writing, std::string digest)
      : transaction_(transaction),
        city_(city),
        key_{call.caller.subject, writing.request_id},
        author_{call.caller.subject, writing.reason},
        digest_(std::move(digest)) {}

  absl::StatusOr<Locked> Lock(absl::Span<const domain::ZoneCode> zones,
                              std::optional<absl::Time> from) {
    // The lock is a statement of its own: what is read after it is the present state.
    const auto locked = transaction_.Run({postgres::LockZones(city_)});
    if (!locked.ok()) return locked.status();
    if (locked->front().empty()) return domain::CityNotFound();
    std::vector<Command> commands = SelectWithZones(city_, from);
    commands.push_back(postgres::SelectRequest(city_, key_));
    commands.push_back(postgres::SelectNewest(city_, zones));
    commands.push_back(postgres::LockDrafts(city_, zones));
    const auto results = transaction_.Run(commands);
    if (!results.ok()) return results.status();
    Locked read;
    absl::StatusOr<CityAtHand> at_hand =
        AtHandOf(absl::MakeConstSpan(*results).first(kWithZonesCommands), city_);
    if (!at_hand.ok()) return at_hand.status();
    read.at_hand = *std::move(at_hand);
    auto done = DoneBefore((*results)[kWithZonesCommands], digest_);
    if (!done.ok()) return done.status();
    if (!key_.id.empty()) read.done = *std::move(done);
    auto newest = postgres::NewestOf((*results)[kWithZonesCommands + 1]);
    if (!newest.ok()) return newest.status();
    read.newest = *std::move(newest);
    auto drafts = postgres::DraftsOf((*results)[kWithZonesCommands + 2], city_);
    if (!drafts.ok()) return drafts.status();
    read.drafts = *std::move(drafts);
    return read;
  }

  // What lets the request be sent again.
  void Record(const Outcome& outcome, std::vector<Command>& commands) const {
    commands.push_back(postgres::DeleteOldRequests(city_));
    if (!key_.id.empty()) commands.push_back(RecordDone(city_, key_, digest_, outcome));
  }

  const postgres::Author& author() const { return author_; }

 private:
  Transaction& transaction_;
  const domain::CityCode& city_;
  const postgres::RequestKey key_;
  const postgres::Author author_;
  const std::string digest_;
};

const NewestVersion* Find(const std::vector<NewestVersion>& newest, const domain::ZoneCode& zone) {
  const auto it = std::find_if(newest.begin(), newest.end(),
                               [&](const NewestVersion& one) { return one.code == zone; });
  return it == newest.end() ? nullptr : &*it;
}

// The drafts as they were asked for, in that order, each fit to be published.
absl::Status AddDrafts(const PublishAsked& asked, const Locked& locked, Change& change) {
  for (size_t i = 0; i < asked.drafts.size(); ++i) {
    const PublishAsked::Draft& wanted = asked.drafts[i];
    const std::string field = absl::StrCat("drafts[", i, "]");
    const auto stored =
        std::find_if(locked.drafts.begin(), locked.drafts.end(),
                     [&](const StoredDraft& one) { return one.draft.code == wanted.zone; });
    if (stored == locked.drafts.end()) {
      return domain::DraftNotFound(wanted.zone, field + ".zone");
    }
    if (!wanted.etag.empty() && wanted.etag != stored->etag) {
      return domain::StaleEtag(field + ".etag", stored->etag);
    }
    const NewestVersion* newest = Find(locked.newest, wanted.zone);
    const int64_t version = newest == nullptr ? 0 : newest->version.value_or(0);
    if (version != stored->draft.base_version) {
      return domain::DraftOutdated(wanted.zone, stored->draft.base_version, version,
                                   field + ".zone");
    }
    if (!stored->validated) return domain::DraftNotValidated(wanted.zone, field + ".zone");
    AddDraft(stored->draft, newest, locked.at_hand, change);
  }
  return absl::OkStatus();
}

// A version may follow what is known of its zone at this start.
absl::Status MayFollow(const NewestVersion* newest, absl::Time start) {
  constexpr char kField[] = "in_force_start_time";
  if (newest == nullptr || !newest->version) return absl::OkStatus();
  if (start <= newest->in_force.start) {
    return domain::VersionOverlap(newest->code, newest->in_force.start, kField);
  }
  if (newest->in_force.end != absl::InfiniteFuture() && start < newest->in_force.end) {
    return domain::ZoneRetired(newest->code, newest->in_force.end);
  }
  return absl::OkStatus();
}

// What stands in the way of a draft beside what it says: its zone has moved on, or ends already.
// That a version is published ahead of it is found by judging it.
void AddHistory(const domain::ZoneDraft& draft, const NewestVersion* newest, Change& change) {
  const int64_t version = newest == nullptr ? 0 : newest->version.value_or(0);
  absl::Status may = absl::OkStatus();
  if (version != draft.base_version) {
    may = domain::DraftOutdated(draft.code, draft.base_version, version, "zones");
  } else if (version != 0 && change.start > newest->in_force.start) {
    may = MayFollow(newest, change.start);
  }
  if (may.ok()) return;
  domain::ZoneFindings(draft.code, change.found)
      .AddError(domain::FindingKind::kVersionOverlap, "in_force_start_time",
                std::string(may.message()));
}

// The zone's newest version. ZONE_NOT_FOUND, STALE_ETAG.
absl::StatusOr<const NewestVersion*> NewestOf(const Locked& locked, const domain::ZoneCode& zone,
                                              const std::string& etag) {
  const NewestVersion* newest = Find(locked.newest, zone);
  if (newest == nullptr || !newest->version) return domain::ZoneNotFound(zone, "name");
  const std::string present = absl::StrCat(newest->subject_version);
  if (!etag.empty() && etag != present) return domain::StaleEtag("etag", present);
  return newest;
}

// When what a request did before takes force.
absl::StatusOr<TakingForce> ForceOf(const Outcome& done, bool at_once, Transaction& transaction) {
  const auto now = MomentOf(std::nullopt, "", {}, transaction);
  if (!now.ok()) return now.status();
  return TakingForce{done.time, at_once,
                     BootClock::now() + absl::ToChronoNanoseconds(done.time - *now)};
}

absl::StatusOr<postgres::StoredZone> OneZone(const postgres::Result& result,
                                             const domain::CityCode& city) {
  auto zones = postgres::ZonesOf(result, city);
  if (!zones.ok()) return zones.status();
  if (zones->empty()) return absl::InternalError("a zone version that was written is not there");
  return std::move(zones->front());
}

// The version `version` in the newest page of its zone.
Command SelectVersion(const domain::CityCode& city, const domain::ZoneCode& zone, int64_t version) {
  return postgres::SelectVersionsPage(city, zone, version + 1, 1, /*full=*/false);
}

}  // namespace

absl::StatusOr<Ended> Publishing::AnswerAgain(const platform::Call& call,
                                              const domain::CityCode& city, Transaction transaction,
                                              const Outcome& outcome, bool at_once) {
  if (outcome.versions.size() != 1) return absl::InternalError("an outcome is of another write");
  const auto& [zone, version] = outcome.versions.front();
  const auto read = transaction.Run({SelectVersion(city, zone, version)});
  if (!read.ok()) return read.status();
  absl::StatusOr<postgres::StoredZone> stored = OneZone(read->front(), city);
  if (!stored.ok()) return stored.status();
  const auto force = ForceOf(outcome, at_once, transaction);
  if (!force.ok()) return force.status();
  const absl::Status safe = postgres::RollBackAndAwaitSafety(std::move(transaction), pool_, city,
                                                             Deadline::After(call.Remaining()));
  if (!safe.ok()) return safe;
  AwaitForce(call, *force);
  if (at_once) stored->state = postgres::VersionState::kRetired;  // by now
  return Ended{*std::move(stored), {}};
}

absl::StatusOr<Ended> Publishing::Finish(const Ending& ending, const NewestVersion& newest,
                                         std::vector<Command> commands, Transaction transaction,
                                         Ended ended) {
  const domain::CityCode& city = ending.city;
  commands.push_back(postgres::BumpZone(city, newest.code));
  commands.push_back(postgres::AppendJournal(
      postgres::SubjectKind::kZone, city, newest.id.bytes(), newest.subject_version + 1,
      postgres::ZoneEndState(ending.verb, newest.code, *newest.version, ending.effective),
      ending.author));
  commands.push_back(postgres::AppendZoneChange(city, newest.code, *newest.version, ending.kind,
                                                ending.effective));
  const Command select = SelectVersion(city, newest.code, *newest.version);
  commands.push_back(select);
  const auto results =
      ending.validate_only ? transaction.Run(commands) : transaction.RunAndCommit(commands);
  if (!results.ok()) return results.status();
  absl::StatusOr<postgres::StoredZone> stored = OneZone(results->back(), city);
  if (!stored.ok()) return stored.status();
  ended.zone = *std::move(stored);
  return ended;
}

absl::StatusOr<Validated> Publishing::Validate(const platform::Call& call,
                                               const ValidateAsked& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  std::vector<domain::ZoneCode> zones = asked.zones;
  if (zones.empty()) {
    constexpr int64_t kEvery = domain::limits::kPublishMaxZones + 1;
    const auto page = transaction->Run({postgres::SelectDraftsPage(asked.city, "", kEvery)});
    if (!page.ok()) return page.status();
    const auto drafts = postgres::DraftsOf(page->front(), asked.city);
    if (!drafts.ok()) return drafts.status();
    if (drafts->size() > domain::limits::kPublishMaxZones) {
      return domain::InvalidField("zones", "must name at most 1,000 of the city's drafts",
                                  domain::ErrorReason::kTooManyItems);
    }
    for (const StoredDraft& draft : *drafts) zones.push_back(draft.draft.code);
  }
  std::vector<Command> commands = SelectWithZones(asked.city, asked.start);
  commands.push_back(postgres::LockDrafts(asked.city, zones));
  commands.push_back(postgres::SelectNewest(asked.city, zones));
  const auto results = transaction->Run(commands);
  if (!results.ok()) return results.status();
  const auto at_hand =
      AtHandOf(absl::MakeConstSpan(*results).first(kWithZonesCommands), asked.city);
  if (!at_hand.ok()) return at_hand.status();
  auto drafts = postgres::DraftsOf((*results)[kWithZonesCommands], asked.city);
  if (!drafts.ok()) return drafts.status();
  const auto newest = postgres::NewestOf((*results)[kWithZonesCommands + 1]);
  if (!newest.ok()) return newest.status();
  for (size_t i = 0; i < asked.zones.size(); ++i) {
    const bool found = std::any_of(drafts->begin(), drafts->end(), [&](const StoredDraft& one) {
      return one.draft.code == asked.zones[i];
    });
    if (!found) return domain::DraftNotFound(asked.zones[i], absl::StrCat("zones[", i, "]"));
  }
  const absl::StatusOr<absl::Time> start =
      MomentOf(asked.start, "in_force_start_time", *newest, *transaction);
  if (!start.ok()) return start.status();

  Change change;
  change.start = *start;
  for (const StoredDraft& stored : *drafts) {
    const NewestVersion* before = Find(*newest, stored.draft.code);
    AddDraft(stored.draft, before, *at_hand, change);
    AddHistory(stored.draft, before, change);
  }
  absl::StatusOr<Judgement> judgement = Judge(*transaction, asked.city, *at_hand, change);
  if (!judgement.ok()) return judgement.status();

  std::vector<domain::ZoneCode> good;
  for (StoredDraft& stored : *drafts) {
    stored.validated = !judgement->faulty.contains(stored.draft.code);
    stored.full = false;
    if (stored.validated) good.push_back(stored.draft.code);
  }
  const auto marked = transaction->RunAndCommit({postgres::MarkValidated(asked.city, good)});
  if (!marked.ok()) return marked.status();
  return Validated{*std::move(drafts), *std::move(judgement)};
}

absl::StatusOr<Published> Publishing::Publish(const platform::Call& call,
                                              const PublishAsked& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  platform::AskedDigest digest("publish-1");
  digest.Add(asked.start);
  std::vector<domain::ZoneCode> zones;
  for (const PublishAsked::Draft& draft : asked.drafts) {
    digest.Add(draft.zone.value()).Add(draft.etag);
    zones.push_back(draft.zone);
  }
  Write write(*transaction, asked.city, call, asked.writing, digest.bytes());
  absl::StatusOr<Locked> locked = write.Lock(zones, asked.start);
  if (!locked.ok()) return locked.status();
  if (locked->done) {
    const auto force = ForceOf(*locked->done, !asked.start, *transaction);
    if (!force.ok()) return force.status();
    const absl::Status safe = postgres::RollBackAndAwaitSafety(
        *std::move(transaction), pool_, asked.city, Deadline::After(call.Remaining()));
    if (!safe.ok()) return safe;
    AwaitForce(call, *force);
    return Published{locked->done->time, std::move(locked->done->versions), {}};
  }
  const absl::StatusOr<absl::Time> start =
      MomentOf(asked.start, "in_force_start_time", locked->newest, *transaction);
  if (!start.ok()) return start.status();
  Change change;
  change.start = *start;
  if (absl::Status added = AddDrafts(asked, *locked, change); !added.ok()) return added;
  Published published;
  absl::StatusOr<Judgement> judgement = Judge(*transaction, asked.city, locked->at_hand, change);
  if (!judgement.ok()) return judgement.status();
  published.judgement = *std::move(judgement);
  if (published.judgement.found.error_count > 0) {
    return domain::ZoneFaults(ViolationsOf(published.judgement), "; validating lists all");
  }
  // Judging may have taken a while.
  const absl::StatusOr<TakingForce> force = TakesForce(
      asked.start, "in_force_start_time", locked->newest, change.drafts.size(), *transaction);
  if (!force.ok()) return force.status();
  published.start = force->start;
  UnitWriter writer(*transaction);
  for (domain::ZoneVersion& version : change.drafts) {
    version.in_force.start = published.start;
    const NewestVersion* newest = Find(locked->newest, version.code);
    if (absl::Status may = MayFollow(newest, published.start); !may.ok()) return may;
    const absl::Status added =
        AddPublication(asked.city, newest, write.author(), call.received, version, writer);
    if (!added.ok()) return added;
    published.versions.emplace_back(version.code, version.version);
  }
  if (asked.writing.validate_only) return published;  // the transaction rolls back
  std::vector<Command> last = {postgres::DeleteDrafts(asked.city, zones)};
  write.Record({published.start, published.versions}, last);
  for (Command& command : last) {
    if (absl::Status added = writer.Add(std::move(command)); !added.ok()) return added;
  }
  if (absl::Status committed = writer.Commit(); !committed.ok()) return committed;
  AwaitForce(call, *force);
  return published;
}

absl::StatusOr<Ended> Publishing::Retire(const platform::Call& call, const RetireAsked& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  platform::AskedDigest digest("retire-1");
  digest.Add(asked.zone.value()).Add(asked.end).Add(asked.etag);
  Write write(*transaction, asked.city, call, asked.writing, digest.bytes());
  const std::vector<domain::ZoneCode> zones = {asked.zone};
  absl::StatusOr<Locked> locked = write.Lock(zones, asked.end);
  if (!locked.ok()) return locked.status();
  if (locked->done) {
    return AnswerAgain(call, asked.city, *std::move(transaction), *locked->done, !asked.end);
  }
  const auto newest = NewestOf(*locked, asked.zone, asked.etag);
  if (!newest.ok()) return newest.status();
  const absl::StatusOr<absl::Time> end =
      MomentOf(asked.end, "end_time", locked->newest, *transaction);
  if (!end.ok()) return end.status();
  if ((*newest)->in_force.end != absl::InfiniteFuture()) {
    return domain::ZoneRetired(asked.zone, (*newest)->in_force.end);
  }
  if (*end <= (*newest)->in_force.start) {
    return domain::VersionOverlap(asked.zone, (*newest)->in_force.start, "end_time");
  }
  Ended ended;
  Change change;
  change.start = *end;
  change.retired = zones;
  absl::StatusOr<Judgement> judgement = Judge(*transaction, asked.city, locked->at_hand, change);
  if (!judgement.ok()) return judgement.status();
  ended.judgement = *std::move(judgement);
  if (ended.judgement.found.error_count > 0)
    return domain::ZoneFaults(ViolationsOf(ended.judgement));
  const absl::StatusOr<TakingForce> force =
      TakesForce(asked.end, "end_time", locked->newest, 1, *transaction);
  if (!force.ok()) return force.status();
  std::vector<Command> commands = {
      postgres::EndZoneVersion(asked.city, asked.zone, *(*newest)->version, force->start)};
  write.Record({force->start, {{asked.zone, *(*newest)->version}}}, commands);
  absl::StatusOr<Ended> retired =
      Finish({asked.city, "RETIRE", postgres::ZoneChangeKind::kRetired, force->start,
              write.author(), asked.writing.validate_only},
             **newest, std::move(commands), *std::move(transaction), std::move(ended));
  if (!retired.ok()) return retired;
  if (!asked.writing.validate_only) AwaitForce(call, *force);
  if (!asked.end) retired->zone.state = postgres::VersionState::kRetired;  // by now
  return retired;
}

absl::StatusOr<Ended> Publishing::Withdraw(const platform::Call& call, const WithdrawAsked& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  platform::AskedDigest digest("withdraw-1");
  digest.Add(asked.zone.value()).Add(asked.version).Add(asked.etag);
  Write write(*transaction, asked.city, call, asked.writing, digest.bytes());
  const std::vector<domain::ZoneCode> zones = {asked.zone};
  absl::StatusOr<Locked> locked = write.Lock(zones, std::nullopt);
  if (!locked.ok()) return locked.status();
  if (locked->done) {
    return AnswerAgain(call, asked.city, *std::move(transaction), *locked->done, false);
  }
  const auto newest = NewestOf(*locked, asked.zone, asked.etag);
  if (!newest.ok()) return newest.status();
  if (asked.version != *(*newest)->version) {
    return domain::InvalidField("zone_version",
                                absl::StrCat("must be the newest version, ", *(*newest)->version));
  }
  const domain::Interval would_hold = (*newest)->in_force;
  const auto far_ahead = [&]() -> absl::Status {
    const auto now = MomentOf(std::nullopt, "", {}, *transaction);
    if (!now.ok()) return now.status();
    return would_hold.start < *now + kAboutToHold ? domain::ZoneInForce(asked.zone, asked.version)
                                                  : absl::OkStatus();
  };
  if (absl::Status far = far_ahead(); !far.ok()) return far;
  // What holds instead is read behind the withdrawal, and judged; an error rolls back both.
  const auto withdrawn =
      transaction->Run({postgres::WithdrawVersion(asked.city, asked.zone, asked.version),
                        postgres::ReopenVersion(asked.city, asked.zone, would_hold),
                        postgres::SelectZoneAt(asked.city, asked.zone, would_hold.start)});
  if (!withdrawn.ok()) return withdrawn.status();
  auto instead = postgres::ZonesOf(withdrawn->back(), asked.city);
  if (!instead.ok()) return instead.status();
  Change change;
  change.start = would_hold.start;
  change.outlines_judged = true;
  change.withdrawn = std::pair(asked.zone, asked.version);
  std::vector<Command> commands;
  if (instead->empty()) {
    change.retired.push_back(asked.zone);
  } else {
    domain::ZoneVersion& goes_on = instead->front().zone;
    // The zone was to be retired, and still is.
    if (would_hold.end != absl::InfiniteFuture()) {
      commands.push_back(postgres::AppendZoneChange(asked.city, asked.zone, goes_on.version,
                                                    postgres::ZoneChangeKind::kRetired,
                                                    would_hold.end));
    }
    change.drafts.push_back(std::move(goes_on));
    change.drafts.back().in_force = would_hold;
  }
  Ended ended;
  absl::StatusOr<Judgement> judgement = Judge(*transaction, asked.city, locked->at_hand, change);
  if (!judgement.ok()) return judgement.status();
  ended.judgement = *std::move(judgement);
  if (!ended.judgement.errors.empty()) return domain::ZoneFaults(ViolationsOf(ended.judgement));
  // Judging may have taken a while.
  if (absl::Status far = far_ahead(); !far.ok()) return far;
  write.Record({would_hold.start, {{asked.zone, asked.version}}}, commands);
  return Finish({asked.city, "WITHDRAW", postgres::ZoneChangeKind::kWithdrawn, would_hold.start,
                 write.author(), asked.writing.validate_only},
                **newest, std::move(commands), *std::move(transaction), std::move(ended));
}

}  // namespace stadspoort::zones
