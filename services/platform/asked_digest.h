#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace stadspoort::platform {

// What was asked, as 32 bytes: two requests share them exactly when they ask for the same.
class AskedDigest {
 public:
  explicit AskedDigest(absl::string_view method) { Add(method); }
  AskedDigest& Add(absl::string_view field);
  AskedDigest& Add(int64_t number);
  AskedDigest& Add(std::optional<absl::Time> time);
  std::string bytes() const;

 private:
  std::string text_;
};

}  // namespace stadspoort::platform
