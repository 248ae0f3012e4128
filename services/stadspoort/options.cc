#include "services/stadspoort/options.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "CLI/CLI.hpp"
#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "services/domain/decision_text.h"
#include "services/domain/ids.h"
#include "services/stadspoort/time_text.h"

namespace stadspoort::client {
namespace {

constexpr std::array<absl::string_view, 9> kRoles = {"provider", "clerk",      "enforcer",
                                                     "device",   "city-admin", "operator",
                                                     "auditor",  "portal",     "holder"};
constexpr absl::string_view kAllCities = "*";

// HOST:PORT, [IPv6]:PORT, or unix:PATH for a register on the same machine.
bool IsServer(absl::string_view text) {
  if (absl::StartsWith(text, "unix:")) return text.size() > 5;
  const size_t colon = text.rfind(':');
  int port = 0;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(text.substr(colon + 1), &port)) {
    return false;
  }
  return port > 0 && port < 65536;
}

// What may travel as gRPC metadata: anything else would end the program, not the call.
absl::Status CheckMetadata(absl::string_view option, absl::string_view text) {
  if (absl::c_all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; })) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(option, " \"", text, "\" may hold plain ASCII only"));
}

absl::Status CheckRoles(const std::vector<std::string>& roles) {
  for (const std::string& role : roles) {
    if (!absl::c_linear_search(kRoles, role)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--role \"", role, "\" is not a role; write one of ", absl::StrJoin(kRoles, ", ")));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCities(const std::vector<std::string>& cities) {
  for (const std::string& city : cities) {
    if (city != kAllCities && !domain::IsCityCode(city)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--cities \"", city, "\" is not a city code; write codes, or * for all"));
    }
  }
  return absl::OkStatus();
}

// The person at the keyboard, as the journal of an --insecure register will name them.
std::string LoginName() {
  for (const char* variable : {"USER", "LOGNAME"}) {
    const char* name = std::getenv(variable);
    if (name != nullptr && *name != '\0') return name;
  }
  return "cli";
}

}  // namespace

void AddGlobalOptions(CLI::App& app, GlobalArguments& arguments) {
  const std::string group = "Global options";
  app.add_option("--server", arguments.server,
                 "The register; default STADSPOORT_SERVER, else " + arguments.server)
      ->envname("STADSPOORT_SERVER")
      ->option_text("HOST:PORT")
      ->group(group);
  app.add_flag("--json", arguments.json, "Answer with one JSON object, for programs")->group(group);
  app.add_option(
         "--lang", arguments.language,
         "Language of decisions and reasons; default STADSPOORT_LANG, else " + arguments.language)
      ->envname("STADSPOORT_LANG")
      ->option_text("nl|fr|de|en")
      ->group(group);
  app.add_option("--deadline", arguments.deadline,
                 "How long one call may take; default 10s, for import and export 5m")
      ->option_text("DURATION")
      ->group(group);
  const std::string who = "Who calls (registers that run with --insecure only)";
  app.add_option("--as", arguments.subject, "Who it is; default the login name")
      ->option_text("SUBJECT")
      ->group(who);
  app.add_option(
         "--role", arguments.roles,
         "Repeatable; every command has a sensible default. One of\n" + absl::StrJoin(kRoles, ", "))
      ->allow_extra_args(false)
      ->delimiter(',')
      ->option_text("ROLE")
      ->group(who);
  app.add_option("--provider", arguments.provider, "The provider in whose name rights are enrolled")
      ->option_text("CODE")
      ->group(who);
  app.add_option("--cities", arguments.cities, "Cities the caller may see; repeatable, default *")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->option_text("CODE")
      ->group(who);
}

absl::StatusOr<CallOptions> CheckedOptions(const GlobalArguments& arguments) {
  CallOptions options;
  if (!IsServer(arguments.server)) {
    return absl::InvalidArgumentError(absl::StrCat("--server \"", arguments.server,
                                                   "\" is not HOST:PORT, such as 127.0.0.1:8080"));
  }
  options.server = arguments.server;
  if (!domain::IsLanguage(arguments.language)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--lang \"", arguments.language, "\" is not one of nl, fr, de, en"));
  }
  options.language = arguments.language;
  if (!arguments.deadline.empty()) {
    const absl::StatusOr<absl::Duration> deadline = ParseDeadline(arguments.deadline);
    if (!deadline.ok()) return deadline.status();
    options.deadline = *deadline;
  }
  options.subject = arguments.subject.empty() ? LoginName() : arguments.subject;
  options.provider = arguments.provider;
  options.roles = absl::StrJoin(arguments.roles, ",");
  options.cities =
      arguments.cities.empty() ? std::string(kAllCities) : absl::StrJoin(arguments.cities, ",");
  for (const absl::Status& status :
       {CheckRoles(arguments.roles), CheckCities(arguments.cities),
        CheckMetadata("--as", options.subject), CheckMetadata("--provider", options.provider)}) {
    if (!status.ok()) return status;
  }
  return options;
}

}  // namespace stadspoort::client
