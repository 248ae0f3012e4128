// Every field of a permit type out of its bounds: refused by its path, and nothing is stored.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/integration/spoiled.h"

namespace stadspoort::testing {
namespace {

using permits::v1::CreatePermitTypeRequest;
using permits::v1::PermitType;
using Stub = Office::Stub;

constexpr int64_t kDay = 24 * 3600;

class BadPermitTypesTest : public PermitTest {
 protected:
  // With a price, a waiting list and evidence.
  PermitType GoodType() const {
    PermitType type = office().PlainType();
    type.mutable_price_steps(0)->set_price_cents(1000);
    type.mutable_payment_term()->set_seconds(kDay);
    type.set_waiting_list(true);
    type.mutable_offer_term()->set_seconds(kDay);
    type.add_evidence_kinds("lease");
    return type;
  }
  auto Creating() const {
    CreatePermitTypeRequest request;
    request.set_parent(office().Parent());
    request.set_permit_type_id("resident");
    *request.mutable_permit_type() = GoodType();
    return Spoiled(office(), &Stub::CreatePermitType, request, Admin());
  }
  // Each sets one thing of the type.
  template <typename Create, typename Spoil>
  static void Type(const Create& create, const std::string& field, Spoil spoil,
                   const std::string& reason = "INVALID_FIELD") {
    create.By(
        absl::StrCat("permit_type.", field), [&](auto& r) { spoil(*r.mutable_permit_type()); },
        reason);
  }
  std::string Stored() { return PermitsStored(*sql_, desk().city()); }
};

TEST_F(BadPermitTypesTest, NamesAndAreas) {
  const auto create = Creating();
  const std::string before = Stored();
  create.By(
      "parent", [](auto& r) { r.clear_parent(); }, "INVALID_NAME");
  create.By(
      "parent", [](auto& r) { r.set_parent("city/ghent"); }, "INVALID_NAME");
  for (const std::string& id : {std::string(), std::string(41, 'a'), std::string("Upper"),
                                std::string("1st"), std::string("a_b"), WithZeroByte()}) {
    create.By("permit_type_id", [&](auto& r) { r.set_permit_type_id(id); });
  }
  create.By(
      "",
      [](auto& r) {
        r.set_parent("cities/atlantis");
        r.mutable_permit_type()->set_right_type("cities/atlantis/rightTypes/resident");
        for (auto& area : *r.mutable_permit_type()->mutable_areas()) area.clear_zones();
      },
      "CITY_NOT_FOUND", grpc::StatusCode::NOT_FOUND);
  Type(create, "display_name", [](PermitType& t) { t.clear_display_name(); });
  Type(create, "display_name", [](PermitType& t) { t.set_display_name(std::string(201, 'x')); });
  create.By("", [](auto& r) { r.mutable_permit_type()->set_display_name(WithZeroByte()); });
  Type(
      create, "right_type", [](PermitType& t) { t.clear_right_type(); }, "INVALID_NAME");
  Type(
      create, "right_type", [](PermitType& t) { t.set_right_type("cities/other/rightTypes/paid"); },
      "INVALID_NAME");
  create.By(
      "permit_type.right_type",
      [&](auto& r) {
        r.mutable_permit_type()->set_right_type(office().Parent() + "/rightTypes/mauve");
      },
      "RIGHT_TYPE_NOT_FOUND", grpc::StatusCode::NOT_FOUND);

  Type(create, "areas", [](PermitType& t) { t.clear_areas(); });
  Type(
      create, "areas",
      [](PermitType& t) {
        for (int i = 2; i < 501; ++i) {
          t.add_areas()->set_code(absl::StrCat("x", i));
          t.mutable_areas(i)->set_display_name("x");
        }
      },
      "TOO_MANY_ITEMS");
  for (const std::string& code : {std::string(), std::string(61, 'a'), std::string("Upper"),
                                  std::string("-a"), std::string("a b"), WithZeroByte()}) {
    Type(create, "areas[0].code", [&](PermitType& t) { t.mutable_areas(0)->set_code(code); });
  }
  Type(create, "areas[1].code", [](PermitType& t) { t.mutable_areas(1)->set_code("a"); });
  Type(create, "areas[1].display_name",
       [](PermitType& t) { t.mutable_areas(1)->clear_display_name(); });
  Type(create, "areas[0].display_name",
       [](PermitType& t) { t.mutable_areas(0)->set_display_name(std::string(201, 'x')); });
  Type(
      create, "areas[0].zones[0]",
      [](PermitType& t) { t.mutable_areas(0)->set_zones(0, "cities/other/zones/a"); },
      "INVALID_NAME");
  create.By(
      "permit_type.areas[0].zones[1]",
      [&](auto& r) { r.mutable_permit_type()->mutable_areas(0)->add_zones(desk().Zone("mauve")); },
      "ZONE_NOT_FOUND", grpc::StatusCode::NOT_FOUND);
  Type(create, "areas[0].zones",
       [&](PermitType& t) { t.mutable_areas(0)->add_zones(desk().Zone("a")); });
  Type(
      create, "areas[0].zones",
      [&](PermitType& t) {
        for (int i = 0; i < 50; ++i) {
          t.mutable_areas(0)->add_zones(desk().Zone(absl::StrCat("z", i)));
        }
      },
      "TOO_MANY_ITEMS");
  Type(create, "areas[0].place_count",
       [](PermitType& t) { t.mutable_areas(0)->set_place_count(-1); });
  create.ByWhoIsOfAnotherCity();
  EXPECT_EQ(Stored(), before);
  create.Good();
  create.By(
      "", [](auto&) {}, "PERMIT_TYPE_EXISTS", grpc::StatusCode::ALREADY_EXISTS);
}

TEST_F(BadPermitTypesTest, PricesAndTerms) {
  const auto create = Creating();
  const std::string before = Stored();
  for (const int counted_by : {0, 3, -1, 1'000'000}) {
    Type(create, "counted_by",
         [&](PermitType& t) { t.set_counted_by(static_cast<permits::v1::CountedBy>(counted_by)); });
  }
  Type(create, "price_steps", [](PermitType& t) { t.clear_price_steps(); });
  Type(
      create, "price_steps",
      [](PermitType& t) {
        for (int i = 2; i <= 21; ++i) {
          auto& step = *t.add_price_steps();
          step.set_from_ordinal(i);
          step.mutable_term()->set_days(1);
        }
      },
      "TOO_MANY_ITEMS");
  for (const int ordinal : {-1, 0, 2}) {
    Type(create, "price_steps[0].from_ordinal",
         [&](PermitType& t) { t.mutable_price_steps(0)->set_from_ordinal(ordinal); });
  }
  Type(create, "price_steps[1].from_ordinal",
       [](PermitType& t) { *t.add_price_steps() = t.price_steps(0); });
  for (const int64_t price : {int64_t{-1}, int64_t{1'000'001}, INT64_MIN, INT64_MAX}) {
    Type(create, "price_steps[0].price_cents",
         [&](PermitType& t) { t.mutable_price_steps(0)->set_price_cents(price); });
  }
  Type(create, "price_steps[0].term",
       [](PermitType& t) { t.mutable_price_steps(0)->clear_term(); });
  Type(create, "price_steps[0].term",
       [](PermitType& t) { t.mutable_price_steps(0)->mutable_term()->set_calendar_year(false); });
  for (const int days : {-1, 0, 3661, INT32_MAX}) {
    Type(create, "price_steps[0].term",
         [&](PermitType& t) { t.mutable_price_steps(0)->mutable_term()->set_days(days); });
  }
  for (const int months : {-1, 0, 121, INT32_MAX}) {
    Type(create, "price_steps[0].term",
         [&](PermitType& t) { t.mutable_price_steps(0)->mutable_term()->set_months(months); });
  }
  EXPECT_EQ(Stored(), before);
  create.Good();
}

TEST_F(BadPermitTypesTest, LimitsAndWaits) {
  const auto create = Creating();
  const std::string before = Stored();
  for (const int most : {-1, 10'001}) {
    Type(create, "max_per_holder", [&](PermitType& t) { t.set_max_per_holder(most); });
    Type(create, "max_per_address", [&](PermitType& t) { t.set_max_per_address(most); });
  }
  for (const int plates : {-1, 0, 101}) {
    Type(create, "plates_max", [&](PermitType& t) { t.set_plates_max(plates); });
  }
  for (const int active : {-1, 0, 2}) {
    Type(create, "active_plates_max", [&](PermitType& t) { t.set_active_plates_max(active); });
  }
  for (const int swaps : {-1, 1001}) {
    Type(create, "swaps_a_day_max", [&](PermitType& t) { t.set_swaps_a_day_max(swaps); });
  }
  for (const int days : {-1, 367}) {
    Type(create, "renewal_window_days", [&](PermitType& t) { t.set_renewal_window_days(days); });
    Type(create, "reminder_days", [&](PermitType& t) { t.set_reminder_days(days); });
  }
  for (const int64_t seconds : {int64_t{-1}, 367 * kDay, INT64_MAX}) {
    Type(create, "overdue_term",
         [&](PermitType& t) { t.mutable_overdue_term()->set_seconds(seconds); });
    Type(create, "offer_term", [&](PermitType& t) {
      t.set_waiting_list(false);
      t.mutable_offer_term()->set_seconds(seconds);
    });
    Type(create, "payment_term", [&](PermitType& t) {
      t.mutable_price_steps(0)->set_price_cents(0);
      t.mutable_payment_term()->set_seconds(seconds);
    });
  }
  Type(create, "offer_term", [](PermitType& t) { t.clear_offer_term(); });
  Type(create, "payment_term", [](PermitType& t) { t.clear_payment_term(); });
  for (const int64_t seconds : {int64_t{-1}, 3661 * kDay}) {
    Type(create, "temporary_plate_max_duration",
         [&](PermitType& t) { t.mutable_temporary_plate_max_duration()->set_seconds(seconds); });
  }
  Type(
      create, "evidence_kinds",
      [](PermitType& t) {
        for (int i = 0; i < 20; ++i) t.add_evidence_kinds(absl::StrCat("k", i));
      },
      "TOO_MANY_ITEMS");
  for (const std::string& kind : {std::string(), std::string(41, 'a'), std::string("Upper"),
                                  std::string("lease"), WithZeroByte()}) {
    Type(create, "evidence_kinds[1]", [&](PermitType& t) { t.add_evidence_kinds(kind); });
  }
  EXPECT_EQ(Stored(), before);
  create.Good();
}

TEST_F(BadPermitTypesTest, SeveralFaultsAreToldTogether) {
  CreatePermitTypeRequest request;
  request.set_parent(office().Parent());
  *request.mutable_permit_type() = GoodType();
  request.mutable_permit_type()->clear_right_type();
  request.mutable_permit_type()->clear_counted_by();
  request.mutable_permit_type()->clear_display_name();
  const auto answered = office().Ask(&Stub::CreatePermitType, request, Admin());
  EXPECT_EQ(FieldsOf(answered.status),
            (std::vector<std::string>{"permit_type_id", "permit_type.right_type",
                                      "permit_type.counted_by", "permit_type.display_name"}));
}

TEST_F(BadPermitTypesTest, UpdatesAndReads) {
  office().CreateType("resident", GoodType());
  const std::string before = Stored();
  permits::v1::UpdatePermitTypeRequest good;
  *good.mutable_permit_type() = GoodType();
  good.mutable_permit_type()->set_name(office().Type("resident"));
  const Spoiled update(office(), &Stub::UpdatePermitType, good, Admin());
  Type(
      update, "name", [](PermitType& t) { t.clear_name(); }, "INVALID_NAME");
  Type(
      update, "name", [](PermitType& t) { t.set_name("cities/x/permitTypes/"); }, "INVALID_NAME");
  Type(update, "display_name", [](PermitType& t) { t.clear_display_name(); });
  Type(update, "right_type", [&](PermitType& t) {
    t.set_right_type(office().Parent() + "/rightTypes/paid");  // fixed for life
  });
  update.By("reason", [](auto& r) { r.set_reason(std::string(501, 'x')); });
  update.By("", [](auto& r) { r.set_reason(WithZeroByte()); });
  update.By(
      "permit_type.name",
      [&](auto& r) { r.mutable_permit_type()->set_name(office().Type("mauve")); },
      "PERMIT_TYPE_NOT_FOUND", grpc::StatusCode::NOT_FOUND);
  update.By(
      "permit_type.etag", [](auto& r) { r.mutable_permit_type()->set_etag("99"); }, "STALE_ETAG",
      grpc::StatusCode::ABORTED);
  update.ByWhoIsOfAnotherCity();
  EXPECT_EQ(Stored(), before);
  EXPECT_EQ(update.Good().permit_type().version(), 2);

  permits::v1::GetPermitTypeRequest get;
  get.set_name(office().Type("resident"));
  const Spoiled getting(office(), &Stub::GetPermitType, get, Portal());
  getting.By(
      "name", [](auto& r) { r.set_name("resident"); }, "INVALID_NAME");
  getting.By("version", [](auto& r) { r.set_version(-1); });
  getting.By(
      "name", [](auto& r) { r.set_version(3); }, "PERMIT_TYPE_NOT_FOUND",
      grpc::StatusCode::NOT_FOUND);
  getting.ByWhoIsOfAnotherCity();
  getting.Good();

  permits::v1::ListPermitTypesRequest list;
  list.set_parent(office().Parent());
  const Spoiled listing(office(), &Stub::ListPermitTypes, list, Portal());
  listing.By(
      "parent", [](auto& r) { r.clear_parent(); }, "INVALID_NAME");
  for (const int size : {-1, 501}) {
    listing.By("page_size", [&](auto& r) { r.set_page_size(size); });
  }
  for (const std::string& token : {std::string("No token"), WithZeroByte()}) {
    listing.By(
        "page_token", [&](auto& r) { r.set_page_token(token); }, "INVALID_PAGE_TOKEN");
  }
  listing.ByWhoIsOfAnotherCity();
  EXPECT_EQ(listing.Good().permit_types_size(), 1);
}

}  // namespace
}  // namespace stadspoort::testing
