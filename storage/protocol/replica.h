#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "storage/protocol/rules.h"
#include "storage/protocol/state.h"

namespace stadspoort::protocol {

// What a check replica's memory index rests on, and which checks ride on which statement.
//
// One session with the primary, at most one statement in flight on it. A statement is a delta
// (every subject that changed since a snapshot) and, by key, the plates of all checks that ride on
// it. The edge sends what Next() says, tells what came of it, and does to the index what the answer
// says.
//
// Not thread-safe: the edge guards it.
class Replica {
 public:
  // Names a check, or a batch of them, that waits for the system of record.
  using Ticket = uint64_t;

  struct Timing {
    Span interval = std::chrono::milliseconds(50);  // between own deltas
    // Waiting plates over this are refused: they could not be answered in time.
    size_t waiting_max = 20'000;
    // Plates by key in one statement. Fewer while statements take longer than `slow`, so that those
    // who wait next do not wait too long.
    size_t statement_max = 4'096;
    size_t statement_min = 64;
    Span slow = std::chrono::milliseconds(200);
    Span stuck = std::chrono::seconds(1);
    // A delta that reaches further back than this runs alone; checks meanwhile go by key only.
    Span lagging = std::chrono::seconds(1);
    // A session whose answers are not trusted for this long may be with a primary that was left
    // behind, and goes on for ever.
    Span distrusted = std::chrono::seconds(2);
    // After so many deltas in a row that got no answer the index is loaded anew: it may be that
    // they are too long ever to be answered.
    int lost_deltas = 3;
    // A clock that was set back is waited for so long at most.
    Span set_back = std::chrono::seconds(5);
  };

  explicit Replica(Timing timing, Rules rules = Rules::All())
      : timing_(timing), rules_(rules), statement_plates_(timing.statement_max) {}
  Replica() : Replica(Timing()) {}

  // A new session is open.
  void OnConnected();
  // No session could be opened, or it was lost. Gives the checks that get no answer. Until the next
  // OnConnected, further checks are refused at once.
  std::vector<Ticket> OnDisconnected();

  enum class Joined { kYes, kOverloaded, kUnavailable };
  // A check that has begun waits for a statement that is sent after this call. `plates`: how many
  // are read by key.
  Joined Join(Ticket ticket, size_t plates);
  // Whether the statement in flight has been without an answer for longer than a check may wait:
  // further checks are better told at once.
  bool Stuck(Moment now) const { return in_flight_ && now - sent_ > timing_.stuck; }
  // A check whose caller waits no longer. It may be answered all the same.
  void Leave(Ticket ticket);

  struct Statement {
    // The delta's beginning; none: no delta, by key alone.
    std::optional<std::string> since;
    std::vector<Ticket> tickets;
  };
  // What is to be sent now, if anything; taken as sent at `now`.
  std::optional<Statement> Next(Moment now);
  // When Next may have something without anything else happening.
  Moment NextAt() const { return next_at_; }
  // What is in flight is asked again, with more: its answer will be of a later moment.
  void OnSentAgain(Moment now) { sent_ = now; }

  struct Settled {
    // The rows read by key may be used, and the index, where `apply` says so.
    bool trusted = false;
    bool apply = false;       // put the delta's changes into the index, before checks are answered
    bool drop = false;        // nothing in the index may be used any more; it will be loaded anew
    bool disconnect = false;  // close the session: OnDisconnected
    // Of the checks that rode on the statement: answered when trusted, else without an answer.
    std::vector<Ticket> tickets;
  };
  // `truncated`: more had changed than a delta holds.
  Settled OnAnswer(const Header& header, bool truncated, Moment now);

  // Something in the index is not what the system of record says.
  void OnDifference() { Drop(); }

  // The index must be loaded: on another session than this one's. False while one is under way, and
  // while it would be thrown away.
  bool WantsLoad() const { return connected_ && trusted_ && state_ == State::kEmpty; }
  void OnLoadStarted(Moment sent);
  // True: the loaded index takes the old one's place, as of `header.snapshot`. False: throw it
  // away.
  bool OnLoaded(const Header& header);
  void OnLoadFailed();

  // In which the index was loaded; of use only where Next gave a delta.
  const std::string& epoch() const { return epoch_; }

  // When the last delta in the index was sent; none: memory does not answer. An answer from memory
  // is as old as the check's beginning is later than this.
  std::optional<Moment> FreshAt() const;
  // The server's clock read `server` at the answer to a statement sent at `sent`, in this epoch.
  struct ClockReading {
    std::string epoch;
    absl::Time server;
    Moment sent;
  };
  // None until a trusted answer has come. Kept when the session is lost: the clock goes on.
  const std::optional<ClockReading>& clock() const { return clock_; }

 private:
  enum class State { kEmpty, kLoading, kLive };
  struct Waiting {
    Ticket ticket;
    size_t plates;
  };

  void Drop();
  bool LagsAt(Moment now) const;
  absl::Time ClockAtLeast(Moment moment) const;
  bool ClockStoodStill(const Header& header, Moment now);

  const Timing timing_;
  const Rules rules_;

  bool connected_ = false;
  bool refused_ = false;  // the last try to connect failed
  uint64_t session_ = 0;
  std::deque<Waiting> waiting_;
  size_t waiting_plates_ = 0;
  size_t statement_plates_;

  bool in_flight_ = false;
  bool with_delta_ = false;  // of what is in flight
  bool delta_last_ = false;  // lagging: the last statement was a delta
  std::vector<Waiting> riding_;
  Moment sent_{};
  Moment next_at_{};
  int lost_deltas_ = 0;
  bool trusted_ = false;                    // the last answer of this session
  std::optional<Moment> distrusted_since_;  // likewise

  State state_ = State::kEmpty;
  std::string epoch_;   // of the index
  std::string since_;   // the index holds everything that is visible in this snapshot
  std::string stored_;  // an older one, durable before it was seen
  std::optional<Moment> fresh_at_;
  uint64_t load_session_ = 0;
  Moment load_sent_{};
  std::optional<ClockReading> clock_;
  // The server's clock is at least this, by the reading that says most, less what clocks drift.
  // Whatever the server.
  struct ClockBound {
    absl::Time server;
    Moment at;
  };
  std::optional<ClockBound> clock_bound_;
  // When the clock was first found behind it.
  struct SetBack {
    std::string epoch;
    absl::Time lease;
    absl::Time clock;  // what it should have been
    Moment since;
  };
  std::optional<SetBack> set_back_;
};

}  // namespace stadspoort::protocol
