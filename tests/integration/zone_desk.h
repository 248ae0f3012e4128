#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "tests/integration/register.h"

// What a town hall does with the zones of a city, and what everybody else then sees of them.
namespace stadspoort::testing {

google::protobuf::Timestamp StampOf(absl::Time time);
absl::Time TimeOf(const google::protobuf::Timestamp& stamp);

void ExpectRefusal(const grpc::Status& status, grpc::StatusCode code, const std::string& reason,
                   const std::vector<std::string>& fields, const std::string& name);

template <typename Response>
struct Answered {
  grpc::Status status;
  Response response;

  bool ok() const { return status.ok(); }
};

// The zones of one city. Thread-safe.
class Desk {
 public:
  using Codes = std::vector<std::string>;
  using Stub = zones::v1::ZonesService::Stub;

  // The daemon outlives it.
  Desk(Daemon& daemon, std::string city) : daemon_(daemon), city_(std::move(city)) {}

  const std::string& city() const { return city_; }
  std::string Parent() const { return "cities/" + city_; }
  std::string Zone(const std::string& code) const { return Parent() + "/zones/" + code; }
  std::string Draft(const std::string& code) const { return Zone(code) + "/draft"; }

  template <typename Request, typename Response>
  Answered<Response> Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                         const Request& request, const Who& who = Admin()) const {
    Answered<Response> answered;
    answered.status = Call(*daemon_.zones, method, who, request, answered.response);
    return answered;
  }

  // A whole draft: the rules of MakeCity's zones, and a square of 0.001 degrees. A letter is the
  // column and the number after it the row, so that "c7" adjoins "b7" and "c8"; "a" and "b" lie
  // where MakeCity draws them.
  zones::v1::ZoneDraft NewDraft(const std::string& code) const;
  // No mask: all of it.
  Answered<zones::v1::UpdateZoneDraftResponse> Update(const zones::v1::ZoneDraft& draft,
                                                      const std::vector<std::string>& mask = {},
                                                      const Who& who = Clerk()) const;
  Answered<zones::v1::GetZoneDraftResponse> Drawn(const std::string& code) const;
  Answered<zones::v1::DeleteZoneDraftResponse> Delete(const std::string& code,
                                                      const std::string& etag = "") const;
  // No codes: every draft of the city.
  Answered<zones::v1::ValidateZoneDraftsResponse> Validate(
      const Codes& codes = {}, std::optional<absl::Time> start = std::nullopt,
      const Who& who = Clerk()) const;
  // Draws and validates; what is wrong fails the test.
  void Ready(const zones::v1::ZoneDraft& draft) const;

  zones::v1::PublishZonesRequest ToPublish(const Codes& codes,
                                           std::optional<absl::Time> start = std::nullopt) const;
  Answered<zones::v1::PublishZonesResponse> Publish(
      const zones::v1::PublishZonesRequest& request) const {
    return Ask(&Stub::PublishZones, request);
  }
  Answered<zones::v1::PublishZonesResponse> Publish(
      const Codes& codes, std::optional<absl::Time> start = std::nullopt) const {
    return Publish(ToPublish(codes, start));
  }
  // Draws, validates and publishes; what is wrong fails the test. Gives when it takes force.
  absl::Time Enact(const zones::v1::ZoneDraft& draft,
                   std::optional<absl::Time> start = std::nullopt) const;

  zones::v1::RetireZoneRequest ToRetire(const std::string& code,
                                        std::optional<absl::Time> end = std::nullopt) const;
  Answered<zones::v1::RetireZoneResponse> Retire(
      const zones::v1::RetireZoneRequest& request) const {
    return Ask(&Stub::RetireZone, request);
  }
  Answered<zones::v1::RetireZoneResponse> Retire(
      const std::string& code, std::optional<absl::Time> end = std::nullopt) const {
    return Retire(ToRetire(code, end));
  }
  zones::v1::WithdrawZoneVersionRequest ToWithdraw(const std::string& code, int64_t version) const;
  Answered<zones::v1::WithdrawZoneVersionResponse> Withdraw(
      const zones::v1::WithdrawZoneVersionRequest& request) const {
    return Ask(&Stub::WithdrawZoneVersion, request);
  }
  Answered<zones::v1::WithdrawZoneVersionResponse> Withdraw(const std::string& code,
                                                            int64_t version) const {
    return Withdraw(ToWithdraw(code, version));
  }

