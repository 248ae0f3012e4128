#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/protocol/state.h"
#include "tests/simulation/model.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/random.h"
#include "tests/simulation/snapshots.h"

namespace stadspoort::simulation {

// One PostgreSQL that is or was the primary, with its synchronous standby as the part of its log
// that was replicated. Transaction ids, visibility and recovery are as PostgreSQL's, so that ids
// are handed out twice exactly when it would do so.
class Server {
 public:
  using Position = size_t;                // in the log: records below it
  static constexpr int kRow = kSubjects;  // the lock of the state row

  Server(int id, std::string lineage, Micros clock_offset, Oracle& oracle);
  // The standby of `old` is promoted: it has what was replicated, and nothing else.
  Server(int id, std::string lineage, Micros clock_offset, const Server& old);
  void AddFirst(const Entries& entries, const protocol::StateRow& row);

  int id() const { return id_; }
  const std::string& lineage() const { return lineage_; }
  absl::Time Clock(Micros now) const { return absl::FromUnixMicros(now + clock_offset_); }

  // The state row is in another file than before: that is another lineage.
  void Rename(std::string lineage) { lineage_ = std::move(lineage); }

  // ---- what stands around it; the adversary's
  bool up = true;
  bool paused = false;
  bool gone = false;  // for good
  int life = 0;       // sessions of an earlier life are dead
  bool standby = false;
  bool linked = false;     // the standby still receives
  bool impatient = false;  // somebody cuts every wait for an unlinked standby short
  int lock_session = 0;    // that holds the projector's lock

  // ---- reading
  Snapshot TakeSnapshot() const;
  const Entries& entries() const { return entries_; }
  const protocol::StateRow& row() const { return row_; }
  bool open() const { return row_.lineage == lineage_; }
  // Subjects with a journal row that is visible now and was not in the snapshot.
  SubjectSet ChangedSince(const Snapshot& snapshot) const;
  // What transactions that are still open have left.
  Entries Uncommitted() const;

  // ---- transactions
  bool full() const { return open_.size() >= Snapshot::kInProgressMax; }
  Xid Begin();
  // Until the transaction ends. False: another has it.
  bool Lock(Xid xid, int what);
  int Write(Xid xid, int subject, bool permitted);
  void WriteRow(Xid xid, const protocol::StateRow& row);
  void Abort(Xid xid);
  // The commit record is on disk, below what is returned. Visible at once when there is no standby
  // to wait for.
  Position Flush(Xid xid);
  bool VisibleAt(Position position) const { return log_[position - 1].visible; }
  // The standby receives everything so far; its reply is another step.
  void Replicate() {
    if (linked) replicated_ = log_.size();
  }
  bool ReplicatedAt(Position position) const { return standby && position <= replicated_; }
  // The wait for the standby is over: its reply has come, or somebody has cut it short.
  void Expose(Position position);

  void AttachStandby();
  // There is none to wait for any more, nor one to promote.
  void DetachStandby();
  void Crash(Random& random);

 private:
  struct Record {
    Xid xid = 0;
    int subject = kRow;
    Entry entry;
    bool visible = false;
  };
  struct Open {
    Xid xid = 0;
    int locked = -1;
    bool wrote = false;
    Record record;
    protocol::StateRow row;
    std::optional<Position> flushed;
  };
  struct Journal {
    Xid xid;
    int subject;
  };
  Open& Find(Xid xid);
  void Show(Position at);
  void Close(Xid xid);

  const int id_;
  std::string lineage_;
  const Micros clock_offset_;
  Oracle& oracle_;

  Xid next_xid_ = 10;
  Xid latest_completed_ = 9;
  std::vector<Open> open_;
  std::vector<Record> log_;
  std::vector<protocol::StateRow> rows_;  // of the same place in the log
  Position replicated_ = 0;

  Entries first_{};
  protocol::StateRow first_row_;
  Entries entries_{};
  protocol::StateRow row_;
  std::vector<Journal> journal_;
};

}  // namespace stadspoort::simulation
