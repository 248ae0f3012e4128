#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/protocol/projector.h"
#include "storage/protocol/state.h"
#include "tests/simulation/model.h"
#include "tests/simulation/postgres.h"

namespace stadspoort::simulation {

enum class Role : uint8_t { kNobody, kReplica, kProjector };

// Who waits for the answer of a call. A process that crashed is another when it is back.
struct Owner {
  Role role = Role::kNobody;
  int index = 0;
  int incarnation = 0;
};

// A connection as both ends know it. The server may think it open when its client is long gone.
struct Session {
  int id = 0;  // 0: none
  int server = 0;
  int life = 0;
};

enum class CallKind : uint8_t {
  // To PostgreSQL.
  kConnect,
  kStatement,  // a replica's delta and rows by key
  kLoad,       // of a memory index
  kElect,
  kRead,
  kCommit,
  kRebuildLoad,
  kWrite,
  kIdle,  // a transaction that holds an id and does nothing
  // To Redis.
  kLook,  // a check's
  kInspect,
  kApply,
  kFill,
  kMark,
};
inline bool ToRedis(CallKind kind) { return kind >= CallKind::kLook; }

// What became of a call.
enum class Outcome : uint8_t {
  kDone,
  kLost,     // no answer will come; whether it was done is not known
  kUnsafe,   // committed, but its synchronous wait was cut short
  kRefused,  // not elected, fenced, not the expected tick
};

// A request on its way to a server, what is done there, and the answer on its way back. The
// adversary moves it from phase to phase.
struct Call {
  enum class Phase : uint8_t {
    kFree,
    kRequest,  // on its way
    kBegun,    // the server has read its clock
    kLocking,  // a transaction waits for a lock
    kOpen,     // a transaction has written
    kStandby,  // a transaction waits for the standby
    kAnswer,   // on its way back
  };

  CallKind kind = CallKind::kConnect;
  Phase phase = Phase::kFree;
  int serial = 0;
  Owner owner;
  Session session;
  Micros held_until = 0;  // delayed by the adversary
  Micros sent = 0;

  // What is asked.
  std::optional<std::string> since;
  int subject = 0;
  int check = 0;  // kLook: of the replica
  bool permitted = false;
  protocol::StateRow row;
  protocol::Watermark watermark;
  std::string expected;  // kApply, kMark: the tick
  Entries entries{};     // asked or answered
  SubjectSet changed = 0;

  // What is answered.
  Outcome outcome = Outcome::kDone;
  protocol::Header header;
  bool truncated = false;
  bool marked = false;

  // Its transaction.
  Xid xid = 0;
  int write = kNoWrite;
  Server::Position position = 0;
};

}  // namespace stadspoort::simulation
