#pragma once

#include "absl/status/statusor.h"
#include "services/domain/ids.h"
#include "storage/postgres/client/deadline.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/client/transaction.h"

namespace stadspoort::postgres {

// A transaction that sees one city, on a connection of the pool. Waits for one until the deadline,
// which then holds for the whole transaction. The pool's status when there is none to be had.
inline absl::StatusOr<Transaction> BeginForCity(Pool& pool, Transaction::Mode mode,
                                                const domain::CityCode& city, Deadline deadline) {
  absl::StatusOr<Lease> lease = pool.Acquire(deadline);
  if (!lease.ok()) return lease.status();
  return Transaction::Begin(*std::move(lease), mode, city.value(), deadline);
}

}  // namespace stadspoort::postgres
