#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/domain/ids.h"
#include "stadspoort/checks/v1/checks.pb.h"
#include "tests/scenarios/clock.h"
#include "tests/scenarios/scenario.h"
#include "tests/scenarios/service.h"
#include "tests/scenarios/superuser.h"

namespace stadspoort::scenarios {

struct PlayOptions {
  // The city that exists already. Empty: each group gets one of its own.
  std::string city;
  // Of the reasons' texts: nl, fr, de or en.
  std::string language = "en";
  // Tells the cities of one run from those of another: at most 12 of a-z and 0-9.
  std::string run;
};

struct PlayedCheck {
  const Check* check = nullptr;
  absl::TimeZone zone;
  checks::v1::CheckAnswer answer;
  // As Difference (judge.h) says it; empty: as expected.
  std::string difference;
};

struct PlayedFare {
  const Quote* quote = nullptr;
  std::string difference;  // empty: as expected
};

struct PlayedFile {
  std::string name;
  std::vector<PlayedCheck> checks;
  std::vector<PlayedFare> fares;
  int not_played_count = 0;  // rows that only Decide can be asked
};

// When the clock begins for a file: before anything in it happens.
absl::Time StartOf(const ScenarioFile& file);

// Plays files through the running service, the register's clock at each moment that they name.
class Player {
 public:
  // What is given outlives the player.
  Player(Service& service, Superuser& superuser, RegisterClock& clock, PlayOptions options);

  // Fails, naming file and line, when the register refuses or grants otherwise what the file says
  // has happened; an unexpected answer to a check is no failure but a difference. `file` outlives
  // what is returned.
  absl::StatusOr<PlayedFile> Play(const ScenarioFile& file);

 private:
  absl::StatusOr<domain::CityCode> PrepareCity(const ScenarioFile& file, size_t group_index);

  Service& service_;
  Superuser& superuser_;
  RegisterClock& clock_;
  const PlayOptions options_;
};

}  // namespace stadspoort::scenarios
