// The parts of storage/postgres/client that need no server: formats, codes, what may be logged,
// embedding. What a server must confirm is in tests/integration/postgres_client_test.cc.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "storage/deadline.h"
#include "storage/postgres/client/params.h"
#include "storage/postgres/client/server_message.h"
#include "storage/postgres/client/status.h"
#include "storage/postgres/client/testdata/migrations.h"
#include "storage/postgres/client/testdata/sql.h"
#include "storage/postgres/client/wire.h"

namespace stadspoort::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string Hex(std::string_view bytes) { return absl::BytesToHexString(std::string(bytes)); }
std::string FromHex(const char* hex) { return absl::HexStringToBytes(hex); }

std::string TimeBytes(absl::Time time) {
  std::string out;
  wire::AppendTime(out, time);
  return out;
}

// ---- wire

TEST(WireTest, TimesAreMicrosecondsSince2000) {
  const absl::Time epoch = absl::FromCivil(absl::CivilDay(2000, 1, 1), absl::UTCTimeZone());
  EXPECT_EQ(Hex(TimeBytes(epoch)), "0000000000000000");
  EXPECT_EQ(Hex(TimeBytes(epoch + absl::Microseconds(1))), "0000000000000001");
  EXPECT_EQ(Hex(TimeBytes(epoch - absl::Microseconds(1))), "ffffffffffffffff");
  // Rounded down on both sides of the epoch, so that order is kept.
  EXPECT_EQ(TimeBytes(epoch + absl::Nanoseconds(1999)), TimeBytes(epoch + absl::Microseconds(1)));
  EXPECT_EQ(TimeBytes(epoch - absl::Nanoseconds(1)), TimeBytes(epoch - absl::Microseconds(1)));
  const absl::Time before_1970 = absl::UnixEpoch() - absl::Nanoseconds(1);
  EXPECT_EQ(TimeBytes(before_1970), TimeBytes(absl::UnixEpoch() - absl::Microseconds(1)));
}

TEST(WireTest, OnlyInfinitiesBecomeInfinities) {
  EXPECT_EQ(Hex(TimeBytes(absl::InfiniteFuture())), "7fffffffffffffff");
  EXPECT_EQ(Hex(TimeBytes(absl::InfinitePast())), "8000000000000000");
  // Finite times that do not fit are sent as something the server refuses.
  const absl::Time far = absl::FromUnixSeconds(std::numeric_limits<int64_t>::max() / 2);
  const absl::Time long_ago = absl::FromUnixSeconds(std::numeric_limits<int64_t>::min() / 2);
  EXPECT_EQ(Hex(TimeBytes(far)), "7ffffffffffffffe");
  EXPECT_EQ(Hex(TimeBytes(long_ago)), "8000000000000001");
  const absl::Time edge = absl::FromUnixMicros(std::numeric_limits<int64_t>::min() + 1);
  EXPECT_EQ(Hex(TimeBytes(edge)), "8000000000000001");
}

TEST(WireTest, TimesComeBack) {
  for (const char* text : {"1582-10-15T00:00:00Z", "1969-12-31T23:59:59.999999Z",
                           "2026-03-29T01:00:00Z", "2026-10-25T01:00:00.000001Z",
                           "9999-12-31T23:59:59.999999Z", "infinite-future", "infinite-past"}) {
    absl::Time time;
    ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) << text;
    EXPECT_EQ(wire::DecodeTime(TimeBytes(time)), time) << text;
  }
  // The last moment PostgreSQL knows (294276-12-31 23:59:59.999999), past 2^63 µs of Unix time.
  const auto last = wire::DecodeTime(FromHex("7fffff5bb3b29fff"));
  ASSERT_TRUE(last.has_value());
  const auto civil = absl::ToCivilSecond(*last, absl::UTCTimeZone());
  EXPECT_EQ(civil, absl::CivilSecond(294276, 12, 31, 23, 59, 59));
}

