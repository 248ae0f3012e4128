#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "services/domain/ids.h"
#include "storage/deadline.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/client/transaction.h"
#include "storage/postgres/journal.h"

namespace stadspoort::postgres {

// A transaction that sees one city, on a connection of the pool. Waits for one until the deadline,
// which then holds for the whole transaction. The pool's status when there is none to be had.
inline absl::StatusOr<Transaction> BeginForCity(Pool& pool, Transaction::Mode mode,
                                                const domain::CityCode& city, Deadline deadline) {
  absl::StatusOr<Lease> lease = pool.Acquire(deadline);
  if (!lease.ok()) return lease.status();
  return Transaction::Begin(*std::move(lease), mode, city.value(), deadline);
}

// Ends a transaction that found nothing to change, without what it has counted on, and waits until
// all that it saw is safe: what is visible may still be lost with the primary, and the caller is
// about to say that it is so.
inline absl::Status RollBackAndAwaitSafety(Transaction transaction, Pool& pool,
                                           const domain::CityCode& city, Deadline deadline) {
  { const Transaction over = std::move(transaction); }
  absl::StatusOr<Transaction> another =
      BeginForCity(pool, Transaction::Mode::kReadWrite, city, deadline);
  if (!another.ok()) return another.status();
  return another->RunAndCommit({AwaitSafety()}).status();
}

}  // namespace stadspoort::postgres
