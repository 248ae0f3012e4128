#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/pseudonym.h"
#include "storage/deadline.h"
#include "storage/ladder/memory.h"
#include "storage/ladder/rules_reader.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/client/interrupt.h"
#include "storage/postgres/client/log.h"
#include "storage/postgres/register_read.h"
#include "storage/protocol/replica.h"

namespace stadspoort::ladder {

struct FollowerOptions {
  std::string postgres;  // host, port and database
  // Cities kept in memory; none: all of them, those to come included.
  std::vector<domain::CityCode> hosted;
  bool memory = true;                              // false: keeps none in memory
  size_t waiting_plates_max = 20'000;              // further checks are refused: RESOURCE_EXHAUSTED
  absl::Duration rules_audit = absl::Seconds(30);  // between comparisons of a city's rules
  // Called when another epoch may be relied on than before: after a failover or a restore. From the
  // follower's thread; must not block.
  std::function<void()> on_new_epoch = nullptr;
};

// What the system of record says of some plates of one city, all of one snapshot that was taken
// after the question.
struct Confirmed {
  CityRulesPtr rules;
  // For each plate asked about; null: never seen.
  std::vector<std::shared_ptr<const postgres::PlateGroup>> plates;
  absl::Time as_of;  // the register's clock
};

// The edge of protocol::Replica: one thread with one session to the system of record. It keeps the
// memory index by its own deltas, and confirms what checks may not say otherwise. Loads, and
// reading the rules of a large city, run on sessions and threads of their own.
class Follower {
 public:
  // All outlive it.
  Follower(FollowerOptions options, const domain::PlateKeyring& keyring, Memory& memory,
           postgres::LogFunction log);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  struct Ask {
    domain::CityCode city;
    std::vector<domain::Pseudonym> folded;
    std::optional<absl::Time> oldest;  // of the check times; none: now
  };
  // Waits for a statement that is sent after this call began. CityNotFound, PlateKeyMismatch;
  // UNAVAILABLE when the system of record does not answer or its answer may not be relied on,
  // RESOURCE_EXHAUSTED when too many wait, DEADLINE_EXCEEDED. Thread-safe.
  absl::StatusOr<Confirmed> Confirm(Ask ask, Deadline deadline);

  // The last reading of the primary's clock, and of the register's at the same moment; none before
  // the first answer. Thread-safe.
  struct Clocks {
    protocol::Replica::ClockReading primary;
    absl::Time register_time;
  };
  std::optional<Clocks> ReadClocks() const;
  // The rules last seen of a city, however old: only to make plate keys of plates.
  CityRulesPtr RulesSeen(const domain::CityCode& city) const;
  // Whether memory has been loaded since the start (true when it keeps none).
  bool loaded() const { return loaded_; }

  struct Stats {
    int64_t statements = 0;  // to the primary
    int64_t confirming = 0;  // of these, with checks on them
    int64_t confirmed_plates = 0;
    int64_t loads = 0;
    int64_t compared = 0;     // groups in memory, with the system of record, at one moment
    int64_t differences = 0;  // found so; each an alarm
    int64_t untrusted = 0;    // answers that the lease did not cover
    int64_t failures = 0;     // statements and connections
    int64_t unanswered = 0;   // calls of Confirm that got UNAVAILABLE or DEADLINE_EXCEEDED
    int64_t overloaded = 0;   // RESOURCE_EXHAUSTED
    size_t waiting = 0;
  };
  Stats GetStats() const;

 private:
  struct Waiter {
    Ask ask;
    // Under mutex_ until `done`.
    bool done = false;
    absl::StatusOr<Confirmed> result = absl::UnavailableError("not answered");
    std::condition_variable changed;
  };
  using Ticket = protocol::Replica::Ticket;
  struct Exchange;  // one statement, with its repetitions

