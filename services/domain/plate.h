#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace stadspoort::domain {

// A normalised plate number: 1 to 25 of A-Z and 0-9. A value. It prints as nothing on purpose: no
// plate reaches a log.
class PlateNumber {
 public:
  // Normalises what was typed or read: compatibility-decompose, drop marks, upper-case, fold
  // Cyrillic and Greek look-alikes, drop everything but A-Z and 0-9. InvalidArgument
  // (INVALID_PLATE) when nothing is left, more than 25 characters are left, the text is over 200
  // bytes or is not UTF-8; the message never quotes the plate. Normalising is idempotent.
  static absl::StatusOr<PlateNumber> Normalise(absl::string_view raw);
  // From the system of record, which stores only normalised numbers.
  static PlateNumber FromStored(std::string number) { return PlateNumber(std::move(number)); }

  const std::string& value() const { return number_; }
  // Confusable characters folded: {0 O D Q} {1 I L} {8 B} {5 S} {2 Z} {6 G} {U V}. Two plates are
  // near misses of each other when they differ and their folds are equal [domain.md, Plates].
  std::string Folded() const;

  friend bool operator==(const PlateNumber&, const PlateNumber&) = default;

 private:
  explicit PlateNumber(std::string number) : number_(std::move(number)) {}
  std::string number_;
};

// A UNECE distinguishing sign (B, NL, F, D ...), or unknown. At most 3 letters.
class Country {
 public:
  constexpr Country() = default;
  // Upper-cases; empty is unknown. InvalidArgument (INVALID_FIELD) unless 1 to 3 letters A-Z.
  static absl::StatusOr<Country> Parse(absl::string_view text);
  static Country FromStored(absl::string_view sign);

  bool known() const { return sign_[0] != 0; }
  absl::string_view sign() const;
  // False only when both are known and differ.
  bool Matches(const Country& other) const {
    return !known() || !other.known() || sign_ == other.sign_;
  }

  friend bool operator==(const Country&, const Country&) = default;

 private:
  std::array<char, 3> sign_{};
};

}  // namespace stadspoort::domain
