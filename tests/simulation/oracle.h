#pragma once

#include <limits>
#include <string>
#include <vector>

#include "tests/simulation/model.h"

namespace stadspoort::simulation {

// Knows every write and when it was superseded, and judges answers by the rules R1 to R4. A write
// whose synchronous wait was cut short may be seen and then lost: it was never acknowledged, and
// nothing is claimed of it.
class Oracle {
 public:
  enum class Rule { kNone, kR1, kR2, kR3, kR4, kIndex, kRedis, kLiveness };

  Oracle() { writes_.reserve(128); }

  // Write 0..kSubjects-1 are there from the beginning, acknowledged.
  int AddFirst(int subject, bool permitted);
  // A transaction has bumped the subject from the state `parent` has left.
  int Add(int subject, int32_t version, bool permitted, int parent);
  void OnAborted(int write) { writes_[Index(write)].stage = Stage::kAborted; }
  void OnVisible(int write);  // in some server
  // No failover loses it, nor what led to it.
  void OnDurable(int write);
  // Visible, durable, and the writer is told so.
  void OnAcknowledged(int write, Micros now);

  bool permitted(int write) const { return write != kNoWrite && writes_[Index(write)].permitted; }
  // `older` is one of the states that led to `newer`, and is not `newer`.
  bool Precedes(int older, int newer) const;

  struct Answer {
    int subject = 0;
    bool strong = false;
    int write = kNoWrite;  // that the answer was read from
    Micros began = 0;
    int floor = kNoWrite;  // StrongFloor when the check began
  };
  // What the newest strong answer so far has shown.
  int StrongFloor(int subject) const { return strong_[static_cast<size_t>(subject)]; }
  // Which rule a definitive answer breaks, if any.
  Rule Judge(const Answer& answer);
  const std::string& why() const { return why_; }

 private:
  enum class Stage : uint8_t { kOpen, kVisible, kAborted };
  static constexpr Micros kNever = std::numeric_limits<Micros>::max();
  struct Write {
    int subject;
    int32_t version;
    bool permitted;
    int parent;
    Stage stage = Stage::kOpen;
    bool durable = false;
    Micros superseded = kNever;  // when something else was acknowledged in its place
    Micros acknowledged = kNever;
  };
  static size_t Index(int write) { return static_cast<size_t>(write); }
  // Some negative state was current at some moment since `since`.
  bool NegativeCurrentSince(int subject, Micros since) const;
  Rule Broken(Rule rule, const Answer& answer, const char* what);

  std::vector<Write> writes_;
  std::array<int, kSubjects> newest_{};  // acknowledged
  std::array<int, kSubjects> strong_{};
  std::string why_;
};

}  // namespace stadspoort::simulation
