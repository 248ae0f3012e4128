#include "services/permits/set_commands.h"

#include <algorithm>
#include <utility>

#include "nlohmann/json.hpp"
#include "services/domain/city_errors.h"
#include "services/domain/permit_errors.h"
#include "services/permits/permit_change.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/journal.h"

namespace stadspoort::permits {
namespace {

using postgres::StoredPermitSet;
using postgres::Transaction;
using Results = absl::StatusOr<std::vector<postgres::Result>>;

absl::Status RequireCity(const postgres::Result& result) {
  const auto city = postgres::CityOf(result);
  if (!city.ok()) return city.status();
  return *city ? absl::OkStatus() : domain::CityNotFound();
}

// For the journal: a change of what every check in the city rests on.
std::string SwitchState(const SwitchAsked& asked, const StoredPermitSet* from, absl::Time at) {
  return nlohmann::json{
      {"verb", "SWITCH_PERMIT_SET"},
      {"series", asked.series.value()},
      {"from", from == nullptr ? nlohmann::json() : nlohmann::json(from->code.value())},
      {"to", asked.to ? nlohmann::json(asked.to->value()) : nlohmann::json()},
      {"time", absl::FormatTime(absl::RFC3339_full, at, absl::UTCTimeZone())}}
      .dump();
}

}  // namespace

absl::StatusOr<StoredPermitSet> SetCommands::Create(const platform::Call& call,
                                                    const domain::CityCode& city,
                                                    StoredPermitSet set) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const Results read = transaction->Run({postgres::SelectCity(city)});
  if (!read.ok()) return read.status();
  if (absl::Status known = RequireCity(read->front()); !known.ok()) return known;
  const Results made = transaction->RunAndCommit({postgres::InsertPermitSet(city, set)});
  if (!made.ok()) return made.status();
  const absl::StatusOr<bool> inserted = postgres::InsertedPermitSetInto(made->front(), set);
  if (!inserted.ok()) return inserted.status();
  if (!*inserted) return domain::PermitSetExists();
  return set;
}

absl::StatusOr<std::vector<StoredPermitSet>> SetCommands::List(
    const platform::Call& call, const domain::CityCode& city,
    const std::optional<domain::PermitSetCode>& series) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const Results read = transaction->RunAndCommit(
      {postgres::SelectCity(city), postgres::SelectPermitSets(city, series)});
  if (!read.ok()) return read.status();
  if (absl::Status known = RequireCity((*read)[0]); !known.ok()) return known;
  return postgres::PermitSetsOf((*read)[1]);
}

absl::StatusOr<Switched> SetCommands::Switch(const platform::Call& call, const SwitchAsked& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  // Two switches meet at the city's row; what is live is read after it is held.
  const Results read = transaction->Run({
      postgres::BumpCity(asked.city),
      postgres::SelectPermitSets(asked.city, asked.series),
  });
  if (!read.ok()) return read.status();
  const auto bumped = postgres::BumpedOf((*read)[0]);
  if (!bumped.ok()) return bumped.status();
  if (!*bumped) return domain::CityNotFound();
  const auto sets = postgres::PermitSetsOf((*read)[1]);
  if (!sets.ok()) return sets.status();
  const StoredPermitSet* live = nullptr;
  const StoredPermitSet* to = nullptr;
  for (const StoredPermitSet& set : *sets) {
    if (set.LiveNow()) live = &set;
    if (asked.to && set.code == *asked.to) to = &set;
  }
  if (sets->empty()) return domain::PermitSetNotFound("series");
  if (asked.to && to == nullptr) return domain::PermitSetNotFound("permit_set");
  if (asked.live) {
    const bool as_seen =
        *asked.live ? live != nullptr && live->code == **asked.live : live == nullptr;
    if (!as_seen) {
      return domain::StaleEtag("live_set", live == nullptr ? "none" : live->code.value());
    }
  }
  const absl::Time now = sets->front().now;
  const absl::Time at = asked.at.value_or(now);
  if (at < now) {
    return domain::InvalidField("switch_time", "must not lie in the past; leave it out for now",
                                domain::ErrorReason::kIntervalInThePast);
  }
  std::vector<postgres::Command> writes = {
      postgres::CallBackLiveSets(asked.city, asked.series, now, at)};
  if (to != nullptr && to == live) {
    // It goes on, whatever was planned.
    writes.push_back(postgres::EndLiveSet(asked.city, asked.series, now, absl::InfiniteFuture()));
    if (live->live->start >= at) writes.push_back(postgres::BeginLiveSet(asked.city, *to, at));
  } else {
    writes.push_back(postgres::EndLiveSet(asked.city, asked.series, now, at));
    if (to != nullptr) writes.push_back(postgres::BeginLiveSet(asked.city, *to, at));
  }
  writes.push_back(postgres::AppendJournal(
      postgres::SubjectKind::kCity, asked.city, (*bumped)->subject, (*bumped)->version,
      SwitchState(asked, live, at), {ActorOf(call.caller), asked.reason}));
  writes.push_back(postgres::SelectPermitSets(asked.city, asked.series));
  const Results written =
      asked.validate_only ? transaction->Run(writes) : transaction->RunAndCommit(writes);
  if (!written.ok()) return written.status();
  auto after = postgres::PermitSetsOf(written->back());
  if (!after.ok()) return after.status();
  return Switched{*std::move(after), at};
}

}  // namespace stadspoort::permits
