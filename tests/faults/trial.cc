#include "tests/faults/trial.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <numeric>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "tests/history/checker.h"
#include "tests/history/workload.h"

namespace stadspoort::faults {
namespace {

using domain::Decision;
using history::Moment;
using history::Rung;

// A hang, not a slow machine.
constexpr absl::Duration kNever = absl::Seconds(60);
constexpr absl::Duration kBetweenTries = absl::Milliseconds(5);
constexpr size_t kViolationsTold = 20;

// So many that two processors have time left for what recovers.
history::Load ModerateLoad() {
  history::Load load;
  load.writers = 6;
  load.checkers = 4;
  load.patience = absl::Seconds(3);
  return load;
}

std::string Line(const std::string& name, const history::Summary& summary) {
  const auto of = [&](Rung rung) {
    const auto found = summary.positives_by_rung.find(rung);
    return found == summary.positives_by_rung.end() ? 0 : found->second;
  };
  return absl::StrFormat(
      "%-34s %5.1f s %7d checks: UNKNOWN %6d, NOT_PERMITTED %6d, degraded %6d; positives by "
      "memory %6d, Redis %6d, PostgreSQL %6d; %6d writes",
      name, absl::ToDoubleSeconds(summary.took), summary.checks, summary.Of(Decision::kUnknown),
      summary.Of(Decision::kNotPermitted), summary.degraded, of(Rung::kMemory), of(Rung::kRedis),
      of(Rung::kPostgres), summary.writes);
}

// Prints, and fails for every violation.
void Judge(const history::History& history, const std::vector<std::string>& refusals) {
  std::cout << history::Describe(history::Summarise(history));
  for (const auto& [status, count] : history.unknown_writes) {
    std::cout << "writes of unknown outcome: " << count << " " << status << "\n";
  }
  for (const auto& [status, count] : history.failed_check_calls) {
    std::cout << "failed calls: " << count << " " << status << "\n";
  }
  std::cout << std::flush;
  const std::vector<history::Violation> violations = history::FindViolations(history);
  EXPECT_EQ(violations.size(), 0U) << "the first of them:";
  for (size_t i = 0; i < violations.size() && i < kViolationsTold; ++i) {
    ADD_FAILURE() << violations[i].text;
  }
  for (const auto& [status, count] : history.refused_writes) {
    std::cout << "refused writes: " << count << " " << status << "\n";
    const std::string& said = status;
    EXPECT_TRUE(std::any_of(refusals.begin(), refusals.end(), [&](const std::string& refusal) {
      return absl::StartsWith(said, refusal);
    })) << status;
  }
}

}  // namespace

Trial::Trial(Fleet& fleet) : fleet_(fleet), probe_(fleet[0]) {
  workload_ = std::make_unique<history::Workload>(
      ModerateLoad(), [&fleet] { return fleet.Addresses(); },
      [this, &fleet] { return writing_ ? fleet.Addresses() : std::vector<std::string>(); });
  const grpc::Status prepared = workload_->Prepare();
  EXPECT_TRUE(prepared.ok()) << prepared.error_message();
  workload_->Start();
  Begin("healthy");
}

Trial::~Trial() = default;

void Trial::RestWriters() {
  writing_ = false;
  Run(ModerateLoad().patience + absl::Seconds(1));
}

Moment Trial::Begin(const std::string& stretch) {
  const Moment now = history::Now();
  if (!stretches_.empty()) stretches_.back().end = now;
  stretches_.push_back({stretch, now});
  return now;
}

void Trial::Run(absl::Duration time) { absl::SleepFor(time); }

void Trial::AwaitEach(const std::string& what, Moment gone, const Good& good,
                      std::vector<size_t> daemons) {
  if (daemons.empty()) {
    daemons.resize(fleet_.size());
    std::iota(daemons.begin(), daemons.end(), size_t{0});
  }
  std::vector<absl::Duration> took(fleet_.size());
  std::vector<std::thread> threads;
  for (const size_t number : daemons) {
    threads.emplace_back([&, number] {
      while (!good(fleet_[number])) {
        if (history::Now() - gone > kNever) {
          ADD_FAILURE() << what << ": daemon " << number << " never: " << fleet_.Log(number);
          break;
        }
        absl::SleepFor(kBetweenTries);
      }
      took[number] = history::Now() - gone;
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::string text = absl::StrFormat("%s:", what);
  for (const size_t number : daemons) {
    text += absl::StrFormat(" daemon %d after %.2f s", number, absl::ToDoubleSeconds(took[number]));
  }
  const bool late = *std::max_element(took.begin(), took.end()) > absl::Seconds(2);
  std::cout << text << (late ? "  <- more than 2 s" : "") << std::endl;
}

void Trial::AwaitRecovery(const std::string& from, Moment gone,
                          const std::vector<size_t>& daemons) {
  std::thread writes([&] {
    AwaitEach(
        "recovery from " + from + ", writes", gone,
        [&](const testing::Daemon& daemon) { return probe_.Writes(daemon); }, daemons);
  });
  AwaitEach(
      "recovery from " + from + ", definite answers", gone,
      [&](const testing::Daemon& daemon) { return probe_.AnswersDefinitely(daemon); }, daemons);
  writes.join();
}

void Trial::Finish(const std::vector<std::string>& refusals) {
  history_ = workload_->Stop();
  std::set<std::string> told;
  for (const Stretch& stretch : stretches_) {
    if (!told.insert(stretch.name).second) continue;
    std::cout << Line(stretch.name, FiguresOf(stretch.name)) << "\n";
  }
  Judge(history_, refusals);
}

history::History Trial::Of(const std::string& name) const {
  const auto within = [&](Moment begin) {
    return std::any_of(stretches_.begin(), stretches_.end(), [&](const Stretch& stretch) {
      return stretch.name == name && stretch.begin <= begin && begin < stretch.end;
    });
  };
  history::History part;
  part.subjects = history_.subjects;
  for (const history::Check& check : history_.checks) {
    if (within(check.begin)) part.checks.push_back(check);
  }
  for (const history::Write& write : history_.writes) {
    if (within(write.begin)) part.writes.push_back(write);
  }
  return part;
}

}  // namespace stadspoort::faults
