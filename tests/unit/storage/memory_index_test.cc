// The memory index: complete, swept, renewed, and readable all the while.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "storage/ladder/memory.h"

namespace stadspoort::ladder {
namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr uint32_t kGroups = 20'000;
#else
constexpr uint32_t kGroups = 200'000;
#endif
constexpr int kReaders = 4;
constexpr uint32_t kBatch = 500;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
const absl::Duration kLookBack = absl::Hours(48);
const absl::Duration kLongestGrace = absl::Minutes(99);

postgres::PlateKey KeyOf(uint32_t n) {
  postgres::PlateKey key{domain::CityCode("ghent"), {}};
  std::memcpy(key.folded.bytes.data(), &n, sizeof(n));
  return key;
}

// Group n says its number in several places, so that a mix of two would be seen.
postgres::PlateGroup GroupOf(uint32_t n, int64_t version, absl::Time end) {
  postgres::PlateGroup group{KeyOf(n), {}};
  postgres::PlateRecord& plate = group.plates.emplace_back();
  plate.exact = group.key.folded;
  plate.version = version;
  domain::Right& right = plate.rights.emplace_back();
  right.type = domain::RightTypeCode("paid");
  right.zones = {domain::ZoneCode(std::to_string(n))};
  right.effective = {kNow - absl::Hours(1), end};
  return group;
}

bool Sound(const postgres::PlateGroup& group, uint32_t n) {
  if (group.key != KeyOf(n) || group.plates.size() != 1) return false;
  const postgres::PlateRecord& plate = group.plates[0];
  if (plate.exact != group.key.folded || plate.rights.size() > 1) return false;
  return plate.rights.empty() || plate.rights[0].zones[0].value() == std::to_string(n);
}

CityRulesPtr Rules(int64_t version) {
  domain::CityRules::Parts parts;
  parts.code = domain::CityCode("ghent");
  parts.versions.settings = version;
  parts.settings.look_back = kLookBack;
  return std::make_shared<const domain::CityRules>(std::move(parts));
}

Freshness FreshAt(int64_t n) { return {Moment(std::chrono::nanoseconds(n)), kNow, kNow}; }

// A whole index with the rules and no plate.
void AdoptEmpty(Memory& memory) {
  std::vector<Index::Garbage> garbage;
  auto index = std::make_unique<Index>();
  index->PutRules(Rules(1)->code(), Rules(1), garbage);
  for (const Index::Garbage& free : garbage) free();
  memory.Adopt(std::move(index), FreshAt(1));
}

void PutAll(Memory& memory, int64_t version, absl::Time end) {
  for (uint32_t n = 0; n < kGroups; n += kBatch) {
    std::vector<postgres::PlateGroup> groups;
    for (uint32_t i = n; i < std::min(n + kBatch, kGroups); ++i) {
      groups.push_back(GroupOf(i, version, end));
    }
    memory.Apply(std::move(groups), {}, FreshAt(version + n));
  }
}

// Sweeps until every slot was looked at.
void SweepAll(Memory& memory, absl::Time now) {
  for (uint32_t slots = 0; slots < 16 * kGroups; slots += 4096) memory.Sweep(now);
}

size_t WithRights(const Memory& memory) {
  const Memory::Reader reader(memory);
  size_t count = 0;
  for (uint32_t n = 0; n < kGroups; ++n) {
    const postgres::PlateGroup* group = reader.index()->Find(KeyOf(n));
    if (group != nullptr && group->HasRights()) ++count;
  }
  return count;
}

TEST(MemoryIndexTest, NothingBeforeTheFirstLoadAndNothingAfterADrop) {
  Memory memory;
  EXPECT_EQ(Memory::Reader(memory).freshness(), nullptr);
  EXPECT_EQ(Memory::Reader(memory).index(), nullptr);
  memory.Sweep(kNow);
  AdoptEmpty(memory);
  EXPECT_NE(Memory::Reader(memory).freshness(), nullptr);
  EXPECT_NE(Memory::Reader(memory).index()->RulesOf(domain::CityCode("ghent")), nullptr);
  EXPECT_EQ(Memory::Reader(memory).index()->RulesOf(domain::CityCode("bruges")), nullptr);
  memory.Drop();
  EXPECT_EQ(Memory::Reader(memory).freshness(), nullptr);
}

TEST(MemoryIndexTest, RightsLeaveAfterTheLookBackAndNotBefore) {
  Memory memory;
  AdoptEmpty(memory);
  PutAll(memory, 1, kNow);
  EXPECT_EQ(WithRights(memory), kGroups);
  EXPECT_EQ(memory.GetStats().groups, kGroups);
  const size_t bytes = memory.GetStats().bytes;
  SweepAll(memory, kNow + kLookBack + kLongestGrace - absl::Seconds(1));
  EXPECT_EQ(WithRights(memory), kGroups);
  SweepAll(memory, kNow + kLookBack + kLongestGrace);
  EXPECT_EQ(WithRights(memory), 0U);
  // What is swept stays, with its versions, until there is need for its place.
  EXPECT_EQ(memory.GetStats().groups, kGroups);
  EXPECT_LT(memory.GetStats().bytes, bytes);
  std::vector<postgres::PlateGroup> others;
  for (uint32_t n = kGroups; n < 3 * kGroups; ++n) {
    others.push_back(GroupOf(n, 1, kNow + absl::Hours(1)));
  }
  memory.Apply(std::move(others), {}, FreshAt(2));
  EXPECT_EQ(memory.GetStats().groups, 2 * kGroups);
  EXPECT_EQ(memory.GetStats().bytes, 2 * bytes);
  EXPECT_EQ(Memory::Reader(memory).index()->Find(KeyOf(0)), nullptr);
  EXPECT_TRUE(Sound(*Memory::Reader(memory).index()->Find(KeyOf(kGroups)), kGroups));
}

TEST(MemoryIndexTest, ReadersSeeWholeGroupsAndNeverGoBack) {
  Memory memory;
  AdoptEmpty(memory);
  std::atomic<bool> writing = true;
  std::atomic<int64_t> found = 0;
  std::atomic<int64_t> wrong = 0;
  std::vector<std::thread> readers;
  for (uint32_t thread = 0; thread < kReaders; ++thread) {
    readers.emplace_back([&, thread] {
      std::vector<int64_t> seen(kGroups);
      for (uint32_t n = thread; writing; n = (n + 7919) % kGroups) {
        const Memory::Reader reader(memory);
        if (reader.index()->RulesOf(domain::CityCode("ghent")) == nullptr) ++wrong;
        const postgres::PlateGroup* group = reader.index()->Find(KeyOf(n));
        // Once seen with a right, it does not go away while it has one.
        if (group == nullptr ? seen[n] != 0 : !Sound(*group, n) || group->version() < seen[n]) {
          ++wrong;
        }
        if (group == nullptr) continue;
        seen[n] = group->version();
        ++found;
      }
    });
  }
  // Grows from nothing, is replaced, swept of rights that go on, and loaded anew.
  for (int64_t version = 1; version <= 3; ++version) {
    PutAll(memory, version, kNow + absl::Hours(1));
    memory.Apply({}, {{Rules(version + 1)->code(), Rules(version + 1)}}, FreshAt(version));
    SweepAll(memory, kNow);
  }
  while (found < kReaders) std::this_thread::yield();
  std::vector<Index::Garbage> garbage;
  auto index = std::make_unique<Index>();
  index->PutRules(Rules(9)->code(), Rules(9), garbage);
  for (uint32_t n = 0; n < kGroups; ++n) {
    index->Put(GroupOf(n, 4, kNow + absl::Hours(1)), garbage);
  }
  for (const Index::Garbage& free : garbage) free();
  memory.Adopt(std::move(index), FreshAt(9));
  PutAll(memory, 5, kNow + absl::Hours(1));
  writing = false;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(WithRights(memory), kGroups);
  EXPECT_EQ(memory.GetStats().groups, kGroups);
}

}  // namespace
}  // namespace stadspoort::ladder
