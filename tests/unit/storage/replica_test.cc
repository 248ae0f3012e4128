#include "storage/protocol/replica.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace stadspoort::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using Joined = Replica::Joined;
using Ticket = Replica::Ticket;

Moment At(Span since_start) { return Moment(std::chrono::hours(1)) + since_start; }

Header Trusty(std::string snapshot) {
  Header header;
  header.snapshot = std::move(snapshot);
  header.now = absl::FromUnixSeconds(1'000);
  header.clock = header.now;
  header.lineage = "lineage";
  header.row.epoch = "epoch";
  header.row.lineage = "lineage";
  header.row.lease = header.now - absl::Milliseconds(200);
  header.row.snapshot = "stored with " + header.snapshot;
  return header;
}

Header Untrusted(std::string snapshot) {
  Header header = Trusty(std::move(snapshot));
  header.row.lease = header.now - kLease - absl::Microseconds(1);
  return header;
}

Header Reading(absl::Time clock, absl::Time lease) {
  Header header = Trusty("any");
  header.now = header.clock = clock;
  header.row.lease = lease;
  return header;
}

class ReplicaTest : public ::testing::Test {
 protected:
  // Its index was loaded as of "loaded"; the statement before that was sent at At(0).
  void GoLive() {
    replica_.OnConnected();
    ASSERT_TRUE(replica_.Next(At(Span(0))));
    replica_.OnAnswer(Trusty("first"), false, At(milliseconds(1)));
    ASSERT_TRUE(replica_.WantsLoad());
    replica_.OnLoadStarted(At(milliseconds(2)));
    ASSERT_TRUE(replica_.OnLoaded(Trusty("loaded")));
  }

  Replica replica_;
};

TEST_F(ReplicaTest, CheckRidesOnAStatementSentAfterItJoined) {
  GoLive();
  EXPECT_EQ(replica_.Join(1, 1), Joined::kYes);
  const auto first = replica_.Next(At(milliseconds(3)));
  ASSERT_TRUE(first);
  EXPECT_THAT(first->since, Optional(std::string("loaded")));
  EXPECT_THAT(first->tickets, ElementsAre(1));

  EXPECT_EQ(replica_.Join(2, 1), Joined::kYes);
  EXPECT_FALSE(replica_.Next(At(seconds(1)))) << "one statement at a time";
  const auto settled = replica_.OnAnswer(Trusty("second"), false, At(milliseconds(9)));
  EXPECT_TRUE(settled.trusted);
  EXPECT_TRUE(settled.apply);
  EXPECT_THAT(settled.tickets, ElementsAre(1));
  EXPECT_EQ(replica_.FreshAt(), At(milliseconds(3))) << "since it was sent, not since it came";

  const auto second = replica_.Next(At(milliseconds(9)));
  ASSERT_TRUE(second);
  EXPECT_THAT(second->since, Optional(std::string("second")));
  EXPECT_THAT(second->tickets, ElementsAre(2));
}

TEST_F(ReplicaTest, SendsDeltasOfItsOwnAtIntervals) {
  GoLive();
  EXPECT_FALSE(replica_.Next(At(milliseconds(49))));
  EXPECT_EQ(replica_.NextAt(), At(milliseconds(50)));
  EXPECT_TRUE(replica_.Next(At(milliseconds(50))));
}

TEST_F(ReplicaTest, RefusesAtOnceWhenThereIsNoSession) {
  EXPECT_EQ(replica_.Join(1, 1), Joined::kYes) << "the first try is not over";
  EXPECT_THAT(replica_.OnDisconnected(), ElementsAre(1));
  EXPECT_EQ(replica_.Join(2, 1), Joined::kUnavailable);
  replica_.OnConnected();
  EXPECT_EQ(replica_.Join(3, 1), Joined::kYes);
}

TEST_F(ReplicaTest, LostSessionGivesBackWhatRidesAndWhatWaits) {
  GoLive();
  replica_.Join(1, 1);
  ASSERT_TRUE(replica_.Next(At(milliseconds(3))));
  replica_.Join(2, 1);
  EXPECT_THAT(replica_.OnDisconnected(), ElementsAre(1, 2));
  EXPECT_EQ(replica_.FreshAt(), At(milliseconds(2))) << "memory goes on, and ages";
}

TEST_F(ReplicaTest, WaitingPlatesAreBounded) {
  Replica::Timing timing;
  timing.waiting_max = 10;
  timing.statement_max = 4;
  Replica replica(timing);
  replica.OnConnected();
  EXPECT_EQ(replica.Join(1, 3), Joined::kYes);
  EXPECT_EQ(replica.Join(2, 7), Joined::kYes);
  EXPECT_EQ(replica.Join(3, 1), Joined::kOverloaded);
  replica.Leave(1);
  EXPECT_EQ(replica.Join(4, 3), Joined::kYes);
  const auto statement = replica.Next(At(Span(0)));
  ASSERT_TRUE(statement);
  EXPECT_THAT(statement->tickets, ElementsAre(2)) << "one too large goes alone";
}

TEST_F(ReplicaTest, LongDeltaAndChecksTakeTurns) {
  GoLive();
  replica_.Join(1, 1);
  const auto delta = replica_.Next(At(seconds(2)));
  ASSERT_TRUE(delta);
  EXPECT_TRUE(delta->since);
  EXPECT_THAT(delta->tickets, IsEmpty());
  replica_.OnAnswer(Untrusted("second"), false, At(seconds(2)));
  const auto by_key = replica_.Next(At(seconds(2)));
  ASSERT_TRUE(by_key);
  EXPECT_FALSE(by_key->since);
  EXPECT_THAT(by_key->tickets, ElementsAre(1));
  EXPECT_FALSE(replica_.OnAnswer(Trusty("third"), false, At(seconds(2))).apply);
}

TEST_F(ReplicaTest, UntrustedAnswerChangesNothing) {
  GoLive();
  replica_.Join(1, 1);
  ASSERT_TRUE(replica_.Next(At(milliseconds(60))));
  const auto settled = replica_.OnAnswer(Untrusted("second"), false, At(milliseconds(61)));
  EXPECT_FALSE(settled.trusted);
  EXPECT_FALSE(settled.apply);
  EXPECT_THAT(settled.tickets, ElementsAre(1));
  EXPECT_EQ(replica_.FreshAt(), At(milliseconds(2)));
  const auto again = replica_.Next(At(milliseconds(200)));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->since) << "a delta would only be thrown away";
  EXPECT_FALSE(replica_.OnAnswer(Trusty("third"), false, At(milliseconds(201))).apply);
  const auto trusted = replica_.Next(At(milliseconds(260)));
  ASSERT_TRUE(trusted);
  EXPECT_THAT(trusted->since, Optional(std::string("loaded")));
}

