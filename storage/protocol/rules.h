#pragma once

#include <bitset>
#include <cstddef>

namespace stadspoort::protocol {

// The rules that a switch of the simulation can turn off, by their number in the design. All of
// them hold, but where it is shown that each one matters.
enum class Rule : size_t {
  // A check joins only a statement that is sent after it began.
  kStatementAfterCheck = 1,
  // Age runs from when a delta was sent, against the check's beginning.
  kAgeFromSending = 2,
  // Versions are not forgotten while they can matter.
  kVersionsKept = 3,
  // A new session starts from the stored snapshot, never from memory.
  kStoredSnapshot = 5,
  // Memory loads from the system of record, never from Redis.
  kLoadFromRecord = 6,
  // A batch is accepted only after the exact previous tick; else the keys get a new generation.
  kTicksChained = 7,
  // An answer counts only while the lease holds; a lease is published only once it is safe.
  kLeaseHeld = 8,
  // A new lineage is closed until, a lease's length later, a new epoch is opened; then all reload.
  kNewLineageClosed = 9,
};

class Rules {
 public:
  static Rules All() { return Rules(); }
  Rules Without(Rule rule) const {
    Rules rules = *this;
    rules.off_.set(static_cast<size_t>(rule));
    return rules;
  }
  bool Has(Rule rule) const { return !off_.test(static_cast<size_t>(rule)); }

 private:
  std::bitset<16> off_;
};

}  // namespace stadspoort::protocol
