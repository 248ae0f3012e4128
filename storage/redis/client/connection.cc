#include "storage/redis/client/connection.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "storage/redis/client/address.h"

namespace stadspoort::redis {
namespace {

constexpr absl::string_view kLost = "the connection to Redis is lost: ";

struct FreeReply {
  void operator()(void* reply) const { freeReplyObject(reply); }
};
using ReplyPtr = std::unique_ptr<redisReply, FreeReply>;

absl::Status Unavailable() { return absl::UnavailableError("Redis is not available"); }
absl::Status NoTimeLeft() { return absl::DeadlineExceededError("no time left to ask Redis"); }
absl::Status NoCommand() { return absl::InvalidArgumentError("a command for Redis has no words"); }

std::string ErrorText(int error) { return std::generic_category().message(error); }

// Redis' protocol: the number of words, then each with its length.
template <typename Words>
void AppendCommand(std::string& request, const Words& words) {
  absl::StrAppend(&request, "*", words.size(), "\r\n");
  for (const std::string_view word : words) {
    absl::StrAppend(&request, "$", word.size(), "\r\n");
    request.append(word).append("\r\n");
  }
}

// Nested as deep as hiredis reads, which is 7 arrays.
Reply ToReply(const redisReply& from) {
  switch (from.type) {
    case REDIS_REPLY_STRING:
      return Reply::String(std::string(from.str, from.len));
    case REDIS_REPLY_INTEGER:
      return Reply::Integer(from.integer);
    case REDIS_REPLY_STATUS:
      return Reply::Status(std::string(from.str, from.len));
    case REDIS_REPLY_ERROR:
      return Reply::Error(std::string(from.str, from.len));
    case REDIS_REPLY_ARRAY: {
      std::vector<Reply> elements;
      elements.reserve(from.elements);
      for (size_t i = 0; i < from.elements; ++i) elements.push_back(ToReply(*from.element[i]));
      return Reply::Array(std::move(elements));
    }
    default:
      return Reply();
  }
}

std::optional<std::string> ReadPassword(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return std::nullopt;
  absl::StripTrailingAsciiWhitespace(&text);  // an editor's newline
  return text;
}

}  // namespace

void Connection::FreeContext::operator()(redisContext* context) const { redisFree(context); }

Connection::Connection(LogFunction log) : log_(std::move(log)) {}

Connection::~Connection() = default;

absl::StatusOr<std::unique_ptr<Connection>> Connection::Connect(const ConnectionOptions& options,
                                                                absl::Duration patience,
                                                                LogFunction log) {
  const Deadline deadline = Deadline::After(patience);
  if (deadline.Passed()) return NoTimeLeft();
  std::unique_ptr<Connection> connection(new Connection(std::move(log)));
  const Deadline attempt = Earlier(deadline, Deadline::After(options.connect_timeout));
  absl::Status status = connection->Open(options, attempt);
  if (status.ok()) status = connection->Greet(options, attempt);
  if (status.ok()) return connection;
  // The attempt is cut off before the caller's patience: the server's fault, not the caller's.
  if (absl::IsDeadlineExceeded(status) && !deadline.Passed()) return Unavailable();
  return status;
}

absl::Status Connection::Open(const ConnectionOptions& options, Deadline deadline) {
  const absl::StatusOr<Address> address = ReadAddress(options.address);
  if (!address.ok()) {
    Log(LogLevel::kError, std::string(address.status().message()));
    return address.status();
  }
  context_.reset(address->path.empty() ? redisConnectNonBlock(address->host.c_str(), address->port)
                                       : redisConnectUnixNonBlock(address->path.c_str()));
  if (context_ == nullptr) return absl::ResourceExhaustedError("no memory for a connection");
  if (context_->err != 0) return NoConnection(options.address, context_->errstr);
  fcntl(context_->fd, F_SETFD, FD_CLOEXEC);  // hiredis leaves it open to programs we may start
  if (!Await(POLLOUT, deadline)) return TimedOut();
  int error = 0;
  socklen_t size = sizeof(error);
  if (getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return NoConnection(options.address, ErrorText(error));
  return absl::OkStatus();
}

absl::Status Connection::Greet(const ConnectionOptions& options, Deadline deadline) {
  std::string request;
  size_t count = 1;
  if (!options.password_file.empty()) {
    const std::optional<std::string> password = ReadPassword(options.password_file);
    if (!password) return Lost("the file with the password for Redis cannot be read");
    AppendCommand(request, std::array<std::string_view, 2>{"AUTH", *password});
    ++count;
  }
  AppendCommand(request, std::array<std::string_view, 1>{"PING"});
  const auto replies = Exchange(request, count, deadline);
  if (!replies.ok()) return replies.status();
  for (const Reply& reply : *replies) {
    // Such as WRONGPASS, NOAUTH, LOADING.
    if (reply.is_error()) {
      return Lost(std::string("Redis does not serve us: ").append(*reply.error_code()));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Reply> Connection::Run(absl::Span<const std::string_view> command,
                                      absl::Duration patience) {
  return RunUntil(command, Deadline::After(patience));
}

absl::StatusOr<Reply> Connection::RunUntil(absl::Span<const std::string_view> command,
                                           Deadline deadline) {
  // To a command without words the server does not answer.
  if (command.empty()) return NoCommand();
  std::string request;
  AppendCommand(request, command);
  auto replies = Exchange(request, 1, deadline);
  if (!replies.ok()) return replies.status();
  return std::move(replies->front());
}

absl::StatusOr<std::vector<Reply>> Connection::RunAll(
    absl::Span<const std::vector<std::string>> commands, absl::Duration patience) {
  const Deadline deadline = Deadline::After(patience);
  std::string request;
  for (const std::vector<std::string>& command : commands) {
    if (command.empty()) return NoCommand();
    AppendCommand(request, command);
  }
  return Exchange(request, commands.size(), deadline);
}

absl::StatusOr<Reply> Connection::RunScript(const Script& script,
                                            absl::Span<const std::string_view> keys,
                                            absl::Span<const std::string_view> args,
                                            absl::Duration patience) {
  const Deadline deadline = Deadline::After(patience);
  auto name = script_names_.find(script.text());
  if (name == script_names_.end()) {
    auto loaded = RunUntil({"SCRIPT", "LOAD", script.text()}, deadline);
    if (!loaded.ok() || !loaded->string()) return loaded;
    name = script_names_.emplace(script.text(), *loaded->string()).first;
  }
  const std::string key_count = absl::StrCat(keys.size());
  std::vector<std::string_view> command = {"EVALSHA", name->second, key_count};
  command.insert(command.end(), keys.begin(), keys.end());
  command.insert(command.end(), args.begin(), args.end());
  auto reply = RunUntil(command, deadline);
  if (!reply.ok() || reply->error_code() != "NOSCRIPT") return reply;
  // It was flushed, or the server is another by now; EVAL makes it known again.
  command[0] = "EVAL";
  command[1] = script.text();
  return RunUntil(command, deadline);
}

absl::StatusOr<std::vector<Reply>> Connection::Exchange(std::string_view request,
                                                        size_t reply_count, Deadline deadline) {
  if (broken_) return Unavailable();
  if (deadline.Passed()) return NoTimeLeft();
  if (!Quiet()) return Lost("the connection to Redis ended while idle");
  std::vector<Reply> replies;
  replies.reserve(reply_count);
  while (replies.size() < reply_count) {
    if (!Send(request)) return Lost(absl::StrCat(kLost, ErrorText(errno)));
    // Replies that nobody takes pile up in the server, or keep it from reading: never only write.
    const short events = request.empty() ? POLLIN : POLLIN | POLLOUT;
    if (!Await(events, deadline)) return TimedOut();
    if (absl::Status status = Receive(replies, reply_count); !status.ok()) return status;
  }
  // More than was asked for would be taken for the answer to the next command.
  if (!request.empty() || context_->reader->pos != context_->reader->len) {
    return Lost("Redis answers what was not asked");
  }
  return replies;
}

bool Connection::Quiet() const {
  char byte = 0;
  return recv(context_->fd, &byte, 1, MSG_PEEK) < 0 &&
         (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

// Not redisBufferWrite: it moves all that is unsent after each write, and a server that is gone
// would end the process by SIGPIPE.
bool Connection::Send(std::string_view& request) const {
  while (!request.empty()) {
    const ssize_t sent = send(context_->fd, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    request.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

absl::Status Connection::Receive(std::vector<Reply>& replies, size_t count) {
  if (redisBufferRead(context_.get()) != REDIS_OK)
    return Lost(absl::StrCat(kLost, context_->errstr));
  while (replies.size() < count) {
    void* raw = nullptr;
    // hiredis quotes what it could not read: not for the log.
    if (redisGetReplyFromReader(context_.get(), &raw) != REDIS_OK) {
      return Lost("what Redis answers cannot be read");
    }
    if (raw == nullptr) break;
    const ReplyPtr reply(static_cast<redisReply*>(raw));
    replies.push_back(ToReply(*reply));
  }
  return absl::OkStatus();
}

bool Connection::Await(short events, Deadline deadline) const {
  pollfd entry{.fd = context_->fd, .events = events, .revents = 0};
  // A reply that never ends is always ready: the deadline is looked at first.
  while (!deadline.Passed()) {
    const timespec patience = absl::ToTimespec(deadline.Remaining());
    const int ready = ppoll(&entry, 1, &patience, nullptr);
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;  // the next call tells a fault
  }
  return false;
}

absl::Status Connection::TimedOut() {
  broken_ = true;
  Log(LogLevel::kWarning, "Redis: no answer before the deadline");
  return absl::DeadlineExceededError("Redis did not answer in time");
}

absl::Status Connection::NoConnection(const std::string& address, const std::string& why) {
  return Lost(absl::StrCat("cannot connect to Redis at ", address, ": ", why));
}

absl::Status Connection::Lost(std::string_view line) {
  broken_ = true;
  Log(LogLevel::kWarning, line);
  return Unavailable();
}

void Connection::Log(LogLevel level, std::string_view line) const {
  if (log_) log_(level, line);
}

}  // namespace stadspoort::redis
