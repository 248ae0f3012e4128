#include "tests/integration/permit_office.h"

#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace stadspoort::testing {
namespace {

using permits::v1::Permit;

constexpr char kReason[] = "as the rules say";

// A request of a portal for one permit.
template <typename Request>
Request Of(const Permit& permit) {
  Request request;
  request.set_name(permit.name());
  request.set_holder(permit.holder());
  return request;
}

// A request of a clerk, with a reason.
template <typename Request>
Request OfClerk(const Permit& permit) {
  Request request;
  request.set_name(permit.name());
  request.set_reason(kReason);
  return request;
}

std::string Short(const std::string& name, const std::string& prefix) {
  return std::string(absl::StripPrefix(name, prefix));
}

}  // namespace

std::string StateOf(const Permit& permit) {
  return Short(permits::v1::PermitState_Name(permit.state()), "PERMIT_STATE_");
}

permits::v1::PermitType Office::PlainType() const {
  permits::v1::PermitType type;
  type.set_display_name("Resident");
  type.set_right_type(Parent() + "/rightTypes/resident");
  for (const char* code : {"a", "b"}) {
    permits::v1::PermitArea& area = *type.add_areas();
    area.set_code(code);
    area.set_display_name(absl::StrCat("Area ", code));
    area.add_zones(absl::StrCat(Parent(), "/zones/", code));
  }
  type.set_counted_by(permits::v1::COUNTED_BY_HOLDER);
  permits::v1::PriceStep& step = *type.add_price_steps();
  step.set_from_ordinal(1);
  step.mutable_term()->set_months(12);
  type.set_plates_max(1);
  type.set_active_plates_max(1);
  type.set_swaps_a_day_max(3);
  type.mutable_temporary_plate_max_duration()->set_seconds(28 * 24 * 3600);
  type.set_renewal_window_days(60);
  type.mutable_overdue_term()->set_seconds(21 * 24 * 3600);
  return type;
}

permits::v1::PermitType Office::CreateType(const std::string& code,
                                           const permits::v1::PermitType& type) const {
  permits::v1::CreatePermitTypeRequest request;
  request.set_parent(Parent());
  request.set_permit_type_id(code);
  *request.mutable_permit_type() = type;
  const auto created = Ask(&Stub::CreatePermitType, request, Admin());
  EXPECT_TRUE(created.ok()) << created.status.error_message() << ": "
                            << absl::StrJoin(FieldsOf(created.status), ", ");
  return created.response.permit_type();
}

Answered<permits::v1::UpdatePermitTypeResponse> Office::UpdateType(
    const permits::v1::PermitType& type) const {
  permits::v1::UpdatePermitTypeRequest request;
  *request.mutable_permit_type() = type;
  return Ask(&Stub::UpdatePermitType, request, Admin());
}

permits::v1::ApplyForPermitRequest Office::Application(const std::string& type,
                                                       const std::string& holder,
                                                       const std::vector<std::string>& plates,
                                                       const std::string& area) const {
  permits::v1::ApplyForPermitRequest request;
  request.set_parent(Parent());
  Permit& permit = *request.mutable_permit();
  permit.set_permit_type(Type(type));
  permit.set_holder(holder);
  permit.set_area(area);
  for (const std::string& plate : plates) {
    permit.add_plates()->mutable_plate()->set_number(plate);
  }
  return request;
}

Permit Office::Apply(const std::string& type, const std::string& holder,
                     const std::vector<std::string>& plates, const std::string& area) const {
  const auto applied = Apply(Application(type, holder, plates, area));
  EXPECT_TRUE(applied.ok()) << applied.status.error_message();
  return applied.response.permit();
}

Answered<permits::v1::GiveEvidenceResponse> Office::Give(const Permit& permit,
                                                         const std::string& kind) const {
  auto request = Of<permits::v1::GiveEvidenceRequest>(permit);
  request.set_evidence_kind(kind);
  return Ask(&Stub::GiveEvidence, request, Portal());
}

Answered<permits::v1::AskEvidenceResponse> Office::AskFor(
    const Permit& permit, const std::vector<std::string>& kinds) const {
  auto request = OfClerk<permits::v1::AskEvidenceRequest>(permit);
  for (const std::string& kind : kinds) request.add_evidence_kinds(kind);
  return Ask(&Stub::AskEvidence, request, Clerk());
}

Answered<permits::v1::ApprovePermitResponse> Office::Approve(const Permit& permit) const {
  return Ask(&Stub::ApprovePermit, OfClerk<permits::v1::ApprovePermitRequest>(permit), Clerk());
}

Answered<permits::v1::RefusePermitResponse> Office::Refuse(const Permit& permit) const {
  return Ask(&Stub::RefusePermit, OfClerk<permits::v1::RefusePermitRequest>(permit), Clerk());
}

Answered<permits::v1::AcceptOfferResponse> Office::Accept(const Permit& permit) const {
  return Ask(&Stub::AcceptOffer, Of<permits::v1::AcceptOfferRequest>(permit), Portal());
}

Answered<permits::v1::ConfirmPaymentResponse> Office::Pay(const Permit& permit,
                                                          const std::string& reference,
                                                          int64_t cents) const {
  auto request = Of<permits::v1::ConfirmPaymentRequest>(permit);
  request.set_payment_reference(reference);
  request.set_amount_cents(cents);
  return Ask(&Stub::ConfirmPayment, request, Portal());
}

