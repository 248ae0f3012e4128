#include "tests/history/board.h"

#include <utility>

namespace stadspoort::history {
namespace {

// What was handed over longer ago is no longer worth asking at once.
constexpr absl::Duration kFresh = absl::Milliseconds(3);
constexpr size_t kMostHanded = 256;
// For something to be handed over. When nothing is written for so long, other things are asked.
constexpr std::chrono::milliseconds kPatience(20);

}  // namespace

uint32_t Board::AddSubject(std::string name, std::optional<int64_t> first_version) {
  const std::lock_guard lock(mutex_);
  subjects_.push_back({std::move(name), first_version});
  return static_cast<uint32_t>(subjects_.size() - 1);
}

std::vector<Subject> Board::subjects() const {
  const std::lock_guard lock(mutex_);
  return subjects_;
}

size_t Board::NewPlace(Group group) {
  const std::lock_guard lock(mutex_);
  In(group).places.emplace_back();
  return In(group).places.size() - 1;
}

void Board::Fill(Group group, size_t place, TargetPtr target) {
  const std::lock_guard lock(mutex_);
  In(group).places[place] = std::move(target);
}

TargetPtr Board::Any(Group group, std::mt19937& random) const {
  const std::lock_guard lock(mutex_);
  const std::vector<TargetPtr>& places = In(group).places;
  if (places.empty()) return nullptr;
  return places[std::uniform_int_distribution<size_t>(0, places.size() - 1)(random)];
}

void Board::HandOver(Group group, const TargetPtr& target, int times) {
  const Moment now = Now();
  {
    const std::lock_guard lock(mutex_);
    std::deque<Handed>& handed = In(group).handed;
    for (int i = 0; i < times; ++i) handed.push_back({target, now});
    while (handed.size() > kMostHanded) handed.pop_front();
  }
  handed_over_.notify_all();
}

std::vector<TargetPtr> Board::TakeOver(Group group, size_t most, bool wait) {
  std::vector<TargetPtr> taken;
  std::unique_lock lock(mutex_);
  std::deque<Handed>& handed = In(group).handed;
  const auto drop_old = [&] {
    const Moment oldest = Now() - kFresh;
    while (!handed.empty() && handed.front().when < oldest) handed.pop_front();
    return !handed.empty() || stopped_;
  };
  if (!drop_old() && wait) handed_over_.wait_for(lock, kPatience, drop_old);
  while (!handed.empty() && taken.size() < most) {
    taken.push_back(std::move(handed.back().target));
    handed.pop_back();
  }
  return taken;
}

void Board::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  handed_over_.notify_all();
  counted_.notify_all();
}

void Board::CountChecks(int64_t count) {
  const std::lock_guard lock(mutex_);
  checks_ += count;
  if (checks_ >= awaited_) counted_.notify_all();
}

void Board::WaitForChecks(int64_t count) {
  std::unique_lock lock(mutex_);
  awaited_ = count;
  counted_.wait(lock, [&] { return checks_ >= count || stopped_; });
}

}  // namespace stadspoort::history
