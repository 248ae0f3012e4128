#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/history/history.h"

namespace stadspoort::history {

// What one thread recorded.
struct Log {
  std::vector<Write> writes;
  std::vector<Check> checks;
  std::map<std::string, int64_t> failed_check_calls;
  std::map<std::string, int64_t> unknown_writes;
  std::map<std::string, int64_t> refused_writes;
};

}  // namespace stadspoort::history
