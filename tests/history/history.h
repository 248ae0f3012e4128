#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/decision.h"

// What was done to a register and what it answered: one record an operation. No gRPC here, so that
// the checker of a history can be tested by itself.
namespace stadspoort::history {

// Of the one machine that sends everything: CLOCK_MONOTONIC since it started.
using Moment = absl::Duration;
Moment Now();

// Something that changes by itself and that answers depend on: a plate with its rights, a city's
// calendar, a zone. It has up to 64 parts (the rights of a plate; the one holiday, the one free
// rule) and is *open* while any of them holds.
//
// A subject is written by one thread at a time, one write after the other. After a write of unknown
// outcome nothing more is written to it that would take effect before that one is decided.
struct Subject {
  std::string name;  // for people; never the text of a plate
  // Before the first write; nothing holds then. Absent: answers' versions say nothing here.
  std::optional<int64_t> first_version;
};

enum class WriteKind : uint8_t {
  // The part holds from then on.
  kEnrol,
  kResume,
  kAddHoliday,
  kPublishFreeRule,
  // The part holds no more.
  kEnd,
  kSuspend,
  kRevoke,
  kRemoveHoliday,
  kPublishPaidRule,
};
absl::string_view Name(WriteKind kind);
constexpr bool Opens(WriteKind kind) { return kind <= WriteKind::kPublishFreeRule; }

enum class Outcome : uint8_t {
  kAcknowledged,
  // Nothing was changed, for certain: refused, only validated, or a repetition.
  kRefused,
  // It may have happened, or not, or may still happen.
  kUnknown,
};

struct Write {
  uint32_t subject = 0;
  WriteKind kind = WriteKind::kEnrol;
  uint8_t part = 0;  // below 64
  Outcome outcome = Outcome::kAcknowledged;
  std::optional<int64_t> version;  // of the subject after it, where the answer tells
  // Versions of the subject that were numbered before this one and called back before they held.
  int64_t called_back = 0;
  // What takes force by itself: around that moment, not when it was written.
  Moment begin;
  Moment end;
  // Of the right, once its enrolment was acknowledged: by this it is found in the database.
  std::string reference;
};

enum class Rung : uint8_t { kNone, kMemory, kRedis, kPostgres };
absl::string_view Name(Rung rung);

struct Check {
  uint32_t subject = 0;
  uint16_t daemon = 0;
  bool strong = false;
  bool degraded = false;
  Rung rung = Rung::kNone;
  // What must be said while the subject is open: PERMITTED for the plate, NOT_REQUIRED for a
  // holiday or a free rule, REVIEW for a plate that reads like it. While it is not: NOT_PERMITTED.
  domain::Decision when_open = domain::Decision::kPermitted;
  domain::Decision decision = domain::Decision::kUnknown;
  domain::DecisionReason reason = domain::DecisionReason::kStale;
  std::optional<int64_t> version;  // of the subject that the answer says it rests on
  Moment begin;
  Moment end;
};

struct History {
  std::vector<Subject> subjects;
  std::vector<Write> writes;  // in no order
  std::vector<Check> checks;  // in no order
  // By what the status said. Calls for checks that gave no answers; writes of unknown outcome;
  // writes that were refused though they were not meant to be.
  std::map<std::string, int64_t> failed_check_calls;
  std::map<std::string, int64_t> unknown_writes;
  std::map<std::string, int64_t> refused_writes;
};

}  // namespace stadspoort::history
