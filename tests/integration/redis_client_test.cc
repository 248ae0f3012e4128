// storage/redis/client on a real Redis. What can be tried beside others runs on the server of the
// test run; what stops a server, flushes it or gives it a password has one of its own (OwnServer).

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/redis/client/connection.h"
#include "storage/redis/client/pool.h"

namespace stadspoort::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// In every key, value and script of these tests, and never in a line or a status.
constexpr const char* kSecret = "1-SECRET-99";

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
constexpr auto kDeadlineExceeded = absl::StatusCode::kDeadlineExceeded;
constexpr auto kInvalidArgument = absl::StatusCode::kInvalidArgument;

// Long enough that only a hang reaches it.
constexpr absl::Duration kPatience = absl::Seconds(60);
// For what does not answer.
constexpr absl::Duration kShort = absl::Milliseconds(200);

// Looks again until it is so; a bounded wait for a condition that nothing reports.
template <typename F>
bool Eventually(F holds) {
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoSeconds(kPatience);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    poll(nullptr, 0, 2);
  }
  return true;
}

// The log of a test, to see what stands in it.
class Log {
 public:
  LogFunction Function() {
    return [this](LogLevel level, std::string_view line) {
      const std::lock_guard lock(mutex_);
      text_.append(line).append("\n");
      warnings_ += level >= LogLevel::kWarning ? 1 : 0;
    };
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  int warnings() const {
    const std::lock_guard lock(mutex_);
    return warnings_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
  int warnings_ = 0;
};

// The server of the test run: $STADSPOORT_TEST_SERVERS/env.
std::string SharedAddress() {
  const char* folder = std::getenv("STADSPOORT_TEST_SERVERS");
  EXPECT_NE(folder, nullptr) << "STADSPOORT_TEST_SERVERS is not set";
  if (folder == nullptr) return "";
  std::ifstream file(std::filesystem::path(folder) / "env");
  constexpr std::string_view kKey = "REDIS_SOCKET=";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kKey)) return "unix:" + line.substr(kKey.size());
  }
  ADD_FAILURE() << "no Redis in " << folder << "/env";
  return "";
}

// A Redis that belongs to one test and ends with it.
class OwnServer {
 public:
  OwnServer() {
    std::string name = (std::filesystem::temp_directory_path() / "redis-client-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~OwnServer() {
    Kill();
    std::filesystem::remove_all(folder_);
  }

  std::string Address() const { return absl::StrCat("unix:", Socket()); }
  std::string FileWith(const std::string& text) const {
    const std::string path = folder_ + "/password";
    std::ofstream(path) << text;
    return path;
  }

  void Start() {
    server_ = Spawn({"/usr/bin/redis-server", "--port", "0", "--unixsocket", Socket(), "--dir",
                     folder_, "--save", "", "--appendonly", "no"});
    EXPECT_TRUE(Eventually([&] {
      return Connection::Connect({.address = Address()}, kPatience, nullptr).ok();
    })) << "the server does not start";
  }
  void Kill() {
    if (server_ < 0) return;
    kill(server_, SIGKILL);
    waitpid(server_, nullptr, 0);
    server_ = -1;
  }
  // It goes on accepting connections and answers nothing.
  void Pause() const {
    kill(server_, SIGSTOP);
    EXPECT_EQ(waitpid(server_, nullptr, WUNTRACED), server_);
  }
  void Resume() const { kill(server_, SIGCONT); }

 private:
  std::string Socket() const { return folder_ + "/redis.sock"; }

  pid_t Spawn(std::vector<std::string> words) const {
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string log = folder_ + "/log";
    const pid_t child = fork();
    if (child != 0) return child;
    // Only what is safe between fork and exec.
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(argv[0], argv.data());
    _exit(127);
  }

  std::string folder_;
  pid_t server_ = -1;
};

// The bytes of the PING with which a connection begins.
constexpr size_t kGreeting = std::string_view("*1\r\n$4\r\nPING\r\n").size();

// Listens on a port of 127.0.0.1 and says to one client what it was told to say.
class FakeServer {
 public:
  struct Saying {
    size_t after;  // bytes from the client, in all
    std::string text;
  };