TEST_F(ReplicaTest, IndexIsLoadedAnewWhenDeltasAreLostAgainAndAgain) {
  GoLive();
  for (int i = 1; i <= 3; ++i) {
    EXPECT_TRUE(replica_.FreshAt()) << i;
    ASSERT_TRUE(replica_.Next(At(seconds(i))));
    replica_.OnDisconnected();
    replica_.OnConnected();
  }
  EXPECT_FALSE(replica_.FreshAt()) << "the delta may be too long ever to be answered";
  ASSERT_TRUE(replica_.Next(At(seconds(5))));
  const absl::Time clock = Trusty("any").now + absl::Seconds(5);
  replica_.OnAnswer(Reading(clock, clock), false, At(seconds(5)));
  EXPECT_TRUE(replica_.WantsLoad());
}

TEST_F(ReplicaTest, SlowStatementsTakeFewerPlatesAndComeLessOften) {
  GoLive();
  for (Ticket ticket = 1; ticket <= 3; ++ticket) replica_.Join(ticket, 1'500);
  auto statement = replica_.Next(At(seconds(1)));
  ASSERT_TRUE(statement);
  EXPECT_THAT(statement->tickets, ElementsAre(1, 2));
  replica_.OnAnswer(Trusty("second"), false, At(milliseconds(1'400)));
  for (Ticket ticket = 4; ticket <= 5; ++ticket) replica_.Join(ticket, 1'500);
  statement = replica_.Next(At(milliseconds(1'400)));
  ASSERT_TRUE(statement) << "who waits does not wait longer";
  EXPECT_THAT(statement->tickets, ElementsAre(3));
  replica_.OnAnswer(Trusty("third"), false, At(milliseconds(1'800)));
  EXPECT_EQ(replica_.NextAt(), At(seconds(2)));
}

// A virtual machine with the primary was suspended for a minute, and another was promoted.
TEST_F(ReplicaTest, ClockThatStoodStillHoldsNoLease) {
  GoLive();
  const absl::Time clock = Trusty("any").now;
  const absl::Time lease = clock - absl::Milliseconds(200);
  ASSERT_TRUE(replica_.Next(At(seconds(60))));
  const auto settled = replica_.OnAnswer(Reading(clock + absl::Milliseconds(5), lease), false,
                                         At(milliseconds(60'001)));
  EXPECT_FALSE(settled.trusted);
  ASSERT_TRUE(replica_.Next(At(milliseconds(60'100))));
  EXPECT_FALSE(replica_
                   .OnAnswer(Reading(clock + absl::Milliseconds(105), lease), false,
                             At(milliseconds(60'101)))
                   .trusted);
}

// Trusted answers of a clock that reads `behind` less than it should, from a minute on; after how
// many of 100 ms the first is trusted.
int DistrustedFor(Replica& replica, const std::string& epoch, absl::Duration behind) {
  const absl::Time clock = Trusty("any").now + absl::Seconds(60) - behind;
  for (int step = 0; step < 200; ++step) {
    const absl::Duration passed = absl::Milliseconds(100 * step);
    const Moment now = At(seconds(60) + milliseconds(100 * step));
    Header header = Reading(clock + passed, clock + passed);
    header.row.epoch = epoch;
    replica.OnSentAgain(now);
    if (replica.OnAnswer(header, false, now).trusted) return step;
  }
  return -1;
}

TEST_F(ReplicaTest, ClockThatWasSetBackIsBelievedOnceItsLeaseGoesOnAndItIsBack) {
  for (const auto& [behind, steps] : std::vector<std::pair<absl::Duration, int>>{
           {absl::Milliseconds(400), 0},  // clocks are slewed
           {absl::Milliseconds(800), 11},
           {absl::Seconds(3), 30},
           {absl::Hours(1), 51}}) {
    Replica replica;
    replica.OnConnected();
    ASSERT_TRUE(replica.Next(At(Span(0))));
    ASSERT_TRUE(replica.OnAnswer(Trusty("first"), false, At(Span(0))).trusted);
    EXPECT_NEAR(DistrustedFor(replica, "epoch", behind), steps, 1) << behind;
  }
}

// A new primary's clock, or an old one's that comes back: the bound is of no epoch.
TEST_F(ReplicaTest, ClockOfAnotherEpochIsHeldToTheSameBound) {
  GoLive();
  const absl::Time clock = Trusty("any").now;
  const auto answer = [&](const std::string& epoch, absl::Duration own, Span at) {
    Header header = Reading(clock + own, clock + own);
    header.row.epoch = epoch;
    replica_.Next(At(at));
    return replica_.OnAnswer(header, false, At(at)).trusted;
  };
  EXPECT_TRUE(answer("new", absl::Seconds(60), seconds(60)));
  EXPECT_FALSE(answer("epoch", absl::Seconds(5), seconds(61))) << "it stood still since";
  EXPECT_TRUE(answer("new", absl::Seconds(62), seconds(62)));
}

TEST_F(ReplicaTest, LoadFromAClockThatStoodStillIsThrownAway) {
  GoLive();
  replica_.OnDifference();
  replica_.OnLoadStarted(At(seconds(60)));
  EXPECT_FALSE(replica_.OnLoaded(Trusty("loaded"))) << "of a minute before";
}

TEST_F(ReplicaTest, AnswersWithoutADeltaDoNotHideThatDeltasAreLost) {
  GoLive();
  for (int i = 1; i <= 3; ++i) {
    const absl::Time clock = Trusty("any").now + absl::Seconds(10 * i);
    // With a check, after a long time: by key alone, by turns with the delta.
    replica_.Join(1, 1);
    auto statement = replica_.Next(At(seconds(10 * i)));
    ASSERT_TRUE(statement);
    if (!statement->since) {
      replica_.OnAnswer(Reading(clock, clock), false, At(seconds(10 * i)));
      statement = replica_.Next(At(seconds(10 * i + 1)));
      ASSERT_TRUE(statement && statement->since);
    }
    replica_.OnDisconnected();
    replica_.OnConnected();
  }
  EXPECT_FALSE(replica_.FreshAt());
}

TEST_F(ReplicaTest, ServerThatAnswersSlowlyIsNotTakenForOneWhoseClockStoodStill) {
  GoLive();
  const absl::Time clock = Trusty("any").now;
  const auto at = [&](Span since) { return clock + absl::FromChrono(since); };
  // It reads its clock late, and then at once.
  ASSERT_TRUE(replica_.Next(At(seconds(1))));
  EXPECT_TRUE(
      replica_.OnAnswer(Reading(at(seconds(4)), at(seconds(4))), false, At(seconds(4))).trusted);
  ASSERT_TRUE(replica_.Next(At(seconds(8))));
  EXPECT_TRUE(
      replica_.OnAnswer(Reading(at(seconds(8)), at(seconds(8))), false, At(seconds(8))).trusted);
  // It reads its clock at once, and answers late.
  ASSERT_TRUE(replica_.Next(At(seconds(10))));
  EXPECT_TRUE(
      replica_.OnAnswer(Reading(at(seconds(10)), at(seconds(10))), false, At(seconds(13))).trusted);
  ASSERT_TRUE(replica_.Next(At(seconds(20))));
  EXPECT_TRUE(
      replica_.OnAnswer(Reading(at(seconds(20)), at(seconds(20))), false, At(seconds(20))).trusted);
}

TEST_F(ReplicaTest, SessionThatIsNotTrustedForLongIsLeft) {
  GoLive();
  for (int second = 1; second <= 3; ++second) {
    ASSERT_TRUE(replica_.Next(At(seconds(second))));
    const auto settled = replica_.OnAnswer(Untrusted("old"), false, At(seconds(second)));
    EXPECT_EQ(settled.disconnect, second == 3);
  }
}

TEST_F(ReplicaTest, NewSessionStartsFromTheStoredSnapshot) {
  GoLive();
  replica_.OnDisconnected();
  replica_.OnConnected();
  const auto statement = replica_.Next(At(seconds(1)));
  ASSERT_TRUE(statement);
  EXPECT_THAT(statement->since, Optional(std::string("stored with loaded")));
}

TEST_F(ReplicaTest, WhoWaitsComesBeforeTheWayToCatchUpOnANewSession) {
  GoLive();
  replica_.OnDisconnected();
  replica_.OnConnected();
  replica_.Join(1, 1);
  const auto by_key = replica_.Next(At(seconds(10)));
  ASSERT_TRUE(by_key);
  EXPECT_FALSE(by_key->since);
  EXPECT_THAT(by_key->tickets, ElementsAre(1));
  const absl::Time clock = Trusty("any").now + absl::Seconds(10);
  replica_.OnAnswer(Reading(clock, clock), false, At(seconds(10)));
  replica_.Join(2, 1);
  const auto delta = replica_.Next(At(milliseconds(10'001)));
  ASSERT_TRUE(delta);
  EXPECT_THAT(delta->since, Optional(std::string("stored with loaded")));
  EXPECT_THAT(delta->tickets, ::testing::IsEmpty()) << "by turns";
}

TEST_F(ReplicaTest, LoadGoesOnFromTheStoredSnapshotWhenTheSessionChangedMeanwhile) {
  replica_.OnConnected();
  EXPECT_FALSE(replica_.WantsLoad()) << "nothing was trusted yet";
  ASSERT_TRUE(replica_.Next(At(Span(0))));
  replica_.OnAnswer(Trusty("first"), false, At(Span(0)));
  replica_.OnLoadStarted(At(Span(0)));
  EXPECT_FALSE(replica_.WantsLoad());
  replica_.OnDisconnected();
  replica_.OnConnected();
  EXPECT_TRUE(replica_.OnLoaded(Trusty("loaded")));
  const auto statement = replica_.Next(At(seconds(1)));
  ASSERT_TRUE(statement);
  EXPECT_THAT(statement->since, Optional(std::string("stored with loaded")));
}

TEST_F(ReplicaTest, LoadThatIsNotTrustedIsThrownAway) {
  replica_.OnConnected();
  ASSERT_TRUE(replica_.Next(At(Span(0))));
  replica_.OnAnswer(Trusty("first"), false, At(Span(0)));
  replica_.OnLoadStarted(At(Span(0)));
  EXPECT_FALSE(replica_.OnLoaded(Untrusted("loaded")));
  EXPECT_TRUE(replica_.WantsLoad());
}

TEST_F(ReplicaTest, AnotherEpochDropsTheIndex) {
  GoLive();
  replica_.Join(1, 1);
  ASSERT_TRUE(replica_.Next(At(milliseconds(60))));
  Header header = Trusty("second");
  header.row.epoch = "another";
  const auto settled = replica_.OnAnswer(header, false, At(milliseconds(61)));
  EXPECT_TRUE(settled.trusted);
  EXPECT_TRUE(settled.drop);
  EXPECT_FALSE(settled.apply);
  EXPECT_THAT(settled.tickets, ElementsAre(1)) << "what was read by key counts";
  EXPECT_FALSE(replica_.FreshAt());
  EXPECT_TRUE(replica_.WantsLoad());
  EXPECT_EQ(replica_.clock()->epoch, "another");
}

TEST_F(ReplicaTest, TruncatedDeltaAndDifferenceDropTheIndex) {
  GoLive();
  ASSERT_TRUE(replica_.Next(At(milliseconds(60))));
  EXPECT_TRUE(replica_.OnAnswer(Trusty("second"), /*truncated=*/true, At(milliseconds(61))).drop);
  replica_.OnLoadStarted(At(milliseconds(62)));
  ASSERT_TRUE(replica_.OnLoaded(Trusty("loaded")));
  EXPECT_TRUE(replica_.FreshAt());
  replica_.OnDifference();
  EXPECT_FALSE(replica_.FreshAt());
  EXPECT_TRUE(replica_.WantsLoad());
}

TEST_F(ReplicaTest, ClockIsReadAgainstTheSending) {
  GoLive();
  ASSERT_TRUE(replica_.Next(At(milliseconds(60))));
  const Header header = Trusty("second");
  replica_.OnAnswer(header, false, At(seconds(5)));
  ASSERT_TRUE(replica_.clock());
  EXPECT_EQ(replica_.clock()->server, header.now);
  EXPECT_EQ(replica_.clock()->sent, At(milliseconds(60)));
}

TEST(TrustedTest, LeaseHoldsFromItsMomentForItsLength) {
  Header header = Trusty("any");
  const auto trusted = [&](absl::Duration age) {
    header.row.lease = header.now - age;
    return Trusted(header, Rules::All());
  };
  EXPECT_TRUE(trusted(absl::ZeroDuration()));
  EXPECT_TRUE(trusted(kLease));
  EXPECT_FALSE(trusted(kLease + absl::Nanoseconds(1)));
  EXPECT_FALSE(trusted(-absl::Nanoseconds(1))) << "ahead";
  EXPECT_FALSE(trusted(absl::InfiniteDuration())) << "none";
  header.clock = header.now + absl::Seconds(2);
  EXPECT_TRUE(trusted(-absl::Seconds(2))) << "renewed while the statement waited";
  header = Trusty("any");
  header.lineage = "another";
  EXPECT_FALSE(Trusted(header, Rules::All()));
}

}  // namespace
}  // namespace stadspoort::protocol
