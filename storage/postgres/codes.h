#pragma once

#include <string>
#include <utility>
#include <vector>

// Lists of codes as arrays of text hold them.
namespace stadspoort::postgres {

template <typename Code>
std::vector<std::string> Texts(const std::vector<Code>& codes) {
  std::vector<std::string> texts;
  texts.reserve(codes.size());
  for (const Code& code : codes) texts.push_back(code.value());
  return texts;
}

template <typename Code>
std::vector<Code> Codes(std::vector<std::string> texts) {
  std::vector<Code> codes;
  codes.reserve(texts.size());
  for (std::string& text : texts) codes.emplace_back(std::move(text));
  return codes;
}

}  // namespace stadspoort::postgres