  // Answers the PING, then says `text` when more comes.
  explicit FakeServer(const std::string& text) : FakeServer({{kGreeting + 1, text}}) {}
  explicit FakeServer(std::vector<Saying> sayings) : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    sayings.insert(sayings.begin(), {kGreeting, "+PONG\r\n"});
    thread_ = std::thread([this, sayings = std::move(sayings)] { Serve(sayings); });
  }
  ~FakeServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  std::string Address() const { return absl::StrCat("127.0.0.1:", port_); }

 private:
  void Serve(const std::vector<Saying>& sayings) const {
    const int client = accept(listener_, nullptr, nullptr);
    std::array<char, 65536> buffer;
    auto next = sayings.begin();
    size_t total = 0;
    for (ssize_t size = 0; (size = recv(client, buffer.data(), buffer.size(), 0)) > 0;) {
      total += static_cast<size_t>(size);
      for (; next != sayings.end() && total >= next->after; ++next) {
        // As long as this takes, it reads nothing.
        send(client, next->text.data(), next->text.size(), MSG_NOSIGNAL);
      }
    }
    close(client);
  }

  int listener_;
  int port_ = 0;
  std::thread thread_;
};

class RedisClientTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_THAT(log_.text(), Not(HasSubstr(kSecret))); }

  // A key of this test, which goes with it.
  std::string Key(std::string_view name) {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    return absl::StrCat("{redis_client_test:", getpid(), ":", test->name(), "}:", kSecret, ":") +
           std::string(name);
  }
  std::unique_ptr<Connection> Connect(const std::string& address = SharedAddress()) {
    auto connection = Connection::Connect({.address = address}, kPatience, log_.Function());
    EXPECT_TRUE(connection.ok()) << connection.status();
    return connection.ok() ? *std::move(connection) : nullptr;
  }
  std::unique_ptr<Pool> MakePool(const std::string& address, int size) {
    return std::make_unique<Pool>(ConnectionOptions{.address = address}, size, log_.Function());
  }
  // What must be answered.
  static Reply Answer(absl::StatusOr<Reply> reply) {
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.ok() ? *std::move(reply) : Reply::Error("none");
  }
  static Reply Run(Connection& connection, const std::vector<std::string_view>& command) {
    return Answer(connection.Run(command, kPatience));
  }
  // What must fail, and say nothing it should not.
  template <typename T>
  static absl::StatusCode Code(const absl::StatusOr<T>& answer) {
    EXPECT_THAT(std::string(answer.status().message()), Not(HasSubstr(kSecret)));
    return answer.status().code();
  }
  // Runs the command into a time-out; again when the patience ran out before it was sent, which on
  // a busy machine it may.
  static void TimeOut(Connection& connection, const std::vector<std::string_view>& command) {
    EXPECT_TRUE(Eventually([&] {
      EXPECT_EQ(Code(connection.Run(command, kShort)), kDeadlineExceeded);
      return connection.broken();
    }));
  }

  Log log_;
};

// ---- replies

TEST_F(RedisClientTest, EveryKindOfReply) {
  const auto redis = Connect();
  EXPECT_EQ(Run(*redis, {"GET", Key("none")}), Reply());
  EXPECT_EQ(Run(*redis, {"ECHO", "a"}), Reply::String("a"));
  EXPECT_EQ(Run(*redis, {"EVAL", "return 9007199254740992", "0"}),
            Reply::Integer(9007199254740992));
  EXPECT_EQ(Run(*redis, {"PING"}), Reply::Status("PONG"));
  EXPECT_EQ(Run(*redis, {"EVAL", "return {1, {'a', {}}, false}", "0"}),
            Reply::Array({Reply::Integer(1), Reply::Array({Reply::String("a"), Reply::Array({})}),
                          Reply()}));
  EXPECT_EQ(Run(*redis, {"EVAL", "return redis.error_reply('MINE is it')", "0"}),
            Reply::Error("MINE is it"));
}

TEST_F(RedisClientTest, AnAccessorOfAnotherKindIsEmpty) {
  const Reply text = Reply::String("7");
  EXPECT_EQ(text.string(), "7");
  EXPECT_EQ(text.integer(), std::nullopt);
  EXPECT_EQ(text.status(), std::nullopt);
  EXPECT_EQ(text.error(), std::nullopt);
  EXPECT_EQ(text.error_code(), std::nullopt);
  EXPECT_THAT(text.array(), IsEmpty());
  EXPECT_FALSE(text.is_nil());
  EXPECT_EQ(Reply::Integer(7).string(), std::nullopt);
  EXPECT_EQ(Reply().string(), std::nullopt);
  EXPECT_TRUE(Reply().is_nil());
  EXPECT_EQ(Reply::Error("WRONGTYPE of value").error_code(), "WRONGTYPE");
  EXPECT_EQ(Reply::Error("ALONE").error_code(), "ALONE");
}

