#include "storage/postgres/register_read.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "services/domain/checked_plate_key.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/plans.h"
#include "storage/postgres/right_store.h"
#include "storage/postgres/schema.h"
#include "storage/postgres/sql.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::postgres {
namespace {

constexpr Statement kBegin{"register_begin", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
constexpr Statement kCommit{"register_commit", "COMMIT"};

// For the next few thousand groups of a load.
constexpr absl::Duration kFetchPatience = absl::Seconds(30);

absl::StatusOr<domain::Pseudonym> PseudonymOf(const std::string& bytes) {
  domain::Pseudonym pseudonym;
  if (bytes.size() != pseudonym.bytes.size()) {
    return absl::InternalError("a stored pseudonym has not 16 bytes");
  }
  std::memcpy(pseudonym.bytes.data(), bytes.data(), bytes.size());
  return pseudonym;
}

// Rows of plates and rights, in any order, joined to groups.
class GroupMaker {
 public:
  absl::Status Add(Row& row) {
    const absl::StatusOr<domain::Pseudonym> folded = PseudonymOf(row.Bytes("folded_pseudonym"));
    if (!folded.ok()) return folded.status();
    const absl::StatusOr<domain::Pseudonym> exact = PseudonymOf(row.Bytes("pseudonym"));
    if (!exact.ok()) return exact.status();
    PlateRecord& plate =
        Plate({domain::CityCode(row.Text("city")), *folded}, domain::PlateId(row.Uuid("plate_id")));
    plate.exact = *exact;
    plate.version = row.Int("version");
    if (row.IsNull("right_id")) return row.status();
    absl::StatusOr<domain::Right> right = RightColumnsOf(row);
    if (!right.ok()) return right.status();
    plate.rights.push_back(*std::move(right));
    return row.status();
  }

  size_t size() const { return groups_.size(); }

  // In the order in which they came. With `keep_last`, the last one stays: its rows may go on.
  std::vector<PlateGroup> Take(bool keep_last = false) {
    std::optional<PlateGroup> last;
    if (keep_last && !groups_.empty()) {
      last = std::move(groups_.back());
      groups_.pop_back();
    }
    std::vector<PlateGroup> taken = std::exchange(groups_, {});
    places_.clear();
    for (PlateGroup& group : taken) Order(group);
    if (last) {
      places_[last->key] = 0;
      groups_.push_back(*std::move(last));
    }
    return taken;
  }

 private:
  PlateRecord& Plate(const PlateKey& key, const domain::PlateId& id) {
    const auto [place, inserted] = places_.try_emplace(key, groups_.size());
    if (inserted) groups_.push_back({key, {}});
    std::vector<PlateRecord>& plates = groups_[place->second].plates;
    const auto known = std::find_if(plates.begin(), plates.end(),
                                    [&](const PlateRecord& plate) { return plate.id == id; });
    if (known != plates.end()) return *known;
    plates.push_back({id, {}, 0, {}});
    return plates.back();
  }

  static void Order(PlateGroup& group) {
    std::sort(group.plates.begin(), group.plates.end(),
              [](const PlateRecord& a, const PlateRecord& b) { return a.id < b.id; });
    for (PlateRecord& plate : group.plates) {
      std::sort(plate.rights.begin(), plate.rights.end(),
                [](const domain::Right& a, const domain::Right& b) { return a.id < b.id; });
    }
  }

  std::vector<PlateGroup> groups_;
  absl::flat_hash_map<PlateKey, size_t> places_;
};

// The first transaction id that the snapshot knows nothing of: xmin:xmax:in progress.
std::optional<uint64_t> NextIdOf(absl::string_view snapshot) {
  const std::vector<absl::string_view> parts = absl::StrSplit(snapshot, ':');
  uint64_t id = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[1], &id)) return std::nullopt;
  return id;
}

