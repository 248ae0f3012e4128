#include "storage/protocol/projector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "absl/strings/str_cat.h"

namespace stadspoort::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Optional;
using Applied = Projector::Applied;
using Committed = Projector::Committed;
using Kind = Projector::Action::Kind;

absl::Time Server(int64_t millis) { return absl::FromUnixMillis(1'000'000 + millis); }

class ProjectorTest : public ::testing::Test {
 protected:
  ProjectorTest() {
    header_.lineage = "lineage";
    header_.row.epoch = "epoch";
    header_.row.lineage = "lineage";
    header_.row.term = 7;
    header_.row.lease = Server(0);
    header_.row.generation = "generation";
    header_.row.tick = "tick";
    header_.row.applied = "applied";
  }

  // The next action that is not a wait; the clock goes on as far as that takes.
  Projector::Action Next() {
    Projector::Action action = projector_.Next(now_);
    if (action.kind == Kind::kWait) {
      now_ = action.until;
      action = projector_.Next(now_);
    }
    return action;
  }
  int64_t Elapsed() const { return (now_ - Moment(seconds(100))) / milliseconds(1); }
  Header Read(std::string snapshot) {
    header_.snapshot = std::move(snapshot);
    header_.now = header_.clock = Server(Elapsed());
    return header_;
  }
  void OnRead(std::string snapshot, bool changes, bool truncated = false) {
    ASSERT_EQ(Next().kind, Kind::kRead);
    projector_.OnRead(Read(std::move(snapshot)), changes, truncated, now_);
  }
  void Elect() {
    ASSERT_EQ(Next().kind, Kind::kConnect);
    projector_.OnConnected();
    ASSERT_EQ(Next().kind, Kind::kElect);
    projector_.OnElected(header_);
  }
  // The state that is committed next.
  StateRow Commit(Committed committed) {
    const Projector::Action action = Next();
    EXPECT_EQ(action.kind, Kind::kCommit);
    if (committed != Committed::kFenced) header_.row = action.row;
    projector_.OnCommitted(committed, Server(Elapsed()), now_);
    return action.row;
  }
  void Inspect(const std::string& tick, const std::string& previous) {
    ASSERT_EQ(Next().kind, Kind::kInspect);
    projector_.OnInspected(Watermark{"epoch", "generation", tick, previous, Server(0)}, now_);
  }
  void GetInStep() {
    Elect();
    OnRead("s1", false);
    Commit(Committed::kDone);
    OnRead("s2", false);
    Inspect("tick", "before");
    ASSERT_TRUE(projector_.in_step());
  }

  int ids_ = 0;
  Moment now_ = Moment(seconds(100));
  Header header_;
  Projector projector_{[this] { return absl::StrCat("id", ++ids_); }, Projector::Timing()};
};

TEST_F(ProjectorTest, LeaseIsPublishedOneCommitLater) {
  Elect();
  OnRead("s1", false);
  EXPECT_EQ(Commit(Committed::kDone).lease, Server(0)) << "nothing is known to be safe yet";
  const absl::Time first = Server(Elapsed());
  OnRead("s2", false);
  Inspect("tick", "before");
  OnRead("s3", true);
  ASSERT_EQ(Next().kind, Kind::kApply);
  projector_.OnApplied(Applied::kDone, now_);
  EXPECT_EQ(Commit(Committed::kDone).lease, first);
}

TEST_F(ProjectorTest, CommitThatMayBeLostDoesNotMoveTheLease) {
  Elect();
  OnRead("s1", false);
  Commit(Committed::kDone);
  const absl::Time first = Server(Elapsed());
  for (int i = 0; i < 2; ++i) {
    now_ += milliseconds(200);
    OnRead("s2", false);
    EXPECT_EQ(Commit(Committed::kUnsafe).lease, first);
  }
}

TEST_F(ProjectorTest, DeltaIsReadOnlyWhileTheLeaseHolds) {
  GetInStep();
  now_ += seconds(2);
  Projector::Action action = Next();
  ASSERT_EQ(action.kind, Kind::kRead);
  EXPECT_EQ(action.since, "applied");
  projector_.OnRead(Read("s3"), /*changes=*/true, false, now_);
  Commit(Committed::kDone);
  for (int i = 0; i < 2; ++i) {
    action = Next();
    ASSERT_EQ(action.kind, Kind::kRead);
    EXPECT_FALSE(action.since) << "it would only be thrown away";
    projector_.OnRead(Read("s4"), false, false, now_);
    if (i == 0) Commit(Committed::kDone);
  }
  action = Next();
  ASSERT_EQ(action.kind, Kind::kRead) << "nothing is applied that was read without a delta";
  EXPECT_EQ(action.since, "applied") << "and nothing is left out";
}

