#include "storage/postgres/client/wire.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

namespace stadspoort::postgres::wire {
namespace {

constexpr int64_t kInfinity = std::numeric_limits<int64_t>::max();
constexpr int64_t kMinusInfinity = std::numeric_limits<int64_t>::min();
constexpr int64_t kEpochUnixSeconds = 946'684'800;  // 2000-01-01 00:00:00 UTC
constexpr absl::CivilDay kEpochDay(2000, 1, 1);

// Flags of range_send (src/include/utils/rangetypes.h).
constexpr uint8_t kRangeEmpty = 0x01;
constexpr uint8_t kStartInclusive = 0x02;
constexpr uint8_t kEndInclusive = 0x04;
constexpr uint8_t kNoStart = 0x08;
constexpr uint8_t kNoEnd = 0x10;

template <typename T>
void AppendBigEndian(std::string& out, T value) {
  using Unsigned = std::make_unsigned_t<T>;
  const auto bits = static_cast<Unsigned>(value);
  for (size_t i = sizeof(T); i-- > 0;) out.push_back(static_cast<char>((bits >> (8 * i)) & 0xff));
}

template <typename T>
T BigEndian(std::string_view bytes) {
  using Unsigned = std::make_unsigned_t<T>;
  Unsigned bits = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    bits = static_cast<Unsigned>((bits << 8) | static_cast<uint8_t>(bytes[i]));
  }
  return static_cast<T>(bits);
}

// Takes pieces off the front of a value; once something is missing, everything after it is too.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::string_view Take(size_t size) {
    if (size > rest_.size()) {
      intact_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view piece = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return piece;
  }
  template <typename T>
  T Number() {
    const std::string_view piece = Take(sizeof(T));
    return intact_ ? BigEndian<T>(piece) : T{};
  }
  // A length and as many bytes; a negative length (NULL) counts as missing.
  std::string_view Sized() {
    const auto size = Number<int32_t>();
    if (size < 0) intact_ = false;
    return intact_ ? Take(static_cast<size_t>(size)) : std::string_view();
  }
  bool intact() const { return intact_; }
  bool AtEnd() const { return intact_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool intact_ = true;
};

// One bound of a range: `open` when it has none, `inclusive` as its flags say.
std::optional<absl::Time> Bound(Reader& reader, bool open, absl::Time when_open) {
  if (open) return when_open;
  return DecodeTime(reader.Sized());
}

bool Infinite(absl::Time time) {
  return time == absl::InfinitePast() || time == absl::InfiniteFuture();
}

}  // namespace

void AppendInt16(std::string& out, int16_t value) { AppendBigEndian(out, value); }
void AppendInt32(std::string& out, int32_t value) { AppendBigEndian(out, value); }
void AppendInt64(std::string& out, int64_t value) { AppendBigEndian(out, value); }
void AppendDouble(std::string& out, double value) {
  AppendBigEndian(out, std::bit_cast<int64_t>(value));
}

void AppendTime(std::string& out, absl::Time value) {
  if (value == absl::InfiniteFuture()) return AppendInt64(out, kInfinity);
  if (value == absl::InfinitePast()) return AppendInt64(out, kMinusInfinity);
  const absl::Duration since =
      absl::Floor(value - absl::FromUnixSeconds(kEpochUnixSeconds), absl::Microseconds(1));
  // Saturates; what does not fit is far outside what the server accepts.
  AppendInt64(out, std::clamp(absl::ToInt64Microseconds(since), kMinusInfinity + 1, kInfinity - 1));
}

bool AppendDay(std::string& out, absl::CivilDay value) {
  const int64_t days = value - kEpochDay;
  // The two extremes are PostgreSQL's infinities.
  if (days <= std::numeric_limits<int32_t>::min() || days >= std::numeric_limits<int32_t>::max()) {
    return false;
  }
  AppendInt32(out, static_cast<int32_t>(days));
  return true;
}

void AppendArrayHead(std::string& out, Type element, int32_t size) {
  AppendInt32(out, size == 0 ? 0 : 1);  // dimensions
  AppendInt32(out, 0);                  // no NULL among the elements
  AppendInt32(out, static_cast<int32_t>(element));
  if (size == 0) return;
  AppendInt32(out, size);
  AppendInt32(out, 1);  // subscripts start at 1
}

std::optional<bool> DecodeBool(std::string_view bytes) {
  if (bytes.size() != 1) return std::nullopt;
  return bytes[0] != 0;
}