absl::Status ReadHeader(const Result& result, RegisterAnswer& answer) {
  const auto read = result.One([&](Row& row) -> absl::StatusOr<bool> {
    if (absl::Status known = CheckSchemaNumber(row.Int("schema_number")); !known.ok()) return known;
    protocol::Header& header = answer.header;
    header.snapshot = row.Text("snapshot");
    header.now = row.Time("now");
    header.clock = row.Time("clock");
    header.lineage = row.Text("lineage");
    header.row.epoch = row.Text("epoch");
    header.row.lineage = row.Text("epoch_lineage");
    header.row.term = row.Int("term");
    header.row.lease = row.Time("lease");
    header.row.snapshot = row.Text("stored_snapshot");
    header.row.generation = row.Text("generation");
    header.row.tick = row.Text("tick");
    header.row.applied = row.Text("applied");
    answer.register_time = row.Time("register_time");
    return row.Bool("filtered");
  });
  if (!read.ok()) return read.status();
  if (!*read) return absl::OkStatus();
  return absl::FailedPreconditionError("row-level security hides rows from a role that reads all");
}

absl::StatusOr<std::vector<PlateGroup>> GroupsOf(const Result& result) {
  GroupMaker groups;
  absl::Status status;
  const absl::Status each = result.Each([&](Row& row) { status.Update(groups.Add(row)); });
  if (!each.ok()) return each;
  if (!status.ok()) return status;
  return groups.Take();
}

absl::Status ReadChanges(const Result& result, int64_t changes_max, RegisterAnswer& answer) {
  GroupMaker groups;
  absl::Status status;
  const absl::Status each = result.Each([&](Row& row) {
    answer.truncated = row.Int("subject_count") > changes_max;
    if (answer.truncated) return;
    if (row.IsNull("plate_id")) {
      answer.changed_rules.emplace_back(row.Text("city"));
    } else {
      answer.look_back[domain::CityCode(row.Text("city"))] =
          absl::Seconds(row.Int("look_back_seconds"));
      status.Update(groups.Add(row));
    }
  });
  if (!each.ok()) return each;
  answer.changed = groups.Take();
  return status;
}

// Adds rows that name their city to that city's rules.
template <typename Convert>
absl::Status AddTo(std::vector<RulesRead>& rules, const Result& result, Convert convert) {
  absl::Status status;
  const absl::Status each = result.Each([&](Row& row) {
    const domain::CityCode city(row.Text("city"));
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [&](const RulesRead& read) { return read.city == city; });
    if (found == rules.end()) {
      status.Update(absl::InternalError("rules of a city that was not asked for"));
    } else {
      // A newer version of this program may have written it: that is no reason to stop other
      // cities.
      found->status.Update(convert(row, *found));
    }
  });
  return each.ok() ? status : each;
}

// The four results of RulesCommands.
absl::StatusOr<std::vector<RulesRead>> RulesOf(absl::Span<const RegisterQuery::Rules> asked,
                                               absl::Span<const Result> results) {
  absl::flat_hash_map<domain::CityCode, int64_t> zones_known;
  for (const RegisterQuery::Rules& rules : asked) zones_known[rules.city] = rules.known.zones;
  absl::StatusOr<std::vector<RulesRead>> rules =
      results[0].Rows([&](Row& row) -> absl::StatusOr<RulesRead> {
        RulesRead read;
        read.city = domain::CityCode(row.Text("city"));
        read.stored = CityColumnsOf(row);
        // As zones_of_cities decides it.
        const int64_t known = zones_known[read.city];
        read.zones_since = known <= read.stored.versions.zones ? known : 0;
        return read;
      });
  if (!rules.ok()) return rules;
  absl::Status status = AddTo(*rules, results[1], [](Row& row, RulesRead& read) {
    read.special_days.push_back({row.Day("date"), domain::SpecialDayLabel(row.Text("label")), ""});
    return absl::OkStatus();
  });
  status.Update(AddTo(*rules, results[2], [](Row& row, RulesRead& read) {
    absl::StatusOr<domain::RightType> type = RightTypeColumnsOf(row);
    if (!type.ok()) return type.status();
    read.right_types.push_back(*std::move(type));
    return absl::OkStatus();
  }));
  status.Update(AddTo(*rules, results[3], [](Row& row, RulesRead& read) {
    if (row.IsNull("code")) {
      read.zones_left_out = true;
      return absl::OkStatus();
    }
    if (row.Bool("withdrawn")) {
      read.withdrawn.push_back({domain::ZoneCode(row.Text("code")), row.Int("zone_version")});
      return absl::OkStatus();
    }
    absl::StatusOr<domain::ZoneVersion> zone = ZoneVersionColumnsOf(row, read.city);
    if (!zone.ok()) return zone.status();
    read.zones.push_back(*std::move(zone));
    return absl::OkStatus();
  }));
  if (!status.ok()) return status;
  return rules;
}

