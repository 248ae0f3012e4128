#pragma once

#include <functional>
#include <ostream>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace stadspoort::client {

// Says how far a long command is. On a terminal one line that is rewritten, at most ten times a
// second; elsewhere plain lines, at most one a
// second and none in the first: what is done so fast needs no telling. Thread-safe.
class Progress {
 public:
  Progress(std::ostream& err, bool terminal, std::function<absl::Time()> now);

  // Shows the text, or drops it when the last one is too recent.
  void Show(absl::string_view text);
  // Removes the line, so that a result stands alone.
  void Finish();

 private:
  std::ostream& err_;
  const bool terminal_;
  const std::function<absl::Time()> now_;
  absl::Mutex mutex_;
  absl::Time last_ ABSL_GUARDED_BY(mutex_);
  bool line_stands_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace stadspoort::client
