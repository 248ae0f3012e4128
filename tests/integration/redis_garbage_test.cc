// Whatever stands in Redis, nobody is refused for it, and nobody let pass.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/domain/limits.h"
#include "services/projector/projector_loop.h"
#include "services/rights/right_commands.h"
#include "storage/redis/codec.h"
#include "storage/redis/keys.h"
#include "tests/integration/checks_in_process.h"
#include "tests/integration/database.h"

namespace stadspoort::testing {
namespace {

using domain::Decision;
using ladder::Rung;

constexpr int kPlates = 60;

class RedisGarbageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_.MakeCity("ghent");
    // No two of them read alike; every other one has a right.
    for (int i = 0; i < kPlates; ++i) {
      const std::string number =
          absl::StrCat("KX", std::string(1, "3479"[i % 4]), std::string(1, "3479"[i / 4 % 4]),
                       std::string(1, "3479"[i / 16 % 4]));
      if (i % 2 == 0) last_right_ = database_.Enrol("ghent", number);
      cars_.emplace_back(number, "a");
    }
    StartProjector();
    checks_ = std::make_unique<Checks>(database_, Checks::Setup{.memory = false});
    redis_ = *redis::Connection::Connect(database_.redis(), absl::Minutes(1), {});
    AwaitRedis();
  }

  void StartProjector() {
    projector_ = std::make_unique<projector::ProjectorLoop>(
        projector::Options{database_.conninfo(), database_.redis(), database_.name()},
        postgres::LogFunction());
  }

  void AwaitRedis() {
    ASSERT_TRUE(Eventually([&] { return checks_->Ask("ghent", cars_[0]).rung == Rung::kRedis; }));
  }

  // Nobody is refused or let pass wrongly; gives how many were answered at all.
  int CountAnswered() {
    const std::vector<CarAnswer> answers = checks_->Ask("ghent", cars_);
    int answered = 0;
    for (size_t i = 0; i < cars_.size(); ++i) {
      const bool may = i % 2 == 0;
      EXPECT_NE(answers[i].decision, may ? Decision::kNotPermitted : Decision::kPermitted) << i;
      EXPECT_NE(answers[i].decision, Decision::kReview) << i;
      if (answers[i].decision != Decision::kUnknown) ++answered;
    }
    return answered;
  }

  redis::Reply Run(const std::vector<std::string>& words) {
    const std::vector<std::string_view> command(words.begin(), words.end());
    const auto reply = redis_->Run(command, absl::Minutes(1));
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.ok() ? *reply : redis::Reply();
  }

  // Of this test's prefix, and of these only what has `part` in its name.
  std::map<std::string, std::string> Entries(const std::string& part) {
    std::map<std::string, std::string> entries;
    const redis::Reply keys = Run({"KEYS", database_.name() + ":*"});
    for (const redis::Reply& key : keys.array()) {
      const std::string name(key.string().value_or(""));
      if (!absl::StrContains(name, part)) continue;
      const redis::Reply value = Run({"GET", name});
      if (value.string()) entries[name] = std::string(*value.string());
    }
    return entries;
  }

  Database database_{"garbage"};
  domain::RightId last_right_;
  std::vector<Car> cars_;
  std::unique_ptr<projector::ProjectorLoop> projector_;
  std::unique_ptr<Checks> checks_;
  std::unique_ptr<redis::Connection> redis_;
};

using Spoil = std::function<std::string(const std::string& value, const std::string& other)>;

std::vector<std::pair<const char*, Spoil>> EverySpoil() {
  static auto* random = new std::mt19937(1);
  return {
      {"random bytes",
       [](const std::string& value, const std::string&) {
         std::string bytes(value.size(), '\0');
         for (char& byte : bytes) byte = static_cast<char>((*random)());
         return bytes;
       }},
      {"one byte",
       [](const std::string& value, const std::string&) {
         std::string bytes = value;
         char& byte = bytes[(*random)() % bytes.size()];
         byte = static_cast<char>(byte ^ (1 << ((*random)() % 8)));
         return bytes;
       }},
      {"truncated", [](const std::string& value,
                       const std::string&) { return value.substr(0, (*random)() % value.size()); }},
      {"another key's", [](const std::string&, const std::string& other) { return other; }},
      {"empty", [](const std::string&, const std::string&) { return std::string(); }}};
}

