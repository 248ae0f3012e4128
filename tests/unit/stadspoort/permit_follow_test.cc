// What a follow makes of a register's answers: a service in this process speaks for one.
#include "services/stadspoort/permit_follow.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "stadspoort/permits/v1/permits.grpc.pb.h"

namespace stadspoort::client {
namespace {

using permits::v1::FollowPermitEventsRequest;
using permits::v1::FollowPermitEventsResponse;
using testing::AnyOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

using Writer = grpc::ServerWriter<FollowPermitEventsResponse>;
using Speak = std::function<grpc::Status(const grpc::ServerContext&, Writer&)>;

void Tell(Writer& writer, const std::string& cursor) {
  FollowPermitEventsResponse response;
  response.set_cursor(cursor);
  response.mutable_event()->set_kind(permits::v1::PERMIT_EVENT_KIND_PAID);
  response.mutable_event()->set_state(permits::v1::PERMIT_STATE_ACTIVE);
  response.mutable_event()->set_actor("portal");
  writer.Write(response);
}

// Answers the calls in their order, each in its own way; the last way is for all that follow.
class Register : public permits::v1::PermitsService::Service {
 public:
  explicit Register(std::vector<Speak> answers)
      : answers_(std::move(answers)),
        address_(absl::StrCat("unix:", testing::TempDir(), "follow.", getpid())) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address_, grpc::InsecureServerCredentials());
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~Register() override { server_->Shutdown(); }
  Register(const Register&) = delete;
  Register& operator=(const Register&) = delete;

  grpc::Status FollowPermitEvents(grpc::ServerContext* context,
                                  const FollowPermitEventsRequest* request,
                                  Writer* writer) override {
    size_t call = 0;
    {
      const absl::MutexLock lock(&mutex_);
      call = asked_.size();
      asked_.push_back(*request);
    }
    return answers_[std::min(call, answers_.size() - 1)](*context, *writer);
  }

  const std::string& address() const { return address_; }
  std::vector<FollowPermitEventsRequest> asked() const {
    const absl::MutexLock lock(&mutex_);
    return asked_;
  }
  std::vector<std::string> cursors() const {
    std::vector<std::string> cursors;
    for (const FollowPermitEventsRequest& request : asked()) cursors.push_back(request.cursor());
    return cursors;
  }

 private:
  const std::vector<Speak> answers_;
  const std::string address_;
  mutable absl::Mutex mutex_;
  std::vector<FollowPermitEventsRequest> asked_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<grpc::Server> server_;
};

struct Told {
  int code = 0;
  std::string out;
  std::string err;
};

Told Follow(const Register& from, const std::string& since = "", bool json = false,
            absl::Duration deadline = absl::InfiniteDuration()) {
  CallOptions options;
  options.server = from.address();
  options.subject = "test";
  options.cities = "*";
  if (deadline != absl::InfiniteDuration()) options.deadline = deadline;
  PermitFollowArguments arguments;
  arguments.city = "ghent";
  arguments.since = since;
  std::ostringstream out;
  std::ostringstream err;
  const ExitCode code =
      FollowPermits(arguments, Session(options), Output{out, err, json, false, false});
  return {code, out.str(), err.str()};
}

TEST(PermitFollowTest, GoesOnWithTheNextCallUntilItIsInterrupted) {
  absl::Notification ended;
  const Register from({[](const grpc::ServerContext& /*context*/, Writer& writer) {
                         Tell(writer, "c1");
                         return grpc::Status::OK;
                       },
                       [&ended](const grpc::ServerContext& /*context*/, Writer& writer) {
                         Tell(writer, "c2");
                         raise(SIGINT);
                         ended.WaitForNotification();
                         return grpc::Status::OK;
                       }});
  const Told told = Follow(from, "c0");
  ended.Notify();
  EXPECT_EQ(told.code, kFine) << told.err;
  EXPECT_THAT(from.cursors(), ElementsAre("c0", "c1"));
  EXPECT_THAT(told.out, HasSubstr("  paid, now active, by portal\n"));
  // The last event that arrived tells where to go on.
  EXPECT_THAT(told.out, AnyOf(EndsWith("To go on from here: --since c1\n"),
                              EndsWith("To go on from here: --since c2\n")));
}

TEST(PermitFollowTest, WithJsonEveryEventIsAnObjectOfItsOwn) {
  const Register from({[](const grpc::ServerContext& /*context*/, Writer& writer) {
    Tell(writer, "c1");
    Tell(writer, "c2");
    return grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "lost");
  }});
  const Told told = Follow(from, "c0", /*json=*/true);
  EXPECT_EQ(told.code, kRefused);
  std::istringstream lines(told.out);
  for (const char* cursor : {"c1", "c2"}) {
    std::string line;
    std::getline(lines, line);
    const auto event = nlohmann::ordered_json::parse(line, nullptr, false);
    ASSERT_TRUE(event.contains("event")) << line;
    EXPECT_EQ(event["cursor"], cursor);
  }
  const auto rest = nlohmann::ordered_json::parse(lines, nullptr, false);
  EXPECT_EQ(rest["cursor"], "c2") << "where it broke off";
  EXPECT_EQ(rest["error"]["status"], "FAILED_PRECONDITION");
}

// The register ends a call before its deadline: there is time to tell something all the same, and
// no second call in what is left.
TEST(PermitFollowTest, ADeadlineEndsItWell) {
  const Register from({[](const grpc::ServerContext& context, Writer& writer) {
    if (context.deadline() - std::chrono::system_clock::now() > std::chrono::seconds(2)) {
      Tell(writer, "c1");
    }
    return grpc::Status::OK;
  }});
  const Told told = Follow(from, "", /*json=*/false, absl::Milliseconds(300));
  EXPECT_EQ(told.code, kFine) << told.err;
  EXPECT_THAT(told.out, EndsWith("To go on from here: --since c1\n"));
  EXPECT_THAT(told.err, IsEmpty());
  EXPECT_EQ(from.asked().size(), 1u);
}

TEST(PermitFollowTest, WhereNothingHappenedThatIsSaid) {
  for (const char* since : {"", "c0"}) {
    absl::Notification ended;
    const Register from({[&ended](const grpc::ServerContext& /*context*/, Writer& /*writer*/) {
      raise(SIGTERM);
      ended.WaitForNotification();
      return grpc::Status::OK;
    }});
    const Told told = Follow(from, since);
    ended.Notify();
    EXPECT_EQ(told.code, kFine) << told.err;
    EXPECT_EQ(told.out,
              *since == '\0' ? "No events.\n" : "No events.\nTo go on from here: --since c0\n");
  }
}

TEST(PermitFollowTest, ARegisterThatEndsEveryCallAtOnceIsAtFault) {
  const Register from({[](const grpc::ServerContext& /*context*/, Writer& writer) {
                         Tell(writer, "c1");
                         return grpc::Status::OK;
                       },
                       [](const grpc::ServerContext& /*context*/, Writer& /*writer*/) {
                         return grpc::Status::OK;
                       }});
  const Told told = Follow(from);
  EXPECT_EQ(told.code, kFailed);
  EXPECT_THAT(told.out, EndsWith("To go on from here: --since c1\n"));
  EXPECT_THAT(told.err, HasSubstr("ends the call at once"));
  EXPECT_EQ(from.asked().size(), 2u);
}

}  // namespace
}  // namespace stadspoort::client
