#include "tests/history/course.h"

#include <algorithm>

namespace stadspoort::history {
namespace {

uint64_t After(uint64_t parts, const Write& write) {
  const uint64_t part = uint64_t{1} << write.part;
  return Opens(write.kind) ? parts | part : parts & ~part;
}

}  // namespace

Course::Course(const Subject& subject, const std::vector<const Write*>& writes,
               const std::vector<bool>& happened) {
  states_.push_back({});
  states_.back().version = subject.first_version;
  size_t unknown_count = 0;
  for (const Write* write : writes) {
    if (write->outcome == Outcome::kRefused) continue;
    const bool unknown = write->outcome == Outcome::kUnknown;
    if (unknown && !happened[unknown_count++]) continue;
    const State& before = states_.back();
    State state;
    state.parts = After(before.parts, *write);
    if (before.version) state.version = *before.version + 1 + write->called_back;
    if (write->version && state.version && *write->version != *state.version) {
      contradicted_ = write;
    }
    state.earliest = write->begin;
    state.latest = unknown ? absl::InfiniteDuration() : write->end;
    state.write = write;
    states_.push_back(state);
  }
  // What happened before an acknowledged write happened before its end.
  for (size_t i = states_.size(); i-- > 1;) {
    states_[i - 1].latest = std::min(states_[i - 1].latest, states_[i].latest);
  }
}

size_t Course::NewestAt(Moment moment) const {
  const auto later =
      std::upper_bound(states_.begin(), states_.end(), moment,
                       [](Moment value, const State& state) { return value < state.earliest; });
  return static_cast<size_t>(later - states_.begin()) - 1;
}

std::optional<size_t> Course::WithVersion(int64_t version) const {
  if (!states_.front().version) return std::nullopt;
  const auto found =
      std::lower_bound(states_.begin(), states_.end(), version,
                       [](const State& state, int64_t value) { return *state.version < value; });
  if (found == states_.end() || *found->version != version) return std::nullopt;
  return static_cast<size_t>(found - states_.begin());
}

}  // namespace stadspoort::history
