#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tests/history/history.h"

namespace stadspoort::history {

// One state of a subject. It becomes present at some moment in [earliest, latest].
struct State {
  uint64_t parts = 0;  // those that hold, a bit each
  std::optional<int64_t> version;
  Moment earliest = -absl::InfiniteDuration();
  Moment latest = -absl::InfiniteDuration();
  const Write* write = nullptr;  // null: the state before every write

  bool open() const { return parts != 0; }
};

// One possible course of a subject: the states it went through, supposing which of the writes of
// unknown outcome happened.
class Course {
 public:
  // `writes`: of one subject, by their beginnings. Of those of unknown outcome the n-th happened
  // when `happened` says so.
  Course(const Subject& subject, const std::vector<const Write*>& writes,
         const std::vector<bool>& happened);

  const std::vector<State>& states() const { return states_; }
  // An acknowledged write whose answer told another version than this course gives it; null: none.
  const Write* contradicted() const { return contradicted_; }
  // The newest state that may be present at the moment.
  size_t NewestAt(Moment moment) const;
  // The state with this version; absent: there never was one.
  std::optional<size_t> WithVersion(int64_t version) const;

 private:
  std::vector<State> states_;
  const Write* contradicted_ = nullptr;
};

}  // namespace stadspoort::history
