#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

// Messages as the register sends them, written by hand.
namespace stadspoort::client {

template <typename Message>
Message FromJson(absl::string_view json) {
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(std::string(json), &message);
  EXPECT_TRUE(status.ok()) << status << "\n" << json;
  return message;
}

inline absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}

}  // namespace stadspoort::client
