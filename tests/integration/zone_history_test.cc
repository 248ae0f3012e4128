// Whatever is published, retired and withdrawn, in any order: at each moment what a simple model
// says is in force, and nothing else, for whoever reads and for whoever checks.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

constexpr absl::Duration kWithdrawalMargin = absl::Seconds(10);

// The versions of one zone, as the contract says that they come and go.
class Model {
 public:
  // The reason of the refusal; empty: it is done.
  std::string Publish(absl::Time now, absl::Time start) {
    if (start < now) return "ZONE_VERSION_OVERLAP";
    Version* newest = Newest();
    if (newest != nullptr) {
      if (start <= newest->start) return "ZONE_FAULTS";
      if (newest->retired && start < newest->end) return "ZONE_RETIRED";
      newest->end = std::min(newest->end, start);
    }
    versions_.push_back({start, absl::InfiniteFuture(), false, false});
    return "";
  }
  std::string Retire(absl::Time now, absl::Time end) {
    Version* newest = Newest();
    if (newest == nullptr) return "ZONE_NOT_FOUND";
    if (end < now) return "ZONE_VERSION_OVERLAP";
    if (newest->retired) return "ZONE_RETIRED";
    if (end <= newest->start) return "ZONE_VERSION_OVERLAP";
    newest->end = end;
    newest->retired = true;
    return "";
  }
  std::string Withdraw(absl::Time now, int64_t number) {
    Version* newest = Newest();
    if (newest == nullptr) return "ZONE_NOT_FOUND";
    if (number != NewestNumber()) return "INVALID_FIELD";
    if (newest->start < now + kWithdrawalMargin) return "ZONE_IN_FORCE";
    newest->withdrawn = true;
    if (Version* before = Newest(); before != nullptr && !before->retired) {
      before->end = newest->end;
      before->retired = newest->retired;
    }
    return "";
  }

  // 0: none.
  int64_t At(absl::Time t) const {
    int64_t found = 0;
    for (size_t i = 0; i < versions_.size(); ++i) {
      const Version& one = versions_[i];
      if (one.withdrawn || t < one.start || t >= one.end) continue;
      EXPECT_EQ(found, 0) << "the model itself";
      found = static_cast<int64_t>(i) + 1;
    }
    return found;
  }
  int64_t NewestNumber() const {
    for (size_t i = versions_.size(); i > 0; --i) {
      if (!versions_[i - 1].withdrawn) return static_cast<int64_t>(i);
    }
    return 0;
  }
  std::string States(absl::Time now) const {
    std::string states;
    for (size_t i = 0; i < versions_.size(); ++i) {
      const Version& one = versions_[i];
      absl::StrAppend(&states, i == 0 ? "" : ", ", i + 1, " ",
                      one.withdrawn   ? "WITHDRAWN"
                      : one.end > now ? "PUBLISHED"
                      : one.retired   ? "RETIRED"
                                      : "SUPERSEDED");
    }
    return states;
  }
  // Every moment at which something begins or ends.
  std::vector<absl::Time> Edges() const {
    std::vector<absl::Time> edges;
    for (const Version& one : versions_) {
      edges.push_back(one.start);
      if (one.end != absl::InfiniteFuture()) edges.push_back(one.end);
    }
    return edges;
  }

 private:
  struct Version {
    absl::Time start;
    absl::Time end;
    bool retired = false;
    bool withdrawn = false;
  };
  Version* Newest() {
    const int64_t number = NewestNumber();
    return number == 0 ? nullptr : &versions_[static_cast<size_t>(number) - 1];
  }

  std::vector<Version> versions_;
};

// Another walk each time, and the same one again with STADSPOORT_ZONE_HISTORY_SEED.
uint64_t Seed() {
  uint64_t seed = std::random_device()();
  if (const char* given = std::getenv("STADSPOORT_ZONE_HISTORY_SEED"); given != nullptr) {
    EXPECT_TRUE(absl::SimpleAtoi(given, &seed)) << given;
  }
  return seed;
}

