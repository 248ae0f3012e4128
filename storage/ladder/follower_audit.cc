// Memory is compared with the system of record.
#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "storage/ladder/follower.h"
#include "storage/ladder/follower_exchange.h"

namespace stadspoort::ladder {
namespace {

// While no check waits: so many groups from each side, so often. About 10 hours for 10 million
// plates; what a check asks for is compared at once.
constexpr std::chrono::milliseconds kAuditPeriod(500);
constexpr int64_t kAuditGroups = 150;
// When the last statement took longer, there is no time for comparisons.
constexpr absl::Duration kBusy = absl::Milliseconds(100);
constexpr size_t kAuditSlots = 400;

Moment Now() { return BootClock::now(); }

}  // namespace

// Whether memory holds other rules than the register, with no change to tell of it.
bool Follower::RulesDiffer(const Exchange& exchange) const {
  const std::vector<domain::CityCode>& changed = exchange.answer.changed_rules;
  return std::any_of(exchange.rules.begin(), exchange.rules.end(), [&](const auto& rules) {
    const auto& [city, read] = rules;
    const CityRulesPtr held = memory_.index()->RulesOf(city);
    return held != nullptr && read.ok() && held != *read && held->parts() != (*read)->parts() &&
           std::find(changed.begin(), changed.end(), city) == changed.end();
  });
}

// Whether memory and the system of record say different things of the same moment. Rights that are
// about to leave by their age are left out.
bool Follower::Differs(const Exchange& exchange, const postgres::PlateGroup* held,
                       const postgres::PlateGroup* found) const {
  const auto rights_of = [&](const postgres::PlateGroup* group, absl::Time kept) {
    std::vector<std::pair<domain::PlateId, domain::Right>> rights;
    if (group == nullptr) return rights;
    for (const postgres::PlateRecord& plate : group->plates) {
      for (const domain::Right& right : plate.rights) {
        if (right.effective.end > kept) rights.emplace_back(plate.id, right);
      }
    }
    return rights;
  };
  const domain::CityCode& city = (held == nullptr ? found : held)->key.city;
  const CityRulesPtr rules = memory_.index()->RulesOf(city);
  if (rules == nullptr) return false;
  const absl::Time kept = exchange.answer.register_time - rules->settings().look_back;
  return rights_of(held, kept) != rights_of(found, kept);
}

// When nothing else is to be done: the next groups of the index by key, and the next ones of the
// system of record. Each finds what the other cannot: what is there too much, and what is missing.
void Follower::AskForAudit(Exchange& exchange) {
  if (!exchange.query.since || !exchange.waiters.empty() || Now() < audit_at_ || took_ > kBusy) {
    return;
  }
  audit_at_ = Now() + kAuditPeriod;
  for (postgres::PlateKey& key : memory_.index()->NextKeys(kAuditSlots)) {
    exchange.query.plates.push_back({std::move(key), std::nullopt});
  }
  exchange.query.audit_after = audited_;
  exchange.query.audit_count = kAuditGroups;
}

void Follower::TakeAudit(const Exchange& exchange) {
  if (!exchange.query.audit_after) return;
  const std::vector<postgres::PlateGroup>& audited = exchange.answer.audited;
  const bool over = static_cast<int64_t>(audited.size()) < kAuditGroups;
  audited_ = over ? postgres::PlateKey() : audited.back().key;
}

void Follower::Compare(const Exchange& exchange, bool differs) {
  TakeAudit(exchange);
  // With a clock that was set back, memory has fewer old rights than the statement reads.
  const bool comparable = exchange.answer.register_time == exchange.answer.header.now;
  int64_t compared = 0;
  const auto compare = [&](const postgres::PlateKey& key, const postgres::PlateGroup* found) {
    if (!comparable || !Hosts(key.city)) return;
    const postgres::PlateGroup* held = memory_.index()->Find(key);
    if (held == nullptr && found == nullptr) return;
    ++compared;
    differs = differs || Differs(exchange, held, found);
  };
  for (const postgres::RegisterQuery::Plate& plate : exchange.query.plates) {
    const auto read = exchange.found.find(plate.key);
    compare(plate.key, read == exchange.found.end() ? nullptr : read->second.get());
  }
  for (const postgres::PlateGroup& group : exchange.answer.audited) compare(group.key, &group);
  {
    const std::lock_guard lock(mutex_);
    stats_.compared += compared;
  }
  if (differs) Alarm();
}

void Follower::Alarm() {
  Log(postgres::LogLevel::kError,
      "ALARM: memory and the system of record differ; memory is dropped and loaded anew");
  memory_.Drop();
  const std::lock_guard lock(mutex_);
  replica_.OnDifference();
  ++stats_.differences;
}

// From the rules reader's thread. Two sets of rules with the same versions are the same set, or one
// of them is wrong.
void Follower::OnRulesAudited(const RulesReader::Read& read) {
  CityRulesPtr held;
  {
    const Memory::Reader reader(memory_);
    if (reader.freshness() == nullptr) return;
    held = reader.index()->RulesOf(read.city);
  }
  if (held == nullptr || held->versions() != (*read.rules)->versions()) return;
  if (held->parts() == (*read.rules)->parts()) return;
  const std::lock_guard lock(mutex_);
  if (read.header.row.epoch != replica_.epoch()) return;
  wrong_rules_ = std::move(held);
  wake_.notify_one();
}

void Follower::TakeWrongRules() {
  CityRulesPtr wrong;
  {
    const std::lock_guard lock(mutex_);
    wrong = std::exchange(wrong_rules_, nullptr);
    // What is asked for from now on is read in full.
    const auto seen = rules_.find(wrong->code());
    if (seen != rules_.end() && seen->second == wrong) rules_.erase(seen);
  }
  if (memory_.index()->RulesOf(wrong->code()) == wrong) Alarm();
}

}  // namespace stadspoort::ladder
