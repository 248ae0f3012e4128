#include "storage/ladder/grace.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace stadspoort::ladder {
namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kReplacements = 20'000;
#else
constexpr int kReplacements = 100'000;
#endif
constexpr int kReaders = 4;
constexpr uint64_t kAlive = 0xA11FEA11FEA11FE;
constexpr uint64_t kDead = 0xDEADDEADDEADDEAD;

std::atomic<int64_t>& Living() {
  static std::atomic<int64_t> living = 0;
  return living;
}

// Says when it is read after it was freed, where the memory was not handed out again; a sanitizer
// says it always.
struct Canary {
  explicit Canary(uint64_t n) : number(n), again(~n) { ++Living(); }
  ~Canary() {
    canary = kDead;
    again = 0;
    --Living();
  }
  bool Sings() const { return canary == kAlive && again == ~number; }

  volatile uint64_t canary = kAlive;
  const uint64_t number;
  volatile uint64_t again;
};

// What a writer takes out of sight is freed as Memory does it.
class Writer {
 public:
  explicit Writer(Grace& grace) : grace_(grace) {}
  ~Writer() {
    for (const auto& [epoch, canary] : retired_) delete canary;
  }

  void Retire(const Canary* canary) {
    retired_.emplace_back(grace_.Epoch(), canary);
    grace_.TryFlip();
    while (!retired_.empty() && retired_.front().first + 2 <= grace_.Epoch()) {
      delete retired_.front().second;
      retired_.pop_front();
      ++freed_;
    }
  }
  size_t retired() const { return retired_.size(); }
  int64_t freed() const { return freed_; }

 private:
  Grace& grace_;
  std::deque<std::pair<uint64_t, const Canary*>> retired_;
  int64_t freed_ = 0;
};

TEST(GraceTest, FreesAfterTwoFlipsWhenNobodyReads) {
  Grace grace;
  Writer writer(grace);
  for (uint64_t i = 0; i < 10; ++i) writer.Retire(new Canary(i));
  EXPECT_LE(writer.retired(), 2U);
  EXPECT_GE(writer.freed(), 8);
}

TEST(GraceTest, KeepsWhatAReaderMayBeLookingAtAndEverythingAfterIt) {
  Grace grace;
  Writer writer(grace);
  auto reader = std::make_unique<Grace::Guard>(grace.Enter());
  for (uint64_t i = 0; i < 100; ++i) writer.Retire(new Canary(i));
  EXPECT_EQ(writer.retired(), 100U);
  EXPECT_EQ(writer.freed(), 0);
  // Readers that came later and left do not free what the first one sees.
  for (uint64_t i = 0; i < 100; ++i) {
    const Grace::Guard later = grace.Enter();
    writer.Retire(new Canary(i));
  }
  EXPECT_EQ(writer.freed(), 0);
  reader.reset();
  for (uint64_t i = 0; i < 4; ++i) writer.Retire(new Canary(i));
  EXPECT_LE(writer.retired(), 2U);
}

TEST(GraceTest, AMovedGuardHoldsOnce) {
  Grace grace;
  Writer writer(grace);
  {
    Grace::Guard first = grace.Enter();
    const Grace::Guard second = std::move(first);
    writer.Retire(new Canary(1));
    writer.Retire(new Canary(2));
    writer.Retire(new Canary(3));
    EXPECT_EQ(writer.freed(), 0);
  }
  for (uint64_t i = 0; i < 4; ++i) writer.Retire(new Canary(i));
  EXPECT_GT(writer.freed(), 0);
}

TEST(GraceTest, NothingIsFreedWhileItIsReadAndEverythingInTheEnd) {
  const int64_t before = Living();
  {
    Grace grace;
    Writer writer(grace);
    std::atomic<const Canary*> shown = new Canary(0);
    std::atomic<bool> writing = true;
    std::atomic<int64_t> reads = 0;
    std::atomic<int64_t> silent = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < kReaders; ++i) {
      readers.emplace_back([&, i] {
        uint64_t last = 0;
        while (writing) {
          const Grace::Guard guard = grace.Enter();
          const Canary* canary = shown.load();
          // Some stay for a while.
          for (int n = 0; n <= i * 10; ++n) silent += canary->Sings() ? 0 : 1;
          silent += canary->number < last ? 1 : 0;  // never back in time
          last = canary->number;
          ++reads;
        }
      });
    }
    while (reads == 0) std::this_thread::yield();
    for (uint64_t i = 1; i <= kReplacements; ++i) {
      writer.Retire(shown.exchange(new Canary(i)));
      if (i % 64 == 0) std::this_thread::yield();
    }
    writing = false;
    for (std::thread& reader : readers) reader.join();
    EXPECT_EQ(silent, 0);
    EXPECT_GT(reads, kReaders);
    EXPECT_GT(writer.freed(), 0);
    for (int i = 0; i < 3; ++i) writer.Retire(new Canary(0));
    EXPECT_LE(writer.retired(), 2U);
    delete shown.load();
  }
  EXPECT_EQ(Living(), before);
}

}  // namespace
}  // namespace stadspoort::ladder