void AddRulesCommands(absl::Span<const RegisterQuery::Rules> asked, int64_t zones_max,
                      std::vector<Command>& commands) {
  std::vector<std::string> all;
  std::vector<std::string> cities;
  std::vector<int64_t> calendars;
  std::vector<int64_t> right_types;
  std::vector<int64_t> zones;
  for (const RegisterQuery::Rules& rules : asked) {
    all.push_back(rules.city.value());
    if (rules.versions_only) continue;
    cities.push_back(rules.city.value());
    calendars.push_back(rules.known.calendar);
    right_types.push_back(rules.known.right_types);
    zones.push_back(rules.known.zones);
  }
  commands.push_back({sql::kRulesOfCities, Params().TextArray(all)});
  commands.push_back({sql::kSpecialDaysOfCities, Params().TextArray(cities).IntArray(calendars)});
  commands.push_back({sql::kRightTypesOfCities, Params().TextArray(cities).IntArray(right_types)});
  commands.push_back(
      {sql::kZonesOfCities, Params().TextArray(cities).IntArray(zones).Int(zones_max)});
}

std::span<const uint8_t> Bytes(const domain::Pseudonym& pseudonym) { return pseudonym.bytes; }

Command PlatesCommand(absl::Span<const RegisterQuery::Plate> plates) {
  std::vector<std::string> cities;
  std::vector<std::string> folded;
  std::vector<absl::Time> oldest;
  for (const RegisterQuery::Plate& plate : plates) {
    cities.push_back(plate.key.city.value());
    folded.push_back(domain::StoredBytes(plate.key.folded));
    oldest.push_back(plate.oldest.value_or(absl::InfiniteFuture()));
  }
  return {sql::kPlatesByKey, Params().TextArray(cities).BytesArray(folded).TimeArray(oldest)};
}

absl::StatusOr<std::vector<domain::CityCode>> CityCodesOf(const Result& result) {
  return result.Rows([](Row& row) { return domain::CityCode(row.Text("city")); });
}

// Runs commands inside a transaction that is open or begins here.
absl::StatusOr<std::vector<Result>> RunSteps(Connection& connection, const Statement* before,
                                             absl::Span<const Command> commands,
                                             const Statement* after, Deadline deadline) {
  const Params none;
  std::vector<Step> steps;
  if (before != nullptr) steps.push_back({before, &none});
  for (const Command& command : commands) steps.push_back({&command.statement, &command.params});
  if (after != nullptr) steps.push_back({after, &none});
  Answer answer = connection.Exchange(steps, deadline);
  if (!answer.status.ok()) return answer.status;
  if (after != nullptr) answer.results.pop_back();
  if (before != nullptr) answer.results.erase(answer.results.begin());
  return std::move(answer.results);
}

}  // namespace

