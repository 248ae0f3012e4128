#pragma once

#include <cstddef>
#include <vector>

#include "tests/history/course.h"
#include "tests/history/history.h"

namespace stadspoort::history {

// The newest state that was certainly present before some moment, and how one knows.
struct Known {
  size_t state = 0;
  const Check* shown_by = nullptr;  // null: its write was acknowledged
};

// What was known of a subject before any moment: every state whose write was acknowledged, and
// every state that an answer had shown, since an answer shows only what is committed.
class KnownStates {
 public:
  explicit KnownStates(const std::vector<State>& states) : states_(states) {}

  // The check showed at least this state.
  void Shown(size_t state, const Check& check);
  // Checks that began before the moment have all been told.
  void AdvanceTo(Moment moment);
  // At a moment not later than the one advanced to.
  Known Before(Moment moment) const;

 private:
  struct Fact {
    Moment from;
    Known known;
  };

  const std::vector<State>& states_;
  std::vector<Fact> running_;  // a heap: checks that end after the moment advanced to
  std::vector<Fact> shown_;    // by their ends; `known` is the newest so far
};

}  // namespace stadspoort::history
