#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "tests/history/asker.h"
#include "tests/history/board.h"
#include "tests/history/doors.h"
#include "tests/history/history.h"
#include "tests/history/plate_writer.h"
#include "tests/history/publisher.h"

namespace stadspoort::history {

struct Load {
  int writers = 16;
  int plates_a_writer = 20;
  // Of the plates: these always have a right that holds while others of theirs come and go, as most
  // cars do that are checked; the rest is now in order and now not.
  double covered_share = 0;
  // Of the other plates in a check: these are on nobody's list.
  double absent_share = 0.2;
  // Of each writer after each write: zero writes as fast as the register takes it.
  absl::Duration pause = absl::ZeroDuration();
  int publishers = 1;
  int checkers = 8;
  double strong_share = 0.2;
  // Of every call. What is not answered by then is of unknown outcome.
  absl::Duration patience = absl::Seconds(5);
  // Of the cities it founds; two workloads on one database need two names. Of a-z, 0-9, '-'.
  std::string name = "history";
  uint32_t seed = 1;
};

// Writes to a register and checks at the same time, over gRPC alone, and records all of it.
// Daemons, and what stands behind them, may be stopped, killed and started again at any moment.
//
//   Workload workload({}, addresses);
//   ASSERT_TRUE(workload.Prepare().ok());
//   workload.Start();
//   ... faults, or workload.WaitForChecks(200000);
//   const History history = workload.Stop();
class Workload {
 public:
  // `writable`: of the daemons that are written to, if not all. While it names none, writers rest.
  Workload(Load load, Addresses addresses, Addresses writable = nullptr);
  ~Workload();
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  // Founds the city of the plates; a daemon must be there.
  grpc::Status Prepare();
  void Start();
  // Answered so far, UNKNOWN among them.
  int64_t checks() const { return board_.checks(); }
  // Until so many are answered.
  void WaitForChecks(int64_t count) { board_.WaitForChecks(count); }
  // Ends after the calls in flight and gives what was recorded. Once.
  History Stop();

 private:
  std::string PlatesCity() const { return load_.name + "-plates"; }

  Load load_;
  Board board_;
  Doors doors_;
  Doors writable_;
  std::vector<std::unique_ptr<PlateWriter>> writers_;
  std::vector<std::unique_ptr<Publisher>> publishers_;
  std::vector<std::unique_ptr<Asker>> askers_;
  std::vector<std::thread> threads_;
};

}  // namespace stadspoort::history
