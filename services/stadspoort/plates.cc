#include "services/stadspoort/plates.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/stadspoort/utf8.h"

namespace stadspoort::client {
namespace {

using common::v1::Plate;

constexpr absl::string_view kFromInput = "-";
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

absl::Status ReadLines(std::istream& input, std::vector<Plate>& plates) {
  std::string line;
  for (int number = 1; std::getline(input, line); ++number) {
    absl::string_view text = line;
    if (number == 1) absl::ConsumePrefix(&text, kByteOrderMark);
    text = absl::StripAsciiWhitespace(text);
    if (text.empty()) continue;
    absl::StatusOr<Plate> plate = ParsePlate(text);
    if (!plate.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("standard input, line ", number, ": ", plate.status().message()));
    }
    plates.push_back(*std::move(plate));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Plate> ParsePlate(absl::string_view text) {
  if (!IsUtf8(text)) return absl::InvalidArgumentError("a plate that is not UTF-8 text");
  Plate plate;
  const size_t slash = text.rfind('/');
  plate.set_number(std::string(text.substr(0, slash)));
  if (slash != absl::string_view::npos) {
    plate.set_country(absl::AsciiStrToUpper(text.substr(slash + 1)));
  }
  return plate;
}

absl::StatusOr<Plate> ParsePlate(absl::string_view text, absl::string_view country) {
  if (!country.empty() && absl::StrContains(text, '/')) {
    return absl::InvalidArgumentError(
        "the country is given twice; write --plate NUMBER/COUNTRY, or --plate NUMBER --country "
        "COUNTRY");
  }
  absl::StatusOr<Plate> plate = ParsePlate(text);
  if (plate.ok() && !country.empty()) plate->set_country(absl::AsciiStrToUpper(country));
  return plate;
}

absl::StatusOr<std::vector<Plate>> ReadPlates(const std::vector<std::string>& arguments,
                                              std::istream& input) {
  std::vector<Plate> plates;
  bool input_read = false;
  for (const std::string& argument : arguments) {
    if (argument == kFromInput) {
      const absl::Status status = input_read ? absl::OkStatus() : ReadLines(input, plates);
      if (!status.ok()) return status;
      input_read = true;
      continue;
    }
    absl::StatusOr<Plate> plate = ParsePlate(argument);
    if (!plate.ok()) return plate.status();
    plates.push_back(*std::move(plate));
  }
  if (plates.empty()) return absl::InvalidArgumentError("no plate was given");
  return plates;
}

std::string PlateText(const Plate& plate) {
  return plate.country().empty() ? plate.number()
                                 : absl::StrCat(plate.number(), "/", plate.country());
}

}  // namespace stadspoort::client
