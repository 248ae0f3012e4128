#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "grpcpp/support/status.h"
#include "stadspoort/operations/v1/operations.pb.h"

// How a daemon fares, as a person reads it.
namespace stadspoort::client {

// The blocks "Checks" and "Projector", those that the daemon has, each after an empty line.
std::string StatusPage(const operations::v1::GetStatusResponse& status);

// Why there are no counters, in half a line, of a status that is not OK: "the register is older
// than this program".
std::string NoCountersText(const grpc::Status& status);

std::string AgeText(absl::Duration age);  // "34 ms", "1.2 s", "3 min 5 s"
std::string BytesText(int64_t bytes);     // "512 B", "12.3 MiB"
std::string CountText(int64_t count);     // "1,234,567"

}  // namespace stadspoort::client
