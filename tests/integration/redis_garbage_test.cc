// Whatever stands in Redis, nobody is refused for it, and nobody let pass.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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
