#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/permit_type.h"

// What somebody asks of the register about a permit: a value that can be told, sent, and judged by
// the model.
namespace stadspoort::testing {

enum class PermitVerb : uint8_t {
  kApply,
  kGiveEvidence,
  kAskEvidence,
  kApprove,
  kRefuse,
  kAcceptOffer,
  kPay,
  kSuspend,
  kResume,
  kRenew,
  kMove,
  kWithdraw,
  kRevoke,
  kAddPlate,
  kRemovePlate,
  kSwapPlates,
  kActivatePlate,
  kStandIn,
  kCallBack,
  kGet,
  kHistory,
  kUpdateType,
};
inline constexpr int kPermitVerbs = 22;
absl::string_view Name(PermitVerb verb);
bool ChangesPlates(PermitVerb verb);
// It asks for a place in an area, and counts what others have.
bool Counts(PermitVerb verb);
// Only a clerk may.
bool IsOfClerks(PermitVerb verb);

struct PermitAction {
  PermitVerb verb = PermitVerb::kGet;
  domain::PermitId permit;  // none of an application

  std::string type;                   // of an application, as what follows
  std::string holder;                 // of whom it is, whoever asks
  std::string address;                // or the new one
  std::string area;                   // or the new one
  std::vector<std::string> evidence;  // kinds
  std::optional<absl::Time> wanted_start;

  std::vector<std::string> plates;  // the leaving one first
  std::optional<absl::Time> at;     // none: now
  std::optional<absl::Time> until;  // of a stand-in
  std::optional<int64_t> etag;

  std::string payment;  // its reference
  int64_t cents = 0;

  std::string request_id;
  bool validate_only = false;
  bool stranger = false;  // somebody else asks

  absl::Time known_at;  // of the history
};
std::string Describe(const PermitAction& action);

}  // namespace stadspoort::testing
