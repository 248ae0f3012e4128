#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "storage/postgres/client/time_range.h"
#include "storage/postgres/client/type.h"

struct pg_result;

namespace stadspoort::postgres {

// A column of a row, by its position from 0 or by its exact name.
class Column {
 public:
  Column(int index) : index_(index) {}            // NOLINT(google-explicit-constructor)
  Column(const char* name) : name_(name) {}       // NOLINT(google-explicit-constructor)
  Column(std::string_view name) : name_(name) {}  // NOLINT(google-explicit-constructor)

 private:
  friend class Row;
  int index_ = -1;
  std::string_view name_;
};

namespace internal {

// How one kind of value is read (result.cc).
template <typename T>
struct Reader;

template <typename T>
struct Unwrapped {
  using type = T;
};
template <typename T>
struct Unwrapped<absl::StatusOr<T>> {
  using type = T;
};

}  // namespace internal

// One row, while it is being converted (see Result). Readers return a value of their type; the
// Optional ones return nothing for NULL. Where the column does not exist, is of another type, is
// NULL without being asked as Optional or has bytes that make no sense, the reader returns a
// placeholder and the row is unreadable from then on: status() is Internal and nothing converted
// from the row leaves Result.
class Row {
 public:
  bool IsNull(Column column);

  std::string Text(Column column);  // text, varchar, char(n), name; an enum must be cast to text
  std::string Json(Column column);  // json, jsonb
  std::string Bytes(Column column);
  std::array<uint8_t, 16> Uuid(Column column);
  int64_t Int(Column column);  // smallint, integer, bigint, xid8
  bool Bool(Column column);
  double Double(Column column);                      // real, double precision
  absl::Time Time(Column column);                    // timestamptz, its infinities included
  absl::CivilDay Day(Column column);                 // date; ±infinity is unreadable
  TimeRange Range(Column column);                    // tstzrange of the form [start, end)
  std::vector<TimeRange> Multirange(Column column);  // tstzmultirange, ascending

  // Arrays of at most one dimension without NULLs.
  std::vector<std::string> TextArray(Column column);
  std::vector<std::string> BytesArray(Column column);
  std::vector<std::array<uint8_t, 16>> UuidArray(Column column);
  std::vector<int64_t> IntArray(Column column);
  std::vector<absl::Time> TimeArray(Column column);

  std::optional<std::string> OptionalText(Column column);
  std::optional<std::string> OptionalJson(Column column);
  std::optional<std::string> OptionalBytes(Column column);
  std::optional<std::array<uint8_t, 16>> OptionalUuid(Column column);
  std::optional<int64_t> OptionalInt(Column column);
  std::optional<bool> OptionalBool(Column column);
  std::optional<double> OptionalDouble(Column column);
  std::optional<absl::Time> OptionalTime(Column column);
  std::optional<absl::CivilDay> OptionalDay(Column column);
  std::optional<TimeRange> OptionalRange(Column column);

  // Of the first reader that failed. Says statement, column and kind of fault, never a value.
  const absl::Status& status() const { return status_; }

 private:
  friend class Result;

  Row(const pg_result* result, std::string_view statement, int row)
      : result_(result), statement_(statement), row_(row) {}

  int Find(Column column);  // -1 after a fault
  void Fault(int column, std::string_view what);
  template <typename T>
  std::optional<T> Read(Column column, const internal::Reader<T>& reader);
  template <typename T>
  T Require(Column column, const internal::Reader<T>& reader);

  const pg_result* result_;
  std::string_view statement_;
  int row_;
  int next_ = 0;  // after the column that was read last
  absl::Status status_;
};

// What a converting function makes of a row: T, whether it returns T or StatusOr<T>.
template <typename F>
using Converted = typename internal::Unwrapped<std::invoke_result_t<F&, Row&>>::type;

// What one statement gave. Rows are only handed out to a function that converts them, and what
// that function returns only comes out when the row was readable to the end:
//
//   absl::StatusOr<Zone> zone = result.One([](Row& row) {
//     return Zone{.id = row.Uuid("zone_id"), .code = row.Text("code")};
//   });
//
// So a reader that does not fit its column can be neither overlooked nor turn into a silent 0 or
// "": the caller holds a status instead of values. An abort was the other way to get that, but a
// single row that a migration made NULL would then take down every role in the process again and
// again; Internal fails that one request (a check: UNKNOWN), and is counted and logged like any
// other. The function must do nothing but convert: before Result has looked at the row's status,
// its values may be placeholders. It may itself return StatusOr<T>, for text that must be parsed.
//
// Movable; reading it from several threads is safe.
class Result {
 public:
  // Takes ownership. `statement` must have static storage.
  Result(pg_result* result, std::string_view statement) : result_(result), statement_(statement) {}

  int size() const;  // rows returned
  bool empty() const { return size() == 0; }
  int64_t affected() const;  // rows inserted, updated, deleted or selected

  // Every row in order; stops at the first unreadable one.
  [[nodiscard]] absl::Status Each(absl::FunctionRef<void(Row&)> visit) const;

  template <typename F>
  [[nodiscard]] auto Rows(F convert) const -> absl::StatusOr<std::vector<Converted<F>>>;
  // Internal when there is not exactly one.
  template <typename F>
  [[nodiscard]] auto One(F convert) const -> absl::StatusOr<Converted<F>>;
  // Internal when there is more than one.
  template <typename F>
  [[nodiscard]] auto AtMostOne(F convert) const -> absl::StatusOr<std::optional<Converted<F>>>;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };

  friend class Connection;
  const pg_result* get() const { return result_.get(); }
  template <typename F>
  absl::StatusOr<Converted<F>> Convert(int index, F& convert) const;
  absl::Status WrongSize(std::string_view expected) const;

  std::unique_ptr<pg_result, Clear> result_;
  std::string_view statement_;
};

template <typename F>
absl::StatusOr<Converted<F>> Result::Convert(int index, F& convert) const {
  Row row(result_.get(), statement_, index);
  absl::StatusOr<Converted<F>> converted = convert(row);
  // The row's own fault first: the function may have stumbled over a placeholder.
  if (!row.status().ok()) return row.status();
  return converted;
}

template <typename F>
auto Result::Rows(F convert) const -> absl::StatusOr<std::vector<Converted<F>>> {
  std::vector<Converted<F>> rows;
  rows.reserve(static_cast<size_t>(size()));
  for (int i = 0; i < size(); ++i) {
    auto row = Convert(i, convert);
    if (!row.ok()) return row.status();
    rows.push_back(*std::move(row));
  }
  return rows;
}

template <typename F>
auto Result::One(F convert) const -> absl::StatusOr<Converted<F>> {
  if (size() != 1) return WrongSize("one row");
  return Convert(0, convert);
}

template <typename F>
auto Result::AtMostOne(F convert) const -> absl::StatusOr<std::optional<Converted<F>>> {
  if (size() > 1) return WrongSize("at most one row");
  if (empty()) return std::optional<Converted<F>>();
  auto row = Convert(0, convert);
  if (!row.ok()) return row.status();
  return std::optional<Converted<F>>(*std::move(row));
}

}  // namespace stadspoort::postgres