namespace {

ConnectionOptions OptionsFor(absl::string_view conninfo, absl::string_view role,
                             absl::string_view what) {
  ConnectionOptions options;
  options.conninfo = absl::StrCat(conninfo, " user=stadspoort_", role);
  options.application_name = absl::StrCat("stadspoortd-", role, what);
  options.settings = {{"row_security", "off"}};
  return options;
}

}  // namespace

ConnectionOptions ReaderOptions(absl::string_view conninfo, absl::string_view role) {
  ConnectionOptions options = OptionsFor(conninfo, role, "");
  options.settings.emplace_back("plan_cache_mode", "force_generic_plan");
  PlanByKey(options);
  return options;
}

ConnectionOptions LoaderOptions(absl::string_view conninfo, absl::string_view role) {
  ConnectionOptions options = OptionsFor(conninfo, role, "-load");
  options.statement_timeout = kLoadPatience;
  // Whoever takes the rows in may have to wait for somebody.
  options.idle_in_transaction_timeout = absl::Minutes(5);
  PlanForLoad(options);
  return options;
}

absl::StatusOr<RegisterAnswer> ReadRegister(Connection& connection, const RegisterQuery& query,
                                            Deadline deadline) {
  std::vector<Command> commands;
  commands.push_back({sql::kRegisterHeader, Params()});
  if (query.since) {
    commands.push_back({sql::kChangesSince, Params()
                                                .Text(*query.since)
                                                .Int(query.changes_max + 1)
                                                .Int(query.changes_max * kDeltaMaxRowsEach + 1)});
  }
  if (!query.plates.empty()) commands.push_back(PlatesCommand(query.plates));
  if (query.audit_after) {
    commands.push_back({sql::kPlatesAfter, Params()
                                               .Text(query.audit_after->city.value())
                                               .Bytes(Bytes(query.audit_after->folded))
                                               .Int(query.audit_count)});
  }
  if (!query.rules.empty()) AddRulesCommands(query.rules, query.zones_max, commands);
  const absl::StatusOr<std::vector<Result>> results =
      RunSteps(connection, &kBegin, commands, &kCommit, deadline);
  if (!results.ok()) return results.status();

  RegisterAnswer answer;
  size_t next = 0;
  if (absl::Status read = ReadHeader((*results)[next++], answer); !read.ok()) return read;
  if (query.since) {
    const absl::Status read = ReadChanges((*results)[next++], query.changes_max, answer);
    if (!read.ok()) return read;
    // The database was put back to before the snapshot: its ids are handed out again.
    const auto since = NextIdOf(*query.since);
    const auto present = NextIdOf(answer.header.snapshot);
    if (!since || !present) return absl::InternalError("a snapshot cannot be read");
    if (*since > *present) {
      answer.truncated = true;
      answer.changed.clear();
      answer.changed_rules.clear();
    }
  }
  if (!query.plates.empty()) {
    absl::StatusOr<std::vector<PlateGroup>> found = GroupsOf((*results)[next++]);
    if (!found.ok()) return found.status();
    answer.found = *std::move(found);
  }
  if (query.audit_after) {
    absl::StatusOr<std::vector<PlateGroup>> audited = GroupsOf((*results)[next++]);
    if (!audited.ok()) return audited.status();
    answer.audited = *std::move(audited);
  }
  if (!query.rules.empty()) {
    auto rules = RulesOf(query.rules, absl::MakeConstSpan(*results).subspan(next, 4));
    if (!rules.ok()) return rules.status();
    answer.rules = *std::move(rules);
  }
  return answer;
}

absl::StatusOr<RegisterAnswer> ReadRegisterWithRules(Connection& connection, RegisterQuery query,
                                                     RulesWanted wanted, Deadline deadline) {
  while (true) {
    absl::StatusOr<RegisterAnswer> answer = ReadRegister(connection, query, deadline);
    if (!answer.ok()) return answer;
    const size_t asked = query.rules.size();
    for (const domain::CityCode& city : answer->changed_rules) {
      const bool known = std::any_of(query.rules.begin(), query.rules.end(),
                                     [&](const auto& rules) { return rules.city == city; });
      if (!known) query.rules.push_back({city, {}, wanted == RulesWanted::kVersionsOnly});
    }
    if (query.rules.size() == asked) return answer;
  }
}

