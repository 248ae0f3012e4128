#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/domain/permit.h"

// The stored form of a permit but for who and where (id, type, holder, address), which stand in
// columns and nowhere else: an object of JSON; times in microseconds since 1970, days as
// "2026-03-02", plates by id.
namespace stadspoort::postgres {

std::string PermitDocument(const domain::Permit& permit);
// Fills what the document holds. INTERNAL when it cannot be read: it was written by us.
absl::Status ReadPermitDocument(absl::string_view document, domain::Permit& permit);

}  // namespace stadspoort::postgres
