#pragma once

#include <array>
#include <cstdint>

#include "storage/protocol/rules.h"

namespace stadspoort::simulation {

// The world's true time, in microseconds. No process sees it: each has a clock of its own.
using Micros = int64_t;
inline constexpr Micros kMillisecond = 1'000;
inline constexpr Micros kSecond = 1'000'000;
// How old a positive answer may be.
inline constexpr Micros kMaxStaleness = kSecond;

inline constexpr int kSubjects = 4;
inline constexpr int kNoWrite = -1;
// A subject of which so much may change at once that a statement leaves it out: the rules of a
// large city.
inline constexpr int kLargeSubject = 1;

// The state of a subject: the write that made it, and the version that the protocol goes by.
struct Entry {
  int32_t version = 0;
  int32_t write = kNoWrite;

  friend bool operator==(const Entry&, const Entry&) = default;
};
using Entries = std::array<Entry, kSubjects>;
// A set of subjects, a bit each.
using SubjectSet = uint32_t;
inline SubjectSet Only(int subject) { return 1U << subject; }
inline bool Contains(SubjectSet set, int subject) { return (set & Only(subject)) != 0; }

// What is wrong on purpose, beside rules that are turned off: to show that the oracle would see it.
enum class Planted {
  kNothing,
  kLeaseOfOwnCommit,    // a commit publishes itself as the lease
  kClockAfterSnapshot,  // the server's clock is read after the snapshot
  kDirtyRead,           // rows by key show what is not committed
  kStrongFromMemory,    // a strong positive is answered from memory
  kRebuildUnjudged,     // Redis is filled from whatever server answered
  kLeftOutKept,         // what a statement left out stays in memory as it was
};

struct Options {
  protocol::Rules rules;
  // Off: a negative is decided from the index after its delta, not from the rows read by key.
  bool confirm_by_key = true;
  Planted planted = Planted::kNothing;
  // Whether what lies behind the answers is held to its invariants too.
  bool monitors = true;
};

}  // namespace stadspoort::simulation
