#include "services/permits/permit_queries.h"

#include <algorithm>
#include <utility>

#include "services/domain/city_errors.h"
#include "services/domain/permit_errors.h"
#include "services/domain/request_errors.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/city_transaction.h"

namespace stadspoort::permits {
namespace {

using postgres::StoredPermit;
using postgres::Transaction;
using Results = absl::StatusOr<std::vector<postgres::Result>>;

constexpr int64_t kFollowed = 500;
// Pages that are read for one page of a filter by state, at most: a caller comes back for the rest.
constexpr int kPagesRead = 10;

absl::Status RequireCity(const postgres::Result& result) {
  const auto city = postgres::CityOf(result);
  if (!city.ok()) return city.status();
  return *city ? absl::OkStatus() : domain::CityNotFound();
}

bool Wanted(const PermitShown& shown, const std::vector<domain::PermitState>& states) {
  return states.empty() ||
         std::find(states.begin(), states.end(), shown.stored.permit.state) != states.end();
}

}  // namespace

absl::StatusOr<PermitShown> PermitQueries::Get(const platform::Call& call,
                                               const domain::CityCode& city,
                                               const domain::PermitId& permit,
                                               const std::string& holder) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const Results read =
      transaction->Run({postgres::SelectCity(city), postgres::SelectPermit(city, permit)});
  if (!read.ok()) return read.status();
  if (absl::Status known = RequireCity((*read)[0]); !known.ok()) return known;
  auto stored = postgres::PermitOf((*read)[1]);
  if (!stored.ok()) return stored.status();
  if (!*stored) return domain::PermitNotFound();
  if (absl::Status may = MaySee(call.caller, holder, (*stored)->permit.holder); !may.ok()) {
    return may;
  }
  std::vector<StoredPermit> one;
  one.push_back(**std::move(stored));
  auto shown = ShowAll(*transaction, city, std::move(one), types_);
  if (!shown.ok()) return shown.status();
  return std::move(shown->front());
}

absl::StatusOr<PermitPage> PermitQueries::List(const platform::Call& call,
                                               const PermitListAsked& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  PermitPage page;
  domain::PermitId after = asked.after;
  for (int i = 0; i < kPagesRead; ++i) {
    const Results read = transaction->Run({
        postgres::SelectCity(asked.city),
        postgres::SelectPermitsPage(asked.city, after, asked.holder, asked.type, asked.plate,
                                    asked.limit),
    });
    if (!read.ok()) return read.status();
    if (absl::Status known = RequireCity((*read)[0]); !known.ok()) return known;
    auto stored = postgres::PermitsOf((*read)[1]);
    if (!stored.ok()) return stored.status();
    const bool last = static_cast<int64_t>(stored->size()) < asked.limit;
    auto shown = ShowAll(*transaction, asked.city, *std::move(stored), types_);
    if (!shown.ok()) return shown.status();
    for (PermitShown& one : *shown) {
      after = one.stored.permit.id;
      if (!Wanted(one, asked.states)) continue;
      page.permits.push_back(std::move(one));
      if (static_cast<int64_t>(page.permits.size()) == asked.limit) {
        page.next = after;
        return page;
      }
    }
    if (last) return page;
  }
  page.next = after;
  return page;
}

absl::StatusOr<PermitEvents> PermitQueries::Events(const platform::Call& call,
                                                   const PermitEventsAsked& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const absl::Time known_at = asked.known_at.value_or(absl::InfiniteFuture());
  const Results read = transaction->Run({
      postgres::SelectCity(asked.city),
      postgres::SelectPermitKnownAt(asked.city, asked.permit, known_at),
      postgres::SelectPermitEventsPage(asked.city, asked.permit, asked.after_revision, known_at,
                                       asked.limit),
  });
  if (!read.ok()) return read.status();
  if (absl::Status known = RequireCity((*read)[0]); !known.ok()) return known;
  auto stored = postgres::PermitKnownAtOf((*read)[1], asked.permit);
  if (!stored.ok()) return stored.status();
  // Not known yet then, or not at all.
  if (!*stored) return domain::PermitNotFound();
  auto events = postgres::PermitEventsOf((*read)[2]);
  if (!events.ok()) return events.status();
  std::vector<StoredPermit> one;
  one.push_back(**std::move(stored));
  const StoredPermit as_known = one.front();
  auto shown = ShowAll(*transaction, asked.city, std::move(one), types_);
  if (!shown.ok()) return shown.status();
  PermitEvents told{*std::move(events), std::move(shown->front())};
  // As it was known, not as time has changed it since.
  told.permit.stored = as_known;
  if (asked.known_at) told.permit.moment.now = std::min(*asked.known_at, told.permit.moment.now);
  return told;
}

absl::StatusOr<postgres::EventsEnd> PermitQueries::EventsEnd(const platform::Call& call,
                                                             const domain::CityCode& city) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const Results read =
      transaction->RunAndCommit({postgres::SelectCity(city), postgres::SelectEventsEnd()});
  if (!read.ok()) return read.status();
  if (absl::Status known = RequireCity((*read)[0]); !known.ok()) return known;
  return postgres::EventsEndOf((*read)[1]);
}

absl::StatusOr<PermitQueries::EventBatch> PermitQueries::Follow(const platform::Call& call,
                                                                const domain::CityCode& city,
                                                                const EventCursor& cursor,
                                                                absl::Time since) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const Results read = transaction->RunAndCommit({
      postgres::SelectEventsEnd(),
      postgres::FollowPermitEvents(city, cursor.place, since, kFollowed),
  });
  if (!read.ok()) return read.status();
  const auto end = postgres::EventsEndOf((*read)[0]);
  if (!end.ok()) return end.status();
  // Transactions of another epoch are other ones, whatever their numbers say.
  if (end->epoch != cursor.epoch) return domain::CursorLost("cursor");
  auto events = postgres::FollowedEventsOf((*read)[1]);
  if (!events.ok()) return events.status();
  return EventBatch{*std::move(events), end->epoch};
}

}  // namespace stadspoort::permits
