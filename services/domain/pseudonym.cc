#include "services/domain/pseudonym.h"

#include <sodium.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/domain/refusal.h"

namespace stadspoort::domain {
namespace {

using SipKey = std::array<uint8_t, 16>;
using MasterKey = std::array<uint8_t, 32>;

static_assert(crypto_shorthash_siphashx24_KEYBYTES == std::tuple_size_v<SipKey>);
static_assert(crypto_shorthash_siphashx24_BYTES == sizeof(Pseudonym::bytes));
static_assert(crypto_generichash_KEYBYTES == std::tuple_size_v<MasterKey>);
static_assert(crypto_generichash_BYTES_MIN <= std::tuple_size_v<SipKey>);

// Every key comes out of Parse or NewLine, so it is enough that these two call it; it may be called
// again and from any thread. Before it, libsodium has not chosen its implementations and its random
// generator is not ready for several threads.
bool SodiumReady() { return sodium_init() >= 0; }

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

Pseudonym Hash(const SipKey& key, absl::string_view text) {
  Pseudonym pseudonym;
  crypto_shorthash_siphashx24(pseudonym.bytes.data(), Bytes(text), text.size(), key.data());
  return pseudonym;
}

// No plate has small letters or spaces, so this is the pseudonym of none.
constexpr absl::string_view kFingerprintText = "stadspoort plate key fingerprint";

// Neither a key id nor a city code has a slash in it, so that no two pairs give one text.
std::string DerivationText(absl::string_view key_id, const CityCode& city) {
  return absl::StrCat("stadspoort/plate-key/1/", key_id, "/", city.value());
}

constexpr size_t kKeyIdMaxLength = 32;

bool IsKeyId(absl::string_view text) {
  return !text.empty() && text.size() <= kKeyIdMaxLength &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(static_cast<unsigned char>(c)) ||
                  absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-';
         });
}

std::optional<MasterKey> ParseMasterKey(absl::string_view hex) {
  MasterKey key;
  size_t size = 0;
  if (hex.size() != 2 * key.size() ||
      sodium_hex2bin(key.data(), key.size(), hex.data(), hex.size(), nullptr, &size, nullptr) !=
          0 ||
      size != key.size()) {
    return std::nullopt;
  }
  return key;
}

// Says where and what, never what was read: it may be a key.
absl::Status BadLine(size_t line, absl::string_view what) {
  return InvalidField(absl::StrCat("line ", line), what);
}

}  // namespace

PlatePseudonyms PlateKey::Of(const PlateNumber& number) const {
  return {Hash(key_, number.value()), Hash(key_, number.Folded())};
}

Pseudonym PlateKey::Fingerprint() const { return Hash(key_, kFingerprintText); }

absl::StatusOr<PlateKeyring> PlateKeyring::Parse(absl::string_view file) {
  if (!SodiumReady()) {
    return Refusal(absl::StatusCode::kInternal, ErrorReason::kInternal, "libsodium did not start");
  }
  PlateKeyring ring;
  size_t line_number = 0;
  for (absl::string_view line : absl::StrSplit(file, '\n')) {
    ++line_number;
    line = line.substr(0, line.find('#'));
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
    if (words.empty()) continue;
    if (words.size() != 2) return BadLine(line_number, "a key id and 64 hex digits are expected");
    if (!IsKeyId(words[0])) {
      return BadLine(line_number, "a key id is 1 to 32 small letters, digits and hyphens");
    }
    const std::optional<MasterKey> key = ParseMasterKey(words[1]);
    if (!key) return BadLine(line_number, "a key is exactly 64 hex digits");
    if (!ring.masters_.try_emplace(words[0], *key).second) {
      return BadLine(line_number, "this key id is on an earlier line too");
    }
    ring.current_key_id_ = std::string(words[0]);
  }
  if (ring.masters_.empty()) return BadLine(line_number, "the file ends without a single key");
  return ring;
}

std::string PlateKeyring::NewLine(absl::string_view key_id) {
  SodiumReady();
  MasterKey key;
  randombytes_buf(key.data(), key.size());
  std::string hex(2 * key.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), key.data(), key.size());
  hex.pop_back();
  return absl::StrCat(key_id, " ", hex, "\n");
}

absl::StatusOr<PlateKey> PlateKeyring::KeyOf(absl::string_view key_id, const CityCode& city) const {
  const auto master = masters_.find(key_id);
  if (master == masters_.end()) {
    return Refusal(absl::StatusCode::kNotFound, ErrorReason::kPlateKeyMismatch,
                   absl::StrCat("the keyring has no plate key '", key_id, "'"));
  }
  const std::string text = DerivationText(key_id, city);
  SipKey key;
  crypto_generichash(key.data(), key.size(), Bytes(text), text.size(), master->second.data(),
                     master->second.size());
  return PlateKey(key);
}

}  // namespace stadspoort::domain
