#include "tests/history/publisher.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/history/cities.h"

namespace stadspoort::history {
namespace {

// Every version of every zone is read by each daemon after each of them.
constexpr int kWritesInACity = 100;
constexpr int64_t kChecksBetweenWrites = 200;
// Then it writes all the same: nothing may be answered at the moment.
constexpr absl::Duration kLongestPause = absl::Milliseconds(200);
constexpr absl::Duration kRest = absl::Milliseconds(50);
constexpr int kHandedOver = 4;
constexpr double kAheadShare = 0.05;
constexpr double kCalledBackShare = 0.05;
// Long enough for it to be written, also by instrumented daemons on a busy machine.
constexpr absl::Duration kAhead = absl::Seconds(2);
// So long before it begins a version is certainly called back, or the city left for good.
constexpr absl::Duration kFarAhead = absl::Hours(1);
// What the moment of a check may differ from this process's clock.
constexpr absl::Duration kSkew = absl::Milliseconds(50);
const char* const kZones[] = {"changing-1", "changing-2"};

}  // namespace

Publisher::Publisher(Board& board, Doors& doors, std::string city_prefix, uint32_t seed,
                     absl::Duration patience)
    : board_(board),
      doors_(doors),
      city_prefix_(std::move(city_prefix)),
      patience_(patience),
      random_(seed) {
  for (size_t i = 0; i <= std::size(kZones); ++i) {
    rules_.push_back({board_.NewPlace(Group::kRules), nullptr});
  }
}

void Publisher::Run() {
  while (!board_.stopped()) {
    if (writes_left_ == 0 && !FoundCity()) {
      absl::SleepFor(kRest);
      continue;
    }
    AwaitChecks();
    WriteOnce();
  }
}

bool Publisher::FoundCity() {
  const std::shared_ptr<const Door> door = doors_.Any(random_);
  if (door == nullptr) return false;
  city_ = absl::StrCat(city_prefix_, cities_++);
  if (!MakeRulesCity(*door, patience_, city_, {std::begin(kZones), std::end(kZones)}).ok()) {
    return false;
  }
  const std::optional<int64_t> calendar = CalendarVersion(*door, patience_, city_);
  if (!calendar) return false;
  for (size_t i = 0; i < rules_.size(); ++i) {
    auto target = std::make_shared<Target>();
    target->city = city_;
    target->zone = i == 0 ? kHolidayZone : kZones[i - 1];
    target->plate = "1RULES1";  // nobody enrols it
    target->when_open = domain::Decision::kNotRequired;
    target->shows = i == 0 ? Shows::kCalendarVersion : Shows::kZoneVersion;
    target->subject = board_.AddSubject(
        i == 0 ? absl::StrCat("calendar of ", CityName(city_)) : ZoneName(city_, kZones[i - 1]),
        i == 0 ? *calendar : 1);
    rules_[i].target = target;
    rules_[i].open = false;
    rules_[i].called_back = 0;
    board_.Fill(Group::kRules, rules_[i].place, target);
  }
  writes_left_ = kWritesInACity;
  return true;
}

void Publisher::AwaitChecks() {
  const Moment give_up = Now() + kLongestPause;
  while (board_.checks() < next_at_ && Now() < give_up && !board_.stopped()) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  next_at_ = board_.checks() + kChecksBetweenWrites;
}

WriteKind Publisher::KindOfNext(const Rule& rule) const {
  if (rule.target->shows == Shows::kCalendarVersion) {
    return rule.open ? WriteKind::kRemoveHoliday : WriteKind::kAddHoliday;
  }
  return rule.open ? WriteKind::kPublishPaidRule : WriteKind::kPublishFreeRule;
}

// What changes nothing: a calendar under an etag that is not the present one, an import that is
// only judged.
grpc::Status Publisher::Send(const Door& door, const Rule& rule, Write& write,
                             bool changes_nothing) {
  if (rule.target->shows == Shows::kZoneVersion) {
    const RuleKind kind = Opens(write.kind) ? RuleKind::kFree : RuleKind::kPaid;
    return Publish(door, patience_, city_, rule.target->zone, kind, changes_nothing);
  }
  CalendarWritten written = WriteCalendar(door, patience_, city_, Opens(write.kind),
                                          changes_nothing ? "none of yours" : "");
  write.version = written.version;
  return written.status;
}

void Publisher::Took(const grpc::Status& status, Outcome outcome) {
  --writes_left_;
  if (outcome == Outcome::kAcknowledged) return;
  ++(outcome == Outcome::kUnknown ? log_.unknown_writes : log_.refused_writes)[Brief(status)];
  writes_left_ = 0;
}

void Publisher::PublishAhead(const Door& door, Rule& rule) {
  Write write;
  write.subject = rule.target->subject;
  write.kind = KindOfNext(rule);
  write.called_back = rule.called_back;
  // The same moment on both clocks; this thread may be held up in between.
  const Moment start = Now() + kAhead;
  const absl::Time start_time = absl::Now() + kAhead;
  write.begin = start - kSkew;
  write.end = Now() + kAhead + kSkew;
  const grpc::Status status =
      Publish(door, patience_, city_, rule.target->zone,
              Opens(write.kind) ? RuleKind::kFree : RuleKind::kPaid, false, start_time);
  // Where writing took longer than that, nobody can know it before the answer.
  write.end = std::max(write.end, Now());
  write.outcome = OutcomeOf(status);
  log_.writes.push_back(write);
  if (testing::ReasonOf(status) == "ZONE_VERSION_OVERLAP") return;  // writing took all that time
  Took(status, write.outcome);
  if (write.outcome == Outcome::kRefused) return;
  for (const absl::Duration around : {-kSkew, -kSkew / 5, absl::ZeroDuration(), kSkew / 5, kSkew}) {
    absl::SleepFor(start + around - Now());
    board_.HandOver(Group::kRules, rule.target, kHandedOver);
  }
  absl::SleepFor(write.end - Now());
  rule.open = !rule.open;
  rule.called_back = 0;
}

void Publisher::CallBack(const Door& door, Rule& rule) {
  const RuleKind other = rule.open ? RuleKind::kPaid : RuleKind::kFree;
  grpc::Status status =
      Publish(door, patience_, city_, rule.target->zone, other, false, absl::Now() + kFarAhead);
  if (status.ok()) {
    board_.HandOver(Group::kRules, rule.target, kHandedOver);
    status = Withdraw(door, patience_, city_, rule.target->zone);
    board_.HandOver(Group::kRules, rule.target, kHandedOver);
  }
  ++rule.called_back;
  Took(status, OutcomeOf(status));
}

void Publisher::WriteOnce() {
  const std::shared_ptr<const Door> door = doors_.Any(random_);
  if (door == nullptr) return;
  Rule& rule = rules_[std::uniform_int_distribution<size_t>(0, rules_.size() - 1)(random_)];
  if (rule.target->shows == Shows::kZoneVersion) {
    if (Chance(kAheadShare)) return PublishAhead(*door, rule);
    if (Chance(kCalledBackShare)) return CallBack(*door, rule);
  }
  const bool changes_nothing = Chance(0.1);
  Write write;
  write.subject = rule.target->subject;
  write.kind = KindOfNext(rule);
  write.called_back = rule.called_back;
  board_.HandOver(Group::kRules, rule.target, kHandedOver);
  write.begin = Now();
  const grpc::Status status = Send(*door, rule, write, changes_nothing);
  write.end = Now();
  board_.HandOver(Group::kRules, rule.target, kHandedOver);
  const Outcome outcome = OutcomeOf(status);
  write.outcome = changes_nothing ? Outcome::kRefused : outcome;
  log_.writes.push_back(write);
  if (outcome == Outcome::kUnknown) absl::SleepFor(kRest);
  if (changes_nothing) return;
  Took(status, outcome);
  if (outcome != Outcome::kAcknowledged) return;
  rule.open = !rule.open;
  rule.called_back = 0;
}

}  // namespace stadspoort::history
