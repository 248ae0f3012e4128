#include "tests/simulation/postgres.h"

#include <algorithm>
#include <utility>

namespace stadspoort::simulation {

Server::Server(int id, std::string lineage, Micros clock_offset, Oracle& oracle)
    : id_(id), lineage_(std::move(lineage)), clock_offset_(clock_offset), oracle_(oracle) {
  log_.reserve(128);
  rows_.reserve(128);
  journal_.reserve(64);
}

Server::Server(int id, std::string lineage, Micros clock_offset, const Server& old)
    : Server(id, std::move(lineage), clock_offset, old.oracle_) {
  AddFirst(old.first_, old.first_row_);
  for (Position position = 0; position < old.replicated_; ++position) {
    Open open;
    open.record = old.log_[position];
    open.record.visible = false;
    open.row = old.rows_[position];
    log_.push_back(open.record);
    rows_.push_back(open.row);
    Show(position);
    if (open.record.subject != kRow) oracle_.OnDurable(open.record.entry.write);
    latest_completed_ = std::max(latest_completed_, open.record.xid);
  }
  next_xid_ = latest_completed_ + 1;
}

void Server::AddFirst(const Entries& entries, const protocol::StateRow& row) {
  entries_ = first_ = entries;
  row_ = first_row_ = row;
}

Snapshot Server::TakeSnapshot() const {
  Snapshot snapshot;
  snapshot.xmax = latest_completed_ + 1;
  for (const Open& open : open_) {
    if (open.xid < snapshot.xmax) snapshot.xip[static_cast<size_t>(snapshot.count++)] = open.xid;
  }
  return snapshot;
}

SubjectSet Server::ChangedSince(const Snapshot& snapshot) const {
  SubjectSet changed = 0;
  for (const Journal& journal : journal_) {
    if (snapshot.MayMiss(journal.xid)) changed |= Only(journal.subject);
  }
  return changed;
}

Entries Server::Uncommitted() const {
  Entries entries = entries_;
  for (const Open& open : open_) {
    if (open.wrote && open.record.subject != kRow) {
      entries[static_cast<size_t>(open.record.subject)] = open.record.entry;
    }
  }
  return entries;
}

Server::Open& Server::Find(Xid xid) {
  return *std::find_if(open_.begin(), open_.end(),
                       [xid](const Open& open) { return open.xid == xid; });
}

Xid Server::Begin() {
  open_.emplace_back();
  open_.back().xid = next_xid_;
  open_.back().record.xid = next_xid_;
  return next_xid_++;
}

bool Server::Lock(Xid xid, int what) {
  for (const Open& open : open_) {
    if (open.locked == what) return open.xid == xid;
  }
  Find(xid).locked = what;
  return true;
}

int Server::Write(Xid xid, int subject, bool permitted) {
  Open& open = Find(xid);
  const Entry& before = entries_[static_cast<size_t>(subject)];
  open.wrote = true;
  open.record.subject = subject;
  open.record.entry.version = before.version + 1;
  open.record.entry.write =
      oracle_.Add(subject, open.record.entry.version, permitted, before.write);
  return open.record.entry.write;
}

void Server::WriteRow(Xid xid, const protocol::StateRow& row) {
  Open& open = Find(xid);
  open.wrote = true;
  open.row = row;
}

void Server::Abort(Xid xid) {
  const Open& open = Find(xid);
  if (open.wrote && open.record.subject != kRow) oracle_.OnAborted(open.record.entry.write);
  Close(xid);
}

Server::Position Server::Flush(Xid xid) {
  Open& open = Find(xid);
  log_.push_back(open.record);
  rows_.push_back(open.row);
  open.flushed = log_.size();
  const Position position = log_.size();
  if (!standby) {
    Show(position - 1);
    Close(xid);
  }
  return position;
}

void Server::Show(Position at) {
  Record& record = log_[at];
  if (record.visible) return;
  record.visible = true;
  if (record.subject == kRow) {
    row_ = rows_[at];
    return;
  }
  entries_[static_cast<size_t>(record.subject)] = record.entry;
  journal_.push_back({record.xid, record.subject});
  oracle_.OnVisible(record.entry.write);
}

void Server::Close(Xid xid) {
  latest_completed_ = std::max(latest_completed_, xid);
  open_.erase(std::find_if(open_.begin(), open_.end(),
                           [xid](const Open& open) { return open.xid == xid; }));
}

void Server::Expose(Position position) {
  const Position at = position - 1;
  if (log_[at].visible) return;
  Show(at);
  Close(log_[at].xid);
}

void Server::AttachStandby() {
  standby = true;
  linked = true;
  replicated_ = log_.size();
}

void Server::DetachStandby() {
  standby = false;
  linked = false;
  while (!open_.empty()) {
    const auto waiting = std::find_if(open_.begin(), open_.end(),
                                      [](const Open& open) { return open.flushed.has_value(); });
    if (waiting == open_.end()) return;
    Expose(*waiting->flushed);
  }
}

void Server::Crash(Random& random) {
  up = false;
  paused = false;
  ++life;
  lock_session = 0;
  // What is in the log on disk is replayed, replicated or not; its order is the log's.
  Xid flushed = 9;
  for (Position at = 0; at < log_.size(); ++at) {
    Show(at);
    flushed = std::max(flushed, log_[at].xid);
  }
  for (const Open& open : open_) {
    if (!open.flushed && open.wrote && open.record.subject != kRow) {
      oracle_.OnAborted(open.record.entry.write);
    }
  }
  open_.clear();
  // Other records of the log may have kept ids above from being handed out again, or not.
  if (random.Percent(75) || next_xid_ == flushed + 1) {
    next_xid_ = flushed + 1;
  } else {
    next_xid_ = random.Between(flushed + 1, next_xid_);
  }
  latest_completed_ = next_xid_ - 1;
}

}  // namespace stadspoort::simulation
