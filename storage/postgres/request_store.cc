#include "storage/postgres/request_store.h"

#include "services/domain/limits.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {

Command LockRequest(const domain::CityCode& city, const RequestKey& key) {
  return {sql::kLockRequest, Params().Text(city.value()).Text(key.actor).Text(key.id)};
}

Command SelectRequest(const domain::CityCode& city, const RequestKey& key) {
  return {sql::kRequest, Params().Text(city.value()).Text(key.actor).Text(key.id)};
}

absl::StatusOr<std::optional<RequestDone>> RequestDoneOf(const Result& result) {
  return result.AtMostOne([](Row& row) {
    return RequestDone{row.Bytes("digest"), row.Json("outcome")};
  });
}

Command PutRequest(const domain::CityCode& city, const RequestKey& key, const RequestDone& done) {
  return {sql::kPutRequest, Params()
                                .Text(city.value())
                                .Text(key.actor)
                                .Text(key.id)
                                .Bytes(std::string_view(done.digest))
                                .Json(done.outcome)};
}

Command DeleteOldRequests(const domain::CityCode& city) {
  return {sql::kDeleteOldRequests,
          Params().Text(city.value()).Int(absl::ToInt64Seconds(domain::limits::kRequestKept))};
}

}  // namespace stadspoort::postgres