  absl::Status Join(Ticket ticket, const Waiter& waiter);  // under mutex_
  absl::StatusOr<Confirmed> ConfirmLocked(std::unique_lock<std::mutex>& lock,
                                          const std::shared_ptr<Waiter>& waiter, Deadline deadline);
  void Run();
  void Connect();
  void RunStatement(const protocol::Replica::Statement& statement);
  absl::StatusOr<postgres::RegisterAnswer> Read(Exchange& exchange);
  void Settle(Exchange& exchange);
  void AnswerWaiters(const Exchange& exchange, bool apply);
  void Answer(const Exchange& exchange, Waiter& waiter);

  // In follower_rules.cc.
  bool AskForWaiters(Exchange& exchange) const;                                 // under mutex_
  bool AskRulesHeldOf(Exchange& exchange, const domain::CityCode& city) const;  // likewise
  void AskForReadBeside(Exchange& exchange) const;                              // likewise
  void TakeRules(Exchange& exchange);
  void OnRulesRead(const RulesReader::Read& read);
  bool LooksFurtherBack(const Exchange& exchange) const;
  std::vector<Memory::RulesOfCity> RulesForMemory(const Exchange& exchange);

  // In follower_audit.cc.
  void AskForAudit(Exchange& exchange);
  void TakeAudit(const Exchange& exchange);
  bool RulesDiffer(const Exchange& exchange) const;
  bool Differs(const Exchange& exchange, const postgres::PlateGroup* held,
               const postgres::PlateGroup* found) const;
  void Compare(const Exchange& exchange, bool differs);
  void Alarm();
  void OnRulesAudited(const RulesReader::Read& read);
  void TakeWrongRules();

  void Refuse(const std::vector<Ticket>& tickets, const absl::Status& status);
  void Lose();

  void StartLoad();
  void Load();
  void FinishLoad();
  bool Hosts(const domain::CityCode& city) const;
  void Log(postgres::LogLevel level, std::string_view line) const;

  const FollowerOptions options_;
  const domain::PlateKeyring& keyring_;
  Memory& memory_;
  const postgres::LogFunction log_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  // Under mutex_:
  bool stopping_ = false;
  protocol::Replica replica_;
  Ticket next_ticket_ = 1;
  absl::flat_hash_map<Ticket, std::shared_ptr<Waiter>> waiters_;
  absl::flat_hash_map<domain::CityCode, CityRulesPtr> rules_;  // last seen
  std::string rules_epoch_;                                    // in which they were read
  // Too much of their city's rules changed: they wait until the rules are read beside.
  absl::flat_hash_map<domain::CityCode, std::vector<Ticket>> parked_;
  absl::flat_hash_set<domain::CityCode> read_beside_;  // for memory, in rules_
  CityRulesPtr wrong_rules_;                           // found to be so by the audit
  absl::Time register_time_;                           // at replica_.clock()
  Stats stats_;

  // Of the thread alone.
  std::unique_ptr<postgres::Connection> connection_;
  Moment connect_at_{};
  Moment load_at_{};
  Moment sweep_at_{};
  Moment audit_at_{};
  absl::Duration took_;         // the last statement
  postgres::PlateKey audited_;  // the last one of the system of record
  std::string trusted_epoch_;   // of the last answer that could be relied on
  // Cities whose rules memory lacks until they are read beside, and how far back its plates reach.
  absl::flat_hash_map<domain::CityCode, absl::Duration> aside_;

  // A load: written by its thread, read by ours once it is over (load_over_).
  struct Loaded {
    absl::Status status;
    postgres::RegisterAnswer header;  // the header only
    std::unique_ptr<Index> index;
    Moment sent;
  };
  Loaded load_;
  std::atomic<bool> load_over_ = false;
  std::atomic<bool> loaded_ = false;
  std::atomic<bool> stop_load_ = false;
  postgres::InterruptHandle load_interrupt_;
  std::thread loader_;

  // The last two use all the others.
  RulesReader rules_reader_;
  std::thread thread_;
};

}  // namespace stadspoort::ladder
