#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stadspoort::redis {

// What Redis answered to one command. A value: it owns what it holds, and views of it live as long
// as it does. It cannot be printed, so that no value comes into a log by accident.
class Reply {
 public:
  enum class Kind { kNil, kString, kInteger, kArray, kError, kStatus };

  Reply() = default;  // nil
  static Reply String(std::string bytes) { return Reply(Kind::kString, std::move(bytes)); }
  static Reply Integer(int64_t integer);
  static Reply Array(std::vector<Reply> elements);
  static Reply Error(std::string text) { return Reply(Kind::kError, std::move(text)); }
  static Reply Status(std::string text) { return Reply(Kind::kStatus, std::move(text)); }

  Kind kind() const { return kind_; }
  bool is_nil() const { return kind_ == Kind::kNil; }
  bool is_error() const { return kind_ == Kind::kError; }

  // Each is empty when the reply is of another kind.
  std::optional<std::string_view> string() const { return TextOf(Kind::kString); }
  std::optional<int64_t> integer() const;
  const std::vector<Reply>& array() const { return elements_; }
  std::optional<std::string_view> status() const { return TextOf(Kind::kStatus); }
  // Not for logs: Redis quotes arguments in some of its errors.
  std::optional<std::string_view> error() const { return TextOf(Kind::kError); }
  // The first word of an error, such as WRONGTYPE: what to decide by.
  std::optional<std::string_view> error_code() const;

  bool operator==(const Reply& other) const = default;

 private:
  explicit Reply(Kind kind, std::string text = {}) : kind_(kind), text_(std::move(text)) {}
  std::optional<std::string_view> TextOf(Kind kind) const;

  Kind kind_ = Kind::kNil;
  std::string text_;
  int64_t integer_ = 0;
  std::vector<Reply> elements_;
};

}  // namespace stadspoort::redis
