#include "services/stadspoort/progress.h"

#include <utility>

namespace stadspoort::client {
namespace {

constexpr absl::Duration kTerminalGap = absl::Milliseconds(100);
constexpr absl::Duration kPlainGap = absl::Seconds(1);
constexpr absl::string_view kRewriteLine = "\r\x1b[K";

}  // namespace

Progress::Progress(std::ostream& err, bool terminal, std::function<absl::Time()> now)
    : err_(err),
      terminal_(terminal),
      now_(std::move(now)),
      last_(terminal ? absl::InfinitePast() : now_()) {}

void Progress::Show(absl::string_view text) {
  const absl::MutexLock lock(&mutex_);
  const absl::Time now = now_();
  if (now - last_ < (terminal_ ? kTerminalGap : kPlainGap)) return;
  last_ = now;
  if (terminal_) {
    err_ << kRewriteLine << text << std::flush;
    line_stands_ = true;
  } else {
    err_ << text << "\n" << std::flush;
  }
}

void Progress::Finish() {
  const absl::MutexLock lock(&mutex_);
  if (line_stands_) err_ << kRewriteLine << std::flush;
  line_stands_ = false;
}

}  // namespace stadspoort::client
