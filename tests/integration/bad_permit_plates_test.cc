// Plates that are odd or too many, and changes of plates that are out of bounds: refused by the
// path of the field, and nothing is stored.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/integration/spoiled.h"

namespace stadspoort::testing {
namespace {

using permits::v1::ChangePlatesRequest;
using permits::v1::Permit;
using permits::v1::PermitType;
using Stub = Office::Stub;

class BadPermitPlatesTest : public PermitTest {
 protected:
  void SetUp() override {
    PermitTest::SetUp();
    PermitType type = office().PlainType();
    type.set_plates_max(3);
    office().CreateType("plain", type);
  }
  std::string Stored() { return PermitsStored(*sql_, desk().city()); }
};

TEST_F(BadPermitPlatesTest, OddPlates) {
  const auto good = office().Application("plain", "h1", {"1ABC123", "2ABC123"});
  const Spoiled apply(office(), &Stub::ApplyForPermit, good, Portal());
  const std::string before = Stored();
  const auto by = [&](const std::string& field, auto spoil, const std::string& reason) {
    apply.By(
        "permit." + field, [&](auto& r) { spoil(*r.mutable_permit()->mutable_plates()); }, reason);
  };
  by(
      "plates", [](auto& plates) { plates.Clear(); }, "INVALID_FIELD");
  for (const int more : {2, 98}) {  // 4 of 3; 100 of 3
    by(
        "plates",
        [&](auto& plates) {
          for (int i = 0; i < more; ++i) {
            plates.Add()->mutable_plate()->set_number(absl::StrCat("X", i));
          }
        },
        "TOO_MANY_PLATES");
  }
  by(
      "plates",
      [](auto& plates) {
        for (int i = 2; i < 101; ++i) {
          plates.Add()->mutable_plate()->set_number(absl::StrCat("X", i));
        }
      },
      "INVALID_FIELD");
  by(
      "plates[1].plate", [](auto& plates) { plates[1].clear_plate(); }, "INVALID_FIELD");
  // The same plate, however it is written: with a hyphen, a Cyrillic A, full width.
  for (const char* again : {"1ABC123", "1-abc-123", "1\u0410BC123", "\uFF11ABC123"}) {
    by(
        "plates[1].plate", [&](auto& plates) { plates[1].mutable_plate()->set_number(again); },
        "INVALID_FIELD");
  }
  for (const std::string& odd :
       {std::string(), std::string(" -.- "), std::string(26, '7'), std::string("\u2603"),
        std::string(1, '\0'), std::string(1 << 20, 'A')}) {
    by(
        "plates[1].plate.number", [&](auto& plates) { plates[1].mutable_plate()->set_number(odd); },
        "INVALID_PLATE");
  }
  for (const std::string& sign : {std::string("BELG"), std::string("B3"), WithZeroByte()}) {
    by(
        "plates[0].plate.country",
        [&](auto& plates) { plates[0].mutable_plate()->set_country(sign); }, "INVALID_FIELD");
  }
  EXPECT_EQ(Stored(), before);
  EXPECT_EQ(apply.Good().permit().plates_size(), 2);
}

TEST_F(BadPermitPlatesTest, PlateChanges) {
  const Permit permit = office().Apply("plain", "h1", {"1ABC123"});
  ChangePlatesRequest good = office().Plates(permit);
  good.mutable_stand_in()->mutable_replaced()->set_number("1ABC123");
  good.mutable_stand_in()->mutable_temporary()->set_number("2GAR456");
  *good.mutable_stand_in()->mutable_until_time() = StampOf(kStart + absl::Hours(48));
  *good.mutable_change_time() = StampOf(kStart + absl::Hours(24));
  const Spoiled change(office(), &Stub::ChangePlates, good, Portal());
  const std::string before = Stored();
  ExpectOfAnyVerb(office(), change);
  change.By("change", [](auto& r) { r.clear_change(); });
  change.By(
      "etag", [](auto& r) { r.set_etag("99"); }, "STALE_ETAG", grpc::StatusCode::ABORTED);
  const auto plate = [&](const std::string& field, auto at) {
    for (const std::string& odd : {std::string(), std::string("--"), std::string(26, '7')}) {
      change.By(
          field + ".number", [&](auto& r) { at(r)->set_number(odd); }, "INVALID_PLATE");
    }
    change.By(field + ".country", [&](auto& r) {
      at(r)->set_number("3ABC123");
      at(r)->set_country("1");
    });
  };
  plate("add.plate", [](auto& r) { return r.mutable_add()->mutable_plate(); });
  plate("remove.plate", [](auto& r) { return r.mutable_remove()->mutable_plate(); });
  plate("activate.plate", [](auto& r) { return r.mutable_activate()->mutable_plate(); });
  plate("swap.coming", [](auto& r) {
    r.mutable_swap()->mutable_leaving()->set_number("1ABC123");
    return r.mutable_swap()->mutable_coming();
  });
  plate("activate.instead_of", [](auto& r) {
    r.mutable_activate()->mutable_plate()->set_number("1ABC123");
    return r.mutable_activate()->mutable_instead_of();
  });
  plate("stand_in.replaced", [](auto& r) { return r.mutable_stand_in()->mutable_replaced(); });
  plate("stand_in.temporary", [](auto& r) { return r.mutable_stand_in()->mutable_temporary(); });
  change.By("add.plate", [](auto& r) { r.mutable_add(); });
  change.By("remove.plate", [](auto& r) { r.mutable_remove(); });
  change.By("activate.plate", [](auto& r) { r.mutable_activate(); });
  change.By("swap.coming", [](auto& r) { r.mutable_swap()->mutable_leaving()->set_number("X"); });
  change.By("stand_in.replaced", [](auto& r) { r.mutable_stand_in()->clear_replaced(); });
  change.By("stand_in.until_time", [](auto& r) { r.mutable_stand_in()->clear_until_time(); });
  for (const absl::Duration until : {absl::Hours(24), absl::Hours(2), absl::Hours(24 * 30)}) {
    change.By(
        "stand_in.until_time",
        [&](auto& r) { *r.mutable_stand_in()->mutable_until_time() = StampOf(kStart + until); },
        "TEMPORARY_TOO_LONG");
  }
  for (const int64_t seconds : {int64_t{1}, INT64_MIN, INT64_MAX}) {
    change.By("change_time", [&](auto& r) { r.mutable_change_time()->set_seconds(seconds); });
    change.By("stand_in.until_time",
              [&](auto& r) { r.mutable_stand_in()->mutable_until_time()->set_seconds(seconds); });
  }
  change.By("change_time", [](auto& r) { r.mutable_call_back(); });
  change.By(
      "", [](auto& r) { *r.mutable_change_time() = StampOf(kStart); }, "INTERVAL_IN_THE_PAST",
      grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Stored(), before);
  change.Good();
}

}  // namespace
}  // namespace stadspoort::testing
