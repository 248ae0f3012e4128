#include "services/stadspoort/json_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/json_util.h"

namespace stadspoort::client {
namespace {

using nlohmann::ordered_json;

// Finds the place where JSON breaks off: the parser proper keeps it to itself without exceptions.
class FaultFinder : public nlohmann::json_sax<ordered_json> {
 public:
  size_t position() const { return position_; }

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(size_t /*elements*/) override { return true; }
  bool key(string_t& /*value*/) override { return true; }
  bool end_object() override { return true; }
  bool start_array(size_t /*elements*/) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(size_t position, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& /*fault*/) override {
    position_ = position;
    return false;
  }

 private:
  size_t position_ = 0;
};

absl::Status NotJson(absl::string_view text, absl::string_view file) {
  FaultFinder finder;
  ordered_json::sax_parse(text.begin(), text.end(), &finder);
  const absl::string_view before = text.substr(0, finder.position());
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  return absl::InvalidArgumentError(
      absl::StrCat(file, ": not JSON, or not UTF-8; it breaks off in line ", line));
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is a folder, not a file"));
  }
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": cannot be read: ", std::strerror(errno)));
  }
  return text;
}

absl::StatusOr<ordered_json> ParseObject(absl::string_view text, absl::string_view file,
                                         absl::Span<const absl::string_view> keys) {
  ordered_json object =
      ordered_json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded()) return NotJson(text, file);
  if (!object.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": must be one JSON object with ", absl::StrJoin(keys, ", ")));
  }
  for (const auto& [key, value] : object.items()) {
    if (!absl::c_linear_search(keys, key)) {
      return absl::InvalidArgumentError(absl::StrCat(file, ": \"", key, "\" is not expected; only ",
                                                     absl::StrJoin(keys, ", "), " may stand here"));
    }
  }
  return object;
}

absl::Status ReadMessage(const ordered_json& value, absl::string_view where,
                         google::protobuf::Message& message) {
  if (!value.is_object()) {
    return absl::InvalidArgumentError(absl::StrCat(where, " must be an object: { ... }"));
  }
  const auto status = google::protobuf::util::JsonStringToMessage(value.dump(), &message);
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      where, ": ", absl::string_view(status.message().data(), status.message().size())));
}

absl::Status ParseMessage(absl::string_view text, absl::string_view file,
                          google::protobuf::Message& message) {
  const ordered_json value =
      ordered_json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return NotJson(text, file);
  return ReadMessage(value, file, message);
}

}  // namespace stadspoort::client
