#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

// What citizens, portals and clerks do with the permits of a city, and what scanners then find.
namespace stadspoort::testing {

inline Who Portal() { return {"portal"}; }
inline Who Holder(std::string subject) { return {"holder", "", "*", std::move(subject)}; }

// "ACTIVE"
std::string StateOf(const permits::v1::Permit& permit);

// The permits of one city. Thread-safe.
class Office {
 public:
  using Stub = permits::v1::PermitsService::Stub;

  // The daemon outlives it.
  Office(Daemon& daemon, std::string city) : daemon_(daemon), city_(std::move(city)) {}

  std::string Parent() const { return "cities/" + city_; }
  std::string Type(const std::string& code) const { return Parent() + "/permitTypes/" + code; }

  template <typename Request, typename Response>
  Answered<Response> Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                         const Request& request, const Who& who) const {
    Answered<Response> answered;
    answered.status = Call(*daemon_.permits, method, who, request, answered.response);
    return answered;
  }

  // Free, for a year, in the areas a (zone a, any number) and b (zone b, any number); one plate,
  // three swaps a day, a stand-in for 28 days; renewed from 60 days before its end.
  permits::v1::PermitType PlainType() const;
  // What is wrong fails the test.
  permits::v1::PermitType CreateType(const std::string& code,
                                     const permits::v1::PermitType& type) const;
  Answered<permits::v1::UpdatePermitTypeResponse> UpdateType(
      const permits::v1::PermitType& type) const;

  permits::v1::ApplyForPermitRequest Application(const std::string& type, const std::string& holder,
                                                 const std::vector<std::string>& plates,
                                                 const std::string& area = "a") const;
  Answered<permits::v1::ApplyForPermitResponse> Apply(
      const permits::v1::ApplyForPermitRequest& request, const Who& who = Portal()) const {
    return Ask(&Stub::ApplyForPermit, request, who);
  }
  // What is wrong fails the test.
  permits::v1::Permit Apply(const std::string& type, const std::string& holder,
                            const std::vector<std::string>& plates,
                            const std::string& area = "a") const;
  Answered<permits::v1::GiveEvidenceResponse> Give(const permits::v1::Permit& permit,
                                                   const std::string& kind) const;
  Answered<permits::v1::AskEvidenceResponse> AskFor(const permits::v1::Permit& permit,
                                                    const std::vector<std::string>& kinds) const;
  Answered<permits::v1::ApprovePermitResponse> Approve(const permits::v1::Permit& permit) const;
  Answered<permits::v1::RefusePermitResponse> Refuse(const permits::v1::Permit& permit) const;
  Answered<permits::v1::AcceptOfferResponse> Accept(const permits::v1::Permit& permit) const;
  Answered<permits::v1::ConfirmPaymentResponse> Pay(const permits::v1::Permit& permit,
                                                    const std::string& reference,
                                                    int64_t cents) const;
  Answered<permits::v1::SuspendPermitResponse> Suspend(const permits::v1::Permit& permit) const;
  Answered<permits::v1::ResumePermitResponse> Resume(const permits::v1::Permit& permit) const;
  Answered<permits::v1::RevokePermitResponse> Revoke(const permits::v1::Permit& permit) const;
  Answered<permits::v1::RenewPermitResponse> Renew(const permits::v1::Permit& permit) const;
  Answered<permits::v1::MovePermitResponse> Move(const permits::v1::Permit& permit,
                                                 const std::string& address,
                                                 const std::string& area) const;
  Answered<permits::v1::WithdrawPermitResponse> Withdraw(const permits::v1::Permit& permit) const;

  permits::v1::ChangePlatesRequest Plates(const permits::v1::Permit& permit) const;
  permits::v1::ChangePlatesRequest ToSwap(const permits::v1::Permit& permit,
                                          const std::string& leaving, const std::string& coming,
                                          std::optional<absl::Time> at = std::nullopt) const;
  Answered<permits::v1::ChangePlatesResponse> Change(
      const permits::v1::ChangePlatesRequest& request) const {
    return Ask(&Stub::ChangePlates, request, Portal());
  }
  Answered<permits::v1::ChangePlatesResponse> Swap(
      const permits::v1::Permit& permit, const std::string& leaving, const std::string& coming,
      std::optional<absl::Time> at = std::nullopt) const {
    return Change(ToSwap(permit, leaving, coming, at));
  }

  // What is wrong fails the test.
  permits::v1::Permit Get(const permits::v1::Permit& permit) const;
  Answered<permits::v1::ListPermitsResponse> List(const std::string& holder,
                                                  const Who& who = Portal()) const;
  Answered<permits::v1::ListPermitEventsResponse> Events(
      const permits::v1::Permit& permit, std::optional<absl::Time> known_at = std::nullopt) const;
  // "APPLIED ACTIVE, PLATES_CHANGED ACTIVE"
  std::string EventsOf(const permits::v1::Permit& permit,
                       std::optional<absl::Time> known_at = std::nullopt) const;

  // "PERMITTED RIGHT", STRONG. UNKNOWN is asked again, as a scanner does.
  std::string Check(const std::string& plate, const std::string& zone = "a",
                    std::optional<absl::Time> at = std::nullopt) const;

 private:
  Daemon& daemon_;
  const std::string city_;
};

// The zones a and b, redrawn. Grace would cover a plate after its end: these tests are about
// rights.
void DrawWithoutGrace(Desk& desk);

// A city of its own for each test, with a desk and an office, by a clock that stands still.
class PermitTest : public HeldClockTest {
 protected:
  void SetUp() override {
    HeldClockTest::SetUp();
    office_.emplace(*daemon_, desk().city());
    DrawWithoutGrace(desk());
    MoveTo(absl::Minutes(1));
  }
  const Office& office() const { return *office_; }
  // Until the state is told by the job too: what it made of the permit stands in the history.
  void AwaitEvents(const permits::v1::Permit& permit, const std::string& events);

 private:
  std::optional<Office> office_;
};

}  // namespace stadspoort::testing
