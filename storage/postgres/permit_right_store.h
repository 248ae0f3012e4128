#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/plate.h"
#include "services/domain/right.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/journal.h"
#include "storage/postgres/right_store.h"

// The rights that permits give, and the plates they are for.
namespace stadspoort::postgres {

// A provider that nobody can be.
inline constexpr char kPermitProvider[] = "@permits";

struct RightOfPermit {
  domain::Right right;
  domain::PlateId plate;
  friend bool operator==(const RightOfPermit&, const RightOfPermit&) = default;
};

// Those that had not ended when the transaction began.
Command SelectRightsOfPermit(const domain::CityCode& city, const domain::PermitId& permit);
absl::StatusOr<std::vector<RightOfPermit>> RightsOfPermitOf(const Result& result);

// Subject rows of plates that the register may not know yet.
Command EnsurePlates(const domain::CityCode& city, const std::vector<PlateIdentity>& plates);
Command SelectPlatesByNumber(const domain::CityCode& city,
                             const std::vector<PlateIdentity>& plates);
using NumberedPlate = std::pair<domain::PlateNumber, domain::PlateId>;
absl::StatusOr<std::vector<NumberedPlate>> NumberedPlatesOf(const Result& result);
// Of plates that the register knows.
Command SelectPlateNumbers(const domain::CityCode& city,
                           const std::vector<domain::PlateId>& plates);

// Locks the plates of these rights, ascending, and moves their versions on.
Command BumpPlatesOf(const domain::CityCode& city, const std::vector<RightOfPermit>& rights);
// Makes them, or changes end, suspensions and revocation; one row of the journal for each plate.
// All are of one type and one set, and share their suspensions. After BumpPlatesOf.
Command PutRightsOfPermit(const domain::CityCode& city, const domain::PermitId& permit,
                          const std::vector<RightOfPermit>& rights, absl::string_view verb,
                          const Author& author);

}  // namespace stadspoort::postgres
