#pragma once

#include <ostream>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "services/stadspoort/exit_code.h"

namespace stadspoort::client {

// Where a command speaks, and to whom. Answers go to `out`; faults and progress to `err`. With
// `json` everything a program wants, errors of the register included, is one JSON object on `out`.
struct Output {
  std::ostream& out;
  std::ostream& err;
  bool json = false;
  // `out` is a terminal whose owner has not set NO_COLOR.
  bool colour = false;
  // `err` is a terminal: progress may rewrite its line.
  bool err_is_terminal = false;

  void Json(const nlohmann::ordered_json& value) const {
    // Text of a broken encoding is mended rather than thrown over.
    out << value.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
  }

  ExitCode WrongUsage(const absl::Status& status) const {
    err << "stadspoort: " << std::string(status.message()) << "\n";
    return kWrongUsage;
  }
};

}  // namespace stadspoort::client
