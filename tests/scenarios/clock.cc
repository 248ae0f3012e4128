#include "tests/scenarios/clock.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace stadspoort::scenarios {

absl::Status RegisterClock::Set(absl::Time time) {
  if (time == time_) return absl::OkStatus();
  const std::string text = absl::FormatTime("%Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone());
  const absl::Status set = Replace(absl::StrCat("'", text, "'::timestamptz"));
  if (set.ok()) time_ = time;
  return set;
}

absl::Status RegisterClock::Release() {
  time_ = absl::InfinitePast();
  return Replace("now()");
}

absl::Status RegisterClock::Replace(const std::string& expression) {
  return superuser_
      .Run(absl::StrCat("CREATE OR REPLACE FUNCTION stadspoort.register_time() RETURNS timestamptz "
                        "LANGUAGE sql STABLE AS $$SELECT ",
                        expression, "$$"))
      .status();
}

}  // namespace stadspoort::scenarios
