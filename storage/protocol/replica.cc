#include "storage/protocol/replica.h"

#include <algorithm>

namespace stadspoort::protocol {

void Replica::OnConnected() {
  connected_ = true;
  refused_ = false;
  in_flight_ = false;
  trusted_ = false;
  distrusted_since_.reset();
  ++session_;
  // Transaction ids above the stored snapshot may have been handed out twice.
  if (rules_.Has(Rule::kStoredSnapshot)) since_ = stored_;
}

std::vector<Replica::Ticket> Replica::OnDisconnected() {
  connected_ = false;
  refused_ = true;
  in_flight_ = false;
  std::vector<Ticket> lost;
  for (const Waiting& check : riding_) lost.push_back(check.ticket);
  for (const Waiting& check : waiting_) lost.push_back(check.ticket);
  riding_.clear();
  waiting_.clear();
  waiting_plates_ = 0;
  return lost;
}

Replica::Joined Replica::Join(Ticket ticket, size_t plates) {
  if (refused_) return Joined::kUnavailable;
  if (waiting_plates_ + plates > timing_.waiting_max) return Joined::kOverloaded;
  if (!rules_.Has(Rule::kStatementAfterCheck) && in_flight_) {
    riding_.push_back({ticket, plates});
    return Joined::kYes;
  }
  waiting_.push_back({ticket, plates});
  waiting_plates_ += plates;
  return Joined::kYes;
}

void Replica::Leave(Ticket ticket) {
  const auto left = std::find_if(waiting_.begin(), waiting_.end(),
                                 [&](const Waiting& check) { return check.ticket == ticket; });
  if (left == waiting_.end()) return;
  waiting_plates_ -= left->plates;
  waiting_.erase(left);
}

bool Replica::LagsAt(Moment now) const { return fresh_at_ && now - *fresh_at_ > timing_.lagging; }

std::optional<Replica::Statement> Replica::Next(Moment now) {
  if (!connected_ || in_flight_) return std::nullopt;
  if (waiting_.empty() && now < NextAt()) return std::nullopt;
  Statement statement;
  // A long way to catch up must not hold checks up: the two take turns.
  const bool lags = state_ == State::kLive && LagsAt(now);
  with_delta_ = state_ == State::kLive && !(lags && delta_last_ && !waiting_.empty());
  const bool with_checks = !(lags && with_delta_);
  delta_last_ = with_delta_;
  if (with_delta_) statement.since = since_;
  size_t plates = 0;
  while (with_checks && !waiting_.empty()) {
    const Waiting& check = waiting_.front();
    if (plates > 0 && plates + check.plates > timing_.statement_max) break;
    plates += check.plates;
    statement.tickets.push_back(check.ticket);
    riding_.push_back(check);
    waiting_.pop_front();
  }
  waiting_plates_ -= plates;
  in_flight_ = true;
  sent_ = now;
  return statement;
}

Replica::Settled Replica::OnAnswer(const Header& header, bool truncated, Moment now) {
  Settled settled;
  in_flight_ = false;
  settled.trusted = trusted_ = Trusted(header, rules_);
  for (const Waiting& check : riding_) settled.tickets.push_back(check.ticket);
  riding_.clear();
  if (!settled.trusted) {
    if (!distrusted_since_) distrusted_since_ = now;
    settled.disconnect = now - *distrusted_since_ >= timing_.distrusted;
    return settled;
  }
  distrusted_since_.reset();

  clock_ = ClockReading{header.row.epoch, header.now, sent_};
  if (state_ != State::kLive) return settled;
  const bool another_epoch = rules_.Has(Rule::kNewLineageClosed) && header.row.epoch != epoch_;
  if (another_epoch || truncated) {
    settled.drop = true;
    Drop();
    return settled;
  }
  if (!with_delta_) return settled;
  settled.apply = true;
  since_ = header.snapshot;
  stored_ = header.row.snapshot;
  fresh_at_ = rules_.Has(Rule::kAgeFromSending) ? sent_ : now;
  return settled;
}

void Replica::Drop() {
  if (state_ == State::kLive) state_ = State::kEmpty;
  fresh_at_.reset();
}

void Replica::OnLoadStarted(Moment sent) {
  state_ = State::kLoading;
  load_session_ = session_;
  load_sent_ = sent;
}

bool Replica::OnLoaded(const Header& header) {
  // Between the load's snapshot and the next delta no transaction id may have been handed out
  // again: the session that the delta will run on was open before the load and still is.
  const bool same_life = connected_ && session_ == load_session_;
  if (!Trusted(header, rules_) || (!same_life && rules_.Has(Rule::kStoredSnapshot))) {
    state_ = State::kEmpty;
    return false;
  }
  state_ = State::kLive;
  epoch_ = header.row.epoch;
  since_ = header.snapshot;
  stored_ = header.row.snapshot;
  fresh_at_ = load_sent_;
  return true;
}

void Replica::OnLoadFailed() { state_ = State::kEmpty; }

std::optional<Moment> Replica::FreshAt() const {
  return state_ == State::kLive ? fresh_at_ : std::nullopt;
}

}  // namespace stadspoort::protocol
