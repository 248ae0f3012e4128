#include "storage/redis/client/reply.h"

#include <utility>

namespace stadspoort::redis {

Reply Reply::Integer(int64_t integer) {
  Reply reply(Kind::kInteger);
  reply.integer_ = integer;
  return reply;
}

Reply Reply::Array(std::vector<Reply> elements) {
  Reply reply(Kind::kArray);
  reply.elements_ = std::move(elements);
  return reply;
}

std::optional<int64_t> Reply::integer() const {
  if (kind_ != Kind::kInteger) return std::nullopt;
  return integer_;
}

std::optional<std::string_view> Reply::error_code() const {
  const std::optional<std::string_view> text = error();
  if (!text) return std::nullopt;
  return text->substr(0, text->find(' '));
}

std::optional<std::string_view> Reply::TextOf(Kind kind) const {
  if (kind_ != kind) return std::nullopt;
  return text_;
}

}  // namespace stadspoort::redis
