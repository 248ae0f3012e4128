// What permits cost: from the application to the right in force, a holder's list among a million
// permits, and a hundred thousand that expire at one instant while scanners check. Through a
// daemon. Run by hand, with STADSPOORT_TEST_SERVERS as in tests/integration.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "tests/integration/permit_office.h"

ABSL_FLAG(int, callers, 16, "at once");
ABSL_FLAG(int, applications, 10'000, "from the request to the right in force");
ABSL_FLAG(int, areas, 20, "of the type that is applied for");
ABSL_FLAG(int, present, 1'000'000, "permits among which a holder's are listed");
ABSL_FLAG(int, lists, 5'000, "of one holder each");
ABSL_FLAG(int, expiring, 100'000, "permits that expire at one instant");
ABSL_FLAG(int, in_set, 100'000, "permits of each of two sets that are switched");
ABSL_FLAG(int, switches, 20, "between them");

namespace stadspoort::testing {
namespace {

using Clock = std::chrono::steady_clock;

absl::Duration Since(Clock::time_point moment) { return absl::FromChrono(Clock::now() - moment); }

// Times of calls, from any thread.
class Times {
 public:
  void Add(absl::Duration time) {
    const std::lock_guard lock(mutex_);
    times_.push_back(time);
  }
  // Median, 99 % and greatest.
  std::string Text() {
    const std::lock_guard lock(mutex_);
    if (times_.empty()) return "none";
    std::sort(times_.begin(), times_.end());
    const auto millis = [&](size_t at) {
      return absl::ToDoubleMilliseconds(times_[std::min(at, times_.size() - 1)]);
    };
    return absl::StrFormat("%.2f / %.2f / %.2f ms (%d)", millis(times_.size() / 2),
                           millis(times_.size() * 99 / 100), millis(times_.size()),
                           static_cast<int>(times_.size()));
  }

 private:
  std::mutex mutex_;
  std::vector<absl::Duration> times_;
};

class Bench {
 public:
  Bench() {
    MakeCity(*daemon_, "big");
    permits::v1::PermitType type = office_.PlainType();
    type.clear_areas();
    for (int i = 0; i < absl::GetFlag(FLAGS_areas); ++i) {
      permits::v1::PermitArea& area = *type.add_areas();
      area.set_code(absl::StrCat("area-", i));
      area.set_display_name(area.code());
      area.add_zones(office_.Parent() + "/zones/a");
    }
    office_.CreateType("resident", type);
  }

  void Run() {
    Apply();
    List();
    Expire();
    Switch();
  }

 private:
  // `what` with each number below `count`, by so many callers at once.
  template <typename What>
  absl::Duration AtOnce(int count, What what) {
    std::atomic<int> next = 0;
    std::vector<std::thread> threads;
    const Clock::time_point began = Clock::now();
    for (int i = 0; i < absl::GetFlag(FLAGS_callers); ++i) {
      threads.emplace_back([&] {
        for (int n = next++; n < count; n = next++) what(n);
      });
    }
    for (std::thread& thread : threads) thread.join();
    return Since(began);
  }

  void Apply() {
    const int count = absl::GetFlag(FLAGS_applications);
    Times times;
    std::atomic<int> active = 0;
    const absl::Duration took = AtOnce(count, [&](int n) {
      const std::string area = absl::StrCat("area-", n % absl::GetFlag(FLAGS_areas));
      const Clock::time_point began = Clock::now();
      const auto applied = office_.Apply(office_.Application("resident", absl::StrCat("holder-", n),
                                                             {absl::StrFormat("1B%06d", n)}, area));
      times.Add(Since(began));
      if (applied.ok() && applied.response.permit().in_force()) ++active;
    });
    std::printf("applied for and in force: %.0f/s, each %s; %d of %d\n",
                count / absl::ToDoubleSeconds(took), times.Text().c_str(), active.load(), count);
    EXPECT_EQ(active, count);
  }

  std::string SetName(int number) const {
    return absl::StrCat(office_.Parent(), "/permitSets/set-", number);
  }

  // A set of one permit that is applied for, and so many more that nobody checks.
  void MakeSet(int number) {
    permits::v1::CreatePermitSetRequest create;
    create.set_parent(office_.Parent());
    create.set_permit_set_id(absl::StrCat("set-", number));
    create.mutable_permit_set()->set_series("series");
    const auto created = office_.Ask(&Office::Stub::CreatePermitSet, create, Clerk());
    EXPECT_TRUE(created.ok()) << created.status.error_message();
    const std::string holder = absl::StrCat("of-set-", number);
    auto application =
        office_.Application("resident", holder, {absl::StrCat("1SET", number)}, "area-0");
    application.mutable_permit()->set_permit_set(SetName(number));
    const auto applied = office_.Apply(application, Clerk());
    EXPECT_TRUE(applied.ok()) << applied.status.error_message();
    const std::string from =
        absl::StrCat(" FROM (SELECT * FROM stadspoort.permit WHERE holder = '", holder,
                     "') p, generate_series(1, ", absl::GetFlag(FLAGS_in_set), ") n");
    sql_.Value(absl::StrCat(
        "ALTER TABLE stadspoort.permit DISABLE TRIGGER ALL; "
        "INSERT INTO stadspoort.permit (city, permit_id, permit_type, permit_set, holder, address, "
        "area, state, document, revision) SELECT p.city, gen_random_uuid(), p.permit_type, "
        "p.permit_set, p.holder || '-' || n, '', p.area, 'ACTIVE', p.document, 1",
        from, "; ALTER TABLE stadspoort.permit ENABLE TRIGGER ALL"));
    sql_.Value(absl::StrCat(
        "WITH plates AS (INSERT INTO stadspoort.plate (city, plate_id, number, pseudonym, "
        "folded_pseudonym, key_id, version) SELECT p.city, gen_random_uuid(), '",
        number,
        "S' || n, decode(md5(random()::text), 'hex'), decode(md5(random()::text), 'hex'), "
        "'test-1', 1",
        from,
        " RETURNING city, plate_id) "
        "INSERT INTO stadspoort.access_right (city, right_id, plate_id, country, provider, "
        "reference, request_digest, right_type, city_wide, zones, effective_start, effective_end, "
        "version, permit_id, permit_set) SELECT r.city, gen_random_uuid(), l.plate_id, '', "
        "'@permits', l.plate_id::text, r.request_digest, r.right_type, r.city_wide, r.zones, "
        "r.effective_start, r.effective_end, 1, r.permit_id, r.permit_set FROM plates l, (SELECT "
        "a.* "
        "FROM stadspoort.access_right a JOIN stadspoort.permit p ON p.permit_id = a.permit_id "
        "WHERE "
        "p.holder = '",
        holder, "') r"));
  }

  void Switch() {
    for (const int number : {1, 2}) MakeSet(number);
    // Memory reads what was put beside the journal when it is loaded.
    daemon_.reset();
    daemon_ = database_.Start();
    const Office office(*daemon_, "big");
    const int count = absl::GetFlag(FLAGS_switches);
    Times switches;
    Times checks;
    for (int i = 0; i < count; ++i) {
      const int to = 1 + i % 2;
      permits::v1::SwitchPermitSetRequest request;
      request.set_parent(office.Parent());
      request.set_series("series");
      request.set_permit_set(SetName(to));
      request.set_reason("measured");
      const Clock::time_point began = Clock::now();
      const auto switched = office.Ask(&Office::Stub::SwitchPermitSet, request, Clerk());
      switches.Add(Since(began));
      EXPECT_TRUE(switched.ok()) << switched.status.error_message();
      const Clock::time_point checked = Clock::now();
      EXPECT_EQ(office.Check(absl::StrCat("1SET", to)), "PERMITTED RIGHT");
      EXPECT_NE(office.Check(absl::StrCat("1SET", 3 - to)), "PERMITTED RIGHT");
      checks.Add(Since(checked));
    }
    std::printf("a set of %d permits takes the place of another: %s; two checks then %s\n",
                absl::GetFlag(FLAGS_in_set), switches.Text().c_str(), checks.Text().c_str());
  }

  // Copies of one permit, each of a holder of its own; put beside the triggers, which are not what
  // is measured.
  void Fill(const std::string& holder, int count, const std::string& document,
            const std::string& due_time, bool with_triggers) {
    const std::string on_or_off = with_triggers ? "ENABLE" : "DISABLE";
    sql_.Value(absl::StrCat("ALTER TABLE stadspoort.permit ", on_or_off, " TRIGGER ALL"));
    constexpr int kChunk = 100'000;
    for (int from = 0; from < count; from += kChunk) {
      sql_.Value(absl::StrCat(
          "INSERT INTO stadspoort.permit (city, permit_id, permit_type, permit_set, holder, "
          "address, area, state, document, due_time, revision) SELECT p.city, gen_random_uuid(), "
          "p.permit_type, 0, '",
          holder, "-' || n, '', p.area, 'ACTIVE', ", document, ", ", due_time,
          ", 1 FROM (SELECT * FROM stadspoort.permit WHERE holder = 'holder-0') p, "
          "generate_series(",
          from, ", ", std::min(from + kChunk, count) - 1, ") n"));
    }
    sql_.Value("ALTER TABLE stadspoort.permit ENABLE TRIGGER ALL");
    sql_.Value("ANALYZE stadspoort.permit");
  }

  void List() {
    const int present = absl::GetFlag(FLAGS_present);
    Fill("many", present, "p.document", "NULL", false);
    const int count = absl::GetFlag(FLAGS_lists);
    Times times;
    std::atomic<int> found = 0;
    // One at a time: what a list costs, not what a queue does.
    std::mt19937 random(1);
    for (int i = 0; i < count; ++i) {
      const std::string holder =
          absl::StrCat("many-", random() % static_cast<unsigned>(std::max(present, 1)));
      const Clock::time_point began = Clock::now();
      const auto listed = office_.List(holder);
      times.Add(Since(began));
      found += listed.response.permits_size();
    }
    std::printf("a holder's list among %d permits: %s; %d found\n", present, times.Text().c_str(),
                found.load());
    EXPECT_EQ(found, count);
  }

  void Expire() {
    const int count = absl::GetFlag(FLAGS_expiring);
    // They are not due before all of them are there.
    const absl::Time end = absl::Now() + absl::Seconds(20);
    const std::string micros = absl::StrCat(absl::ToUnixMicros(end));
    Fill("late", count, absl::StrCat("jsonb_set(p.document, '{rights_end}', '", micros, "')"),
         absl::StrCat("to_timestamp(", micros, "::double precision / 1000000)"), true);
    const auto left = [&] {
      return sql_.Value(absl::StrCat(
          "SELECT count(*) FROM stadspoort.permit WHERE state = 'ACTIVE' AND due_time = "
          "to_timestamp(",
          micros, "::double precision / 1000000)"));
    };
    const std::string before = left();
    absl::SleepFor(end - absl::Now());
    std::atomic<bool> over = false;
    Times checks;
    std::thread scanner([&] {
      for (int n = 0; !over; ++n) {
        const Clock::time_point began = Clock::now();
        EXPECT_EQ(office_.Check(absl::StrFormat("1B%06d", n % 1000)), "PERMITTED RIGHT");
        checks.Add(Since(began));
        absl::SleepFor(absl::Milliseconds(2));
      }
    });
    const Clock::time_point began = Clock::now();
    const auto deadline = began + std::chrono::minutes(10);
    while (left() != "0" && Clock::now() < deadline) absl::SleepFor(absl::Milliseconds(100));
    const absl::Duration took = Since(began);
    over = true;
    scanner.join();
    std::printf("%s permits expired in %.1f s; checks meanwhile %s\n", before.c_str(),
                absl::ToDoubleSeconds(took), checks.Text().c_str());
    EXPECT_EQ(left(), "0");
  }

  Register database_;
  std::unique_ptr<Daemon> daemon_ = database_.Start();
  Sql sql_{database_.superuser()};
  const Office office_{*daemon_, "big"};
};

}  // namespace
}  // namespace stadspoort::testing

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  absl::ParseCommandLine(argc, argv);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  stadspoort::testing::Bench().Run();
  return ::testing::Test::HasFailure() ? 1 : 0;
}
