#include "tests/history/summary.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace stadspoort::history {
namespace {

using domain::Decision;

struct Span {
  Moment begin;
  Moment end;
};

// Of each subject the stretches in which it was written, in their order; they do not overlap.
std::vector<std::vector<Span>> WrittenSpans(const History& history) {
  std::vector<std::vector<Span>> spans(history.subjects.size());
  for (const Write& write : history.writes) {
    if (write.outcome != Outcome::kRefused) {
      spans[write.subject].push_back({write.begin, write.end});
    }
  }
  for (std::vector<Span>& of_one : spans) {
    std::sort(of_one.begin(), of_one.end(),
              [](const Span& a, const Span& b) { return a.begin < b.begin; });
  }
  return spans;
}

bool IsClose(const Check& check, const std::vector<Span>& spans) {
  const auto next = std::partition_point(spans.begin(), spans.end(), [&](const Span& span) {
    return span.end < check.begin - kClose;
  });
  return next != spans.end() && next->begin <= check.end + kClose;
}

bool IsPositive(Decision decision) {
  return decision == Decision::kPermitted || decision == Decision::kNotRequired;
}

int64_t Total(const std::map<std::string, int64_t>& counts) {
  int64_t total = 0;
  for (const auto& [what, count] : counts) total += count;
  return total;
}

template <typename Key>
std::string Shares(const Summary& summary, const std::map<Key, int64_t>& counts) {
  std::string text;
  for (const auto& [key, count] : counts) {
    absl::StrAppendFormat(&text, " %s %d (%.2f %%)", Name(key), count, 100 * summary.Share(count));
  }
  return text.empty() ? " none" : text;
}

}  // namespace

int64_t Summary::Of(Decision decision) const {
  const auto found = by_decision.find(decision);
  return found == by_decision.end() ? 0 : found->second;
}

double Summary::PositivesShareOf(Rung rung) const {
  int64_t positives = 0;
  for (const auto& [any, count] : positives_by_rung) positives += count;
  const auto found = positives_by_rung.find(rung);
  if (positives == 0 || found == positives_by_rung.end()) return 0;
  return static_cast<double>(found->second) / static_cast<double>(positives);
}

Summary Summarise(const History& history) {
  Summary summary;
  const std::vector<std::vector<Span>> spans = WrittenSpans(history);
  Moment first = absl::InfiniteDuration();
  Moment last = -absl::InfiniteDuration();
  for (const Check& check : history.checks) {
    ++summary.checks;
    if (check.strong) ++summary.strong;
    if (check.degraded) ++summary.degraded;
    if (IsClose(check, spans[check.subject])) ++summary.close_to_a_write;
    ++summary.by_decision[check.decision];
    ++summary.by_rung[check.rung];
    if (IsPositive(check.decision) && !check.strong) ++summary.positives_by_rung[check.rung];
    if (check.decision == Decision::kUnknown) ++summary.unknown_by_reason[check.reason];
    first = std::min(first, check.begin);
    last = std::max(last, check.end);
  }
  if (summary.checks > 0) summary.took = last - first;
  summary.failed_check_calls = Total(history.failed_check_calls);
  summary.unknown_writes = Total(history.unknown_writes);
  summary.writes =
      std::count_if(history.writes.begin(), history.writes.end(),
                    [](const Write& write) { return write.outcome == Outcome::kAcknowledged; });
  return summary;
}

std::string Describe(const Summary& summary) {
  const double seconds = std::max(absl::ToDoubleSeconds(summary.took), 1e-9);
  std::string text = absl::StrFormat(
      "%d checks in %.1f s (%.0f/s), %d writes (%.0f/s), %d of unknown outcome, %d failed calls\n",
      summary.checks, seconds, static_cast<double>(summary.checks) / seconds, summary.writes,
      static_cast<double>(summary.writes) / seconds, summary.unknown_writes,
      summary.failed_check_calls);
  absl::StrAppendFormat(&text, "STRONG %.1f %%, degraded %.1f %%, close to a write %.1f %%\n",
                        100 * summary.Share(summary.strong), 100 * summary.Share(summary.degraded),
                        100 * summary.Share(summary.close_to_a_write));
  absl::StrAppend(&text, "decisions:", Shares(summary, summary.by_decision), "\n");
  absl::StrAppend(&text, "rungs:", Shares(summary, summary.by_rung), "\n");
  absl::StrAppend(&text, "positives but STRONG ones:", Shares(summary, summary.positives_by_rung),
                  "\n");
  absl::StrAppend(&text, "unknown:", Shares(summary, summary.unknown_by_reason), "\n");
  return text;
}

}  // namespace stadspoort::history
