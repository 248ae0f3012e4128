// Five stories of people and their permits, each told to its end: what a scanner finds in the
// street.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/permit_clock.h"

namespace stadspoort::testing {
namespace {

using permits::v1::ApplyForPermitRequest;
using permits::v1::ChangePlatesRequest;
using permits::v1::Permit;
using permits::v1::PermitType;
using permits::v1::PriceStep;

constexpr char kPermitted[] = "PERMITTED RIGHT";
constexpr int64_t kDay = 24 * 3600;

class PermitStoriesTest : public CityClockTest {
 protected:
  void AddRightType(const std::string& code, common::v1::RightKind kind) {
    cities::v1::CreateRightTypeRequest request;
    request.set_parent(office().Parent());
    request.set_right_type_id(code);
    request.mutable_right_type()->set_kind(kind);
    cities::v1::CreateRightTypeResponse response;
    const grpc::Status status =
        Call(*daemon_->cities, &cities::v1::CitiesService::Stub::CreateRightType, Operator(),
             request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  // A zone without grace that accepts these, all day; in force a minute later.
  zones::v1::ZoneDraft ZoneFor(const std::string& code,
                               const std::vector<common::v1::RightKind>& kinds) {
    zones::v1::ZoneDraft draft = desk().NewDraft(code);
    draft.mutable_regulation()->clear_grace_before();
    draft.mutable_regulation()->clear_grace_after();
    zones::v1::TimeFrame& frame = *draft.mutable_regulation()->mutable_frames(0);
    frame.clear_accepted_kinds();
    for (const common::v1::RightKind kind : kinds) frame.add_accepted_kinds(kind);
    return draft;
  }
  // One area; no zones: the whole city.
  PermitType TypeFor(const std::string& right_type, const std::string& area,
                     const std::vector<std::string>& zones) const {
    PermitType type = office().PlainType();
    type.set_right_type(absl::StrCat(office().Parent(), "/rightTypes/", right_type));
    type.mutable_areas()->DeleteSubrange(1, 1);
    type.mutable_areas(0)->set_code(area);
    type.mutable_areas(0)->clear_zones();
    for (const std::string& zone : zones) type.mutable_areas(0)->add_zones(ZoneName(zone));
    return type;
  }
  std::string ZoneName(const std::string& code) const {
    return absl::StrCat(office().Parent(), "/zones/", code);
  }
  ApplyForPermitRequest From(const std::string& type, const std::string& area,
                             const std::string& holder, const std::string& address,
                             const std::vector<std::string>& cars) const {
    ApplyForPermitRequest request = office().Application(type, holder, cars, area);
    request.mutable_permit()->set_address(address);
    return request;
  }
  // "OK", or why not.
  template <typename Response>
  static std::string Outcome(const Answered<Response>& answered) {
    return answered.ok() ? "OK" : ReasonOf(answered.status);
  }
  std::string Add(const Permit& permit, const std::string& car) const {
    ChangePlatesRequest request = office().Plates(permit);
    request.mutable_add()->mutable_plate()->set_number(car);
    return Outcome(office().Change(request));
  }
  std::string Remove(const Permit& permit, const std::string& car) const {
    ChangePlatesRequest request = office().Plates(permit);
    request.mutable_remove()->mutable_plate()->set_number(car);
    return Outcome(office().Change(request));
  }
  std::string Activate(const Permit& permit, const std::string& car,
                       const std::string& instead_of = "") const {
    ChangePlatesRequest request = office().Plates(permit);
    request.mutable_activate()->mutable_plate()->set_number(car);
    if (!instead_of.empty()) {
      request.mutable_activate()->mutable_instead_of()->set_number(instead_of);
    }
    return Outcome(office().Change(request));
  }
};

// Ghent gives a dwelling two permits. The first is free for two years, the second costs 250 euro a
// year; a resident may change the plate three times a day.
TEST_F(PermitStoriesTest, AResidentOfGhent) {
  Begin("2026-06-01 10:00");
  PermitType type = TypeFor("resident", "kouter", {"a"});
  type.set_display_name("Bewonersvergunning");
  type.set_counted_by(permits::v1::COUNTED_BY_ADDRESS);
  type.set_max_per_address(2);
  type.mutable_price_steps(0)->mutable_term()->set_months(24);
  PriceStep& second = *type.add_price_steps();
  second.set_from_ordinal(2);
  second.set_price_cents(250'00);
  second.mutable_term()->set_months(12);
  type.mutable_payment_term()->set_seconds(14 * kDay);
  type.set_renewal_window_days(30);
  office().CreateType("bewoner", type);

  // An asks for the first: free, and in force before she has put her phone away.
  const Permit an =
      office().Apply(From("bewoner", "kouter", "an", "Kouter 1", {"1-ABC-123"})).response.permit();
  EXPECT_EQ(StateOf(an), "ACTIVE");
  EXPECT_EQ(EndOf(an), "2028-06-01 00:00");
  EXPECT_EQ(office().Check("1ABC123"), kPermitted);

  // Bert lives there too. The portal tells what a second one costs before he decides.
  ApplyForPermitRequest asked = From("bewoner", "kouter", "bert", "Kouter 1", {"2-DEF-456"});
  asked.set_validate_only(true);
  EXPECT_EQ(office().Apply(asked).response.price_cents(), 250'00);
  asked.set_validate_only(false);
  const Permit bert = office().Apply(asked).response.permit();
  EXPECT_EQ(StateOf(bert), "AWAITING_PAYMENT");
  EXPECT_EQ(office().Check("2DEF456"), "NOT_PERMITTED NO_RIGHT") << "not paid yet";
  EXPECT_EQ(Outcome(office().Pay(bert, "bank-1", 250'00)), "OK");
  EXPECT_EQ(EndOf(bert), "2027-06-01 00:00");

  // Chris is the third at that address; next door there is a first one.
  EXPECT_EQ(Outcome(office().Apply(From("bewoner", "kouter", "chris", "Kouter 1", {"3-GHI-789"}))),
            "PERMIT_LIMIT_REACHED");
  EXPECT_EQ(Outcome(office().Apply(From("bewoner", "kouter", "dirk", "Kouter 2", {"4-JKL-012"}))),
            "OK");

  // An has a new car from eight o'clock on.
  MoveTo("2026-07-01 08:00");
  EXPECT_EQ(Outcome(office().Swap(an, "1-ABC-123", "1-XYZ-987")), "OK");

  EXPECT_EQ(office().Check("1ABC123", "a", Local("2026-07-01 07:59:59.999999")), kPermitted);
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("1XYZ987"), kPermitted);
  EXPECT_EQ(office().Check("1XYZ987", "b"), "NOT_PERMITTED WRONG_ZONE");
  EXPECT_EQ(office().Check("2DEF456"), kPermitted);
  EXPECT_EQ(office().Check("3GHI789"), "NOT_PERMITTED NO_RIGHT");
  EXPECT_EQ(office().Check("4JKL012"), kPermitted);
  // Each renews at the price of its own: the first stays the first beside a second.
  MoveTo("2027-05-20 10:00");
  EXPECT_EQ(Outcome(office().Renew(bert)), "OK");
  EXPECT_EQ(Outcome(office().Pay(bert, "bank-2", 250'00)), "OK");
  MoveTo("2027-06-01 00:00");
  EXPECT_EQ(office().Check("2DEF456"), kPermitted);
  MoveTo("2028-05-20 10:00");
  const auto renewed = office().Renew(an);
  EXPECT_EQ(Outcome(renewed), "OK");
  EXPECT_EQ(EndOf(renewed.response.permit()), "2030-06-01 00:00");
  MoveTo("2028-06-01 00:00");
  EXPECT_EQ(office().Check("1XYZ987"), kPermitted);
  EXPECT_EQ(office().Check("2DEF456"), "NOT_PERMITTED EXPIRED") << "his second year is over";
  MoveTo("2030-05-31 23:59");
  EXPECT_EQ(office().Check("1XYZ987"), kPermitted) << "four years, to the last minute";
  MoveTo("2030-06-01 00:00");
  EXPECT_EQ(office().Check("1XYZ987"), "NOT_PERMITTED EXPIRED");
}

// Torhout gives a household one permit, for up to four cars that may all stand in the street.
TEST_F(PermitStoriesTest, AHouseholdInTorhout) {
  Begin("2026-06-01 10:00");
  PermitType type = TypeFor("resident", "town", {});
  type.set_max_per_address(1);
  type.set_plates_max(4);
  type.set_active_plates_max(4);
  office().CreateType("gezin", type);

  const Permit permit =
      office()
          .Apply(From("gezin", "town", "mother", "Markt 5", {"1AAA111", "1BBB222", "1CCC333"}))
          .response.permit();
  EXPECT_EQ(StateOf(permit), "ACTIVE");
  EXPECT_EQ(Outcome(office().Apply(From("gezin", "town", "son", "Markt 5", {"1DDD444"}))),
            "PERMIT_LIMIT_REACHED")
      << "one for the household";
  EXPECT_EQ(Add(permit, "1DDD444"), "OK") << "the son's car comes on it as the fourth";
  EXPECT_EQ(Add(permit, "1EEE555"), "TOO_MANY_PLATES");

  // The son moves out, and the fourth place on the permit is free for a caravan's tow car.
  MoveTo("2026-09-01 09:00");
  EXPECT_EQ(Remove(permit, "1DDD444"), "OK");
  MoveTo("2026-09-02 09:00");
  EXPECT_EQ(Add(permit, "1EEE555"), "OK");

  for (const char* zone : {"a", "b"}) {
    for (const char* car : {"1AAA111", "1BBB222", "1CCC333", "1EEE555"}) {
      EXPECT_EQ(office().Check(car, zone), kPermitted) << car;
    }
    EXPECT_EQ(office().Check("1DDD444", zone), "NOT_PERMITTED EXPIRED");
    EXPECT_EQ(office().Check("1DDD444", zone, Local("2026-09-01 08:59:59")), kPermitted);
    EXPECT_EQ(office().Check("1EEE555", zone, Local("2026-09-01 12:00")),
              "NOT_PERMITTED NOT_STARTED");
  }
}

// In Antwerp neighbours who share cars form a closed group: its cars are good in all zones in which
// members live, and nowhere else. The city looks at the list of members.
TEST_F(PermitStoriesTest, NeighboursWhoShareCarsInAntwerp) {
  Begin("2026-06-01 10:00");
  AddRightType("autodelen", common::v1::RIGHT_KIND_CAR_SHARE);
  for (const char* zone : {"a", "b", "c"}) {
    desk().Enact(
        ZoneFor(zone, {common::v1::RIGHT_KIND_RESIDENT, common::v1::RIGHT_KIND_CAR_SHARE}));
  }
  MoveTo("2026-06-01 10:05");
  PermitType type = TypeFor("autodelen", "group-zuid", {"a", "b"});
  type.set_plates_max(20);
  type.set_active_plates_max(20);
  type.add_evidence_kinds("members");
  type.set_reviewed(true);
  office().CreateType("autodelen", type);

  const Permit permit =
      office().Apply("autodelen", "group-zuid", {"1SHA001", "1SHA002"}, "group-zuid");
  EXPECT_EQ(StateOf(permit), "EVIDENCE_NEEDED");
  EXPECT_EQ(Outcome(office().Approve(permit)), "PERMIT_MOVE_NOT_ALLOWED")
      << "nobody is let in unseen";
  EXPECT_EQ(StateOf(office().Give(permit, "members").response.permit()), "IN_REVIEW");
  EXPECT_EQ(office().Check("1SHA001"), "NOT_PERMITTED NO_RIGHT");
  EXPECT_EQ(StateOf(office().Approve(permit).response.permit()), "ACTIVE");

  // A third car joins, and the oldest is replaced.
  MoveTo("2026-06-20 18:00");
  EXPECT_EQ(Add(permit, "1SHA003"), "OK");
  EXPECT_EQ(Outcome(office().Swap(permit, "1SHA001", "1SHA004")), "OK");

  for (const char* car : {"1SHA002", "1SHA003", "1SHA004"}) {
    EXPECT_EQ(office().Check(car, "a"), kPermitted) << car;
    EXPECT_EQ(office().Check(car, "b"), kPermitted) << car;
    EXPECT_EQ(office().Check(car, "c"), "NOT_PERMITTED WRONG_ZONE") << "no member lives there";
  }
  EXPECT_EQ(office().Check("1SHA001"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("1OTH001"), "NOT_PERMITTED NO_RIGHT") << "no car of the group";
}

// A company has six cars on its permit, of which two may stand in the street at once.
TEST_F(PermitStoriesTest, TheCarsOfACompany) {
  Begin("2026-06-01 10:00");
  AddRightType("bedrijf", common::v1::RIGHT_KIND_BUSINESS);
  desk().Enact(ZoneFor("a", {common::v1::RIGHT_KIND_BUSINESS}));
  MoveTo("2026-06-01 10:05");
  PermitType type = TypeFor("bedrijf", "centre", {"a"});
  type.set_plates_max(6);
  type.set_active_plates_max(2);
  type.set_swaps_a_day_max(2);
  office().CreateType("bedrijf", type);

  const Permit permit =
      office().Apply("bedrijf", "bakery", {"1VAN001", "1VAN002", "1VAN003", "1VAN004"}, "centre");
  EXPECT_EQ(office().Check("1VAN001"), kPermitted);
  EXPECT_EQ(office().Check("1VAN002"), kPermitted);
  EXPECT_EQ(office().Check("1VAN003"), "NOT_PERMITTED PLATE_NOT_ACTIVE");
  EXPECT_EQ(Add(permit, "1VAN005"), "OK");
  EXPECT_EQ(Add(permit, "1VAN006"), "OK");
  EXPECT_EQ(Add(permit, "1VAN007"), "TOO_MANY_PLATES");

  // In the morning the third goes out and the first stays in the yard.
  MoveTo("2026-06-02 07:00");
  EXPECT_EQ(Activate(permit, "1VAN003"), "TOO_MANY_PLATES") << "it must say which is to rest";
  EXPECT_EQ(Activate(permit, "1VAN003", "1VAN001"), "OK");
  MoveTo("2026-06-02 12:00");
  EXPECT_EQ(Activate(permit, "1VAN005", "1VAN002"), "OK");
  MoveTo("2026-06-02 13:00");
  EXPECT_EQ(Activate(permit, "1VAN006", "1VAN003"), "TOO_MANY_SWAPS") << "twice a day";

  EXPECT_EQ(office().Check("1VAN003"), kPermitted);
  EXPECT_EQ(office().Check("1VAN005"), kPermitted);
  EXPECT_EQ(office().Check("1VAN004"), "NOT_PERMITTED PLATE_NOT_ACTIVE");
  EXPECT_EQ(office().Check("1VAN006"), "NOT_PERMITTED PLATE_NOT_ACTIVE");
  // These were covered until a moment ago, which says more than that they rest.
  EXPECT_EQ(office().Check("1VAN001"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("1VAN002"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("1VAN002", "a", Local("2026-06-02 11:59")), kPermitted);
  EXPECT_EQ(office().Check("1VAN007"), "NOT_PERMITTED NO_RIGHT");
}

// A nurse visits people in the whole city, by day. Where a zone is drawn later she may stand too.
TEST_F(PermitStoriesTest, ACarer) {
  Begin("2026-06-01 10:00");
  AddRightType("zorg", common::v1::RIGHT_KIND_CARE);
  for (const char* zone : {"a", "b"}) {
    zones::v1::ZoneDraft draft =
        ZoneFor(zone, {common::v1::RIGHT_KIND_RESIDENT, common::v1::RIGHT_KIND_CARE});
    zones::v1::TimeFrame& day = *draft.mutable_regulation()->mutable_frames(0);
    day.set_from_local_time("08:00");
    day.set_to_local_time("20:00");
    zones::v1::TimeFrame& night = *draft.mutable_regulation()->add_frames();
    night = day;
    night.set_code("night");
    night.set_from_local_time("20:00");
    night.set_to_local_time("08:00");
    night.clear_accepted_kinds();
    night.add_accepted_kinds(common::v1::RIGHT_KIND_RESIDENT);
    desk().Enact(draft);
  }
  MoveTo("2026-06-01 10:05");
  office().CreateType("zorg", TypeFor("zorg", "city", {}));
  const Permit permit = office().Apply("zorg", "nurse", {"1CAR123"}, "city");
  EXPECT_EQ(StateOf(permit), "ACTIVE");

  // Her car is in the garage for two days.
  ChangePlatesRequest garage = office().Plates(permit);
  garage.mutable_stand_in()->mutable_replaced()->set_number("1CAR123");
  garage.mutable_stand_in()->mutable_temporary()->set_number("2GAR456");
  *garage.mutable_change_time() = StampOf(Local("2026-06-02 08:00"));
  *garage.mutable_stand_in()->mutable_until_time() = StampOf(Local("2026-06-04 08:00"));
  EXPECT_EQ(Outcome(office().Change(garage)), "OK");
  // And the city draws another zone.
  desk().Enact(ZoneFor("c", {common::v1::RIGHT_KIND_CARE}));

  MoveTo("2026-06-05 12:00");
  for (const char* zone : {"a", "b"}) {
    EXPECT_EQ(office().Check("1CAR123", zone, Local("2026-06-01 19:59")), kPermitted);
    EXPECT_EQ(office().Check("1CAR123", zone, Local("2026-06-01 20:00")),
              "NOT_PERMITTED TYPE_NOT_ACCEPTED");
    EXPECT_EQ(office().Check("2GAR456", zone, Local("2026-06-03 12:00")), kPermitted);
    EXPECT_EQ(office().Check("1CAR123", zone), kPermitted);
  }
  EXPECT_EQ(office().Check("1CAR123", "c"), kPermitted);
  EXPECT_EQ(office().Check("2GAR456", "c"), "NOT_PERMITTED EXPIRED");
}

}  // namespace
}  // namespace stadspoort::testing
