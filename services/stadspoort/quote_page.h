#pragma once

#include <string>

#include "absl/time/time.h"
#include "stadspoort/rights/v1/rights.pb.h"

// What is due, as a person reads it.
namespace stadspoort::client {

// "€3.60"; an amount in another currency than the contract's names it.
std::string AmountText(const rights::v1::Amount& amount);

// "4 x 0.50 + 2 x 0.80 = 3.60"; a part that its cap ends says so: "9 x 0.50 (at most 3.00)".
std::string SumText(const rights::v1::FareLine& line);

// A block for each occurrence of a frame with its arithmetic, the total, and remarks.
std::string QuotePage(const rights::v1::QuoteRightRequest& request,
                      const rights::v1::QuoteRightResponse& response, absl::TimeZone clock);

}  // namespace stadspoort::client