TEST_F(RedisClientTest, AnErrorIsAReplyAndTheConnectionGoesOn) {
  const auto redis = Connect();
  const std::string key = Key("list");
  EXPECT_EQ(Run(*redis, {"RPUSH", key, "a"}).integer(), 1);
  EXPECT_EQ(Run(*redis, {"GET", key}).error_code(), "WRONGTYPE");
  EXPECT_EQ(Run(*redis, {"NOSUCHCOMMAND", kSecret}).error_code(), "ERR");
  EXPECT_FALSE(redis->broken());
  EXPECT_EQ(Run(*redis, {"DEL", key}).integer(), 1);
}

// ---- values and pipelines

TEST_F(RedisClientTest, EveryByteComesBack) {
  const auto redis = Connect();
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  const std::string key = Key(bytes);
  EXPECT_EQ(Run(*redis, {"SET", key, bytes}).status(), "OK");
  EXPECT_EQ(Run(*redis, {"GET", key}).string(), bytes);
  EXPECT_EQ(Run(*redis, {"SET", key, ""}).status(), "OK");
  EXPECT_EQ(Run(*redis, {"GET", key}), Reply::String(""));
  EXPECT_EQ(Run(*redis, {"DEL", key}).integer(), 1);
}

TEST_F(RedisClientTest, ManyCommandsInOnePipelineAreAnsweredInOrder) {
  constexpr int kCount = 10'000;
  const auto redis = Connect();
  std::vector<std::vector<std::string>> commands;
  commands.reserve(kCount);
  for (int i = 0; i < kCount; ++i) commands.push_back({"ECHO", absl::StrCat(kSecret, i)});
  commands[5'000] = {"NOSUCHCOMMAND", kSecret};
  const auto replies = redis->RunAll(commands, kPatience);
  ASSERT_TRUE(replies.ok()) << replies.status();
  ASSERT_THAT(*replies, SizeIs(kCount));
  for (size_t i = 0; i < kCount; ++i) {
    if (i == 5'000) {
      EXPECT_EQ((*replies)[i].error_code(), "ERR");
    } else {
      ASSERT_EQ((*replies)[i].string(), absl::StrCat(kSecret, i)) << i;
    }
  }
  EXPECT_EQ(Run(*redis, {"ECHO", "next"}).string(), "next");
}

TEST_F(RedisClientTest, BigValuesGoBothWaysAtOnce) {
  const auto redis = Connect();
  const std::string big(5'000'000, 'x');
  const std::string key = Key("big");
  EXPECT_EQ(Run(*redis, {"SET", key, big}).status(), "OK");
  EXPECT_TRUE(Run(*redis, {"GET", key}).string() == big);
  EXPECT_EQ(Run(*redis, {"DEL", key}).integer(), 1);
  const auto replies =
      redis->RunAll(std::vector<std::vector<std::string>>(8, {"ECHO", big}), kPatience);
  ASSERT_TRUE(replies.ok()) << replies.status();
  ASSERT_THAT(*replies, SizeIs(8));
  for (const Reply& reply : *replies) EXPECT_TRUE(reply.string() == big);
}

TEST_F(RedisClientTest, AnswersAreTakenWhileCommandsAreSent) {
  // More than the buffers between us hold: who only sends waits for a server that only sends.
  // NOLINTNEXTLINE(bugprone-string-constructor): large on purpose
  const std::string big(16'000'000, 'x');
  constexpr std::string_view kAround = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$16000000\r\n\r\n";
  const size_t commands = 2 * (kAround.size() + big.size());
  const std::string answer = absl::StrCat("$", big.size(), "\r\n", big, "\r\n");
  const FakeServer server({{kGreeting + 1, answer}, {kGreeting + commands, ":2\r\n"}});
  const auto redis = Connect(server.Address());
  const auto replies = redis->RunAll({{"SET", "a", big}, {"SET", "b", big}}, kPatience);
  ASSERT_TRUE(replies.ok()) << replies.status();
  ASSERT_THAT(*replies, SizeIs(2));
  EXPECT_TRUE((*replies)[0].string() == big);
  EXPECT_EQ((*replies)[1].integer(), 2);
}

TEST_F(RedisClientTest, NothingToRun) {
  const auto redis = Connect();
  EXPECT_EQ(Code(redis->Run({}, kPatience)), kInvalidArgument);
  EXPECT_EQ(Code(redis->RunAll({{"PING"}, {}}, kPatience)), kInvalidArgument);
  const auto none = redis->RunAll({}, kPatience);
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_THAT(*none, IsEmpty());
  EXPECT_EQ(Run(*redis, {"PING"}).status(), "PONG");
}

// ---- scripts

TEST_F(RedisClientTest, AScriptGetsItsKeysAndArguments) {
  const auto redis = Connect();
  const Script script("return {KEYS[1], KEYS[2], ARGV[1], #KEYS, #ARGV}");
  const std::string binary("\0\r\n", 3);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Answer(redis->RunScript(script, {Key("a"), Key("b")}, {binary}, kPatience)),
              Reply::Array({Reply::String(Key("a")), Reply::String(Key("b")), Reply::String(binary),
                            Reply::Integer(2), Reply::Integer(1)}));
  }
  const Script other("return 'other'");
  EXPECT_EQ(Answer(redis->RunScript(other, {}, {}, kPatience)).string(), "other");
}

