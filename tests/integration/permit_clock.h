#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/integration/permit_office.h"

namespace stadspoort::testing {

// "2026-03-29 03:00" or "2026-03-29 03:00:00.5" on the clock of Brussels.
absl::Time Local(const std::string& text);
// "2026-03-29 03:00", with seconds only where there are some.
std::string LocalText(absl::Time time);

// A city of its own for each test, by a clock that stands still at the moments that the test says,
// as people in Brussels read it.
class CityClockTest : public DeskTest {
 protected:
  void SetUp() override {}
  void TearDown() override;

  // First of all: the city is founded, with the zones a and b without grace, and a moment later it
  // is then.
  void Begin(const std::string& then);
  void MoveTo(const std::string& then);
  // The daemon is killed before, and comes back after it.
  void MoveToWhileDown(const std::string& then);
  const Office& office() const { return *office_; }

  // "2026-03-29 03:00 EXPIRED EXPIRED": when it took effect, what, the state after it.
  std::vector<std::string> Told(const permits::v1::Permit& permit) const;
  // Until all that is due by now was done; then it is these, each once.
  void ExpectTold(const permits::v1::Permit& permit, const std::vector<std::string>& events);
  // Until all that is due by now was done.
  void AwaitWork();
  // "2026-03-29 03:00"; empty: none.
  std::string EndOf(const permits::v1::Permit& permit) const;

  std::optional<HeldClock> clock_;

 private:
  std::optional<Office> office_;
};

}  // namespace stadspoort::testing
