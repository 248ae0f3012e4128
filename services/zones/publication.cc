#include "services/zones/publication.h"

#include <utility>

#include "services/domain/zone_errors.h"
#include "storage/postgres/zone_change_store.h"

namespace stadspoort::zones {
namespace {

// Bounds what a transaction keeps in flight.
constexpr size_t kCommandsPerUnit = 300;

}  // namespace

absl::StatusOr<absl::Time> MomentOf(std::optional<absl::Time> asked, absl::string_view field,
                                    postgres::Transaction& transaction) {
  const auto results = transaction.Run({postgres::SelectClock()});
  if (!results.ok()) return results.status();
  const absl::StatusOr<absl::Time> now = postgres::ClockOf(results->front());
  if (!now.ok()) return now.status();
  if (asked && *asked < *now) return domain::InThePast(field);
  return asked.value_or(*now);
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
