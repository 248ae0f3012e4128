#pragma once

#include <grpcpp/support/sync_stream.h>

#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/zones/import_zones.h"
#include "stadspoort/zones/v1/zones.pb.h"

namespace stadspoort::zones {

using ImportStream = grpc::ServerReaderWriter<v1::ImportZonesResponse, v1::ImportZonesRequest>;

// Tells a client how far its import is, from a thread of its own: a client that reads slowly must
// not keep the city's zones locked.
class ProgressTeller {
 public:
  // Nobody else writes to the stream until this is gone.
  explicit ProgressTeller(ImportStream& stream);
  // Waits for what is being written.
  ~ProgressTeller();
  ProgressTeller(const ProgressTeller&) = delete;
  ProgressTeller& operator=(const ProgressTeller&) = delete;

  // Does not wait; what is overtaken is left out.
  void Tell(ImportPhase phase, int done, int total);

 private:
  void Run();

  ImportStream& stream_;
  absl::Mutex mutex_;
  v1::ImportProgress progress_ ABSL_GUARDED_BY(mutex_);
  bool changed_ ABSL_GUARDED_BY(mutex_) = false;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // the last: it uses the others
};

}  // namespace stadspoort::zones