namespace {

// Of a load, while the register goes on.
constexpr int kCatchUps = 20;
constexpr size_t kCaughtUp = 1'000;  // subjects
constexpr int64_t kCatchUpMax = 5'000'000;
// In which the lease does not hold.
constexpr int kLapses = 10;
constexpr absl::Duration kLapse = absl::Milliseconds(100);

constexpr Statement kByKeyFromNow{
    "register_by_key",
    "SELECT set_config('enable_nestloop', 'on', false), set_config('enable_seqscan', 'off', false),"
    " set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false)"};

// What changed since the snapshot, which is of this session. A load of millions may take so long
// that no delta would hold it.
absl::Status CatchUp(Connection& connection, absl::Span<const domain::CityCode> cities,
                     const LoadSink& sink, const protocol::Header& loaded, Deadline deadline) {
  const auto is_asked = [&](const domain::CityCode& city) {
    return cities.empty() || std::find(cities.begin(), cities.end(), city) != cities.end();
  };
  const auto by_key = RunSteps(connection, nullptr, {{kByKeyFromNow, Params()}}, nullptr, deadline);
  if (!by_key.ok()) return by_key.status();
  RegisterQuery query;
  query.since = loaded.snapshot;
  query.changes_max = kCatchUpMax;
  int lapses = 0;
  for (int i = 0; i < kCatchUps + lapses; ++i) {
    absl::StatusOr<RegisterAnswer> answer =
        ReadRegisterWithRules(connection, query, RulesWanted::kInFull, deadline);
    if (!answer.ok()) return answer.status();
    if (answer->truncated || answer->header.row.epoch != loaded.row.epoch) break;
    const bool trusted = protocol::Trusted(answer->header, protocol::Rules::All());
    if (!trusted && lapses++ < kLapses) {
      // For a moment: no reason to throw a long load away. For longer: the caller judges.
      absl::SleepFor(kLapse);
      continue;
    }
    std::erase_if(answer->changed,
                  [&](const PlateGroup& group) { return !is_asked(group.key.city); });
    std::erase_if(answer->rules, [&](const RulesRead& rules) { return !is_asked(rules.city); });
    const bool caught_up = answer->changed.size() < kCaughtUp;
    query.since = answer->header.snapshot;
    std::vector<RulesRead> rules = std::exchange(answer->rules, {});
    std::vector<PlateGroup> plates = std::exchange(answer->changed, {});
    if (absl::Status taken = sink.rules(*answer, std::move(rules)); !taken.ok()) return taken;
    if (absl::Status taken = sink.plates(std::move(plates)); !taken.ok()) return taken;
    if (caught_up) return absl::OkStatus();
  }
  return absl::AbortedError("more changes than a load can follow");
}

absl::Status LoadPlates(Connection& connection, absl::Span<const domain::CityCode> cities,
                        const LoadSink& sink, Deadline deadline) {
  Params params;
  if (cities.empty()) {
    params.Null(Type::kTextArray);
  } else {
    std::vector<std::string> codes;
    for (const domain::CityCode& city : cities) codes.push_back(city.value());
    params.TextArray(codes);
  }
  const auto declared =
      RunSteps(connection, nullptr, {{sql::kDeclarePlates, params}}, nullptr, deadline);
  if (!declared.ok()) return declared.status();
  GroupMaker groups;
  // The first one sorts everything. After it, a server that stands still must not hold a load up
  // for as long as that may take.
  for (bool first = true;; first = false) {
    const Deadline patience = first ? deadline : Earlier(deadline, Deadline::After(kFetchPatience));
    const auto fetched =
        RunSteps(connection, nullptr, {{sql::kFetchPlates, Params()}}, nullptr, patience);
    if (!fetched.ok()) return fetched.status();
    absl::Status status;
    const absl::Status each =
        fetched->front().Each([&](Row& row) { status.Update(groups.Add(row)); });
    if (!each.ok()) return each;
    if (!status.ok()) return status;
    const bool over = fetched->front().empty();
    if (absl::Status taken = sink.plates(groups.Take(/*keep_last=*/!over)); !taken.ok()) {
      return taken;
    }
    if (over) return absl::OkStatus();
  }
}

}  // namespace

