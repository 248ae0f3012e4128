#include "storage/postgres/client/connection.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <future>
#include <thread>

#include "absl/strings/str_cat.h"
#include "storage/postgres/client/pipeline.h"
#include "storage/postgres/client/server_message.h"
#include "storage/postgres/client/status.h"

namespace stadspoort::postgres {
namespace {

constexpr std::string_view kIdle = "(none)";  // what a notice between statements belongs to
constexpr Statement kIsPrimary{"client_is_primary", "SELECT NOT pg_catalog.pg_is_in_recovery()"};

struct FreeConninfo {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ClearResult>;

absl::Status Unavailable() { return StatusFromSqlState("08006"); }

// poll() until the deadline on the monotonic clock. False when it passed.
bool AwaitSocket(int socket, short events, Deadline deadline) {
  pollfd entry{.fd = socket, .events = events, .revents = 0};
  while (true) {
    const timespec patience = absl::ToTimespec(deadline.Remaining());
    const int ready = ppoll(&entry, 1, &patience, nullptr);
    if (ready > 0) return true;
    if (ready == 0) {
      if (deadline.Passed()) return false;
    } else if (errno != EINTR) {
      return true;  // libpq meets the same fault and says so
    }
  }
}

// In the `options` of a connection string a space ends a word and a backslash takes its meaning.
void AppendSetting(std::string& options, std::string_view name, std::string_view value) {
  if (!options.empty()) options.push_back(' ');
  options.append("-c ").append(name).append("=");
  for (const char c : value) {
    if (c == ' ' || c == '\\') options.push_back('\\');
    options.push_back(c);
  }
}

std::string Milliseconds(absl::Duration duration) {
  return absl::StrCat(absl::ToInt64Milliseconds(duration));
}

// The settings every session starts with; `given`, from the connection string, comes last and wins.
std::string SessionOptions(const ConnectionOptions& options, std::string_view given) {
  std::string text;
  AppendSetting(text, "statement_timeout", Milliseconds(options.statement_timeout));
  AppendSetting(text, "idle_in_transaction_session_timeout",
                Milliseconds(options.idle_in_transaction_timeout));
  AppendSetting(text, "TimeZone", "UTC");
  // Compiling a plan costs more than any statement of ours runs.
  AppendSetting(text, "jit", "off");
  for (const auto& [name, value] : options.settings) AppendSetting(text, name, value);
  if (!given.empty()) text.append(" ").append(given);
  return text;
}

// Keywords and values as libpq takes them: a later one wins.
class ConnectParams {
 public:
  void Add(const char* keyword, std::string value) {
    keywords_.push_back(keyword);
    texts_.push_back(std::move(value));
  }
  PGconn* Start() const {
    std::vector<const char*> keywords = keywords_;
    std::vector<const char*> values;
    for (const std::string& text : texts_) values.push_back(text.c_str());
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    return PQconnectStartParams(keywords.data(), values.data(), /*expand_dbname=*/1);
  }

