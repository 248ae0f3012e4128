// The delta misses nothing and shows nothing uncommitted, however transactions interleave.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/integration/database.h"
#include "tests/integration/picture.h"

namespace stadspoort::testing {
namespace {

using Random = std::mt19937;

constexpr int kCities = 3;
constexpr int kFolds = 8;         // in each city
constexpr int kFirstPlates = 48;  // two under each folded pseudonym
constexpr int kWriters = 8;
constexpr int kSteps = 2500;

// Subjects as the model calls them: the city's number and a letter for one of its registers
// ("0 zones"), or the plate's number ("17").
std::string City(int n) { return absl::StrCat("city", n); }
domain::CityCode CityOfPlate(int plate) { return domain::CityCode(City(plate % kCities)); }
domain::Pseudonym Folded(int plate) {
  domain::Pseudonym folded;
  folded.bytes[0] = static_cast<uint8_t>(1 + plate / kCities % kFolds);
  return folded;
}
domain::PlateId IdOf(int plate) {
  domain::UuidBytes bytes{};
  bytes[14] = static_cast<uint8_t>(plate >> 8);
  bytes[15] = static_cast<uint8_t>(plate);
  return domain::PlateId(bytes);
}

// The next version of a plate, and with it the country of its right: in statements of their own, as
// the commands do.
std::string ChangePlate(int plate) {
  const std::string which = absl::StrFormat("city = '%s' AND plate_id = '%s'",
                                            CityOfPlate(plate).value(), IdOf(plate).text());
  return absl::StrFormat(
      "UPDATE stadspoort.plate SET version = version + 1 WHERE %1$s;"
      "UPDATE stadspoort.access_right SET version = version + 1,"
      " country = chr(65 + (version %% 26)::int) WHERE %1$s;"
      "INSERT INTO stadspoort.journal (kind, city, subject, version, state, actor)"
      " SELECT 'PLATE', city, plate_id, version, '{}', 'test' FROM stadspoort.plate WHERE %1$s;",
      which);
}

std::string InsertPlate(int plate) {
  const std::string city = CityOfPlate(plate).value();
  const std::string id = IdOf(plate).text();
  return absl::StrFormat(
      "INSERT INTO stadspoort.plate VALUES ('%1$s', '%2$s', 'P%3$d', decode(md5('%3$d'), 'hex'),"
      " '\\x%4$s', 'test-1', 1);"
      "INSERT INTO stadspoort.access_right (city, right_id, plate_id, provider, reference,"
      " request_digest, right_type, city_wide, zones, effective_start, effective_end, version)"
      " VALUES ('%1$s', '%2$s', '%2$s', 'app', '%3$d', decode(repeat('00', 32), 'hex'), 'paid',"
      " false, '{a}', now(), now() + interval '1 year', 1);"
      "INSERT INTO stadspoort.journal (kind, city, subject, version, state, actor)"
      " VALUES ('PLATE', '%1$s', '%2$s', 1, '{}', 'test');",
      city, id, plate,
      absl::BytesToHexString(
          absl::string_view(reinterpret_cast<const char*>(Folded(plate).bytes.data()), 16)));
}

const std::vector<std::string>& RulesKinds() {
  static const auto* kinds = new std::vector<std::string>{"CITY", "CALENDAR", "RIGHT_TYPE", "ZONE"};
  return *kinds;
}

std::string ChangeRules(int city, const std::string& kind) {
  static const auto* columns = new std::map<std::string, std::string>{
      {"CITY", "version"}, {"RIGHT_TYPE", "right_types_version"}, {"ZONE", "zones_version"}};
  const std::string change =
      kind == "CALENDAR"
          ? "UPDATE stadspoort.calendar SET version = version + 1"
          : absl::StrFormat("UPDATE stadspoort.city SET %1$s = %1$s + 1", columns->at(kind));
  return absl::StrFormat(
      "%s WHERE city = '%s';"
      "INSERT INTO stadspoort.journal (kind, city, subject, version, state, actor)"
      " VALUES ('%s', '%s', gen_random_uuid(), 1, '{}', 'test');",
      change, City(city), kind, City(city));
}

// What is committed, and who holds which row. Subjects: a plate's number, or "CITY", "ZONE", ...
// and the city's number behind it.
struct World {
  std::map<std::string, int64_t> committed;
  std::set<std::string> locked;
  int plates = 0;
  int prepared = 0;
};

// A session that writes, one step at a time; never waits for a lock.
class Writer {
 public:
  Writer(const Database& database, World& world, int patience, bool two_phase)
      : sql_(database.superuser()), world_(world), patience_(patience), two_phase_(two_phase) {}

