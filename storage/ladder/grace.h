#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace stadspoort::ladder {

// Lets readers look at memory that one writer replaces, without a lock and without ever waiting for
// it: the writer frees what it took out of sight only when no reader can be looking at it any more.
//
// Readers stand in one of two phases. The phase is flipped when nobody stands in the other one;
// what was out of sight before two flips is seen by nobody. A reader that was late, and counts
// itself in a phase that is over, has not read anything before it counted itself.
class Grace {
 public:
  class Guard {
   public:
    explicit Guard(std::atomic<int64_t>& count) : count_(&count) {}
    Guard(Guard&& other) noexcept : count_(other.count_) { other.count_ = nullptr; }
    Guard& operator=(Guard&&) = delete;
    ~Guard() {
      if (count_ != nullptr) count_->fetch_sub(1, std::memory_order_release);
    }

   private:
    std::atomic<int64_t>* count_;
  };

  // What is read while the guard lives stays. Any thread; never waits.
  Guard Enter() const {
    std::atomic<int64_t>& count = phases_[epoch_.load() % 2][Stripe()].count;
    count.fetch_add(1);  // sequentially consistent, as the pointers are that are read after it
    return Guard(count);
  }

  // The writer's: flips the phase if that is possible now. What was taken out of sight at Epoch() e
  // may be freed once Epoch() >= e + 2.
  void TryFlip() {
    for (const Counter& counter : phases_[(epoch_.load() + 1) % 2]) {
      if (counter.count.load() != 0) return;
    }
    epoch_.fetch_add(1);
  }
  uint64_t Epoch() const { return epoch_.load(); }

 private:
  static constexpr size_t kStripes = 16;
  struct alignas(64) Counter {
    std::atomic<int64_t> count = 0;
  };

  static size_t Stripe() {
    static std::atomic<size_t> next = 0;
    thread_local size_t mine = next.fetch_add(1) % kStripes;
    return mine;
  }

  std::atomic<uint64_t> epoch_ = 0;
  mutable std::array<std::array<Counter, kStripes>, 2> phases_;
};

}  // namespace stadspoort::ladder