TEST_F(ProjectorTest, RedisIsFilledAnewWhenDeltasAreLostAgainAndAgain) {
  GetInStep();
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(projector_.wants_rebuild()) << i;
    const Projector::Action action = Next();
    ASSERT_EQ(action.kind, Kind::kRead);
    ASSERT_TRUE(action.since);
    projector_.OnLost(now_);
    Elect();
    OnRead("s", false);
    Commit(Committed::kDone);
    OnRead("s", false);
    Inspect("tick", "before");
  }
  EXPECT_TRUE(projector_.wants_rebuild()) << "the delta may be too long ever to be answered";
}

TEST_F(ProjectorTest, NewLineageIsOpenedOnceItsClockIsPastTheOldLease) {
  header_.lineage = "new";
  header_.row.lease = Server(3'000);
  Elect();
  Projector::Action action;
  while ((action = Next()).kind == Kind::kRead) {
    projector_.OnRead(Read("s"), false, false, now_);
  }
  ASSERT_EQ(action.kind, Kind::kCommit);
  EXPECT_GT(Server(Elapsed()), Server(3'000) + kLease);
  EXPECT_LT(Server(Elapsed()), Server(3'200) + kLease);
}

TEST_F(ProjectorTest, NewLineageIsOpenedHoweverFarItsClockIsBehind) {
  header_.lineage = "new";
  header_.row.lease = Server(3'600'000);
  Elect();
  const Moment seen = now_;
  Projector::Action action;
  while ((action = Next()).kind == Kind::kRead) {
    projector_.OnRead(Read("s"), false, false, now_);
  }
  ASSERT_EQ(action.kind, Kind::kCommit);
  EXPECT_LT(now_ - seen, seconds(7));
}

TEST_F(ProjectorTest, NewLineageIsOpenedALeaseLater) {
  header_.lineage = "new";
  Elect();
  OnRead("s1", false);
  const Moment seen = now_;
  Projector::Action action;
  while ((action = Next()).kind == Kind::kRead) {
    EXPECT_FALSE(projector_.active());
    projector_.OnRead(Read("s2"), false, false, now_);
  }
  ASSERT_EQ(action.kind, Kind::kCommit);
  EXPECT_GT(now_ - seen, absl::ToChronoNanoseconds(kLease));
  EXPECT_EQ(action.row.lineage, "new");
  EXPECT_NE(action.row.epoch, "epoch");
  EXPECT_EQ(action.row.term, 7);
  EXPECT_EQ(action.row.snapshot, "s2");
  EXPECT_EQ(action.row.generation, "") << "Redis holds nothing of this epoch";
  // By this server's clock the old server's lease might still hold.
  EXPECT_EQ(action.row.lease, absl::InfinitePast());
}

TEST_F(ProjectorTest, HandsChangesToRedisAndThenSaysSo) {
  GetInStep();
  ASSERT_THAT(Next().since, Optional(std::string("applied")));
  projector_.OnRead(Read("s3"), /*changes=*/true, false, now_);
  const Projector::Action apply = Next();
  ASSERT_EQ(apply.kind, Kind::kApply);
  EXPECT_EQ(apply.after, "tick");
  EXPECT_EQ(apply.watermark.previous, "tick");
  EXPECT_EQ(apply.watermark.as_of, header_.now);
  projector_.OnApplied(Applied::kDone, now_);
  const StateRow row = Commit(Committed::kDone);
  EXPECT_EQ(row.tick, apply.watermark.tick);
  EXPECT_EQ(row.applied, "s3");
  EXPECT_THAT(Next().since, Optional(std::string("s3")));
}

TEST_F(ProjectorTest, DirectSuccessorOfTheStoredTickIsInStepFromTheStoredSnapshot) {
  Elect();
  OnRead("s1", false);
  Commit(Committed::kDone);
  OnRead("s2", false);
  Inspect("next", "tick");
  EXPECT_TRUE(projector_.in_step());
  EXPECT_THAT(Next().since, Optional(std::string("applied")));
}

TEST_F(ProjectorTest, RefusedApplyLeadsToInspectionAndRebuild) {
  GetInStep();
  OnRead("s3", true);
  ASSERT_EQ(Next().kind, Kind::kApply);
  projector_.OnApplied(Applied::kRefused, now_);
  EXPECT_FALSE(projector_.in_step());
  OnRead("s4", false);
  Inspect("of somebody else", "tock");
  const auto rebuild = projector_.TakeRebuild();
  ASSERT_TRUE(rebuild);
  EXPECT_EQ(rebuild->expected, "of somebody else");
  EXPECT_FALSE(projector_.TakeRebuild()) << "the order is given once";

  const Header loaded = Read("s5");
  const auto watermark = projector_.WatermarkOf(*rebuild, loaded);
  ASSERT_TRUE(watermark);
  EXPECT_EQ(watermark->as_of, loaded.now);
  projector_.OnRebuilt(*rebuild, loaded, now_);
  EXPECT_THAT(Next().since, Optional(std::string("s5")));
  projector_.OnRead(Read("s6"), true, false, now_);
  const Projector::Action apply = Next();
  EXPECT_EQ(apply.after, watermark->tick);
  EXPECT_EQ(apply.watermark.generation, watermark->generation);
}

// The answer to a read that was sent before has no delta.
TEST_F(ProjectorTest, RebuildThatEndsBesideAReadOrACommitIsTakenOverAtRest) {
  Elect();
  OnRead("s1", false);
  Commit(Committed::kDone);
  OnRead("s2", false);
  Inspect("lost", "");
  const auto rebuild = projector_.TakeRebuild();
  ASSERT_TRUE(rebuild);
  ASSERT_EQ(Next().since, std::nullopt);
  projector_.OnRebuilt(*rebuild, Read("loaded"), now_);
  now_ += milliseconds(200);
  projector_.OnRead(Read("later"), false, false, now_);
  const Projector::Action commit = Next();
  ASSERT_EQ(commit.kind, Kind::kCommit) << "nothing is handed to Redis";
  projector_.OnCommitted(Committed::kDone, Server(Elapsed()), now_);
  EXPECT_THAT(Next().since, Optional(std::string("loaded")));
  EXPECT_EQ(projector_.row().generation, rebuild->generation);
}

TEST_F(ProjectorTest, RebuildFromAnotherServerNeverReachesRedis) {
  GetInStep();
  OnRead("s3", true, /*truncated=*/true);
  const auto rebuild = projector_.TakeRebuild();
  ASSERT_TRUE(rebuild);
  Header other = Read("s4");
  other.row.epoch = "another";
  EXPECT_FALSE(projector_.WatermarkOf(*rebuild, other));
  Header left_behind = Read("s4");
  left_behind.row.lease = left_behind.now - kLease * 2;
  EXPECT_FALSE(projector_.WatermarkOf(*rebuild, left_behind));
}

TEST_F(ProjectorTest, FencedOneLeaves) {
  Elect();
  OnRead("s1", false);
  Commit(Committed::kFenced);
  EXPECT_EQ(Next().kind, Kind::kDisconnect);
  projector_.OnLost(now_);
  EXPECT_EQ(Next().kind, Kind::kConnect);
}

TEST_F(ProjectorTest, LaterTermOfAnotherIsSeenInARead) {
  Elect();
  header_.row.term = 8;
  OnRead("s1", false);
  EXPECT_EQ(Next().kind, Kind::kDisconnect);
}

TEST_F(ProjectorTest, SessionThatLeadsNowhereIsLeft) {
  ASSERT_EQ(Next().kind, Kind::kConnect);
  projector_.OnConnected();
  const Moment connected = now_;
  Projector::Action action;
  while ((action = Next()).kind == Kind::kElect) projector_.OnNotElected(now_);
  EXPECT_EQ(action.kind, Kind::kDisconnect);
  EXPECT_GE(now_ - connected, Projector::Timing().fruitless);
  projector_.OnLost(now_);

  Elect();
  const Moment elected = now_;
  for (bool left = false; !left;) {
    action = Next();
    left = action.kind == Kind::kDisconnect;
    header_.row.lease = Server(-10'000);
    if (action.kind == Kind::kRead) projector_.OnRead(Read("s"), false, false, now_);
    if (action.kind == Kind::kCommit) {
      projector_.OnCommitted(Committed::kUnsafe, Server(Elapsed()), now_);
    }
  }
  EXPECT_GE(now_ - elected, Projector::Timing().fruitless);
}

}  // namespace
}  // namespace stadspoort::protocol
