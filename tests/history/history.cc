#include "tests/history/history.h"

#include <ctime>

namespace stadspoort::history {

Moment Now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return absl::DurationFromTimespec(now);
}

absl::string_view Name(WriteKind kind) {
  switch (kind) {
    case WriteKind::kEnrol:
      return "enrolment";
    case WriteKind::kResume:
      return "resumption";
    case WriteKind::kAddHoliday:
      return "added holiday";
    case WriteKind::kPublishFreeRule:
      return "published free rule";
    case WriteKind::kEnd:
      return "end";
    case WriteKind::kSuspend:
      return "suspension";
    case WriteKind::kRevoke:
      return "revocation";
    case WriteKind::kRemoveHoliday:
      return "removed holiday";
    case WriteKind::kPublishPaidRule:
      return "published paid rule";
  }
  return "write";
}

absl::string_view Name(Rung rung) {
  switch (rung) {
    case Rung::kNone:
      return "no rung";
    case Rung::kMemory:
      return "memory";
    case Rung::kRedis:
      return "redis";
    case Rung::kPostgres:
      return "postgres";
  }
  return "no rung";
}

}  // namespace stadspoort::history
