#include "storage/ladder/memory.h"

#include <algorithm>

#include "absl/hash/hash.h"
#include "services/domain/limits.h"

namespace stadspoort::ladder {
namespace {

constexpr size_t kFirstSlots = 1024;
// Beyond this share of used slots a look-up would probe too far.
constexpr size_t kUsedOf = 10;
constexpr size_t kUsedMost = 6;
constexpr size_t kSweepSlots = 4096;

size_t BytesOf(const postgres::PlateGroup& group) {
  size_t bytes = sizeof(group) + group.key.city.value().capacity();
  for (const postgres::PlateRecord& plate : group.plates) {
    bytes += sizeof(plate);
    for (const domain::Right& right : plate.rights) {
      bytes += sizeof(right) + right.windows.capacity() * sizeof(domain::WeeklyWindow) +
               right.suspensions.capacity() * sizeof(domain::Interval) +
               right.zones.capacity() * sizeof(domain::ZoneCode);
    }
  }
  return bytes;
}

}  // namespace

struct Index::Entry {
  size_t hash;
  size_t bytes;
  postgres::PlateGroup group;
};

struct Index::Table {
  explicit Table(size_t size) : slots(size) {}
  // A power of two of them; a key's entry stands at its hash or in the next slots, before an empty
  // one.
  std::vector<std::atomic<const Entry*>> slots;
  size_t mask() const { return slots.size() - 1; }
};

Index::Index() : table_(new Table(kFirstSlots)), rules_(new RulesMap()) {}

Index::~Index() {
  Table* table = table_.load();
  for (const std::atomic<const Entry*>& slot : table->slots) delete slot.load();
  delete table;
  delete rules_.load();
}

const postgres::PlateGroup* Index::Find(const postgres::PlateKey& key) const {
  const size_t hash = absl::HashOf(key);
  const Table& table = *table_.load();
  for (size_t i = hash & table.mask();; i = (i + 1) & table.mask()) {
    const Entry* entry = table.slots[i].load();
    if (entry == nullptr) return nullptr;
    if (entry->hash == hash && entry->group.key == key) return &entry->group;
  }
}

CityRulesPtr Index::RulesOf(const domain::CityCode& city) const {
  const RulesMap& rules = *rules_.load();
  const auto found = rules.find(city);
  return found == rules.end() ? nullptr : found->second;
}

std::vector<CityRulesPtr> Index::AllRules() const {
  std::vector<CityRulesPtr> all;
  for (const auto& [city, rules] : *rules_.load()) all.push_back(rules);
  return all;
}

std::atomic<const Index::Entry*>& Index::SlotFor(Table& table, const Entry& entry) const {
  for (size_t i = entry.hash & table.mask();; i = (i + 1) & table.mask()) {
    const Entry* present = table.slots[i].load();
    if (present == nullptr ||
        (present->hash == entry.hash && present->group.key == entry.group.key)) {
      return table.slots[i];
    }
  }
}

void Index::Put(postgres::PlateGroup group, std::vector<Garbage>& garbage) {
  if ((used_ + 1) * kUsedOf > table_.load()->slots.size() * kUsedMost) Renew(garbage);
  const size_t hash = absl::HashOf(group.key);
  const size_t bytes = BytesOf(group);
  const auto* entry = new Entry{hash, bytes, std::move(group)};
  std::atomic<const Entry*>& slot = SlotFor(*table_.load(), *entry);
  const Entry* old = slot.load();
  slot.store(entry);
  bytes_ += bytes;
  if (old == nullptr) {
    ++used_;
    ++size_;
    return;
  }
  bytes_ -= old->bytes;
  garbage.emplace_back([old] { delete old; });
}

// A new table, without the groups that no right is left of: absent and empty say the same.
void Index::Renew(std::vector<Garbage>& garbage) {
  Table* old = table_.load();
  std::vector<const Entry*> kept;
  for (const std::atomic<const Entry*>& slot : old->slots) {
    const Entry* entry = slot.load();
    if (entry == nullptr) continue;
    if (entry->group.HasRights()) {
      kept.push_back(entry);
    } else {
      bytes_ -= entry->bytes;
      garbage.emplace_back([entry] { delete entry; });
    }
  }
  size_t slots = kFirstSlots;
  while (kept.size() * kUsedOf * 2 > slots * kUsedMost) slots *= 2;
  auto* renewed = new Table(slots);
  for (const Entry* entry : kept) SlotFor(*renewed, *entry).store(entry);
  used_ = kept.size();
  size_ = kept.size();
  table_.store(renewed);
  garbage.emplace_back([old] { delete old; });
}

void Index::PutRules(const domain::CityCode& city, CityRulesPtr rules,
                     std::vector<Garbage>& garbage) {
  const RulesMap* old = rules_.load();
  auto* renewed = new RulesMap(*old);
  if (rules == nullptr) {
    renewed->erase(city);
  } else {
    (*renewed)[city] = std::move(rules);
  }
  rules_.store(renewed);
  garbage.emplace_back([old] { delete old; });
}

void Index::Sweep(absl::Time now, size_t slots, std::vector<Garbage>& garbage) {
  Table& table = *table_.load();
  for (size_t n = 0; n < std::min(slots, table.slots.size()); ++n) {
    swept_ = (swept_ + 1) & table.mask();
    const Entry* entry = table.slots[swept_].load();
    if (entry == nullptr) continue;
    const CityRulesPtr rules = RulesOf(entry->group.key.city);
    if (rules == nullptr) continue;
    const absl::Time kept =
        now - rules->settings().look_back - absl::Minutes(domain::limits::kGraceMaxMinutes);
    postgres::PlateGroup group = entry->group;
    size_t gone = 0;
    for (postgres::PlateRecord& plate : group.plates) {
      gone += std::erase_if(
          plate.rights, [&](const domain::Right& right) { return right.effective.end <= kept; });
    }
    if (gone > 0) Put(std::move(group), garbage);
  }
}

std::vector<postgres::PlateKey> Index::NextKeys(size_t slots) {
  const Table& table = *table_.load();
  std::vector<postgres::PlateKey> keys;
  for (size_t n = 0; n < std::min(slots, table.slots.size()); ++n) {
    audited_ = (audited_ + 1) & table.mask();
    const Entry* entry = table.slots[audited_].load();
    if (entry != nullptr) keys.push_back(entry->group.key);
  }
  return keys;
}

Memory::~Memory() {
  for (auto& [epoch, free] : retired_) free();
  if (freeing_.joinable()) freeing_.join();
  delete freshness_.load();
  delete index_.load();
}

void Memory::SetFreshness(const Freshness* freshness) {
  const Freshness* old = freshness_.exchange(freshness);
  if (old != nullptr) Retire({[old] { delete old; }});
}

void Memory::Retire(std::vector<Index::Garbage> garbage) {
  const uint64_t epoch = grace_.Epoch();
  for (Index::Garbage& free : garbage) retired_.emplace_back(epoch, std::move(free));
  grace_.TryFlip();
  while (!retired_.empty() && retired_.front().first + 2 <= grace_.Epoch()) {
    retired_.front().second();
    retired_.pop_front();
  }
}

void Memory::Adopt(std::unique_ptr<Index> index, const Freshness& freshness) {
  Index* old = index_.exchange(index.release());
  SetFreshness(new Freshness(freshness));
  if (old != nullptr) Retire({[this, old] { Free(std::unique_ptr<Index>(old)); }});
}

void Memory::Free(std::unique_ptr<Index> index) {
  if (index == nullptr) return;
  if (freeing_.joinable()) freeing_.join();
  freeing_ = std::thread([freed = std::move(index)]() mutable { freed.reset(); });
}

void Memory::Apply(std::vector<postgres::PlateGroup> groups, std::vector<RulesOfCity> rules,
                   const Freshness& freshness) {
  std::vector<Index::Garbage> garbage;
  Index& index = *index_.load();
  for (RulesOfCity& city : rules) index.PutRules(city.first, std::move(city.second), garbage);
  for (postgres::PlateGroup& group : groups) index.Put(std::move(group), garbage);
  SetFreshness(new Freshness(freshness));
  Retire(std::move(garbage));
}

void Memory::Drop() { SetFreshness(nullptr); }

void Memory::Sweep(absl::Time now) {
  if (index_.load() == nullptr) return;
  std::vector<Index::Garbage> garbage;
  index_.load()->Sweep(now, kSweepSlots, garbage);
  Retire(std::move(garbage));
}

Memory::Stats Memory::GetStats() const {
  const Reader reader(*this);
  Stats stats;
  if (reader.index() != nullptr) {
    stats.groups = reader.index()->size();
    stats.bytes = reader.index()->bytes();
  }
  if (reader.freshness() != nullptr) stats.fresh_at = reader.freshness()->sent;
  return stats;
}

}  // namespace stadspoort::ladder
