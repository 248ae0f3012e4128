#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "services/domain/ids.h"
#include "stadspoort/rights/v1/rights.pb.h"
#include "tests/scenarios/clock.h"
#include "tests/scenarios/scenario.h"
#include "tests/scenarios/service.h"
#include "tests/scenarios/superuser.h"

namespace stadspoort::scenarios {

// What happened to the rights of a group, through the running service: enrolments and events in the
// order of their moments, each by whoever may and with the register's clock at its moment.
class HistoryPlayer {
 public:
  // What is given outlives the player.
  HistoryPlayer(const domain::CityCode& city, Service& service, Superuser& superuser,
                RegisterClock& clock)
      : city_(city), service_(service), superuser_(superuser), clock_(clock) {}

  // Names the line of the right when the register refuses a step, or when at the end it holds
  // another term than the file.
  absl::Status Play(const std::string& file_name, const std::vector<ScenarioRight>& rights);

 private:
  absl::Status Step(const ScenarioRight& right, const Event* event);
  absl::Status Enrol(const ScenarioRight& right);
  absl::Status End(const ScenarioRight& right, const Event& event);
  absl::Status Amend(const ScenarioRight& right, const Event& event);
  absl::Status Correct(const ScenarioRight& right, const Event& event);
  absl::Status ByClerk(const ScenarioRight& right, const Event& event);
  absl::Status DeactivatePlate(const ScenarioRight& right);
  absl::Status CompareTerm(const ScenarioRight& right);

  const domain::CityCode& city_;
  Service& service_;
  Superuser& superuser_;
  RegisterClock& clock_;
  // As the register last answered, by the right's name in the file.
  std::map<std::string, rights::v1::Right> known_;
};

}  // namespace stadspoort::scenarios
