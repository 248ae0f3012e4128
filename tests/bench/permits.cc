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

  // Copies of one permit, each of a holder of its own; put beside the triggers, which are not what
  // is measured.
  void Fill(const std::string& holder, int count, const std::string& document,
            const std::string& due_time, bool with_triggers) {
    const std::string on_or_off = with_triggers ? "ENABLE" : "DISABLE";
    sql_.Value(absl::StrCat("ALTER TABLE stadspoort.permit ", on_or_off, " TRIGGER ALL"));
    constexpr int kChunk = 100'000;
    for (int from = 0; from < count; from += kChunk) {
      sql_.Value(absl::StrCat(
          "INSERT INTO stadspoort.permit (city, permit_id, permit_type, holder, address, area, "
          "state, document, due_time, revision) SELECT p.city, gen_random_uuid(), p.permit_type, '",
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
