#include "tests/history/known.h"

#include <algorithm>

namespace stadspoort::history {
namespace {

// For a heap with the earliest on top.
constexpr auto kLater = [](const auto& a, const auto& b) { return a.from > b.from; };

}  // namespace

void KnownStates::Shown(size_t state, const Check& check) {
  running_.push_back({check.end, {state, &check}});
  std::push_heap(running_.begin(), running_.end(), kLater);
}

void KnownStates::AdvanceTo(Moment moment) {
  while (!running_.empty() && running_.front().from < moment) {
    std::pop_heap(running_.begin(), running_.end(), kLater);
    Fact fact = running_.back();
    running_.pop_back();
    if (shown_.empty() || fact.known.state > shown_.back().known.state) shown_.push_back(fact);
  }
}

Known KnownStates::Before(Moment moment) const {
  const auto acknowledged =
      std::lower_bound(states_.begin(), states_.end(), moment,
                       [](const State& state, Moment value) { return state.latest < value; });
  Known known;
  if (acknowledged != states_.begin()) {
    known.state = static_cast<size_t>(acknowledged - states_.begin()) - 1;
  }
  const auto shown =
      std::lower_bound(shown_.begin(), shown_.end(), moment,
                       [](const Fact& fact, Moment value) { return fact.from < value; });
  if (shown != shown_.begin() && std::prev(shown)->known.state > known.state) {
    known = std::prev(shown)->known;
  }
  return known;
}

}  // namespace stadspoort::history
