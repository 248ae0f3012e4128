// The rules of cities, as memory and the checks that wait get them.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "storage/ladder/follower.h"
#include "storage/ladder/follower_exchange.h"
#include "storage/ladder/rules_keeper.h"

namespace stadspoort::ladder {

// Asks for the rules that the checks will be judged by: by their versions, of which every statement
// reads the present ones, so that no answer rests on rules of a moment before. False when all are
// asked for.
bool Follower::AskForWaiters(Exchange& exchange) const {
  bool asked = false;
  for (const auto& [ticket, waiter] : exchange.waiters) {
    asked = AskRulesHeldOf(exchange, waiter->ask.city) || asked;
  }
  return asked;
}

bool Follower::AskRulesHeldOf(Exchange& exchange, const domain::CityCode& city) const {
  CityRulesPtr held = exchange.query.since ? memory_.index()->RulesOf(city) : nullptr;
  const auto seen = rules_.find(city);
  if (held == nullptr && seen != rules_.end()) held = seen->second;
  return exchange.AskRulesOf(city, held);
}

// What was read beside goes into memory with the next delta, together with what changed since.
void Follower::AskForReadBeside(Exchange& exchange) const {
  if (!exchange.query.since) return;
  for (const domain::CityCode& city : read_beside_) AskRulesHeldOf(exchange, city);
}

// Joins what was read of rules with what of them is held. What was left out will be read beside;
// until then memory does not answer for the city, and its checks wait.
void Follower::TakeRules(Exchange& exchange) {
  for (postgres::RulesRead& read : exchange.answer.rules) {
    const domain::CityCode city = read.city;
    if (read.zones_left_out) {
      exchange.left_out.insert(city);
      continue;
    }
    const CityRulesPtr& known = exchange.known[city];
    exchange.rules.emplace(city, JoinRules(known, std::move(read), keyring_));
  }
}

// From the rules reader's thread.
void Follower::OnRulesRead(const RulesReader::Read& read) {
  const std::lock_guard lock(mutex_);
  const absl::Status& status = read.rules.status();
  if (status.ok()) {
    if (*read.rules != nullptr && read.header.row.epoch == rules_epoch_) {
      rules_[read.city] = *read.rules;
    }
    if (options_.memory && Hosts(read.city)) read_beside_.insert(read.city);
  }
  for (const Ticket ticket : std::exchange(parked_[read.city], {})) {
    const auto found = waiters_.find(ticket);
    if (found == waiters_.end()) continue;  // its caller waits no longer
    const absl::Status joined = status.ok() ? Join(ticket, *found->second) : status;
    if (!joined.ok()) Refuse({ticket}, joined);
  }
  wake_.notify_one();
}

// Whether a city looks further back than memory reaches.
bool Follower::LooksFurtherBack(const Exchange& exchange) const {
  return std::any_of(exchange.rules.begin(), exchange.rules.end(), [&](const auto& rules) {
    const auto& [city, read] = rules;
    if (!read.ok()) return false;
    const CityRulesPtr held = memory_.index()->RulesOf(city);
    const auto aside = aside_.find(city);
    if (held == nullptr && aside == aside_.end()) return false;
    const absl::Duration reaches = held == nullptr ? aside->second : held->settings().look_back;
    return (*read)->settings().look_back > reaches;
  });
}

std::vector<Memory::RulesOfCity> Follower::RulesForMemory(const Exchange& exchange) {
  std::vector<Memory::RulesOfCity> rules;
  for (const auto& [city, read] : exchange.rules) {
    if (!Hosts(city)) continue;
    // What cannot be read here, of a city whose plate key is elsewhere, must not stay as it was.
    CityRulesPtr present = read.ok() ? *read : nullptr;
    if (memory_.index()->RulesOf(city) != present) rules.emplace_back(city, std::move(present));
    aside_.erase(city);
  }
  for (const domain::CityCode& city : exchange.left_out) {
    const CityRulesPtr held = memory_.index()->RulesOf(city);
    if (held == nullptr) continue;
    aside_[city] = held->settings().look_back;
    rules.emplace_back(city, nullptr);
  }
  return rules;
}

}  // namespace stadspoort::ladder
