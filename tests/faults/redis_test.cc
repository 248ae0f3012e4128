// Redis is killed, emptied, damaged and set back in time under load: every answer is true, and it
// is used again by itself.
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "storage/redis/client/connection.h"
#include "tests/faults/probe.h"
#include "tests/faults/servers.h"
#include "tests/faults/trial.h"
#include "tests/faults/vitals.h"

namespace stadspoort::faults {
namespace {

using history::Rung;

constexpr absl::Duration kPatience = absl::Seconds(5);
constexpr int kFlushes = 5;
constexpr int kDamages = 20;
// The dump is older than anything may be that is answered from.
constexpr absl::Duration kAgeOfDump = absl::Seconds(6);

redis::Reply Command(redis::Connection& redis, const std::vector<std::string>& words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  const auto reply = redis.Run(views, kPatience);
  EXPECT_TRUE(reply.ok() && !reply->is_error()) << words[0];
  return reply.ok() ? *reply : redis::Reply();
}

class RedisFaultsTest : public ::testing::Test {
 protected:
  RedisFaultsTest() : servers_("redis", Servers::Durable::kNo) {}

  std::unique_ptr<redis::Connection> Connect() const {
    auto connection =
        redis::Connection::Connect({.address = servers_.redis_address()}, kPatience, nullptr);
    EXPECT_TRUE(connection.ok()) << connection.status();
    return connection.ok() ? *std::move(connection) : nullptr;
  }
  void AwaitRedis(Trial& trial, const std::string& from, history::Moment gone) {
    trial.AwaitEach(
        from + ", answers from Redis", gone,
        [&](const testing::Daemon& daemon) { return trial.probe().AnswersFromRedis(daemon); },
        {1, 2});
    trial.AwaitRecovery(from, gone);
  }
  void Kill(Trial& trial);
  void Empty(Trial& trial);
  void Damage(Trial& trial);
  void SetBack(Trial& trial);

