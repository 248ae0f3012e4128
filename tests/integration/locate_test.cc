// Which zones lie at a place, as a portal and an app ask for it.
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using checks::v1::LocateZonesRequest;
using checks::v1::LocateZonesResponse;
using common::v1::Usage;
using ChecksStub = checks::v1::ChecksService::Stub;

// a and b adjoin at 3.721, a begins at 3.720; the gate c lies over all of a and asks for access;
// d, beyond b, begins in two hours, and the second version of b then. A meter stands in a, and from
// then on in b; a code on a sign is the gate's.
class LocateTest : public HeldClockTest {
 protected:
  void SetUp() override {
    HeldClockTest::SetUp();
    zones::v1::ZoneDraft a = desk().NewDraft("a");
    AddPoint(a, "9000-117");
    desk().Enact(a);
    zones::v1::ZoneDraft gate = desk().NewDraft("c");
    gate.set_display_name("De poort");
    gate.set_usage(common::v1::USAGE_ACCESS);
    *gate.mutable_polygons() = a.polygons();
    gate.mutable_regulation()->mutable_frames(0)->clear_accepted_kinds();
    gate.mutable_regulation()->mutable_frames(0)->add_accepted_kinds(common::v1::RIGHT_KIND_ACCESS);
    AddPoint(gate, "sign-1");
    desk().Enact(gate);
    zones::v1::ZoneDraft b = desk().NewDraft("b");
    AddPoint(b, "9000-117");
    for (const zones::v1::ZoneDraft& draft : {desk().NewDraft("a"), b, desk().NewDraft("d")}) {
      ASSERT_TRUE(desk().Update(draft).ok());
    }
    ASSERT_TRUE(desk().Validate({}, kLater).ok());
    EXPECT_TRUE(desk().Publish({"a", "b", "d"}, kLater).ok());
  }
  static void AddPoint(zones::v1::ZoneDraft& draft, const std::string& id) {
    draft.mutable_regulation()->add_selling_points()->set_selling_point_id(id);
  }

  LocateZonesRequest At(double latitude, double longitude, double accuracy,
                        Usage usage = common::v1::USAGE_UNSPECIFIED) {
    LocateZonesRequest request;
    request.set_parent(desk().Parent());
    request.mutable_position()->set_latitude_degrees(latitude);
    request.mutable_position()->set_longitude_degrees(longitude);
    request.mutable_position()->set_accuracy_meters(accuracy);
    request.set_usage(usage);
    return request;
  }
  LocateZonesRequest Meter(const std::string& id, Usage usage = common::v1::USAGE_UNSPECIFIED) {
    LocateZonesRequest request;
    request.set_parent(desk().Parent());
    request.set_selling_point(id);
    request.set_usage(usage);
    return request;
  }
  static grpc::Status Ask(const LocateZonesRequest& request, LocateZonesResponse& response,
                          const Who& who = Provider("app")) {
    return Call(*daemon_->checks, &ChecksStub::LocateZones, who, request, response);
  }
  // "a 2 PAID_PARKING border, c 1 ACCESS; outside possible", or the reason of a refusal.
  static std::string Words(const LocateZonesRequest& request) {
    LocateZonesResponse response;
    const grpc::Status status = Ask(request, response);
    if (!status.ok()) return ReasonOf(status);
    EXPECT_TRUE(response.has_as_of_time());
    std::string words;
    for (const checks::v1::LocatedZone& zone : response.zones()) {
      absl::StrAppend(&words, words.empty() ? "" : ", ",
                      zone.name().substr(request.parent().size() + sizeof("/zones")), " ",
                      zone.zone_version(), " ",
                      common::v1::Usage_Name(zone.usage()).substr(sizeof("USAGE_") - 1),
                      zone.border() ? " border" : "");
      EXPECT_FALSE(zone.display_name().empty());
    }
    return absl::StrCat(words, response.outside_possible() ? "; outside possible" : "");
  }
  // Locating takes what the daemon knows, which may be a moment behind.
  static void ExpectWords(const LocateZonesRequest& request, const std::string& expected) {
    std::string words = Words(request);
    for (int i = 0; i < 600 && words != expected; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      words = Words(request);
    }
    EXPECT_EQ(words, expected) << request.ShortDebugString();
  }
  static LocateZonesRequest Then(LocateZonesRequest request, absl::Time at) {
    *request.mutable_at_time() = StampOf(at);
    return request;
  }

  inline static const absl::Time kLater = kStart + absl::Hours(2);
};

