#include "storage/ladder/follower.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/city_errors.h"
#include "storage/ladder/rules_keeper.h"

namespace stadspoort::ladder {
namespace {

// A check waits for so long, and is then told that the system of record does not answer.
constexpr absl::Duration kCheckPatience = absl::Seconds(2);
constexpr double kOfDeadline = 0.9;
// The session is given up later: on a machine that is merely slow, a new session with its new plans
// would make it slower still.
constexpr absl::Duration kStatementPatience = absl::Seconds(4);
constexpr absl::Duration kConnectPatience = absl::Seconds(1);
constexpr std::chrono::milliseconds kReconnect(100);
constexpr std::chrono::seconds kSweepPeriod(1);
// The comparison of memory with the system of record, while no check waits: so many groups from
// each side, so often. About 10 hours for 10 million plates; what a check asks for is compared at
// once.
constexpr std::chrono::milliseconds kAuditPeriod(500);
constexpr int64_t kAuditGroups = 150;
constexpr std::chrono::seconds kRulesAuditPeriod(30);  // one city
// When the last statement took longer, there is no time for comparisons.
constexpr absl::Duration kBusy = absl::Milliseconds(100);
constexpr size_t kAuditSlots = 400;
// A statement is sent again when it turns out to need rules that were not asked for. Each time more
// are asked; beyond this something changes rules all the time.
constexpr int kReads = 8;
constexpr int kReadsByCity = 2;

Moment Now() { return BootClock::now(); }

absl::Status NoAnswer() { return absl::UnavailableError("the system of record does not answer"); }

protocol::Replica::Timing TimingOf(const FollowerOptions& options) {
  protocol::Replica::Timing timing;
  timing.waiting_max = options.waiting_plates_max;
  return timing;
}

}  // namespace

struct Follower::Exchange {
  Moment sent;
  std::vector<std::pair<Ticket, std::shared_ptr<Waiter>>> waiters;
  postgres::RegisterQuery query;
  absl::flat_hash_map<postgres::PlateKey, size_t> asked;  // the place in query.plates
  // What of the rules was held when the query was made.
  absl::flat_hash_map<domain::CityCode, CityRulesPtr> known;
  postgres::RegisterAnswer answer;
  bool truncated = false;
  // Of the answer's snapshot. A city that was asked for and is not here does not exist.
  absl::flat_hash_map<domain::CityCode, absl::StatusOr<CityRulesPtr>> rules;
  absl::flat_hash_map<postgres::PlateKey, std::shared_ptr<const postgres::PlateGroup>> found;

  // Each plate once, however many checks ask for it; as far back as any of them looks.
  void AskPlatesOf(const Ask& ask) {
    for (const domain::Pseudonym& folded : ask.folded) {
      const postgres::PlateKey key{ask.city, folded};
      const auto [place, inserted] = asked.try_emplace(key, query.plates.size());
      if (inserted) {
        query.plates.push_back({key, ask.oldest});
      } else if (ask.oldest) {
        std::optional<absl::Time>& oldest = query.plates[place->second].oldest;
        oldest = std::min(oldest.value_or(*ask.oldest), *ask.oldest);
      }
    }
  }

  // False when they are asked for already.
  bool AskRulesOf(const domain::CityCode& city, const CityRulesPtr& held) {
    if (!known.emplace(city, held).second) return false;
    query.rules.push_back({city, held == nullptr ? domain::CityVersions() : held->versions()});
    return true;
  }
};

Follower::Follower(FollowerOptions options, const domain::PlateKeyring& keyring, Memory& memory,
                   postgres::LogFunction log)
    : options_(std::move(options)),
      keyring_(keyring),
      memory_(memory),
      log_(std::move(log)),
      replica_(TimingOf(options_)),
      loaded_(!options_.memory),
      thread_([this] { Run(); }) {}

Follower::~Follower() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_load_ = true;
  load_interrupt_.Interrupt();
  wake_.notify_all();
  thread_.join();
  if (loader_.joinable()) loader_.join();
}

void Follower::Log(postgres::LogLevel level, std::string_view line) const {
  if (log_) log_(level, line);
}

bool Follower::Hosts(const domain::CityCode& city) const {
  return options_.hosted.empty() ||
         std::find(options_.hosted.begin(), options_.hosted.end(), city) != options_.hosted.end();
}