TEST_F(RedisGarbageTest, InEveryEntryIsNeverBelieved) {
  // Plates, versions, rules, the watermark, all of it.
  for (const std::string part : {":p:", ":v:", ":r:", ":watermark", ":"}) {
    for (const auto& [how, spoil] : EverySpoil()) {
      SCOPED_TRACE(absl::StrCat(part, " ", how));
      const int64_t failures = checks_->ladder().GetStats().redis_failures;
      const std::map<std::string, std::string> entries = Entries(part);
      ASSERT_FALSE(entries.empty());
      std::string other = entries.rbegin()->second;
      for (const auto& [key, value] : entries)
        Run({"SET", key, spoil(value, other)}), other = value;
      // In Redis they stand at every place at once, and still while the projector mends them.
      for (int i = 0; i < 5; ++i) CountAnswered();
      if (part == ":p:") {
        EXPECT_GT(checks_->ladder().GetStats().redis_failures, failures);
      }
      EXPECT_TRUE(Eventually([&] { return CountAnswered() == kPlates; }));
      // A new generation, for the next kind.
      Run({"DEL", redis::WatermarkKey(database_.name())});
      AwaitRedis();
    }
  }
}

// A city whose rules nobody can read in Redis would have all its checks at the system of record.
TEST_F(RedisGarbageTest, InTheRulesItIsMended) {
  for (const std::string part : {":v:", ":r:"}) {
    for (const bool missing : {false, true}) {
      SCOPED_TRACE(absl::StrCat(part, missing ? " missing" : " damaged"));
      for (const auto& [key, value] : Entries(part)) {
        // As if it were newer than whatever may come.
        if (missing) Run({"DEL", key});
        if (!missing) Run({"SET", key, "19999999999999999999 nonsense"});
      }
      const auto good = [&] {
        for (const auto& [key, value] : Entries(part)) {
          if (!redis::Unseal(key, value).ok()) return false;
        }
        return !Entries(part).empty();
      };
      EXPECT_FALSE(good());
      EXPECT_TRUE(Eventually(good));
    }
  }
  EXPECT_EQ(projector_->GetStats().rebuilds, 1) << "and not by filling Redis anew";
  AwaitRedis();
}

// For as long as a check may look back, or the right holds, and no longer.
TEST_F(RedisGarbageTest, EntriesLiveForTheLookBackAfterTheLastRightEnds) {
  const auto seconds_to_live = [&](const std::string& number) {
    const domain::PlatePseudonyms names = database_.keyring()
                                              .KeyOf("test-1", domain::CityCode("ghent"))
                                              ->Of(*domain::PlateNumber::Normalise(number));
    const std::string folded = absl::BytesToHexString(absl::string_view(
        reinterpret_cast<const char*>(names.folded.bytes.data()), names.folded.bytes.size()));
    const auto entries = Entries(":p:ghent:" + folded);
    return entries.size() == 1 ? *Run({"TTL", entries.begin()->first}).integer() : -9;
  };
  const int64_t look_back = absl::ToInt64Seconds(domain::CitySettings().look_back) +
                            int64_t{60} * domain::limits::kGraceMaxMinutes;
  const int64_t year = int64_t{365} * 24 * 3600;
  EXPECT_NEAR(static_cast<double>(seconds_to_live(cars_[0].first)),
              static_cast<double>(year + look_back), 600);
  EXPECT_EQ(seconds_to_live(cars_[1].first), -9) << "no right, no entry";
  rights::RightCommands rights(database_.pool("rights"), database_.keyring());
  rights::EndAsked end;
  end.city = domain::CityCode("ghent");
  end.right = last_right_;
  ASSERT_TRUE(rights.End(CallAs(platform::Role::kProvider, "app"), end).ok());
  const std::string ended = cars_[kPlates - 2].first;
  EXPECT_TRUE(Eventually([&] { return seconds_to_live(ended) < year; }));
  EXPECT_NEAR(static_cast<double>(seconds_to_live(ended)), static_cast<double>(look_back), 600)
      << "it stays, so that a check of before is answered";
}

// Between the last entry of a rebuild and its watermark everything is lost.
TEST_F(RedisGarbageTest, ARebuildThatWasWipedOutHasNoWatermark) {
  redis::ProjectionWriter writer(database_.name() + "-x");
  const absl::Duration patience = absl::Minutes(1);
  const protocol::Watermark watermark{"epoch", "generation", "tick", "", absl::Now()};
  for (const bool wiped : {true, false}) {
    ASSERT_TRUE(writer.BeginFilling(*redis_, "generation", patience).ok());
    if (wiped) Run({"DEL", redis::FillingKey(database_.name() + "-x", "generation")});
    const auto set = writer.SetWatermark(*redis_, "", watermark, patience);
    ASSERT_TRUE(set.ok()) << set.status();
    EXPECT_EQ(*set, !wiped);
  }
  // Nor over what another has written meanwhile.
  ASSERT_TRUE(writer.BeginFilling(*redis_, "generation", patience).ok());
  EXPECT_FALSE(*writer.SetWatermark(*redis_, "another tick", watermark, patience));
  EXPECT_TRUE(*writer.SetWatermark(*redis_, "tick", watermark, patience));
}

