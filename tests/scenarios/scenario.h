#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/calendar.h"
#include "services/domain/city.h"
#include "services/domain/decision.h"
#include "services/domain/fare.h"
#include "services/domain/interval.h"
#include "services/domain/place.h"
#include "services/domain/plate.h"
#include "services/domain/right.h"
#include "services/domain/right_terms.h"
#include "services/domain/right_type.h"
#include "services/domain/zone.h"

// A file of scenarios as plain values. The format is README.md's.
namespace stadspoort::scenarios {

struct City {
  bool stated = false;  // the file has a "## City" for it
  std::string time_zone = "Europe/Brussels";
  domain::CitySettings settings;
  std::vector<domain::SpecialDay> special_days;
  std::vector<domain::RightType> right_types;  // one of each kind, and the file's own
  domain::CityCalendar calendar;

  absl::TimeZone zone() const { return calendar.zone(); }
  // Null when the city has no such type.
  const domain::RightType* FindRightType(const domain::RightTypeCode& code) const;
};

// Something that happened to a right after, or (an end) before, its enrolment.
struct Event {
  enum class Kind : uint8_t {
    kSuspended,
    kResumed,
    kRevoked,
    kEnded,    // `time`: the end
    kAmended,  // `time`: the new end; none: open
    kCorrectedFrom,
    kCorrectedUntil,
    kCorrectedPlate,
    kCorrectedType,
    kCorrectedZones,
    kCorrectedWindows,
  };
  Kind kind = Kind::kEnded;
  absl::Time asked_at;  // the register's clock
  std::optional<absl::Time> time;
  std::string plate;
  domain::RightTypeCode type;
  std::vector<domain::ZoneCode> zones;
  std::vector<domain::WeeklyWindow> windows;
};

struct ScenarioRight {
  int line = 0;
  std::string name;  // the provider's reference
  std::string provider;
  // As enrolled.
  std::string plate;  // as typed
  domain::Country country;
  domain::RightTypeCode type;
  bool city_wide = false;
  std::vector<domain::ZoneCode> zones;
  domain::RequestedTerm requested;
  std::vector<domain::WeeklyWindow> windows;
  absl::Time asked_at;
  // What happened, in the order of `asked_at`.
  std::vector<Event> events;
  bool plate_active = true;

  // What the register knows after all of it.
  domain::PlateNumber known_plate = domain::PlateNumber::FromStored("");
  domain::Right known;
};

// An expectation about something that may be absent from an answer.
template <typename T>
struct Expected {
  bool compared = false;
  std::optional<T> value;  // none: must be absent
};

struct Expectation {
  domain::DecisionReason reason = domain::DecisionReason::kInvalidItem;
  Expected<absl::Time> valid_until;
  Expected<absl::Time> recheck_after;
  Expected<int64_t> minutes_ago;
  Expected<domain::ZoneCode> zone;
};

struct Check {
  int line = 0;
  // The question, as it is asked.
  std::string plate;
  std::string country;
  std::optional<int> confidence;
  std::string place;                         // as written
  std::vector<std::string> zones;            // candidates by name, or
  std::optional<domain::Position> position;  // where
  std::optional<domain::Usage> usage;
  absl::Time at;
  std::string at_text;  // as written
  absl::Time now;       // the register's clock
  // A fact that no question can bring about: for Decide only.
  std::optional<domain::DecisionReason> trouble;
  Expectation expected;
  std::string why;
};

// What a stay costs.
struct FareAnswer {
  int64_t amount_cents = 0;
  std::string arithmetic;                   // in the words of fare_wording.h
  std::vector<domain::FareRemark> remarks;  // in the order of the enum
};

// A question what a stay costs, and the answer that is expected.
struct Quote {
  int line = 0;
  std::vector<domain::ZoneCode> zones;  // several: due is what it costs in the dearest of them
  domain::Interval term;
  FareAnswer expected;
  std::string why;
};

struct Group {
  int line = 0;
  City city;
  // Every version of every zone, those of one zone in the order in which they take force. Empty:
  // the file has no zones; those of a city that exists already are meant.
  std::vector<domain::ZoneVersion> zones;
  std::vector<ScenarioRight> rights;
  std::vector<Check> checks;
  std::vector<Quote> fares;

  bool HasZone(const domain::ZoneCode& code) const;
};

struct ScenarioFile {
  std::string name;
  std::vector<Group> groups;
};

// Before everything that happens in a scenario: when its city and the first versions of its zones
// are made.
absl::Time Beginning(absl::TimeZone zone);

// InvalidArgument "grace.md:41: what is wrong" for the first thing that cannot be understood.
absl::StatusOr<ScenarioFile> ParseScenario(absl::string_view file_name, absl::string_view text);

}  // namespace stadspoort::scenarios
