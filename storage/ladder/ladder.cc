#include "storage/ladder/ladder.h"

#include <chrono>
#include <utility>

#include "services/domain/city_errors.h"
#include "storage/ladder/rules_keeper.h"

namespace stadspoort::ladder {
namespace {

// A look is taken again when the city's plate key changed meanwhile. More than this means that
// somebody changes keys all the time.
constexpr int kTries = 3;
constexpr absl::Duration kRedisPatience = absl::Milliseconds(50);
// For the rules of a city, which may be tens of MB.
constexpr absl::Duration kRedisRulesPatience = absl::Seconds(1);
constexpr std::chrono::milliseconds kRedisPause(200);

Moment Now() { return BootClock::now(); }

int64_t Nanos(Moment moment) { return moment.time_since_epoch().count(); }

// Of the rights of permit sets what holds while these are live.
std::vector<domain::KnownPlate> KnownPlates(const postgres::PlateGroup* group,
                                            const domain::Pseudonym& exact,
                                            const domain::CitySettings& settings) {
  std::vector<domain::KnownPlate> known;
  if (group == nullptr) return known;
  for (const postgres::PlateRecord& plate : group->plates) {
    known.push_back({plate.id, plate.exact == exact, plate.version, plate.rights});
    KeepLive(settings.live_sets, known.back().rights);
  }
  return known;
}

// The register's clock now, from a reading at a statement that was sent at `sent`. A clock that was
// replaced stands still between two readings.
absl::Time RegisterNow(absl::Time register_time, absl::Time server, Moment sent) {
  return register_time == server ? register_time + absl::FromChrono(Now() - sent) : register_time;
}

// Rights that ended longer ago are not kept in memory and Redis.
bool LooksTooFarBack(const Question& question, const domain::CityRules& rules, absl::Time now) {
  return question.oldest_check_time &&
         *question.oldest_check_time < now - rules.settings().look_back;
}

}  // namespace

absl::StatusOr<std::vector<domain::PlatePseudonyms>> Ladder::PseudonymsOf(
    const Question& question, const CityRulesPtr& rules) const {
  const absl::StatusOr<domain::PlateKey> key = keyring_.KeyOf(rules->plate_key_id(), question.city);
  if (!key.ok()) return domain::PlateKeyMismatch();
  std::vector<domain::PlatePseudonyms> pseudonyms;
  pseudonyms.reserve(question.plates.size());
  for (const domain::PlateNumber& plate : question.plates) pseudonyms.push_back(key->Of(plate));
  return pseudonyms;
}

absl::StatusOr<Look> Ladder::LookUp(const Question& question, Moment began, Deadline deadline) {
  if (std::optional<Look> look = LookInMemory(question, began, kMaxStaleness)) {
    Count(*look);
    return *std::move(look);
  }
  if (std::optional<Look> look = LookInRedis(question, began, /*degraded=*/false)) {
    Count(*look);
    return *std::move(look);
  }
  absl::StatusOr<Look> confirmed = Confirm(question, deadline);
  if (confirmed.ok() || !absl::IsUnavailable(confirmed.status())) return confirmed;
  // The system of record is away. What was known within the city's limit still lets cars pass.
  std::optional<Look> look = LookInMemory(question, began, std::nullopt);
  if (!look || look->stale) {
    std::optional<Look> other = LookInRedis(question, began, /*degraded=*/true);
    if (other) look = std::move(other);
  }
  if (!look) return confirmed;
  ++degraded_looks_;
  Count(*look);
  return *std::move(look);
}

// `limit` none: the city's own, for when the system of record is away.
std::optional<Look> Ladder::LookInMemory(const Question& question, Moment began,
                                         std::optional<absl::Duration> limit) const {
  if (!use_.memory) return std::nullopt;
  const Memory::Reader reader(memory_);
  const Freshness* freshness = reader.freshness();
  if (freshness == nullptr) return std::nullopt;
  const absl::Duration age = absl::FromChrono(began - freshness->sent);
  if (limit && age > *limit) return std::nullopt;
  Look look;
  look.rules = reader.index()->RulesOf(question.city);
  if (look.rules == nullptr) return std::nullopt;
  look.degraded = !limit;
  look.stale = look.degraded && age > look.rules->settings().degraded_limit;
  look.rung = Rung::kMemory;
  look.as_of = freshness->register_time;
  look.now = RegisterNow(freshness->register_time, freshness->server_now, freshness->sent);
  if (LooksTooFarBack(question, *look.rules, look.now)) return std::nullopt;
  const auto pseudonyms = PseudonymsOf(question, look.rules);
  if (!pseudonyms.ok()) return std::nullopt;
  for (const domain::PlatePseudonyms& plate : *pseudonyms) {
    look.plates.push_back(KnownPlates(reader.index()->Find({question.city, plate.folded}),
                                      plate.exact, look.rules->settings()));
  }
  return look;
}

std::optional<Look> Ladder::LookInRedis(const Question& question, Moment began, bool degraded) {
  if (!use_.redis || Nanos(Now()) < redis_away_until_) return std::nullopt;
  // Without a reading of the primary's clock nobody can say how old a watermark is.
  const std::optional<Follower::Clocks> clocks = follower_.ReadClocks();
  if (!clocks) return std::nullopt;
  absl::StatusOr<Look> look = ReadRedis(question, *clocks, began, degraded);
  if (look.ok()) return *std::move(look);
  if (absl::IsDeadlineExceeded(look.status())) redis_away_until_ = Nanos(Now() + kRedisPause);
  if (!absl::IsNotFound(look.status()) && !absl::IsFailedPrecondition(look.status())) {
    ++redis_failures_;
  }
  return std::nullopt;
}

// The rules of these versions, held or read.
absl::StatusOr<CityRulesPtr> Ladder::RulesInRedis(const domain::CityCode& city,
                                                  const std::string& generation,
                                                  const domain::CityVersions& versions,
                                                  bool degraded) {
  const auto held = [&]() -> CityRulesPtr {
    const std::lock_guard lock(mutex_);
    const auto found = redis_rules_.find(city);
    const bool is_it = found != redis_rules_.end() && found->second.generation == generation &&
                       found->second.rules->versions() == versions;
    return is_it ? found->second.rules : nullptr;
  };
  const CityRulesPtr seen = follower_.RulesSeen(city);
  if (seen != nullptr && seen->versions() == versions) return seen;
  if (CityRulesPtr rules = held(); rules != nullptr) return rules;
  // The system of record tells what changed, Redis only everything.
  if (seen != nullptr && !degraded) return absl::NotFoundError("the rules changed");
  // One at a time: whoever comes meanwhile finds what was read.
  const std::lock_guard one(redis_rules_read_);
  if (CityRulesPtr rules = held(); rules != nullptr) return rules;
  if (Nanos(Now()) < redis_away_until_) return absl::UnavailableError("Redis is away");
  auto stored = projection_.ReadRules(generation, city, kRedisRulesPatience);
  if (absl::IsDeadlineExceeded(stored.status())) redis_away_until_ = Nanos(Now() + kRedisPause);
  if (!stored.ok()) return stored.status();
  absl::StatusOr<CityRulesPtr> rules = JoinRules(nullptr, *std::move(stored), keyring_);
  if (!rules.ok()) return rules;
  if ((*rules)->versions() != versions) return absl::NotFoundError("Redis holds other rules");
  const std::lock_guard lock(mutex_);
  redis_rules_[city] = {generation, *rules};
  return rules;
}

// Rules to make pseudonyms with, however old.
absl::StatusOr<CityRulesPtr> Ladder::AnyRules(const domain::CityCode& city, bool degraded) {
  if (CityRulesPtr seen = follower_.RulesSeen(city); seen != nullptr) return seen;
  const auto read = projection_.Read(city, {}, kRedisPatience);
  if (!read.ok()) return read.status();
  if (!read->versions) return absl::NotFoundError("Redis does not hold this city");
  return RulesInRedis(city, read->watermark.generation, *read->versions, degraded);
}

absl::StatusOr<Look> Ladder::ReadRedis(const Question& question, const Follower::Clocks& clocks,
                                       Moment began, bool degraded) {
  absl::StatusOr<CityRulesPtr> rules = AnyRules(question.city, degraded);
  if (!rules.ok()) return rules.status();
  const auto pseudonyms = PseudonymsOf(question, *rules);
  if (!pseudonyms.ok()) return pseudonyms.status();
  std::vector<domain::Pseudonym> folded;
  for (const domain::PlatePseudonyms& plate : *pseudonyms) folded.push_back(plate.folded);
  absl::StatusOr<redis::ProjectionRead> read =
      projection_.Read(question.city, folded, kRedisPatience);
  if (!read.ok()) return read.status();
  const protocol::Watermark& watermark = read->watermark;
  if (!read->versions || watermark.epoch != clocks.primary.epoch) {
    return absl::NotFoundError("Redis holds another epoch, or not this city");
  }
  const std::string key_id = (*rules)->plate_key_id();
  rules = RulesInRedis(question.city, watermark.generation, *read->versions, degraded);
  if (!rules.ok()) return rules.status();
  if ((*rules)->plate_key_id() != key_id) return absl::AbortedError("the plate key changed");
  // At most as old as this, by the primary's clock and our own.
  const absl::Duration age =
      clocks.primary.server + absl::FromChrono(began - clocks.primary.sent) - watermark.as_of;
  // Ahead of us by more than a tick could be: it would never age. Damaged, or our reading of the
  // clock is no good.
  if (age < -kMaxStaleness) return absl::DataLossError("the projection is of the future");
  Look look;
  look.rules = *rules;
  look.rung = Rung::kRedis;
  look.degraded = degraded;
  look.stale = degraded && age > look.rules->settings().degraded_limit;
  if (!degraded && age > kMaxStaleness) return absl::NotFoundError("the projection is stale");
  look.now = RegisterNow(clocks.register_time, clocks.primary.server, clocks.primary.sent);
  look.as_of = look.now - std::max(age, absl::ZeroDuration());
  if (LooksTooFarBack(question, *look.rules, look.now)) {
    return absl::NotFoundError("Redis does not look back as far");
  }
  for (size_t i = 0; i < pseudonyms->size(); ++i) {
    const std::optional<postgres::PlateGroup>& group = read->plates[i];
    look.plates.push_back(
        KnownPlates(group ? &*group : nullptr, (*pseudonyms)[i].exact, look.rules->settings()));
  }
  return look;
}

absl::StatusOr<Look> Ladder::Confirm(const Question& question, Deadline deadline) {
  for (int i = 0; i < kTries; ++i) {
    CityRulesPtr known = follower_.RulesSeen(question.city);
    Follower::Ask ask{question.city, {}, question.oldest_check_time};
    std::vector<domain::PlatePseudonyms> pseudonyms;
    if (known != nullptr) {
      absl::StatusOr<std::vector<domain::PlatePseudonyms>> made = PseudonymsOf(question, known);
      if (!made.ok()) return made.status();
      pseudonyms = *std::move(made);
      for (const domain::PlatePseudonyms& plate : pseudonyms) ask.folded.push_back(plate.folded);
    }
    absl::StatusOr<Confirmed> confirmed = follower_.Confirm(std::move(ask), deadline);
    if (!confirmed.ok()) return confirmed.status();
    // Not known before, or another key by now: asked again with the right pseudonyms.
    if (known == nullptr || known->plate_key_id() != confirmed->rules->plate_key_id()) continue;
    Look look;
    look.rules = confirmed->rules;
    look.as_of = confirmed->as_of;
    look.now = confirmed->as_of;
    look.confirmed = true;
    for (size_t n = 0; n < pseudonyms.size(); ++n) {
      look.plates.push_back(
          KnownPlates(confirmed->plates[n].get(), pseudonyms[n].exact, look.rules->settings()));
    }
    Count(look);
    return look;
  }
  return absl::AbortedError("the city's plate key keeps changing");
}

void Ladder::Count(const Look& look) {
  std::atomic<int64_t>& plates = look.rung == Rung::kMemory  ? memory_plates_
                                 : look.rung == Rung::kRedis ? redis_plates_
                                                             : postgres_plates_;
  plates += static_cast<int64_t>(look.plates.size());
}

Ladder::Stats Ladder::GetStats() const {
  return {memory_plates_, redis_plates_, postgres_plates_, degraded_looks_, redis_failures_};
}

}  // namespace stadspoort::ladder
