#include "services/zones/publication.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "services/domain/limits.h"
#include "services/domain/zone_errors.h"
#include "storage/postgres/zone_change_store.h"

namespace stadspoort::zones {
namespace {

namespace limits = domain::limits;

constexpr absl::Duration kTimeToAnswer = absl::Milliseconds(200);

absl::StatusOr<postgres::RegisterClock> ReadClock(postgres::Transaction& transaction) {
  const auto results = transaction.Run({postgres::SelectClock()});
  if (!results.ok()) return results.status();
  return postgres::RegisterClockOf(results->front());
}

// Not before `earliest`, and after whatever is about to hold in these zones.
absl::Time AfterAll(absl::Time earliest, absl::Time now,
                    absl::Span<const postgres::NewestVersion> zones) {
  // What was done at once takes force by then, however much it was.
  const absl::Time at_once =
      now + kAboutToHold + limits::kPublicationLead +
      static_cast<int64_t>(limits::kImportMaxFeatures) * limits::kPublicationLeadEach;
  for (const postgres::NewestVersion& newest : zones) {
    if (!newest.version) continue;
    const absl::Time may_follow = newest.in_force.end == absl::InfiniteFuture()
                                      ? newest.in_force.start + absl::Microseconds(1)
                                      : newest.in_force.end;
    if (may_follow < at_once) earliest = std::max(earliest, may_follow);
  }
  return earliest;
}

}  // namespace

absl::StatusOr<absl::Time> MomentOf(std::optional<absl::Time> asked, absl::string_view field,
                                    absl::Span<const postgres::NewestVersion> zones,
                                    postgres::Transaction& transaction) {
  const auto clock = ReadClock(transaction);
  if (!clock.ok()) return clock.status();
  if (asked && *asked < clock->now) return domain::InThePast(field);
  if (asked || clock->stands_still) return asked.value_or(clock->now);
  return AfterAll(clock->now, clock->now, zones);
}

absl::StatusOr<TakingForce> TakesForce(std::optional<absl::Time> asked, absl::string_view field,
                                       absl::Span<const postgres::NewestVersion> zones,
                                       size_t versions, postgres::Transaction& transaction) {
  const auto clock = ReadClock(transaction);
  if (!clock.ok()) return clock.status();
  const Moment read = BootClock::now();
  if (asked && *asked < clock->now) return domain::InThePast(field);
  // A clock that stands still, for a test, never gets there.
  if (clock->stands_still) return TakingForce{asked.value_or(clock->now), !asked, read};
  const absl::Duration lead =
      limits::kPublicationLead + static_cast<int64_t>(versions) * limits::kPublicationLeadEach;
  if (asked && *asked < clock->now + lead) return domain::TooSoon(field, lead);
  if (asked) return TakingForce{*asked, false, read};
  const absl::Time start = AfterAll(clock->now + lead, clock->now, zones);
  return TakingForce{start, true, read + absl::ToChronoNanoseconds(start - clock->now)};
}

void AwaitForce(const platform::Call& call, const TakingForce& force) {
  if (!force.at_once) return;
  absl::SleepFor(
      std::min(absl::FromChrono(force.by - BootClock::now()), call.Remaining() - kTimeToAnswer));
}

absl::Status UnitWriter::Add(postgres::Command command) {
  commands_.push_back(std::move(command));
  if (commands_.size() < kCommandsPerUnit) return absl::OkStatus();
  const absl::Status status = transaction_.Run(commands_).status();
  commands_.clear();
  return status;
}

absl::Status UnitWriter::Commit() {
  return commands_.empty() ? transaction_.Commit() : transaction_.RunAndCommit(commands_).status();
}

absl::Status AddPublication(const domain::CityCode& city, const postgres::NewestVersion* newest,
                            const postgres::Author& author, absl::Time now,
                            domain::ZoneVersion& version, UnitWriter& writer) {
  int64_t subject_version = 1;
  std::vector<postgres::Command> commands;
  if (newest == nullptr) {
    version.id = domain::ZoneId::New(now);
    version.version = 1;
    commands.push_back(postgres::InsertZone(city, version));
  } else {
    version.id = newest->id;
    version.version = newest->last_number + 1;
    subject_version = newest->subject_version + 1;
    commands.push_back(postgres::BumpZone(city, version.code));
    if (newest->version && newest->in_force.end > version.in_force.start) {
      commands.push_back(
          postgres::EndZoneVersion(city, version.code, *newest->version, version.in_force.start));
    }
  }
  commands.push_back(postgres::InsertZoneVersion(city, version));
  commands.push_back(postgres::AppendJournal(postgres::SubjectKind::kZone, city, version.id.bytes(),
                                             subject_version, postgres::ZoneState(version, city),
                                             author));
  commands.push_back(postgres::AppendZoneChange(city, version.code, version.version,
                                                postgres::ZoneChangeKind::kPublished,
                                                version.in_force.start));
  for (postgres::Command& command : commands) {
    if (absl::Status added = writer.Add(std::move(command)); !added.ok()) return added;
  }
  return absl::OkStatus();
}

}  // namespace stadspoort::zones