TEST(WireTest, DaysComeBackAndInfinityIsNoDay) {
  for (const absl::CivilDay day : {absl::CivilDay(2000, 1, 1), absl::CivilDay(2024, 2, 29),
                                   absl::CivilDay(1600, 12, 31), absl::CivilDay(5874897, 12, 31)}) {
    std::string out;
    ASSERT_TRUE(wire::AppendDay(out, day));
    EXPECT_EQ(wire::DecodeDay(out), day);
  }
  std::string out;
  EXPECT_FALSE(wire::AppendDay(out, absl::CivilDay(9'999'999, 1, 1)));
  EXPECT_THAT(out, IsEmpty());
  EXPECT_EQ(wire::DecodeDay(FromHex("7fffffff")), std::nullopt);
  EXPECT_EQ(wire::DecodeDay(FromHex("80000000")), std::nullopt);
}

TEST(WireTest, IntegersOfEveryWidth) {
  EXPECT_EQ(wire::DecodeInt(FromHex("8000")), -32768);
  EXPECT_EQ(wire::DecodeInt(FromHex("ffffffff")), -1);
  EXPECT_EQ(wire::DecodeInt(FromHex("8000000000000000")), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(wire::DecodeInt(FromHex("ff")), std::nullopt);
  EXPECT_EQ(wire::DecodeInt(""), std::nullopt);
}

std::string RangeBytes(const char* flags, const std::vector<absl::Time>& bounds) {
  std::string out = FromHex(flags);
  for (const absl::Time bound : bounds) {
    wire::AppendInt32(out, 8);
    wire::AppendTime(out, bound);
  }
  return out;
}

const absl::Time kNoon = absl::FromUnixSeconds(1'774'785'600);
const absl::Time kOne = kNoon + absl::Hours(1);

TEST(WireTest, RangesAreHalfOpen) {
  EXPECT_EQ(wire::DecodeTimeRange(RangeBytes("02", {kNoon, kOne})), (TimeRange{kNoon, kOne}));
  EXPECT_EQ(wire::DecodeTimeRange(RangeBytes("12", {kNoon})),
            (TimeRange{kNoon, absl::InfiniteFuture()}));
  EXPECT_EQ(wire::DecodeTimeRange(RangeBytes("08", {kOne})),
            (TimeRange{absl::InfinitePast(), kOne}));
  EXPECT_EQ(wire::DecodeTimeRange(RangeBytes("18", {})),
            (TimeRange{absl::InfinitePast(), absl::InfiniteFuture()}));
  const auto empty = wire::DecodeTimeRange(RangeBytes("01", {}));
  ASSERT_TRUE(empty.has_value());
  EXPECT_TRUE(empty->empty());
}

TEST(WireTest, OtherRangesAreNotReadAsHalfOpen) {
  EXPECT_EQ(wire::DecodeTimeRange(RangeBytes("00", {kNoon, kOne})), std::nullopt);  // (a,b)
  EXPECT_EQ(wire::DecodeTimeRange(RangeBytes("06", {kNoon, kOne})), std::nullopt);  // [a,b]
  EXPECT_EQ(wire::DecodeTimeRange(RangeBytes("04", {kNoon, kOne})), std::nullopt);  // (a,b]
  // At an infinity the two mean the same.
  EXPECT_EQ(wire::DecodeTimeRange(RangeBytes("04", {absl::InfinitePast(), absl::InfiniteFuture()})),
            (TimeRange{absl::InfinitePast(), absl::InfiniteFuture()}));
}

std::string MultirangeBytes() {
  const std::string first = RangeBytes("02", {kNoon, kOne});
  const std::string second = RangeBytes("12", {kOne + absl::Hours(1)});
  std::string out;
  wire::AppendInt32(out, 2);
  for (const std::string& range : {first, second}) {
    wire::AppendInt32(out, static_cast<int32_t>(range.size()));
    out += range;
  }
  return out;
}

std::string ArrayBytes() {
  std::string out;
  wire::AppendArrayHead(out, Type::kText, 2);
  for (const std::string_view text : {"", "abc"}) {
    wire::AppendInt32(out, static_cast<int32_t>(text.size()));
    out += text;
  }
  return out;
}

TEST(WireTest, MultirangesAndArrays) {
  EXPECT_THAT(*wire::DecodeTimeMultirange(MultirangeBytes()),
              ElementsAre(TimeRange{kNoon, kOne},
                          TimeRange{kOne + absl::Hours(1), absl::InfiniteFuture()}));
  EXPECT_THAT(*wire::DecodeTimeMultirange(FromHex("00000000")), IsEmpty());
  EXPECT_THAT(*wire::DecodeArray(ArrayBytes(), Type::kText), ElementsAre("", "abc"));
  std::string empty;
  wire::AppendArrayHead(empty, Type::kText, 0);
  EXPECT_THAT(*wire::DecodeArray(empty, Type::kText), IsEmpty());
}

TEST(WireTest, ArraysOfOtherShapesAreRefused) {
  EXPECT_EQ(wire::DecodeArray(ArrayBytes(), Type::kBytes), std::nullopt);
  // One element that is NULL.
  EXPECT_EQ(
      wire::DecodeArray(FromHex("0000000100000001000000190000000100000001ffffffff"), Type::kText),
      std::nullopt);
  // Two dimensions of one element.
  EXPECT_EQ(wire::DecodeArray(
                FromHex("00000002000000000000001900000001000000010000000100000001000000016a"),
                Type::kText),
            std::nullopt);
  // More elements announced than there are bytes for.
  EXPECT_EQ(wire::DecodeArray(FromHex("0000000100000000000000197fffffff00000001"), Type::kText),
            std::nullopt);
}

// Cutting a value short or adding to it never gives another value.
TEST(WireTest, EveryTruncationAndExcessIsRefused) {
  const std::string range = RangeBytes("02", {kNoon, kOne});
  for (size_t size = 0; size < range.size(); ++size) {
    EXPECT_EQ(wire::DecodeTimeRange(range.substr(0, size)), std::nullopt) << size;
  }
  EXPECT_EQ(wire::DecodeTimeRange(range + "x"), std::nullopt);
  const std::string multirange = MultirangeBytes();
  for (size_t size = 0; size < multirange.size(); ++size) {
    EXPECT_EQ(wire::DecodeTimeMultirange(multirange.substr(0, size)), std::nullopt) << size;
  }
  EXPECT_EQ(wire::DecodeTimeMultirange(multirange + "x"), std::nullopt);
  const std::string array = ArrayBytes();
  for (size_t size = 0; size < array.size(); ++size) {
    EXPECT_EQ(wire::DecodeArray(array.substr(0, size), Type::kText), std::nullopt) << size;
  }
  EXPECT_EQ(wire::DecodeArray(array + "x", Type::kText), std::nullopt);
  EXPECT_EQ(wire::DecodeJsonb(""), std::nullopt);
  EXPECT_EQ(wire::DecodeJsonb("\2{}"), std::nullopt);
}

// ---- Params

TEST(ParamsTest, KeepsOrderTypesAndBytes) {
  const std::array<uint8_t, 16> uuid = {1, 2, 3};
  const Params params =
      Params().Text("a").Bytes(std::string_view("\0b", 2)).Uuid(uuid).Int(-1).Bool(true).Json("{}");
  ASSERT_EQ(params.size(), 6u);
  EXPECT_EQ(params.value(0).type, Type::kText);
  EXPECT_EQ(params.value(0).bytes, "a");
  EXPECT_EQ(params.value(1).bytes, std::string_view("\0b", 2));
  EXPECT_EQ(Hex(params.value(2).bytes), "01020300000000000000000000000000");
  EXPECT_EQ(Hex(params.value(3).bytes), "ffffffffffffffff");
  EXPECT_EQ(Hex(params.value(4).bytes), "01");
  EXPECT_EQ(params.value(5).type, Type::kJsonb);
  EXPECT_EQ(params.value(5).bytes, "\1{}");
  EXPECT_TRUE(params.status().ok());
}

TEST(ParamsTest, EmptyIsNotNull) {
  const Params params = Params()
                            .Text("")
                            .Text(std::optional<std::string>())
                            .NullText()
                            .Bytes(std::optional<std::string>(""));
  EXPECT_FALSE(params.value(0).null);
  EXPECT_TRUE(params.value(1).null);
  EXPECT_EQ(params.value(1).type, Type::kText);
  EXPECT_TRUE(params.value(2).null);
  EXPECT_FALSE(params.value(3).null);
}

TEST(ParamsTest, ADayThatDoesNotFitIsAnError) {
  EXPECT_EQ(Params().Day(absl::CivilDay(9'999'999, 1, 1)).status().code(),
            absl::StatusCode::kInternal);
}

// ---- Status

TEST(StatusTest, SqlStateDecidesTheCode) {
  const std::vector<std::pair<const char*, absl::StatusCode>> expectations = {
      {"40001", absl::StatusCode::kAborted},
      {"40P01", absl::StatusCode::kAborted},
      {"55P03", absl::StatusCode::kAborted},
      {"23505", absl::StatusCode::kAlreadyExists},
      {"23P01", absl::StatusCode::kAlreadyExists},
      {"23503", absl::StatusCode::kFailedPrecondition},
      {"23001", absl::StatusCode::kFailedPrecondition},
      {"23514", absl::StatusCode::kInternal},
      {"23502", absl::StatusCode::kInternal},
      {"22007", absl::StatusCode::kInternal},
      {"22021", absl::StatusCode::kInternal},
      {"42501", absl::StatusCode::kInternal},
      {"42P01", absl::StatusCode::kInternal},
      {"0A000", absl::StatusCode::kInternal},
      {"25P02", absl::StatusCode::kInternal},
      {"XX000", absl::StatusCode::kInternal},
      {"57014", absl::StatusCode::kDeadlineExceeded},
      {"57P01", absl::StatusCode::kUnavailable},
      {"57P02", absl::StatusCode::kUnavailable},
      {"57P03", absl::StatusCode::kUnavailable},
      {"57P05", absl::StatusCode::kUnavailable},
      {"08006", absl::StatusCode::kUnavailable},
      {"25006", absl::StatusCode::kUnavailable},
      {"25P03", absl::StatusCode::kUnavailable},
      {"28P01", absl::StatusCode::kUnavailable},
      {"3D000", absl::StatusCode::kUnavailable},
      {"53300", absl::StatusCode::kResourceExhausted},
      {"53100", absl::StatusCode::kResourceExhausted},
      {"", absl::StatusCode::kInternal},
      {"4", absl::StatusCode::kInternal},
  };
  for (const auto& [sqlstate, code] : expectations) {
    const absl::Status status = StatusFromSqlState(sqlstate);
    EXPECT_EQ(status.code(), code) << sqlstate;
    EXPECT_EQ(SqlStateOf(status), sqlstate);
    EXPECT_EQ(ConstraintOf(status), "");
    EXPECT_FALSE(IsOutcomeUnknown(status));
  }
}

TEST(StatusTest, NamesTheConstraintOutsideTheMessage) {
  const absl::Status status = StatusFromSqlState("23505", "right_reference_key");
  EXPECT_EQ(ConstraintOf(status), "right_reference_key");
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("right_reference_key")));
}

