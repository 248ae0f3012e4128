// Plays scenario files through a running service (README.md). Exit 0: everything as expected; 1:
// not; 2: it could not be played.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/scenarios/clock.h"
#include "tests/scenarios/player.h"
#include "tests/scenarios/print.h"
#include "tests/scenarios/service.h"
#include "tests/scenarios/superuser.h"
#include "tests/scenarios/tables.h"

namespace stadspoort::scenarios {
namespace {

enum ExitCode : int { kAsExpected = 0, kNotAsExpected = 1, kNotPlayed = 2 };

struct Flags {
  std::string server;
  std::string postgres;
  std::string city;
  std::string language = "en";
  std::string set_clock;
  bool release_clock = false;
  bool demo = false;
  std::vector<std::string> files;
};

void Define(CLI::App& app, Flags& flags) {
  app.add_option("--postgres", flags.postgres,
                 "connection string of a superuser of the service's private database")
      ->required();
  app.add_option("--server", flags.server, "address of the service, e.g. 127.0.0.1:7000");
  app.add_option("--city", flags.city, "city that exists already, with its zones");
  app.add_option("--lang", flags.language, "language of reasons")
      ->check(CLI::IsMember({"nl", "fr", "de", "en"}));
  app.add_flag("--demo", flags.demo, "print every check as a table");
  auto* set = app.add_option("--set-clock", flags.set_clock,
                             "only set the register's clock: to the beginning of this file, or to "
                             "this time (2026-05-05T12:00:00+02:00)");
  auto* release = app.add_flag("--release-clock", flags.release_clock,
                               "only give the register its own clock back");
  auto* files = app.add_option("files", flags.files, "scenario files");
  set->excludes(release)->excludes(files);
  release->excludes(files);
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "play: %s\n", std::string(status.message()).c_str());
  return kNotPlayed;
}

// Letters and digits that no other run has.
std::string NewRun() {
  std::string run;
  for (int64_t rest = absl::ToUnixMillis(absl::Now()); rest > 0; rest /= 36) {
    run.insert(run.begin(), "0123456789abcdefghijklmnopqrstuvwxyz"[rest % 36]);
  }
  return run;
}

int SetClock(const Flags& flags, RegisterClock& clock) {
  absl::Time time;
  if (absl::ParseTime(absl::RFC3339_full, flags.set_clock, &time, nullptr)) {
    const absl::Status set = clock.Set(time);
    return set.ok() ? kAsExpected : Fail(set);
  }
  const absl::StatusOr<ScenarioFile> file = LoadScenario(flags.set_clock);
  if (!file.ok()) return Fail(file.status());
  const absl::Status set = clock.Set(StartOf(*file));
  return set.ok() ? kAsExpected : Fail(set);
}

absl::StatusOr<std::vector<ScenarioFile>> LoadAll(const Flags& flags) {
  std::vector<ScenarioFile> files;
  for (const std::string& path : flags.files) {
    absl::StatusOr<ScenarioFile> file = LoadScenario(path);
    if (!file.ok()) return file.status();
    if (!flags.city.empty() && file->groups.size() > 1) {
      return absl::InvalidArgumentError(absl::StrCat(
          file->name, ": with --city a file has one group: rights of all would be in one city"));
    }
    files.push_back(*std::move(file));
  }
  return files;
}

int PlayAll(const Flags& flags, Superuser& superuser, RegisterClock& clock) {
  const absl::StatusOr<std::vector<ScenarioFile>> files = LoadAll(flags);
  if (!files.ok()) return Fail(files.status());
  Service service(grpc::CreateChannel(flags.server, grpc::InsecureChannelCredentials()));
  Player player(service, superuser, clock, {flags.city, flags.language, NewRun()});
  std::vector<PlayedFile> all;
  int code = kAsExpected;
  for (const ScenarioFile& file : *files) {
    absl::StatusOr<PlayedFile> played = player.Play(file);
    if (!played.ok()) {
      code = Fail(played.status());
      continue;
    }
    if (!AllAsExpected(*played)) code = std::max<int>(code, kNotAsExpected);
    const std::string text = flags.demo ? DemoTable(*played, flags.language) : FileSummary(*played);
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
    all.push_back(*std::move(played));
  }
  if (flags.demo && all.size() == files->size()) std::fputs(DemoSummary(all).c_str(), stdout);
  return code;
}

int Run(const Flags& flags) {
  absl::StatusOr<Superuser> superuser = Superuser::Connect(flags.postgres);
  if (!superuser.ok()) return Fail(superuser.status());
  RegisterClock clock(*superuser);
  if (!flags.set_clock.empty()) return SetClock(flags, clock);
  int code = flags.release_clock ? kAsExpected : PlayAll(flags, *superuser, clock);
  // Whatever was played: nobody finds the register at a time of ours.
  if (const absl::Status released = clock.Release(); !released.ok()) code = Fail(released);
  return code;
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("Plays scenario files through a running service");
  Define(app, flags);
  CLI11_PARSE(app, argc, argv);
  const bool plays = flags.set_clock.empty() && !flags.release_clock;
  if (plays && (flags.server.empty() || flags.files.empty())) {
    std::fputs("play: --server and at least one file are needed\n", stderr);
    return kNotPlayed;
  }
  return Run(flags);
}

}  // namespace
}  // namespace stadspoort::scenarios

int main(int argc, char** argv) {
  // Ours throws nothing; the parser of flags may, when it is defined wrongly.
  try {
    return stadspoort::scenarios::Main(argc, argv);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "play: %s\n", fault.what());
    return stadspoort::scenarios::kNotPlayed;
  }
}
