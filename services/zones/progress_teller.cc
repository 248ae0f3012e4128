#include "services/zones/progress_teller.h"

#include "absl/time/time.h"

namespace stadspoort::zones {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(200);

}  // namespace

ProgressTeller::ProgressTeller(ImportStream& stream)
    : stream_(stream), thread_([this] { Run(); }) {}

ProgressTeller::~ProgressTeller() {
  {
    const absl::MutexLock lock(&mutex_);
    over_ = true;
  }
  thread_.join();
}

void ProgressTeller::Tell(ImportPhase phase, int done, int total) {
  const absl::MutexLock lock(&mutex_);
  progress_.set_phase(static_cast<v1::ImportPhase>(phase));
  progress_.set_features_done_count(done);
  progress_.set_features_total_count(total);
  changed_ = true;
}

void ProgressTeller::Run() {
  while (true) {
    v1::ImportZonesResponse response;
    {
      const absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&over_), kPause);
      if (over_) return;
      if (!changed_) continue;
      *response.mutable_progress() = progress_;
      changed_ = false;
    }
    stream_.Write(response);
  }
}

}  // namespace stadspoort::zones