absl::StatusOr<Confirmed> Follower::Confirm(Ask ask, Deadline deadline) {
  auto waiter = std::make_shared<Waiter>();
  waiter->ask = std::move(ask);
  // A little is left to the caller, for what holds while nobody answers.
  const Deadline patience =
      Deadline::After(std::min(kCheckPatience, deadline.Remaining() * kOfDeadline));
  std::unique_lock lock(mutex_);
  absl::StatusOr<Confirmed> confirmed = ConfirmLocked(lock, waiter, patience);
  if (absl::IsResourceExhausted(confirmed.status())) ++stats_.overloaded;
  if (absl::IsUnavailable(confirmed.status())) {
    ++stats_.unanswered;
    if (deadline.Passed()) return absl::DeadlineExceededError("the caller waits no longer");
  }
  return confirmed;
}

absl::StatusOr<Confirmed> Follower::ConfirmLocked(std::unique_lock<std::mutex>& lock,
                                                  const std::shared_ptr<Waiter>& waiter,
                                                  Deadline deadline) {
  if (replica_.Stuck(Now())) return NoAnswer();
  const Ticket ticket = next_ticket_++;
  // A question about rules alone costs something as well.
  switch (replica_.Join(ticket, std::max<size_t>(1, waiter->ask.folded.size()))) {
    case protocol::Replica::Joined::kOverloaded:
      return absl::ResourceExhaustedError("too many checks wait for the system of record");
    case protocol::Replica::Joined::kUnavailable:
      return NoAnswer();
    case protocol::Replica::Joined::kYes:
      break;
  }
  waiters_[ticket] = waiter;
  wake_.notify_one();
  if (waiter->changed.wait_until(lock, deadline.at(), [&] { return waiter->done; })) {
    return std::move(waiter->result);
  }
  replica_.Leave(ticket);
  waiters_.erase(ticket);
  return NoAnswer();
}

std::optional<Follower::Clocks> Follower::ReadClocks() const {
  const std::lock_guard lock(mutex_);
  if (!replica_.clock()) return std::nullopt;
  return Clocks{*replica_.clock(), register_time_};
}

CityRulesPtr Follower::RulesSeen(const domain::CityCode& city) const {
  const std::lock_guard lock(mutex_);
  const auto found = rules_.find(city);
  return found == rules_.end() ? nullptr : found->second;
}

Follower::Stats Follower::GetStats() const {
  const std::lock_guard lock(mutex_);
  Stats stats = stats_;
  stats.waiting = waiters_.size();
  return stats;
}

void Follower::Run() {
  while (true) {
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    if (load_over_) {
      lock.unlock();
      FinishLoad();
      continue;
    }
    const Moment now = Now();
    if (connection_ == nullptr) {
      if (now < connect_at_) {
        wake_.wait_until(lock, connect_at_);
        continue;
      }
      lock.unlock();
      Connect();
      continue;
    }
    if (options_.memory && now >= load_at_ && replica_.WantsLoad()) StartLoad();
    const std::optional<protocol::Replica::Statement> statement = replica_.Next(now);
    if (!statement) {
      wake_.wait_until(lock, replica_.NextAt());
      continue;
    }
    lock.unlock();
    RunStatement(*statement);
  }
}

void Follower::Connect() {
  postgres::ConnectionOptions options = postgres::ReaderOptions(options_.postgres, "ladder");
  // The server gives up when we do.
  options.statement_timeout = kStatementPatience;
  options.connect_timeout = kConnectPatience;
  auto connection = postgres::Connection::Connect(options, Deadline::After(kConnectPatience), log_);
  if (!connection.ok()) {
    connect_at_ = Now() + kReconnect;
    Lose();
    return;
  }
  connection_ = *std::move(connection);
  const std::lock_guard lock(mutex_);
  replica_.OnConnected();
}

void Follower::Lose() {
  if (connection_ != nullptr) connection_->LeaveUncancelled();
  connection_.reset();
  const std::lock_guard lock(mutex_);
  ++stats_.failures;
  Refuse(replica_.OnDisconnected(), NoAnswer());
}

void Follower::Refuse(const std::vector<Ticket>& tickets, const absl::Status& status) {
  for (const Ticket ticket : tickets) {
    const auto found = waiters_.find(ticket);
    if (found == waiters_.end()) continue;
    found->second->result = status;
    found->second->done = true;
    found->second->changed.notify_one();
    waiters_.erase(found);
  }
}

