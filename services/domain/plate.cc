#include "services/domain/plate.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"

namespace stadspoort::domain {
namespace {

bool IsPlateCharacter(int32_t c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool IsLowerAscii(int32_t c) { return c >= 'a' && c <= 'z'; }

struct LookAlike {
  int32_t capital;
  char latin;
};
// Capitals of other scripts that look like a Latin capital, by code point: on a screen they cannot
// be told apart. Small letters are raised first.
constexpr LookAlike kLookAlikes[] = {
    {0x0391, 'A'},  // Greek alpha
    {0x0392, 'B'},  // Greek beta
    {0x0395, 'E'},  // Greek epsilon
    {0x0396, 'Z'},  // Greek zeta
    {0x0397, 'H'},  // Greek eta
    {0x0399, 'I'},  // Greek iota
    {0x039A, 'K'},  // Greek kappa
    {0x039C, 'M'},  // Greek mu
    {0x039D, 'N'},  // Greek nu
    {0x039F, 'O'},  // Greek omicron
    {0x03A1, 'P'},  // Greek rho
    {0x03A4, 'T'},  // Greek tau
    {0x03A5, 'Y'},  // Greek upsilon
    {0x03A7, 'X'},  // Greek chi
    {0x037F, 'J'},  // Greek yot
    {0x0410, 'A'},  // Cyrillic a
    {0x0412, 'B'},  // Cyrillic ve
    {0x0415, 'E'},  // Cyrillic ie
    {0x041A, 'K'},  // Cyrillic ka
    {0x041C, 'M'},  // Cyrillic em
    {0x041D, 'H'},  // Cyrillic en
    {0x041E, 'O'},  // Cyrillic o
    {0x0420, 'P'},  // Cyrillic er
    {0x0421, 'C'},  // Cyrillic es
    {0x0422, 'T'},  // Cyrillic te
    {0x0423, 'Y'},  // Cyrillic u
    {0x0425, 'X'},  // Cyrillic ha
    {0x0406, 'I'},  // Cyrillic Ukrainian i
    {0x0405, 'S'},  // Cyrillic dze
    {0x0408, 'J'},  // Cyrillic je
    {0x0474, 'V'},  // Cyrillic izhitsa
    {0x04AE, 'Y'},  // Cyrillic straight u
    {0x04BA, 'H'},  // Cyrillic shha
    {0x04C0, 'I'},  // Cyrillic palochka
    {0x050C, 'G'},  // Cyrillic Komi sje
    {0x051A, 'Q'},  // Cyrillic qa
    {0x051C, 'W'},  // Cyrillic we
};

// A capital as a character of a plate; nothing when it has no place in one.
std::optional<char> ToPlateCharacter(int32_t capital) {
  if (IsPlateCharacter(capital)) return static_cast<char>(capital);
  const auto* const found =
      std::find_if(std::begin(kLookAlikes), std::end(kLookAlikes),
                   [&](const LookAlike& pair) { return pair.capital == capital; });
  if (found == std::end(kLookAlikes)) return std::nullopt;
  return found->latin;
}

// Collects the characters of a plate; remembers that there were too many.
class Collector {
 public:
  void Add(char c) {
    if (size_ < number_.size()) number_[size_] = c;
    ++size_;
  }
  bool empty() const { return size_ == 0; }
  bool too_long() const { return size_ > number_.size(); }
  std::string number() const { return std::string(number_.data(), size_); }

 private:
  std::array<char, limits::kPlateMaxLength> number_{};
  size_t size_ = 0;
};

// Unicode's longest decomposition of one character is 18; of one character's case folding, 3.
constexpr size_t kMaxExpansion = 32;
using Expansion = std::array<utf8proc_int32_t, kMaxExpansion>;

size_t Expand(utf8proc_int32_t character, int options, Expansion& out) {
  int boundary = 0;
  const utf8proc_ssize_t size =
      utf8proc_decompose_char(character, out.data(), static_cast<utf8proc_ssize_t>(out.size()),
                              static_cast<utf8proc_option_t>(options), &boundary);
  return size < 0 ? 0 : std::min(static_cast<size_t>(size), out.size());
}

// One character of any script. It is decomposed before its case is folded: U+0345, a mark, would
// otherwise fold to a letter. No reordering is needed, as only marks are ever reordered.
void AddCharacter(utf8proc_int32_t character, Collector& plate) {
  constexpr int kDecompose =
      UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
  Expansion parts;
  Expansion folded;
  const size_t part_count = Expand(character, kDecompose, parts);
  for (size_t i = 0; i < part_count; ++i) {
    const size_t folded_count = Expand(parts[i], UTF8PROC_CASEFOLD, folded);
    for (size_t j = 0; j < folded_count; ++j) {
      const std::optional<char> c = ToPlateCharacter(utf8proc_toupper(folded[j]));
      if (c) plate.Add(*c);
    }
  }
}

// Adds the character that `text` begins with and says how many bytes it took: 0 if it is not UTF-8.
size_t AddFirst(absl::string_view text, Collector& plate) {
  const auto byte = static_cast<unsigned char>(text.front());
  if (byte < 0x80) {
    const int32_t capital = IsLowerAscii(byte) ? byte - 'a' + 'A' : byte;
    if (IsPlateCharacter(capital)) plate.Add(static_cast<char>(capital));
    return 1;
  }
  utf8proc_int32_t character = -1;
  const utf8proc_ssize_t size =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &character);
  if (size <= 0) return 0;
  AddCharacter(character, plate);
  return static_cast<size_t>(size);
}

absl::Status InvalidPlate(absl::string_view what) {
  return InvalidField("number",
                      absl::StrCat(what, "; give 1 to ", limits::kPlateMaxLength,
                                   " letters A-Z or digits, with or without separators"),
                      ErrorReason::kInvalidPlate);
}

// The classes of PlateNumber::Folded, each by its representative.
constexpr char Representative(char c) {
  switch (c) {
    case 'O':
    case 'D':
    case 'Q':
      return '0';
    case 'I':
    case 'L':
      return '1';
    case 'B':
      return '8';
    case 'S':
      return '5';
    case 'Z':
      return '2';
    case 'G':
      return '6';
    case 'U':
      return 'V';
    default:
      return c;
  }
}

}  // namespace

absl::StatusOr<PlateNumber> PlateNumber::Normalise(absl::string_view raw) {
  if (raw.size() > limits::kPlateRawMaxBytes) {
    return InvalidPlate(
        absl::StrCat("longer than ", limits::kPlateRawMaxBytes, " bytes as it was sent"));
  }
  Collector plate;
  while (!raw.empty()) {
    const size_t used = AddFirst(raw, plate);
    if (used == 0) return InvalidPlate("not UTF-8 text");
    raw.remove_prefix(used);
  }
  if (plate.empty()) return InvalidPlate("no letter or digit in it");
  if (plate.too_long()) {
    return InvalidPlate(absl::StrCat("more than ", limits::kPlateMaxLength, " letters and digits"));
  }
  return PlateNumber(plate.number());
}

std::string PlateNumber::Folded() const {
  std::string folded = number_;
  std::transform(folded.begin(), folded.end(), folded.begin(), Representative);
  return folded;
}

absl::StatusOr<Country> Country::Parse(absl::string_view text) {
  Country country;
  const bool fits = text.size() <= country.sign_.size();
  if (!fits || !std::all_of(text.begin(), text.end(),
                            [](char c) { return IsLowerAscii(c) || (c >= 'A' && c <= 'Z'); })) {
    return InvalidField("country",
                        "not the distinguishing sign of a country; give 1 to 3 letters A-Z, such "
                        "as B, NL or F, or nothing when it is unknown");
  }
  std::transform(text.begin(), text.end(), country.sign_.begin(),
                 [](char c) { return IsLowerAscii(c) ? static_cast<char>(c - 'a' + 'A') : c; });
  return country;
}

Country Country::FromStored(absl::string_view sign) {
  Country country;
  std::copy_n(sign.begin(), std::min(sign.size(), country.sign_.size()), country.sign_.begin());
  return country;
}

absl::string_view Country::sign() const {
  const auto* const end = std::find(sign_.begin(), sign_.end(), '\0');
  return {sign_.data(), static_cast<size_t>(end - sign_.begin())};
}

}  // namespace stadspoort::domain