TEST_F(LocateTest, APositionLiesInZonesOfEveryUsage) {
  ExpectWords(At(51.0505, 3.7205, 5), "a 2 PAID_PARKING, c 1 ACCESS");
  ExpectWords(At(51.0505, 3.7205, 5, common::v1::USAGE_ACCESS), "c 1 ACCESS");
  ExpectWords(At(51.0505, 3.7205, 5, common::v1::USAGE_LOADING), "; outside possible");
  ExpectWords(At(51.0505, 3.7215, 5), "b 1 PAID_PARKING");
  ExpectWords(At(51.0605, 3.7205, 5), "; outside possible");
}

// 0.0001 degrees are 7 m eastwards here and 11 m northwards.
TEST_F(LocateTest, NearABorderEveryCandidateIsToldAndMarked) {
  ExpectWords(At(51.0505, 3.7209, 10, common::v1::USAGE_PAID_PARKING),
              "a 2 PAID_PARKING border, b 1 PAID_PARKING border");
  ExpectWords(At(51.0505, 3.7209, 5, common::v1::USAGE_PAID_PARKING), "a 2 PAID_PARKING");
  ExpectWords(At(51.0501, 3.7205, 15, common::v1::USAGE_PAID_PARKING),
              "a 2 PAID_PARKING border; outside possible");
  ExpectWords(At(51.0499, 3.7205, 15, common::v1::USAGE_PAID_PARKING),
              "a 2 PAID_PARKING border; outside possible");
}

TEST_F(LocateTest, AMeterStandsInOneZone) {
  ExpectWords(Meter("9000-117"), "a 2 PAID_PARKING");
  ExpectWords(Meter("9000-117", common::v1::USAGE_ACCESS), "SELLING_POINT_NOT_FOUND");
  ExpectWords(Meter("sign-1"), "c 1 ACCESS");
  ExpectWords(Meter("sign-1", common::v1::USAGE_ACCESS), "c 1 ACCESS");
  ExpectWords(Meter("9000-999"), "SELLING_POINT_NOT_FOUND");
}

TEST_F(LocateTest, TheVersionsAreThoseOfTheMoment) {
  const LocateZonesRequest in_d = At(51.0505, 3.7235, 5);
  ExpectWords(Then(in_d, kLater), "d 1 PAID_PARKING");
  ExpectWords(Then(in_d, kLater - absl::Microseconds(1)), "; outside possible");
  ExpectWords(Then(At(51.0505, 3.7215, 5), kLater), "b 2 PAID_PARKING");
  ExpectWords(Then(Meter("9000-117"), kLater), "b 2 PAID_PARKING");
  ExpectWords(Then(Meter("sign-1"), kStart - absl::Minutes(30)), "SELLING_POINT_NOT_FOUND");
  // Before the gate was there.
  ExpectWords(Then(At(51.0505, 3.7205, 5), kStart - absl::Minutes(30)), "a 1 PAID_PARKING");
  MoveTo(absl::Hours(3));
  ExpectWords(in_d, "d 1 PAID_PARKING");
}

TEST_F(LocateTest, BadQuestionsAreRefused) {
  struct Row {
    const char* name;
    LocateZonesRequest request;
    grpc::StatusCode code;
    const char* reason;
    const char* field;
  };
  LocateZonesRequest nowhere;
  nowhere.set_parent(desk().Parent());
  LocateZonesRequest unnamed = Meter("9000-117");
  unnamed.set_parent("ghent");
  LocateZonesRequest atlantis = Meter("9000-117");
  atlantis.set_parent("cities/atlantis");
  LocateZonesRequest endless = Meter("9000-117");
  endless.mutable_at_time()->set_seconds(int64_t{1} << 60);
  constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;
  for (const Row& row :
       std::vector<Row>{{"no place", nowhere, kInvalid, "INVALID_FIELD", "locator"},
                        {"no city", unnamed, kInvalid, "INVALID_NAME", "parent"},
                        {"another city", atlantis, grpc::NOT_FOUND, "CITY_NOT_FOUND", ""},
                        {"no meter", Meter(""), kInvalid, "INVALID_FIELD", "selling_point"},
                        {"off the globe", At(91, 3.72, 5), kInvalid, "INVALID_FIELD",
                         "position.latitude_degrees"},
                        {"no accuracy", At(51.05, 3.72, -1), kInvalid, "INVALID_FIELD",
                         "position.accuracy_meters"},
                        {"usage", At(51.05, 3.72, 5, static_cast<Usage>(77)), kInvalid,
                         "INVALID_FIELD", "usage"},
                        {"time", endless, kInvalid, "INVALID_FIELD", "at_time"}}) {
    LocateZonesResponse response;
    const grpc::Status status = Ask(row.request, response);
    ExpectRefusal(
        status, row.code, row.reason,
        *row.field == '\0' ? std::vector<std::string>() : std::vector<std::string>{row.field},
        row.name);
  }
}

}  // namespace
}  // namespace stadspoort::testing
