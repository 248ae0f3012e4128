#pragma once

#include <functional>
#include <optional>
#include <string>

#include "storage/protocol/rules.h"
#include "storage/protocol/state.h"

namespace stadspoort::protocol {

// What Redis says of itself, read and written together with its entries.
struct Watermark {
  std::string epoch;
  std::string generation;
  std::string tick;
  std::string previous;  // the tick before it
  absl::Time as_of;      // the primary's clock when the tick's delta began

  friend bool operator==(const Watermark&, const Watermark&) = default;
};

// One projector: elected, it keeps the lease, opens a new epoch in a new lineage, and hands every
// change to Redis, tick by tick. It does one thing at a time: the edge does what Next() says and
// tells what came of it. A rebuild of Redis goes on beside it.
//
// Not thread-safe.
class Projector {
 public:
  struct Timing {
    Span read = std::chrono::milliseconds(20);     // between deltas
    Span tick = std::chrono::milliseconds(100);    // at most between ticks, changes or not
    Span commit = std::chrono::milliseconds(100);  // at most between commits of the state row
    Span retry = std::chrono::milliseconds(200);   // after a failure, and between elections
    // A session on which it is not elected, or that is not trusted, for this long may be with a
    // primary that was left behind, and goes on for ever.
    Span fruitless = std::chrono::seconds(2);
    // A new primary's clock that is behind the old one's is waited for so long at most.
    Span clock_behind = std::chrono::seconds(5);
    // After so many deltas in a row that got no answer Redis is filled anew.
    int lost_deltas = 3;
  };

  // `new_id` gives random identifiers that never repeat.
  Projector(std::function<std::string()> new_id, Timing timing, Rules rules = Rules::All())
      : new_id_(std::move(new_id)), timing_(timing), rules_(rules) {}

  struct Action {
    enum class Kind {
      kWait,        // until `until`
      kConnect,     // open a session: OnConnected or OnLost
      kElect,       // take the lock, then the next term: OnElected, OnNotElected or OnLost
      kRead,        // what changed since `since` (none: only the header): OnRead or OnLost
      kInspect,     // read Redis's watermark: OnInspected
      kApply,       // hand what was read to Redis: OnApplied
      kCommit,      // write `row` if the term is still its own: OnCommitted or OnLost
      kDisconnect,  // close the session: OnLost
    };
    Kind kind = Kind::kWait;
    Moment until{};
    std::optional<std::string> since;
    // kApply: the batch is accepted only when Redis holds `after`.
    std::string after;
    Watermark watermark;
    StateRow row;
  };
  Action Next(Moment now);

  void OnConnected();
  void OnLost(Moment now);
  void OnElected(const Header& header);
  void OnNotElected(Moment now);
  void OnRead(const Header& header, bool changes, bool truncated, Moment now);
  // None: it holds none, or one that cannot be read.
  void OnInspected(const std::optional<Watermark>& watermark, Moment now);
  void OnInspectFailed(Moment now);
  enum class Applied { kDone, kRefused, kUnknown };
  void OnApplied(Applied applied, Moment now);
  enum class Committed {
    kDone,    // with the durability asked for
    kUnsafe,  // visible, but its synchronous wait was cut short
    kFenced,  // another projector has a later term
  };
  // `server_now`: the server's clock in the committed transaction.
  void OnCommitted(Committed committed, absl::Time server_now, Moment now);

  // Redis must be filled anew, from the system of record, under the keys of a new generation; then
  // the watermark is set, if it is still `expected` (a tick; empty: none or unreadable).
  struct Rebuild {
    uint64_t session = 0;
    std::string epoch;
    std::string generation;
    std::string tick;  // of the watermark that is set
    std::string expected;
  };
  bool wants_rebuild() const { return order_.has_value(); }
  // The order, once.
  std::optional<Rebuild> TakeRebuild();
  // What Redis is told at the end, once all entries are there; none: what was loaded cannot be
  // relied on, as another server than the primary may have answered, and Redis must not hear of it.
  std::optional<Watermark> WatermarkOf(const Rebuild& rebuild, const Header& header) const;
  // `header` of the snapshot that was loaded; none: it did not succeed. Comes at any time, also
  // between Next and what comes of that.
  void OnRebuilt(const Rebuild& rebuild, const std::optional<Header>& header, Moment now);

  // Elected, and the epoch is open.
  bool active() const { return step_ == Step::kRun && opened_; }
  bool in_step() const { return redis_ == Redis::kInStep; }
  const StateRow& row() const { return row_; }

 private:
  enum class Step { kConnect, kElect, kRun };
  enum class Redis { kUnknown, kInStep, kRebuilding };
  enum class Doing { kNothing, kInspect, kApply, kCommit, kDisconnect };

  struct Rebuilt {
    Rebuild rebuild;
    std::optional<Header> header;
  };

  void TakeOverRebuilt(Moment now);
  bool Fruitless(Moment now);
  void PrepareCommit();
  void PrepareOpening();
  void OrderRebuild(const std::string& expected);

  const std::function<std::string()> new_id_;
  const Timing timing_;
  const Rules rules_;

  Step step_ = Step::kConnect;
  Doing next_ = Doing::kNothing;
  uint64_t session_ = 0;
  Moment wait_until_{};
  Moment read_at_{};
  Moment committed_at_{};
  Moment ticked_at_{};
  Moment inspect_at_{};

  StateRow row_;         // as last committed by us, or read when elected
  StateRow writing_;     // what is being committed
  Header header_;        // of the last read
  bool trusted_ = true;  // the last read of this session
  bool reading_ = false;
  bool with_delta_ = false;  // of the last read
  int lost_deltas_ = 0;
  bool opened_ = false;
  std::optional<Moment> open_at_;   // a new lineage, closed until then
  std::optional<absl::Time> safe_;  // the server's clock at the last commit known to be safe

  Redis redis_ = Redis::kUnknown;
  std::string tick_;     // what Redis holds
  std::string applied_;  // the snapshot of that, or an older one
  Watermark applying_;
  std::optional<Rebuild> order_;
  std::optional<Rebuilt> rebuilt_;
  std::optional<Moment> fruitless_since_;  // of this session
};

}  // namespace stadspoort::protocol