TEST_F(RedisClientTest, AFaultyScriptIsAReply) {
  const auto redis = Connect();
  const Script unreadable(absl::StrCat("this is no Lua ", kSecret));
  EXPECT_TRUE(Answer(redis->RunScript(unreadable, {}, {}, kPatience)).is_error());
  const Script failing("return redis.call('GET', KEYS[1], 'too', 'many')");
  EXPECT_TRUE(Answer(redis->RunScript(failing, {Key("a")}, {}, kPatience)).is_error());
  EXPECT_FALSE(redis->broken());
}

TEST_F(RedisClientTest, AScriptThatTheServerForgotIsSentAgain) {
  OwnServer server;
  server.Start();
  const auto redis = Connect(server.Address());
  const Script script("return redis.call('INCR', KEYS[1])");
  const std::string key = Key("count");
  EXPECT_EQ(Answer(redis->RunScript(script, {key}, {}, kPatience)).integer(), 1);
  EXPECT_EQ(Run(*redis, {"SCRIPT", "FLUSH"}).status(), "OK");
  EXPECT_EQ(Answer(redis->RunScript(script, {key}, {}, kPatience)).integer(), 2);
  EXPECT_EQ(Answer(redis->RunScript(script, {key}, {}, kPatience)).integer(), 3);
}

// ---- time-outs

TEST_F(RedisClientTest, ATimeOutBreaksTheConnection) {
  OwnServer server;
  server.Start();
  const auto redis = Connect(server.Address());
  server.Pause();
  TimeOut(*redis, {"SET", Key("a"), kSecret});
  server.Resume();
  // The answer that comes late is nobody's.
  EXPECT_EQ(Code(redis->Run({"GET", Key("a")}, kPatience)), kUnavailable);
  EXPECT_EQ(Code(redis->RunAll({{"PING"}}, kPatience)), kUnavailable);
  EXPECT_EQ(Code(redis->RunScript(Script("return 1"), {}, {}, kPatience)), kUnavailable);
  EXPECT_THAT(log_.text(), HasSubstr("no answer before the deadline"));
}

TEST_F(RedisClientTest, AWriteThatIsNotTakenTimesOut) {
  OwnServer server;
  server.Start();
  const auto redis = Connect(server.Address());
  server.Pause();
  const std::string big(4'000'000, 'x');
  TimeOut(*redis, {"SET", Key("a"), big});
}

TEST_F(RedisClientTest, WithoutPatienceNothingIsSent) {
  const auto redis = Connect();
  EXPECT_EQ(Code(redis->Run({"SET", Key("a"), kSecret}, absl::ZeroDuration())), kDeadlineExceeded);
  EXPECT_EQ(Code(redis->Run({"SET", Key("a"), kSecret}, -absl::InfiniteDuration())),
            kDeadlineExceeded);
  EXPECT_FALSE(redis->broken());
  EXPECT_TRUE(Answer(redis->Run({"GET", Key("a")}, absl::InfiniteDuration())).is_nil());
  EXPECT_EQ(Code(Connection::Connect({.address = SharedAddress()}, absl::ZeroDuration(),
                                     log_.Function())),
            kDeadlineExceeded);
}

