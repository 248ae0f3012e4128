#pragma once

#include <string>
#include <utility>

namespace stadspoort::redis {

// A Lua script, for Connection::RunScript. The server names it by the SHA1 of its text; each
// connection asks for that name when it runs the script first.
class Script {
 public:
  explicit Script(std::string text) : text_(std::move(text)) {}
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace stadspoort::redis
