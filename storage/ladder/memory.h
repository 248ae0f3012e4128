#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "services/domain/city_rules.h"
#include "services/domain/ids.h"
#include "storage/ladder/grace.h"
#include "storage/postgres/plate_record.h"
#include "storage/protocol/state.h"

namespace stadspoort::ladder {

using CityRulesPtr = std::shared_ptr<const domain::CityRules>;

// The plates and rules of the hosted cities, complete as of one moment. Written by one thread; what
// readers see of it is in Memory.
class Index {
 public:
  Index();
  ~Index();
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  // What was replaced; to be freed when no reader sees it any more.
  using Garbage = std::function<void()>;
  void Put(postgres::PlateGroup group, std::vector<Garbage>& garbage);
  // Null: not known any more; the city is then as one that is not kept.
  void PutRules(const domain::CityCode& city, CityRulesPtr rules, std::vector<Garbage>& garbage);
  // Takes groups out that have no rights that end after their city looks back to, as of `now`, in
  // `slots` places from where the last call stopped.
  void Sweep(absl::Time now, size_t slots, std::vector<Garbage>& garbage);

  // Keys of groups in the next `slots` places, for a comparison with the system of record.
  std::vector<postgres::PlateKey> NextKeys(size_t slots);

  // Readers', under a guard. Null: absent.
  const postgres::PlateGroup* Find(const postgres::PlateKey& key) const;
  CityRulesPtr RulesOf(const domain::CityCode& city) const;
  std::vector<CityRulesPtr> AllRules() const;

  size_t size() const { return size_.load(std::memory_order_relaxed); }
  // About, and without the allocator's own.
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  struct Entry;
  struct Table;
  using RulesMap = absl::flat_hash_map<domain::CityCode, CityRulesPtr>;

  std::atomic<const Entry*>& SlotFor(Table& table, const Entry& entry) const;
  void Renew(std::vector<Garbage>& garbage);

  std::atomic<Table*> table_;
  std::atomic<const RulesMap*> rules_;
  std::atomic<size_t> size_ = 0;
  std::atomic<size_t> bytes_ = 0;
  size_t used_ = 0;  // slots, those that were emptied included
  size_t swept_ = 0;
  size_t audited_ = 0;
};

// As of when memory is complete.
struct Freshness {
  Moment sent;               // of the last delta
  absl::Time server_now;     // the server's clock at its beginning
  absl::Time register_time;  // the register's clock then
};

// The memory rung: readers are never blocked by whoever keeps it.
class Memory {
 public:
  Memory() = default;
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // One look, for one thread and a short time. What it gives lives as long as it does.
  class Reader {
   public:
    explicit Reader(const Memory& memory)
        : guard_(memory.grace_.Enter()),
          // Freshness first: what is read after it can only be younger.
          freshness_(memory.freshness_.load()),
          index_(memory.index_.load()) {}

    // None: memory does not answer.
    const Freshness* freshness() const { return index_ == nullptr ? nullptr : freshness_; }
    const Index* index() const { return index_; }

   private:
    Grace::Guard guard_;
    const Freshness* freshness_;
    const Index* index_;
  };

  // The rest is for one thread, which keeps it.

  // Takes the place of what was there.
  void Adopt(std::unique_ptr<Index> index, const Freshness& freshness);
  // A delta: groups and rules, then the moment as of which they are complete. Null: see
  // Index::PutRules.
  using RulesOfCity = std::pair<domain::CityCode, CityRulesPtr>;
  void Apply(std::vector<postgres::PlateGroup> groups, std::vector<RulesOfCity> rules,
             const Freshness& freshness);
  // From now on memory does not answer.
  void Drop();
  void Sweep(absl::Time now);
  // Frees an index that nobody sees, in a thread of its own: that of millions takes seconds.
  void Free(std::unique_ptr<Index> index);
  // Of the keeper's own; null before the first load.
  Index* index() { return index_.load(); }

  struct Stats {
    size_t groups = 0;
    size_t bytes = 0;
    std::optional<Moment> fresh_at;
  };
  // Any thread.
  Stats GetStats() const;

 private:
  void SetFreshness(const Freshness* freshness);
  void Retire(std::vector<Index::Garbage> garbage);

  Grace grace_;
  std::atomic<const Freshness*> freshness_ = nullptr;
  std::atomic<Index*> index_ = nullptr;
  // With the epoch at which it went out of sight.
  std::deque<std::pair<uint64_t, Index::Garbage>> retired_;
  std::thread freeing_;
};

}  // namespace stadspoort::ladder
