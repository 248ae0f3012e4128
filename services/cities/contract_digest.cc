#include "services/cities/contract_digest.h"

#include <sodium.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace stadspoort::cities {
namespace {

constexpr size_t kDigestBytes = 32;

// Length in front: no two lists of fields give the same text.
void Append(std::string& text, absl::string_view field) {
  absl::StrAppend(&text, field.size(), ":", field, ";");
}

template <typename Code>
void Append(std::string& text, const std::vector<Code>& codes) {
  absl::StrAppend(&text, codes.size(), ";");
  for (const Code& code : codes) Append(text, code.value());
}

}  // namespace

std::string ContractDigest(const domain::Contract& contract) {
  std::string text = "contract-1;";
  Append(text, contract.display_name);
  Append(text, contract.provider);
  Append(text, contract.right_types);
  Append(text, contract.zones);
  // An infinite end has a number of its own.
  absl::StrAppend(&text, absl::ToUnixMicros(contract.in_force.start), ";",
                  absl::ToUnixMicros(contract.in_force.end), ";");
  std::string digest(kDigestBytes, '\0');
  crypto_generichash(reinterpret_cast<uint8_t*>(digest.data()), digest.size(),
                     reinterpret_cast<const uint8_t*>(text.data()), text.size(), nullptr, 0);
  return digest;
}

}  // namespace stadspoort::cities
