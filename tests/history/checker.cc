#include "tests/history/checker.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "tests/history/course.h"
#include "tests/history/describe.h"
#include "tests/history/known.h"

namespace stadspoort::history {
namespace {

using domain::Decision;

// Courses are tried one by one; a writer leaves a subject alone after an outcome it does not know.
constexpr size_t kMostUnknownWrites = 10;

bool IsNegative(Decision decision) {
  return decision == Decision::kNotPermitted || decision == Decision::kReview;
}

// Would the check be answered so in this state?
bool Explains(const State& state, const Check& check) {
  if (state.open()) return check.decision == check.when_open;
  return IsNegative(check.decision) && check.decision != check.when_open;
}

// Judges the checks of one subject by one course of it.
class Judge {
 public:
  Judge(const Subject& subject, uint32_t index, const Course& course, const Bounds& bounds)
      : subject_(subject),
        index_(index),
        course_(course),
        bounds_(bounds),
        known_(course.states()) {}

  std::vector<Violation> Run(const std::vector<const Check*>& checks) {
    if (course_.contradicted() != nullptr) {
      Report(Rule::kR2, Contradicts(subject_, *course_.contradicted()));
    }
    for (const Check* check : checks) {
      if (check->decision == Decision::kUnknown) continue;
      known_.AdvanceTo(check->begin);
      Look(*check);
    }
    return std::move(violations_);
  }

 private:
  // Everything known before the check began must be in the answer.
  static bool IsExact(const Check& check) { return check.strong || IsNegative(check.decision); }

  Moment MustKnowUntil(const Check& check) const {
    if (IsExact(check)) return check.begin;
    return check.begin - (check.degraded ? bounds_.degraded_limit : bounds_.max_staleness);
  }

  void Look(const Check& check) {
    if (check.degraded && IsExact(check)) {
      Report(IsNegative(check.decision) ? Rule::kR1 : Rule::kR3,
             ExactWhileDegraded(subject_, check));
      return;
    }
    const Known oldest = known_.Before(MustKnowUntil(check));
    const size_t newest = course_.NewestAt(check.end);
    std::optional<size_t> read;
    if (check.version && course_.states().front().version) {
      read = course_.WithVersion(*check.version);
      if (!read || *read > newest) {
        Report(Rule::kR2, RestsOnNothing(subject_, check, course_.states()[newest]));
        return;
      }
      if (*read < oldest.state) {
        ReportOlder(check, *read, oldest);
        return;
      }
    }
    // What was not read cannot show. What was read may not show yet: a change holds from a moment
    // on, and the check may be judged at the moment before it.
    for (size_t state = oldest.state; state <= read.value_or(newest); ++state) {
      if (!Explains(course_.states()[state], check)) continue;
      known_.Shown(read.value_or(state), check);
      return;
    }
    ReportUnexplained(check, oldest, newest);
  }

  void ReportUnexplained(const Check& check, const Known& oldest, size_t newest) {
    for (size_t state = oldest.state; state-- > 0;) {
      if (!Explains(course_.states()[state], check)) continue;
      ReportOlder(check, state, oldest);
      return;
    }
    Report(Rule::kR2, RestsOnNothing(subject_, check, course_.states()[newest]));
  }

  void ReportOlder(const Check& check, size_t shown, const Known& oldest) {
    Rule rule = Rule::kR4;
    if (IsNegative(check.decision)) {
      rule = check.strong && oldest.shown_by != nullptr ? Rule::kR3 : Rule::kR1;
    } else if (check.strong) {
      rule = Rule::kR3;
    }
    const std::vector<State>& states = course_.states();
    Report(rule, oldest.shown_by != nullptr
                     ? OlderThanShown(subject_, check, states[shown], *oldest.shown_by)
                     : OlderThanAcknowledged(subject_, check, states[shown], states[oldest.state]));
  }

  void Report(Rule rule, const std::string& what) {
    violations_.push_back({rule, index_, Sentence(rule, what)});
  }

  const Subject& subject_;
  uint32_t index_;
  const Course& course_;
  const Bounds& bounds_;
  KnownStates known_;
  std::vector<Violation> violations_;
};

struct SubjectRecords {
  std::vector<const Write*> writes;
  std::vector<const Check*> checks;
};

template <typename Record>
void SortByBegin(std::vector<const Record*>& records) {
  std::stable_sort(records.begin(), records.end(),
                   [](const Record* a, const Record* b) { return a->begin < b->begin; });
}

std::vector<SubjectRecords> BySubject(const History& history) {
  std::vector<SubjectRecords> subjects(history.subjects.size());
  for (const Write& write : history.writes) subjects.at(write.subject).writes.push_back(&write);
  for (const Check& check : history.checks) subjects.at(check.subject).checks.push_back(&check);
  for (SubjectRecords& records : subjects) {
    SortByBegin(records.writes);
    SortByBegin(records.checks);
  }
  return subjects;
}

// The course with the fewest violations.
std::vector<Violation> JudgeSubject(const Subject& subject, uint32_t index,
                                    const SubjectRecords& records, const Bounds& bounds) {
  const auto unknown = static_cast<size_t>(
      std::count_if(records.writes.begin(), records.writes.end(),
                    [](const Write* write) { return write->outcome == Outcome::kUnknown; }));
  if (unknown > kMostUnknownWrites) {
    return {{Rule::kR2, index, TooManyUnknown(subject)}};
  }
  std::optional<std::vector<Violation>> fewest;
  for (size_t choice = 0; choice < size_t{1} << unknown; ++choice) {
    std::vector<bool> happened(unknown);
    for (size_t i = 0; i < unknown; ++i) happened[i] = (choice >> i & 1) != 0;
    const Course course(subject, records.writes, happened);
    std::vector<Violation> found = Judge(subject, index, course, bounds).Run(records.checks);
    if (found.empty()) return {};
    if (!fewest || found.size() < fewest->size()) fewest = std::move(found);
  }
  return *std::move(fewest);
}

}  // namespace

std::vector<Violation> FindViolations(const History& history, const Bounds& bounds) {
  const std::vector<SubjectRecords> subjects = BySubject(history);
  std::vector<Violation> violations;
  for (uint32_t i = 0; i < subjects.size(); ++i) {
    const std::vector<Violation> found = JudgeSubject(history.subjects[i], i, subjects[i], bounds);
    violations.insert(violations.end(), found.begin(), found.end());
  }
  return violations;
}

}  // namespace stadspoort::history