absl::Status LoadRegister(Connection& connection, absl::Span<const domain::CityCode> cities,
                          const LoadSink& sink, Deadline deadline) {
  const absl::StatusOr<std::vector<Result>> begun = RunSteps(connection, &kBegin,
                                                             {{sql::kLockForLoad, Params()},
                                                              {sql::kRegisterHeader, Params()},
                                                              {sql::kCityCodes, Params()}},
                                                             nullptr, deadline);
  if (!begun.ok()) return begun.status();
  RegisterAnswer answer;
  if (absl::Status read = ReadHeader((*begun)[1], answer); !read.ok()) return read;
  const auto codes = CityCodesOf((*begun)[2]);
  if (!codes.ok()) return codes.status();
  std::vector<RegisterQuery::Rules> asked;
  for (const domain::CityCode& city : *codes) {
    if (cities.empty() || std::find(cities.begin(), cities.end(), city) != cities.end()) {
      asked.push_back({city});
    }
  }
  std::vector<Command> commands;
  AddRulesCommands(asked, RegisterQuery().zones_max, commands);
  const auto results = RunSteps(connection, nullptr, commands, nullptr, deadline);
  if (!results.ok()) return results.status();
  auto rules = RulesOf(asked, absl::MakeConstSpan(*results));
  if (!rules.ok()) return rules.status();
  if (absl::Status taken = sink.rules(answer, *std::move(rules)); !taken.ok()) return taken;
  if (absl::Status loaded = LoadPlates(connection, cities, sink, deadline); !loaded.ok()) {
    return loaded;
  }
  const auto over = RunSteps(connection, nullptr, {{kCommit, Params()}}, nullptr, deadline);
  if (!over.ok()) return over.status();
  return CatchUp(connection, cities, sink, answer.header, deadline);
}

absl::StatusOr<std::vector<domain::CityCode>> ReadCityCodes(Connection& connection,
                                                            Deadline deadline) {
  const auto results =
      RunSteps(connection, nullptr, {{sql::kCityCodes, Params()}}, nullptr, deadline);
  if (!results.ok()) return results.status();
  return CityCodesOf(results->front());
}

absl::StatusOr<absl::flat_hash_map<domain::PlateId, domain::PlateNumber>> ReadPlateNumbers(
    Pool& pool, const domain::CityCode& city, absl::Span<const domain::PlateId> plates,
    Deadline deadline) {
  std::vector<std::array<uint8_t, 16>> ids;
  for (const domain::PlateId& plate : plates) ids.push_back(plate.bytes());
  absl::StatusOr<Transaction> transaction =
      BeginForCity(pool, Transaction::Mode::kSnapshot, city, deadline);
  if (!transaction.ok()) return transaction.status();
  const absl::StatusOr<std::vector<Result>> results =
      transaction->RunAndCommit({{sql::kPlateNumbers, Params().Text(city.value()).UuidArray(ids)}});
  if (!results.ok()) return results.status();
  absl::flat_hash_map<domain::PlateId, domain::PlateNumber> numbers;
  const absl::Status read = results->front().Each([&](Row& row) {
    numbers.emplace(domain::PlateId(row.Uuid("plate_id")),
                    domain::PlateNumber::FromStored(row.Text("number")));
  });
  if (!read.ok()) return read;
  return numbers;
}

}  // namespace stadspoort::postgres
