// What two daemons do by themselves while many ask: plates in a storm of swaps, places that are
// offered on, and permits whose moment is the same.
#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "tests/integration/at_once.h"
#include "tests/integration/permit_clock.h"

namespace stadspoort::testing {
namespace {

using permits::v1::Permit;
using permits::v1::PermitType;

constexpr size_t kCallers = 16;

class PermitStormsTest : public CityClockTest {
 protected:
  static void SetUpTestSuite() {
    CityClockTest::SetUpTestSuite();
    second_ = database_->Start().release();
  }
  static void TearDownTestSuite() {
    delete second_;
    CityClockTest::TearDownTestSuite();
  }
  void Begin(const std::string& then) {
    CityClockTest::Begin(then);
    there_.emplace(*second_, desk().city());
  }
  // Every other caller comes through the other daemon.
  const Office& OfficeOf(size_t caller) const { return caller % 2 == 0 ? office() : *there_; }

  // So many permits of the type, of a holder and with a car each.
  std::vector<Permit> ManyPermits(const std::string& type, size_t count) const {
    std::vector<Permit> permits(count);
    AtOnce(kCallers, [&](size_t caller) {
      for (size_t i = caller; i < count; i += kCallers) {
        permits[i] = OfficeOf(caller).Apply(type, absl::StrCat("h", i), {absl::StrCat("CAR", i)});
      }
      return 0;
    });
    return permits;
  }
  // Of the city, by a column; "3 of 3": how many rows, and how many different values.
  std::string Different(const std::string& column, const std::string& condition) {
    return sql_->Value(absl::StrCat("SELECT count(*) || ' of ' || count(DISTINCT ", column,
                                    ") FROM stadspoort.permit_event WHERE city = '", desk().city(),
                                    "' AND ", condition));
  }

  struct Covered {
    std::string plate;
    absl::Time start;
    absl::Time end;
  };
  // What was ever covered by the city's rights, by when it began.
  std::vector<Covered> AllCovered() {
    std::vector<Covered> all;
    const std::string text = sql_->Value(absl::StrCat(
        "SELECT string_agg(number || ' ' || (extract(epoch FROM effective_start) * 1000000)::bigint"
        " || ' ' || (extract(epoch FROM effective_end) * 1000000)::bigint, ',' "
        "ORDER BY effective_start, effective_end) FROM stadspoort.access_right "
        "JOIN stadspoort.plate USING (city, plate_id) "
        "WHERE effective_end > effective_start AND city = '",
        desk().city(), "'"));
    for (const absl::string_view one : absl::StrSplit(text, ',', absl::SkipEmpty())) {
      const std::vector<std::string> parts = absl::StrSplit(one, ' ');
      int64_t start = 0;
      int64_t end = 0;
      EXPECT_TRUE(absl::SimpleAtoi(parts[1], &start) && absl::SimpleAtoi(parts[2], &end)) << one;
      all.push_back({parts[0], absl::FromUnixMicros(start), absl::FromUnixMicros(end)});
    }
    return all;
  }

  static Daemon* second_;

