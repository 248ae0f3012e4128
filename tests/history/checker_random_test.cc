// Many histories of an imagined register: as it was, and with one answer made wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "tests/history/checker.h"
#include "tests/history/imagined_register.h"

namespace stadspoort::history {
namespace {

using domain::Decision;

constexpr uint32_t kSeeds = 200;
constexpr absl::Duration kMaxStaleness = absl::Seconds(1);

// What may have been present in a stretch of time, found without the checker's means: by going
// through all writes. Versions count from 0.
struct Window {
  int64_t oldest = 0;
  int64_t newest = 0;
  bool all_open = true;
  bool all_closed = true;

  Window(const History& history, uint32_t subject, Moment from, Moment to) {
    uint64_t parts = 0;
    bool first = true;
    for (const Write& write : history.writes) {
      if (write.subject != subject || write.outcome == Outcome::kRefused) continue;
      if (write.begin > to) break;
      if (write.end >= from && first) {
        Count(parts);
        first = false;
      }
      parts ^= uint64_t{1} << write.part;
      ++newest;
      if (write.end < from) {
        ++oldest;
      } else {
        Count(parts);
      }
    }
    if (first) Count(parts);
  }

 private:
  void Count(uint64_t parts) { (parts != 0 ? all_closed : all_open) = false; }
};

bool HasUnknown(const History& history, uint32_t subject) {
  return std::any_of(history.writes.begin(), history.writes.end(), [&](const Write& write) {
    return write.subject == subject && write.outcome == Outcome::kUnknown;
  });
}

// Makes one answer of the history wrong; false: this answer cannot be made wrong in this way.
using Spoil = std::function<bool(History&, Check&)>;

struct Way {
  std::string name;
  Spoil spoil;
};

Moment From(const Check& check) { return check.strong ? check.begin : check.begin - kMaxStaleness; }

// A copy of the answer, asked of another daemon right after it, in which something is wrong.
Check& AskedAgain(History& history, const Check& check) {
  Check again = check;
  again.daemon = static_cast<uint16_t>(check.daemon + 1);
  again.begin = check.end + absl::Nanoseconds(1);
  again.end = again.begin + absl::Milliseconds(1);
  history.checks.push_back(again);
  return history.checks.back();
}

const std::vector<Way>& Ways() {
  static const auto& ways = *new std::vector<Way>{
      {"negative while open",
       [](History& history, Check& check) {
         if (!Window(history, check.subject, check.begin, check.end).all_open) return false;
         check.decision = Decision::kNotPermitted;
         check.version.reset();
         return true;
       }},
      {"review while open",
       [](History& history, Check& check) {
         if (!Window(history, check.subject, check.begin, check.end).all_open) return false;
         check.decision = Decision::kReview;
         return true;
       }},
      {"positive while closed",
       [](History& history, Check& check) {
         if (!Window(history, check.subject, From(check), check.end).all_closed) return false;
         check.decision = check.when_open;
         check.version.reset();
         return true;
       }},
      {"old version",
       [](History& history, Check& check) {
         const bool exact = check.strong || check.decision == Decision::kNotPermitted;
         const Moment from = exact ? check.begin : From(check);
         const Window window(history, check.subject, from, check.end);
         if (window.oldest == 0) return false;
         check.version = window.oldest - 1;
         return true;
       }},
      {"version to come",
       [](History& history, Check& check) {
         check.version = Window(history, check.subject, check.begin, check.end).newest + 1;
         return true;
       }},
      {"negative without the system of record",
       [](History&, Check& check) {
         check.degraded = true;
         return check.decision == Decision::kNotPermitted;
       }},
      {"STRONG goes back",
       [](History& history, Check& check) {
         if (check.version.value_or(0) == 0) return false;
         Check& again = AskedAgain(history, check);
         again.strong = true;
         again.version = *again.version - 1;
         return true;
       }},
      {"negative goes back",
       [](History& history, Check& check) {
         if (check.version.value_or(0) == 0) return false;
         Check& again = AskedAgain(history, check);
         again.decision = Decision::kNotPermitted;
         again.version = *again.version - 1;
         return true;
       }},
  };
  return ways;
}

TEST(CheckerRandomTest, ACorrectRegisterIsNeverAccused) {
  for (uint32_t seed = 0; seed < kSeeds; ++seed) {
    const std::vector<Violation> violations = FindViolations(Imagine(seed, kMaxStaleness));
    ASSERT_TRUE(violations.empty()) << "seed " << seed << ": " << violations[0].text;
  }
}

TEST(CheckerRandomTest, ALaxerRegisterIsAccused) {
  int accused = 0;
  for (uint32_t seed = 0; seed < kSeeds; ++seed) {
    if (!FindViolations(Imagine(seed, kMaxStaleness * 2)).empty()) ++accused;
  }
  EXPECT_EQ(accused, kSeeds);
}

TEST(CheckerRandomTest, OneWrongAnswerIsAlwaysFound) {
  for (const Way& way : Ways()) {
    int spoilt = 0;
    for (uint32_t seed = 0; seed < kSeeds; ++seed) {
      const History clean = Imagine(seed, kMaxStaleness);
      for (size_t i = seed % 47; i < clean.checks.size(); i += 47) {
        if (HasUnknown(clean, clean.checks[i].subject)) continue;
        History history = clean;
        history.checks.reserve(history.checks.size() + 1);
        if (!way.spoil(history, history.checks[i])) continue;
        ++spoilt;
        ASSERT_FALSE(FindViolations(history).empty())
            << way.name << " not found: seed " << seed << ", check " << i;
      }
    }
    std::cout << way.name << ": all of " << spoilt << " found\n";
    EXPECT_GT(spoilt, 100) << way.name;
  }
}

}  // namespace
}  // namespace stadspoort::history
