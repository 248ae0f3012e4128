#include "tests/history/describe.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace stadspoort::history {
namespace {

std::string Span(Moment begin, Moment end) {
  return absl::StrFormat("from %.6f s to %.6f s", absl::ToDoubleSeconds(begin),
                         absl::ToDoubleSeconds(end));
}

std::string Version(const std::optional<int64_t>& version) {
  return version ? absl::StrCat(", version ", *version) : "";
}

}  // namespace

std::string Describe(const Check& check) {
  return absl::StrCat(check.strong ? "STRONG " : "", domain::Name(check.decision), " (",
                      domain::Name(check.reason), ") by daemon ", check.daemon, " out of ",
                      Name(check.rung), check.degraded ? ", degraded" : "", Version(check.version),
                      ", asked ", Span(check.begin, check.end));
}

std::string Describe(const State& state) {
  if (state.write == nullptr) return absl::StrCat("the state before every write");
  const Write& write = *state.write;
  return absl::StrCat("the state after the ", Name(write.kind), " of part ", write.part, " sent ",
                      Span(write.begin, write.end),
                      write.outcome == Outcome::kUnknown ? " with unknown outcome" : "",
                      Version(state.version), state.open() ? " (open)" : " (not open)");
}

std::string OlderThanAcknowledged(const Subject& subject, const Check& check, const State& shown,
                                  const State& known) {
  return absl::StrCat(subject.name, ": ", Describe(check), ", shows nothing newer than ",
                      Describe(shown), ", although acknowledged was ", Describe(known));
}

std::string OlderThanShown(const Subject& subject, const Check& check, const State& shown,
                           const Check& other) {
  return absl::StrCat(subject.name, ": ", Describe(check), ", shows nothing newer than ",
                      Describe(shown), ", although a newer one had been shown: ", Describe(other));
}

std::string RestsOnNothing(const Subject& subject, const Check& check, const State& newest) {
  return absl::StrCat(subject.name, ": ", Describe(check),
                      ", rests on nothing that was written by then; the newest there can be is ",
                      Describe(newest));
}

std::string ExactWhileDegraded(const Subject& subject, const Check& check) {
  return absl::StrCat(subject.name, ": ", Describe(check),
                      ", is no answer without the system of record");
}

std::string Contradicts(const Subject& subject, const Write& write) {
  return absl::StrCat(subject.name, ": the ", Name(write.kind), " sent ",
                      Span(write.begin, write.end), Version(write.version),
                      ", was answered with a version that its sequence of writes does not give");
}

std::string TooManyUnknown(const Subject& subject) {
  return absl::StrCat(subject.name, ": cannot be judged, too many writes of unknown outcome");
}

std::string Sentence(Rule rule, const std::string& what) {
  return absl::StrCat("R", static_cast<int>(rule), ": ", what);
}

}  // namespace stadspoort::history
