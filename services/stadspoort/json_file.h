#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"

// Files that a person wrote: city.json, rules.json, regulation.json. Every fault names the file and
// the place in it.
namespace stadspoort::client {

// The whole file. INVALID_ARGUMENT when it cannot be read.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// The JSON object in `text`, whose keys must be out of `keys`; `file` is for the fault's text.
// A fault in the JSON itself is told with its line.
absl::StatusOr<nlohmann::ordered_json> ParseObject(absl::string_view text, absl::string_view file,
                                                   absl::Span<const absl::string_view> keys);

// Fills `message` from protobuf's JSON mapping of it. `where` begins the fault's text:
// "city.json: right_types[2]".
absl::Status ReadMessage(const nlohmann::ordered_json& value, absl::string_view where,
                         google::protobuf::Message& message);

// The same of a whole file, whose text is `text`.
absl::Status ParseMessage(absl::string_view text, absl::string_view file,
                          google::protobuf::Message& message);

// A message of the type for each element of `list`, which must be an array.
template <typename Message>
absl::StatusOr<std::vector<Message>> ReadMessages(const nlohmann::ordered_json& list,
                                                  const std::string& where);

// Implementation only.

template <typename Message>
absl::StatusOr<std::vector<Message>> ReadMessages(const nlohmann::ordered_json& list,
                                                  const std::string& where) {
  if (!list.is_array()) {
    return absl::InvalidArgumentError(where + " must be a list: [ ... ]");
  }
  std::vector<Message> messages(list.size());
  for (size_t i = 0; i < list.size(); ++i) {
    const absl::Status status =
        ReadMessage(list[i], where + "[" + std::to_string(i) + "]", messages[i]);
    if (!status.ok()) return status;
  }
  return messages;
}

}  // namespace stadspoort::client
