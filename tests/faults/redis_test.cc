// Redis is killed, emptied, damaged and set back in time under load: every answer is true, and it
// is used again by itself.
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "storage/redis/client/connection.h"
#include "tests/faults/servers.h"
#include "tests/faults/trial.h"

namespace stadspoort::faults {
namespace {

using history::Rung;

constexpr absl::Duration kPatience = absl::Seconds(5);

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
        "recovery from " + from + ", answers from Redis", gone,
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
  trial.Begin("Redis is away");
  servers_.KillRedis();
  Trial::Run(absl::Seconds(6));
  servers_.Start();
  const history::Moment gone = trial.Begin("Redis is back, empty");
  EXPECT_NE(servers_.redis(), killed);
  AwaitRedis(trial, "Redis killed", gone);
  Trial::Run(absl::Seconds(6));
}

void RedisFaultsTest::Empty(Trial& trial) {
  const auto redis = Connect();
  trial.Begin("FLUSHALL, five times");
  for (int i = 0; i < 5; ++i) {
    Command(*redis, {"FLUSHALL"});
    const history::Moment gone = history::Now();
    AwaitRedis(trial, "FLUSHALL", gone);
    Trial::Run(absl::Seconds(2));
  }
}

// Every tenth entry, in turn deleted and replaced by garbage; of each kind of key.
void RedisFaultsTest::Damage(Trial& trial) {
  const auto redis = Connect();
  trial.Begin("entries deleted and garbled");
  int deleted = 0;
  int garbled = 0;
  int64_t seen = 0;
  for (int round = 0; round < 15; ++round) {
    const redis::Reply keys = Command(*redis, {"KEYS", "*:*:[pvr]:*"});
    for (const redis::Reply& key : keys.array()) {
      if (seen++ % 10 != 0) continue;
      const std::string name(*key.string());
      if (seen % 20 == 1) {
        Command(*redis, {"DEL", name});
        ++deleted;
      } else {
        Command(*redis, {"SET", name, "1garbage", "KEEPTTL"});
        ++garbled;
      }
    }
    Trial::Run(absl::Seconds(1));
  }
  std::cout << "of Redis' entries " << deleted << " deleted, " << garbled << " garbled\n";
  EXPECT_GT(deleted, 100);
  EXPECT_GT(garbled, 100);
  const history::Moment gone = trial.Begin("no more damage");
  trial.AwaitRecovery("damaged entries", gone);
}

void RedisFaultsTest::SetBack(Trial& trial) {
  Command(*Connect(), {"SAVE"});
  Trial::Run(absl::Seconds(6));
  trial.Begin("Redis is away");
  servers_.KillRedis();
  Trial::Run(absl::Seconds(2));
  servers_.Start();
  const history::Moment gone = trial.Begin("Redis is back with an old dump");
  const redis::Reply size = Command(*Connect(), {"DBSIZE"});
  std::cout << "the dump brought back " << size.integer().value_or(0) << " keys\n";
  EXPECT_GT(size.integer().value_or(0), 100);
  AwaitRedis(trial, "an old dump", gone);
  Trial::Run(absl::Seconds(10));
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
  std::string log;
  for (size_t i = 0; i < fleet.size(); ++i) log += fleet.Log(i);
  EXPECT_NE(log.find("projector: Redis is not used"), std::string::npos);
  EXPECT_NE(log.find("projector: Redis is filled anew"), std::string::npos);
}

}  // namespace
}  // namespace stadspoort::faults
