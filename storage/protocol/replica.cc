#include "storage/protocol/replica.h"

#include <algorithm>

namespace stadspoort::protocol {
namespace {

// Two clocks run apart by less than one part in so many.
constexpr int64_t kClockDrift = 1000;

}  // namespace

void Replica::OnConnected() {
  connected_ = true;
  refused_ = false;
  in_flight_ = false;
  trusted_ = false;
  distrusted_since_.reset();
  delta_last_ = true;  // whoever waits comes before a long way to catch up
  ++session_;
  // Transaction ids above the stored snapshot may have been handed out twice.
  if (rules_.Has(Rule::kStoredSnapshot)) since_ = stored_;
}

std::vector<Replica::Ticket> Replica::OnDisconnected() {
  connected_ = false;
  refused_ = true;
  if (in_flight_ && with_delta_ && ++lost_deltas_ >= timing_.lost_deltas) {
    lost_deltas_ = 0;
    Drop();
  }
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
  // Nor is a delta read that would only be thrown away.
  const bool live = state_ == State::kLive && !distrusted_since_;
  const bool lags = live && LagsAt(now);
  with_delta_ = live && !(lags && delta_last_ && !waiting_.empty());
  const bool with_checks = !(lags && with_delta_);
  delta_last_ = with_delta_;
  if (with_delta_) statement.since = since_;
  size_t plates = 0;
  while (with_checks && !waiting_.empty()) {
    const Waiting& check = waiting_.front();
    if (plates > 0 && plates + check.plates > statement_plates_) break;
    plates += check.plates;
    statement.tickets.push_back(check.ticket);
    riding_.push_back(check);
    waiting_.pop_front();
  }
  waiting_plates_ -= plates;
  in_flight_ = true;
  sent_ = now;
  next_at_ = now + timing_.interval;
  return statement;
}

absl::Time Replica::ClockAtLeast(Moment moment) const {
  if (!clock_bound_) return absl::InfinitePast();
  const absl::Duration passed = absl::FromChrono(moment - clock_bound_->at);
  return clock_bound_->server + passed - passed / kClockDrift;
}

// A primary that was suspended goes on with the clock it had, by which its lease still holds though
// another may have been promoted meanwhile. One whose clock was set back goes on for good, and so
// does its lease: once it has come further than a lease is long, after that, and its clock to where
// it was (what was granted "from now" must have begun), the clock is believed. One that was set far
// back is not waited for.
bool Replica::ClockStoodStill(const Header& header, Moment now) {
  if (header.now < ClockAtLeast(sent_) - kClockTolerance) {
    if (!set_back_ || set_back_->epoch != header.row.epoch) {
      set_back_ = SetBack{header.row.epoch, header.row.lease, ClockAtLeast(sent_), now};
    }
    const bool lease_goes_on = header.row.lease - set_back_->lease > kLease;
    const bool is_back =
        header.now >= set_back_->clock || now - set_back_->since > timing_.set_back;
    if (!lease_goes_on || !is_back) return true;
    clock_bound_.reset();
  }
  set_back_.reset();
  // It was read before the answer came, at whatever moment.
  if (header.now > ClockAtLeast(now)) clock_bound_ = ClockBound{header.now, now};
  return false;
}

Replica::Settled Replica::OnAnswer(const Header& header, bool truncated, Moment now) {
  Settled settled;
  in_flight_ = false;
  if (with_delta_) lost_deltas_ = 0;
  // A server that is slow is not asked all the time.
  const Span took = now - sent_;
  next_at_ = std::max(sent_ + timing_.interval, now + took / 2);
  statement_plates_ = took > timing_.slow ? std::max(timing_.statement_min, statement_plates_ / 2)
                                          : std::min(timing_.statement_max, statement_plates_ * 2);
  settled.trusted = trusted_ = Trusted(header, rules_) && !ClockStoodStill(header, now);
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
  if (!Trusted(header, rules_) || header.now < ClockAtLeast(load_sent_) - kClockTolerance) {
    state_ = State::kEmpty;
    return false;
  }
  // Between the load's snapshot and the next delta no transaction id may have been handed out
  // again: the session that the delta will run on was open before the load and still is. Else the
  // next delta begins where any new session does.
  const bool same_life = connected_ && session_ == load_session_;
  state_ = State::kLive;
  epoch_ = header.row.epoch;
  stored_ = header.row.snapshot;
  since_ = same_life || !rules_.Has(Rule::kStoredSnapshot) ? header.snapshot : stored_;
  fresh_at_ = load_sent_;
  return true;
}

void Replica::OnLoadFailed() { state_ = State::kEmpty; }

std::optional<Moment> Replica::FreshAt() const {
  return state_ == State::kLive ? fresh_at_ : std::nullopt;
}

}  // namespace stadspoort::protocol
