#include "storage/postgres/client/result.h"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "storage/postgres/client/wire.h"

namespace stadspoort::postgres {

// The types a kind of value may stand in, and how its bytes are understood (nothing: not at all).
template <typename T>
struct internal::Reader {
  std::array<Type, 4> types;  // unused places hold Type{}, which is no type
  std::optional<T> (*decode)(Type type, std::string_view bytes);

  bool Accepts(Type type) const {
    return std::find(types.begin(), types.end(), type) != types.end();
  }
};

namespace {

using internal::Reader;
using Uuid16 = std::array<uint8_t, 16>;

std::optional<std::string> AsIs(Type, std::string_view bytes) { return std::string(bytes); }

std::optional<std::string> JsonText(Type type, std::string_view bytes) {
  if (type == Type::kJson) return std::string(bytes);
  const auto text = wire::DecodeJsonb(bytes);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

// Leaves the type out of a decoder that does not need it.
template <auto decode>
auto Plain(Type, std::string_view bytes) {
  return decode(bytes);
}

// The type of the elements of an array type.
Type ElementOf(Type array) {
  switch (array) {
    case Type::kVarcharArray:
      return Type::kVarchar;
    case Type::kBytesArray:
      return Type::kBytes;
    case Type::kUuidArray:
      return Type::kUuid;
    case Type::kInt8Array:
      return Type::kInt8;
    case Type::kInt4Array:
      return Type::kInt4;
    case Type::kTimeArray:
      return Type::kTime;
    default:
      return Type::kText;
  }
}

template <typename T, std::optional<T> (*decode)(Type, std::string_view)>
std::optional<std::vector<T>> Elements(Type type, std::string_view bytes) {
  const Type element = ElementOf(type);
  const auto pieces = wire::DecodeArray(bytes, element);
  if (!pieces) return std::nullopt;
  std::vector<T> values;
  values.reserve(pieces->size());
  for (const std::string_view piece : *pieces) {
    std::optional<T> value = decode(element, piece);
    if (!value) return std::nullopt;
    values.push_back(*std::move(value));
  }
  return values;
}

constexpr Reader<std::string> kText{{Type::kText, Type::kVarchar, Type::kBpchar, Type::kName},
                                    AsIs};
constexpr Reader<std::string> kJson{{Type::kJsonb, Type::kJson}, JsonText};
constexpr Reader<std::string> kBytes{{Type::kBytes}, AsIs};
constexpr Reader<Uuid16> kUuid{{Type::kUuid}, Plain<wire::DecodeUuid>};
constexpr Reader<int64_t> kInt{{Type::kInt8, Type::kInt4, Type::kInt2, Type::kXid8},
                               Plain<wire::DecodeInt>};
constexpr Reader<bool> kBool{{Type::kBool}, Plain<wire::DecodeBool>};
constexpr Reader<double> kDouble{{Type::kFloat8, Type::kFloat4}, Plain<wire::DecodeDouble>};
constexpr Reader<absl::Time> kTime{{Type::kTime}, Plain<wire::DecodeTime>};
constexpr Reader<absl::CivilDay> kDay{{Type::kDay}, Plain<wire::DecodeDay>};
constexpr Reader<TimeRange> kRange{{Type::kTimeRange}, Plain<wire::DecodeTimeRange>};
constexpr Reader<std::vector<TimeRange>> kMultirange{{Type::kTimeMultirange},
                                                     Plain<wire::DecodeTimeMultirange>};
constexpr Reader<std::vector<std::string>> kTextArray{{Type::kTextArray, Type::kVarcharArray},
                                                      Elements<std::string, AsIs>};
constexpr Reader<std::vector<std::string>> kBytesArray{{Type::kBytesArray},
                                                       Elements<std::string, AsIs>};
constexpr Reader<std::vector<Uuid16>> kUuidArray{{Type::kUuidArray},
                                                 Elements<Uuid16, Plain<wire::DecodeUuid>>};
constexpr Reader<std::vector<int64_t>> kIntArray{{Type::kInt8Array, Type::kInt4Array},
                                                 Elements<int64_t, Plain<wire::DecodeInt>>};
constexpr Reader<std::vector<absl::Time>> kTimeArray{{Type::kTimeArray},
                                                     Elements<absl::Time, Plain<wire::DecodeTime>>};

}  // namespace

int Row::Find(Column column) {
  const int columns = PQnfields(result_);
  // PQfnumber would fold the case of the name and copy it. Rows are mostly read in the order of
  // their columns, so the search begins after the last one found.
  for (int n = 0; n < columns; ++n) {
    const int i = (next_ + n) % columns;
    if (i == column.index_ || (column.index_ < 0 && PQfname(result_, i) == column.name_)) {
      next_ = i + 1;
      return i;
    }
  }
  if (column.index_ < 0) {
    Fault(-1, std::string("there is no column ").append(column.name_));
  } else {
    Fault(-1, absl::StrCat("there is no column at ", column.index_));
  }
  return -1;
}

// libpq must not be asked for a column that does not exist: it tells its connection of that, which
// may be gone by now. Hence the check here, and Find before everything else.
void Row::Fault(int column, std::string_view what) {
  std::string text("statement ");
  text.append(statement_);
  if (column >= 0) absl::StrAppend(&text, ", column ", PQfname(result_, column));
  text.append(": ").append(what);
  status_.Update(absl::InternalError(text));
}

template <typename T>
std::optional<T> Row::Read(Column column, const Reader<T>& reader) {
  const int index = Find(column);
  if (index < 0) return std::nullopt;
  const auto type = static_cast<Type>(PQftype(result_, index));
  if (!reader.Accepts(type)) {  // for a NULL as well, so that the first test run shows it
    Fault(index, absl::StrCat("is of type ", PQftype(result_, index), ", read as another"));
    return std::nullopt;
  }
  if (PQgetisnull(result_, row_, index) != 0) return std::nullopt;
  const std::string_view bytes(PQgetvalue(result_, row_, index),
                               static_cast<size_t>(PQgetlength(result_, row_, index)));
  std::optional<T> value = reader.decode(type, bytes);
  if (!value) Fault(index, "holds a value of a form that is not read");
  return value;
}

template <typename T>
T Row::Require(Column column, const Reader<T>& reader) {
  std::optional<T> value = Read(column, reader);
  if (value) return *std::move(value);
  if (status_.ok()) Fault(Find(column), "is NULL");
  return T();
}

bool Row::IsNull(Column column) {
  const int index = Find(column);
  return index < 0 || PQgetisnull(result_, row_, index) != 0;
}

std::string Row::Text(Column column) { return Require(column, kText); }
std::string Row::Json(Column column) { return Require(column, kJson); }
std::string Row::Bytes(Column column) { return Require(column, kBytes); }
Uuid16 Row::Uuid(Column column) { return Require(column, kUuid); }
int64_t Row::Int(Column column) { return Require(column, kInt); }
bool Row::Bool(Column column) { return Require(column, kBool); }
double Row::Double(Column column) { return Require(column, kDouble); }
absl::Time Row::Time(Column column) { return Require(column, kTime); }
absl::CivilDay Row::Day(Column column) { return Require(column, kDay); }
TimeRange Row::Range(Column column) { return Require(column, kRange); }
std::vector<TimeRange> Row::Multirange(Column column) { return Require(column, kMultirange); }
std::vector<std::string> Row::TextArray(Column column) { return Require(column, kTextArray); }
std::vector<std::string> Row::BytesArray(Column column) { return Require(column, kBytesArray); }
std::vector<Uuid16> Row::UuidArray(Column column) { return Require(column, kUuidArray); }
std::vector<int64_t> Row::IntArray(Column column) { return Require(column, kIntArray); }
std::vector<absl::Time> Row::TimeArray(Column column) { return Require(column, kTimeArray); }

std::optional<std::string> Row::OptionalText(Column column) { return Read(column, kText); }
std::optional<std::string> Row::OptionalJson(Column column) { return Read(column, kJson); }
std::optional<std::string> Row::OptionalBytes(Column column) { return Read(column, kBytes); }
std::optional<Uuid16> Row::OptionalUuid(Column column) { return Read(column, kUuid); }
std::optional<int64_t> Row::OptionalInt(Column column) { return Read(column, kInt); }
std::optional<bool> Row::OptionalBool(Column column) { return Read(column, kBool); }
std::optional<double> Row::OptionalDouble(Column column) { return Read(column, kDouble); }
std::optional<absl::Time> Row::OptionalTime(Column column) { return Read(column, kTime); }
std::optional<absl::CivilDay> Row::OptionalDay(Column column) { return Read(column, kDay); }
std::optional<TimeRange> Row::OptionalRange(Column column) { return Read(column, kRange); }

void Result::Clear::operator()(pg_result* result) const { PQclear(result); }

int Result::size() const { return PQntuples(result_.get()); }

int64_t Result::affected() const {
  const std::string_view text = PQcmdTuples(result_.get());
  int64_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

absl::Status Result::Each(absl::FunctionRef<void(Row&)> visit) const {
  for (int i = 0; i < size(); ++i) {
    Row row(result_.get(), statement_, i);
    visit(row);
    if (!row.status().ok()) return row.status();
  }
  return absl::OkStatus();
}

absl::Status Result::WrongSize(std::string_view expected) const {
  std::string text("statement ");
  text.append(statement_).append(" should return ").append(expected);
  return absl::InternalError(absl::StrCat(text, ", not ", size()));
}

}  // namespace stadspoort::postgres
