#include "services/stadspoort/permit_follow.h"

#include <algorithm>
#include <ostream>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/stadspoort/failure.h"
#include "services/stadspoort/interruption.h"
#include "services/stadspoort/json_text.h"
#include "services/stadspoort/permit_history_page.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "stadspoort/permits/v1/permits.grpc.pb.h"

namespace stadspoort::client {
namespace {

using permits::v1::FollowPermitEventsRequest;
using permits::v1::FollowPermitEventsResponse;
using permits::v1::PermitsService;

constexpr absl::string_view kRoles = "clerk";
// Longer than the register lets a call last: it ends it well, not with a deadline.
constexpr absl::Duration kOneCall = absl::Minutes(10);
// It does so a little before the call's deadline, which therefore lies behind the end of a follow:
// a short one would tell nothing.
constexpr absl::Duration kMargin = absl::Seconds(3);
// A register that ends calls faster than this tells nothing in them.
constexpr absl::Duration kNoCall = absl::Seconds(1);

// The call under way, which an interruption breaks off. Thread-safe.
class Call {
 public:
  void Begin(grpc::ClientContext& context) {
    const absl::MutexLock lock(&mutex_);
    context_ = &context;
    if (interrupted_) context.TryCancel();
  }
  void End() {
    const absl::MutexLock lock(&mutex_);
    context_ = nullptr;
  }
  void Interrupt() {
    const absl::MutexLock lock(&mutex_);
    interrupted_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }
  bool interrupted() const {
    const absl::MutexLock lock(&mutex_);
    return interrupted_;
  }

 private:
  mutable absl::Mutex mutex_;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool interrupted_ ABSL_GUARDED_BY(mutex_) = false;
};

// Whoever reads takes each line as it comes.
void Tell(const FollowPermitEventsResponse& response, absl::TimeZone clock, const Output& output) {
  if (output.json) {
    output.out << MessageJson(response).dump(-1, ' ', false,
                                             nlohmann::ordered_json::error_handler_t::replace)
               << "\n";
  } else {
    output.out << PermitEventLine(response.event(), clock);
  }
  output.out << std::flush;
}

std::string GoOnText(const std::string& cursor) {
  if (cursor.empty()) return "";
  return absl::StrCat("To go on from here: --since ", Printable(cursor), "\n");
}

// One call, until the register ends it or, about then, at `until`. The request goes on behind what
// was told.
grpc::Status FollowOnce(const Session& session, absl::Time until, absl::TimeZone clock,
                        const Output& output, Call& call, FollowPermitEventsRequest& request) {
  grpc::ClientContext context;
  session.Prepare(context, kRoles);
  context.set_deadline(absl::ToChronoTime(std::min(until + kMargin, absl::Now() + kOneCall)));
  call.Begin(context);
  PermitsService::Stub stub(session.channel());
  const auto reader = stub.FollowPermitEvents(&context, request);
  FollowPermitEventsResponse response;
  while (output.out && reader->Read(&response)) {
    Tell(response, clock, output);
    request.clear_start_time();
    request.set_cursor(response.cursor());
  }
  if (!output.out) context.TryCancel();
  const grpc::Status status = Session::WithCallId(context, reader->Finish());
  call.End();
  return status;
}

// Follows until it is interrupted, which is no failure, or `until`, unless no register was there.
grpc::Status FollowAll(const Session& session, absl::Time until, absl::TimeZone clock,
                       const Output& output, Call& call, FollowPermitEventsRequest& request) {
  while (true) {
    const absl::Time began = absl::Now();
    const std::string from = request.cursor();
    const grpc::Status status = FollowOnce(session, until, clock, output, call, request);
    if (call.interrupted() || !output.out) return grpc::Status::OK;
    const absl::Time ended = absl::Now();
    const bool connected = session.channel()->GetState(false) == GRPC_CHANNEL_READY;
    const bool by_itself =
        status.ok() || status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
    if (ended + kMargin >= until && by_itself && connected) return grpc::Status::OK;
    if (!status.ok()) return status;
    if (ended - began < kNoCall && request.cursor() == from) {
      return {grpc::StatusCode::UNAVAILABLE, "the register ends the call at once"};
    }
    // Nothing came since this call began: what was recorded since is what comes next.
    if (request.cursor().empty() && !request.has_start_time()) {
      *request.mutable_start_time() = ToTimestamp(began);
    }
  }
}

}  // namespace

ExitCode FollowPermits(const PermitFollowArguments& arguments, const Session& session,
                       const Output& output) {
  auto request = PermitFollowRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  const absl::Time until =
      absl::Now() + session.options().deadline.value_or(absl::InfiniteDuration());
  const absl::TimeZone clock =
      output.json ? absl::UTCTimeZone() : CityClock(session, request->parent(), kRoles);
  Call call;
  const Interruption interruption([&call] { call.Interrupt(); });
  const grpc::Status status = FollowAll(session, until, clock, output, call, *request);
  const bool told = request->cursor() != arguments.since;
  if (!output.json && (status.ok() || told)) {
    output.out << (told ? "" : "No events.\n") << GoOnText(request->cursor());
  }
  if (status.ok()) return kFine;
  return Report(status, session.options().server, output, {{"cursor", request->cursor()}});
}

}  // namespace stadspoort::client
