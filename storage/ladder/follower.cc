#include "storage/ladder/follower.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/city_errors.h"
#include "storage/ladder/follower_exchange.h"

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

Follower::Follower(FollowerOptions options, const domain::PlateKeyring& keyring, Memory& memory,
                   postgres::LogFunction log)
    : options_(std::move(options)),
      keyring_(keyring),
      memory_(memory),
      log_(std::move(log)),
      replica_(TimingOf(options_)),
      loaded_(!options_.memory),
      rules_reader_(options_.postgres, options_.rules_audit, keyring_, memory_,
                    {[this](const RulesReader::Read& read) { OnRulesRead(read); },
                     [this](const RulesReader::Read& read) { OnRulesAudited(read); }},
                    log_),
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
  if (absl::Status joined = Join(ticket, *waiter); !joined.ok()) return joined;
  waiters_[ticket] = waiter;
  wake_.notify_one();
  if (waiter->changed.wait_until(lock, deadline.at(), [&] { return waiter->done; })) {
    return std::move(waiter->result);
  }
  replica_.Leave(ticket);
  waiters_.erase(ticket);
  return NoAnswer();
}

absl::Status Follower::Join(Ticket ticket, const Waiter& waiter) {
  // A question about rules alone costs something as well.
  switch (replica_.Join(ticket, std::max<size_t>(1, waiter.ask.folded.size()))) {
    case protocol::Replica::Joined::kOverloaded:
      return absl::ResourceExhaustedError("too many checks wait for the system of record");
    case protocol::Replica::Joined::kUnavailable:
      return NoAnswer();
    case protocol::Replica::Joined::kYes:
      break;
  }
  return absl::OkStatus();
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
    if (wrong_rules_ != nullptr) {
      lock.unlock();
      TakeWrongRules();
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
  exchange.query.zones_max = postgres::kZonesReadMax;
  {
    const std::lock_guard lock(mutex_);
    for (const Ticket ticket : statement.tickets) {
      const auto found = waiters_.find(ticket);
      if (found == waiters_.end()) continue;  // its caller waits no longer
      exchange.waiters.emplace_back(ticket, found->second);
      exchange.AskPlatesOf(found->second->ask);
    }
    AskForWaiters(exchange);
    AskForReadBeside(exchange);
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
  TakeRules(exchange);
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
    // What goes on beside may hang at the server before.
    load_interrupt_.Interrupt();
    rules_reader_.Interrupt();
    if (options_.on_new_epoch) options_.on_new_epoch();
  }
  AnswerWaiters(exchange, settled.apply);
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

void Follower::AnswerWaiters(const Exchange& exchange, bool apply) {
  const std::lock_guard lock(mutex_);
  for (const domain::CityCode& city : exchange.left_out) rules_reader_.Want(city);
  for (const auto& [city, known] : exchange.known) {
    if (apply) read_beside_.erase(city);
  }
  for (const auto& [ticket, waiter] : exchange.waiters) {
    if (exchange.left_out.contains(waiter->ask.city)) {
      parked_[waiter->ask.city].push_back(ticket);
      continue;
    }
    Answer(exchange, *waiter);
    waiter->done = true;
    waiter->changed.notify_one();
    waiters_.erase(ticket);
  }
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

}  // namespace stadspoort::ladder
