#include "services/stadspoort/json_text.h"

#include <string>

#include "google/protobuf/util/json_util.h"

namespace stadspoort::client {

using nlohmann::ordered_json;

ordered_json MessageJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  // A time outside of the calendar has no JSON form.
  if (!status.ok()) return {{"unprintable", status.ToString()}};
  return ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace stadspoort::client