  void Step(Random& random) {
    if (!gid_.empty()) return Resolve(random);
    if (frames_.empty()) return Begin(random);
    // A long transaction does nothing most of the time.
    if (patience_ > kWriters * 2 && random() % 4 != 0) return;
    const auto dice = static_cast<int>(random() % 100);
    if (random() % static_cast<unsigned>(patience_) == 0) return End(random);
    if (dice < 8) return Savepoint();
    if (dice < 16 && frames_.size() > 1) return LeaveSavepoint(random);
    if (dice < 24 && !repeatable_) return NewPlate();
    if (dice < 40) return Rules(random);
    Plate(random);
  }

  void Finish(Random& random) {
    if (!gid_.empty()) Resolve(random);
    if (!frames_.empty()) Close(true);
  }

  int serialization_failures() const { return failures_; }
  int two_phase_commits() const { return two_phase_commits_; }

 private:
  void Begin(Random& random) {
    repeatable_ = random() % 3 == 0;
    sql_.Run(repeatable_ ? "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1" : "BEGIN");
    // A transaction id long before the first write.
    if (random() % 3 == 0) sql_.Run("SELECT pg_current_xact_id()");
    frames_.resize(1);
  }

  void Savepoint() {
    sql_.Run(absl::StrCat("SAVEPOINT s", frames_.size()));
    frames_.emplace_back();
  }

  void LeaveSavepoint(Random& random) {
    const size_t to = 1 + random() % (frames_.size() - 1);
    if (random() % 3 == 0) {
      sql_.Run(absl::StrCat("RELEASE SAVEPOINT s", to));
      for (size_t i = to; i < frames_.size(); ++i) Add(frames_[i], frames_[to - 1]);
    } else {
      sql_.Run(absl::StrCat("ROLLBACK TO SAVEPOINT s", to, "; RELEASE SAVEPOINT s", to));
    }
    frames_.resize(to);
  }

  void Plate(Random& random) {
    // One that was there when a REPEATABLE READ transaction began.
    const auto plates = static_cast<unsigned>(repeatable_ ? kFirstPlates : world_.plates);
    const auto plate = static_cast<int>(random() % plates);
    // Not one whose insertion was not committed.
    if (!world_.committed.contains(absl::StrCat(plate))) return;
    Write(absl::StrCat(plate), absl::StrCat(plate), ChangePlate(plate));
  }

  void NewPlate() {
    const int plate = world_.plates++;
    Write(absl::StrCat(plate), absl::StrCat(plate), InsertPlate(plate));
  }

  void Rules(Random& random) {
    const auto city = static_cast<int>(random() % kCities);
    const std::string& kind = RulesKinds()[random() % RulesKinds().size()];
    const std::string row = kind == "CALENDAR" ? "calendar" : "city";
    Write(absl::StrCat(row, city), absl::StrCat(kind, city), ChangeRules(city, kind));
  }

  void Write(const std::string& row, const std::string& subject, const std::string& statements) {
    if (!rows_.contains(row) && !world_.locked.insert(row).second) return;  // another's
    rows_.insert(row);
    const std::string state = sql_.StateOf(statements);
    if (state.empty()) {
      ++frames_.back()[subject];
      return;
    }
    // Somebody changed the row after our snapshot.
    EXPECT_TRUE(repeatable_ && state == "40001") << state << " of " << statements;
    ++failures_;
    Close(false);
  }