void Follower::RunStatement(const protocol::Replica::Statement& statement) {
  Exchange exchange;
  exchange.sent = Now();
  exchange.query.since = statement.since;
  {
    const std::lock_guard lock(mutex_);
    for (const Ticket ticket : statement.tickets) {
      const auto found = waiters_.find(ticket);
      if (found == waiters_.end()) continue;  // its caller waits no longer
      exchange.waiters.emplace_back(ticket, found->second);
      exchange.AskPlatesOf(found->second->ask);
    }
    AskForWaiters(exchange);
  }
  AskForAudit(exchange);
  absl::StatusOr<postgres::RegisterAnswer> answer = Read(exchange);
  if (!answer.ok()) {
    if (answer.status().code() != absl::StatusCode::kUnavailable) {
      Log(postgres::LogLevel::kWarning,
          absl::StrCat("the register cannot be read: ", answer.status().ToString()));
    }
    connect_at_ = Now() + kReconnect;
    Lose();
    return;
  }
  exchange.answer = *std::move(answer);
  took_ = absl::FromChrono(Now() - exchange.sent);
  Settle(exchange);
}

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

// Reads until the answer has the rules that its changes and its checks need.
absl::StatusOr<postgres::RegisterAnswer> Follower::Read(Exchange& exchange) {
  const Deadline deadline = Deadline::After(kStatementPatience);
  for (int i = 0; i < kReads; ++i) {
    if (i > 0) {
      exchange.sent = Now();
      const std::lock_guard lock(mutex_);
      replica_.OnSentAgain(exchange.sent);
    }
    absl::StatusOr<postgres::RegisterAnswer> answer =
        postgres::ReadRegister(*connection_, exchange.query, deadline);
    if (!answer.ok()) return answer;
    const std::lock_guard lock(mutex_);
    if (answer->header.row.epoch != rules_epoch_) {
      // Versions of another epoch say nothing: what is held counts for nothing.
      rules_.clear();
      rules_epoch_ = answer->header.row.epoch;
      exchange.known.clear();
      exchange.query.rules.clear();
      answer->rules.clear();
    }
    if (exchange.query.since &&
        (answer->truncated || answer->header.row.epoch != replica_.epoch())) {
      // The delta is void, memory will be loaded anew; the checks go by key alone.
      exchange.truncated = true;
      exchange.query.since.reset();
      if (answer->header.row.epoch != replica_.epoch()) {
        // Nor do versions that memory held.
        exchange.known.clear();
        exchange.query.rules.clear();
        answer->rules.clear();
      }
    }
    bool again = AskForWaiters(exchange);
    if (exchange.query.since) {
      for (const domain::CityCode& city : answer->changed_rules) {
        if (Hosts(city)) again = AskRulesHeldOf(exchange, city) || again;
      }
      // Every time another city has changed: ask for all of them. What did not change is not read.
      if (again && i >= kReadsByCity) {
        for (const CityRulesPtr& held : memory_.index()->AllRules()) {
          exchange.AskRulesOf(held->code(), held);
        }
      }
    }
    if (!again) return answer;
  }
  return absl::AbortedError("the rules of cities keep changing");
}

void Follower::Settle(Exchange& exchange) {
  postgres::RegisterAnswer& answer = exchange.answer;
  for (postgres::RulesRead& read : answer.rules) {
    const domain::CityCode city = read.city;
    const CityRulesPtr& known = exchange.known[city];
    exchange.rules.emplace(city, JoinRules(known, std::move(read), keyring_));
  }
  for (postgres::PlateGroup& group : answer.found) {
    const postgres::PlateKey key = group.key;
    exchange.found[key] = std::make_shared<const postgres::PlateGroup>(std::move(group));
  }
  protocol::Replica::Settled settled;
  {
    const std::lock_guard lock(mutex_);
    settled = replica_.OnAnswer(answer.header, exchange.truncated, Now());
    ++stats_.statements;
    // Plates may be asked for without a check, to compare memory.
    if (!exchange.waiters.empty()) {
      ++stats_.confirming;
      stats_.confirmed_plates += static_cast<int64_t>(exchange.query.plates.size());
    }
    if (!settled.trusted) {
      ++stats_.untrusted;
      Refuse(settled.tickets, absl::UnavailableError("the system of record holds no lease"));
    } else {
      register_time_ = answer.register_time;
      for (const auto& [city, rules] : exchange.rules) {
        if (rules.ok()) rules_[city] = *rules;
      }
    }
  }
  if (!settled.trusted) {
    if (settled.disconnect) Lose();
    return;
  }
  const std::string before = std::exchange(trusted_epoch_, answer.header.row.epoch);
  if (!before.empty() && before != trusted_epoch_) {
    // A load may hang at the server before.
    load_interrupt_.Interrupt();
    if (options_.on_new_epoch) options_.on_new_epoch();
  }
  AnswerWaiters(exchange);
  if (settled.drop) memory_.Drop();
  if (settled.apply) {
    std::erase_if(answer.changed,
                  [&](const postgres::PlateGroup& group) { return !Hosts(group.key.city); });
    const bool rules_differ = RulesDiffer(exchange);
    const bool looks_further_back = LooksFurtherBack(exchange);
    memory_.Apply(std::move(answer.changed), RulesForMemory(exchange),
                  {exchange.sent, answer.header.now, answer.register_time});
    if (looks_further_back) {
      Log(postgres::LogLevel::kInfo, "a city looks further back: memory is loaded anew");
      memory_.Drop();
      const std::lock_guard lock(mutex_);
      replica_.OnDifference();
    } else {
      Compare(exchange, rules_differ);
    }
    if (Now() >= sweep_at_) {
      sweep_at_ = Now() + kSweepPeriod;
      memory_.Sweep(answer.register_time);
    }
  }
}