TEST_F(RedisClientTest, ConnectingToAServerThatDoesNotServe) {
  OwnServer server;
  server.Start();
  server.Pause();
  EXPECT_EQ(Code(Connection::Connect({.address = server.Address()}, kShort, log_.Function())),
            kDeadlineExceeded);
  // The attempt ended before the caller's patience did.
  EXPECT_EQ(Code(Connection::Connect({.address = server.Address(), .connect_timeout = kShort},
                                     kPatience, log_.Function())),
            kUnavailable);
}

// ---- lost connections

TEST_F(RedisClientTest, AKilledConnectionIsUnavailable) {
  const auto observer = Connect();
  for (const bool in_flight : {false, true}) {
    const auto redis = Connect();
    const std::string key = Key("queue");
    const std::string id = absl::StrCat(*Run(*redis, {"CLIENT", "ID"}).integer());
    std::future<absl::StatusOr<Reply>> waiting;
    if (in_flight) {
      waiting = std::async(std::launch::async, [&] {
        return redis->Run({"BLPOP", key, "0"}, kPatience);
      });
    }
    EXPECT_EQ(Run(*observer, {"CLIENT", "KILL", "ID", id}).integer(), 1);
    if (in_flight) {
      EXPECT_EQ(Code(waiting.get()), kUnavailable);
    }
    EXPECT_EQ(Code(redis->Run({"SET", key, kSecret}, kPatience)), kUnavailable);
    EXPECT_TRUE(redis->broken());
  }
  EXPECT_THAT(log_.text(), HasSubstr("connection"));
}

TEST_F(RedisClientTest, AServerThatDiesDuringAWrite) {
  OwnServer server;
  server.Start();
  const auto redis = Connect(server.Address());
  server.Pause();
  const std::string big(4'000'000, 'x');
  auto writing = std::async(std::launch::async, [&] {
    return redis->RunAll(std::vector<std::vector<std::string>>(2, {"SET", Key("a"), big}),
                         kPatience);
  });
  server.Kill();
  EXPECT_EQ(Code(writing.get()), kUnavailable);
  EXPECT_TRUE(redis->broken());
}

TEST_F(RedisClientTest, WhatIsNotTheProtocolBreaksTheConnection) {
  const FakeServer server(absl::StrCat(kSecret, "\r\n"));
  const auto redis = Connect(server.Address());
  EXPECT_EQ(Code(redis->Run({"GET", "a"}, kPatience)), kUnavailable);
  EXPECT_TRUE(redis->broken());
  EXPECT_THAT(log_.text(), HasSubstr("cannot be read"));
}

TEST_F(RedisClientTest, AnAnswerTooManyBreaksTheConnection) {
  const FakeServer server("+first\r\n+second\r\n");
  const auto redis = Connect(server.Address());
  EXPECT_EQ(Code(redis->Run({"GET", "a"}, kPatience)), kUnavailable);
  EXPECT_TRUE(redis->broken());
}

TEST_F(RedisClientTest, AnAnswerThatDoesNotEndTimesOut) {
  const FakeServer server("$1000000\r\n" + std::string(1000, 'x'));
  const auto redis = Connect(server.Address());
  TimeOut(*redis, {"GET", "a"});
}

// ---- addresses and passwords

TEST_F(RedisClientTest, AnAddressIsASocketOrAnIpWithAPort) {
  for (const std::string& address :
       {std::string(), std::string("unix:"), std::string("unix:relative"),
        std::string("/tmp/redis"), std::string("127.0.0.1"), std::string("127.0.0.1:"),
        std::string("127.0.0.1:0"), std::string("127.0.0.1:65536"), std::string("127.0.0.1:+1"),
        std::string("127.0.0.1:1x"), std::string("localhost:6379"), std::string(":6379"),
        std::string("::1:6379"), std::string("[127.0.0.1]:6379"), std::string("[:6379"),
        "unix:/" + std::string(107, 'x')}) {
    EXPECT_EQ(Code(Connection::Connect({.address = address}, kPatience, log_.Function())),
              kInvalidArgument)
        << address;
  }
  // Nobody listens on port 1, but it was understood.
  for (const char* address : {"unix:/nonexistent/redis.sock", "127.0.0.1:1", "[::1]:1"}) {
    EXPECT_EQ(Code(Connection::Connect({.address = address}, kPatience, log_.Function())),
              kUnavailable)
        << address;
    EXPECT_THAT(log_.text(), HasSubstr(address));
  }
}

