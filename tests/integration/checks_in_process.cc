#include "tests/integration/checks_in_process.h"

#include <gtest/gtest.h>

namespace stadspoort::testing {

std::vector<CarAnswer> Checks::Ask(const std::string& city, const std::vector<Car>& cars,
                                   bool strong) {
  checks::BatchAsked batch;
  batch.city = domain::CityCode(city);
  batch.strong = strong;
  for (const auto& [number, zone] : cars) {
    checks::ItemAsked& item = batch.items.emplace_back();
    item.plate = *domain::PlateNumber::Normalise(number);
    item.place.zones = {domain::ZoneCode(zone)};
  }
  std::vector<CarAnswer> answers(cars.size());
  const auto answered = checks_.Run(CallAs(platform::Role::kDevice), batch, false);
  EXPECT_TRUE(answered.ok()) << answered.status();
  if (!answered.ok()) return answers;
  for (size_t i = 0; i < cars.size(); ++i) {
    const checks::ItemAnswered& item = answered->items[i];
    answers[i] = {item.verdict.decision(), item.verdict.reason, item.rung, item.degraded};
  }
  return answers;
}

}  // namespace stadspoort::testing
