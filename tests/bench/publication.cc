// What the publication of zones in a city of the greatest size costs whoever checks meanwhile: how
// soon it is seen, how old the lease gets, how long a confirmation takes. Run by hand, with
// STADSPOORT_TEST_SERVERS as in tests/integration.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/checks/locate_zones.h"
#include "services/projector/projector_loop.h"
#include "services/zones/import_zones.h"
#include "storage/ladder/follower.h"
#include "storage/ladder/ladder.h"
#include "storage/ladder/memory.h"
#include "storage/redis/client/connection.h"
#include "storage/redis/client/pool.h"
#include "storage/redis/keys.h"
#include "storage/redis/projection.h"
#include "tests/bench/city_file.h"
#include "tests/bench/synthetic_city.h"
#include "tests/integration/database.h"

ABSL_FLAG(int, side, 71, "of the large city: so many zones wide and high");
ABSL_FLAG(int, publications, 10, "of one zone each");
ABSL_FLAG(int, places, 10'000, "that are looked up");
ABSL_FLAG(absl::Duration, audit, absl::Seconds(70), "how long nothing happens but comparisons");

namespace stadspoort::testing {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);

Moment Now() { return BootClock::now(); }
absl::Duration Since(Moment moment) { return absl::FromChrono(Now() - moment); }

// Times measured by one thread and read by another.
class Times {
 public:
  void Add(absl::Duration time) {
    const std::lock_guard lock(mutex_);
    times_.push_back(time);
  }
  void AddFailure() {
    const std::lock_guard lock(mutex_);
    ++failures_;
  }
  // Median, 99 % and greatest, and how many failed; and begins anew.
  std::string Take() {
    const std::lock_guard lock(mutex_);
    std::vector<absl::Duration> times = std::exchange(times_, {});
    const int failures = std::exchange(failures_, 0);
    if (times.empty()) return "none";
    std::sort(times.begin(), times.end());
    const auto millis = [&](size_t at) {
      return absl::ToDoubleMilliseconds(times[std::min(at, times.size() - 1)]);
    };
    return absl::StrFormat("%.1f / %.1f / %.1f ms (%d%s)", millis(times.size() / 2),
                           millis(times.size() * 99 / 100), millis(times.size()),
                           static_cast<int>(times.size()),
                           failures == 0 ? "" : absl::StrCat(", FAILED ", failures));
  }

 private:
  std::mutex mutex_;
  std::vector<absl::Duration> times_;
  int failures_ = 0;
};

// Does something over and over, until it is destroyed.
class Repeated {
 public:
  Repeated(std::chrono::milliseconds pause, std::function<void()> what)
      : thread_([this, pause, what = std::move(what)] {
          while (!stop_) {
            what();
            std::this_thread::sleep_for(pause);
          }
        }) {}
  ~Repeated() {
    stop_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

class Bench {
 public:
  // Whether all of it came about.
  bool Run() {
    database_.MakeCity("small");
    database_.MakeCity("big");
    for (const char* city : {"small", "big"}) database_.Enrol(city, "1ABC123");
    projector_ = std::make_unique<projector::ProjectorLoop>(
        projector::Options{database_.conninfo(), database_.redis(), database_.name()},
        postgres::LogFunction());
    const absl::Duration imported = Publish(0, big_.zone_count(), 1);
    std::printf("first import of %d zones: %s\n", big_.zone_count(), Text(imported).c_str());
    Need(Eventually([&] { return projector_->GetStats().in_step; }), "the projector is in step");
    AwaitRedis();

    const Moment started = Now();
    follower_ = MakeFollower(memory_);
    Need(Eventually([&] { return follower_->loaded(); }), "a replica loads");
    std::printf("first load of memory: %s\n", Text(Since(started)).c_str());
    second_ = MakeFollower(second_memory_);
    Need(Eventually([&] { return second_->loaded(); }), "a second replica loads");

    Watch();
    Phase("nothing happens", [] { std::this_thread::sleep_for(std::chrono::seconds(5)); });
    Phase("places are looked up", [&] { Locate(); });
    Phase("one zone is published", [&] { PublishOneByOne(absl::ZeroDuration()); });
    Phase("one zone is published ahead", [&] { PublishOneByOne(absl::Seconds(15)); });
    Phase("memory is compared", [] {
      std::this_thread::sleep_for(absl::ToChronoMilliseconds(absl::GetFlag(FLAGS_audit)));
    });
    Phase("another replica loads", [&] {
      ladder::Memory memory;
      const Moment began = Now();
      const std::unique_ptr<ladder::Follower> another = MakeFollower(memory);
      Need(Eventually([&] { return another->loaded(); }), "another replica loads");
      std::printf("  loaded after %s\n", Text(Since(began)).c_str());
    });
    Phase("Redis is filled anew", [&] {
      auto redis = *redis::Connection::Connect(database_.redis(), kPatience, {});
      const int64_t rebuilds = projector_->GetStats().rebuilds;
      const Moment began = Now();
      (void)redis->Run({"DEL", redis::WatermarkKey(database_.name())}, kPatience);
      const bool rebuilt = Eventually([&] {
        return projector_->GetStats().rebuilds > rebuilds && projector_->GetStats().in_step;
      });
      Need(rebuilt, "Redis is filled anew");
      AwaitRedis();
      ReadColdly();
      std::printf("  filled after %s\n", Text(Since(began)).c_str());
    });
    Phase("every zone is published", [&] {
      const absl::Duration took = Publish(0, big_.zone_count(), 1'000);
      const Moment published = Now();
      AwaitMemory();
      const absl::Duration memory = Since(published);
      AwaitRedis();
      std::printf("  took %s; then in memory after %s, in Redis after %s\n", Text(took).c_str(),
                  Text(memory).c_str(), Text(Since(published)).c_str());
    });
    watches_.clear();
    second_.reset();
    follower_.reset();
    projector_.reset();
    return !failed_;
  }

 private:
  void Need(bool good, const char* what) {
    if (good) return;
    std::printf("FAILED: %s\n", what);
    failed_ = true;
  }
  static std::string Text(absl::Duration time) {
    return absl::StrFormat("%.0f ms", absl::ToDoubleMilliseconds(time));
  }

  std::unique_ptr<ladder::Follower> MakeFollower(ladder::Memory& memory) {
    return std::make_unique<ladder::Follower>(
        ladder::FollowerOptions{.postgres = database_.conninfo(), .hosted = {}},
        database_.keyring(), memory, [](postgres::LogLevel level, std::string_view line) {
          if (level >= postgres::LogLevel::kWarning) {
            std::printf("  log: %.*s\n", static_cast<int>(line.size()), line.data());
          }
        });
  }

  // How long it took until it was acknowledged.
  absl::Duration Publish(int first, int end, int edition,
                         std::optional<absl::Time> start = std::nullopt) {
    zones::ImportAsked asked;
    asked.city = big_city_;
    asked.in_force_start = start;
    asked.geojson = bench::CityFile(big_, first, end, edition);
    const Moment began = Now();
    const auto imported =
        zones::ImportZones(database_.pool("zones"))
            .Run(CallAs(platform::Role::kCityAdmin), asked, [](zones::ImportPhase, int, int) {});
    Need(imported.ok() && imported->faults.empty(), "a file is imported");
    published_ = sql_.Run("SELECT zones_version FROM stadspoort.city WHERE city = 'big'");
    return Since(began);
  }

  int64_t Published() const {
    int64_t version = 0;
    (void)absl::SimpleAtoi(published_, &version);
    return version;
  }
  bool InMemory() const { return IsIn(memory_) && IsIn(second_memory_); }
  bool IsIn(const ladder::Memory& memory) const {
    const ladder::Memory::Reader reader(memory);
    const ladder::CityRulesPtr rules =
        reader.freshness() == nullptr ? nullptr : reader.index()->RulesOf(big_city_);
    return rules != nullptr && rules->versions().zones >= Published();
  }
  void AwaitMemory() {
    Need(Eventually([&] { return InMemory(); }), "a publication reaches memory");
  }
  void AwaitRedis() {
    const bool there = Eventually([&] {
      const auto read = projection_.Read(big_city_, {}, kPatience);
      return read.ok() && read->versions && read->versions->zones >= Published();
    });
    Need(there, "a publication reaches Redis");
  }

  // What a replica that knows nothing reads.
  void ReadColdly() {
    const auto read = projection_.Read(big_city_, {}, kPatience);
    const Moment began = Now();
    const auto rules = projection_.ReadRules(read->watermark.generation, big_city_, kPatience);
    std::printf("  all rules, %d zone versions, read from Redis in %s\n",
                rules.ok() ? static_cast<int>(rules->zones.size()) : 0, Text(Since(began)).c_str());
  }

  // As the service does it, but for the call itself: the rules of the city from the ladder, and the
  // place in them.
  void Locate() {
    ladder::Ladder ladder({}, database_.keyring(), memory_, *follower_, projection_);
    for (const double accuracy : {0.0, 10.0, 50.0, 500.0}) {
      Times times;
      for (int i = 0; i < absl::GetFlag(FLAGS_places); ++i) {
        checks::LocateAsked asked;
        asked.city = big_city_;
        asked.place.position = {big_.Somewhere(static_cast<uint32_t>(i)), accuracy};
        const Moment began = Now();
        const auto located = checks::LocateZones(CallAs(platform::Role::kEnforcer), asked, ladder);
        times.Add(Since(began));
        if (!located.ok()) times.AddFailure();
      }
      std::printf("  within %.0f m %s\n", accuracy, times.Take().c_str());
    }
  }

  // `ahead`: for a moment so much later, so that the answer comes with the commit; zero: at once,
  // and the answer comes when it is in force.
  void PublishOneByOne(absl::Duration ahead) {
    Times took;
    Times in_memory;
    Times in_redis;
    for (int i = 0; i < absl::GetFlag(FLAGS_publications); ++i) {
      const int zone = (i * 997) % big_.zone_count();
      const bool at_once = ahead == absl::ZeroDuration();
      took.Add(Publish(zone, zone + 1, (at_once ? 2 : 1'002) + i,
                       at_once ? std::nullopt : std::optional(absl::Now() + ahead)));
      const Moment published = Now();
      AwaitMemory();
      in_memory.Add(Since(published));
      AwaitRedis();
      in_redis.Add(Since(published));
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    std::printf("  took %s\n  then in memory after %s\n  in Redis after %s\n", took.Take().c_str(),
                in_memory.Take().c_str(), in_redis.Take().c_str());
    absl::SleepFor(ahead);  // all of them hold
  }

  void Watch() {
    const auto every = [&](int millis, std::function<void()> what) {
      watches_.push_back(
          std::make_unique<Repeated>(std::chrono::milliseconds(millis), std::move(what)));
    };
    auto lease = std::make_shared<Session>(database_.superuser());
    every(3, [this, lease] {
      double seconds = 0;
      (void)absl::SimpleAtod(lease->Run("SELECT extract(epoch FROM clock_timestamp() - lease)"
                                        " FROM stadspoort.projection ORDER BY n DESC LIMIT 1"),
                             &seconds);
      lease_.Add(absl::Seconds(seconds));
    });
    every(3, [this] {
      const std::optional<Moment> fresh = memory_.GetStats().fresh_at;
      if (fresh) {
        delta_.Add(Since(*fresh));
      } else {
        delta_.AddFailure();
      }
    });
    for (const auto& [city, times] :
         {std::pair(small_city_, &small_), std::pair(big_city_, &confirm_big_)}) {
      every(2, [this, city = city, times = times] {
        const auto key = database_.keyring().KeyOf("test-1", city);
        ladder::Follower::Ask ask{city, {}, std::nullopt};
        for (int i = 0; i < 8; ++i) {
          ask.folded.push_back(
              key->Of(*domain::PlateNumber::Normalise(absl::StrCat("1ABC", 120 + i))).folded);
        }
        const Moment began = Now();
        const auto confirmed = follower_->Confirm(std::move(ask), Deadline::After(kPatience));
        if (!confirmed.ok()) times->AddFailure();
        times->Add(Since(began));
      });
    }
  }

  void Phase(const char* name, const std::function<void()>& what) {
    for (Times* times : {&lease_, &delta_, &small_, &confirm_big_}) (void)times->Take();
    const ladder::Follower::Stats before = follower_->GetStats();
    std::printf("%s\n", name);
    what();
    const ladder::Follower::Stats after = follower_->GetStats();
    std::printf("  age of the lease       %s\n", lease_.Take().c_str());
    std::printf("  age of memory          %s\n", delta_.Take().c_str());
    std::printf("  confirmed, small city  %s\n", small_.Take().c_str());
    std::printf("  confirmed, large city  %s\n", confirm_big_.Take().c_str());
    std::printf("  untrusted %d, loads %d, differences %d\n",
                static_cast<int>(after.untrusted - before.untrusted),
                static_cast<int>(after.loads - before.loads),
                static_cast<int>(after.differences - before.differences));
    std::fflush(stdout);
  }

  const domain::CityCode small_city_{"small"};
  const domain::CityCode big_city_{"big"};
  // 100 vertices a zone.
  const bench::SyntheticCity big_{absl::GetFlag(FLAGS_side), 25};
  Database database_{"bench"};
  Session sql_{database_.superuser()};
  redis::Pool redis_{database_.redis(), 4, {}};
  redis::ProjectionReader projection_{redis_, database_.name()};
  std::unique_ptr<projector::ProjectorLoop> projector_;
  ladder::Memory memory_;
  std::unique_ptr<ladder::Follower> follower_;
  ladder::Memory second_memory_;
  std::unique_ptr<ladder::Follower> second_;
  bool failed_ = false;
  std::string published_;  // the count of zone changes
  Times lease_;
  Times delta_;
  Times small_;
  Times confirm_big_;
  std::vector<std::unique_ptr<Repeated>> watches_;
};

}  // namespace
}  // namespace stadspoort::testing

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  std::printf("median / 99 %% / greatest (count)\n");
  return stadspoort::testing::Bench().Run() ? 0 : 1;
}
