#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/pseudonym.h"
#include "storage/ladder/memory.h"
#include "storage/moment.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/client/interrupt.h"
#include "storage/postgres/client/log.h"
#include "storage/protocol/state.h"

namespace stadspoort::ladder {

// Reads the rules of cities in full, beside the follower's statements, on a thread and a session of
// its own: of a city of which too much changed to be read where checks wait; and of each that
// memory holds in turn, to be compared with it.
class RulesReader {
 public:
  struct Read {
    domain::CityCode city;
    // Of the primary, by its lease; of no meaning when `rules` is an error.
    protocol::Header header;
    absl::StatusOr<CityRulesPtr> rules = CityRulesPtr();  // null: no such city
  };
  // Called from this thread; must not block.
  struct Takers {
    std::function<void(Read)> wanted;
    std::function<void(Read)> audited;  // only what could be read
  };
  // `audit`: between two cities. The rest outlives it.
  RulesReader(std::string postgres, absl::Duration audit, const domain::PlateKeyring& keyring,
              const Memory& memory, Takers takers, postgres::LogFunction log);
  ~RulesReader();
  RulesReader(const RulesReader&) = delete;
  RulesReader& operator=(const RulesReader&) = delete;

  // Reads it, once for all who want it meanwhile, and again and again while the system of record
  // cannot be relied on: `wanted` is told each time. Thread-safe.
  void Want(const domain::CityCode& city);
  // The session may hang at a server of before. Thread-safe.
  void Interrupt() { interrupt_.Interrupt(); }

 private:
  void Run();
  Read ReadOne(const domain::CityCode& city);
  absl::StatusOr<CityRulesPtr> ReadRules(const domain::CityCode& city, protocol::Header& header);
  absl::Status Connect();
  bool Stopping();
  void Audit();

  const std::string postgres_;
  const absl::Duration audit_;
  const domain::PlateKeyring& keyring_;
  const Memory& memory_;
  const Takers takers_;
  const postgres::LogFunction log_;

  // Of the thread alone.
  std::unique_ptr<postgres::Connection> connection_;
  domain::CityCode audited_;  // the last city

  std::mutex mutex_;
  std::condition_variable wake_;
  // Under mutex_:
  bool stopping_ = false;
  std::deque<domain::CityCode> wanted_;  // each once

  postgres::InterruptHandle interrupt_;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace stadspoort::ladder
