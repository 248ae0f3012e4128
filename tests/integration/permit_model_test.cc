// Any verbs of several actors at once, and a clock that goes on between them: after every step the
// register says what a small model of a permit says, and at every stop its rights, its history, its
// places and its queues are those of the model.
#include "tests/integration/permit_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/domain/refusal.h"
#include "services/permits/due_worker.h"
#include "services/permits/permit_commands.h"
#include "services/permits/type_commands.h"
#include "tests/integration/database.h"

namespace stadspoort::testing {
namespace {

using permits::ChangeAsked;
using permits::Changed;
using permits::PlateChangeAsked;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kSteps = 10'000;  // a step takes five times as long
#else
constexpr int kSteps = 50'000;
#endif
constexpr int kActors = 4;
constexpr int kPermits = 25;  // of an actor at a time
constexpr int kStepsARound = 60;
constexpr int kPlaces = 12;  // of the area b
constexpr uint32_t kSeed = 20'261'127;

const domain::CityCode kCity("ghent");

struct Known {
  std::string type;
  ModelPermit model;
  domain::PermitId id;
  std::string holder;
  absl::Time applied;
  std::vector<std::string> steps;  // what was done, for whoever reads a failure
};

// How often each verb was granted, and refused.
struct Tally {
  std::map<std::string, std::pair<int, int>> verbs;
  int steps = 0;

  void Add(const Tally& other) {
    for (const auto& [verb, counts] : other.verbs) {
      verbs[verb].first += counts.first;
      verbs[verb].second += counts.second;
    }
    steps += other.steps;
  }
};

std::string ReasonOf(const absl::Status& status) {
  if (status.ok()) return "";
  const auto details = domain::DetailsOf(status);
  return details ? std::string(Name(details->reason)) : status.ToString();
}

class Actor {
 public:
  Actor(Database& database, permits::PermitCommands& commands, int number)
      : commands_(commands),
        number_(number),
        random_(kSeed + static_cast<uint32_t>(number)),
        keyring_(database.keyring()) {}

  std::vector<Known>& known() { return known_; }
  const Tally& tally() const { return tally_; }
  std::mt19937& random() { return random_; }

  void Round(absl::Time now) {
    now_ = now;
    for (int i = 0; i < kStepsARound && !::testing::Test::HasFailure(); ++i) Step();
  }