Answered<permits::v1::SuspendPermitResponse> Office::Suspend(const Permit& permit) const {
  return Ask(&Stub::SuspendPermit, OfClerk<permits::v1::SuspendPermitRequest>(permit), Clerk());
}

Answered<permits::v1::ResumePermitResponse> Office::Resume(const Permit& permit) const {
  return Ask(&Stub::ResumePermit, OfClerk<permits::v1::ResumePermitRequest>(permit), Clerk());
}

Answered<permits::v1::RevokePermitResponse> Office::Revoke(const Permit& permit) const {
  return Ask(&Stub::RevokePermit, OfClerk<permits::v1::RevokePermitRequest>(permit), Clerk());
}

Answered<permits::v1::RenewPermitResponse> Office::Renew(const Permit& permit) const {
  return Ask(&Stub::RenewPermit, Of<permits::v1::RenewPermitRequest>(permit), Portal());
}

Answered<permits::v1::MovePermitResponse> Office::Move(const Permit& permit,
                                                       const std::string& address,
                                                       const std::string& area) const {
  auto request = Of<permits::v1::MovePermitRequest>(permit);
  request.set_address(address);
  request.set_area(area);
  return Ask(&Stub::MovePermit, request, Portal());
}

Answered<permits::v1::WithdrawPermitResponse> Office::Withdraw(const Permit& permit) const {
  return Ask(&Stub::WithdrawPermit, Of<permits::v1::WithdrawPermitRequest>(permit), Portal());
}

permits::v1::ChangePlatesRequest Office::Plates(const Permit& permit) const {
  return Of<permits::v1::ChangePlatesRequest>(permit);
}

permits::v1::ChangePlatesRequest Office::ToSwap(const Permit& permit, const std::string& leaving,
                                                const std::string& coming,
                                                std::optional<absl::Time> at) const {
  permits::v1::ChangePlatesRequest request = Plates(permit);
  request.mutable_swap()->mutable_leaving()->set_number(leaving);
  request.mutable_swap()->mutable_coming()->set_number(coming);
  if (at) *request.mutable_change_time() = StampOf(*at);
  return request;
}

Permit Office::Get(const Permit& permit) const {
  const auto got = Ask(&Stub::GetPermit, Of<permits::v1::GetPermitRequest>(permit), Portal());
  EXPECT_TRUE(got.ok()) << got.status.error_message();
  return got.response.permit();
}

Answered<permits::v1::ListPermitsResponse> Office::List(const std::string& holder,
                                                        const Who& who) const {
  permits::v1::ListPermitsRequest request;
  request.set_parent(Parent());
  request.set_holder(holder);
  return Ask(&Stub::ListPermits, request, who);
}

Answered<permits::v1::ListPermitEventsResponse> Office::Events(
    const Permit& permit, std::optional<absl::Time> known_at) const {
  permits::v1::ListPermitEventsRequest request;
  request.set_permit(permit.name());
  request.set_page_size(500);
  if (known_at) *request.mutable_known_at_time() = StampOf(*known_at);
  return Ask(&Stub::ListPermitEvents, request, Clerk());
}

std::string Office::EventsOf(const Permit& permit, std::optional<absl::Time> known_at) const {
  const auto events = Events(permit, known_at);
  if (!events.ok()) return ReasonOf(events.status);
  return absl::StrJoin(
      events.response.events(), ", ", [](std::string* out, const permits::v1::PermitEvent& event) {
        absl::StrAppend(
            out, Short(permits::v1::PermitEventKind_Name(event.kind()), "PERMIT_EVENT_KIND_"), " ",
            Short(permits::v1::PermitState_Name(event.state()), "PERMIT_STATE_"));
      });
}

std::string Office::Check(const std::string& plate, const std::string& zone,
                          std::optional<absl::Time> at) const {
  checks::v1::CheckPlateRequest request = CheckRequest(city_, plate, zone);
  if (at) *request.mutable_item()->mutable_check_time() = StampOf(*at);
  for (int i = 0; i < 200; ++i) {
    checks::v1::CheckPlateResponse response;
    const grpc::Status status = Call(*daemon_.checks, &checks::v1::ChecksService::Stub::CheckPlate,
                                     Enforcer(), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    const checks::v1::CheckAnswer& answer = response.answer();
    if (answer.decision() != checks::v1::DECISION_UNKNOWN) {
      return absl::StrCat(
          Short(checks::v1::Decision_Name(answer.decision()), "DECISION_"), " ",
          Short(checks::v1::DecisionReason_Name(answer.reason()), "DECISION_REASON_"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return "UNKNOWN";
}

void DrawWithoutGrace(Desk& desk) {
  for (const char* zone : {"a", "b"}) {
    zones::v1::ZoneDraft draft = desk.NewDraft(zone);
    draft.mutable_regulation()->clear_grace_before();
    draft.mutable_regulation()->clear_grace_after();
    desk.Enact(draft);
  }
}

void PermitTest::AwaitEvents(const Permit& permit, const std::string& events) {
  std::string found;
  for (int i = 0; i < 1000 && (found = office().EventsOf(permit)) != events; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(found, events);
}

}  // namespace stadspoort::testing