  Answered<zones::v1::GetZoneResponse> Get(const std::string& code,
                                           std::optional<absl::Time> at = std::nullopt) const;
  // Number of the version in force; 0: none.
  int64_t VersionAt(const std::string& code, std::optional<absl::Time> at = std::nullopt) const;
  // The newest first.
  Answered<zones::v1::ListZoneVersionsResponse> Versions(const std::string& code) const;
  // "1 SUPERSEDED, 2 PUBLISHED"; the oldest first.
  std::string StatesOf(const std::string& code) const;
  Answered<zones::v1::ListZoneChangesResponse> Changes(const std::string& cursor = "",
                                                       int32_t page_size = 0) const;
  // All of it; what is wrong fails the test. `cursor`: what came with the last chunk.
  std::string Export(std::optional<absl::Time> at = std::nullopt,
                     std::string* cursor = nullptr) const;
  // "2 created, 0 superseded, 1 unchanged", or the reason of the refusal.
  std::string Import(const zones::v1::ImportZonesHeader& header, const std::string& geojson) const;

  // Of the plate 1ABC123, STRONG. On a busy machine the register may not know for a moment; then it
  // is asked again, as a scanner does.
  checks::v1::CheckAnswer Check(const std::string& code,
                                std::optional<absl::Time> at = std::nullopt) const;
  checks::v1::CheckAnswer CheckAt(double latitude, double longitude, common::v1::Usage usage,
                                  std::optional<absl::Time> at = std::nullopt) const;
  checks::v1::CheckAnswer Check(const checks::v1::CheckPlateRequest& request) const;
  rights::v1::Right Enrol(const rights::v1::EnrolRightRequest& request) const;

 private:
  Daemon& daemon_;
  const std::string city_;
};

// "NOT_PERMITTED NO_RIGHT 2": decision, reason, and the zone version on which they rest.
std::string Words(const checks::v1::CheckAnswer& answer);
// "ERROR INVALID_FIELD c usage", without the city's part of the zone's name.
std::string Words(const zones::v1::Finding& finding);
std::vector<std::string> Words(const zones::v1::Judgement& judgement);

// The register's clock, held still for every service of a database until it is let go.
class HeldClock {
 public:
  // `sql`: of a superuser; outlives it.
  explicit HeldClock(Sql& sql) : sql_(sql) {}
  ~HeldClock() { Put("now()"); }
  HeldClock(const HeldClock&) = delete;
  HeldClock& operator=(const HeldClock&) = delete;

  void Set(absl::Time time);

 private:
  void Put(const std::string& expression);

  Sql& sql_;
};

// A register with one daemon for a whole suite, and for each test a city of its own with the zones
// a and b (MakeCity).
class DeskTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;

  Desk& desk() { return *desk_; }
  // The daemon is killed, and comes back after that was done. Of desk() a new one is made.
  void Restart(absl::FunctionRef<void()> while_down);
  // Everything that is stored of the city's zones, with a digest of each table's rows.
  std::string Stored();
  // One row, of the city.
  std::string Count(const std::string& table, const std::string& condition = "true");

  static Register* database_;
  static Daemon* daemon_;
  static Sql* sql_;

 private:
  std::unique_ptr<Desk> desk_;
};

// The same by a clock that stands at kStart when a test begins, an hour after the city did.
class HeldClockTest : public DeskTest {
 protected:
  // A Monday, 10:00 in Brussels.
  inline static const absl::Time kStart =
      absl::FromCivil(absl::CivilHour(2026, 6, 1, 8), absl::UTCTimeZone());

  void SetUp() override;
  void TearDown() override;
  // Moves on to that long after kStart.
  void MoveTo(absl::Duration after);

 private:
  std::unique_ptr<HeldClock> clock_;
};

}  // namespace stadspoort::testing