 private:
  std::vector<const char*> keywords_;
  std::vector<std::string> texts_;
};

ConnectParams ParamsOf(const ConnectionOptions& options, std::string_view given_options) {
  const int64_t silence = std::max<int64_t>(1, absl::ToInt64Seconds(options.tcp_timeout) / 3);
  ConnectParams params;
  params.Add("application_name", options.application_name);
  params.Add("keepalives", "1");
  params.Add("keepalives_idle", absl::StrCat(silence));
  params.Add("keepalives_interval", absl::StrCat(silence));
  params.Add("keepalives_count", "2");
  params.Add("tcp_user_timeout", Milliseconds(options.tcp_timeout));
  params.Add("dbname", options.conninfo);  // expanded: everything in it
  params.Add("options", SessionOptions(options, given_options));
  params.Add("client_encoding", "UTF8");
  return params;
}

}  // namespace

namespace {

// Best effort: statement_timeout is behind it. In a thread of its own, as libpq waits without an
// end for a server that stands still though its host answers.
void Cancel(PGcancel* cancel, absl::Duration patience) {
  const auto done = std::make_shared<std::promise<void>>();
  const std::future<void> over = done->get_future();
  std::thread([cancel, done] {
    std::array<char, 256> error;
    PQcancel(cancel, error.data(), error.size());
    PQfreeCancel(cancel);
    done->set_value();
  }).detach();
  over.wait_for(absl::ToChronoNanoseconds(patience));
}

}  // namespace

Connection::Connection(LogFunction log) : log_(std::move(log)) {}

Connection::~Connection() {
  if (conn_ != nullptr && in_flight_ == InFlight::kStatement) {
    if (PGcancel* cancel = PQgetCancel(conn_); cancel != nullptr) {
      Cancel(cancel, cancel_patience_);
    }
  }
  PQfinish(conn_);
  if (interrupt_ >= 0) close(interrupt_);
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Connect(const ConnectionOptions& options,
                                                                Deadline deadline,
                                                                LogFunction log) {
  std::unique_ptr<Connection> connection(new Connection(std::move(log)));
  const Deadline attempt = Earlier(deadline, Deadline::After(options.connect_timeout));
  absl::Status status = connection->Open(options, attempt);
  if (status.ok()) status = connection->CheckPrimary(attempt);
  if (status.ok()) return connection;
  // The attempt is cut off before the caller's patience: the server's fault, not the caller's.
  if (absl::IsDeadlineExceeded(status) && !deadline.Passed()) return Unavailable();
  return status;
}

absl::Status Connection::Open(const ConnectionOptions& options, Deadline deadline) {
  char* fault = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeConninfo> given(
      PQconninfoParse(options.conninfo.c_str(), &fault));
  if (given == nullptr) {
    PQfreemem(fault);  // not logged: it quotes the string, which may hold a password
    Log(LogLevel::kError, "the connection string cannot be read");
    return absl::InternalError("the database is not configured");
  }
  std::string_view given_options;
  for (const PQconninfoOption* o = given.get(); o->keyword != nullptr; ++o) {
    if (std::string_view(o->keyword) == "options" && o->val != nullptr) given_options = o->val;
  }
  cancel_patience_ = options.tcp_timeout;
  conn_ = ParamsOf(options, given_options).Start();
  if (conn_ == nullptr) return absl::ResourceExhaustedError("no memory for a connection");
  PQsetNoticeReceiver(conn_, &Connection::OnNotice, this);
  if (absl::Status status = AwaitOpen(deadline); !status.ok()) return status;
  if (PQsetnonblocking(conn_, 1) != 0 || PQenterPipelineMode(conn_) != 1) return Unavailable();
  interrupt_ = fcntl(PQsocket(conn_), F_DUPFD_CLOEXEC, 0);
  if (interrupt_ < 0) return absl::ResourceExhaustedError("no file descriptor is left");
  return absl::OkStatus();
}

absl::Status Connection::AwaitOpen(Deadline deadline) {
  // libpq asks to be treated as if it had said "writing" before the first poll.
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  if (PQstatus(conn_) == CONNECTION_BAD) state = PGRES_POLLING_FAILED;
  while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
    const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!AwaitSocket(PQsocket(conn_), events, deadline)) return TimedOut("connect");
    state = PQconnectPoll(conn_);
  }
  if (state == PGRES_POLLING_OK) return absl::OkStatus();
  std::string reason = PQerrorMessage(conn_);  // host, role, database; no statement has run yet
  std::replace(reason.begin(), reason.end(), '\n', ' ');
  Log(LogLevel::kWarning, absl::StrCat("cannot connect: ", reason));
  broken_ = true;
  return Unavailable();
}

absl::Status Connection::CheckPrimary(Deadline deadline) {
  const auto results = Run({{kIsPrimary, Params()}}, deadline);
  if (!results.ok()) return results.status();
  const auto is_primary = results->front().One([](Row& row) { return row.Bool(0); });
  if (!is_primary.ok()) return is_primary.status();
  if (*is_primary) return absl::OkStatus();
  // A standby lags, so what it does not show may have been granted. A primary only becomes
  // a standby by a restart, which ends this session: once is enough.
  Log(LogLevel::kWarning, "connected to a standby; only the primary is read");
  return Unavailable();
}

Answer Connection::Exchange(absl::Span<const Step> steps, Deadline deadline) {
  return Pipeline(*this, steps).Run(deadline);
}

absl::StatusOr<std::vector<Result>> Connection::Run(absl::Span<const Command> commands,
                                                    Deadline deadline) {
  std::vector<Step> steps;
  for (const Command& command : commands) steps.push_back({&command.statement, &command.params});
  Answer answer = Exchange(steps, deadline);
  if (!answer.status.ok()) return answer.status;
  return std::move(answer.results);
}

absl::Status Connection::RunScript(std::string_view name, std::string_view script,
                                   Deadline deadline) {
  if (script.find('\0') != std::string_view::npos) {
    return absl::InternalError("a script holds a zero byte");
  }
  if (broken_) return Unavailable();
  if (deadline.Passed()) return absl::DeadlineExceededError("no time left to start");
  // The simple protocol, which alone takes several statements, is not part of pipeline mode.
  if (PQexitPipelineMode(conn_) != 1) {
    broken_ = true;
    return Unavailable();
  }
  reading_ = name;
  stage_ = Stage::kScript;
  absl::Status status = RunSimple(name, script, deadline);
  reading_ = kIdle;  // the caller's name may be gone when the next notice comes
  if (!broken_ && PQenterPipelineMode(conn_) != 1) broken_ = true;
  return status;
}

absl::Status Connection::RunSimple(std::string_view name, std::string_view script,
                                   Deadline deadline) {
  if (PQsendQuery(conn_, std::string(script).c_str()) != 1) {
    broken_ = true;
    return Unavailable();
  }
  in_flight_ = InFlight::kStatement;
  absl::Status status;
  while (true) {
    if (!AwaitResult(deadline)) return TimedOut(name);
    const ResultPtr result(PQgetResult(conn_));
    if (result == nullptr) break;
    switch (PQresultStatus(result.get())) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK:
      case PGRES_EMPTY_QUERY:
        break;
      case PGRES_FATAL_ERROR:
        status.Update(ServerError(result.get(), name, stage_));
        break;
      default:  // COPY: the session would wait for data that nobody has
        broken_ = true;
        return absl::InternalError("a script uses COPY");
    }
  }
  in_flight_ = InFlight::kNothing;
  return status;
}

