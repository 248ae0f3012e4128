#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/city.h"
#include "services/domain/city_rules.h"
#include "services/domain/ids.h"
#include "services/domain/plate.h"
#include "services/domain/pseudonym.h"
#include "services/domain/right.h"
#include "services/domain/right_type.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/journal.h"

// Rights, their plates and pending ends: the commands of a transaction, and what their results say.
namespace stadspoort::postgres {

struct StoredRight {
  domain::Right right;
  domain::PlateId plate_id;
  domain::PlateNumber plate = domain::PlateNumber::FromStored("");
  std::string provider;
  std::string reference;
  std::optional<absl::Time> requested_start;
  std::optional<absl::Time> requested_end;
  int64_t version = 0;   // the plate's, at the right's last change
  int64_t revision = 1;  // counts the right's own changes
  absl::Time create_time;
  absl::Time now;  // the register's clock when the row was read
};

// A plate as the system of record names it.
struct PlateIdentity {
  domain::PlateId new_id;  // used when the register sees the plate for the first time
  domain::PlateNumber number;
  domain::PlatePseudonyms pseudonyms;
  std::string key_id;
};

// What an enrolment is judged by.
struct EnrolmentRules {
  domain::CitySettings settings;  // the bounds only; names and languages stay empty
  std::string time_zone;
  std::string plate_key_id;
  std::string plate_key_fingerprint;
  std::optional<domain::RightType> type;  // none: the city has no such type
  domain::CityVersions versions;          // of zones and calendar
  std::string epoch;                      // in which they are counted
  absl::Time now;
};

struct ReferenceUse {
  domain::RightId right_id;
  std::string request_digest;  // 32 bytes
};

// A provider's own name for a right.
struct Reference {
  std::string provider;
  std::string reference;
};

// Serialises everything that concerns one reference until the transaction ends.
Command LockReference(const domain::CityCode& city, const Reference& reference);
Command SelectByReference(const domain::CityCode& city, const Reference& reference);
absl::StatusOr<std::optional<ReferenceUse>> ReferenceUseOf(const Result& result);

Command SelectEnrolmentRules(const domain::CityCode& city, const domain::RightTypeCode& type);
// No row: no such city.
absl::StatusOr<std::optional<EnrolmentRules>> EnrolmentRulesOf(const Result& result,
                                                               const domain::RightTypeCode& type);

// Which of these are zones of the city.
Command SelectZoneCodes(const domain::CityCode& city, const std::vector<domain::ZoneCode>& zones);
absl::StatusOr<std::vector<domain::ZoneCode>> ZoneCodesOf(const Result& result);

Command SelectPendingEnd(const domain::CityCode& city, const Reference& reference);
absl::StatusOr<std::optional<absl::Time>> PendingEndOf(const Result& result);
// Keeps an end for an enrolment to come; repeating it keeps the first.
Command PutPendingEnd(const domain::CityCode& city, const Reference& reference, absl::Time end);
struct PendingEnd {
  absl::Time end_time;
  absl::Time recorded_time;
};
absl::StatusOr<PendingEnd> PutPendingEndOf(const Result& result);
Command DeletePendingEnd(const domain::CityCode& city, const Reference& reference);
Command DeleteOldPendingEnds(const domain::CityCode& city);

// Plate, right and journal row in one statement. Fills plate_id, version and create_time of
// `right`.
Command EnrolRight(const domain::CityCode& city, const PlateIdentity& plate,
                   const StoredRight& right, const std::string& request_digest,
                   const std::string& actor);
absl::Status EnrolledInto(const Result& result, StoredRight& right);

struct BumpedPlate {
  domain::PlateId plate_id;
  int64_t version = 0;
};
// Locks the right's plate. No row: no such right.
Command BumpPlateOfRight(const domain::CityCode& city, const domain::RightId& right);
absl::StatusOr<std::optional<BumpedPlate>> BumpedPlateOf(const Result& result);
Command BumpPlate(const domain::CityCode& city, const domain::PlateId& plate);
absl::StatusOr<int64_t> PlateVersionOf(const Result& result);
Command EnsurePlate(const domain::CityCode& city, const PlateIdentity& plate);
Command SelectPlateByNumber(const domain::CityCode& city, const domain::PlateNumber& number);
absl::StatusOr<domain::PlateId> PlateIdOf(const Result& result);

Command SelectRight(const domain::CityCode& city, const domain::RightId& right);
absl::StatusOr<std::optional<StoredRight>> RightOf(const Result& result);
// In the order of enrolment, after `after`. Empty provider or no plate: any.
Command SelectRightsPage(const domain::CityCode& city, const domain::RightId& after,
                         const std::string& provider,
                         const std::optional<domain::PlateNumber>& plate, int64_t limit);
absl::StatusOr<std::vector<StoredRight>> RightsOf(const Result& result);

// What a change does to the suspensions of a right, at its moment.
enum class SuspensionChange { kNone, kSuspend, kResume };
Command UpdateRight(const domain::CityCode& city, const StoredRight& right,
                    SuspensionChange change = SuspensionChange::kNone,
                    absl::Time at = absl::InfinitePast());

// JSON for the journal: the verb and the whole right as it has become. No plate.
std::string RightState(absl::string_view verb, const StoredRight& right);

// One change of a plate's rights, as the journal has it.
struct PlateChange {
  int64_t version = 0;  // the plate's
  std::string verb;
  std::vector<StoredRight> rights;         // as they had become, without plate and kind
  std::optional<domain::PermitId> permit;  // that gives them
  std::string actor;
  std::string reason;
  absl::Time recorded_time;
};
// After `version`, as the register knew it at `known_at`.
Command SelectPlateHistory(const domain::CityCode& city, const domain::PlateNumber& plate,
                           int64_t version, absl::Time known_at, int64_t limit);
absl::StatusOr<std::vector<PlateChange>> PlateHistoryOf(const Result& result);
Command RecordPlateLookup(const domain::CityCode& city, const domain::PlateNumber& plate,
                          const std::string& actor, const std::string& purpose);

// The columns of a right that a check needs, shared with the facts of a check.
absl::StatusOr<domain::Right> RightColumnsOf(Row& row);

}  // namespace stadspoort::postgres
