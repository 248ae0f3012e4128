#include "tests/history/imagined_register.h"

#include <algorithm>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"

namespace stadspoort::history {
namespace {

using domain::Decision;

constexpr uint32_t kSubjects = 6;
constexpr int kWrites = 40;
constexpr int kChecks = 200;

class Imagination {
 public:
  Imagination(uint32_t seed, absl::Duration max_staleness)
      : random_(seed), max_staleness_(max_staleness) {}

  History Run() {
    for (uint32_t subject = 0; subject < kSubjects; ++subject) {
      history_.subjects.push_back({absl::StrCat("subject ", subject), 0});
      committed_ = {{-absl::InfiniteDuration(), 0}};
      now_ = absl::Seconds(100);
      WriteAll(subject);
      for (int i = 0; i < kChecks; ++i) AskOnce(subject);
    }
    return std::move(history_);
  }

 private:
  struct Committed {
    Moment from;
    uint64_t parts;
  };

  bool Chance(double share) { return std::bernoulli_distribution(share)(random_); }
  Moment Between(Moment from, Moment to) {
    return from + absl::Nanoseconds(std::uniform_int_distribution<int64_t>(
                      0, absl::ToInt64Nanoseconds(to - from))(random_));
  }
  // Often short, sometimes longer than positives may be behind.
  absl::Duration Pause() {
    return Between(absl::ZeroDuration(), absl::Milliseconds(Chance(0.1) ? 3000 : 30));
  }

  void WriteAll(uint32_t subject) {
    for (int i = 0; i < kWrites; ++i) {
      now_ += Pause();
      Write write;
      write.subject = subject;
      write.part = std::uniform_int_distribution<uint8_t>(0, 1)(random_);
      const bool holds = (committed_.back().parts >> write.part & 1) != 0;
      write.kind = holds ? WriteKind::kRevoke : WriteKind::kEnrol;
      write.outcome = Chance(0.1) ? Outcome::kRefused : Outcome::kAcknowledged;
      write.begin = now_;
      now_ += Between(absl::Microseconds(100), absl::Milliseconds(20));
      write.end = now_;
      if (i == kWrites - 1 && Chance(0.5)) write.outcome = Outcome::kUnknown;
      Commit(write);
      history_.writes.push_back(write);
    }
    now_ += absl::Seconds(3);
  }

  void Commit(const Write& write) {
    if (write.outcome == Outcome::kRefused) return;
    Moment last = write.end;
    if (write.outcome == Outcome::kUnknown) {
      if (Chance(0.5)) return;
      last += absl::Seconds(2);
    }
    committed_.push_back(
        {Between(write.begin, last), committed_.back().parts ^ uint64_t{1} << write.part});
  }

  size_t PresentAt(Moment moment) const {
    const auto later =
        std::upper_bound(committed_.begin(), committed_.end(), moment,
                         [](Moment value, const Committed& state) { return value < state.from; });
    return static_cast<size_t>(later - committed_.begin()) - 1;
  }
  bool OpenAt(Moment moment) const { return committed_[PresentAt(moment)].parts != 0; }

  void AskOnce(uint32_t subject) {
    Check check;
    check.subject = subject;
    check.daemon = std::uniform_int_distribution<uint16_t>(1, 3)(random_);
    check.strong = Chance(0.2);
    check.when_open = subject % 2 == 0 ? Decision::kPermitted : Decision::kNotRequired;
    check.begin = Between(absl::Seconds(100), now_);
    if (Chance(0.7)) {
      const auto near = std::uniform_int_distribution<size_t>(1, kWrites)(random_);
      const Moment write = history_.writes[history_.writes.size() - near].begin;
      check.begin = Between(write - absl::Milliseconds(5), write + absl::Milliseconds(25));
    }
    check.end = check.begin + Between(absl::Microseconds(1), absl::Milliseconds(10));
    Answer(check);
    history_.checks.push_back(check);
  }

  void Answer(Check& check) {
    Moment read = Between(check.begin - max_staleness_, check.end);
    Moment judged = read;
    if (check.strong || !OpenAt(read)) {  // confirmed
      read = Between(check.begin, check.end);
      // The moment that is judged is taken a little before what is known is read.
      judged = Between(check.begin, read);
    }
    if (Chance(0.5)) check.version = static_cast<int64_t>(PresentAt(read));
    check.decision = OpenAt(judged) ? check.when_open : Decision::kNotPermitted;
    check.reason =
        OpenAt(judged) ? domain::DecisionReason::kRight : domain::DecisionReason::kNoRight;
  }

  std::mt19937 random_;
  absl::Duration max_staleness_;
  History history_;
  std::vector<Committed> committed_;  // of the present subject; its index is its version
  Moment now_;
};

}  // namespace

History Imagine(uint32_t seed, absl::Duration max_staleness) {
  return Imagination(seed, max_staleness).Run();
}

}  // namespace stadspoort::history
