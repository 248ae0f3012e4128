#include "tests/history/workload.h"

#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/history/cities.h"

namespace stadspoort::history {
namespace {

template <typename Record>
void Append(const std::vector<Record>& from, std::vector<Record>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

void Add(const std::map<std::string, int64_t>& from, std::map<std::string, int64_t>& to) {
  for (const auto& [what, count] : from) to[what] += count;
}

void Append(const Log& log, History& history) {
  Append(log.writes, history.writes);
  Append(log.checks, history.checks);
  Add(log.failed_check_calls, history.failed_check_calls);
  Add(log.unknown_writes, history.unknown_writes);
  Add(log.refused_writes, history.refused_writes);
}

}  // namespace

Workload::Workload(Load load, Addresses addresses, Addresses writable)
    : load_(std::move(load)),
      doors_(addresses),
      writable_(writable ? std::move(writable) : std::move(addresses)) {}

Workload::~Workload() {
  if (!threads_.empty()) Stop();
}

grpc::Status Workload::Prepare() {
  std::mt19937 random(load_.seed);
  const std::shared_ptr<const Door> door = doors_.Any(random);
  if (door == nullptr) return {grpc::StatusCode::UNAVAILABLE, "no daemon"};
  return MakePlatesCity(*door, load_.patience, PlatesCity());
}

void Workload::Start() {
  uint32_t seed = load_.seed * 1000;
  for (int i = 0; i < load_.writers; ++i) {
    writers_.push_back(std::make_unique<PlateWriter>(board_, writable_, PlatesCity(), i,
                                                     load_.plates_a_writer, load_.covered_share,
                                                     ++seed, load_.patience, load_.pause));
  }
  for (int i = 0; i < load_.publishers; ++i) {
    const std::string prefix = absl::StrCat(load_.name, "-rules-", i, "-");
    publishers_.push_back(
        std::make_unique<Publisher>(board_, writable_, prefix, ++seed, load_.patience));
  }
  for (int i = 0; i < load_.checkers; ++i) {
    askers_.push_back(std::make_unique<Asker>(board_, doors_, PlatesCity(), ++seed,
                                              load_.strong_share, load_.absent_share,
                                              load_.patience));
  }
  const auto run_all = [this](const auto& workers) {
    for (const auto& worker : workers) threads_.emplace_back([&worker] { worker->Run(); });
  };
  run_all(writers_);
  run_all(publishers_);
  run_all(askers_);
}

History Workload::Stop() {
  board_.Stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  History history;
  history.subjects = board_.subjects();
  for (const auto& writer : writers_) Append(writer->log(), history);
  for (const auto& publisher : publishers_) Append(publisher->log(), history);
  for (const auto& asker : askers_) Append(asker->log(), history);
  return history;
}

}  // namespace stadspoort::history
