#include "tests/simulation/oracle.h"

#include "absl/strings/str_format.h"

namespace stadspoort::simulation {

int Oracle::AddFirst(int subject, bool permitted) {
  const int write = Add(subject, 1, permitted, kNoWrite);
  Write& first = writes_[Index(write)];
  first.stage = Stage::kVisible;
  first.durable = true;
  first.acknowledged = 0;
  newest_[Index(subject)] = write;
  strong_[Index(subject)] = write;
  return write;
}

int Oracle::Add(int subject, int32_t version, bool permitted, int parent) {
  writes_.push_back({subject, version, permitted, parent});
  return static_cast<int>(writes_.size()) - 1;
}

bool Oracle::Precedes(int older, int newer) const {
  if (older == kNoWrite || newer == kNoWrite) return false;
  const int32_t version = writes_[Index(older)].version;
  int at = writes_[Index(newer)].parent;
  while (at != kNoWrite && writes_[Index(at)].version > version) at = writes_[Index(at)].parent;
  return at == older;
}

void Oracle::OnVisible(int write) {
  Write& shown = writes_[Index(write)];
  if (shown.stage == Stage::kVisible) return;
  shown.stage = Stage::kVisible;
  // On a primary that was left behind: superseded before it was seen.
  const int newest = newest_[Index(shown.subject)];
  if (!Precedes(newest, write)) shown.superseded = writes_[Index(newest)].acknowledged;
}

void Oracle::OnDurable(int write) {
  for (int at = write; at != kNoWrite && !writes_[Index(at)].durable;
       at = writes_[Index(at)].parent) {
    writes_[Index(at)].durable = true;
  }
}

void Oracle::OnAcknowledged(int write, Micros now) {
  OnVisible(write);
  OnDurable(write);
  Write& acknowledged = writes_[Index(write)];
  if (acknowledged.acknowledged != kNever) return;
  acknowledged.acknowledged = now;
  int& newest = newest_[Index(acknowledged.subject)];
  if (!Precedes(write, newest)) newest = write;
  for (size_t other = 0; other < writes_.size(); ++other) {
    Write& old = writes_[other];
    if (old.subject != acknowledged.subject || old.superseded != kNever) continue;
    if (static_cast<int>(other) == write || Precedes(write, static_cast<int>(other))) continue;
    // What a transaction that is still open will leave comes after this or is left behind.
    if (old.stage != Stage::kOpen) old.superseded = now;
  }
}

bool Oracle::NegativeCurrentSince(int subject, Micros since) const {
  for (const Write& write : writes_) {
    if (write.subject == subject && !write.permitted && write.stage == Stage::kVisible &&
        write.superseded >= since) {
      return true;
    }
  }
  return false;
}

Oracle::Rule Oracle::Broken(Rule rule, const Answer& answer, const char* what) {
  why_ =
      absl::StrFormat("%s: subject %d, write %d, newest acknowledged %d, began %d", what,
                      answer.subject, answer.write, newest_[Index(answer.subject)], answer.began);
  return rule;
}

Oracle::Rule Oracle::Judge(const Answer& answer) {
  if (answer.write == kNoWrite) {
    if (NegativeCurrentSince(answer.subject, answer.began)) return Rule::kNone;
    return Broken(Rule::kR1, answer, "R1: a negative from nothing, and none was current");
  }
  const Write& write = writes_[Index(answer.write)];
  if (write.stage != Stage::kVisible) {
    return Broken(Rule::kR2, answer, "R2: from a write that is not committed");
  }
  if (!write.permitted && write.superseded < answer.began) {
    return Broken(Rule::kR1, answer, "R1: a negative older than what was acknowledged before");
  }
  if (write.permitted && write.superseded < answer.began - kMaxStaleness) {
    return Broken(Rule::kR4, answer, "R4: a positive older than the staleness allowed");
  }
  if (!answer.strong) return Rule::kNone;
  if (write.superseded < answer.began) {
    return Broken(Rule::kR3, answer, "R3: a strong answer older than what was acknowledged before");
  }
  if (Precedes(answer.write, answer.floor) && writes_[Index(answer.floor)].durable) {
    return Broken(Rule::kR3, answer, "R3: a strong answer older than one before it");
  }
  int& strong = strong_[Index(answer.subject)];
  if (!Precedes(answer.write, strong)) strong = answer.write;
  return Rule::kNone;
}

}  // namespace stadspoort::simulation
