#include "storage/postgres/permit_document.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "nlohmann/json.hpp"

namespace stadspoort::postgres {
namespace {

const absl::Time kStart = absl::FromUnixMicros(1'780'000'000'000'001);

domain::PlateId Plate(uint8_t name) {
  domain::UuidBytes bytes{};
  bytes.back() = name;
  return domain::PlateId(bytes);
}

domain::Permit Whole() {
  domain::Permit permit;
  permit.state = domain::PermitState::kPaymentOverdue;
  permit.type_version = 3;
  permit.evidence = {"lease", "insurance"};
  permit.areas = {{kStart, domain::PermitAreaCode("noord"), 2},
                  {kStart + absl::Hours(1), domain::PermitAreaCode("zuid"), 3}};
  permit.plates = domain::PlateBook(
      {{kStart, {{Plate(1), *domain::Country::Parse("B"), true}, {Plate(2), {}, false}}},
       {kStart + absl::Hours(2), {{Plate(3), {}, true}}, domain::PlateChange::kSwap},
       {kStart + absl::Hours(3), {{Plate(1), {}, true}}, domain::PlateChange::kReturn}});
  permit.requested_start = kStart + absl::Minutes(1);
  permit.answer_by = kStart + absl::Minutes(2);
  permit.start = kStart + absl::Minutes(3);
  permit.term = {domain::PermitTerm::Unit::kDays, 10};
  permit.schedule =
      domain::PermitSchedule(absl::CivilDay(2026, 1, 31), 1, 14, absl::CivilDay(2027, 4, 1));
  permit.paid_terms = {{absl::CivilDay(2026, 1, 31), absl::CivilDay(2026, 2, 28), 1'000},
                       {absl::CivilDay(2026, 2, 28), absl::CivilDay(2027, 4, 1), 2'500}};
  permit.price_cents = 2'500;
  permit.rights_end = kStart + absl::Hours(24);
  permit.suspensions = {{kStart, kStart + absl::Seconds(1)},
                        {kStart + absl::Seconds(5), absl::InfiniteFuture()}};
  permit.revoke_time = kStart + absl::Hours(9);
  permit.renewal = domain::Permit::Renewal{
      4, domain::PermitSchedule(absl::CivilDay(2026, 1, 1), 0, 24, absl::CivilDay(2028, 1, 1)), 99};
  permit.told_until = kStart + absl::Hours(10);
  return permit;
}

domain::Permit ReadBack(const domain::Permit& permit) {
  domain::Permit read;
  const absl::Status status = ReadPermitDocument(PermitDocument(permit), read);
  EXPECT_TRUE(status.ok()) << status;
  return read;
}

TEST(PermitDocumentTest, EverythingComesBack) {
  EXPECT_EQ(ReadBack(Whole()), Whole());
  domain::Permit least;
  least.areas = {{kStart, domain::PermitAreaCode("a"), 1}};
  least.plates = domain::PlateBook({{kStart, {{Plate(1), {}, true}}}});
  EXPECT_EQ(ReadBack(least), least);
}

TEST(PermitDocumentTest, WhoAndWhereAreNotInIt) {
  domain::Permit permit = Whole();
  permit.holder = "holder-1";
  permit.address = "Korenmarkt 1";
  const std::string document = PermitDocument(permit);
  EXPECT_EQ(document.find("holder-1"), std::string::npos);
  EXPECT_EQ(document.find("Korenmarkt"), std::string::npos);
}

// Whatever member is missing or of another kind: nothing is guessed.
TEST(PermitDocumentTest, ADamagedOneIsUnreadable) {
  const nlohmann::json whole = nlohmann::json::parse(PermitDocument(Whole()));
  for (const auto& [name, value] : whole.items()) {
    nlohmann::json without = whole;
    without.erase(name);
    domain::Permit read;
    EXPECT_FALSE(ReadPermitDocument(without.dump(), read).ok()) << name;
    nlohmann::json other = whole;
    other[name] = nlohmann::json::array({true});
    EXPECT_FALSE(ReadPermitDocument(other.dump(), read).ok()) << name;
  }
  domain::Permit read;
  for (const char* text : {"", "{", "[]", "null", "{}"}) {
    EXPECT_FALSE(ReadPermitDocument(text, read).ok()) << text;
  }
  const std::string bad_state =
      absl::StrReplaceAll(PermitDocument(Whole()), {{"PAYMENT_OVERDUE", "LOST"}});
  EXPECT_FALSE(ReadPermitDocument(bad_state, read).ok());
}

}  // namespace
}  // namespace stadspoort::postgres