TEST(StatusTest, OutcomeUnknownIsRecognisable) {
  EXPECT_EQ(OutcomeUnknown().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(IsOutcomeUnknown(OutcomeUnknown()));
  EXPECT_FALSE(IsOutcomeUnknown(absl::UnavailableError("down")));
  EXPECT_FALSE(IsOutcomeUnknown(absl::OkStatus()));
}

// ---- what may be logged

ServerMessage Message(const char* sqlstate) {
  return {.severity = "ERROR",
          .sqlstate = sqlstate,
          .constraint = "plate_key",
          .table = "plate",
          .primary = "about 1-ABC-123"};
}

TEST(ServerMessageTest, TellsWhatCannotHoldAValue) {
  const std::string line = LogLine("enrol_right", Message("23505"), Stage::kExecute);
  EXPECT_EQ(line, "statement enrol_right: ERROR 23505, constraint plate_key, table plate");
}

TEST(ServerMessageTest, PrimaryMessageOnlyWhereItSpeaksOfTheServer) {
  for (const char* quoting : {"22P02", "22007", "23505", "23514", "P0001", "01000", "00000",
                              "42601", "42804", "54000", "21000", ""}) {
    EXPECT_FALSE(MayLogPrimary(quoting, Stage::kExecute)) << quoting;
    EXPECT_THAT(LogLine("s", Message(quoting), Stage::kExecute), Not(HasSubstr("1-ABC")));
  }
  for (const char* server : {"57P01", "53300", "40P01", "XX000", "42501", "0A000", "26000"}) {
    EXPECT_TRUE(MayLogPrimary(server, Stage::kExecute)) << server;
  }
  EXPECT_TRUE(MayLogPrimary("42601", Stage::kParse));
  EXPECT_TRUE(MayLogPrimary("42P07", Stage::kScript));
  EXPECT_FALSE(MayLogPrimary("22P02", Stage::kScript));
  EXPECT_FALSE(MayLogPrimary("23505", Stage::kScript));
}

// ---- Deadline

TEST(DeadlineTest, PassedAndFarAway) {
  EXPECT_TRUE(Deadline::After(absl::ZeroDuration()).Passed());
  EXPECT_TRUE(Deadline::After(-absl::InfiniteDuration()).Passed());
  EXPECT_EQ(Deadline::After(-absl::Seconds(1)).Remaining(), absl::ZeroDuration());
  const Deadline far = Deadline::After(absl::InfiniteDuration());
  EXPECT_FALSE(far.Passed());
  EXPECT_GT(far.Remaining(), absl::Hours(24 * 364));
  const Deadline near = Deadline::After(absl::Hours(1));
  EXPECT_EQ(Earlier(far, near).at(), near.at());
  EXPECT_EQ(Earlier(near, far).at(), near.at());
}

// ---- embedding

TEST(EmbedSqlTest, ATextIsTheFileByteForByte) {
  static_assert(testdata::kPlain.name == "plain");
  EXPECT_EQ(testdata::kPlain.text,
            "-- Says hello; this line stays with the statement.\n"
            "SELECT 'hello; [world] \\n ${x} @y@ $1 \"quoted\" ''text''' AS greeting\n");
}

TEST(EmbedSqlTest, ATextMayHoldTheDelimiter) {
  EXPECT_EQ(testdata::kLooksLikeTheEnd2.name, "looks_like_the_end_2");
  EXPECT_EQ(testdata::kLooksLikeTheEnd2.text,
            "SELECT ')sql\"' || ')sql1\"' || 'Zürich — €' AS tricky\n");
}

TEST(EmbedSqlTest, ALongTextIsWhole) {
  std::string expected;
  for (int i = 1; i <= 200; ++i) {
    expected += absl::StrFormat("-- line %03d: a comment that makes this statement long\n", i);
  }
  expected += "SELECT 1\n";
  EXPECT_EQ(testdata::kLong.text, expected);
}

TEST(EmbedSqlTest, MigrationsAreInOrder) {
  ASSERT_EQ(testdata::kMigrations.size(), 2u);
  EXPECT_EQ(testdata::kMigrations[0].number, 1);
  EXPECT_EQ(testdata::kMigrations[0].slug, "first_table");
  EXPECT_THAT(std::string(testdata::kMigrations[0].text), HasSubstr("VALUES (1);\n"));
  EXPECT_EQ(testdata::kMigrations[1].number, 2);
  EXPECT_EQ(testdata::kMigrations[1].slug, "second");
}

}  // namespace
}  // namespace stadspoort::postgres
