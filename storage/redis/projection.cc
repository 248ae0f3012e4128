#include "storage/redis/projection.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/domain/limits.h"
#include "storage/redis/codec.h"
#include "storage/redis/keys.h"

namespace stadspoort::redis {
namespace {

constexpr int64_t kForEver = 0;
constexpr int kReads = 3;
// Of a value's head: format and version. Grows with the version.
constexpr size_t kHeadBytes = 21;
constexpr const char* kScanCount = "1000";
// Longer than the next entries of a rebuild take to come: one that ends without a word is forgotten
// then.
constexpr const char* kFillingSeconds = "900";

// A script for the values of this binary.
std::string OfFormat(absl::string_view script) {
  return absl::StrReplaceAll(script, {{"FORMAT", absl::string_view(&kFormat, 1)}});
}

// KEYS[1]: the watermark. ARGV: the tick it must hold, its generation, the new watermark; then key,
// value and seconds to live (0: for ever) of each entry. An entry is written unless a newer one
// stands there; one of the same version is written again, which mends a damaged one. All is one
// step for every other client.
const Script& ApplyScript() {
  static const auto* script = new Script(OfFormat(R"lua(
local held = redis.call('GET', KEYS[1])
if not held then return 0 end
local generation, tick = string.match(held, '^FORMAT|[^|]*|([^|]*)|([^|]*)|')
if generation ~= ARGV[2] or tick ~= ARGV[1] then return 0 end
for i = 4, #ARGV, 3 do
  local key, value, seconds = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local old = redis.call('GETRANGE', key, 0, 20)
  local newer = #old == 21 and string.match(old, '^FORMAT%d+$') and old > string.sub(value, 1, 21)
  if not newer then
    if seconds == '0' then redis.call('SET', key, value) else redis.call('SET', key, value, 'EX', seconds) end
  end
end
redis.call('SET', KEYS[1], ARGV[3])
return 1
)lua"));
  return *script;
}

// KEYS: the watermark, an entry. ARGV: the generation that the watermark must be of, the entry's
// value, which is written as above.
const Script& PutScript() {
  static const auto* script = new Script(OfFormat(R"lua(
local held = redis.call('GET', KEYS[1])
if not held or string.match(held, '^FORMAT|[^|]*|([^|]*)|') ~= ARGV[1] then return 0 end
local old = redis.call('GETRANGE', KEYS[2], 0, 20)
local newer = #old == 21 and string.match(old, '^FORMAT%d+$') and old > string.sub(ARGV[2], 1, 21)
if not newer then redis.call('SET', KEYS[2], ARGV[2]) end
return 1
)lua"));
  return *script;
}

// KEYS: the watermark, the mark of a generation that is being filled. ARGV: what the watermark must
// be (empty: none), the new one.
const Script& SetWatermarkScript() {
  static const auto* script = new Script(OfFormat(R"lua(
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if redis.call('DEL', KEYS[2]) == 0 then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
)lua"));
  return *script;
}

absl::Status Refused() { return absl::UnavailableError("Redis refused a command"); }

// Empty when it is none.
absl::string_view TextOf(const Reply& reply) {
  const std::string_view view = reply.string().value_or(std::string_view());
  return {view.data(), view.size()};
}

// Whether a value begins as those of at least this version do, which begin with `head`.
bool IsAtLeast(absl::string_view value, absl::string_view head) {
  return value.size() >= kHeadBytes && value.front() == kFormat &&
         std::all_of(value.begin() + 1, value.begin() + kHeadBytes, absl::ascii_isdigit) &&
         value.substr(0, kHeadBytes) >= head.substr(0, kHeadBytes);
}

absl::StatusOr<bool> Yes(const absl::StatusOr<Reply>& reply) {
  if (!reply.ok()) return reply.status();
  if (!reply->integer()) return Refused();
  return *reply->integer() == 1;
}

// KEYS[1]: the watermark. ARGV: the generation it must be of (empty: there is none, or none that
// can be read); then keys to be removed, but those of a generation that is being filled.
const Script& RemoveScript() {
  static const auto* script = new Script(OfFormat(R"lua(
local held = redis.call('GET', KEYS[1])
if (held and string.match(held, '^FORMAT|[^|]*|([^|]*)|') or '') ~= ARGV[1] then return 0 end
for i = 2, #ARGV do
  local generation = string.match(ARGV[i], '^[^:]*:[^:]*:')
  if redis.call('EXISTS', generation .. 'filling') == 0 then redis.call('UNLINK', ARGV[i]) end
end
return 1
)lua"));
  return *script;
}

absl::Status Done(const absl::StatusOr<Reply>& reply) {
  if (!reply.ok()) return reply.status();
  return reply->is_error() ? Refused() : absl::OkStatus();
}

// How long an entry can matter to a check that looks back.
int64_t SecondsToLive(const postgres::PlateGroup& group, absl::Duration look_back, absl::Time now) {
  absl::Time last = now;
  for (const postgres::PlateRecord& plate : group.plates) {
    for (const domain::Right& right : plate.rights) last = std::max(last, right.effective.end);
  }
  return absl::ToInt64Seconds(last - now + look_back +
                              absl::Minutes(domain::limits::kGraceMaxMinutes)) +
         1;
}

}  // namespace

absl::StatusOr<std::optional<protocol::Watermark>> ProjectionWriter::Inspect(
    Connection& connection, absl::Duration patience) {
  const absl::StatusOr<std::vector<Reply>> replies = connection.RunAll(
      {{"CONFIG", "GET", "maxmemory-policy"}, {"GET", WatermarkKey(prefix_)}}, patience);
  if (!replies.ok()) return replies.status();
  const std::vector<Reply>& policy = (*replies)[0].array();
  if (policy.size() != 2) return Refused();
  if (policy[1].string() != std::optional<std::string_view>("noeviction")) {
    return absl::FailedPreconditionError(
        "Redis may evict keys: its maxmemory-policy must be noeviction");
  }
  if ((*replies)[1].is_error()) return Refused();
  const std::optional<std::string_view> held = (*replies)[1].string();
  if (!held) return std::nullopt;
  const auto watermark = WatermarkOf({held->data(), held->size()});
  if (!watermark.ok()) return std::nullopt;
  return *watermark;
}

std::vector<ProjectionWriter::Entry> ProjectionWriter::EntriesOf(const std::string& generation,
                                                                 const Batch& batch) const {
  std::vector<Entry> entries;
  for (const auto& [city, versions] : batch.versions) {
    std::string key = VersionsKey(prefix_, generation, city);
    std::string value = VersionsValue(key, versions);
    entries.push_back({std::move(key), std::move(value), kForEver});
  }
  for (const postgres::PlateGroup& group : batch.groups) {
    const auto known = batch.look_back.find(group.key.city);
    const absl::Duration look_back =
        known == batch.look_back.end() ? domain::limits::kLookBackMax : known->second;
    std::string key = PlateKeyText(prefix_, generation, group.key);
    std::string value = GroupValue(key, group);
    entries.push_back(
        {std::move(key), std::move(value), SecondsToLive(group, look_back, batch.register_time)});
  }
  return entries;
}

absl::StatusOr<bool> ProjectionWriter::Apply(Connection& connection, const std::string& after,
                                             const protocol::Watermark& watermark,
                                             const Batch& batch, absl::Duration patience) {
  const std::vector<Entry> entries = EntriesOf(watermark.generation, batch);
  std::vector<std::string> words = {after, watermark.generation, WatermarkValue(watermark)};
  for (const Entry& entry : entries) {
    words.push_back(entry.key);
    words.push_back(entry.value);
    words.push_back(absl::StrCat(entry.seconds));
  }
  const std::vector<std::string_view> args(words.begin(), words.end());
  const std::string key = WatermarkKey(prefix_);
  return Yes(connection.RunScript(ApplyScript(), {key}, args, patience));
}

absl::StatusOr<bool> ProjectionWriter::PutRules(Connection& connection,
                                                const std::string& generation,
                                                const postgres::RulesRead& rules,
                                                absl::Duration patience) {
  const std::string watermark = WatermarkKey(prefix_);
  const std::string key = RulesKey(prefix_, generation, rules.city);
  const std::string value = RulesValue(key, rules);
  return Yes(connection.RunScript(PutScript(), {watermark, key}, {generation, value}, patience));
}

absl::StatusOr<std::vector<ProjectionWriter::RulesHeld>> ProjectionWriter::LookAtRules(
    Connection& connection, const std::string& generation,
    const std::vector<domain::CityCode>& cities, absl::Duration patience) {
  std::vector<std::vector<std::string>> commands;
  for (const domain::CityCode& city : cities) {
    commands.push_back({"GET", VersionsKey(prefix_, generation, city)});
    commands.push_back(
        {"GETRANGE", RulesKey(prefix_, generation, city), "0", absl::StrCat(kHeadBytes - 1)});
  }
  const absl::StatusOr<std::vector<Reply>> replies = connection.RunAll(commands, patience);
  if (!replies.ok()) return replies.status();
  std::vector<RulesHeld> all;
  std::vector<std::string> remove = {"DEL"};
  for (size_t n = 0; n < cities.size(); ++n) {
    const Reply& told = (*replies)[2 * n];
    const Reply& head = (*replies)[2 * n + 1];
    RulesHeld& held = all.emplace_back();
    if (told.is_error() || head.is_error()) return Refused();
    const auto versions = VersionsOf(commands[2 * n][1], TextOf(told));
    if (!versions.ok()) {
      if (!told.is_nil()) remove.push_back(commands[2 * n][1]);
      continue;
    }
    held.versions = *versions;
    held.stored = IsAtLeast(TextOf(head), TextOf(told));
  }
  if (remove.size() == 1) return all;
  const auto removed = connection.RunAll({remove}, patience);
  if (!removed.ok()) return removed.status();
  return all;
}

absl::StatusOr<bool> ProjectionWriter::LookAtRulesInFull(Connection& connection,
                                                         const std::string& generation,
                                                         const domain::CityCode& city,
                                                         absl::Duration patience) {
  const std::string key = RulesKey(prefix_, generation, city);
  const absl::StatusOr<Reply> reply = connection.Run({"GET", key}, patience);
  if (!reply.ok()) return reply.status();
  if (reply->is_error()) return Refused();
  if (Unseal(key, TextOf(*reply)).ok()) return true;
  const absl::StatusOr<Reply> removed = connection.Run({"DEL", key}, patience);
  if (!removed.ok()) return removed.status();
  return false;
}

absl::Status ProjectionWriter::BeginFilling(Connection& connection, const std::string& generation,
                                            absl::Duration patience) {
  const std::string key = FillingKey(prefix_, generation);
  return Done(connection.Run({"SET", key, "1", "EX", kFillingSeconds}, patience));
}

absl::Status ProjectionWriter::EndFilling(Connection& connection, const std::string& generation,
                                          absl::Duration patience) {
  const std::string key = FillingKey(prefix_, generation);
  return Done(connection.Run({"DEL", key}, patience));
}

absl::Status ProjectionWriter::Fill(Connection& connection, const std::string& generation,
                                    const Batch& batch, absl::Duration patience) {
  return FillIn(connection, generation, EntriesOf(generation, batch), patience);
}

absl::Status ProjectionWriter::FillRules(Connection& connection, const std::string& generation,
                                         const postgres::RulesRead& rules,
                                         absl::Duration patience) {
  std::string key = RulesKey(prefix_, generation, rules.city);
  std::string value = RulesValue(key, rules);
  return FillIn(connection, generation, {{std::move(key), std::move(value), kForEver}}, patience);
}

absl::Status ProjectionWriter::FillIn(Connection& connection, const std::string& generation,
                                      std::vector<Entry> entries, absl::Duration patience) const {
  std::vector<std::vector<std::string>> commands;
  for (Entry& entry : entries) {
    std::vector<std::string> command = {"SET", std::move(entry.key), std::move(entry.value)};
    if (entry.seconds != kForEver) {
      command.emplace_back("EX");
      command.push_back(absl::StrCat(entry.seconds));
    }
    commands.push_back(std::move(command));
  }
  if (commands.empty()) return absl::OkStatus();
  commands.push_back({"EXPIRE", FillingKey(prefix_, generation), kFillingSeconds});
  const absl::StatusOr<std::vector<Reply>> replies = connection.RunAll(commands, patience);
  if (!replies.ok()) return replies.status();
  const bool refused = std::any_of(replies->begin(), replies->end(),
                                   [](const Reply& reply) { return reply.is_error(); });
  return refused ? Refused() : absl::OkStatus();
}

absl::StatusOr<bool> ProjectionWriter::SetWatermark(Connection& connection,
                                                    const std::string& expected,
                                                    const protocol::Watermark& watermark,
                                                    absl::Duration patience) {
  const std::string key = WatermarkKey(prefix_);
  const absl::StatusOr<Reply> reply = connection.Run({"GET", key}, patience);
  if (!reply.ok()) return reply.status();
  if (reply->is_error()) return Refused();
  const std::string_view held = reply->string().value_or(std::string_view());
  const auto known = WatermarkOf({held.data(), held.size()});
  if ((known.ok() ? known->tick : "") != expected) return false;
  const std::string mark = FillingKey(prefix_, watermark.generation);
  const std::string value = WatermarkValue(watermark);
  return Yes(connection.RunScript(SetWatermarkScript(), {key, mark}, {held, value}, patience));
}

absl::Status ProjectionWriter::RemoveAbandoned(Connection& connection,
                                               const std::atomic<bool>& stop,
                                               absl::Duration patience) {
  const absl::StatusOr<Reply> reply = connection.Run({"GET", WatermarkKey(prefix_)}, patience);
  if (!reply.ok()) return reply.status();
  if (reply->is_error()) return Refused();
  const std::string_view held = reply->string().value_or(std::string_view());
  const auto watermark = WatermarkOf({held.data(), held.size()});
  // None that can be read: what of it the script can read is not removed.
  if (!watermark.ok() && !held.empty()) return absl::OkStatus();
  return RemoveOthers(connection, watermark.ok() ? watermark->generation : "", stop, patience);
}

absl::Status ProjectionWriter::RemoveOthers(Connection& connection, const std::string& generation,
                                            const std::atomic<bool>& stop,
                                            absl::Duration patience) {
  const std::string mine = absl::StrCat(prefix_, ":", generation, ":");
  const std::string watermark = WatermarkKey(prefix_);
  const std::string pattern = absl::StrCat(prefix_, ":*:*");
  std::string cursor = "0";
  do {
    const absl::StatusOr<Reply> scanned =
        connection.Run({"SCAN", cursor, "MATCH", pattern, "COUNT", kScanCount}, patience);
    if (!scanned.ok()) return scanned.status();
    const std::vector<Reply>& parts = scanned->array();
    if (parts.size() != 2 || !parts[0].string()) return Refused();
    cursor = std::string(*parts[0].string());
    std::vector<std::string_view> args = {generation};
    for (const Reply& key : parts[1].array()) {
      const std::string_view name = key.string().value_or(std::string_view());
      if (!absl::StartsWith({name.data(), name.size()}, mine)) args.push_back(name);
    }
    if (args.size() == 1) continue;
    const absl::StatusOr<bool> removed =
        Yes(connection.RunScript(RemoveScript(), {watermark}, args, patience));
    if (!removed.ok()) return removed.status();
    // Another projector fills Redis by now: what is left is his to remove.
    if (!*removed) return absl::OkStatus();
  } while (cursor != "0" && !stop);
  return absl::OkStatus();
}

std::string ProjectionReader::Generation() const {
  const std::lock_guard lock(mutex_);
  return generation_;
}

void ProjectionReader::Remember(const std::string& generation) {
  const std::lock_guard lock(mutex_);
  generation_ = generation;
}

absl::StatusOr<ProjectionRead> ProjectionReader::Read(const domain::CityCode& city,
                                                      absl::Span<const domain::Pseudonym> folded,
                                                      absl::Duration patience) {
  for (int i = 0; i < kReads; ++i) {
    const std::string generation = Generation();
    std::vector<std::string> words = {"MGET", WatermarkKey(prefix_),
                                      VersionsKey(prefix_, generation, city)};
    for (const domain::Pseudonym& plate : folded) {
      words.push_back(PlateKeyText(prefix_, generation, {city, plate}));
    }
    const std::vector<std::string_view> command(words.begin(), words.end());
    const absl::StatusOr<Reply> reply = pool_.Read(command, patience);
    if (!reply.ok()) return reply.status();
    const std::vector<Reply>& values = reply->array();
    if (values.size() != words.size() - 1) return Refused();
    if (values[0].is_nil()) return absl::NotFoundError("Redis holds no projection");
    ProjectionRead read;
    const absl::StatusOr<protocol::Watermark> watermark = WatermarkOf(TextOf(values[0]));
    if (!watermark.ok()) return watermark.status();
    read.watermark = *watermark;
    if (watermark->generation != generation) {
      // What was read beside it are keys of another generation.
      Remember(watermark->generation);
      continue;
    }
    if (!values[1].is_nil()) {
      const auto versions = VersionsOf(words[2], TextOf(values[1]));
      if (!versions.ok()) return versions.status();
      read.versions = *versions;
    }
    for (size_t n = 0; n < folded.size(); ++n) {
      std::optional<postgres::PlateGroup>& plate = read.plates.emplace_back();
      if (values[n + 2].is_nil()) continue;
      absl::StatusOr<postgres::PlateGroup> group =
          GroupOf(words[n + 3], TextOf(values[n + 2]), {city, folded[n]});
      if (!group.ok()) return group.status();
      plate = *std::move(group);
    }
    return read;
  }
  return absl::AbortedError("the projection's generation keeps changing");
}

absl::StatusOr<postgres::RulesRead> ProjectionReader::ReadRules(const std::string& generation,
                                                                const domain::CityCode& city,
                                                                absl::Duration patience) {
  const std::string key = RulesKey(prefix_, generation, city);
  const absl::StatusOr<Reply> reply = pool_.Read({"GET", key}, patience);
  if (!reply.ok()) return reply.status();
  if (!reply->string()) return absl::NotFoundError("Redis holds no rules of the city");
  return RulesOf(key, {reply->string()->data(), reply->string()->size()}, city);
}

}  // namespace stadspoort::redis
