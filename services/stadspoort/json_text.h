#pragma once

#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"

namespace stadspoort::client {

// The message in protobuf's own JSON mapping (lowerCamelCase names, RFC 3339 times, enums by name,
// bytes in base64), with fields that hold their default written out too: a program need not know
// them.
nlohmann::ordered_json MessageJson(const google::protobuf::Message& message);

}  // namespace stadspoort::client