std::optional<int64_t> DecodeInt(std::string_view bytes) {
  switch (bytes.size()) {
    case 2:
      return BigEndian<int16_t>(bytes);
    case 4:
      return BigEndian<int32_t>(bytes);
    case 8:
      return BigEndian<int64_t>(bytes);
    default:
      return std::nullopt;
  }
}

std::optional<double> DecodeDouble(std::string_view bytes) {
  if (bytes.size() == 4) return std::bit_cast<float>(BigEndian<int32_t>(bytes));
  if (bytes.size() == 8) return std::bit_cast<double>(BigEndian<int64_t>(bytes));
  return std::nullopt;
}

std::optional<std::array<uint8_t, 16>> DecodeUuid(std::string_view bytes) {
  std::array<uint8_t, 16> uuid;
  if (bytes.size() != uuid.size()) return std::nullopt;
  std::memcpy(uuid.data(), bytes.data(), uuid.size());
  return uuid;
}

std::optional<absl::Time> DecodeTime(std::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  const auto micros = BigEndian<int64_t>(bytes);
  if (micros == kInfinity) return absl::InfiniteFuture();
  if (micros == kMinusInfinity) return absl::InfinitePast();
  // In absl's own arithmetic: the last times PostgreSQL knows are past 2^63 µs of Unix time.
  return absl::FromUnixSeconds(kEpochUnixSeconds) + absl::Microseconds(micros);
}

std::optional<absl::CivilDay> DecodeDay(std::string_view bytes) {
  if (bytes.size() != 4) return std::nullopt;
  const auto days = BigEndian<int32_t>(bytes);
  if (days == std::numeric_limits<int32_t>::max() || days == std::numeric_limits<int32_t>::min()) {
    return std::nullopt;
  }
  return kEpochDay + days;
}

std::optional<std::string_view> DecodeJsonb(std::string_view bytes) {
  constexpr char kVersion = 1;
  if (bytes.empty() || bytes[0] != kVersion) return std::nullopt;
  return bytes.substr(1);
}

std::optional<TimeRange> DecodeTimeRange(std::string_view bytes) {
  Reader reader(bytes);
  const auto flags = reader.Number<uint8_t>();
  if (!reader.intact()) return std::nullopt;
  if ((flags & kRangeEmpty) != 0) {
    if (!reader.AtEnd()) return std::nullopt;
    return TimeRange{absl::UnixEpoch(), absl::UnixEpoch()};
  }
  const auto start = Bound(reader, (flags & kNoStart) != 0, absl::InfinitePast());
  const auto end = Bound(reader, (flags & kNoEnd) != 0, absl::InfiniteFuture());
  if (!start || !end || !reader.AtEnd()) return std::nullopt;
  if ((flags & kStartInclusive) == 0 && !Infinite(*start)) return std::nullopt;
  if ((flags & kEndInclusive) != 0 && !Infinite(*end)) return std::nullopt;
  return TimeRange{*start, *end};
}

std::optional<std::vector<TimeRange>> DecodeTimeMultirange(std::string_view bytes) {
  Reader reader(bytes);
  const auto count = reader.Number<int32_t>();
  if (!reader.intact() || count < 0) return std::nullopt;
  std::vector<TimeRange> ranges;
  for (int32_t i = 0; i < count; ++i) {
    const auto range = DecodeTimeRange(reader.Sized());
    if (!reader.intact() || !range) return std::nullopt;
    ranges.push_back(*range);
  }
  if (!reader.AtEnd()) return std::nullopt;
  return ranges;
}

std::optional<std::vector<std::string_view>> DecodeArray(std::string_view bytes, Type element) {
  Reader reader(bytes);
  const auto dimensions = reader.Number<int32_t>();
  reader.Number<int32_t>();  // whether there are NULLs; Sized sees for itself
  const auto type = reader.Number<int32_t>();
  if (!reader.intact() || type != static_cast<int32_t>(element)) return std::nullopt;
  std::vector<std::string_view> elements;
  if (dimensions == 0) return reader.AtEnd() ? std::optional(elements) : std::nullopt;
  if (dimensions != 1) return std::nullopt;
  const auto size = reader.Number<int32_t>();
  reader.Number<int32_t>();  // the first subscript: the order is what counts
  for (int32_t i = 0; i < size && reader.intact(); ++i) elements.push_back(reader.Sized());
  if (!reader.AtEnd()) return std::nullopt;
  return elements;
}

}  // namespace stadspoort::postgres::wire
