#include "services/contract/permit_type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/domain/refusal.h"

namespace stadspoort::contract {
namespace {

using permits::v1::PermitType;
using ::testing::ElementsAre;

const domain::CityCode kGhent("ghent");

PermitType Whole() {
  PermitType type;
  type.set_display_name("Bewonersvergunning");
  type.set_right_type("cities/ghent/rightTypes/resident");
  permits::v1::PermitArea& area = *type.add_areas();
  area.set_code("noord");
  area.set_display_name("Noord");
  area.add_zones("cities/ghent/zones/noord-1");
  area.set_place_count(10);
  type.set_counted_by(permits::v1::COUNTED_BY_ADDRESS);
  permits::v1::PriceStep& first = *type.add_price_steps();
  first.set_from_ordinal(1);
  first.mutable_term()->set_months(24);
  permits::v1::PriceStep& second = *type.add_price_steps();
  second.set_from_ordinal(2);
  second.set_price_cents(25'000);
  second.mutable_term()->set_days(30);
  permits::v1::PriceStep& third = *type.add_price_steps();
  third.set_from_ordinal(3);
  third.set_price_cents(50'000);
  third.mutable_term()->set_calendar_year(true);
  type.set_max_per_holder(3);
  type.set_max_per_address(2);
  type.set_plates_max(4);
  type.set_active_plates_max(2);
  type.set_swaps_a_day_max(3);
  type.mutable_temporary_plate_max_duration()->set_seconds(2'419'200);
  type.add_evidence_kinds("lease");
  type.set_reviewed(true);
  type.set_waiting_list(true);
  type.mutable_offer_term()->set_seconds(1'209'600);
  type.mutable_payment_term()->set_seconds(2'592'000);
  type.mutable_overdue_term()->set_seconds(1'814'400);
  type.set_renewal_window_days(60);
  type.set_reminder_days(14);
  type.set_refunds(true);
  return type;
}

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  const auto details = domain::DetailsOf(status);
  if (!details) return {status.ToString()};
  for (const domain::FieldViolation& violation : details->violations) {
    fields.push_back(violation.field);
  }
  return fields;
}

TEST(PermitTypeTest, EverythingComesBack) {
  const auto read = ReadPermitType(Whole(), kGhent);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(WritePermitType(*read, kGhent).DebugString(), Whole().DebugString());
  const auto stored =
      ReadStoredPermitType(PermitTypeJson(*read, kGhent), kGhent, domain::PermitTypeCode("r"));
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->code.value(), "r");
  EXPECT_EQ(WritePermitType(*stored, kGhent).DebugString(), Whole().DebugString());
}

TEST(PermitTypeTest, EveryFaultyFieldIsNamed) {
  PermitType type = Whole();
  type.set_right_type("cities/mechelen/rightTypes/resident");
  type.mutable_areas(0)->set_zones(0, "cities/ghent/zones/Noord 1");
  type.set_counted_by(permits::v1::COUNTED_BY_UNSPECIFIED);
  type.mutable_price_steps(1)->clear_term();
  type.mutable_payment_term()->set_seconds(367 * 86'400);
  EXPECT_THAT(FieldsOf(ReadPermitType(type, kGhent).status()),
              ElementsAre("right_type", "areas[0].zones[0]", "counted_by", "price_steps[1].term",
                          "payment_term", "payment_term"));
  EXPECT_THAT(FieldsOf(ReadPermitType(PermitType(), kGhent).status()),
              ElementsAre("right_type", "counted_by", "display_name"));
}

TEST(PermitTypeTest, WhatWasStoredOtherwiseIsOurOwnFault) {
  for (const char* json : {"", "[]", "{}", R"({"plates_max": "many"})"}) {
    EXPECT_TRUE(
        absl::IsInternal(ReadStoredPermitType(json, kGhent, domain::PermitTypeCode("r")).status()))
        << json;
  }
}

}  // namespace
}  // namespace stadspoort::contract