void Follower::AnswerWaiters(const Exchange& exchange) {
  const std::lock_guard lock(mutex_);
  for (const auto& [ticket, waiter] : exchange.waiters) {
    Answer(exchange, *waiter);
    waiter->done = true;
    waiter->changed.notify_one();
    waiters_.erase(ticket);
  }
}

// Whether a city looks further back than memory reaches.
bool Follower::LooksFurtherBack(const Exchange& exchange) const {
  return std::any_of(exchange.rules.begin(), exchange.rules.end(), [&](const auto& rules) {
    const auto& [city, read] = rules;
    const CityRulesPtr held = memory_.index()->RulesOf(city);
    return held != nullptr && read.ok() &&
           (*read)->settings().look_back > held->settings().look_back;
  });
}

std::vector<Memory::RulesOfCity> Follower::RulesForMemory(const Exchange& exchange) const {
  std::vector<Memory::RulesOfCity> rules;
  for (const auto& [city, read] : exchange.rules) {
    if (!Hosts(city)) continue;
    // What cannot be read here, of a city whose plate key is elsewhere, must not stay as it was.
    CityRulesPtr present = read.ok() ? *read : nullptr;
    const CityRulesPtr held = memory_.index()->RulesOf(city);
    if (held == present) continue;
    // Read in full and found equal: the held ones have their areas in order already.
    if (held != nullptr && present != nullptr && held->parts() == present->parts()) continue;
    rules.emplace_back(city, std::move(present));
  }
  return rules;
}

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

void Follower::Answer(const Exchange& exchange, Waiter& waiter) {
  const Ask& ask = waiter.ask;
  Confirmed confirmed;
  const auto rules = exchange.rules.find(ask.city);
  if (rules == exchange.rules.end()) {
    waiter.result = domain::CityNotFound();
    return;
  }
  if (!rules->second.ok()) {
    waiter.result = rules->second.status();
    return;
  }
  confirmed.rules = *rules->second;
  for (const domain::Pseudonym& folded : ask.folded) {
    const auto found = exchange.found.find(postgres::PlateKey{ask.city, folded});
    confirmed.plates.push_back(found == exchange.found.end() ? nullptr : found->second);
  }
  confirmed.as_of = exchange.answer.register_time;
  waiter.result = std::move(confirmed);
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
  AskForRulesAudit(exchange);
  for (postgres::PlateKey& key : memory_.index()->NextKeys(kAuditSlots)) {
    exchange.query.plates.push_back({std::move(key), std::nullopt});
  }
  exchange.query.audit_after = audited_;
  exchange.query.audit_count = kAuditGroups;
}

// The rules of the next city, in full and not by their versions.
void Follower::AskForRulesAudit(Exchange& exchange) {
  if (Now() < rules_audit_at_) return;
  rules_audit_at_ = Now() + kRulesAuditPeriod;
  std::optional<domain::CityCode> first;
  std::optional<domain::CityCode> next;
  for (const CityRulesPtr& rules : memory_.index()->AllRules()) {
    const domain::CityCode& city = rules->code();
    if (!first || city < *first) first = city;
    if (rules_audited_ < city && (!next || city < *next)) next = city;
  }
  if (!next) next = first;
  if (!next) return;
  rules_audited_ = *next;
  exchange.AskRulesOf(rules_audited_, nullptr);
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
  if (differs) {
    Log(postgres::LogLevel::kError,
        "ALARM: memory and the system of record differ; memory is dropped and loaded anew");
    memory_.Drop();
  }
  const std::lock_guard lock(mutex_);
  stats_.compared += compared;
  if (!differs) return;
  replica_.OnDifference();
  ++stats_.differences;
}

}  // namespace stadspoort::ladder