TEST_F(RedisClientTest, OverTcp) {
  const FakeServer server(":42\r\n");
  const auto redis = Connect(server.Address());
  EXPECT_EQ(Run(*redis, {"INCR", "a"}).integer(), 42);
}

TEST_F(RedisClientTest, ThePasswordIsReadAtEveryConnect) {
  OwnServer server;
  server.Start();
  EXPECT_EQ(Run(*Connect(server.Address()), {"CONFIG", "SET", "requirepass", kSecret}).status(),
            "OK");
  ConnectionOptions options{.address = server.Address(),
                            .password_file = server.FileWith(absl::StrCat(kSecret, "\n"))};
  const auto connection = Connection::Connect(options, kPatience, log_.Function());
  ASSERT_TRUE(connection.ok()) << connection.status();
  EXPECT_EQ(Run(**connection, {"PING"}).status(), "PONG");

  server.FileWith("wrong");
  EXPECT_EQ(Code(Connection::Connect(options, kPatience, log_.Function())), kUnavailable);
  EXPECT_THAT(log_.text(), HasSubstr("WRONGPASS"));
  options.password_file = "";
  EXPECT_EQ(Code(Connection::Connect(options, kPatience, log_.Function())), kUnavailable);
  EXPECT_THAT(log_.text(), HasSubstr("NOAUTH"));
  options.password_file = "/nonexistent";
  EXPECT_EQ(Code(Connection::Connect(options, kPatience, log_.Function())), kUnavailable);
}

// ---- the pool

TEST_F(RedisClientTest, ManyThreadsShareAPoolAndEachGetsItsOwnAnswers) {
  constexpr int kThreads = 8;
  constexpr int kReads = 1'000;
  const auto pool = MakePool(SharedAddress(), 3);
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kReads; ++i) {
        const std::string mine = absl::StrCat(kSecret, t, ":", i);
        const auto one = pool->Read({"ECHO", mine}, kPatience);
        const auto two = pool->ReadAll({{"ECHO", mine + "a"}, {"ECHO", mine + "b"}}, kPatience);
        if (one.ok() && one->string() == mine && two.ok() && two->size() == 2 &&
            (*two)[0].string() == mine + "a" && (*two)[1].string() == mine + "b") {
          ++right;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, kThreads * kReads);
  const PoolStats stats = pool->Stats();
  EXPECT_LE(stats.opened, 3);
  EXPECT_EQ(stats.idle, stats.opened);
  EXPECT_EQ(stats.in_use, 0);
  EXPECT_EQ(stats.discarded, 0);
  EXPECT_EQ(stats.failed, 0);
}

