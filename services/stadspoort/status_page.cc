#include "services/stadspoort/status_page.h"

#include <array>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/duration.pb.h"
#include "services/stadspoort/failure.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"

namespace stadspoort::client {
namespace {

using operations::v1::ChecksStatus;
using operations::v1::ProjectorStatus;

// "1 plate", "1,234 plates"
std::string Counted(int64_t count, absl::string_view one, absl::string_view many) {
  return absl::StrCat(CountText(count), " ", count == 1 ? one : many);
}

absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

std::string ShareText(absl::string_view rung, int64_t part, int64_t whole) {
  const double percent = 100 * static_cast<double>(part) / static_cast<double>(whole);
  return absl::StrFormat("%s %.1f %%", rung, percent);
}

std::string LookedUpText(const ChecksStatus& checks) {
  const int64_t plates =
      checks.memory_plate_count() + checks.redis_plate_count() + checks.postgres_plate_count();
  if (plates == 0) return "no plates yet";
  return absl::StrJoin(
      {Counted(plates, "plate", "plates"), ShareText("memory", checks.memory_plate_count(), plates),
       ShareText("redis", checks.redis_plate_count(), plates),
       ShareText("postgres", checks.postgres_plate_count(), plates)},
      ", ");
}

std::string MemoryText(const ChecksStatus& checks) {
  return absl::StrJoin(
      {checks.has_memory_age() ? absl::StrCat(AgeText(ToDuration(checks.memory_age())), " old")
                               : std::string("does not answer"),
       Counted(checks.index_group_count(), "group of plates", "groups of plates"),
       BytesText(checks.index_size_bytes()), Counted(checks.load_count(), "load", "loads")},
      ", ");
}

std::string ConfirmedText(const ChecksStatus& checks) {
  std::vector<std::string> parts = {Counted(checks.confirmed_plate_count(), "plate", "plates")};
  if (const int64_t statements = checks.confirming_statement_count(); statements > 0) {
    const auto plates = static_cast<double>(checks.confirmed_plate_count());
    parts.push_back(absl::StrFormat("%.1f plates a confirming statement",
                                    plates / static_cast<double>(statements)));
  }
  parts.push_back(Counted(checks.waiting_check_count(), "check waits", "checks wait"));
  return absl::StrJoin(parts, ", ");
}

struct Trouble {
  int64_t count;
  absl::string_view one;
  absl::string_view many;
};

// Those that occurred.
std::string TroubleText(const std::vector<Trouble>& troubles) {
  std::vector<std::string> parts;
  for (const Trouble& trouble : troubles) {
    if (trouble.count > 0) parts.push_back(Counted(trouble.count, trouble.one, trouble.many));
  }
  return parts.empty() ? "none" : absl::StrJoin(parts, "\n");
}

std::string ChecksBlock(const ChecksStatus& checks) {
  FieldList fields;
  fields.Add("Looked up", LookedUpText(checks));
  fields.Add("Memory", MemoryText(checks));
  fields.Add("Confirmed", ConfirmedText(checks));
  fields.Add("Statements",
             absl::StrCat(CountText(checks.statement_count()), " to the primary, ",
                          CountText(checks.confirming_statement_count()), " with checks on them"));
  fields.Add("Compared", absl::StrCat(Counted(checks.compared_group_count(), "group of plates",
                                              "groups of plates"),
                                      " with the primary's"));
  fields.Add(
      "Trouble",
      TroubleText(
          {{checks.difference_count(), "ALARM: memory differed from postgres",
            "ALARMS: memory differed from postgres"},
           {checks.degraded_look_count(), "degraded look", "degraded looks"},
           {checks.untrusted_answer_count(), "answer of postgres without a lease",
            "answers of postgres without a lease"},
           {checks.failure_count(), "failed statement or connection to postgres",
            "failed statements or connections to postgres"},
           {checks.redis_failure_count(), "failed look into redis", "failed looks into redis"},
           {checks.unanswered_check_count(), "check that waited for postgres in vain",
            "checks that waited for postgres in vain"},
           {checks.overloaded_check_count(), "check refused: too many waited",
            "checks refused: too many waited"}}));
  return absl::StrCat("\nChecks\n", fields.Render());
}

std::string ProjectorBlock(const ProjectorStatus& projector) {
  FieldList fields;
  fields.Add("State", projector.active()
                          ? absl::StrCat("active, term ", projector.term(), ", redis is ",
                                         projector.redis_in_step() ? "in step" : "NOT in step")
                          : std::string("standing by"));
  // How long ago one that stands by projected says nothing of what Redis holds.
  if (projector.active()) {
    fields.Add("Lag", projector.has_lag() ? AgeText(ToDuration(projector.lag())) : "no tick yet");
  }
  fields.Add("Ticks", absl::StrCat(CountText(projector.tick_count()), " with ",
                                   Counted(projector.entry_count(), "entry", "entries"), ", ",
                                   Counted(projector.commit_count(), "commit", "commits"), ", ",
                                   Counted(projector.rebuild_count(), "rebuild of redis",
                                           "rebuilds of redis")));
  fields.Add("Trouble", TroubleText({{projector.lost_session_count(), "lost session with postgres",
                                      "lost sessions with postgres"}}));
  return absl::StrCat("\nProjector\n", fields.Render());
}

}  // namespace

std::string StatusPage(const operations::v1::GetStatusResponse& status) {
  return absl::StrCat(status.has_checks() ? ChecksBlock(status.checks()) : "",
                      status.has_projector() ? ProjectorBlock(status.projector()) : "");
}

std::string NoCountersText(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNIMPLEMENTED:
      return "the register is older than this program";
    case grpc::StatusCode::PERMISSION_DENIED:
      return "only the role operator may see them";
    default:
      return absl::StrCat(CodeName(status.error_code()), ": ", Printable(status.error_message()));
  }
}

std::string AgeText(absl::Duration age) {
  if (age >= absl::Minutes(1)) return DurationText(age);
  const int64_t milliseconds = absl::ToInt64Milliseconds(age);
  if (milliseconds < 1000) return absl::StrCat(milliseconds, " ms");
  // Rounded down, so that it never says 60.0 s.
  return absl::StrCat(milliseconds / 1000, ".", milliseconds % 1000 / 100, " s");
}

std::string BytesText(int64_t bytes) {
  static constexpr std::array<absl::string_view, 4> kUnits = {"KiB", "MiB", "GiB", "TiB"};
  constexpr double kStep = 1024;
  if (bytes < 1024) return absl::StrCat(bytes, " B");
  double amount = static_cast<double>(bytes) / kStep;
  size_t unit = 0;
  // 1023.95 would be shown as 1024.0.
  while (amount >= kStep - 0.05 && unit + 1 < kUnits.size()) {
    amount /= kStep;
    ++unit;
  }
  return absl::StrFormat("%.1f %s", amount, kUnits[unit]);
}

std::string CountText(int64_t count) {
  std::string text = absl::StrCat(count);
  const size_t first = text.front() == '-' ? 1 : 0;
  for (size_t at = text.size(); at > first + 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

}  // namespace stadspoort::client
