#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/stadspoort/call.h"
#include "stadspoort/rights/v1/rights.pb.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// What was typed behind `stadspoort quote`.
struct QuoteArguments {
  std::string city;
  std::string type;
  std::vector<std::string> zones;
  std::string from = "now";
  std::string until;
};

// `now` is what "--until now" means. INVALID_ARGUMENT with what would be accepted.
absl::StatusOr<rights::v1::QuoteRightRequest> QuoteRequest(const QuoteArguments& arguments,
                                                           absl::Time now);

void AddQuoteCommand(CLI::App& app, Action& chosen);

}  // namespace stadspoort::client