TEST_F(RedisClientTest, ACallerWaitsForAConnectionOnlyAsLongAsItsPatience) {
  const auto observer = Connect();
  const auto pool = MakePool(SharedAddress(), 1);
  const std::string key = Key("queue");
  auto holder = std::async(std::launch::async, [&] {
    return pool->Read({"BLPOP", key, "0"}, kPatience);
  });
  ASSERT_TRUE(Eventually([&] { return pool->Stats().in_use == 1; }));
  EXPECT_EQ(Code(pool->Read({"PING"}, kShort)), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Code(pool->Read({"PING"}, absl::ZeroDuration())), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(pool->Stats().timed_out, 2);
  auto waiter = std::async(std::launch::async, [&] {
    return pool->Read({"ECHO", "mine"}, kPatience);
  });
  EXPECT_EQ(Run(*observer, {"RPUSH", key, kSecret}).integer(), 1);
  EXPECT_EQ(Answer(holder.get()).array().back().string(), kSecret);
  EXPECT_EQ(Answer(waiter.get()).string(), "mine");
}

TEST_F(RedisClientTest, AReadOnADeadIdleConnectionIsSentAgain) {
  const auto observer = Connect();
  const auto pool = MakePool(SharedAddress(), 1);
  for (int round = 1; round <= 2; ++round) {
    const std::string id = absl::StrCat(*Answer(pool->Read({"CLIENT", "ID"}, kPatience)).integer());
    EXPECT_EQ(Run(*observer, {"CLIENT", "KILL", "ID", id}).integer(), 1);
    if (round == 1) {
      EXPECT_EQ(Answer(pool->Read({"ECHO", "a"}, kPatience)).string(), "a");
    } else {
      const auto replies = pool->ReadAll({{"ECHO", "a"}, {"ECHO", "b"}}, kPatience);
      ASSERT_TRUE(replies.ok()) << replies.status();
      EXPECT_THAT(*replies, ElementsAre(Reply::String("a"), Reply::String("b")));
    }
    EXPECT_EQ(pool->Stats().retried, round);
    EXPECT_EQ(pool->Stats().discarded, round);
    EXPECT_EQ(pool->Stats().opened, round + 1);
  }
}

TEST_F(RedisClientTest, APoolWhoseServerIsAwayCostsNothingAndComesBack) {
  OwnServer server;
  const auto pool = MakePool(server.Address(), 2);
  int64_t calls = 0;
  EXPECT_TRUE(Eventually([&] {
    for (int i = 0; i < 1'000; ++i, ++calls) {
      EXPECT_EQ(Code(pool->Read({"GET", Key("a")}, kPatience)), kUnavailable);
    }
    return pool->Stats().failed >= 3;
  }));
  const PoolStats away = pool->Stats();
  EXPECT_EQ(away.failed + away.refused, calls);
  EXPECT_GT(away.refused, away.failed);
  EXPECT_EQ(away.in_use, 0);
  EXPECT_EQ(log_.warnings(), 1);  // however often it was tried

  server.Start();
  EXPECT_TRUE(Eventually([&] { return pool->Read({"GET", Key("a")}, kPatience).ok(); }));
  EXPECT_THAT(log_.text(), HasSubstr("available again"));
  EXPECT_EQ(pool->Stats().opened, 1);
}

TEST_F(RedisClientTest, ARestartedServerIsFoundByTheNextRead) {
  OwnServer server;
  server.Start();
  const auto pool = MakePool(server.Address(), 2);
  EXPECT_EQ(Answer(pool->Read({"PING"}, kPatience)).status(), "PONG");
  server.Kill();
  server.Start();
  EXPECT_EQ(Answer(pool->Read({"PING"}, kPatience)).status(), "PONG");
  EXPECT_EQ(pool->Stats().retried, 1);
}

TEST_F(RedisClientTest, AServerThatHangsCostsFewCallersTheirPatience) {
  OwnServer server;
  server.Start();
  const auto pool = MakePool(server.Address(), 4);
  EXPECT_EQ(Answer(pool->Read({"PING"}, kPatience)).status(), "PONG");
  server.Pause();
  EXPECT_EQ(Code(pool->Read({"PING"}, kShort)), kDeadlineExceeded);  // on the idle connection
  EXPECT_EQ(Code(pool->Read({"PING"}, kShort)), kDeadlineExceeded);  // in an attempt to connect
  EXPECT_TRUE(Eventually([&] { return Code(pool->Read({"PING"}, kShort)) == kUnavailable; }));
  EXPECT_GE(pool->Stats().refused, 1);
  server.Resume();
  EXPECT_TRUE(Eventually([&] { return pool->Read({"PING"}, kPatience).ok(); }));
}

TEST_F(RedisClientTest, OnlyOneCallerAtATimeTriesAServerThatHangs) {
  constexpr int kThreads = 4;
  OwnServer server;
  server.Start();
  server.Pause();
  Pool pool({.address = server.Address(), .connect_timeout = kShort}, kThreads, log_.Function());
  EXPECT_EQ(Code(pool.Read({"PING"}, kPatience)), kUnavailable);
  // All of them call until somebody's attempt has failed once more.
  std::vector<std::future<void>> callers;
  callers.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    callers.push_back(std::async(std::launch::async, [&] {
      while (pool.Stats().failed == 1)
        EXPECT_EQ(Code(pool.Read({"PING"}, kPatience)), kUnavailable);
    }));
  }
  for (auto& caller : callers) caller.get();
  EXPECT_LT(pool.Stats().failed, 1 + kThreads);
}

TEST_F(RedisClientTest, AnUnreadableAddressIsTold) {
  const auto pool = MakePool("localhost:6379", 1);
  EXPECT_EQ(Code(pool->Read({"PING"}, kPatience)), kInvalidArgument);
}

}  // namespace
}  // namespace stadspoort::redis
