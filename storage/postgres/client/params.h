#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "storage/postgres/client/type.h"

namespace stadspoort::postgres {

// The parameters of one statement, in the order of $1, $2, …:
//
//   Params().Uuid(id).Text(code).Time(start).Time(end)
//
// Everything travels with its type and in PostgreSQL's binary format, so that no SQL needs a cast
// to say what a parameter is and every value arrives exactly. An std::optional of a value stands
// for NULL when it is empty.
//
// A value type; not to be changed from two threads at once. It has no printed form on purpose:
// parameters hold plates and must not reach a log.
class Params {
 public:
  // UTF-8. The server refuses anything else, a zero byte included (22021).
  Params& Text(std::string_view value) { return Append(Type::kText, value); }
  // Abseil's own view, where that is not std::string_view.
  Params& Text(std::same_as<absl::string_view> auto value) {
    return Text(std::string_view(value.data(), value.size()));
  }
  Params& Json(std::string_view value);  // jsonb
  Params& Bytes(std::string_view value) { return Append(Type::kBytes, value); }
  Params& Bytes(std::span<const uint8_t> value);
  Params& Uuid(std::span<const uint8_t, 16> value);
  Params& Int(int64_t value);  // bigint; compares with and assigns to the smaller ones as well
  Params& Double(double value);
  Params& Bool(std::same_as<bool> auto value) { return Append(Type::kBool, value ? kYes : kNo); }
  // timestamptz: whole microseconds, rounded down; InfinitePast is -infinity, InfiniteFuture
  // infinity. What PostgreSQL cannot hold (before 4713 BC, after AD 294276) it refuses (22008).
  Params& Time(absl::Time value);
  Params& Day(absl::CivilDay value);  // date

  template <typename T>
  Params& Text(const std::optional<T>& value) {
    return value ? Text(*value) : Null(Type::kText);
  }
  template <typename T>
  Params& Json(const std::optional<T>& value) {
    return value ? Json(*value) : Null(Type::kJsonb);
  }
  template <typename T>
  Params& Bytes(const std::optional<T>& value) {
    return value ? Bytes(*value) : Null(Type::kBytes);
  }
  template <typename T>
  Params& Uuid(const std::optional<T>& value) {
    return value ? Uuid(*value) : Null(Type::kUuid);
  }
  template <typename T>
  Params& Int(const std::optional<T>& value) {
    return value ? Int(*value) : Null(Type::kInt8);
  }
  template <typename T>
  Params& Double(const std::optional<T>& value) {
    return value ? Double(*value) : Null(Type::kFloat8);
  }
  Params& Bool(const std::optional<bool>& value) {
    return value ? Bool(*value) : Null(Type::kBool);
  }
  template <typename T>
  Params& Time(const std::optional<T>& value) {
    return value ? Time(*value) : Null(Type::kTime);
  }
  template <typename T>
  Params& Day(const std::optional<T>& value) {
    return value ? Day(*value) : Null(Type::kDay);
  }

  Params& NullText() { return Null(Type::kText); }
  Params& Null(Type type);  // also of an array or a range

  // One dimension, no NULL among the elements; empty is an empty array, not NULL.
  Params& TextArray(absl::Span<const std::string> values);
  Params& TextArray(absl::Span<const std::string_view> values);
  Params& BytesArray(absl::Span<const std::string> values);
  Params& UuidArray(absl::Span<const std::array<uint8_t, 16>> values);
  Params& IntArray(absl::Span<const int64_t> values);  // bigint[]
  Params& TimeArray(absl::Span<const absl::Time> values);

  // How they go onto the wire; used by Connection.
  struct Value {
    Type type;
    bool null;
    std::string_view bytes;  // into this Params
  };
  size_t size() const { return fields_.size(); }
  Value value(size_t index) const;
  // Not OK when a value has no form on the wire: over 1 GiB, a day beyond 32 bits. The statement is
  // then refused before anything is sent.
  const absl::Status& status() const { return status_; }

 private:
  struct Field {
    Type type;
    bool null;
    size_t start;
    size_t size;
  };

  static constexpr std::string_view kYes{"\1", 1};
  static constexpr std::string_view kNo{"\0", 1};

  Params& Append(Type type, std::string_view bytes);
  // Everything appended to bytes_ since `start` is one value.
  Params& Close(Type type, size_t start);
  template <typename T, typename AppendElement>
  Params& Array(Type type, Type element, absl::Span<const T> values, AppendElement append);

  std::string bytes_;
  std::vector<Field> fields_;
  absl::Status status_;
};

}  // namespace stadspoort::postgres
