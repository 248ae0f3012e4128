// storage/postgres/client on a real PostgreSQL. What can be tried beside others runs on the server
// of the test run; what stops a server or changes how it commits has one of its own (OwnServer).

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/client/status.h"
#include "storage/postgres/client/transaction.h"

namespace stadspoort::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Uuid16 = std::array<uint8_t, 16>;
constexpr auto kReadWrite = Transaction::Mode::kReadWrite;
constexpr auto kSnapshot = Transaction::Mode::kSnapshot;

// Long enough that only a hang reaches it.
Deadline Patience() { return Deadline::After(absl::Seconds(60)); }

// Looks again until it is so; a bounded wait for a condition that nothing reports.
template <typename F>
bool Eventually(F holds) {
  const Deadline deadline = Patience();
  while (!holds()) {
    if (deadline.Passed()) return false;
    poll(nullptr, 0, 2);
  }
  return true;
}

// The log of a test, to see what stands in it.
class Log {
 public:
  LogFunction Function() {
    return [this](LogLevel, std::string_view line) {
      const std::lock_guard lock(mutex_);
      lines_.emplace_back(line);
    };
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  std::string text() const { return absl::StrJoin(lines(), "\n"); }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// The server of the test run: $STADSPOORT_TEST_SERVERS/env.
std::string AdminConninfo() {
  const char* folder = std::getenv("STADSPOORT_TEST_SERVERS");
  EXPECT_NE(folder, nullptr) << "STADSPOORT_TEST_SERVERS is not set";
  if (folder == nullptr) return "";
  std::ifstream file(std::filesystem::path(folder) / "env");
  std::map<std::string, std::string> values;
  for (std::string line; std::getline(file, line);) {
    const size_t equals = line.find('=');
    if (equals != std::string::npos) values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return absl::StrCat("host=", values["POSTGRES_SOCKET"], " port=", values["POSTGRES_PORT"],
                      " user=", values["POSTGRES_USER"], " dbname=postgres");
}

// ---- statements

constexpr Statement kPid{"test_pid", "SELECT pg_backend_pid()"};
constexpr Statement kOne{"test_one", "SELECT 1"};
constexpr Statement kSleep{"test_sleep", "SELECT pg_sleep($1)"};
constexpr Statement kDivide{"test_divide", "SELECT 1 / $1 AS quotient"};
constexpr Statement kTerminate{"test_terminate", "SELECT pg_terminate_backend($1::int, 10000)"};
constexpr Statement kCancel{"test_cancel", "SELECT pg_cancel_backend($1::int)"};
// Whoever runs kEnter waits while another session holds the gate.
constexpr Statement kEnter{"test_enter", "SELECT pg_advisory_xact_lock(4711)"};
constexpr Statement kCloseGate{"test_close_gate", "SELECT pg_advisory_lock(4711)"};
constexpr Statement kOpenGate{"test_open_gate", "SELECT pg_advisory_unlock(4711)"};
constexpr Statement kWaitEvent{"test_wait_event",
                               "SELECT wait_event FROM pg_stat_activity WHERE pid = $1"};
constexpr Statement kCity{"test_city", "SELECT current_setting('stadspoort.city', true) AS city"};
constexpr Statement kInsert{"test_insert",
                            "INSERT INTO client_test.note (n, text) VALUES ($1, $2)"};
constexpr Statement kCount{"test_count", "SELECT count(*) FROM client_test.note"};
constexpr Statement kCountOne{"test_count_one",
                              "SELECT count(*) FROM client_test.note WHERE n = $1"};
constexpr Statement kClear{"test_clear", "DELETE FROM client_test.note"};
constexpr Statement kInsertChild{"test_insert_child",
                                 "INSERT INTO client_test.child (n) VALUES ($1)"};
constexpr Statement kPrepared{
    "test_prepared", "SELECT name FROM pg_prepared_statements WHERE NOT from_sql ORDER BY name"};

constexpr std::string_view kSchema = R"sql(
DROP SCHEMA IF EXISTS client_test CASCADE;
CREATE SCHEMA client_test;
CREATE TABLE client_test.note (
  n bigint PRIMARY KEY,
  text text NOT NULL CONSTRAINT note_is_short CHECK (length(text) < 100)
);
CREATE TABLE client_test.child (
  n bigint CONSTRAINT child_has_note REFERENCES client_test.note DEFERRABLE INITIALLY DEFERRED
);
)sql";

int64_t IntOf(const Result& result) {
  const auto value = result.One([](Row& row) { return row.Int(0); });
  EXPECT_TRUE(value.ok()) << value.status();
  return value.value_or(-1);
}

// One statement on a connection of its own; for looking at the server from outside.
class Observer {
 public:
  explicit Observer(const std::string& conninfo) {
    auto connection = Connection::Connect({.conninfo = conninfo,
                                           .application_name = "observer",
                                           .statement_timeout = absl::Minutes(1)},
                                          Patience(), nullptr);
    EXPECT_TRUE(connection.ok()) << connection.status();
    if (connection.ok()) connection_ = *std::move(connection);
  }
  int64_t Int(const Statement& statement, Params params = Params()) {
    return IntOf(Run(statement, std::move(params)));
  }
  Result Run(const Statement& statement, Params params = Params()) {
    auto results = connection_->Run({{statement, std::move(params)}}, Patience());
    EXPECT_TRUE(results.ok()) << results.status();
    return results.ok() ? std::move(results->front()) : Result(nullptr, "none");
  }
  void Script(std::string_view script) {
    const absl::Status status = connection_->RunScript("test script", script, Patience());
    EXPECT_TRUE(status.ok()) << status;
  }
  std::string WaitEvent(int64_t pid) {
    const Result result = Run(kWaitEvent, Params().Int(pid));
    const auto event = result.AtMostOne([](Row& row) { return row.OptionalText(0).value_or(""); });
    return event.ok() ? event->value_or("gone") : "unreadable";
  }

 private:
  std::unique_ptr<Connection> connection_;
};

// A test with a pool to `Conninfo()`, the schema above, and someone who looks from outside.
class ClientTest : public ::testing::Test {
 protected:
  void SetUp() override { Use(AdminConninfo(), {}); }

  void Use(const std::string& conninfo, PoolOptions options) {
    options.connection.conninfo = conninfo;
    options_ = options;
    observer_ = std::make_unique<Observer>(conninfo);
    observer_->Script(kSchema);
    pool_ = std::make_unique<Pool>(options, log_.Function());
  }
  void UseOptions(PoolOptions options) {
    options.connection.conninfo = options_.connection.conninfo;
    pool_ = std::make_unique<Pool>(options, log_.Function());
  }

  Lease Acquire() {
    auto lease = pool_->Acquire(Patience());
    EXPECT_TRUE(lease.ok()) << lease.status();
    return *std::move(lease);
  }
  Transaction Begin(Transaction::Mode mode = kReadWrite, Deadline deadline = Patience()) {
    return Transaction::Begin(Acquire(), mode, "ghent", deadline);
  }
  // The single result of a statement in a transaction of its own.
  Result Ask(const Statement& statement, Params params = Params()) {
    auto results = Begin(kSnapshot).RunAndCommit({{statement, std::move(params)}});
    EXPECT_TRUE(results.ok()) << results.status();
    return results.ok() ? std::move(results->front()) : Result(nullptr, "none");
  }
  absl::Status Write(int64_t n, Deadline deadline = Patience()) {
    auto lease = pool_->Acquire(deadline);
    if (!lease.ok()) return lease.status();
    return Transaction::Begin(*std::move(lease), kReadWrite, "ghent", deadline)
        .RunAndCommit({{kInsert, Params().Int(n).Text("x")}})
        .status();
  }
  int64_t Notes() { return observer_->Int(kCount); }

  Log log_;
  PoolOptions options_;
  std::unique_ptr<Observer> observer_;
  std::unique_ptr<Pool> pool_;
};

// ---- parameters and results

constexpr Statement kEchoText{"echo_text", "SELECT $1 AS value"};
constexpr Statement kEchoBytes{"echo_bytes", "SELECT $1 AS value"};
constexpr Statement kEchoUuid{"echo_uuid", "SELECT $1 AS value"};
constexpr Statement kEchoInt{"echo_int", "SELECT $1 AS value"};
constexpr Statement kEchoBool{"echo_bool", "SELECT $1 AS value"};
constexpr Statement kEchoDouble{"echo_double", "SELECT $1 AS value"};
constexpr Statement kEchoTime{"echo_time", "SELECT $1 AS value"};
constexpr Statement kEchoDay{"echo_day", "SELECT $1 AS value"};
constexpr Statement kEchoJson{"echo_json", "SELECT $1 AS value"};
constexpr Statement kEchoTextArray{"echo_text_array", "SELECT $1 AS value"};
constexpr Statement kEchoBytesArray{"echo_bytes_array", "SELECT $1 AS value"};
constexpr Statement kEchoUuidArray{"echo_uuid_array", "SELECT $1 AS value"};
constexpr Statement kEchoIntArray{"echo_int_array", "SELECT $1 AS value"};
constexpr Statement kEchoTimeArray{"echo_time_array", "SELECT $1 AS value"};

class ValuesTest : public ClientTest {
 protected:
  // What comes back for a parameter, read by `read`.
  template <typename T>
  T Echo(const Statement& statement, Params params, T (Row::*read)(Column)) {
    const Result result = Ask(statement, std::move(params));
    auto value = result.One([&](Row& row) { return (row.*read)("value"); });
    EXPECT_TRUE(value.ok()) << value.status();
    return value.ok() ? *value : T();
  }
  // The only value of a statement without parameters.
  template <typename T>
  absl::StatusOr<T> Read(const Statement& statement, T (Row::*read)(Column)) {
    return Ask(statement).One([&](Row& row) { return (row.*read)(0); });
  }
};

TEST_F(ValuesTest, Text) {
  for (const std::string& text :
       {std::string(), std::string("1-ABC-123"), std::string("a'b\"c\\d;--%s"),
        std::string("Zürich € 漢字 \xF0\x9F\x9A\x97"), std::string(1 << 20, 'x')}) {
    EXPECT_EQ(Echo(kEchoText, Params().Text(text), &Row::Text), text);
    EXPECT_EQ(Echo(kEchoText, Params().Text(absl::string_view(text)), &Row::Text), text);
  }
  EXPECT_EQ(Echo(kEchoText, Params().Text("literal"), &Row::Text), "literal");
}

TEST_F(ValuesTest, TextThatPostgresDoesNotTake) {
  for (const std::string_view text : {std::string_view("1-ABC\0x", 7), std::string_view("\xff")}) {
    const auto results = Begin().RunAndCommit({{kEchoText, Params().Text(text)}});
    EXPECT_EQ(results.status().code(), absl::StatusCode::kInternal);
    EXPECT_EQ(SqlStateOf(results.status()), "22021");
  }
}

TEST_F(ValuesTest, Bytes) {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  for (const std::string& bytes : {std::string(), all, std::string(1 << 20, '\0')}) {
    EXPECT_EQ(Echo(kEchoBytes, Params().Bytes(bytes), &Row::Bytes), bytes);
  }
}

TEST_F(ValuesTest, Uuid) {
  Uuid16 uuid;
  for (size_t i = 0; i < uuid.size(); ++i) uuid[i] = static_cast<uint8_t>(250 + i);
  EXPECT_EQ(Echo(kEchoUuid, Params().Uuid(uuid), &Row::Uuid), uuid);
  EXPECT_EQ(Echo(kEchoUuid, Params().Uuid(Uuid16{}), &Row::Uuid), Uuid16{});
}

TEST_F(ValuesTest, Int) {
  using Limits = std::numeric_limits<int64_t>;
  for (const int64_t value : {Limits::min(), int64_t{-1}, int64_t{0}, int64_t{1}, Limits::max()}) {
    EXPECT_EQ(Echo(kEchoInt, Params().Int(value), &Row::Int), value);
  }
}

TEST_F(ValuesTest, SmallerAndOtherIntegers) {
  constexpr Statement kInts{"test_ints",
                            "SELECT (-32768)::int2 AS a, (-2147483648)::int4 AS b, "
                            "'9223372036854775807'::xid8 AS c, pg_current_xact_id_if_assigned()"};
  const auto sum = Ask(kInts).One([](Row& row) {
    EXPECT_EQ(row.Int("a"), -32768);
    EXPECT_EQ(row.Int("b"), -2147483648LL);
    EXPECT_EQ(row.Int("c"), std::numeric_limits<int64_t>::max());
    EXPECT_EQ(row.OptionalInt(3), std::nullopt);
    return 0;
  });
  EXPECT_TRUE(sum.ok()) << sum.status();
}

TEST_F(ValuesTest, Bool) {
  EXPECT_EQ(Echo(kEchoBool, Params().Bool(true), &Row::Bool), true);
  EXPECT_EQ(Echo(kEchoBool, Params().Bool(false), &Row::Bool), false);
}

TEST_F(ValuesTest, Double) {
  using Limits = std::numeric_limits<double>;
  for (const double value : {0.0, 0.1, -1e-300, Limits::max(), Limits::lowest(),
                             Limits::denorm_min(), Limits::infinity(), -Limits::infinity()}) {
    EXPECT_EQ(Echo(kEchoDouble, Params().Double(value), &Row::Double), value);
  }
  EXPECT_TRUE(std::signbit(Echo(kEchoDouble, Params().Double(-0.0), &Row::Double)));
  EXPECT_TRUE(std::isnan(Echo(kEchoDouble, Params().Double(std::nan("")), &Row::Double)));
}

TEST_F(ValuesTest, Time) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::Time last = absl::FromCivil(absl::CivilSecond(294277, 1, 1), utc);
  for (const absl::Time time :
       {absl::UnixEpoch(), absl::UnixEpoch() - absl::Microseconds(1), absl::InfiniteFuture(),
        absl::InfinitePast(), absl::FromCivil(absl::CivilSecond(2026, 3, 29, 1, 0, 0), utc),
        absl::FromCivil(absl::CivilSecond(2026, 10, 25, 0, 59, 59), utc) +
            absl::Microseconds(999999),
        absl::FromCivil(absl::CivilSecond(-4712, 1, 1), utc), last - absl::Microseconds(1)}) {
    EXPECT_EQ(Echo(kEchoTime, Params().Time(time), &Row::Time), time);
  }
}

TEST_F(ValuesTest, TimeIsWhatPostgresUnderstands) {
  constexpr Statement kTimeText{"test_time_text", "SELECT $1::text AS value"};
  const absl::Time time = absl::FromUnixMicros(1'774'746'000'000'001);
  EXPECT_EQ(Echo(kTimeText, Params().Time(time), &Row::Text), "2026-03-29 01:00:00.000001+00");
  EXPECT_EQ(Echo(kTimeText, Params().Time(absl::InfiniteFuture()), &Row::Text), "infinity");
  EXPECT_EQ(Echo(kTimeText, Params().Time(absl::InfinitePast()), &Row::Text), "-infinity");
}

TEST_F(ValuesTest, TimeBeyondPostgresIsRefusedNotBent) {
  for (const absl::Time time : {absl::FromUnixSeconds(1'000'000'000'000'000),
                                absl::FromUnixSeconds(-1'000'000'000'000'000)}) {
    const auto results = Begin().RunAndCommit({{kEchoTime, Params().Time(time)}});
    EXPECT_EQ(SqlStateOf(results.status()), "22008") << results.status();
  }
}

TEST_F(ValuesTest, Day) {
  for (const absl::CivilDay day : {absl::CivilDay(2024, 2, 29), absl::CivilDay(2000, 1, 1),
                                   absl::CivilDay(-4712, 1, 1), absl::CivilDay(5874897, 12, 31)}) {
    EXPECT_EQ(Echo(kEchoDay, Params().Day(day), &Row::Day), day);
  }
}

TEST_F(ValuesTest, Json) {
  const std::string json = R"({"a": [1, null, "\"x\""], "ü": true})";
  EXPECT_EQ(Echo(kEchoJson, Params().Json(json), &Row::Json), json);
  constexpr Statement kPlainJson{"test_plain_json", R"(SELECT '{"a" : 1}'::json)"};
  EXPECT_EQ(*Read(kPlainJson, &Row::Json), R"({"a" : 1})");
}

TEST_F(ValuesTest, Arrays) {
  const std::vector<std::string> texts = {"", "a,b", "{\"NULL\"}", "null", "Zürich"};
  EXPECT_EQ(Echo(kEchoTextArray, Params().TextArray(texts), &Row::TextArray), texts);
  const std::vector<std::string> blobs = {std::string("\0\1", 2), "", "x"};
  EXPECT_EQ(Echo(kEchoBytesArray, Params().BytesArray(blobs), &Row::BytesArray), blobs);
  const std::vector<Uuid16> uuids = {Uuid16{1}, Uuid16{}, Uuid16{255, 254}};
  EXPECT_EQ(Echo(kEchoUuidArray, Params().UuidArray(uuids), &Row::UuidArray), uuids);
  const std::vector<int64_t> ints = {std::numeric_limits<int64_t>::min(), 0, 7};
  EXPECT_EQ(Echo(kEchoIntArray, Params().IntArray(ints), &Row::IntArray), ints);
  const std::vector<absl::Time> times = {absl::InfinitePast(), absl::UnixEpoch(),
                                         absl::InfiniteFuture()};
  EXPECT_EQ(Echo(kEchoTimeArray, Params().TimeArray(times), &Row::TimeArray), times);
}

TEST_F(ValuesTest, EmptyArrays) {
  EXPECT_THAT(Echo(kEchoTextArray, Params().TextArray(std::vector<std::string>()), &Row::TextArray),
              IsEmpty());
  EXPECT_THAT(Echo(kEchoBytesArray, Params().BytesArray({}), &Row::BytesArray), IsEmpty());
  EXPECT_THAT(Echo(kEchoUuidArray, Params().UuidArray({}), &Row::UuidArray), IsEmpty());
  EXPECT_THAT(Echo(kEchoIntArray, Params().IntArray({}), &Row::IntArray), IsEmpty());
  EXPECT_THAT(Echo(kEchoTimeArray, Params().TimeArray({}), &Row::TimeArray), IsEmpty());
  constexpr Statement kMade{"test_made_empty", "SELECT '{}'::int[]"};
  EXPECT_THAT(*Read(kMade, &Row::IntArray), IsEmpty());
}

TEST_F(ValuesTest, NullOfEveryType) {
  Params nulls;
  nulls.Text(std::optional<std::string>())
      .Bytes(std::optional<std::string>())
      .Uuid(std::optional<Uuid16>())
      .Int(std::optional<int64_t>())
      .Bool(std::optional<bool>())
      .Double(std::optional<double>())
      .Time(std::optional<absl::Time>())
      .Day(std::optional<absl::CivilDay>())
      .Json(std::optional<std::string>())
      .Null(Type::kTextArray)
      .Null(Type::kTimeRange);
  constexpr Statement kNulls{"test_nulls", "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11"};
  const auto read = Ask(kNulls, nulls).One([](Row& row) {
    return row.OptionalText(0) || row.OptionalBytes(1) || row.OptionalUuid(2) ||
           row.OptionalInt(3) || row.OptionalBool(4) || row.OptionalDouble(5) ||
           row.OptionalTime(6) || row.OptionalDay(7) || row.OptionalJson(8) || !row.IsNull(9) ||
           row.OptionalRange(10);
  });
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_FALSE(*read);
}

TEST_F(ValuesTest, OptionalsWithAValue) {
  Params params;
  params.Text(std::optional<std::string>("a")).Int(std::optional<int>(7)).Bool(std::optional(true));
  constexpr Statement kThree{"test_three", "SELECT $1, $2, $3"};
  const auto read = Ask(kThree, params).One([](Row& row) {
    return row.OptionalText(0) == "a" && row.OptionalInt(1) == 7 && row.OptionalBool(2) == true;
  });
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(*read);
}

const absl::Time kDay1 = absl::FromUnixSeconds(1'774'746'000);  // 2026-03-29 01:00 UTC
const absl::Time kDay2 = kDay1 + absl::Hours(24);

TEST_F(ValuesTest, Ranges) {
  constexpr Statement kRanges{
      "test_ranges",
      "SELECT tstzrange($1, $2), tstzrange($1, NULL), tstzrange(NULL, $2), tstzrange(NULL, NULL),"
      " tstzrange($1, 'infinity'), tstzrange('-infinity', $2), tstzrange($1, $1), "
      "'empty'::tstzrange, tstzrange($1, 'infinity', '[]')"};
  const auto status = Ask(kRanges, Params().Time(kDay1).Time(kDay2)).Each([](Row& row) {
    EXPECT_EQ(row.Range(0), (TimeRange{kDay1, kDay2}));
    EXPECT_EQ(row.Range(1), (TimeRange{kDay1, absl::InfiniteFuture()}));
    EXPECT_EQ(row.Range(2), (TimeRange{absl::InfinitePast(), kDay2}));
    EXPECT_EQ(row.Range(3), (TimeRange{absl::InfinitePast(), absl::InfiniteFuture()}));
    EXPECT_EQ(row.Range(4), (TimeRange{kDay1, absl::InfiniteFuture()}));
    EXPECT_EQ(row.Range(5), (TimeRange{absl::InfinitePast(), kDay2}));
    EXPECT_TRUE(row.Range(6).empty());
    EXPECT_TRUE(row.Range(7).empty());
    EXPECT_EQ(row.Range(8), (TimeRange{kDay1, absl::InfiniteFuture()}));
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(ValuesTest, Multiranges) {
  constexpr Statement kMultiranges{
      "test_multiranges",
      "SELECT tstzmultirange(tstzrange($2, NULL), tstzrange(NULL, $1)), '{}'::tstzmultirange"};
  const auto status = Ask(kMultiranges, Params().Time(kDay1).Time(kDay2)).Each([](Row& row) {
    EXPECT_THAT(row.Multirange(0), ElementsAre(TimeRange{absl::InfinitePast(), kDay1},
                                               TimeRange{kDay2, absl::InfiniteFuture()}));
    EXPECT_THAT(row.Multirange(1), IsEmpty());
  });
  EXPECT_TRUE(status.ok()) << status;
}

// Every way to read a column as what it is not. None may come out as a value.
TEST_F(ValuesTest, NothingUnreadableComesOut) {
  constexpr Statement kMixed{
      "test_mixed",
      "SELECT 7::int8 AS i, '7'::text AS t, NULL::int8 AS n, NULL::text AS nt, "
      "'{1,NULL}'::int8[] AS an, '{{1},{2}}'::int8[] AS a2, 'infinity'::date AS d, "
      "tstzrange(now(), now() + '1h', '[]') AS r, '2026-01-01'::timestamp AS local, "
      "1.5::numeric AS num"};
  const Result result = Ask(kMixed);
  const auto read = [&](auto convert) { return result.One(convert).status(); };
  const std::vector<absl::Status> statuses = {
      read([](Row& row) { return row.Text("i"); }),
      read([](Row& row) { return row.Int("t"); }),
      read([](Row& row) { return row.Int("n"); }),
      read([](Row& row) { return row.Text("nt"); }),
      read([](Row& row) { return row.OptionalText("n"); }),
      read([](Row& row) { return row.OptionalInt("nt"); }),
      read([](Row& row) { return row.IntArray("an"); }),
      read([](Row& row) { return row.IntArray("a2"); }),
      read([](Row& row) { return row.IntArray("i"); }),
      read([](Row& row) { return row.Day("d"); }),
      read([](Row& row) { return row.Range("r"); }),
      read([](Row& row) { return row.Time("local"); }),
      read([](Row& row) { return row.Double("num"); }),
      read([](Row& row) { return row.Int("absent"); }),
      read([](Row& row) { return row.Int("I"); }),
      read([](Row& row) { return row.Int(10); }),
      read([](Row& row) { return row.IsNull("absent"); }),
  };
  for (size_t i = 0; i < statuses.size(); ++i) {
    EXPECT_EQ(statuses[i].code(), absl::StatusCode::kInternal) << i;
    EXPECT_THAT(std::string(statuses[i].message()), HasSubstr("statement test_mixed")) << i;
  }
  EXPECT_THAT(std::string(statuses[0].message()), HasSubstr("column i"));
  EXPECT_THAT(std::string(statuses[2].message()), HasSubstr("is NULL"));
}

TEST_F(ValuesTest, OneBadRowSpoilsAll) {
  constexpr Statement kRows{"test_rows", "SELECT nullif(g, 3) AS n FROM generate_series(1, 5) g"};
  const Result result = Ask(kRows);
  EXPECT_EQ(result.size(), 5);
  EXPECT_EQ(result.Rows([](Row& row) { return row.Int("n"); }).status().code(),
            absl::StatusCode::kInternal);
  int seen = 0;
  EXPECT_FALSE(result.Each([&](Row& row) { row.Int("n"), ++seen; }).ok());
  EXPECT_EQ(seen, 3);
  EXPECT_THAT(*result.Rows([](Row& row) { return row.OptionalInt("n").value_or(0); }),
              ElementsAre(1, 2, 0, 4, 5));
}

TEST_F(ValuesTest, NumberOfRows) {
  constexpr Statement kTwo{"test_two_rows", "SELECT generate_series(1, 2)"};
  constexpr Statement kNone{"test_no_rows", "SELECT 1 WHERE false"};
  const auto read = [](Row& row) { return row.Int(0); };
  EXPECT_EQ(Ask(kTwo).One(read).status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(Ask(kTwo).AtMostOne(read).status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(Ask(kNone).One(read).status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(*Ask(kNone).AtMostOne(read), std::nullopt);
  EXPECT_EQ(*Ask(kOne).AtMostOne(read), 1);
  EXPECT_TRUE(Ask(kNone).empty());
}

TEST_F(ValuesTest, AConverterMayRefuse) {
  const auto refuse = [](Row& row) -> absl::StatusOr<int64_t> {
    if (row.Int(0) == 1) return absl::DataLossError("not this one");
    return 0;
  };
  EXPECT_EQ(Ask(kOne).One(refuse).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Ask(kOne).Rows(refuse).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ValuesTest, AResultOutlivesItsConnection) {
  const Result result = Ask(kOne);
  pool_.reset();
  EXPECT_EQ(IntOf(result), 1);
  EXPECT_FALSE(result.One([](Row& row) { return row.Int(5); }).ok());
}

TEST_F(ValuesTest, AffectedRows) {
  Transaction transaction = Begin();
  auto results = transaction.Run({{kInsert, Params().Int(1).Text("a")},
                                  {kInsert, Params().Int(2).Text("b")},
                                  {kClear, Params()}});
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_EQ((*results)[0].affected(), 1);
  EXPECT_EQ((*results)[2].affected(), 2);
}

// ---- transactions

class TransactionTest : public ClientTest {};

TEST_F(TransactionTest, CommitsInOneUnitOrSeveral) {
  EXPECT_TRUE(Write(1).ok());
  {
    Transaction transaction = Begin();
    EXPECT_TRUE(transaction.Run({{kInsert, Params().Int(2).Text("b")}}).ok());
    EXPECT_TRUE(transaction.Run({}).ok());
    EXPECT_TRUE(transaction.Run({{kInsert, Params().Int(3).Text("c")}}).ok());
    EXPECT_EQ(Notes(), 1);
    EXPECT_TRUE(transaction.Commit().ok());
  }
  EXPECT_EQ(Notes(), 3);
  EXPECT_TRUE(Begin().Commit().ok());
  EXPECT_TRUE(Begin().RunAndCommit({}).ok());
  EXPECT_EQ(pool_->Stats().opened, 1);
}

TEST_F(TransactionTest, ResultsStandInTheOrderOfTheCommands) {
  auto results = Begin().RunAndCommit(
      {{kEchoInt, Params().Int(10)}, {kOne, Params()}, {kEchoInt, Params().Int(30)}});
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_EQ(results->size(), 3u);
  EXPECT_EQ(IntOf((*results)[0]), 10);
  EXPECT_EQ(IntOf((*results)[1]), 1);
  EXPECT_EQ(IntOf((*results)[2]), 30);
}

TEST_F(TransactionTest, LeftOpenItRollsBack) {
  {
    Transaction transaction = Begin();
    EXPECT_TRUE(transaction.Run({{kInsert, Params().Int(1).Text("a")}}).ok());
    Transaction moved = std::move(transaction);
    EXPECT_TRUE(moved.Run({{kInsert, Params().Int(2).Text("b")}}).ok());
  }
  EXPECT_EQ(Notes(), 0);
  EXPECT_EQ(pool_->Stats().idle, 1);
  EXPECT_EQ(pool_->Stats().discarded, 0);
}

TEST_F(TransactionTest, AfterItsEndItRefuses) {
  Transaction transaction = Begin();
  EXPECT_TRUE(transaction.Commit().ok());
  EXPECT_EQ(transaction.Run({{kOne, Params()}}).status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(transaction.Commit().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(transaction.RunScript("s", "SELECT 1").code(), absl::StatusCode::kInternal);
}

TEST_F(TransactionTest, AnErrorInTheMiddleLeavesNothing) {
  for (const bool commit : {false, true}) {
    Transaction transaction = Begin();
    const std::vector<Command> commands = {{kInsert, Params().Int(1).Text("a")},
                                           {kDivide, Params().Int(0)},
                                           {kInsert, Params().Int(2).Text("b")}};
    const absl::Status status =
        (commit ? transaction.RunAndCommit(commands) : transaction.Run(commands)).status();
    EXPECT_EQ(SqlStateOf(status), "22012") << status;
    EXPECT_FALSE(IsOutcomeUnknown(status));
    EXPECT_EQ(Notes(), 0);
    // It is over at once, and so are its locks: the connection is back.
    EXPECT_EQ(pool_->Stats().idle, 1);
    EXPECT_EQ(transaction.Commit().code(), absl::StatusCode::kInternal);
  }
  EXPECT_TRUE(Write(1).ok());
  EXPECT_EQ(pool_->Stats().opened, 1);
}

TEST_F(TransactionTest, AnErrorInALaterUnitUndoesTheFirst) {
  Transaction transaction = Begin();
  EXPECT_TRUE(transaction.Run({{kInsert, Params().Int(1).Text("a")}}).ok());
  EXPECT_FALSE(transaction.RunAndCommit({{kDivide, Params().Int(0)}}).ok());
  EXPECT_EQ(Notes(), 0);
}

TEST_F(TransactionTest, ConstraintsAreNamedAndValuesAreNot) {
  ASSERT_TRUE(Write(1).ok());
  const std::string plate = "1-ABC-123";
  const absl::Status twice =
      Begin().RunAndCommit({{kInsert, Params().Int(1).Text(plate)}}).status();
  EXPECT_EQ(twice.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ConstraintOf(twice), "note_pkey");
  const std::string too_long = plate + std::string(200, 'x');
  const absl::Status checked =
      Begin().RunAndCommit({{kInsert, Params().Int(2).Text(too_long)}}).status();
  EXPECT_EQ(checked.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(ConstraintOf(checked), "note_is_short");
  constexpr Statement kCast{"test_cast", "SELECT $1::text::int"};
  const absl::Status cast = Begin().RunAndCommit({{kCast, Params().Text(plate)}}).status();
  EXPECT_EQ(SqlStateOf(cast), "22P02");
  constexpr Statement kRaise{"test_raise", "SELECT client_test.complain($1)"};
  observer_->Script(
      "CREATE FUNCTION client_test.complain(plate text) RETURNS void LANGUAGE plpgsql AS "
      "$$BEGIN RAISE WARNING 'seen %', plate; RAISE EXCEPTION 'no %', plate; END$$");
  const absl::Status raised = Begin().RunAndCommit({{kRaise, Params().Text(plate)}}).status();
  EXPECT_EQ(SqlStateOf(raised), "P0001");

  const std::string logged = log_.text();
  EXPECT_THAT(logged, HasSubstr("statement test_insert: ERROR 23505, constraint note_pkey"));
  EXPECT_THAT(logged, HasSubstr("statement test_raise: WARNING 01000"));
  EXPECT_THAT(logged, Not(HasSubstr("ABC")));
  for (const absl::Status& status : {twice, checked, cast, raised}) {
    EXPECT_THAT(status.ToString(), Not(HasSubstr("ABC")));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("violates")));
  }
}

TEST_F(TransactionTest, AConstraintThatFailsAtCommitIsADefiniteNo) {
  const absl::Status status = Begin().RunAndCommit({{kInsertChild, Params().Int(404)}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ConstraintOf(status), "child_has_note");
  EXPECT_FALSE(IsOutcomeUnknown(status));
  EXPECT_EQ(pool_->Stats().idle, 1);
}

TEST_F(TransactionTest, AConstraintThatFailsAtTheEndOfAnImplicitTransaction) {
  {
    const Lease lease = Acquire();
    const absl::Status status =
        lease->Run({{kInsertChild, Params().Int(404)}}, Patience()).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ConstraintOf(status), "child_has_note");
    EXPECT_TRUE(lease->Run({{kOne, Params()}}, Patience()).ok());
  }
  EXPECT_EQ(pool_->Stats().idle, 1);
}

TEST_F(TransactionTest, TheCityHoldsForTheTransactionOnly) {
  const auto city = [](const Result& result) {
    return *result.One([](Row& row) { return row.OptionalText("city").value_or(""); });
  };
  auto lease = Acquire();
  auto before = lease->Run({{kCity, Params()}}, Patience());
  ASSERT_TRUE(before.ok());
  EXPECT_EQ(city(before->front()), "");
  Transaction ghent = Transaction::Begin(std::move(lease), kReadWrite, "ghent", Patience());
  auto first = ghent.Run({{kCity, Params()}});
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(city(first->front()), "ghent");
  auto second = ghent.RunAndCommit({{kCity, Params()}});
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(city(second->front()), "ghent");
  auto after = Acquire()->Run({{kCity, Params()}}, Patience());
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(city(after->front()), "");
  EXPECT_EQ(pool_->Stats().opened, 1);
}

TEST_F(TransactionTest, ASnapshotStaysAndReadCommittedMovesOn) {
  Transaction snapshot = Begin(kSnapshot);
  Transaction moving = Begin(kReadWrite);
  const auto count = [](Transaction& transaction) {
    auto results = transaction.Run({{kCount, Params()}});
    return results.ok() ? IntOf(results->front()) : -1;
  };
  EXPECT_EQ(count(snapshot), 0);
  EXPECT_EQ(count(moving), 0);
  ASSERT_TRUE(Write(1).ok());
  EXPECT_EQ(count(snapshot), 0);
  EXPECT_EQ(count(moving), 1);
  EXPECT_EQ(SqlStateOf(snapshot.Run({{kClear, Params()}}).status()), "25006");
}

TEST_F(TransactionTest, ManyBigCommandsDoNotJam) {
  // Far more both ways than the socket's buffers hold.
  const std::string big(1 << 20, 'x');
  std::vector<Command> commands(48, {kEchoText, Params().Text(big)});
  auto results = Begin(kSnapshot).RunAndCommit(commands);
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_EQ(results->size(), commands.size());
  for (const Result& result : *results) {
    EXPECT_EQ(result.One([](Row& row) { return row.Text(0); })->size(), big.size());
  }
}

TEST_F(TransactionTest, StatementsArePreparedOnceByName) {
  Transaction transaction = Begin();
  ASSERT_TRUE(transaction.Run({{kOne, Params()}, {kOne, Params()}}).ok());
  auto results = transaction.Run({{kOne, Params()}, {kPrepared, Params()}});
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_THAT(*results->back().Rows([](Row& row) { return row.Text("name"); }),
              ElementsAre("client_begin_read_write", "client_is_primary", "client_set_city",
                          "test_one", "test_prepared"));
}

TEST_F(TransactionTest, AStatementIsPreparedAfterItFailedToBe) {
  constexpr Statement kLater{"test_later", "SELECT n FROM client_test.later"};
  EXPECT_EQ(SqlStateOf(Begin().RunAndCommit({{kLater, Params()}}).status()), "42P01");
  // The text of a statement is ours, so its fault may be told.
  EXPECT_THAT(log_.text(), HasSubstr("relation \"client_test.later\" does not exist"));
  observer_->Script("CREATE TABLE client_test.later (n bigint)");
  EXPECT_TRUE(Begin().RunAndCommit({{kLater, Params()}}).ok());
  EXPECT_EQ(pool_->Stats().opened, 1);
}

TEST_F(TransactionTest, OneNameIsOneTextWithOneSetOfTypes) {
  constexpr Statement kOtherText{"test_one", "SELECT 2"};
  constexpr Statement kLongName{"a_name_of_sixty_four_bytes_that_postgresql_would_silently_cut_off",
                                "SELECT 1"};
  ASSERT_EQ(IntOf(Ask(kOne)), 1);
  for (const auto& [statement, params] :
       {std::pair(kOtherText, Params()), std::pair(kLongName, Params()),
        std::pair(Statement{"", "SELECT 1"}, Params())}) {
    EXPECT_EQ(Begin().Run({{statement, params}}).status().code(), absl::StatusCode::kInternal);
  }
  ASSERT_EQ(IntOf(Ask(kEchoInt, Params().Int(5))), 5);
  EXPECT_FALSE(Begin().Run({{kEchoInt, Params().Time(absl::UnixEpoch())}}).ok());
  // Within one unit as well, before the statement is known to the session.
  constexpr Statement kFresh{"test_fresh", "SELECT $1"};
  EXPECT_FALSE(Begin().Run({{kFresh, Params().Int(1)}, {kFresh, Params().Text("1")}}).ok());
  EXPECT_EQ(pool_->Stats().opened, 1);
}

TEST_F(TransactionTest, AVanishedStatementIsAnErrorAndTheNextCallPreparesAnew) {
  ASSERT_EQ(IntOf(Ask(kOne)), 1);
  ASSERT_TRUE(Begin().RunScript("forget", "DEALLOCATE test_one").ok());
  EXPECT_EQ(SqlStateOf(Begin().RunAndCommit({{kOne, Params()}}).status()), "26000");
  EXPECT_EQ(IntOf(Ask(kOne)), 1);
  EXPECT_EQ(pool_->Stats().opened, 2);
}

TEST_F(TransactionTest, AMigrationThatChangesAResultIsSurvived) {
  constexpr Statement kAll{"test_all", "SELECT n FROM client_test.note"};
  EXPECT_EQ(Ask(kAll).size(), 0);
  observer_->Script("ALTER TABLE client_test.note ALTER n TYPE numeric");
  EXPECT_EQ(SqlStateOf(Begin().RunAndCommit({{kAll, Params()}}).status()), "0A000");
  EXPECT_TRUE(Begin().RunAndCommit({{kAll, Params()}}).ok());
}

TEST_F(TransactionTest, ScriptsRunWholeOrNotAtAll) {
  Transaction good = Begin();
  ASSERT_TRUE(good.RunScript("0001_a",
                             "CREATE TABLE client_test.a (n int); "
                             "INSERT INTO client_test.a VALUES (1), (2);")
                  .ok());
  ASSERT_TRUE(good.RunAndCommit({{kInsert, Params().Int(1).Text("a")}}).ok());
  EXPECT_EQ(Notes(), 1);

  Transaction bad = Begin();
  ASSERT_TRUE(bad.Run({{kInsert, Params().Int(2).Text("b")}}).ok());
  const absl::Status status =
      bad.RunScript("0002_b", "CREATE TABLE client_test.b (n int); SELECT 1/0;");
  EXPECT_EQ(SqlStateOf(status), "22012");
  EXPECT_THAT(log_.text(), HasSubstr("statement 0002_b: ERROR 22012"));
  EXPECT_EQ(Notes(), 1);
  constexpr Statement kTables{"test_tables",
                              "SELECT count(*) FROM pg_tables WHERE schemaname = 'client_test'"};
  EXPECT_EQ(observer_->Int(kTables), 3);  // note, child, a

  EXPECT_EQ(Begin().RunScript("ends", "SELECT 1; COMMIT;").code(), absl::StatusCode::kInternal);
  EXPECT_EQ(Begin().RunScript("copies", "COPY client_test.note FROM STDIN").code(),
            absl::StatusCode::kInternal);
  EXPECT_EQ(Begin().RunScript("zero", std::string_view("SELECT\0 1", 9)).code(),
            absl::StatusCode::kInternal);
  EXPECT_EQ(IntOf(Ask(kOne)), 1);
}

// ---- deadlines

TEST_F(TransactionTest, TheServersTimeLimitLeavesTheConnectionUsable) {
  UseOptions({.connection = {.statement_timeout = absl::Milliseconds(50)}});
  const absl::Status status = Begin().RunAndCommit({{kSleep, Params().Double(60)}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(SqlStateOf(status), "57014");
  EXPECT_FALSE(IsOutcomeUnknown(status));
  EXPECT_EQ(IntOf(Ask(kOne)), 1);
  EXPECT_EQ(pool_->Stats().opened, 1);
}

TEST_F(TransactionTest, ACallersDeadlineCancelsAndDiscards) {
  // Nothing but a cancel ends this statement while the test looks.
  UseOptions({.connection = {.statement_timeout = absl::Hours(1)}});
  const int64_t pid = IntOf(Ask(kPid));
  Transaction transaction = Begin(kReadWrite, Deadline::After(absl::Milliseconds(500)));
  const absl::Status status = transaction.Run({{kSleep, Params().Double(3600)}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_FALSE(IsOutcomeUnknown(status));
  EXPECT_TRUE(Eventually([&] { return observer_->WaitEvent(pid) == "gone"; }));
  EXPECT_TRUE(Eventually([&] { return pool_->Stats().abandoned == 0; }));
  EXPECT_EQ(pool_->Stats().discarded, 1);
  EXPECT_NE(IntOf(Ask(kPid)), pid);
}

TEST_F(TransactionTest, ADeadlineBeforeCommitCanRunIsCancelledAndNothingIsLeft) {
  UseOptions({.connection = {.statement_timeout = absl::Hours(1)}});
  const int64_t pid = IntOf(Ask(kPid));  // so that connecting takes nothing of the deadline
  Transaction transaction = Begin(kReadWrite, Deadline::After(absl::Milliseconds(500)));
  const absl::Status status =
      transaction
          .RunAndCommit({{kInsert, Params().Int(1).Text("a")}, {kSleep, Params().Double(3600)}})
          .status();
  // Its COMMIT was on its way, so the caller is told the truth; the cancel then undoes it.
  EXPECT_TRUE(IsOutcomeUnknown(status)) << status;
  EXPECT_TRUE(Eventually([&] { return observer_->WaitEvent(pid) == "gone"; }));
  EXPECT_EQ(Notes(), 0);
}

TEST_F(TransactionTest, ADeadlineThatHasPassedSendsNothing) {
  const int64_t pid = IntOf(Ask(kPid));
  Transaction transaction = Begin(kReadWrite, Deadline::After(absl::ZeroDuration()));
  const absl::Status status =
      transaction.RunAndCommit({{kInsert, Params().Int(1).Text("a")}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_FALSE(IsOutcomeUnknown(status));
  EXPECT_EQ(Notes(), 0);
  EXPECT_EQ(IntOf(Ask(kPid)), pid);
}

// ---- the pool

class PoolTest : public ClientTest {};

TEST_F(PoolTest, OpensOnlyWhatItNeeds) {
  EXPECT_EQ(pool_->Stats().opened, 0);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(IntOf(Ask(kOne)), 1);
  EXPECT_EQ(pool_->Stats().opened, 1);
  {
    const Lease a = Acquire();
    const Lease b = Acquire();
    EXPECT_EQ(pool_->Stats().in_use, 2);
  }
  EXPECT_EQ(pool_->Stats().opened, 2);
  EXPECT_EQ(pool_->Stats().idle, 2);
  EXPECT_EQ(pool_->Stats().in_use, 0);
}

TEST_F(PoolTest, WaitsUntilTheDeadlineAndRefusesBeyondTheQueue) {
  UseOptions({.size = 1, .max_waiting = 1});
  std::optional<Lease> held = Acquire();
  EXPECT_EQ(pool_->Acquire(Deadline::After(absl::Milliseconds(20))).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(pool_->Stats().timed_out, 1);
  EXPECT_EQ(pool_->Stats().waiting, 0);

  auto waiting = std::async(std::launch::async, [&] { return pool_->Acquire(Patience()).ok(); });
  ASSERT_TRUE(Eventually([&] { return pool_->Stats().waiting == 1; }));
  EXPECT_EQ(pool_->Acquire(Patience()).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(pool_->Stats().refused, 1);
  held.reset();
  EXPECT_TRUE(waiting.get());
  EXPECT_EQ(pool_->Stats().opened, 1);
  EXPECT_EQ(pool_->Stats().in_use, 0);
}

TEST_F(PoolTest, ServesInTheOrderOfArrival) {
  UseOptions({.size = 1});
  std::optional<Lease> held = Acquire();
  std::mutex mutex;
  std::vector<int> served;
  std::vector<std::thread> threads;
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&, i] {
      const Lease lease = Acquire();
      const std::lock_guard lock(mutex);
      served.push_back(i);
    });
    ASSERT_TRUE(Eventually([&] { return pool_->Stats().waiting == i + 1; }));
  }
  held.reset();
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(served, ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(PoolTest, AFailedOpeningGivesItsPlaceBack) {
  PoolOptions options{.size = 1};
  options.connection.conninfo = "host=/nonexistent dbname=postgres";
  Pool pool(options, log_.Function());
  for (int i = 0; i < 3; ++i) {
    const auto lease = pool.Acquire(Patience());
    EXPECT_EQ(lease.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(lease.status().ToString(), Not(HasSubstr("nonexistent")));
  }
  EXPECT_THAT(log_.text(), HasSubstr("cannot connect"));
  EXPECT_EQ(pool.Stats().in_use, 0);
  EXPECT_EQ(pool.Stats().opened, 0);
}

TEST_F(PoolTest, AConnectionLeftInATransactionIsNotGivenToTheNext) {
  {
    const Lease lease = Acquire();
    EXPECT_TRUE(lease->RunScript("forgets", "BEGIN", Patience()).ok());
  }
  EXPECT_EQ(pool_->Stats().idle, 0);
  EXPECT_EQ(pool_->Stats().discarded, 1);
}

TEST_F(PoolTest, AKilledIdleConnectionIsNotNoticedByTheCaller) {
  const int64_t pid = IntOf(Ask(kPid));
  observer_->Run(kTerminate, Params().Int(pid));
  EXPECT_TRUE(Write(1).ok());
  EXPECT_EQ(Notes(), 1);
  EXPECT_EQ(pool_->Stats().discarded, 1);
  EXPECT_EQ(pool_->Stats().opened, 2);
}

// It dies after the pool has looked at it and before anything is sent.
TEST_F(PoolTest, AKilledConnectionOnLoanIsReplacedBeforeItsFirstUnit) {
  int64_t n = 0;
  for (const auto mode : {kReadWrite, kSnapshot}) {
    const int64_t pid = IntOf(Ask(kPid));
    auto lease = Acquire();
    ASSERT_TRUE(lease.reused());
    observer_->Run(kTerminate, Params().Int(pid));
    Transaction transaction = Transaction::Begin(std::move(lease), mode, "ghent", Patience());
    auto results = mode == kReadWrite
                       ? transaction.RunAndCommit({{kInsert, Params().Int(++n).Text("a")}})
                       : transaction.RunAndCommit({{kOne, Params()}});
    EXPECT_TRUE(results.ok()) << results.status();
    EXPECT_NE(IntOf(Ask(kPid)), pid);
  }
  EXPECT_EQ(Notes(), 1);
  EXPECT_EQ(pool_->Stats().discarded, 2);
}

TEST_F(PoolTest, AKilledTransactionIsLostForCertain) {
  Transaction transaction = Begin();
  auto results = transaction.Run({{kInsert, Params().Int(1).Text("a")}, {kPid, Params()}});
  ASSERT_TRUE(results.ok());
  observer_->Run(kTerminate, Params().Int(IntOf(results->back())));
  const absl::Status status =
      transaction.RunAndCommit({{kInsert, Params().Int(2).Text("b")}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(SqlStateOf(status), "57P01");
  EXPECT_FALSE(IsOutcomeUnknown(status));
  EXPECT_EQ(Notes(), 0);
  EXPECT_TRUE(Write(3).ok());
}

// Killed in the middle of its first unit, on a connection that had been idle: only a reader is
// sent again.
TEST_F(PoolTest, WhatMayHaveRunIsNotSentAgainUnlessItOnlyReads) {
  for (const auto mode : {kReadWrite, kSnapshot}) {
    const int64_t pid = IntOf(Ask(kPid));
    observer_->Run(kCloseGate);
    auto running = std::async(std::launch::async, [&] {
      std::vector<Command> commands;
      if (mode == kReadWrite) commands.push_back({kInsert, Params().Int(1).Text("a")});
      commands.push_back({kEnter, Params()});
      return Begin(mode).RunAndCommit(commands).status();
    });
    ASSERT_TRUE(Eventually([&] { return observer_->WaitEvent(pid) == "advisory"; }));
    observer_->Run(kTerminate, Params().Int(pid));
    observer_->Run(kOpenGate);
    const absl::Status status = running.get();
    if (mode == kSnapshot) {
      EXPECT_TRUE(status.ok()) << status;
    } else {
      EXPECT_EQ(SqlStateOf(status), "57P01") << status;
      EXPECT_FALSE(IsOutcomeUnknown(status));
    }
  }
  EXPECT_EQ(Notes(), 0);
}

// The server ends the session while COMMIT runs (here: in a deferred trigger). Whether that was
// before or after the commit itself, its message does not say.
TEST_F(PoolTest, AKilledCommitIsUnknown) {
  observer_->Script(
      "CREATE FUNCTION client_test.enter() RETURNS trigger LANGUAGE plpgsql AS "
      "$$BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END$$;"
      "CREATE CONSTRAINT TRIGGER enters AFTER INSERT ON client_test.note DEFERRABLE INITIALLY "
      "DEFERRED FOR EACH ROW EXECUTE FUNCTION client_test.enter()");
  const int64_t pid = IntOf(Ask(kPid));
  observer_->Run(kCloseGate);
  auto running = std::async(std::launch::async, [&] { return Write(1); });
  ASSERT_TRUE(Eventually([&] { return observer_->WaitEvent(pid) == "advisory"; }));
  observer_->Run(kTerminate, Params().Int(pid));
  EXPECT_TRUE(IsOutcomeUnknown(running.get()));
  observer_->Run(kOpenGate);
}

// Sessions are killed at any moment while writes go on. Whatever a caller is told must be so.
TEST_F(PoolTest, WhatIsToldUnderKillsIsTrue) {
  constexpr int64_t kWrites = 300;
  UseOptions({.connection = {.application_name = "client_test_victim"}, .size = 2});
  std::atomic<bool> stop = false;
  std::thread killer([&, conninfo = options_.connection.conninfo] {
    Observer observer(conninfo);
    constexpr Statement kKillAll{"test_kill_all",
                                 "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                 "WHERE application_name = 'client_test_victim'"};
    while (!stop) observer.Run(kKillAll);
  });
  std::map<int64_t, absl::Status> told;
  for (int64_t n = 1; n <= kWrites; ++n) told[n] = Write(n);
  stop = true;
  killer.join();
  int done = 0;
  for (const auto& [n, status] : told) {
    const int64_t rows = observer_->Int(kCountOne, Params().Int(n));
    if (status.ok()) {
      EXPECT_EQ(rows, 1) << n;
      ++done;
    } else if (!IsOutcomeUnknown(status)) {
      EXPECT_EQ(rows, 0) << n << " " << status;
      EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
    }
  }
  EXPECT_GT(done, 0);
  EXPECT_LT(done, kWrites);
}

TEST_F(PoolTest, SessionsThatAreLeftAreNotUsedAgain) {
  const int64_t idle = IntOf(Ask(kPid));
  const int64_t opened = pool_->Stats().opened;
  pool_->LeaveSessions();
  EXPECT_EQ(pool_->Stats().idle, 0);
  EXPECT_NE(IntOf(Ask(kPid)), idle);
  // On loan, and used again only in appearance: what only reads is sent on another session.
  auto lease = Acquire();
  pool_->LeaveSessions();
  auto results = Transaction::Begin(std::move(lease), kSnapshot, "ghent", Patience())
                     .RunAndCommit({{kPid, Params()}});
  EXPECT_TRUE(results.ok()) << results.status();
  EXPECT_EQ(pool_->Stats().opened, opened + 2);
  EXPECT_EQ(pool_->Stats().discarded, 2);
}

TEST_F(PoolTest, WhoeverWaitsOnASessionThatIsLeftWaitsNoLonger) {
  const int64_t pid = IntOf(Ask(kPid));
  observer_->Run(kCloseGate);
  auto running = std::async(std::launch::async, [&] {
    return Begin()
        .RunAndCommit({{kInsert, Params().Int(1).Text("a")}, {kEnter, Params()}})
        .status();
  });
  ASSERT_TRUE(Eventually([&] { return observer_->WaitEvent(pid) == "advisory"; }));
  pool_->LeaveSessions();
  const absl::Status status = running.get();  // the gate is still closed
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_TRUE(IsOutcomeUnknown(status)) << "its COMMIT was sent with it";
  EXPECT_EQ(pool_->Stats().in_use, 0);
  EXPECT_TRUE(Write(2).ok());
  observer_->Run(kOpenGate);
  EXPECT_TRUE(Eventually([&] { return observer_->WaitEvent(pid) == "gone"; }));
}

TEST_F(PoolTest, SessionsAreLeftAllTheTimeWhileThreadsWork) {
  UseOptions({.size = 4, .max_waiting = 16});
  std::atomic<bool> stop = false;
  std::thread leaver([&] {
    while (!stop) {
      pool_->LeaveSessions();
      absl::SleepFor(absl::Milliseconds(20));  // time to open one
    }
  });
  constexpr int64_t kThreads = 8;
  constexpr int64_t kEach = 100;
  std::vector<std::map<int64_t, absl::Status>> told(kThreads);
  std::vector<std::thread> threads;
  for (int64_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int64_t i = 0; i < kEach; ++i) {
        const int64_t n = thread * kEach + i;
        told[static_cast<size_t>(thread)][n] = Write(n);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  stop = true;
  leaver.join();
  int done = 0;
  for (const auto& of_one : told) {
    for (const auto& [n, status] : of_one) {
      const int64_t rows = observer_->Int(kCountOne, Params().Int(n));
      if (status.ok()) ++done;
      if (IsOutcomeUnknown(status)) continue;
      EXPECT_EQ(rows, status.ok() ? 1 : 0) << n << " " << status;
    }
  }
  EXPECT_GT(done, 0);
  EXPECT_EQ(pool_->Stats().in_use, 0);
  EXPECT_TRUE(Eventually([&] { return pool_->Stats().abandoned == 0; }));
  EXPECT_TRUE(Write(kThreads * kEach).ok());
}

TEST_F(PoolTest, SixteenThreadsOfAThousandTransactions) {
  UseOptions({.size = 4, .max_waiting = 16});
  constexpr int kThreads = 16;
  constexpr int kEach = 1000;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        if (!Write(int64_t{thread} * kEach + i).ok()) ++failed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(Notes(), kThreads * kEach);
  EXPECT_LE(pool_->Stats().opened, 4);
  EXPECT_EQ(pool_->Stats().in_use, 0);
  EXPECT_EQ(pool_->Stats().refused, 0);
}

// ---- connecting

TEST_F(PoolTest, SettingsOfTheSession) {
  ConnectionOptions options = options_.connection;
  options.statement_timeout = absl::Milliseconds(1234);
  options.settings = {{"stadspoort.note", "a b\\c"}, {"lock_timeout", "77ms"}};
  options.conninfo += " options='-c search_path=client_test' application_name=named";
  auto connection = Connection::Connect(options, Patience(), nullptr);
  ASSERT_TRUE(connection.ok()) << connection.status();
  constexpr Statement kSettings{
      "test_settings",
      "SELECT current_setting(name) FROM unnest(ARRAY['statement_timeout', 'lock_timeout', "
      "'stadspoort.note', 'search_path', 'application_name', 'TimeZone', 'jit', "
      "'client_encoding']) WITH ORDINALITY AS t(name, i) ORDER BY i"};
  auto results = (*connection)->Run({{kSettings, Params()}}, Patience());
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_THAT(
      *results->front().Rows([](Row& row) { return row.Text(0); }),
      ElementsAre("1234ms", "77ms", "a b\\c", "client_test", "named", "UTC", "off", "UTF8"));
}

TEST_F(PoolTest, AnUnreadableConnectionStringIsNotLogged) {
  const auto connection =
      Connection::Connect({.conninfo = "password=geheim geheim2"}, Patience(), log_.Function());
  EXPECT_EQ(connection.status().code(), absl::StatusCode::kInternal);
  EXPECT_THAT(log_.text(), Not(HasSubstr("geheim")));
  EXPECT_THAT(log_.lines(), Not(IsEmpty()));
}

// A server that takes the connection and says nothing.
class SilentServer {
 public:
  SilentServer() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(socket_, 8), 0);
    socklen_t size = sizeof(address);
    EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    conninfo_ = absl::StrCat("hostaddr=127.0.0.1 port=", ntohs(address.sin_port), " user=nobody");
  }
  ~SilentServer() { close(socket_); }
  const std::string& conninfo() const { return conninfo_; }

 private:
  const int socket_;
  std::string conninfo_;
};

TEST_F(PoolTest, ASilentServer) {
  const SilentServer server;
  ConnectionOptions options{.conninfo = server.conninfo(),
                            .connect_timeout = absl::Milliseconds(50)};
  EXPECT_EQ(Connection::Connect(options, Patience(), nullptr).status().code(),
            absl::StatusCode::kUnavailable);
  options.connect_timeout = absl::Minutes(1);
  const Deadline soon = Deadline::After(absl::Milliseconds(50));
  EXPECT_EQ(Connection::Connect(options, soon, nullptr).status().code(),
            absl::StatusCode::kDeadlineExceeded);
}

// ---- a server of one's own

// A fresh PostgreSQL with a folder and a socket of its own. It ends with this process, whatever
// ends that.
class OwnServer {
 public:
  OwnServer() {
    std::string name = (std::filesystem::temp_directory_path() / "postgres-client-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    // initdb and postgres refuse root.
    if (geteuid() == 0) {
      owner_ = getpwnam("postgres");
      EXPECT_NE(owner_, nullptr);
      EXPECT_EQ(chown(folder_.c_str(), owner_->pw_uid, owner_->pw_gid), 0);
    }
    const int status = Wait(Spawn({"initdb", "--pgdata", Data(), "--username", "owner", "--auth",
                                   "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"}));
    EXPECT_EQ(status, 0);
    Start();
  }
  ~OwnServer() {
    Stop(SIGQUIT);
    std::filesystem::remove_all(folder_);
  }

  std::string Conninfo() const {
    return absl::StrCat("host=", folder_, " user=owner dbname=postgres");
  }
  std::string Data() const { return folder_ + "/data"; }

  void Start() {
    server_ =
        Spawn({"postgres", "-D", Data(), "-c", absl::StrCat("unix_socket_directories=", folder_),
               "-c", "listen_addresses=", "-c", "fsync=off"});
    EXPECT_TRUE(Eventually([&] { return Answers(); })) << "the server does not start";
  }
  // SIGINT: politely ("fast"); SIGQUIT: as in a crash.
  void Stop(int signal) {
    if (server_ < 0) return;
    kill(server_, signal);
    Wait(server_);
    server_ = -1;
  }

 private:
  // Up is also a standby, which Connect refuses: that log line tells them apart.
  bool Answers() const {
    Log log;
    const auto connection =
        Connection::Connect({.conninfo = Conninfo()}, Patience(), log.Function());
    return connection.ok() || absl::StrContains(log.text(), "standby");
  }

  pid_t Spawn(std::vector<std::string> words) const {
    words.front() = "/usr/lib/postgresql/15/bin/" + words.front();
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string log = folder_ + "/log";
    const pid_t child = fork();
    if (child != 0) return child;
    // Only what is safe between fork and exec.
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    if (owner_ != nullptr && (setgroups(0, nullptr) != 0 || setgid(owner_->pw_gid) != 0 ||
                              setuid(owner_->pw_uid) != 0)) {
      _exit(127);
    }
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    execv(argv[0], argv.data());
    _exit(127);
  }

  static int Wait(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
  }

  std::string folder_;
  passwd* owner_ = nullptr;
  pid_t server_ = -1;
};

class OwnServerTest : public ClientTest {
 protected:
  static void SetUpTestSuite() { server = new OwnServer; }
  static void TearDownTestSuite() {
    delete server;
    server = nullptr;
  }

  void SetUp() override { Use(server->Conninfo(), {}); }
  void TearDown() override { SetStandby(""); }

  // Every COMMIT from now on waits for a standby of this name, which never comes.
  void SetStandby(const std::string& name) {
    Observer observer(server->Conninfo());
    observer.Script("SET synchronous_commit = local");
    observer.Script(absl::StrCat("ALTER SYSTEM SET synchronous_standby_names = '", name, "'"));
    observer.Script("SELECT pg_reload_conf()");
    constexpr Statement kNames{"test_names",
                               "SELECT current_setting('synchronous_standby_names') = $1 AND "
                               "(SELECT count(*) FROM pg_stat_activity WHERE wait_event = "
                               "'SyncRep' AND $1 = '') = 0"};
    EXPECT_TRUE(Eventually([&] {
      Observer fresh(server->Conninfo());
      const auto set =
          fresh.Run(kNames, Params().Text(name)).One([](Row& row) { return row.Bool(0); });
      return set.ok() && *set;
    }));
  }

  // A transaction with one row in it, ready to commit, and its session.
  struct Writer {
    Transaction transaction;
    int64_t pid;
  };
  Writer WithARow(int64_t n, Deadline deadline = Patience()) {
    Transaction transaction = Begin(kReadWrite, deadline);
    auto results = transaction.Run({{kInsert, Params().Int(n).Text("a")}, {kPid, Params()}});
    EXPECT_TRUE(results.ok()) << results.status();
    return {std::move(transaction), results.ok() ? IntOf(results->back()) : -1};
  }

  bool WaitsForStandby(int64_t pid) {
    return Eventually([&] { return observer_->WaitEvent(pid) == "SyncRep"; });
  }

  static OwnServer* server;
};

OwnServer* OwnServerTest::server = nullptr;

TEST_F(OwnServerTest, ACommitWhoseWaitIsCancelledIsUnknown) {
  SetStandby("nobody");
  for (const bool in_one_unit : {false, true}) {
    Writer writer = WithARow(in_one_unit ? 2 : 1);
    auto committing = std::async(std::launch::async, [&] {
      return in_one_unit ? writer.transaction.RunAndCommit({{kOne, Params()}}).status()
                         : writer.transaction.Commit();
    });
    ASSERT_TRUE(WaitsForStandby(writer.pid));
    observer_->Run(kCancel, Params().Int(writer.pid));
    const absl::Status status = committing.get();
    EXPECT_TRUE(IsOutcomeUnknown(status)) << status;
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(status.message()), HasSubstr("same reference"));
  }
  EXPECT_EQ(Notes(), 2);  // visible, yet not safe
  EXPECT_THAT(log_.text(), HasSubstr("statement client_commit: WARNING 01000"));
  EXPECT_EQ(pool_->Stats().discarded, 0);
}

TEST_F(OwnServerTest, ACommitWithoutAnswerIsUnknown) {
  SetStandby("nobody");
  Writer writer = WithARow(1);
  auto committing = std::async(std::launch::async, [&] { return writer.transaction.Commit(); });
  ASSERT_TRUE(WaitsForStandby(writer.pid));
  observer_->Run(kTerminate, Params().Int(writer.pid));
  const absl::Status status = committing.get();
  EXPECT_TRUE(IsOutcomeUnknown(status)) << status;
  EXPECT_EQ(Notes(), 1);
}

TEST_F(OwnServerTest, ADeadlineDuringCommitIsUnknownAndDoesNotCancelIt) {
  UseOptions({.size = 2});
  ASSERT_EQ(IntOf(Ask(kOne)), 1);  // so that connecting takes nothing of the deadline
  SetStandby("nobody");
  Writer writer = WithARow(1, Deadline::After(absl::Seconds(1)));
  const absl::Status status = writer.transaction.RunAndCommit({{kOne, Params()}}).status();
  EXPECT_TRUE(IsOutcomeUnknown(status)) << status;
  // The caller has its answer; the session goes on waiting, in its place of the pool.
  ASSERT_TRUE(WaitsForStandby(writer.pid));
  EXPECT_EQ(pool_->Stats().abandoned, 1);
  EXPECT_EQ(pool_->Stats().in_use, 0);
  EXPECT_EQ(Notes(), 0);
  EXPECT_EQ(IntOf(Ask(kOne)), 1);
  {
    const Lease held = Acquire();
    EXPECT_EQ(pool_->Acquire(Deadline::After(absl::Milliseconds(20))).status().code(),
              absl::StatusCode::kDeadlineExceeded);
  }
  EXPECT_EQ(observer_->WaitEvent(writer.pid), "SyncRep");
  SetStandby("");
  EXPECT_TRUE(Eventually([&] { return pool_->Stats().abandoned == 0; }));
  EXPECT_EQ(Notes(), 1);
  EXPECT_TRUE(Eventually([&] { return observer_->WaitEvent(writer.pid) == "gone"; }));
}

// Its standby may be another server's by now: it would wait for ever, and its place with it.
TEST_F(OwnServerTest, ACommitThatWasAbandonedGivesItsPlaceBackWhenItsServerIsLeft) {
  UseOptions({.size = 2});
  ASSERT_EQ(IntOf(Ask(kOne)), 1);
  SetStandby("nobody");
  int64_t pid = 0;
  for (int64_t n = 1; n <= 2; ++n) {
    Writer writer = WithARow(n, Deadline::After(absl::Seconds(1)));
    pid = writer.pid;
    EXPECT_TRUE(IsOutcomeUnknown(writer.transaction.Commit()));
  }
  EXPECT_EQ(pool_->Stats().abandoned, 2);
  EXPECT_FALSE(pool_->Acquire(Deadline::After(absl::Milliseconds(20))).ok());
  pool_->LeaveSessions();
  EXPECT_EQ(pool_->Stats().abandoned, 0);
  {
    const Lease a = Acquire();
    const Lease b = Acquire();
  }
  EXPECT_EQ(observer_->WaitEvent(pid), "SyncRep");
}

TEST_F(OwnServerTest, ACommitThatWaitsIsUnknownWhenItsServerIsLeft) {
  SetStandby("nobody");
  Writer writer = WithARow(1);
  auto committing = std::async(std::launch::async, [&] { return writer.transaction.Commit(); });
  ASSERT_TRUE(WaitsForStandby(writer.pid));
  pool_->LeaveSessions();
  EXPECT_TRUE(IsOutcomeUnknown(committing.get()));
  EXPECT_EQ(pool_->Stats().in_use, 0);
}

TEST_F(OwnServerTest, APoolCanBeDestroyedWhileACommitWaits) {
  ASSERT_EQ(IntOf(Ask(kOne)), 1);
  SetStandby("nobody");
  Writer writer = WithARow(1, Deadline::After(absl::Seconds(1)));
  EXPECT_TRUE(IsOutcomeUnknown(writer.transaction.Commit()));
  EXPECT_EQ(pool_->Stats().abandoned, 1);
  pool_.reset();
  EXPECT_EQ(observer_->WaitEvent(writer.pid), "SyncRep");
}

TEST_F(OwnServerTest, AfterAStopAndAStartTheNextCallWorks) {
  for (const int signal : {SIGINT, SIGQUIT}) {
    {
      const Lease a = Acquire();
      const Lease b = Acquire();
    }
    EXPECT_GE(pool_->Stats().idle, 2);
    observer_.reset();
    server->Stop(signal);
    for (int i = 0; i < 4; ++i) {
      const absl::Status down = Write(100 + signal);
      EXPECT_EQ(down.code(), absl::StatusCode::kUnavailable);
      EXPECT_FALSE(IsOutcomeUnknown(down));
    }
    EXPECT_EQ(pool_->Stats().in_use, 0);
    server->Start();
    EXPECT_TRUE(Write(signal).ok());
    observer_ = std::make_unique<Observer>(server->Conninfo());
    EXPECT_EQ(observer_->Int(kCountOne, Params().Int(signal)), 1);
  }
}

TEST_F(OwnServerTest, StaleConnectionsAreAllReplaced) {
  {
    std::vector<Lease> leases;
    for (int i = 0; i < 8; ++i) leases.push_back(Acquire());
  }
  EXPECT_EQ(pool_->Stats().idle, 8);
  observer_.reset();
  server->Stop(SIGINT);
  server->Start();
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      if (!Write(i).ok()) ++failed;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
}

TEST_F(OwnServerTest, AStandbyIsNeverRead) {
  EXPECT_TRUE(Write(1).ok());
  observer_.reset();
  server->Stop(SIGINT);
  const std::string signal = server->Data() + "/standby.signal";
  std::ofstream(signal).close();
  server->Start();
  const auto results = Connection::Connect(options_.connection, Patience(), log_.Function());
  EXPECT_EQ(results.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(pool_->Acquire(Patience()).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(pool_->Stats().in_use, 0);
  server->Stop(SIGINT);
  std::filesystem::remove(signal);
  server->Start();
  EXPECT_TRUE(Write(2).ok());
}

TEST_F(OwnServerTest, NewsForAnIdleSessionDoesNotEndIt) {
  const int64_t pid = IntOf(Ask(kPid));
  // A setting that the server reports to its clients by itself.
  observer_->Script("ALTER SYSTEM SET DateStyle = 'German'");
  observer_->Script("SELECT pg_reload_conf()");
  constexpr Statement kStyle{"test_style", "SELECT current_setting('DateStyle')"};
  EXPECT_TRUE(Eventually([&] {
    const auto style = Ask(kStyle).One([](Row& row) { return row.Text(0); });
    return style.ok() && absl::StartsWith(*style, "German");
  }));
  EXPECT_EQ(IntOf(Ask(kPid)), pid);
  EXPECT_EQ(pool_->Stats().discarded, 0);
  observer_->Script("ALTER SYSTEM RESET DateStyle");
}

}  // namespace
}  // namespace stadspoort::postgres
