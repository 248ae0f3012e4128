#include "tests/integration/permit_clock.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace stadspoort::testing {
namespace {

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}

}  // namespace

absl::Time Local(const std::string& text) {
  absl::Time time;
  std::string fault;
  const char* format = text.size() > 16 ? "%Y-%m-%d %H:%M:%E*S" : "%Y-%m-%d %H:%M";
  EXPECT_TRUE(absl::ParseTime(format, text, Brussels(), &time, &fault)) << text << ": " << fault;
  return time;
}

std::string LocalText(absl::Time time) {
  const std::string text = absl::FormatTime("%Y-%m-%d %H:%M:%E*S", time, Brussels());
  return std::string(absl::StripSuffix(text, ":00"));
}

void CityClockTest::Begin(const std::string& then) {
  clock_.emplace(*sql_);
  // What takes force an hour ago may follow what a city begins with.
  clock_->Set(Local(then) - absl::Hours(2));
  DeskTest::SetUp();
  clock_->Set(Local(then) - absl::Hours(1));
  DrawWithoutGrace(desk());
  office_.emplace(*daemon_, desk().city());
  MoveTo(then);
}

void CityClockTest::TearDown() { clock_.reset(); }

void CityClockTest::MoveTo(const std::string& then) { clock_->Set(Local(then)); }

void CityClockTest::MoveToWhileDown(const std::string& then) {
  Restart([&] { MoveTo(then); });
  office_.emplace(*daemon_, desk().city());
}

std::vector<std::string> CityClockTest::Told(const permits::v1::Permit& permit) const {
  const auto events = office().Events(permit);
  EXPECT_TRUE(events.ok()) << events.status.error_message();
  std::vector<std::string> told;
  for (const permits::v1::PermitEvent& event : events.response.events()) {
    told.push_back(absl::StrCat(
        LocalText(TimeOf(event.effective_time())), " ",
        absl::StripPrefix(permits::v1::PermitEventKind_Name(event.kind()), "PERMIT_EVENT_KIND_"),
        " ", absl::StripPrefix(permits::v1::PermitState_Name(event.state()), "PERMIT_STATE_")));
  }
  return told;
}

void CityClockTest::AwaitWork() {
  std::string left;
  for (int i = 0; i < 1000; ++i) {
    left = Count("due_work", "due_time <= stadspoort.register_clock()");
    if (left == "0") return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ADD_FAILURE() << left << " pieces of work are not done";
}

void CityClockTest::ExpectTold(const permits::v1::Permit& permit,
                               const std::vector<std::string>& events) {
  AwaitWork();
  EXPECT_THAT(Told(permit), ::testing::ElementsAreArray(events));
}

std::string CityClockTest::EndOf(const permits::v1::Permit& permit) const {
  const permits::v1::Permit now = office().Get(permit);
  return now.has_end_time() ? LocalText(TimeOf(now.end_time())) : "";
}

}  // namespace stadspoort::testing
