#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/history/history.h"

namespace stadspoort::history {

// Which of a check's versions is that of its subject.
enum class Shows : uint8_t { kPlateVersion, kCalendarVersion, kZoneVersion, kNone };

// How to ask about a subject.
struct Target {
  uint32_t subject = 0;
  std::string city;
  std::string zone;
  std::string plate;
  domain::Decision when_open = domain::Decision::kPermitted;
  Shows shows = Shows::kPlateVersion;
};
using TargetPtr = std::shared_ptr<const Target>;

// Targets that are asked together: a call concerns one city.
enum class Group : uint8_t { kPlates, kRules };

// Where those who write tell those who check what there is to ask about, and what is worth asking
// at once because it is being written. Safe from any thread.
class Board {
 public:
  uint32_t AddSubject(std::string name, std::optional<int64_t> first_version);
  std::vector<Subject> subjects() const;

  // A place for one target, to be filled again and again.
  size_t NewPlace(Group group);
  void Fill(Group group, size_t place, TargetPtr target);
  // Any of the targets in the places; null while there is none.
  TargetPtr Any(Group group, std::mt19937& random) const;

  // `times`: to be asked by so many.
  void HandOver(Group group, const TargetPtr& target, int times);
  // The newest that were handed over, at most `most`; none of them old. `wait`: a little, for
  // the first.
  std::vector<TargetPtr> TakeOver(Group group, size_t most, bool wait);

  void Stop();
  bool stopped() const { return stopped_; }
  void CountChecks(int64_t count);
  int64_t checks() const { return checks_; }
  // Until so many checks are counted, or stopped.
  void WaitForChecks(int64_t count);

 private:
  struct Handed {
    TargetPtr target;
    Moment when;
  };
  struct Room {
    std::vector<TargetPtr> places;
    std::deque<Handed> handed;
  };
  Room& In(Group group) { return rooms_[static_cast<size_t>(group)]; }
  const Room& In(Group group) const { return rooms_[static_cast<size_t>(group)]; }

  mutable std::mutex mutex_;
  std::condition_variable handed_over_;
  std::condition_variable counted_;
  std::array<Room, 2> rooms_;
  std::vector<Subject> subjects_;
  std::atomic<bool> stopped_ = false;
  std::atomic<int64_t> checks_ = 0;
  int64_t awaited_ = 0;
};

}  // namespace stadspoort::history