 private:
  std::optional<Office> there_;
};
Daemon* PermitStormsTest::second_ = nullptr;

// By the real clock: at a moment that stands still all swaps would be one.
TEST_F(PermitStormsTest, SixteenSwapThePlatesOfOnePermit) {
  constexpr size_t kCars = 3;  // so few that each is back before others have seen it leave
  constexpr int kSwapsADay = 100;
  Begin(LocalText(absl::Now()));
  clock_.reset();
  PermitType type = office().PlainType();
  type.set_swaps_a_day_max(kSwapsADay);
  office().CreateType("resident", type);
  const auto car = [](size_t i) { return absl::StrCat("1CAR", i % kCars); };
  const Permit permit = office().Apply("resident", "h1", {car(0)});
  const auto swapped = AtOnce(kCallers, [&](size_t i) {
    const Office& here = OfficeOf(i);
    int done = 0;
    for (size_t attempt = 0; attempt < 2000; ++attempt) {
      const std::string on = here.Get(permit).plates(0).plate().number();
      const std::string coming = car(i + attempt);
      if (on == coming) continue;
      const auto answered = here.Swap(permit, on, coming);
      done += answered.ok() ? 1 : 0;
      if (answered.ok()) continue;
      if (ReasonOf(answered.status) == "TOO_MANY_SWAPS") return done;
      EXPECT_EQ(ReasonOf(answered.status), "PLATE_NOT_ON_PERMIT") << "somebody was faster";
    }
    ADD_FAILURE() << "one may swap for ever";
    return done;
  });
  size_t swaps = 0;
  for (const int done : swapped) swaps += static_cast<size_t>(done);

  // One after the other, without a gap and without two at once.
  const std::vector<Covered> all = AllCovered();
  ASSERT_EQ(all.size(), swaps + 1);
  EXPECT_EQ(all.front().start, TimeOf(permit.start_time()));
  EXPECT_EQ(all.back().end, TimeOf(permit.end_time()));
  std::map<std::string, int> of_day;
  for (size_t i = 1; i < all.size(); ++i) {
    EXPECT_EQ(all[i].start, all[i - 1].end) << i;
    ++of_day[LocalText(all[i].start).substr(0, 10)];
  }
  for (const auto& [day, count] : of_day) EXPECT_LE(count, kSwapsADay) << day;
  EXPECT_EQ(of_day.rbegin()->second, kSwapsADay) << "all went on until the day's were used";

  // So a scanner finds it, at every instant at which one plate followed on another.
  for (size_t i = 1; i < all.size(); i += 10) {
    for (const absl::Time at : {all[i].start - absl::Microseconds(1), all[i].start}) {
      std::vector<std::string> covered;
      for (size_t c = 0; c < kCars; ++c) {
        if (office().Check(car(c), "a", at) == "PERMITTED RIGHT") covered.push_back(car(c));
      }
      EXPECT_EQ(covered, std::vector{at < all[i].start ? all[i - 1].plate : all[i].plate}) << i;
    }
  }

  // The history tells each once, and in the order in which the register knew it.
  const auto events = office().Events(permit).response.events();
  ASSERT_EQ(static_cast<size_t>(events.size()), swaps + 1);
  for (int i = 1; i < events.size(); ++i) {
    EXPECT_EQ(events[i].revision(), i + 1);
    EXPECT_EQ(TimeOf(events[i].effective_time()), all[static_cast<size_t>(i)].start);
    EXPECT_GE(TimeOf(events[i].recorded_time()), TimeOf(events[i - 1].recorded_time())) << i;
  }
}

// First come, first served, and never more than there are places, however many come free at once.
TEST_F(PermitStormsTest, PlacesThatComeFreeAreOfferedInTheOrderOfTheQueue) {
  constexpr size_t kPlaces = 40;
  constexpr size_t kFirst = 25;  // that are given back in the first wave
  Begin("2026-06-01 10:00");
  PermitType type = office().PlainType();
  type.mutable_areas(0)->set_place_count(kPlaces);
  type.set_waiting_list(true);
  type.mutable_offer_term()->set_seconds(24 * 3600);
  office().CreateType("resident", type);
  const std::vector<Permit> active = ManyPermits("resident", kPlaces);
  std::vector<Permit> waiting;
  std::vector<std::string> queue;
  for (size_t i = 0; i < kPlaces; ++i) {
    queue.push_back(absl::StrCat("w", i));
    waiting.push_back(office().Apply("resident", queue.back(), {absl::StrCat("WAIT", i)}));
    ASSERT_EQ(StateOf(waiting.back()), "WAITLISTED");
  }
  MoveTo("2026-06-01 11:00");
  AtOnce(kFirst, [&](size_t i) {
    const auto withdrawn = OfficeOf(i).Withdraw(active[i]);
    EXPECT_TRUE(withdrawn.ok()) << withdrawn.status.error_message();
    return 0;
  });
  AwaitWork();
  for (size_t i = 0; i < kPlaces; ++i) {
    const Permit now = office().Get(waiting[i]);
    EXPECT_EQ(StateOf(now), i < kFirst ? "OFFERED" : "WAITLISTED") << i;
    EXPECT_EQ(now.queue_position(), i < kFirst ? 0 : static_cast<int64_t>(i - kFirst + 1)) << i;
  }
  // All who wait accept, offered or not, while the other places are given back.
  const auto accepted = AtOnce(2 * kPlaces - kFirst, [&](size_t i) {
    if (i < kPlaces) return OfficeOf(i).Accept(waiting[i]).ok();
    const auto withdrawn = OfficeOf(i).Withdraw(active[kFirst + i - kPlaces]);
    EXPECT_TRUE(withdrawn.ok()) << withdrawn.status.error_message();
    return true;
  });
  AwaitWork();
  for (size_t i = 0; i < kPlaces; ++i) {
    EXPECT_TRUE(accepted[i] || i >= kFirst) << i;
    EXPECT_EQ(StateOf(office().Get(waiting[i])), accepted[i] ? "ACTIVE" : "OFFERED") << i;
  }
  const std::string events = absl::StrCat(
      " FROM stadspoort.permit_event JOIN stadspoort.permit p USING (city, permit_id) "
      "WHERE city = '",
      desk().city(), "'");
  EXPECT_EQ(sql_->Value("SELECT string_agg(holder, ',' ORDER BY event_number)" + events +
                        " AND kind = 'OFFERED'"),
            absl::StrJoin(queue, ","));
  EXPECT_EQ(sql_->Value("SELECT max(held) FROM (SELECT sum(CASE WHEN kind = 'WITHDRAWN' THEN -1 "
                        "WHEN kind = 'OFFERED' OR (kind = 'APPLIED' AND permit_event.state = "
                        "'ACTIVE') THEN 1 ELSE 0 END) OVER (ORDER BY event_number) AS held" +
                        events + ") AS after_each"),
            absl::StrCat(kPlaces));
  EXPECT_EQ(Count("permit_area", absl::StrCat("area = 'a' AND held = ", kPlaces)), "1");
}

// A list that the city does away with is served to its end: whoever waits has the time to answer
// that it was promised, and places that are added are for whoever waits.
TEST_F(PermitStormsTest, WhoWaitsIsOfferedByTheRulesUnderWhichItWaits) {
  Begin("2026-06-01 10:00");
  PermitType type = office().PlainType();
  type.mutable_areas(0)->set_place_count(1);
  type.set_waiting_list(true);
  type.mutable_offer_term()->set_seconds(24 * 3600);
  type = office().CreateType("resident", type);
  office().Apply("resident", "h1", {"1ABC123"});
  const Permit second = office().Apply("resident", "h2", {"2ABC123"});
  const Permit third = office().Apply("resident", "h3", {"3ABC123"});
  MoveTo("2026-06-01 11:00");
  type.set_waiting_list(false);
  type.clear_offer_term();
  type.mutable_areas(0)->set_place_count(2);
  const auto updated = office().UpdateType(type);
  ASSERT_TRUE(updated.ok()) << updated.status.error_message();
  ExpectTold(second, {"2026-06-01 10:00 APPLIED WAITLISTED", "2026-06-01 11:00 OFFERED OFFERED"});
  ExpectTold(third, {"2026-06-01 10:00 APPLIED WAITLISTED"});
  EXPECT_EQ(LocalText(TimeOf(office().Get(second).answer_by_time())), "2026-06-02 11:00");
  EXPECT_EQ(ReasonOf(office().Apply(office().Application("resident", "h4", {"4ABC123"})).status),
            "NO_PLACE_LEFT");
  MoveTo("2026-06-02 11:00");
  ExpectTold(second, {"2026-06-01 10:00 APPLIED WAITLISTED", "2026-06-01 11:00 OFFERED OFFERED",
                      "2026-06-02 11:00 OFFER_LAPSED OFFER_LAPSED"});
  EXPECT_EQ(StateOf(office().Accept(third).response.permit()), "ACTIVE");
  EXPECT_EQ(office().Check("3ABC123"), "PERMITTED RIGHT");
}

// More than a worker takes at a time, so that there is some for both.
TEST_F(PermitStormsTest, ManyPermitsOfOneMomentAreEachToldOfOnce) {
  constexpr size_t kPermits = 600;
  Begin("2026-06-01 10:00");
  PermitType type = office().PlainType();
  type.mutable_price_steps(0)->mutable_term()->set_days(61);
  type.set_renewal_window_days(60);
  office().CreateType("resident", type);
  const std::vector<Permit> permits = ManyPermits("resident", kPermits);
  const std::string each = absl::StrCat(kPermits, " of ", kPermits);

  // They may be renewed from midnight on, and at that moment their holders swap plates.
  MoveTo("2026-06-02 00:00");
  AtOnce(kCallers, [&](size_t caller) {
    for (size_t i = caller; i < kPermits; i += kCallers) {
      const auto swapped =
          OfficeOf(caller).Swap(permits[i], absl::StrCat("CAR", i), absl::StrCat("NEW", i));
      EXPECT_TRUE(swapped.ok()) << swapped.status.error_message();
    }
    return 0;
  });
  AwaitWork();
  EXPECT_EQ(Different("permit_id", "kind = 'RENEWAL_OPENS' AND revision = 2"), each);
  EXPECT_EQ(Different("permit_id", "kind = 'PLATES_CHANGED' AND revision = 3"), each);

  MoveTo("2026-08-01 00:00");
  EXPECT_EQ(office().Check("NEW7"), "NOT_PERMITTED EXPIRED") << "whether or not it was told";
  AwaitWork();
  EXPECT_EQ(Different("permit_id",
                      "kind = 'EXPIRED' AND revision = 4 AND state = 'EXPIRED' AND "
                      "effective_time = '2026-07-31 22:00:00Z'"),
            each);
  EXPECT_EQ(Count("permit_event"), absl::StrCat(4 * kPermits));
  EXPECT_EQ(Count("permit", "state = 'EXPIRED'"), absl::StrCat(kPermits));
  EXPECT_EQ(Count("permit_area", "held = 0"), "2");
  EXPECT_EQ(Count("due_work"), "0");
}

}  // namespace
}  // namespace stadspoort::testing
