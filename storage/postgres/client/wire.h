#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "storage/postgres/client/time_range.h"
#include "storage/postgres/client/type.h"

// PostgreSQL's binary formats, as written by the *_send and read by the *_recv functions of the
// server: network byte order, no text in between, so that every value is exact. Internal to this
// room. Pure functions; every decoder is total and returns nothing for bytes it does not know.
namespace stadspoort::postgres::wire {

void AppendInt16(std::string& out, int16_t value);
void AppendInt32(std::string& out, int32_t value);
void AppendInt64(std::string& out, int64_t value);
void AppendDouble(std::string& out, double value);

// Microseconds since 2000-01-01 UTC, rounded down; the infinities are PostgreSQL's own. A time that
// PostgreSQL cannot hold is sent as one it refuses (22008), never as an infinity.
void AppendTime(std::string& out, absl::Time value);

// Days since 2000-01-01. False, and nothing appended, for a day that does not fit 32 bits.
bool AppendDay(std::string& out, absl::CivilDay value);

// The head of a one-dimensional array without NULLs; each element follows as its length (int32) and
// its bytes. An array of no elements has no dimension.
void AppendArrayHead(std::string& out, Type element, int32_t size);

std::optional<bool> DecodeBool(std::string_view bytes);
std::optional<int64_t> DecodeInt(std::string_view bytes);    // 2, 4 or 8 bytes
std::optional<double> DecodeDouble(std::string_view bytes);  // 4 or 8 bytes
std::optional<std::array<uint8_t, 16>> DecodeUuid(std::string_view bytes);
std::optional<absl::Time> DecodeTime(std::string_view bytes);
std::optional<absl::CivilDay> DecodeDay(std::string_view bytes);  // nothing for ±infinity
std::optional<std::string_view> DecodeJsonb(std::string_view bytes);

// Only the forms that mean [start, end): an exclusive finite start or an inclusive finite end is a
// range this system never writes, and is not read as something else.
std::optional<TimeRange> DecodeTimeRange(std::string_view bytes);
std::optional<std::vector<TimeRange>> DecodeTimeMultirange(std::string_view bytes);

// The elements of an array of at most one dimension, none of them NULL. The views point into
// `bytes`.
std::optional<std::vector<std::string_view>> DecodeArray(std::string_view bytes, Type element);

}  // namespace stadspoort::postgres::wire
