// What it costs to know where cars stand, in a city of 5,041 zones with 504,100 vertices.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <optional>
#include <utility>
#include <vector>

#include "services/domain/area_overlap.h"
#include "services/domain/city_rules.h"
#include "services/domain/prepared_outline.h"
#include "tests/bench/synthetic_city.h"

namespace stadspoort::bench {
namespace {

constexpr absl::Time kNow = absl::UnixEpoch();
constexpr domain::Usage kUsage = domain::Usage::kPaidParking;

const SyntheticCity& City() {
  static const auto& city = *new SyntheticCity(71, 25);
  return city;
}

// Every outline prepared.
const domain::CityRules& Rules() {
  static const domain::CityRules& rules = [&]() -> const domain::CityRules& {
    const auto& made = *new domain::CityRules(City().Parts());
    for (const domain::SharedZone& zone : made.parts().zones) zone->area.prepared();
    return made;
  }();
  return rules;
}

domain::Position Anywhere(uint32_t chance, double accuracy_meters) {
  return {City().Somewhere(chance), accuracy_meters};
}

// Of this thread, so that what else the machine does counts little.
double Microseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

double Megabytes() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd) / 1e6;
}

// Rules, and every outline prepared, as when cars have been seen in every zone.
void RulesFromNothing(benchmark::State& state) {
  const domain::CityRules::Parts drawn = City().Parts();
  while (state.KeepRunning()) {
    state.PauseTiming();
    std::vector<domain::ZoneVersion> zones;
    for (const domain::SharedZone& zone : drawn.zones) {
      zones.push_back(*zone);
      zones.back().area = zone->area.area();  // an outline of its own
    }
    domain::CityRules::Parts parts;
    parts.zones = domain::Share(std::move(zones), {});
    state.ResumeTiming();
    const domain::CityRules rules(std::move(parts));
    for (const domain::SharedZone& zone : rules.parts().zones) zone->area.prepared();
  }
}
BENCHMARK(RulesFromNothing)->Unit(benchmark::kMillisecond);

// From the parts of the rules before to the first answer, at a corner of the zone that changed.
void RulesAfterOneZoneChanged(benchmark::State& state) {
  const domain::CityRules& before = Rules();
  const int changed = City().zone_count() / 2;
  std::optional<domain::CityRules> after;
  while (state.KeepRunning()) {
    state.PauseTiming();
    domain::ZoneVersion zone = City().ZoneOf(changed);
    const domain::GeoPoint corner = zone.area.area().front().outer.front();
    state.ResumeTiming();
    domain::CityRules::Parts parts = before.parts();
    parts.zones[static_cast<size_t>(changed)] = domain::SharedZone(std::move(zone));
    after.emplace(std::move(parts));
    benchmark::DoNotOptimize(after->ByPosition({corner, 10}, kUsage, kNow));
  }
}
BENCHMARK(RulesAfterOneZoneChanged)->Unit(benchmark::kMillisecond);

// The same when every zone is read anew, of which one is another.
void ShareWithWhatIsKnown(benchmark::State& state) {
  const domain::CityRules& before = Rules();
  while (state.KeepRunning()) {
    state.PauseTiming();
    std::vector<domain::ZoneVersion> read;
    for (int zone = 0; zone < City().zone_count(); ++zone) read.push_back(City().ZoneOf(zone));
    read.front().display_name = "changed";
    state.ResumeTiming();
    benchmark::DoNotOptimize(domain::Share(std::move(read), before.parts().zones));
  }
}
BENCHMARK(ShareWithWhatIsKnown)->Unit(benchmark::kMillisecond);

// One position, of the accuracy in metres.
void Locate(benchmark::State& state) {
  const domain::CityRules& rules = Rules();
  std::vector<double> times;
  uint32_t chance = 0;
  while (state.KeepRunning()) {
    const domain::Position position = Anywhere(chance++, static_cast<double>(state.range(0)));
    const double began = Microseconds();
    benchmark::DoNotOptimize(rules.ByPosition(position, kUsage, kNow));
    times.push_back(Microseconds() - began);
  }
  std::sort(times.begin(), times.end());
  state.counters["p50_us"] = times[times.size() / 2];
  state.counters["p99_us"] = times[times.size() * 99 / 100];
}
BENCHMARK(Locate)->Arg(0)->Arg(10)->Arg(50)->Arg(500)->Unit(benchmark::kMicrosecond);

void SellingPoint(benchmark::State& state) {
  const domain::CityRules& rules = Rules();
  while (state.KeepRunning()) benchmark::DoNotOptimize(rules.BySellingPoint("meter-2500-1", kNow));
}
BENCHMARK(SellingPoint);

void OverlapOfNeighbours(benchmark::State& state) {
  const domain::GeoArea a = City().AreaOf(100);
  const domain::GeoArea b = City().AreaOf(101);
  while (state.KeepRunning()) benchmark::DoNotOptimize(domain::OverlapSquareMeters(a, b));
}
BENCHMARK(OverlapOfNeighbours)->Unit(benchmark::kMicrosecond);

// What a city takes: its zones with their rules, then with every outline prepared, then with
// another generation in which one zone is another.
void Memory(benchmark::State& state) {
  while (state.KeepRunning()) {
    const double nothing = Megabytes();
    const domain::CityRules rules(City().Parts());
    const double zones = Megabytes();
    for (const domain::SharedZone& zone : rules.parts().zones) zone->area.prepared();
    const double prepared = Megabytes();
    domain::CityRules::Parts parts = rules.parts();
    parts.zones.front() = domain::SharedZone(City().ZoneOf(0));
    const domain::CityRules next(std::move(parts));
    state.counters["zones_MB"] = zones - nothing;
    state.counters["prepared_MB"] = prepared - nothing;
    state.counters["next_generation_MB"] = Megabytes() - prepared;
  }
}
BENCHMARK(Memory)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace stadspoort::bench

BENCHMARK_MAIN();
