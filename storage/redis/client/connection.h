#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "storage/deadline.h"
#include "storage/redis/client/log.h"
#include "storage/redis/client/reply.h"
#include "storage/redis/client/script.h"

struct redisContext;

namespace stadspoort::redis {

struct ConnectionOptions {
  // "unix:/path", "IP:PORT" or "[IPV6]:PORT". No host name: hiredis resolves one blocking.
  std::string address = {};
  // Holds the password of the default user; read at every connect. Empty: none.
  std::string password_file = {};
  // For one attempt; the caller's patience holds as well.
  absl::Duration connect_timeout = absl::Seconds(1);
};

// One connection to one Redis, never blocking but in poll() until the caller's patience ran out.
//
// Of every call: DeadlineExceeded when the patience ran out, Unavailable when the connection is
// lost or what comes is not Redis' protocol. After either the connection is broken, and what was
// in flight may or may not have happened; every later call fails at once with Unavailable. An
// error that the server answers is a Reply, not a Status. A patience that ran out before the call
// is DeadlineExceeded too, but then nothing was sent and nothing breaks.
//
// Not for commands that answer never or more than once: SUBSCRIBE, MONITOR, CLIENT REPLY, HELLO 3.
//
// To be used by one thread at a time; may be handed from one to another.
class Connection {
 public:
  // Connects, authenticates and sees that the server serves (one round trip). Unavailable when it
  // cannot be reached, does not let us in or is still loading; InvalidArgument for an address that
  // cannot be read; DeadlineExceeded when the patience ran out before the attempt's own time.
  static absl::StatusOr<std::unique_ptr<Connection>> Connect(const ConnectionOptions& options,
                                                             absl::Duration patience,
                                                             LogFunction log);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // InvalidArgument for a command without words.
  absl::StatusOr<Reply> Run(absl::Span<const std::string_view> command, absl::Duration patience);

  // The commands in one pipeline; a reply for each, in their order. They are no transaction.
  absl::StatusOr<std::vector<Reply>> RunAll(absl::Span<const std::vector<std::string>> commands,
                                            absl::Duration patience);

  // Runs a script that the server may or may not know yet.
  absl::StatusOr<Reply> RunScript(const Script& script, absl::Span<const std::string_view> keys,
                                  absl::Span<const std::string_view> args, absl::Duration patience);

  // Of no further use: every call fails at once.
  bool broken() const { return broken_; }

 private:
  struct FreeContext {
    void operator()(redisContext* context) const;
  };

  explicit Connection(LogFunction log);

  absl::Status Open(const ConnectionOptions& options, Deadline deadline);
  absl::Status Greet(const ConnectionOptions& options, Deadline deadline);

  absl::StatusOr<Reply> RunUntil(absl::Span<const std::string_view> command, Deadline deadline);
  absl::StatusOr<std::vector<Reply>> Exchange(std::string_view request, size_t reply_count,
                                              Deadline deadline);
  // What could go wrong while idle: it ended, or the server said something unasked.
  bool Quiet() const;
  // Sends what the socket takes and drops it from `request`; false when the connection is lost.
  bool Send(std::string_view& request) const;
  // Takes in what has come, and of it the whole replies, up to `count` in all.
  absl::Status Receive(std::vector<Reply>& replies, size_t count);
  // False when the deadline passed.
  bool Await(short events, Deadline deadline) const;

  absl::Status TimedOut();
  absl::Status NoConnection(const std::string& address, const std::string& why);
  absl::Status Lost(std::string_view line);
  void Log(LogLevel level, std::string_view line) const;

  const LogFunction log_;
  std::unique_ptr<redisContext, FreeContext> context_;
  bool broken_ = false;
  // By their text: the server's names of the scripts that ran here. A name is a hash of the text,
  // so it stays right when the server forgets the script.
  std::unordered_map<std::string, std::string> script_names_;
};

}  // namespace stadspoort::redis
