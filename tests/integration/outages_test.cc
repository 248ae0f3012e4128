// What is answered when the system of record is away, overloaded or not readable: never a "no".
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using checks::v1::BatchCheckPlatesRequest;
using checks::v1::BatchCheckPlatesResponse;
using checks::v1::CheckAnswer;
using grpc::health::v1::HealthCheckResponse;
using ChecksStub = checks::v1::ChecksService::Stub;
using RightsStub = rights::v1::RightsService::Stub;

std::string Words(const CheckAnswer& answer) {
  return absl::StrCat(checks::v1::Decision_Name(answer.decision()).substr(9), " ",
                      checks::v1::DecisionReason_Name(answer.reason()).substr(16));
}

constexpr char kChecks[] = "stadspoort.checks.v1.ChecksService";

// What the daemon says of its health, as it says it.
class HealthWatch {
 public:
  HealthWatch(const Daemon& daemon, const std::string& service)
      : stub_(grpc::health::v1::Health::NewStub(daemon.channel())) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(120));
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    reader_ = stub_->Watch(&context_, request);
  }
  ~HealthWatch() {
    context_.TryCancel();
    reader_->Finish();
  }
  // False when it is not said within two minutes of the first call.
  bool Says(HealthCheckResponse::ServingStatus wanted) {
    HealthCheckResponse response;
    while (reader_->Read(&response)) {
      if (response.status() == wanted) return true;
    }
    return false;
  }
  bool SaysAtOnce(HealthCheckResponse::ServingStatus wanted) {
    HealthCheckResponse response;
    return reader_->Read(&response) && response.status() == wanted;
  }

 private:
  std::unique_ptr<grpc::health::v1::Health::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<HealthCheckResponse>> reader_;
};

grpc::Status Enrol(Daemon& daemon, const std::string& reference, const std::string& plate) {
  rights::v1::EnrolRightResponse response;
  return Call(*daemon.rights, &RightsStub::EnrolRight, Provider("app"),
              EnrolRequest("ghent", reference, plate), response);
}

// A good plate, one without a right, and one that is none.
std::vector<std::string> CheckThree(Daemon& daemon) {
  BatchCheckPlatesRequest request;
  request.set_parent("cities/ghent");
  request.mutable_place()->mutable_zones()->add_zones("cities/ghent/zones/a");
  for (const char* plate : {"1ABC123", "9XYZ999", "--"}) {
    request.add_items()->mutable_plate()->set_number(plate);
  }
  BatchCheckPlatesResponse response;
  const grpc::Status status =
      Call(*daemon.checks, &ChecksStub::BatchCheckPlates, Device(), request, response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  std::vector<std::string> words;
  for (const CheckAnswer& answer : response.answers()) words.push_back(Words(answer));
  return words;
}

const std::vector<std::string>& Normal() {
  static const auto* words = new std::vector<std::string>{
      "PERMITTED RIGHT", "NOT_PERMITTED NO_RIGHT", "UNKNOWN INVALID_ITEM"};
  return *words;
}
// Without the system of record: what was known a moment ago lets cars pass, and nobody is refused.
const std::vector<std::string>& Degraded() {
  static const auto* words = new std::vector<std::string>{
      "PERMITTED RIGHT", "UNKNOWN BACKEND_UNAVAILABLE", "UNKNOWN INVALID_ITEM"};
  return *words;
}
const std::vector<std::string>& Nothing() {
  static const auto* words = new std::vector<std::string>{
      "UNKNOWN BACKEND_UNAVAILABLE", "UNKNOWN BACKEND_UNAVAILABLE", "UNKNOWN INVALID_ITEM"};
  return *words;
}

// It comes by itself, without a restart.
void ExpectSoon(Daemon& daemon, const std::vector<std::string>& expected) {
  std::vector<std::string> words = CheckThree(daemon);
  for (int i = 0; i < 600 && words != expected; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    words = CheckThree(daemon);
  }
  EXPECT_EQ(words, expected);
}

class OutagesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    daemon_ = database_.Start();
    MakeCity(*daemon_, "ghent");
    const grpc::Status status = Enrol(*daemon_, "one", "1ABC123");
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  Register database_;
  std::unique_ptr<Daemon> daemon_;
};