class ZoneHistoryTest : public HeldClockTest {
 protected:
  int64_t Random(int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random_);
  }
  // Mostly ahead; sometimes now, and sometimes a little late.
  std::optional<absl::Time> SomeMoment() {
    switch (Random(0, 5)) {
      case 0:
        return std::nullopt;
      case 1:
        return now_ - absl::Seconds(Random(0, 1));
      case 2:
        return now_ + absl::Seconds(Random(0, 20));
      default:
        return now_ + absl::Minutes(Random(1, 180));
    }
  }
  std::string Act(const std::string& code, Model& model) {
    const std::optional<absl::Time> moment = SomeMoment();
    const int64_t chosen = Random(0, 9);
    std::string expected;
    grpc::Status status;
    if (chosen < 5) {
      EXPECT_TRUE(desk().Update(desk().NewDraft(code)).ok());
      // At a moment at which it may: whether it may at the other is what is tried.
      EXPECT_TRUE(desk().Validate({code}, now_ + absl::Hours(24 * 365)).ok());
      expected = model.Publish(now_, moment.value_or(now_));
      status = desk().Publish({code}, moment).status;
    } else if (chosen < 7) {
      expected = model.Retire(now_, moment.value_or(now_));
      status = desk().Retire(code, moment).status;
    } else {
      const int64_t number =
          std::max<int64_t>(1, model.NewestNumber() - (Random(0, 4) == 0 ? 1 : 0));
      expected = model.Withdraw(now_, number);
      status = desk().Withdraw(code, number).status;
    }
    EXPECT_EQ(status.ok() ? "" : ReasonOf(status), expected)
        << code << ": " << status.error_message();
    return expected;
  }
  // By reading and by checking, through each of the daemons.
  void Compare(const std::string& code, const Model& model, absl::Time t, const Desk& other) {
    const int64_t expected = model.At(t);
    EXPECT_EQ(desk().VersionAt(code, t), expected) << code << " at " << absl::FormatTime(t);
    if (t > now_ || model.NewestNumber() == 0) return;
    for (const Desk* asked : {const_cast<const Desk*>(&desk()), &other}) {
      const checks::v1::CheckAnswer answer = asked->Check(code, t);
      EXPECT_EQ(answer.basis().zone_version(), expected)
          << code << " at " << absl::FormatTime(t) << ": " << Words(answer);
      EXPECT_EQ(answer.decision(), expected == 0 ? checks::v1::DECISION_NOT_REQUIRED
                                                 : checks::v1::DECISION_NOT_PERMITTED);
    }
  }
  // What a list of all zones shows: "c 1, e 3".
  void CompareList(const std::map<std::string, Model>& models, absl::Time t) {
    zones::v1::ListZonesRequest request;
    request.set_parent(desk().Parent());
    *request.mutable_at_time() = StampOf(t);
    const auto listed = desk().Ask(&Desk::Stub::ListZones, request);
    std::string shown;
    for (const zones::v1::Zone& zone : listed.response.zones()) {
      const std::string code = zone.name().substr(desk().Zone("").size());
      if (models.contains(code)) absl::StrAppend(&shown, code, " ", zone.zone_version(), ", ");
    }
    std::string expected;
    for (const auto& [code, model] : models) {
      if (model.At(t) != 0) absl::StrAppend(&expected, code, " ", model.At(t), ", ");
    }
    EXPECT_EQ(shown, expected) << absl::FormatTime(t);
  }
  // A check that takes what the daemon knows, which may be a second behind.
  int64_t LooselyChecked(Daemon& daemon, const std::string& code, absl::Time t) {
    checks::v1::CheckPlateRequest request = CheckRequest(desk().city(), "1ABC123", code);
    request.mutable_options()->set_consistency(checks::v1::CONSISTENCY_DEFAULT);
    *request.mutable_check_time() = StampOf(t);
    checks::v1::CheckPlateResponse response;
    const grpc::Status status = Call(*daemon.checks, &checks::v1::ChecksService::Stub::CheckPlate,
                                     Device(), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.answer().basis().zone_version();
  }
  // Whoever follows by increments arrives at the same.
  void ExpectToArrive(Daemon& daemon, const std::string& code, const Model& model) {
    for (const absl::Time edge : model.Edges()) {
      if (edge > now_ || edge < now_ - absl::Hours(40)) continue;
      const int64_t expected = model.At(edge);
      int64_t found = LooselyChecked(daemon, code, edge);
      for (int i = 0; i < 600 && found != expected; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        found = LooselyChecked(daemon, code, edge);
      }
      EXPECT_EQ(found, expected) << code << " at " << absl::FormatTime(edge);
    }
  }
  void Advance(absl::Duration by) {
    now_ += by;
    MoveTo(now_ - kStart);
  }

  std::mt19937_64 random_;
  absl::Time now_ = kStart;
};

TEST_F(ZoneHistoryTest, AtEachMomentTheOneVersionThatTheModelSays) {
  constexpr int kSteps = 150;
  const std::unique_ptr<Daemon> daemon = database_->Start();
  const Desk other(*daemon, desk().city());
  const uint64_t seed = Seed();
  RecordProperty("seed", absl::StrCat(seed));
  random_.seed(seed);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::map<std::string, Model> models;
  for (const char* code : {"c", "d", "e"}) models[code];
  std::map<std::string, int> outcomes;
  for (int step = 0; step < kSteps && !HasFailure(); ++step) {
    if (Random(0, 2) == 0) Advance(absl::Seconds(Random(1, 3600)));
    auto chosen = models.begin();
    std::advance(chosen, Random(0, 2));
    ++outcomes[Act(chosen->first, chosen->second)];
    const auto& [code, model] = *chosen;
    if (model.Edges().empty()) continue;
    EXPECT_EQ(desk().StatesOf(code), model.States(now_));
    std::vector<absl::Time> moments = model.Edges();
    std::shuffle(moments.begin(), moments.end(), random_);
    moments.resize(std::min<size_t>(moments.size(), 3));
    moments.push_back(now_ - absl::Seconds(Random(0, 7200)));
    moments.push_back(now_ + absl::Seconds(Random(0, 7200)));
    for (const absl::Time t : moments) {
      Compare(code, model, t, other);
      Compare(code, model, t - absl::Microseconds(1), other);
    }
    CompareList(models, moments.front());
  }
  for (const auto& [code, model] : models) {
    if (model.NewestNumber() == 0) continue;
    ExpectToArrive(*daemon_, code, model);
    ExpectToArrive(*daemon, code, model);
  }
  // The walk has gone everywhere.
  for (const char* reason : {"", "ZONE_FAULTS", "ZONE_RETIRED", "ZONE_IN_FORCE"}) {
    EXPECT_GT(outcomes[reason], 0) << reason;
  }
}

}  // namespace
}  // namespace stadspoort::testing