  void End(Random& random) {
    const auto dice = static_cast<int>(random() % 10);
    if (two_phase_ && dice < 3) {
      gid_ = absl::StrCat("delta_test_", getpid(), "_", world_.prepared++);
      sql_.Run(absl::StrCat("PREPARE TRANSACTION '", gid_, "'"));
      return;
    }
    Close(dice < 8);
  }

  void Close(bool commit) {
    sql_.Run(commit ? "COMMIT" : "ROLLBACK");
    Forget(commit);
  }

  void Resolve(Random& random) {
    const bool commit = random() % 3 != 0;
    sql_.Run(absl::StrCat(commit ? "COMMIT" : "ROLLBACK", " PREPARED '", gid_, "'"));
    gid_.clear();
    if (commit) ++two_phase_commits_;
    Forget(commit);
  }

  void Forget(bool committed) {
    if (committed) {
      for (const Counts& frame : frames_) Add(frame, world_.committed);
    }
    frames_.clear();
    for (const std::string& row : rows_) world_.locked.erase(row);
    rows_.clear();
  }

  using Counts = std::map<std::string, int64_t>;
  static void Add(const Counts& from, Counts& to) {
    for (const auto& [subject, count] : from) to[subject] += count;
  }

  Session sql_;
  World& world_;
  const int patience_;  // steps of a transaction, on average
  const bool two_phase_;
  bool repeatable_ = false;
  std::vector<Counts> frames_;  // of the transaction and its savepoints; none: no transaction
  std::set<std::string> rows_;  // locked
  std::string gid_;             // prepared
  int failures_ = 0;
  int two_phase_commits_ = 0;
};

class DeltaInterleavingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int city = 0; city < kCities; ++city) {
      database_.MakeCity(City(city));
      cities_.emplace_back(City(city));
    }
    Session sql(database_.superuser());
    for (int plate = 0; plate < kFirstPlates; ++plate) sql.Run(InsertPlate(plate));
    for (int plate = 0; plate < kCities * kFolds; ++plate) {
      keys_.push_back({CityOfPlate(plate), Folded(plate)});
    }
  }

  World FirstWorld() {
    World world;
    world.plates = kFirstPlates;
    for (int plate = 0; plate < kFirstPlates; ++plate) world.committed[absl::StrCat(plate)] = 1;
    Picture picture(database_, cities_, keys_);
    for (int city = 0; city < kCities; ++city) {
      const domain::CityVersions& versions = picture.versions(cities_[static_cast<size_t>(city)]);
      world.committed[absl::StrCat("CITY", city)] = versions.settings;
      world.committed[absl::StrCat("CALENDAR", city)] = versions.calendar;
      world.committed[absl::StrCat("RIGHT_TYPE", city)] = versions.right_types;
      world.committed[absl::StrCat("ZONE", city)] = versions.zones;
    }
    return world;
  }

  // The picture is what was committed, and nothing else.
  void ExpectCommitted(Picture& picture, World& world) {
    std::map<std::string, int64_t> shown;
    for (const auto& [key, group] : picture.groups()) {
      for (const postgres::PlateRecord& plate : group.plates) {
        const domain::UuidBytes& id = plate.id.bytes();
        shown[absl::StrCat(id[14] * 256 + id[15])] = plate.version;
        ASSERT_EQ(plate.rights.size(), 1U);
      }
    }
    for (int city = 0; city < kCities; ++city) {
      const domain::CityVersions& versions = picture.versions(cities_[static_cast<size_t>(city)]);
      shown[absl::StrCat("CITY", city)] = versions.settings;
      shown[absl::StrCat("CALENDAR", city)] = versions.calendar;
      shown[absl::StrCat("RIGHT_TYPE", city)] = versions.right_types;
      shown[absl::StrCat("ZONE", city)] = versions.zones;
    }
    ASSERT_EQ(shown, world.committed);
  }

  Database database_{"interleaving"};
  std::vector<domain::CityCode> cities_;
  std::vector<postgres::PlateKey> keys_;
};