// A projector that was stopped while it cleaned up goes on when another has filled Redis.
TEST_F(RedisGarbageTest, OnlyWhatNobodyUsesIsRemoved) {
  const std::string prefix = database_.name() + "-x";
  redis::ProjectionWriter writer(prefix);
  const std::atomic<bool> stop = false;
  const absl::Duration patience = absl::Minutes(1);
  const auto fill = [&](const std::string& generation, const std::string& expected) {
    ASSERT_TRUE(writer.BeginFilling(*redis_, generation, patience).ok());
    Run({"SET", prefix + ":" + generation + ":v:ghent", "some"});
    ASSERT_TRUE(*writer.SetWatermark(
        *redis_, expected, {"epoch", generation, "tick " + generation, "", absl::Now()}, patience));
  };
  const auto held = [&](const std::string& generation) {
    return Run({"EXISTS", prefix + ":" + generation + ":v:ghent"}).integer() == 1;
  };
  fill("one", "");
  fill("two", "tick one");
  EXPECT_TRUE(held("one"));
  ASSERT_TRUE(writer.RemoveOthers(*redis_, "one", stop, patience).ok());
  EXPECT_TRUE(held("two")) << "the one of the watermark";
  ASSERT_TRUE(writer.BeginFilling(*redis_, "three", patience).ok());
  Run({"SET", prefix + ":three:v:ghent", "some"});
  ASSERT_TRUE(writer.RemoveOthers(*redis_, "two", stop, patience).ok());
  EXPECT_FALSE(held("one"));
  EXPECT_TRUE(held("two"));
  EXPECT_TRUE(held("three")) << "it is being filled";
  ASSERT_TRUE(writer.EndFilling(*redis_, "three", patience).ok());
  ASSERT_TRUE(writer.RemoveAbandoned(*redis_, stop, patience).ok());
  EXPECT_FALSE(held("three"));
  EXPECT_TRUE(held("two"));
}

// Absent means "no rights" only for now: a "no" is confirmed.
TEST_F(RedisGarbageTest, AnEntryThatWasLostIsNoNo) {
  for (const auto& [key, value] : Entries(":p:")) Run({"DEL", key});
  const int64_t asked = checks_->ladder().GetStats().redis_plates;
  EXPECT_TRUE(Eventually([&] { return CountAnswered() == kPlates; }));
  EXPECT_GT(checks_->ladder().GetStats().redis_plates, asked) << "Redis was relied on";
  EXPECT_EQ(checks_->Ask("ghent", cars_[0]).rung, Rung::kPostgres);
}

// What Redis holds ages, whatever its watermark says: here the projector is gone.
TEST_F(RedisGarbageTest, AWatermarkOfTheFutureMakesNothingFresh) {
  projector_.reset();
  const std::string key = redis::WatermarkKey(database_.name());
  protocol::Watermark ahead = *redis::WatermarkOf(Entries(":watermark").at(key));
  ahead.as_of += absl::Hours(1);
  Run({"SET", key, redis::WatermarkValue(ahead)});
  rights::ChangeAsked revoke;
  revoke.city = domain::CityCode("ghent");
  revoke.right = last_right_;
  revoke.reason = "test";
  ASSERT_TRUE(rights::RightCommands(database_.pool("rights"), database_.keyring())
                  .Revoke(CallAs(platform::Role::kClerk), revoke)
                  .ok());
  const auto revoked = absl::Now();
  const Car car = cars_[kPlates - 2];
  ASSERT_TRUE(Eventually([&] {
    const bool later = absl::Now() > revoked + ladder::kMaxStaleness + absl::Seconds(1);
    const CarAnswer answer = checks_->Ask("ghent", car);
    // Without a lease nothing can be confirmed, and what is degraded says so.
    EXPECT_TRUE(!later || answer.decision != Decision::kPermitted || answer.degraded);
    return later;
  }));
  StartProjector();
  EXPECT_TRUE(
      Eventually([&] { return checks_->Ask("ghent", car).decision == Decision::kNotPermitted; }));
  AwaitRedis();
}

}  // namespace
}  // namespace stadspoort::testing
