#include "storage/ladder/rules_reader.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "storage/ladder/rules_keeper.h"
#include "storage/postgres/register_read.h"

namespace stadspoort::ladder {
namespace {

constexpr absl::Duration kConnectPatience = absl::Seconds(1);
constexpr absl::Duration kReadPatience = absl::Seconds(30);
// After a failure.
constexpr std::chrono::milliseconds kRetry(200);
// After an audit that took long, so many times as long passes before the next.
constexpr int kAuditPauses = 20;

Moment Now() { return BootClock::now(); }

// The city after `last` of those that memory holds; after the last one the first.
std::optional<domain::CityCode> NextCity(const Memory& memory, const domain::CityCode& last) {
  const Memory::Reader reader(memory);
  if (reader.freshness() == nullptr) return std::nullopt;
  std::optional<domain::CityCode> first;
  std::optional<domain::CityCode> next;
  for (const CityRulesPtr& rules : reader.index()->AllRules()) {
    const domain::CityCode& city = rules->code();
    if (!first || city < *first) first = city;
    if (last < city && (!next || city < *next)) next = city;
  }
  return next ? next : first;
}

}  // namespace

RulesReader::RulesReader(std::string postgres, absl::Duration audit,
                         const domain::PlateKeyring& keyring, const Memory& memory, Takers takers,
                         postgres::LogFunction log)
    : postgres_(std::move(postgres)),
      audit_(audit),
      keyring_(keyring),
      memory_(memory),
      takers_(std::move(takers)),
      log_(std::move(log)),
      thread_([this] { Run(); }) {}

RulesReader::~RulesReader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  interrupt_.Interrupt();
  thread_.join();
}

void RulesReader::Want(const domain::CityCode& city) {
  {
    const std::lock_guard lock(mutex_);
    if (std::find(wanted_.begin(), wanted_.end(), city) != wanted_.end()) return;
    wanted_.push_back(city);
  }
  wake_.notify_one();
}

void RulesReader::Run() {
  Moment audit_at = Now() + absl::ToChronoNanoseconds(audit_);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (wanted_.empty() && Now() < audit_at) {
      wake_.wait_until(lock, audit_at);
      continue;
    }
    if (wanted_.empty()) {
      lock.unlock();
      const Moment began = Now();
      Audit();
      const absl::Duration took = absl::FromChrono(Now() - began);
      audit_at = Now() + absl::ToChronoNanoseconds(std::max(audit_, took * kAuditPauses));
      lock.lock();
      continue;
    }
    const domain::CityCode city = wanted_.front();
    lock.unlock();
    Read read = ReadOne(city);
    lock.lock();
    // Whoever wants it from now on wants it as of later.
    wanted_.pop_front();
    const bool again = absl::IsUnavailable(read.rules.status());
    if (again && std::find(wanted_.begin(), wanted_.end(), city) == wanted_.end()) {
      wanted_.push_back(city);
    }
    lock.unlock();
    takers_.wanted(std::move(read));
    lock.lock();
    if (again) wake_.wait_for(lock, kRetry, [this] { return stopping_; });
  }
}

RulesReader::Read RulesReader::ReadOne(const domain::CityCode& city) {
  Read read;
  read.city = city;
  read.rules = ReadRules(city, read.header);
  return read;
}

absl::StatusOr<CityRulesPtr> RulesReader::ReadRules(const domain::CityCode& city,
                                                    protocol::Header& header) {
  if (absl::Status connected = Connect(); !connected.ok()) return connected;
  postgres::RegisterQuery query;
  query.rules.push_back({city});
  absl::StatusOr<postgres::RegisterAnswer> answer = absl::CancelledError("stopping");
  {
    const postgres::Interruptible interruptible(interrupt_, *connection_);
    if (Stopping()) return answer.status();
    answer = postgres::ReadRegister(*connection_, query, Deadline::After(kReadPatience));
  }
  const bool trusted = answer.ok() && protocol::Trusted(answer->header, protocol::Rules::All());
  if (!trusted) {
    connection_->LeaveUncancelled();  // a cancel may hang where the read did
    connection_.reset();              // it may be with a server that was left behind
    return absl::UnavailableError(answer.ok() ? "the system of record holds no lease"
                                              : answer.status().message());
  }
  header = answer->header;
  if (answer->rules.empty()) return CityRulesPtr();
  return JoinRules(nullptr, std::move(answer->rules.front()), keyring_);
}

bool RulesReader::Stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

absl::Status RulesReader::Connect() {
  if (connection_ != nullptr && !connection_->broken() && !connection_->HasEnded()) {
    return absl::OkStatus();
  }
  postgres::ConnectionOptions options = postgres::ReaderOptions(postgres_, "ladder");
  options.application_name += "-rules";
  options.connect_timeout = kConnectPatience;
  options.statement_timeout = kReadPatience;
  auto connection = postgres::Connection::Connect(options, Deadline::After(kConnectPatience), log_);
  if (!connection.ok()) return absl::UnavailableError(connection.status().message());
  connection_ = *std::move(connection);
  return absl::OkStatus();
}

void RulesReader::Audit() {
  const std::optional<domain::CityCode> city = NextCity(memory_, audited_);
  if (!city) return;
  audited_ = *city;
  Read read = ReadOne(*city);
  if (read.rules.ok() && *read.rules != nullptr) takers_.audited(std::move(read));
}

}  // namespace stadspoort::ladder