 private:
  int Any(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string AnyPlate() { return absl::StrFormat("1M%02dA%03d", number_, Any(40)); }

  void Step() {
    ++tally_.steps;
    const auto live = std::count_if(known_.begin(), known_.end(),
                                    [](const Known& known) { return !known.model.over(); });
    if (live < kPermits && Any(4) == 0) return Apply();
    if (known_.empty()) return Apply();
    // Mostly of those that live.
    Known* known = &known_[static_cast<size_t>(Any(static_cast<int>(known_.size())))];
    for (int i = 0; i < 10 && known->model.over() && Any(20) != 0; ++i) {
      known = &known_[static_cast<size_t>(Any(static_cast<int>(known_.size())))];
    }
    Change(*known);
  }

  static ModelType TypeOf(const std::string& code) {
    ModelType type;
    if (code == "paid") {
      type.price_cents = 1'210;
      type.months = 2;
      type.reviewed = true;
    }
    return type;
  }

  platform::Call As(platform::Role role) const { return CallAs(role); }

  void Apply() {
    permits::PermitChange::Application asked;
    const std::string type = Any(2) == 0 ? "free" : "paid";
    const std::string area = Any(3) == 0 ? "b" : "a";
    asked.city = kCity;
    asked.permit.type = domain::PermitTypeCode(type);
    asked.permit.holder = absl::StrCat("holder-", number_);
    asked.area = domain::PermitAreaCode(area);
    std::set<std::string> plates;
    const size_t count = static_cast<size_t>(1 + Any(10) / 4);
    while (plates.size() < count) plates.insert(AnyPlate());
    for (const std::string& plate : plates) {
      asked.plates.push_back(*domain::PlateNumber::Normalise(plate));
      asked.countries.emplace_back();
    }
    const auto applied = commands_.Apply(As(platform::Role::kPortal), asked);
    const bool full =
        applied.ok() && applied->shown.stored.permit.state == domain::PermitState::kWaitlisted;
    Known known;
    known.type = type;
    known.holder = asked.permit.holder;
    known.applied = now_;
    const std::string expected =
        known.model.Apply(TypeOf(type), now_, area, {plates.begin(), plates.end()}, full);
    Note("apply", known, expected, applied.status());
    if (!applied.ok()) return;
    EXPECT_TRUE(!full || area == "b") << "a is never full";
    known.id = applied->shown.stored.permit.id;
    Compare(known, *applied);
    known_.push_back(std::move(known));
  }

  void Note(const std::string& verb, Known& known, const std::string& expected,
            const absl::Status& status) {
    auto& [granted, refused] = tally_.verbs[verb];
    ++(status.ok() ? granted : refused);
    known.steps.push_back(
        absl::StrCat(absl::FormatTime(now_, Brussels()), " ", verb, ": ", ReasonOf(status)));
    EXPECT_EQ(ReasonOf(status), expected) << verb << "\n" << Story(known);
  }

  static std::string Story(const Known& known) {
    const size_t from = known.steps.size() > 30 ? known.steps.size() - 30 : 0;
    return absl::StrCat(
        known.id.text(), " of type ", known.type, ", ", known.model.state(), "\n",
        absl::StrJoin(known.steps.begin() + static_cast<long>(from), known.steps.end(), "\n"));
  }

  void Compare(const Known& known, const Changed& changed) {
    const domain::Permit& permit = changed.shown.stored.permit;
    EXPECT_EQ(Name(permit.state), known.model.state()) << Story(known);
    EXPECT_EQ(changed.shown.moment.now, now_);
    std::optional<int64_t> due;
    if (permit.state == domain::PermitState::kAwaitingPayment) due = permit.price_cents;
    if (permit.renewal && !IsFinal(permit.state)) due = permit.renewal->price_cents;
    EXPECT_EQ(due, known.model.due()) << Story(known);
  }

  ChangeAsked Asked(const Known& known) {
    ChangeAsked asked;
    asked.city = kCity;
    asked.permit = known.id;
    asked.reason = "the model";
    return asked;
  }

  void Change(Known& known) {
    ModelPermit& model = known.model;
    ChangeAsked asked = Asked(known);
    const bool twice = Any(30) == 0;  // sent again, as after an unknown outcome
    if (twice) asked.request_id = absl::StrCat("r-", number_, "-", tally_.steps);
    const platform::Call clerk = As(platform::Role::kClerk);
    platform::Call portal = As(platform::Role::kPortal);
    const auto run = [&](const std::string& verb, const ChangeAsked& request, auto command,
                         auto expect) {
      const absl::StatusOr<Changed> changed = command(request);
      const std::string expected = expect(changed);
      Note(verb, known, expected, changed.status());
      if (!changed.ok()) return;
      Compare(known, *changed);
      if (!twice || request.request_id.empty()) return;
      const absl::StatusOr<Changed> again = command(request);
      ASSERT_TRUE(again.ok()) << again.status() << Story(known);
      EXPECT_EQ(again->shown.stored.revision, changed->shown.stored.revision) << verb;
      EXPECT_EQ(again->refund_cents, changed->refund_cents) << verb;
    };
    const int verb = Any(22);
    ChangeAsked by_holder = asked;
    by_holder.holder = known.holder;
    switch (verb) {
      case 0:
      case 1: {
        const std::string kind = Any(5) == 0 ? "passport" : "lease";
        return run(
            "evidence", by_holder,
            [&](const ChangeAsked& a) { return commands_.GiveEvidence(portal, a, kind); },
            [&](const auto&) { return model.Give(now_, kind); });
      }
      case 2:
        return run(
            "ask evidence", asked,
            [&](const ChangeAsked& a) { return commands_.AskEvidence(clerk, a, {"lease"}); },
            [&](const auto&) { return model.AskLease(now_); });
      case 3:
      case 4:
        return run(
            "approve", asked, [&](const ChangeAsked& a) { return commands_.Approve(clerk, a); },
            [&](const absl::StatusOr<Changed>& changed) {
              return model.Approve(now_, changed.ok() && changed->shown.stored.permit.state ==
                                                             domain::PermitState::kWaitlisted);
            });
      case 5:
        if (Any(3) != 0) return;
        return run(
            "refuse", asked, [&](const ChangeAsked& a) { return commands_.Refuse(clerk, a); },
            [&](const auto&) { return model.Refuse(now_); });
      case 6:
        return run(
            "accept", by_holder,
            [&](const ChangeAsked& a) { return commands_.AcceptOffer(portal, a); },
            [&](const auto&) { return model.Accept(now_); });
      case 7:
      case 8:
        return Pay(known, by_holder, portal);
      case 9:
        return run(
            "suspend", asked, [&](const ChangeAsked& a) { return commands_.Suspend(clerk, a); },
            [&](const auto&) { return model.Suspend(now_); });
      case 10:
      case 11:
        return run(
            "resume", asked, [&](const ChangeAsked& a) { return commands_.Resume(clerk, a); },
            [&](const auto&) { return model.Resume(now_); });
      case 12:
      case 13:
        return run(
            "renew", by_holder, [&](const ChangeAsked& a) { return commands_.Renew(portal, a); },
            [&](const auto&) { return model.Renew(now_); });
      case 14: {
        const std::string area = Any(2) == 0 ? "a" : "b";
        return run(
            "move", by_holder,
            [&](const ChangeAsked& a) {
              return commands_.Move(portal, a, "", domain::PermitAreaCode(area));
            },
            [&](const absl::StatusOr<Changed>& changed) {
              return model.Move(now_, area, ReasonOf(changed.status()) == "NO_PLACE_LEFT");
            });
      }
      case 15:
        if (Any(4) != 0) return;
        return run(
            "withdraw", by_holder,
            [&](const ChangeAsked& a) { return commands_.Withdraw(portal, a); },
            [&](const absl::StatusOr<Changed>& changed) {
              model.Advance(now_);
              const int64_t refund = model.refund(now_);
              const std::string reason = model.Withdraw(now_);
              if (changed.ok()) {
                EXPECT_EQ(changed->refund_cents, refund) << Story(known);
              }
              return reason;
            });
      case 16:
        if (Any(6) != 0) return;
        return run(
            "revoke", asked, [&](const ChangeAsked& a) { return commands_.Revoke(clerk, a); },
            [&](const auto&) { return model.Revoke(now_); });
      default: {
        PlateChangeAsked change;
        std::string name;
        const auto expect = AnyPlateChange(known, change, name);
        return run(
            name, by_holder,
            [&](const ChangeAsked& a) { return commands_.ChangePlates(portal, a, change); },
            [&](const auto&) { return expect(); });
      }
    }
  }

  void Pay(Known& known, ChangeAsked asked, const platform::Call& portal) {
    asked.request_id.clear();
    asked.amount_cents = Any(5) == 0 ? 77 : 1'210;
    const int which = Any(12);
    const bool anothers = which == 0 && !paid_.empty() && paid_.back().first != known.id;
    const bool again = which == 1 && !paid_.empty() && paid_.back().first == known.id;
    asked.payment_reference =
        anothers || again ? paid_.back().second : absl::StrCat("p-", number_, "-", tally_.steps);
    if (again) asked.amount_cents = 1'210;
    const absl::StatusOr<Changed> paid = commands_.ConfirmPayment(portal, asked);
    std::string expected;
    if (anothers) {
      expected = "PAYMENT_CONFLICT";
    } else if (again) {
      known.model.Advance(now_);
    } else {
      expected = known.model.Pay(now_, asked.amount_cents);
    }
    Note(again ? "pay again" : "pay", known, expected, paid.status());
    if (!paid.ok()) return;
    Compare(known, *paid);
    if (!again) paid_.emplace_back(known.id, asked.payment_reference);
  }

  // Fills what is asked; gives what the model says of it.
  std::function<std::string()> AnyPlateChange(Known& known, PlateChangeAsked& change,
                                              std::string& name) {
    using Kind = PlateChangeAsked::Kind;
    ModelPermit& model = known.model;
    absl::Time at = now_;
    if (Any(3) == 0) {
      at = now_ + absl::Minutes(Any(3'000) - 60);
      change.at = at;
    }
    const ModelPermit::Plates present = model.At(now_ + absl::Hours(24 * 30));
    const auto any_present = [&] {
      return present.empty() || Any(6) == 0
                 ? AnyPlate()
                 : present[static_cast<size_t>(Any(static_cast<int>(present.size())))].number;
    };
    const auto add = [&](const std::string& plate) {
      change.plates.push_back({*domain::PlateNumber::Normalise(plate), {}});
    };
    const std::string first = any_present();
    const std::string second = AnyPlate();
    const absl::Time now = now_;
    switch (Any(6)) {
      case 0:
        name = "add plate";
        change.kind = Kind::kAdd;
        add(second);
        return [&model, now, at, second] { return model.Add(now, at, second); };
      case 1:
        name = "remove plate";
        change.kind = Kind::kRemove;
        add(first);
        return [&model, now, at, first] { return model.Remove(now, at, first); };
      case 2:
        name = "swap";
        change.kind = Kind::kSwap;
        add(first);
        add(second);
        return [&model, now, at, first, second] { return model.Swap(now, at, first, second); };
      case 3: {
        name = "activate";
        change.kind = Kind::kActivate;
        const std::string other = Any(3) == 0 ? "" : any_present();
        add(first);
        if (!other.empty()) add(other);
        return [&model, now, at, first, other] { return model.Activate(now, at, first, other); };
      }
      case 4: {
        name = "stand in";
        change.kind = Kind::kStandIn;
        add(first);
        add(second);
        const absl::Time until = at + absl::Hours(Any(300) - 10);
        change.until = until;
        return [&model, now, at, until, first, second] {
          return model.StandIn(now, at, until, first, second);
        };
      }
      default:
        name = "call back";
        change.kind = Kind::kCallBack;
        change.at.reset();
        return [&model, now] { return model.CallBack(now); };
    }
  }

  permits::PermitCommands& commands_;
  const int number_;
  std::mt19937 random_;
  const domain::PlateKeyring& keyring_;
  absl::Time now_;
  std::vector<Known> known_;
  std::vector<std::pair<domain::PermitId, std::string>> paid_;
  Tally tally_;
};

domain::PermitType Type(const std::string& code) {
  const ModelType model;
  domain::PermitType type;
  type.code = domain::PermitTypeCode(code);
  type.display_name = code;
  type.right_type = domain::RightTypeCode("paid");
  type.areas = {{domain::PermitAreaCode("a"), "A", {domain::ZoneCode("a")}, 0},
                {domain::PermitAreaCode("b"), "B", {domain::ZoneCode("b")}, kPlaces}};
  type.price_steps = {{1, 0, {domain::PermitTerm::Unit::kMonths, 1}}};
  type.plates = {model.plates_max, 1, model.swaps_a_day, model.stand_in_max};
  type.waiting_list = true;
  type.offer_term = model.offer_term;
  type.payment_term = model.payment_term;
  type.overdue_term = model.overdue_term;
  type.renewal_window_days = model.renewal_days;
  type.reminder_days = model.reminder_days;
  type.refunds = true;
  if (code == "paid") {
    type.price_steps = {{1, 1'210, {domain::PermitTerm::Unit::kMonths, 2}}};
    type.reviewed = true;
    type.evidence = {"lease"};
  }
  return type;
}

class PermitModelTest : public ::testing::Test {
 protected:
  PermitModelTest() {
    database_.MakeCity(kCity.value());
    permits::TypeCommands commands(database_.pool("permits"), types_);
    for (const char* code : {"free", "paid"}) {
      const auto made =
          commands.Create(CallAs(platform::Role::kCityAdmin), kCity, Type(code), false);
      EXPECT_TRUE(made.ok()) << made.status();
    }
  }

  void SetClock() {
    superuser_.Run(absl::StrCat(
        "CREATE OR REPLACE FUNCTION stadspoort.register_time() RETURNS timestamptz LANGUAGE sql "
        "STABLE AS 'SELECT timestamptz ''",
        absl::FormatTime(absl::RFC3339_full, now_, absl::UTCTimeZone()), "'''"));
  }

  // Until nothing is due any more.
  void Work() {
    permits::DueWorker worker(database_.pool("permits"), types_, {});
    ASSERT_TRUE(Eventually([&] {
      return superuser_.Run(
                 "SELECT count(*) FROM stadspoort.due_work WHERE due_time <= "
                 "stadspoort.register_time()") == "0";
    }));
  }

  // Whoever was offered a place waited longest, and no place is left while somebody waits.
  void CheckPlaces(std::vector<std::unique_ptr<Actor>>& actors, bool worked) {
    for (const char* type : {"free", "paid"}) {
      const std::string where = absl::StrCat(" WHERE permit_type = '", type, "' AND area = 'b'");
      const int held = std::stoi(superuser_.Run("SELECT held FROM stadspoort.permit_area" + where));
      ASSERT_LE(held, kPlaces) << "one too many";
      ASSERT_EQ(absl::StrCat(held),
                superuser_.Run("SELECT count(*) FROM stadspoort.permit" + where +
                               " AND stadspoort.permit_holds_place(state)"));
      const std::string waiting = superuser_.Run("SELECT count(*) FROM stadspoort.permit" + where +
                                                 " AND state = 'WAITLISTED'");
      if (worked && waiting != "0") {
        ASSERT_EQ(held, kPlaces) << "a place is kept from whoever waits";
      }
    }
    std::map<std::string, std::pair<std::string, std::string>> states;  // by id: and queue
    for (const auto& row : superuser_.Rows(
             "SELECT permit_id, state, coalesce(queue_number, 0) FROM stadspoort.permit")) {
      states[row[0]] = {row[1], row[2]};
    }
    for (auto& actor : actors) {
      for (Known& known : actor->known()) {
        known.model.Advance(now_);
        if (known.model.state() == "WAITLISTED" && states[known.id.text()].first != "WAITLISTED") {
          // Offered at this stop, or at an earlier one of the same clock.
          EXPECT_EQ(known.model.Offer(now_), "");
          offered_.push_back(known.id.text());
        }
        if (worked) {
          ASSERT_EQ(states[known.id.text()].first, known.model.state()) << known.id.text();
        }
      }
    }
  }

  // The rights and the history of a permit.
  void CheckPermit(Known& known, std::mt19937& random, bool worked) {
    std::vector<std::string> events;
    int64_t revision = 0;
    for (const auto& row : superuser_.Rows(absl::StrCat(
             "SELECT kind || ' ' || state, revision FROM stadspoort.permit_event WHERE permit_id "
             "= '",
             known.id.text(), "' ORDER BY event_number"))) {
      events.push_back(row[0]);
      ASSERT_EQ(row[1], absl::StrCat(++revision));
    }
    std::vector<std::string> expected = known.model.events();
    // What time did is told when it is somebody's turn.
    if (!worked) expected.resize(std::min(expected.size(), events.size()));
    ASSERT_EQ(absl::StrJoin(events, "\n"), absl::StrJoin(expected, "\n")) << known.id.text();

    const auto rows = superuser_.Rows(absl::StrCat(
        "SELECT p.number, r.zones[1], (extract(epoch FROM r.effective_start) * 1000000)::bigint, "
        "(extract(epoch FROM r.effective_end) * 1000000)::bigint, r.plate_active, "
        "coalesce((extract(epoch FROM r.revoke_time) * 1000000)::bigint, 0), r.right_id FROM "
        "stadspoort.access_right r JOIN stadspoort.plate p ON p.plate_id = r.plate_id WHERE "
        "r.permit_id = '",
        known.id.text(), "'"));
    std::vector<int64_t> instants;
    for (const auto& row : rows) {
      for (const size_t column : {size_t{2}, size_t{3}}) {
        const int64_t edge = std::stoll(row[column]);
        for (const int64_t at : {edge - 1, edge}) instants.push_back(at);
      }
    }
    std::shuffle(instants.begin(), instants.end(), random);
    if (instants.size() > 6) instants.resize(6);
    instants.push_back(absl::ToUnixMicros(now_));
    for (const int64_t instant : instants) {
      const absl::Time at = absl::FromUnixMicros(instant);
      if (at > now_ || at < known.applied) continue;
      std::map<std::string, std::string> covered;
      std::set<std::string> resting;
      for (const auto& row : rows) {
        if (instant < std::stoll(row[2]) || instant >= std::stoll(row[3])) continue;
        if (row[4] != "t") {
          resting.insert(row[0]);
          continue;
        }
        const int64_t revoked = std::stoll(row[5]);
        if (revoked != 0 && instant >= revoked) continue;
        if (superuser_.Run(
                absl::StrCat("SELECT suspensions @> to_timestamp(", instant,
                             "::numeric / 1000000) FROM stadspoort.access_right WHERE right_id = '",
                             row[6], "'")) == "t") {
          continue;
        }
        ASSERT_TRUE(covered.emplace(row[0], row[1]).second) << row[0] << " is covered twice";
      }
      ASSERT_EQ(covered, known.model.CoveredAt(at))
          << known.id.text() << " at " << at << ", now " << now_ << "\n"
          << absl::StrJoin(known.steps, "\n");
      const std::vector<std::string> model_resting = known.model.RestingAt(at);
      ASSERT_EQ(resting, std::set<std::string>(model_resting.begin(), model_resting.end()));
    }
  }

  Database database_{"permits"};
  Session superuser_{database_.superuser()};
  postgres::PermitTypeReader types_;
  absl::Time now_ = absl::FromCivil(absl::CivilMinute(2026, 1, 31, 10, 0), Brussels());
  std::vector<std::string> offered_;
};

TEST_F(PermitModelTest, TheRegisterSaysWhatTheModelSays) {
  std::printf("seed %u\n", kSeed);
  permits::PermitChange change(database_.pool("permits"), database_.keyring(), types_);
  permits::PermitCommands commands(change);
  std::vector<std::unique_ptr<Actor>> actors;
  for (int i = 0; i < kActors; ++i) {
    actors.push_back(std::make_unique<Actor>(database_, commands, i));
  }
  std::mt19937 random(kSeed);
  int steps = 0;
  int rounds = 0;
  while (steps < kSteps && !HasFailure()) {
    SetClock();
    std::vector<std::thread> threads;
    for (auto& actor : actors) threads.emplace_back([&, this] { actor->Round(now_); });
    for (std::thread& thread : threads) thread.join();
    if (HasFailure()) break;
    // Now and then nobody does what time makes due.
    const bool worked = random() % 3 != 0;
    if (worked) Work();
    CheckPlaces(actors, worked);
    for (auto& actor : actors) {
      std::vector<Known>& known = actor->known();
      for (Known& one : known) {
        if (HasFailure()) break;
        // Those that are over change no more.
        if (!one.model.over() || random() % 4 == 0) CheckPermit(one, random, worked);
      }
      // Some that are over for long are forgotten, so that the test does not get slower.
      if (worked && known.size() > 3 * kPermits) {
        std::erase_if(known, [](const Known& one) { return one.model.over(); });
      }
    }
    ++rounds;
    now_ += absl::Microseconds(1 + static_cast<int64_t>(random() % 3'600'000'000U) *
                                       static_cast<int64_t>(1 + random() % 40));
    steps = 0;
    for (auto& actor : actors) steps += actor->tally().steps;
  }
  Tally all;
  for (auto& actor : actors) all.Add(actor->tally());
  std::printf("%d steps in %d rounds, to %s; %d offers\n", all.steps, rounds,
              absl::FormatTime(now_, Brussels()).c_str(), static_cast<int>(offered_.size()));
  for (const auto& [verb, counts] : all.verbs) {
    std::printf("%-14s %6d granted %6d refused\n", verb.c_str(), counts.first, counts.second);
    EXPECT_GT(counts.first, 0) << verb;
    if (verb != "pay again") {
      EXPECT_GT(counts.second, 0) << verb;
    }
  }
  EXPECT_EQ(all.verbs.size(), 20U);
  EXPECT_GT(offered_.size(), 5U);
}

}  // namespace
}  // namespace stadspoort::testing
