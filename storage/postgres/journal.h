#pragma once

#include <cstdint>
#include <string>

#include "services/domain/ids.h"
#include "storage/postgres/client/connection.h"

namespace stadspoort::postgres {

enum class SubjectKind { kPlate, kZone, kCalendar, kCity, kRightType, kContract };

// Who changed something and why: on every journal row.
struct Author {
  std::string actor;
  std::string reason;  // may be empty; holds no plate and no person
};

// One change of one subject, in the transaction that makes it. `state` is JSON: what was done and
// what the subject has become.
Command AppendJournal(SubjectKind kind, const domain::CityCode& city,
                      const domain::UuidBytes& subject, int64_t version, const std::string& state,
                      const Author& author);

// For a transaction that changes nothing and says what others changed: its COMMIT waits until all
// that it saw is safe. What is visible may still be lost with the primary, if the wait for the
// synchronous standby was cancelled.
Command AwaitSafety();

}  // namespace stadspoort::postgres