TEST_F(DeltaInterleavingTest, ShowsWhatIsCommittedAndNothingElse) {
  const bool two_phase =
      Session(database_.superuser()).Run("SHOW max_prepared_transactions") != "0";
  World world = FirstWorld();
  int failures = 0;
  int two_phase_commits = 0;
  int told = 0;
  for (unsigned seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::vector<std::unique_ptr<Writer>> writers;
    for (int i = 0; i < kWriters; ++i) {
      // Most are short; the first two live for hundreds of others.
      writers.push_back(std::make_unique<Writer>(database_, world, i < 2 ? 60 : 2 + i, two_phase));
    }
    Picture often(database_, cities_, keys_);
    Picture rarely(database_, cities_, keys_);
    for (int step = 0; step < kSteps && !HasFatalFailure(); ++step) {
      writers[random() % kWriters]->Step(random);
      if (random() % 2 == 0) {
        often.Advance();
        ExpectCommitted(often, world);
      }
      if (random() % 100 == 0) {
        rarely.Advance();
        ExpectCommitted(rarely, world);
      }
    }
    for (const auto& writer : writers) {
      writer->Finish(random);
      failures += writer->serialization_failures();
      two_phase_commits += writer->two_phase_commits();
    }
    for (Picture* picture : {&often, &rarely}) {
      picture->Advance();
      ExpectCommitted(*picture, world);
    }
    told += often.told();
  }
  EXPECT_GT(failures, 0) << "REPEATABLE READ writers met others";
  EXPECT_EQ(two_phase_commits > 0, two_phase);
  EXPECT_GT(told, kSteps / 10);
  std::printf("%d deltas with changes, %d serialization failures, %d two-phase commits\n", told,
              failures, two_phase_commits);
}

// The same against the real races of a commit and a snapshot.
TEST_F(DeltaInterleavingTest, MissesNothingOfWritersOnTheirOwnThreads) {
  constexpr int kThreads = 6;
  constexpr int kTransactions = 200;
  std::atomic<int> writing = kThreads;
  std::vector<std::thread> writers;
  for (int thread = 0; thread < kThreads; ++thread) {
    writers.emplace_back([&, thread] {
      Random random(static_cast<unsigned>(thread));
      Session sql(database_.superuser());
      for (int i = 0; i < kTransactions; ++i) {
        sql.Run(i % 3 == 0 ? "BEGIN ISOLATION LEVEL REPEATABLE READ" : "BEGIN");
        // In ascending order: no deadlocks.
        std::set<int> plates;
        const auto count = static_cast<size_t>(1 + i % 4);
        while (plates.size() < count) plates.insert(static_cast<int>(random() % kFirstPlates));
        std::string state;
        for (const int plate : plates) {
          if (state.empty()) state = sql.StateOf(ChangePlate(plate));
        }
        if (i % 5 == 0 && state.empty()) {
          sql.Run("SAVEPOINT s");
          state = sql.StateOf(ChangeRules(thread % kCities, "CALENDAR"));
          if (state.empty()) sql.Run("ROLLBACK TO SAVEPOINT s");
        }
        EXPECT_TRUE(state.empty() || state == "40001") << state;
        sql.Run(state.empty() && i % 7 != 0 ? "COMMIT" : "ROLLBACK");
      }
      --writing;
    });
  }
  Picture picture(database_, cities_, keys_);
  while (writing > 0 && !HasFatalFailure()) picture.Advance();
  for (std::thread& writer : writers) writer.join();
  picture.Advance();
  EXPECT_GT(picture.told(), 0);
  int64_t versions = 0;
  for (const auto& [key, group] : picture.groups()) versions += group.version();
  EXPECT_EQ(absl::StrCat(versions),
            Session(database_.superuser()).Run("SELECT sum(version) FROM stadspoort.plate"));
}

}  // namespace
}  // namespace stadspoort::testing
