#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/permits/permit_change.h"

namespace stadspoort::permits {

struct PlateAsked {
  domain::PlateNumber number = domain::PlateNumber::FromStored("");
  domain::Country country;
};

// A change of plates; none: to be called back.
struct PlateChangeAsked {
  enum class Kind { kAdd, kRemove, kSwap, kActivate, kStandIn, kCallBack };
  Kind kind = Kind::kAdd;
  std::vector<PlateAsked> plates;   // one, or the leaving one and the coming one
  std::optional<absl::Time> until;  // of a stand-in
  std::optional<absl::Time> at;     // none: now
};

// One command a verb; errors as the contract says them. Thread-safe.
class PermitCommands {
 public:
  // Outlives it.
  explicit PermitCommands(PermitChange& change) : change_(change) {}

  absl::StatusOr<Changed> Apply(const platform::Call& call,
                                const PermitChange::Application& asked) {
    return change_.Apply(call, asked);
  }
  absl::StatusOr<Changed> GiveEvidence(const platform::Call& call, ChangeAsked asked,
                                       const std::string& kind);
  absl::StatusOr<Changed> AskEvidence(const platform::Call& call, const ChangeAsked& asked,
                                      const std::vector<std::string>& kinds);
  absl::StatusOr<Changed> Approve(const platform::Call& call, ChangeAsked asked);
  absl::StatusOr<Changed> Refuse(const platform::Call& call, const ChangeAsked& asked);
  absl::StatusOr<Changed> AcceptOffer(const platform::Call& call, ChangeAsked asked);
  absl::StatusOr<Changed> ConfirmPayment(const platform::Call& call, const ChangeAsked& asked);
  absl::StatusOr<Changed> Suspend(const platform::Call& call, const ChangeAsked& asked);
  absl::StatusOr<Changed> Resume(const platform::Call& call, const ChangeAsked& asked);
  absl::StatusOr<Changed> Renew(const platform::Call& call, ChangeAsked asked);
  absl::StatusOr<Changed> Move(const platform::Call& call, ChangeAsked asked,
                               const std::string& address, const domain::PermitAreaCode& area);
  absl::StatusOr<Changed> Withdraw(const platform::Call& call, const ChangeAsked& asked);
  absl::StatusOr<Changed> Revoke(const platform::Call& call, const ChangeAsked& asked);
  absl::StatusOr<Changed> ChangePlates(const platform::Call& call, ChangeAsked asked,
                                       const PlateChangeAsked& change);

 private:
  PermitChange& change_;
};

}  // namespace stadspoort::permits
