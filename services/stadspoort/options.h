#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// What every command understands, as it was typed.
struct GlobalArguments {
  std::string server = "127.0.0.1:8080";
  bool json = false;
  std::string language = "en";
  std::string deadline;
  std::string subject;
  std::vector<std::string> roles;
  std::string provider;
  std::vector<std::string> cities;
};

// How calls are made, checked.
struct CallOptions {
  std::string server;
  std::string language;
  // Absent: the command's own.
  std::optional<absl::Duration> deadline;
  // Who calls, for a register that runs with --insecure; printable ASCII all.
  std::string subject;
  // Comma-separated; empty: the command's own.
  std::string roles;
  std::string provider;
  std::string cities;
};

// Adds the global options to the program's root; they may also stand behind a subcommand.
void AddGlobalOptions(CLI::App& app, GlobalArguments& arguments);

// INVALID_ARGUMENT with what would be accepted.
absl::StatusOr<CallOptions> CheckedOptions(const GlobalArguments& arguments);

}  // namespace stadspoort::client
