#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/permit_type.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/journal.h"

// Types of permits and their versions: the commands of a transaction, and what their results say.
namespace stadspoort::postgres {

// Where places are counted: an area of a type, and of a set where there is one.
struct AreaOfType {
  domain::PermitTypeCode type;
  int64_t set = 0;  // 0: none
  domain::PermitAreaCode area;
  friend auto operator<=>(const AreaOfType&, const AreaOfType&) = default;
};

struct StoredPermitType {
  std::shared_ptr<const domain::PermitType> type;
  int64_t version = 0;
  bool present = false;  // the version by which permits are asked for now
  absl::Time recorded_time;
};

// Stored rules are read once: a version's text never changes, and is its own key, so that nothing
// that is remembered can be out of date. Thread-safe.
class PermitTypeReader {
 public:
  absl::StatusOr<std::shared_ptr<const domain::PermitType>> Read(
      const std::string& rules, const domain::CityCode& city, const domain::PermitTypeCode& code);

 private:
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<const domain::PermitType>> known_
      ABSL_GUARDED_BY(mutex_);
};

// The present version, and those of `more`. None: the city has no such type.
Command SelectPermitType(const domain::CityCode& city, const domain::PermitTypeCode& code,
                         const std::vector<int64_t>& more = {});
// After `after`, by code: the present version of each.
Command SelectPermitTypesPage(const domain::CityCode& city, const std::string& after,
                              int64_t limit);
// By code and version.
absl::StatusOr<std::vector<StoredPermitType>> PermitTypesOf(const Result& result,
                                                            const domain::CityCode& city,
                                                            PermitTypeReader& reader);

Command InsertPermitType(const domain::CityCode& city, const domain::PermitType& type);
// False: there is one with this code already.
bool InsertedPermitType(const Result& result);
Command LockPermitType(const domain::CityCode& city, const domain::PermitTypeCode& code);
// Its present version; none: there is no such type.
absl::StatusOr<std::optional<int64_t>> LockedPermitTypeOf(const Result& result);
Command SetPermitTypeVersion(const domain::CityCode& city, const domain::PermitTypeCode& code,
                             int64_t version);
Command InsertPermitTypeVersion(const domain::CityCode& city, const domain::PermitType& type,
                                int64_t version, const Author& author);
absl::StatusOr<absl::Time> InsertedVersionOf(const Result& result);  // when it was recorded
Command PutPermitAreas(const domain::CityCode& city, const domain::PermitType& type);
// Of a set, which has places of its own.
Command PutPermitArea(const domain::CityCode& city, const AreaOfType& area);
// Areas in which a permit is, or waits for one, that is not over.
Command SelectPermitAreasInUse(const domain::CityCode& city, const domain::PermitTypeCode& code);
absl::StatusOr<std::vector<domain::PermitAreaCode>> PermitAreasOf(const Result& result);
// Has whoever waits looked at: there may be more places.
Command OfferPlaces(const domain::CityCode& city, const domain::PermitTypeCode& code);

}  // namespace stadspoort::postgres
