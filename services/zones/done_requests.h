#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "storage/postgres/client/result.h"
#include "storage/postgres/request_store.h"

// Writes that may be sent again: what was done for a request id is answered once more.
namespace stadspoort::zones {

// What a write did: enough to answer it again.
struct Outcome {
  absl::Time time;  // from when on
  std::vector<std::pair<domain::ZoneCode, int64_t>> versions;
};

// None: it was not done yet. AlreadyExists REQUEST_ID_CONFLICT when it was asked for something
// else.
absl::StatusOr<std::optional<Outcome>> DoneBefore(const postgres::Result& result,
                                                  const std::string& digest);
postgres::Command RecordDone(const domain::CityCode& city, const postgres::RequestKey& key,
                             const std::string& digest, const Outcome& outcome);

}  // namespace stadspoort::zones
