#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "storage/moment.h"
#include "storage/protocol/rules.h"

namespace stadspoort::protocol {

// Moments are handed in by the edge.
using stadspoort::Moment;
using Span = std::chrono::nanoseconds;

// How long a published lease lets answers be relied on. Longer than several commits of the
// projector, so that one slow commit costs nobody an answer; and a new primary stays closed for as
// long.
inline constexpr absl::Duration kLease = absl::Seconds(1);

// A primary's clock that is behind what it must be by no more than this is not noticed: clocks are
// slewed. A new primary stays closed for so much longer than a lease.
inline constexpr absl::Duration kClockTolerance = absl::Milliseconds(500);

// The single row by which projector and replicas agree. Identifiers are random.
struct StateRow {
  std::string epoch;    // changes when nothing that is remembered may be relied on any more
  std::string lineage;  // of the history in which the epoch was opened
  int64_t term = 0;     // of the projector that wrote the row
  // The server's clock at the last commit of this row that was known to be safe when this was
  // written.
  absl::Time lease = absl::InfinitePast();
  std::string snapshot;  // where a new session of a replica may begin
  // What Redis holds. All empty: nothing that may be used.
  std::string generation;  // of its keys
  std::string tick;        // the last one known to be applied
  std::string applied;     // the snapshot of that tick

  friend bool operator==(const StateRow&, const StateRow&) = default;
};

// What every answer of the primary says besides what it was asked. All of one snapshot.
struct Header {
  std::string snapshot;  // of this answer, opaque
  absl::Time now;        // the server's clock, read before the snapshot was taken
  absl::Time clock;      // the server's clock, read after that
  std::string lineage;   // the history that transaction ids belong to now
  StateRow row;
};

// Whether the server was the primary, with everything committed before `header.now` in sight, when
// it answered: the epoch is of its history, and the lease is neither over nor ahead.
inline bool Trusted(const Header& header, const Rules& rules) {
  if (rules.Has(Rule::kNewLineageClosed) && header.row.lineage != header.lineage) return false;
  if (!rules.Has(Rule::kLeaseHeld)) return true;
  // Between the two clocks the lease may be renewed.
  return header.row.lease <= header.clock && header.now - header.row.lease <= kLease;
}

}  // namespace stadspoort::protocol