  Servers servers_;
};

void RedisFaultsTest::Kill(Trial& trial) {
  const pid_t killed = servers_.redis();
  const int64_t rebuilds = Sum(trial.fleet(), &Vitals::rebuilds);
  const int64_t failures = Sum(trial.fleet(), &Vitals::redis_failures);
  const history::Moment struck = trial.Begin("Redis is away");
  servers_.KillRedis();
  Trial::Run(absl::Seconds(8));
  EXPECT_GT(Sum(trial.fleet(), &Vitals::redis_failures), failures);
  servers_.Start();
  const history::Moment gone = trial.Begin("Redis is back, empty");
  EXPECT_NE(servers_.redis(), killed);
  AwaitRedis(trial, "Redis killed", gone);
  EXPECT_GT(Sum(trial.fleet(), &Vitals::rebuilds), rebuilds);
  trial.Over("Redis killed", struck);
}

void RedisFaultsTest::Empty(Trial& trial) {
  const auto redis = Connect();
  const history::Moment struck = trial.Begin("FLUSHALL, again and again");
  for (int i = 0; i < kFlushes; ++i) {
    const int64_t rebuilds = Sum(trial.fleet(), &Vitals::rebuilds);
    Command(*redis, {"FLUSHALL"});
    const history::Moment gone = history::Now();
    AwaitRedis(trial, "FLUSHALL", gone);
    EXPECT_GT(Sum(trial.fleet(), &Vitals::rebuilds), rebuilds) << "nobody noticed flush " << i;
    Trial::Run(absl::Seconds(4));
  }
  trial.Over("FLUSHALL", struck);
}

// Every tenth entry, in turn deleted and replaced by garbage; of each kind of key.
void RedisFaultsTest::Damage(Trial& trial) {
  const auto redis = Connect();
  const int64_t failures = Sum(trial.fleet(), &Vitals::redis_failures);
  const history::Moment struck = trial.Begin("entries deleted and garbled");
  int64_t deleted = 0;
  int64_t garbled = 0;
  int64_t seen = 0;
  for (int round = 0; round < kDamages; ++round) {
    const redis::Reply keys = Command(*redis, {"KEYS", "*:*:[pvr]:*"});
    for (const redis::Reply& key : keys.array()) {
      if (seen++ % 10 != 0) continue;
      const std::string name(*key.string());
      // Only what is still there counts.
      if (seen % 20 == 1) {
        deleted += Command(*redis, {"DEL", name}).integer().value_or(0);
      } else {
        const redis::Reply reply = Command(*redis, {"SET", name, "1garbage", "XX", "KEEPTTL"});
        garbled += reply.is_nil() ? 0 : 1;
      }
    }
    Trial::Run(absl::Seconds(1));
  }
  std::cout << "of Redis' entries " << deleted << " deleted, " << garbled << " garbled\n";
  EXPECT_GT(deleted, 100);
  EXPECT_GT(garbled, 100);
  EXPECT_GT(Sum(trial.fleet(), &Vitals::redis_failures), failures) << "nobody read the garbage";
  const history::Moment gone = trial.Begin("no more damage");
  trial.AwaitRecovery("damaged entries", gone);
  trial.Over("damaged entries", struck);
}

void RedisFaultsTest::SetBack(Trial& trial) {
  Command(*Connect(), {"SAVE"});
  Trial::Run(kAgeOfDump);
  const int64_t rebuilds = Sum(trial.fleet(), &Vitals::rebuilds);
  const history::Moment struck = trial.Begin("Redis is away");
  servers_.KillRedis();
  Trial::Run(absl::Seconds(2));
  servers_.Start();
  const history::Moment gone = trial.Begin("Redis is back with an old dump");
  const redis::Reply size = Command(*Connect(), {"DBSIZE"});
  std::cout << "the dump brought back " << size.integer().value_or(0) << " keys\n";
  EXPECT_GT(size.integer().value_or(0), 100);
  AwaitRedis(trial, "an old dump", gone);
  EXPECT_GT(Sum(trial.fleet(), &Vitals::rebuilds), rebuilds) << "the dump was not found to be old";
  trial.Over("an old dump", struck);
}

TEST_F(RedisFaultsTest, EveryAnswerIsTrue) {
  const Database database;
  // Memory would hide what Redis answers.
  Fleet fleet(database, {Fleet::Member(), {{"--rungs", "redis"}}, {{"--rungs", "redis"}}});
  Trial trial(fleet);
  Trial::Run(absl::Seconds(5));
  Kill(trial);
  Empty(trial);
  Damage(trial);
  SetBack(trial);
  trial.Finish();
  EXPECT_GT(trial.FiguresOf("healthy").PositivesShareOf(Rung::kRedis), 0.3);
  EXPECT_LT(trial.FiguresOf("Redis is away").PositivesShareOf(Rung::kRedis), 0.1);
  EXPECT_GT(trial.FiguresOf("Redis is back with an old dump").PositivesShareOf(Rung::kRedis), 0.3);
}

// An evicted entry would cost a statement at every check, without anybody noticing.
TEST_F(RedisFaultsTest, OneThatMayEvictIsNotUsed) {
  Command(*Connect(), {"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  const Database database;
  Fleet fleet(database, {{{"--rungs", "redis"}}});
  const Probe probe(fleet[0]);
  const auto eventually = [&](auto condition) {
    const history::Moment give_up = history::Now() + absl::Minutes(1);
    while (!condition() && history::Now() < give_up) absl::SleepFor(absl::Milliseconds(10));
    return condition();
  };
  EXPECT_TRUE(eventually([&] { return probe.AnswersDefinitely(fleet[0]); }));
  for (int i = 0; i < 40; ++i) {
    EXPECT_FALSE(probe.AnswersFromRedis(fleet[0]));
    absl::SleepFor(absl::Milliseconds(50));
  }
  EXPECT_TRUE(absl::StrContains(fleet.Log(0), "maxmemory-policy must be noeviction"));
  Command(*Connect(), {"CONFIG", "SET", "maxmemory-policy", "noeviction"});
  EXPECT_TRUE(eventually([&] { return probe.AnswersFromRedis(fleet[0]); })) << "without a restart";
}

}  // namespace
}  // namespace stadspoort::faults