TEST_F(OutagesTest, PostgresqlGoneAndBack) {
  ExpectSoon(*daemon_, Normal());
  const std::string name = Sql(database_.superuser()).Value("SELECT current_database()");
  Sql other(database_.superuser() + " dbname=postgres");
  HealthWatch all(*daemon_, "");
  HealthWatch checks(*daemon_, kChecks);
  ASSERT_TRUE(all.Says(HealthCheckResponse::SERVING));
  HealthWatch rights(*daemon_, "stadspoort.rights.v1.RightsService");
  ASSERT_TRUE(checks.Says(HealthCheckResponse::SERVING));
  ASSERT_TRUE(rights.Says(HealthCheckResponse::SERVING));

  other.Value(absl::StrCat("ALTER DATABASE \"", name, "\" ALLOW_CONNECTIONS false"));
  other.Value(absl::StrCat(
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '", name,
      "'"));
  EXPECT_EQ(CheckThree(*daemon_), Degraded());
  EXPECT_TRUE(all.Says(HealthCheckResponse::NOT_SERVING));
  EXPECT_TRUE(rights.Says(HealthCheckResponse::NOT_SERVING));
  EXPECT_TRUE(HealthWatch(*daemon_, kChecks).SaysAtOnce(HealthCheckResponse::SERVING))
      << "degraded, and scanners must reach it";
  EXPECT_EQ(CheckThree(*daemon_), Degraded());
  const grpc::Status refused = Enrol(*daemon_, "two", "1XYZ999");
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(refused), "BACKEND_UNAVAILABLE");

  other.Value(absl::StrCat("ALTER DATABASE \"", name, "\" ALLOW_CONNECTIONS true"));
  EXPECT_TRUE(all.Says(HealthCheckResponse::SERVING)) << "it comes back without a restart";
  EXPECT_TRUE(rights.Says(HealthCheckResponse::SERVING));
  ExpectSoon(*daemon_, Normal());
  const grpc::Status enrolled = Enrol(*daemon_, "two", "1XYZ999");
  EXPECT_TRUE(enrolled.ok()) << enrolled.error_message();
}

// Every backend is ended, but new ones may come: nobody notices anything but a retry.
TEST_F(OutagesTest, BrokenConnectionsNeverBecomeANo) {
  Sql sql(database_.superuser());
  for (int i = 0; i < 20; ++i) {
    sql.Value(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name LIKE 'stadspoortd-%'");
    const std::vector<std::string> words = CheckThree(*daemon_);
    ASSERT_EQ(words.size(), 3U);
    EXPECT_TRUE(words[0] == Normal()[0] || words[0] == Nothing()[0]) << words[0];
    EXPECT_TRUE(words[1] == Normal()[1] || words[1] == Nothing()[1]) << words[1];
  }
}

TEST_F(OutagesTest, ADaemonWithAnotherPlateKeyNeitherAnswersNorWrites) {
  for (const char* line : {"test-1 ", "other "}) {
    const std::string file = absl::StrCat(database_.folder(), "/wrong-plate-keys");
    std::ofstream(file) << line << std::string(64, '7') << "\n";
    Place place = database_.place();
    place.plate_keys = file;
    Daemon wrong(place);
    EXPECT_EQ(CheckThree(wrong), Nothing()) << line;
    const grpc::Status refused = Enrol(wrong, "two", "1XYZ999");
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION) << line;
    EXPECT_EQ(ReasonOf(refused), "PLATE_KEY_MISMATCH") << line;
  }
  EXPECT_EQ(Sql(database_.superuser()).Value("SELECT count(*) FROM stadspoort.access_right"), "1");
  ExpectSoon(*daemon_, Normal());  // the right daemon goes on
}

// Two checks may wait for the system of record, and the one that is there waits for a lock.
TEST_F(OutagesTest, OverloadIsUnknownNeverANo) {
  constexpr int kCallers = 12;
  const auto narrow = database_.Start({"--max-waiting-plates", "2"});
  Sql sql(database_.superuser());
  sql.Value("BEGIN");
  sql.Value("LOCK TABLE stadspoort.access_right IN ACCESS EXCLUSIVE MODE");
  std::atomic<int> answered = 0;
  std::vector<std::string> words(kCallers);
  std::vector<std::thread> callers;
  for (size_t i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      checks::v1::CheckPlateResponse response;
      const grpc::Status status =
          Call(*narrow->checks, &ChecksStub::CheckPlate, Device(),
               CheckRequest("ghent", i % 2 == 0 ? "1ABC123" : "9XYZ999"), response);
      words[i] = status.ok() ? Words(response.answer()) : status.error_message();
      ++answered;
    });
  }
  // One may be with the system of record and two may wait for it; all others are answered at once.
  while (answered < kCallers - 3) std::this_thread::yield();
  sql.Value("ROLLBACK");
  for (std::thread& caller : callers) caller.join();
  int overloaded = 0;
  for (size_t i = 0; i < kCallers; ++i) {
    if (words[i] == "UNKNOWN OVERLOADED") {
      ++overloaded;
    } else {
      // It had the connection: answered after the lock, or given up by the statement's time limit.
      EXPECT_TRUE(words[i] == Normal()[i % 2] || words[i] == Nothing()[0]) << words[i];
    }
  }
  EXPECT_GE(overloaded, kCallers / 2);
}

// Nothing is said of a plate while what holds cannot be read in time.
TEST_F(OutagesTest, ADeadlineThatPassesIsNeverANo) {
  Sql sql(database_.superuser());
  sql.Value("BEGIN");
  sql.Value("LOCK TABLE stadspoort.access_right IN ACCESS EXCLUSIVE MODE");
  for (const char* plate : {"1ABC123", "9XYZ999"}) {
    grpc::ClientContext context;
    Introduce(Device(), context);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(500));
    checks::v1::CheckPlateResponse response;
    const grpc::Status status =
        daemon_->checks->CheckPlate(&context, CheckRequest("ghent", plate), &response);
    if (status.ok()) {
      EXPECT_EQ(Words(response.answer()), Nothing()[0]);
    } else {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
    }
  }
  sql.Value("ROLLBACK");
  ExpectSoon(*daemon_, Normal());
}

}  // namespace
}  // namespace stadspoort::testing
