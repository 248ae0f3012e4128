#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/permits/permit_change.h"
#include "services/permits/permit_commands.h"
#include "services/permits/permit_queries.h"
#include "services/permits/set_commands.h"
#include "services/permits/type_commands.h"
#include "services/platform/call.h"
#include "stadspoort/permits/v1/permits.pb.h"

namespace stadspoort::permits {

// Reading gives INVALID_ARGUMENT with every faulty field.
struct CreateTypeAsked {
  domain::CityCode city;
  domain::PermitType type;
  bool validate_only = false;
};
absl::StatusOr<CreateTypeAsked> ReadCreateType(const v1::CreatePermitTypeRequest& request);
absl::StatusOr<TypeCommands::UpdateAsked> ReadUpdateType(
    const v1::UpdatePermitTypeRequest& request);
v1::PermitType WriteType(const domain::CityCode& city, const postgres::StoredPermitType& stored);

struct TypeListAsked {
  domain::CityCode city;
  std::string after;
  int64_t limit = 0;
};
absl::StatusOr<TypeListAsked> ReadTypeList(const v1::ListPermitTypesRequest& request);

struct CreateSetAsked {
  domain::CityCode city;
  postgres::StoredPermitSet set;
};
absl::StatusOr<CreateSetAsked> ReadCreateSet(const v1::CreatePermitSetRequest& request);
struct SetListAsked {
  domain::CityCode city;
  std::optional<domain::PermitSetCode> series;
};
absl::StatusOr<SetListAsked> ReadSetList(const v1::ListPermitSetsRequest& request);
absl::StatusOr<SwitchAsked> ReadSwitch(const v1::SwitchPermitSetRequest& request);
v1::PermitSet WriteSet(const domain::CityCode& city, const postgres::StoredPermitSet& set);

absl::StatusOr<PermitChange::Application> ReadApplication(const v1::ApplyForPermitRequest& request,
                                                          const platform::Caller& caller);
// What every verb on a permit has: name, holder, reason, request id, where its request has them.
absl::StatusOr<ChangeAsked> ReadGiveEvidence(const v1::GiveEvidenceRequest& request);
absl::StatusOr<ChangeAsked> ReadAskEvidence(const v1::AskEvidenceRequest& request);
// Approve, refuse, suspend, resume, revoke: a name and a reason that must be there.
absl::StatusOr<ChangeAsked> ReadVerb(absl::string_view verb, const std::string& name,
                                     const std::string& reason, const std::string& request_id);
absl::StatusOr<ChangeAsked> ReadAcceptOffer(const v1::AcceptOfferRequest& request);
absl::StatusOr<ChangeAsked> ReadPayment(const v1::ConfirmPaymentRequest& request);
absl::StatusOr<ChangeAsked> ReadRenew(const v1::RenewPermitRequest& request);
absl::StatusOr<ChangeAsked> ReadMove(const v1::MovePermitRequest& request);
absl::StatusOr<ChangeAsked> ReadWithdraw(const v1::WithdrawPermitRequest& request);
struct ChangePlatesAsked {
  domain::CityCode city;
  ChangeAsked asked;
  PlateChangeAsked change;
};
absl::StatusOr<ChangePlatesAsked> ReadChangePlates(const v1::ChangePlatesRequest& request);
absl::StatusOr<PermitListAsked> ReadList(const v1::ListPermitsRequest& request,
                                         const platform::Caller& caller);
absl::StatusOr<PermitEventsAsked> ReadEvents(const v1::ListPermitEventsRequest& request);

v1::Permit WritePermit(const domain::CityCode& city, const PermitShown& shown);
v1::PermitEvent WriteEvent(const domain::CityCode& city, const postgres::PermitEvent& event);
std::string WriteCursor(const EventCursor& cursor);
absl::StatusOr<EventCursor> ReadCursor(const std::string& text);

}  // namespace stadspoort::permits
