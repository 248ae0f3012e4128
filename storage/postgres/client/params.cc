#include "storage/postgres/client/params.h"

#include "storage/postgres/client/wire.h"

namespace stadspoort::postgres {
namespace {

// PostgreSQL's own bound on one value (MaxAllocSize).
constexpr size_t kMaxValueBytes = size_t{1} << 30;

std::string_view AsView(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Params& Params::Append(Type type, std::string_view bytes) {
  const size_t start = bytes_.size();
  bytes_.append(bytes);
  return Close(type, start);
}

Params& Params::Close(Type type, size_t start) {
  const size_t size = bytes_.size() - start;
  if (size >= kMaxValueBytes) {
    status_.Update(absl::InternalError("a parameter is larger than PostgreSQL can hold"));
  }
  fields_.push_back({type, /*null=*/false, start, size});
  return *this;
}

Params& Params::Null(Type type) {
  fields_.push_back({type, /*null=*/true, bytes_.size(), 0});
  return *this;
}

Params::Value Params::value(size_t index) const {
  const Field& field = fields_[index];
  return {field.type, field.null, std::string_view(bytes_).substr(field.start, field.size)};
}

Params& Params::Json(std::string_view value) {
  const size_t start = bytes_.size();
  bytes_.push_back(1);  // the version of jsonb's binary format
  bytes_.append(value);
  return Close(Type::kJsonb, start);
}

Params& Params::Bytes(std::span<const uint8_t> value) {
  return Append(Type::kBytes, AsView(value));
}

Params& Params::Uuid(std::span<const uint8_t, 16> value) {
  return Append(Type::kUuid, AsView(value));
}

Params& Params::Int(int64_t value) {
  const size_t start = bytes_.size();
  wire::AppendInt64(bytes_, value);
  return Close(Type::kInt8, start);
}

Params& Params::Double(double value) {
  const size_t start = bytes_.size();
  wire::AppendDouble(bytes_, value);
  return Close(Type::kFloat8, start);
}

Params& Params::Time(absl::Time value) {
  const size_t start = bytes_.size();
  wire::AppendTime(bytes_, value);
  return Close(Type::kTime, start);
}

Params& Params::Day(absl::CivilDay value) {
  const size_t start = bytes_.size();
  if (!wire::AppendDay(bytes_, value)) {
    status_.Update(absl::InternalError("a day is further away than PostgreSQL can hold"));
  }
  return Close(Type::kDay, start);
}

template <typename T, typename AppendElement>
Params& Params::Array(Type type, Type element, absl::Span<const T> values, AppendElement append) {
  const size_t start = bytes_.size();
  wire::AppendArrayHead(bytes_, element, static_cast<int32_t>(values.size()));
  for (const T& value : values) append(value);
  return Close(type, start);
}

Params& Params::TextArray(absl::Span<const std::string_view> values) {
  return Array(Type::kTextArray, Type::kText, values, [this](std::string_view value) {
    wire::AppendInt32(bytes_, static_cast<int32_t>(value.size()));
    bytes_.append(value);
  });
}

Params& Params::TextArray(absl::Span<const std::string> values) {
  const std::vector<std::string_view> views(values.begin(), values.end());
  return TextArray(absl::MakeConstSpan(views));
}

Params& Params::BytesArray(absl::Span<const std::string> values) {
  return Array(Type::kBytesArray, Type::kBytes, values, [this](const std::string& value) {
    wire::AppendInt32(bytes_, static_cast<int32_t>(value.size()));
    bytes_.append(value);
  });
}

Params& Params::UuidArray(absl::Span<const std::array<uint8_t, 16>> values) {
  return Array(Type::kUuidArray, Type::kUuid, values, [this](const auto& value) {
    wire::AppendInt32(bytes_, 16);
    bytes_.append(AsView(value));
  });
}

Params& Params::IntArray(absl::Span<const int64_t> values) {
  return Array(Type::kInt8Array, Type::kInt8, values, [this](int64_t value) {
    wire::AppendInt32(bytes_, 8);
    wire::AppendInt64(bytes_, value);
  });
}

Params& Params::TimeArray(absl::Span<const absl::Time> values) {
  return Array(Type::kTimeArray, Type::kTime, values, [this](absl::Time value) {
    wire::AppendInt32(bytes_, 8);
    wire::AppendTime(bytes_, value);
  });
}

}  // namespace stadspoort::postgres
