#include "services/platform/asked_digest.h"

#include <sodium.h>

#include "absl/strings/str_cat.h"

namespace stadspoort::platform {
namespace {

constexpr size_t kDigestBytes = 32;

}  // namespace

// Length in front: no two lists of fields give the same text.
AskedDigest& AskedDigest::Add(absl::string_view field) {
  absl::StrAppend(&text_, field.size(), ":", field, ";");
  return *this;
}

AskedDigest& AskedDigest::Add(int64_t number) { return Add(absl::StrCat(number)); }

AskedDigest& AskedDigest::Add(std::optional<absl::Time> time) {
  return Add(time ? absl::StrCat(absl::ToUnixMicros(*time)) : std::string("-"));
}

std::string AskedDigest::bytes() const {
  std::string digest(kDigestBytes, '\0');
  crypto_generichash(reinterpret_cast<uint8_t*>(digest.data()), digest.size(),
                     reinterpret_cast<const uint8_t*>(text_.data()), text_.size(), nullptr, 0);
  return digest;
}

}  // namespace stadspoort::platform
