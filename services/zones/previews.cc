#include "services/zones/previews.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/city_errors.h"
#include "services/domain/limits.h"
#include "services/domain/zone_errors.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/draft_store.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::zones {
namespace {

using domain::ZoneVersion;
using postgres::Transaction;

// How far is looked for the end of what holds at one moment.
constexpr int64_t kEveryVersion = std::numeric_limits<int64_t>::max();

// A zone with all its versions and its draft, as one snapshot saw it.
struct ZoneAtHand {
  CityAtHand city;
  std::vector<postgres::StoredZone> versions;  // the newest first
  std::optional<postgres::StoredDraft> draft;

  const postgres::StoredZone* Find(int64_t version) const {
    const auto it = std::find_if(versions.begin(), versions.end(),
                                 [&](const auto& one) { return one.zone.version == version; });
    return it == versions.end() ? nullptr : &*it;
  }
  // What was withdrawn never held, unless there is nothing else. There are versions.
  const postgres::StoredZone& Newest() const {
    const auto it = std::find_if(versions.begin(), versions.end(), [](const auto& one) {
      return one.state != postgres::VersionState::kWithdrawn;
    });
    return it == versions.end() ? versions.front() : *it;
  }
  std::vector<ZoneVersion> Published() const {
    std::vector<ZoneVersion> published;
    for (const postgres::StoredZone& one : versions) {
      if (one.state != postgres::VersionState::kWithdrawn) published.push_back(one.zone);
    }
    return published;
  }
};

absl::StatusOr<ZoneAtHand> ReadZone(Transaction& transaction, const domain::CityCode& city,
                                    const domain::ZoneCode& zone) {
  std::vector<postgres::Command> commands = SelectAtHand(city);
  commands.push_back(postgres::SelectVersionsPage(
      city, zone, kEveryVersion, domain::limits::kZoneVersionsShown, /*full=*/true));
  commands.push_back(postgres::SelectDraft(city, zone));
  const auto results = transaction.Run(commands);
  if (!results.ok()) return results.status();
  ZoneAtHand read;
  auto at_hand = AtHandOf(absl::MakeConstSpan(*results).first(kAtHandCommands), city);
  if (!at_hand.ok()) return at_hand.status();
  read.city = *std::move(at_hand);
  auto versions = postgres::ZonesOf((*results)[kAtHandCommands], city);
  if (!versions.ok()) return versions.status();
  read.versions = *std::move(versions);
  auto drafts = postgres::DraftsOf((*results)[kAtHandCommands + 1], city);
  if (!drafts.ok()) return drafts.status();
  if (!drafts->empty()) read.draft = std::move(drafts->front());
  if (read.versions.empty() && !read.draft) return domain::ZoneNotFound(zone, "name");
  return read;
}

// The draft as the version it would become.
ZoneVersion AsVersion(const ZoneAtHand& zone, absl::Time start) {
  ZoneVersion version = domain::VersionOf(zone.draft->draft, start);
  version.version = zone.versions.empty() ? 1 : zone.versions.front().zone.version + 1;
  return version;
}

// Whoever publishes from `start` on ends what held then, and takes the place of what was to come.
std::vector<ZoneVersion> FollowedBy(std::vector<ZoneVersion> versions, ZoneVersion next) {
  const absl::Time start = next.in_force.start;
  std::erase_if(versions, [&](const ZoneVersion& one) { return one.in_force.start >= start; });
  for (ZoneVersion& one : versions) one.in_force.end = std::min(one.in_force.end, start);
  versions.push_back(std::move(next));
  return versions;
}

}  // namespace

absl::StatusOr<Previewed> Previews::Preview(const platform::Call& call, const PreviewAsked& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const absl::StatusOr<ZoneAtHand> zone = ReadZone(*transaction, asked.city, asked.zone);
  if (!zone.ok()) return zone.status();
  if (absl::Status over = transaction->Commit(); !over.ok()) return over;
  if (zone->versions.empty() && !asked.with_draft) return domain::ZoneNotFound(asked.zone, "name");
  const absl::Time start = asked.start.value_or(zone->city.city.now);
  std::vector<ZoneVersion> versions = zone->Published();
  if (asked.with_draft) {
    if (!zone->draft) return domain::DraftNotFound(asked.zone, "name");
    versions = FollowedBy(std::move(versions), AsVersion(*zone, asked.draft_start.value_or(start)));
  }
  const absl::Time end = asked.end.value_or(start + domain::limits::kValidUntilHorizon);
  if (end <= start) {
    return domain::InvalidField("end_time", "must lie after start_time",
                                domain::ErrorReason::kEndBeforeStart);
  }
  if (end - start > domain::limits::kPreviewMaxSpan) {
    return domain::InvalidField("end_time", "must lie at most 31 days after start_time");
  }
  Previewed previewed;
  previewed.time_zone = zone->city.city.time_zone;
  previewed.entries = domain::TimetableOf(PointersTo(versions), zone->city.calendar, {start, end});
  if (!asked.end) previewed.entries.resize(std::min<size_t>(previewed.entries.size(), 1));
  return previewed;
}

absl::StatusOr<Diffed> Previews::Diff(const platform::Call& call, const DiffAsked& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const absl::StatusOr<ZoneAtHand> zone = ReadZone(*transaction, asked.city, asked.zone);
  if (!zone.ok()) return zone.status();
  const absl::Time now = zone->city.city.now;

  ZoneVersion before;  // of a new zone: nothing
  before.code = asked.zone;
  if (asked.from != 0) {
    const postgres::StoredZone* found = zone->Find(asked.from);
    if (found == nullptr) return domain::ZoneNotFound(asked.zone, "from_zone_version");
    before = found->zone;
  } else if (!zone->versions.empty()) {
    const auto in_force =
        std::find_if(zone->versions.begin(), zone->versions.end(), [&](const auto& one) {
          return one.state == postgres::VersionState::kPublished && one.zone.in_force.Contains(now);
        });
    before = (in_force == zone->versions.end() ? zone->Newest() : *in_force).zone;
  }
  ZoneVersion after;
  if (asked.to != 0) {
    const postgres::StoredZone* found = zone->Find(asked.to);
    if (found == nullptr) return domain::ZoneNotFound(asked.zone, "to_zone_version");
    after = found->zone;
  } else {
    if (!zone->draft) return domain::DraftNotFound(asked.zone, "to_zone_version");
    after = AsVersion(*zone, now);
  }
  Diffed diffed{before.version,
                asked.to,
                domain::RuleDifferences(before, after, zone->city.calendar.zone()),
                {}};
  // As if it took force at once.
  before.in_force = {absl::InfinitePast(), absl::InfiniteFuture()};
  after.in_force = before.in_force;
  absl::StatusOr<std::vector<RightsHurt>> hurt =
      FindRightsHurt(*transaction, asked.city, zone->city, {{asked.zone, {before}, {after}}}, now);
  if (!hurt.ok()) return hurt.status();
  diffed.rights_hurt = *std::move(hurt);
  if (absl::Status over = transaction->Commit(); !over.ok()) return over;
  return diffed;
}

}  // namespace stadspoort::zones
