#include "tests/faults/trial.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <numeric>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
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
constexpr size_t kLostTold = 20;
// What is asked of a recovery; told, never asserted.
constexpr absl::Duration kInTime = absl::Seconds(2);

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

void Trial::Over(const std::string& fault, Moment struck, absl::Duration under_load) {
  Run(struck + under_load - history::Now());
  faults_.push_back({fault, struck, history::Now()});
}

void Trial::Recovered(const std::string& what, absl::Duration took) {
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(recoveries_.begin(), recoveries_.end(),
                                  [&](const Recovery& recovery) { return recovery.what == what; });
  if (known == recoveries_.end()) {
    recoveries_.push_back({what, took});
  } else {
    known->worst = std::max(known->worst, took);
  }
}

void Trial::AwaitEach(const std::string& what, Moment gone, const Good& good,
                      std::vector<size_t> daemons) {
  if (daemons.empty()) {
    daemons.resize(fleet_.size());
    std::iota(daemons.begin(), daemons.end(), size_t{0});
  }
  std::vector<absl::Duration> took(fleet_.size());
  std::vector<std::thread> threads;
  threads.reserve(daemons.size());
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
  std::string text = absl::StrFormat("recovery from %s:", what);
  for (const size_t number : daemons) {
    text += absl::StrFormat(" daemon %d after %.2f s", number, absl::ToDoubleSeconds(took[number]));
  }
  const absl::Duration worst = *std::max_element(took.begin(), took.end());
  Recovered(what, worst);
  std::cout << absl::StrCat(text, worst > kInTime ? "  <- more than 2 s" : "", "\n") << std::flush;
}

void Trial::AwaitRecovery(const std::string& from, Moment gone,
                          const std::vector<size_t>& daemons) {
  std::thread writes([&] {
    AwaitEach(
        from + ", writes", gone,
        [&](const testing::Daemon& daemon) { return probe_.Writes(daemon); }, daemons);
  });
  AwaitEach(
      from + ", definite answers", gone,
      [&](const testing::Daemon& daemon) { return probe_.AnswersDefinitely(daemon); }, daemons);
  writes.join();
}

void Trial::Finish(const std::vector<std::string>& refusals) {
  history_ = workload_->Stop();
  workload_.reset();  // it has all of it once more
  TellFigures();
  Judge(history_, refusals);
  TellRecoveries();
}

void Trial::TellFigures() const {
  std::set<std::string> told;
  for (const Stretch& stretch : stretches_) {
    if (!told.insert(stretch.name).second) continue;
    std::cout << Line(stretch.name, FiguresOf(stretch.name)) << "\n";
  }
  std::cout << "faults under load:\n";
  for (const Stretch& fault : faults_) {
    const history::Summary figures = history::Summarise(Within({fault}, fault.name));
    std::cout << Line(fault.name, figures) << "\n";
    EXPECT_GE(fault.end - fault.begin, kUnderLoad) << fault.name;
    EXPECT_GT(figures.checks, 0) << fault.name;
    EXPECT_GT(figures.writes, 0) << fault.name;
  }
}

// One line, which is looked for by its first word.
void Trial::TellRecoveries() const {
  std::string text;
  for (const Recovery& recovery : recoveries_) {
    absl::StrAppendFormat(&text, "%s%s = %.2f s%s", text.empty() ? "" : "; ", recovery.what,
                          absl::ToDoubleSeconds(recovery.worst),
                          recovery.worst > kInTime ? " (more than 2 s)" : "");
  }
  const auto& test = *::testing::UnitTest::GetInstance()->current_test_info();
  std::cout << "RECOVERY " << test.test_suite_name() << "." << test.name() << ": " << text
            << std::endl;
}

void Trial::ExpectEveryEnrolment(Sql& sql) const {
  const std::string held =
      sql.Value("SELECT string_agg(reference, ' ') FROM stadspoort.access_right");
  const std::vector<absl::string_view> split = absl::StrSplit(held, ' ');
  const std::set<absl::string_view> found(split.begin(), split.end());
  std::vector<std::string> acknowledged = probe_.Acknowledged();
  for (const history::Write& write : history_.writes) {
    if (!write.reference.empty()) acknowledged.push_back(write.reference);
  }
  size_t lost = 0;
  for (const std::string& reference : acknowledged) {
    if (found.contains(reference)) continue;
    if (++lost <= kLostTold) ADD_FAILURE() << "lost, though acknowledged: " << reference;
  }
  std::cout << "of " << acknowledged.size() << " acknowledged enrolments " << lost << " are lost\n";
  EXPECT_EQ(lost, 0U);
  EXPECT_GT(acknowledged.size(), 0U);
}

history::History Trial::Of(const std::string& name) const { return Within(stretches_, name); }

history::History Trial::Within(const std::vector<Stretch>& stretches,
                               const std::string& name) const {
  const auto within = [&](Moment begin) {
    return std::any_of(stretches.begin(), stretches.end(), [&](const Stretch& stretch) {
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
