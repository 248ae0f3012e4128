#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "storage/deadline.h"
#include "storage/postgres/client/log.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/client/transaction.h"
#include "storage/postgres/due_work_store.h"
#include "storage/postgres/permit_type_store.h"

namespace stadspoort::permits {

// Does what time makes due: permits expire, lapse and remind; places that came free are offered.
// Any number of these work side by side, in any number of processes; each piece of work is done
// once, in the transaction that takes it away. Rights need none of it: they end by their own
// interval.
class DueWorker {
 public:
  // All outlive it.
  DueWorker(postgres::Pool& pool, postgres::PermitTypeReader& types, postgres::LogFunction log);
  ~DueWorker();
  DueWorker(const DueWorker&) = delete;
  DueWorker& operator=(const DueWorker&) = delete;

 private:
  using Transaction = postgres::Transaction;

  void Run();
  // One look at every city in which something is due. True: there was work.
  absl::StatusOr<bool> WorkOnce();
  // One chunk of a city's work of a kind, at most `limit` pieces. True: there was some.
  absl::StatusOr<bool> WorkIn(const domain::CityCode& city, postgres::DueWork::Kind kind,
                              int64_t limit);
  // The same, past what cannot be read.
  absl::StatusOr<bool> WorkPast(const domain::CityCode& city, postgres::DueWork::Kind kind);
  absl::Status LetTimePass(Transaction& transaction, const domain::CityCode& city,
                           const std::vector<postgres::DueWork>& work);
  absl::Status OfferPlaces(Transaction& transaction, const domain::CityCode& city,
                           const postgres::DueWork& work);

  postgres::Pool& pool_;
  postgres::PermitTypeReader& types_;
  const postgres::LogFunction log_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // under mutex_

  std::thread thread_;  // last: it uses all the others
};

}  // namespace stadspoort::permits