bool Connection::AwaitResult(Deadline deadline) {
  while (PQisBusy(conn_) != 0) {
    const int unsent = PQflush(conn_);
    // The server may stop reading until we read: never only wait to write.
    const short events = unsent > 0 ? POLLIN | POLLOUT : POLLIN;
    if (!AwaitSocket(PQsocket(conn_), events, deadline)) return false;
    if (PQconsumeInput(conn_) == 0) return true;  // lost; PQgetResult says so
  }
  return true;
}

absl::Status Connection::ServerError(const pg_result* error, std::string_view statement,
                                     Stage stage) {
  const ServerMessage message = ReadServerMessage(error);
  // 26000: a statement we prepared is gone; 0A000: it returns other types than when it was planned
  // (a migration went by). A new session prepares anew.
  if (message.EndsSession() || message.sqlstate == "26000" || message.sqlstate == "0A000") {
    broken_ = true;
  }
  absl::Status status = message.sqlstate.empty()
                            ? Unavailable()
                            : StatusFromSqlState(message.sqlstate, message.constraint);
  Log(LevelOf(status), LogLine(statement, message, stage));
  return status;
}

absl::Status Connection::TimedOut(std::string_view statement) {
  broken_ = true;
  Log(LogLevel::kWarning,
      std::string("statement ").append(statement).append(": no answer before the deadline"));
  return absl::DeadlineExceededError("the database did not answer in time");
}

void Connection::OnNotice(void* self, const pg_result* notice) {
  auto* connection = static_cast<Connection*>(self);
  const ServerMessage message = ReadServerMessage(notice);
  if (message.sqlstate.empty()) return;  // of libpq itself; it comes with an error if it matters
  const bool warning = message.severity == "WARNING";
  if (warning && connection->reading_commit_) connection->commit_warned_ = true;
  // An error that answers nothing: the server ends an idle session.
  const bool ends = message.EndsSession() || message.severity == "ERROR";
  if (ends) connection->broken_ = true;
  connection->Log(ends || warning ? LogLevel::kWarning : LogLevel::kDebug,
                  LogLine(connection->reading_, message, connection->stage_));
}

bool Connection::Idle() const {
  return !broken_ && PQstatus(conn_) == CONNECTION_OK &&
         PQtransactionStatus(conn_) == PQTRANS_IDLE && PQpipelineStatus(conn_) == PQ_PIPELINE_ON;
}

bool Connection::InTransaction() const {
  return !broken_ && PQtransactionStatus(conn_) == PQTRANS_INTRANS;
}

bool Connection::HasEnded() {
  reading_ = kIdle;
  pollfd entry{.fd = PQsocket(conn_), .events = POLLIN, .revents = 0};
  // Nothing to read is the healthy case. Else it is news such as a changed setting, which PQisBusy
  // takes in, or the end, which may stand behind a last word.
  while (!broken_ && poll(&entry, 1, 0) > 0) {
    if (PQconsumeInput(conn_) == 0) broken_ = true;
    PQisBusy(conn_);
  }
  return !Idle();
}

bool Connection::Settled() {
  if (PQconsumeInput(conn_) == 0) return true;
  while (PQisBusy(conn_) == 0) {
    const ResultPtr result(PQgetResult(conn_));
    if (PQstatus(conn_) == CONNECTION_BAD) return true;
    if (result != nullptr && PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) return true;
  }
  return false;
}

void Connection::Interrupt() const {
  if (interrupt_ >= 0) shutdown(interrupt_, SHUT_RDWR);
}

int Connection::socket() const { return PQsocket(conn_); }

void Connection::Log(LogLevel level, std::string_view line) const {
  if (log_) log_(level, line);
}

}  // namespace stadspoort::postgres
