#include "services/domain/ids.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace stadspoort::domain {
namespace {

const absl::Time kNow = absl::FromUnixMillis(0x018F3C1E7B2A);

TEST(UuidTest, CarriesTheMillisecondsVersionAndVariant) {
  for (int i = 0; i < 1000; ++i) {
    const UuidBytes uuid = NewUuid(kNow);
    const std::vector<uint8_t> time(uuid.begin(), uuid.begin() + 6);
    EXPECT_EQ(time, (std::vector<uint8_t>{0x01, 0x8F, 0x3C, 0x1E, 0x7B, 0x2A}));
    EXPECT_EQ(uuid[6] >> 4, 7);
    EXPECT_EQ(uuid[8] >> 6, 2);
  }
}

TEST(UuidTest, EveryBitAfterTheTimeIsRandom) {
  UuidBytes ever_set{};
  UuidBytes always_set;
  always_set.fill(0xFF);
  for (int i = 0; i < 1000; ++i) {
    const UuidBytes uuid = NewUuid(kNow);
    for (size_t b = 8; b < uuid.size(); ++b) {
      ever_set[b] |= uuid[b];
      always_set[b] &= uuid[b];
    }
  }
  for (size_t b = 8; b < ever_set.size(); ++b) {
    const int fixed = b == 8 ? 0xC0 : 0;
    EXPECT_EQ(ever_set[b] | fixed, 0xFF) << b;
    EXPECT_EQ(always_set[b] & ~fixed, 0) << b;
  }
}

TEST(UuidTest, LaterOnesSortLaterAsBytesAndAsText) {
  absl::Time t = kNow;
  UuidBytes before = NewUuid(t);
  for (int i = 0; i < 1000; ++i) {
    // From half a microsecond on: within a millisecond too.
    t += i % 2 == 0 ? absl::Nanoseconds(500) : absl::Milliseconds(1 + i % 400);
    const UuidBytes after = NewUuid(t);
    EXPECT_LT(before, after);
    EXPECT_LT(UuidText(before), UuidText(after));
    EXPECT_LT(ZoneId(before), ZoneId(after));
    before = after;
  }
}

TEST(UuidTest, ThreadsNeverMakeTheSame) {
  constexpr size_t kThreads = 8;
  constexpr size_t kEach = 2000;
  std::vector<std::vector<RightId>> made(kThreads);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (std::vector<RightId>& mine : made) {
    threads.emplace_back([&mine] {
      for (size_t i = 0; i < kEach; ++i) mine.push_back(RightId::New(kNow));
    });
  }
  for (std::thread& thread : threads) thread.join();
  absl::flat_hash_set<RightId> all;
  for (const std::vector<RightId>& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), kThreads * kEach);
}

TEST(UuidTest, TextIsCanonicalAndReadsBack) {
  const UuidBytes uuid = {0x01, 0x8f, 0x3c, 0x1e, 0x7b, 0x2a, 0x7c, 0x3d,
                          0x9e, 0x4f, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab};
  EXPECT_EQ(UuidText(uuid), "018f3c1e-7b2a-7c3d-9e4f-0123456789ab");
  EXPECT_EQ(ParseUuid("018f3c1e-7b2a-7c3d-9e4f-0123456789ab"), uuid);
  EXPECT_EQ(ParseUuid("018F3C1E-7B2A-7C3D-9E4F-0123456789AB"), uuid);
  for (int i = 0; i < 1000; ++i) {
    const CheckId id = CheckId::New(kNow);
    EXPECT_EQ(CheckId::FromText(id.text()), id);
    EXPECT_EQ(CheckId::FromBytes(id.view()), id);
  }
}

TEST(UuidTest, ReadsNothingElse) {
  for (const absl::string_view text :
       {"", "018f3c1e-7b2a-7c3d-9e4f-0123456789a", "018f3c1e-7b2a-7c3d-9e4f-0123456789abc",
        "018f3c1e-7b2a-7c3d-9e4f00123456789ab", "018f3c1e07b2a-7c3d-9e4f-0123456789ab",
        "018f3c1e-7b2a-7c3d-9e4f-0123456789ag", "{18f3c1e-7b2a-7c3d-9e4f-0123456789a}",
        "018f3c1e-7b2a-7c3d-9e4f-0123456789a ", "018f3c1e7b2a7c3d9e4f0123456789ab"}) {
    EXPECT_FALSE(ParseUuid(text).has_value()) << text;
  }
  EXPECT_FALSE(ZoneId::FromBytes("fifteen bytes..").has_value());
  EXPECT_FALSE(ZoneId::FromBytes("seventeen bytes..").has_value());
  EXPECT_FALSE(ZoneId::FromBytes("").has_value());
}

struct CodeRow {
  absl::string_view text;
  bool city;
  bool zone;
  bool right_type;
  bool contract;
  bool label;
};

TEST(CodeTest, EachKindHasItsOwnForm) {
  const std::string x32(32, 'x');
  const std::string x33(33, 'x');
  const std::string x40(40, 'x');
  const std::string x41(41, 'x');
  const std::string x60(60, 'x');
  const std::string x61(61, 'x');
  const std::string l32(32, 'L');
  const std::string l33(33, 'L');
  const CodeRow rows[] = {
      {"", false, false, false, false, false},
      {"a", false, true, true, true, false},
      {"gh", true, true, true, true, false},
      {"ghent-2", true, true, true, true, false},
      {"2ghent", false, true, false, false, false},
      {"-ghent", false, false, false, false, false},
      {"_ghent", false, false, false, false, false},
      {"rode_zone", false, true, false, false, false},
      {"Ghent", false, false, false, false, false},
      {"gh ent", false, false, false, false, false},
      {"gh/ent", false, false, false, false, false},
      {"gh.ent", false, false, false, false, false},
      {"g\xC3\xA9nt", false, false, false, false, false},
      {absl::string_view("gh\0nt", 5), false, false, false, false, false},
      {x32, true, true, true, true, false},
      {x33, false, true, true, true, false},
      {x40, false, true, true, true, false},
      {x41, false, true, false, true, false},
      {x60, false, true, false, true, false},
      {x61, false, false, false, false, false},
      {"HOLIDAY", false, false, false, false, true},
      {"MARKET_DAY2", false, false, false, false, true},
      {"2MARKET", false, false, false, false, false},
      {"_MARKET", false, false, false, false, false},
      {"MARKET-DAY", false, false, false, false, false},
      {l32, false, false, false, false, true},
      {l33, false, false, false, false, false},
  };
  for (const CodeRow& row : rows) {
    EXPECT_EQ(IsCityCode(row.text), row.city) << row.text;
    EXPECT_EQ(IsZoneCode(row.text), row.zone) << row.text;
    EXPECT_EQ(IsRightTypeCode(row.text), row.right_type) << row.text;
    EXPECT_EQ(IsContractCode(row.text), row.contract) << row.text;
    EXPECT_EQ(IsSpecialDayLabel(row.text), row.label) << row.text;
  }
}

}  // namespace
}  // namespace stadspoort::domain
