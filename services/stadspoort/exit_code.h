#pragma once

namespace stadspoort::client {

// What a script learns from a run. Part of the command line's contract: README.md and --help say
// the same.
enum ExitCode : int {
  kFine = 0,
  // The register understood and said no: something to mend in the request.
  kRefused = 1,
  // The command line, or a file it names, cannot be used. Nothing was sent.
  kWrongUsage = 2,
  // The register is unreachable, overloaded, too slow or at fault: worth another try.
  kFailed = 3,
  // `check` only. Unknown takes precedence, then not permitted: a script must never read "unknown"
  // as yes or no.
  kAnyNotPermitted = 10,
  kAnyReview = 11,
  kAnyUnknown = 12,
};

}  // namespace stadspoort::client
