// The tables of tests/scenarios played through a running register, and the demo with its
// expectations put to the test.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

const char* const kScenarios = STADSPOORT_SOURCE_DIR "/tests/scenarios";

struct Ran {
  int exit_code = -1;
  std::string output;
};

// Runs a command line; every word is quoted for the shell.
Ran RunProgram(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back("'" + word + "'");
  Ran ran;
  FILE* pipe = popen((absl::StrJoin(quoted, " ") + " 2>&1").c_str(), "r");
  char buffer[4096];
  while (const size_t got = fread(buffer, 1, sizeof buffer, pipe)) ran.output.append(buffer, got);
  const int status = pclose(pipe);
  ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

std::string ReadFile(const std::string& path) {
  const std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

TEST(ScenariosTest, EveryTableHoldsThroughTheRunningService) {
  const Register database;
  const auto daemon = database.Start();
  std::vector<std::string> command = {PLAY, "--server", daemon->address(), "--postgres",
                                      database.superuser()};
  for (const auto& entry : std::filesystem::directory_iterator(kScenarios)) {
    if (entry.path().extension() == ".md" && entry.path().filename() != "README.md") {
      command.push_back(entry.path().string());
    }
  }
  ASSERT_GT(command.size(), 15U) << "the tables are gone";
  const Ran ran = RunProgram(command);
  EXPECT_EQ(ran.exit_code, 0) << ran.output;
}

const std::string& Ghent() {
  static const auto* folder = new std::string(absl::StrCat(kScenarios, "/ghent"));
  return *folder;
}

// What `stadspoort` prints; that it fails, fails the test.
std::string Typed(const Daemon& daemon, std::vector<std::string> words) {
  words.insert(words.begin(), {STADSPOORT, "--server", daemon.address()});
  Ran ran = RunProgram(words);
  EXPECT_EQ(ran.exit_code, 0) << absl::StrJoin(words, " ") << "\n" << ran.output;
  return ran.output;
}

// Ghent's zones as the demo has them, at the time of a scenario or at a moment.
void MakeGhent(const Register& database, const Daemon& daemon, const std::string& clock) {
  const Ran set = RunProgram({PLAY, "--postgres", database.superuser(), "--set-clock", clock});
  EXPECT_EQ(set.exit_code, 0) << set.output;
  Typed(daemon, {"city", "create", "ghent", "--file", Ghent() + "/city.json"});
  Typed(daemon, {"zone", "import", "--city", "ghent", Ghent() + "/tariff-zones-2017.geojson",
                 "--rules", Ghent() + "/rules.json"});
}

Ran PlayIn(const Register& database, const Daemon& daemon, const std::string& file) {
  return RunProgram({PLAY, "--server", daemon.address(), "--postgres", database.superuser(),
                     "--city", "ghent", "--demo", file});
}

// What `./dev demo` does, with the demo file given.
Ran PlayDemo(const std::string& file) {
  const Register database;
  const auto daemon = database.Start();
  MakeGhent(database, *daemon, file);
  Ran played = PlayIn(database, *daemon, file);
  EXPECT_EQ(Sql(database.superuser())
                .Value("SELECT string_agg(code, ' ' ORDER BY code) FROM stadspoort.contract"),
            "bewonersloket parkeerapp parkeermeters-2025")
      << "the city's own contracts are enough";
  return played;
}

TEST(DemoTest, TheDemoIsAsExpected) {
  const Ran ran = PlayDemo(absl::StrCat(kScenarios, "/ghent/demo.md"));
  EXPECT_EQ(ran.exit_code, 0) << ran.output;
  EXPECT_TRUE(absl::EndsWith(ran.output, " checks, all as expected\n")) << ran.output;
}

// The same lines as in `./dev demo`: drawn, judged, looked at, published for tomorrow.
TEST(DemoTest, ThePublicationIsAsExpected) {
  const Register database;
  const auto daemon = database.Start();
  MakeGhent(database, *daemon, "2026-05-05T12:00:00+02:00");
  const std::string zone = "gele-zone-1";
  const std::string tomorrow = "2026-05-06T00:00+02:00";
  const auto expect = [&](const std::vector<std::string>& words,
                          const std::vector<std::string>& parts) {
    const std::string told = Typed(*daemon, words);
    for (const std::string& part : parts) {
      EXPECT_TRUE(absl::StrContains(told, part)) << part << " is missing in\n" << told;
    }
  };
  expect({"zone", "draft", "edit", "ghent", zone, "--regulation", Ghent() + "/gele-avond.json"},
         {zone, "19:00-22:00"});
  expect({"zone", "diff", "ghent", zone}, {"avond", "19:00", "22:00"});
  expect({"zone", "validate", "ghent", zone, "--from", tomorrow}, {"Valid:     " + zone});
  expect({"zone", "preview", "ghent", zone, "--week", "2026-05-04", "--draft", "--draft-from",
          tomorrow},
         {"Mon", "Wed", "avond"});
  expect({"zone", "publish", "ghent", zone, "--from", tomorrow},
         {"in force from 2026-05-06 00:00 +02:00"});
  expect({"quote", "--city", "ghent", "--type", "paid", "--zone", zone, "--from",
          "2026-05-06T18:00+02:00", "--until", "2026-05-06T21:00+02:00"},
         {"Total: "});
  const Ran played = PlayIn(database, *daemon, Ghent() + "/publication.md");
  EXPECT_EQ(played.exit_code, 0) << played.output;
  EXPECT_TRUE(absl::EndsWith(played.output, " checks, all as expected\n")) << played.output;
}

// Line numbers of the rights in the demo.
std::vector<size_t> RightRows(const std::vector<std::string>& lines) {
  std::vector<size_t> rows;
  bool inside = false;
  size_t bars = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (absl::StartsWith(lines[i], "## ")) {
      inside = lines[i] == "## Rights";
      bars = 0;
    } else if (inside && absl::StartsWith(lines[i], "|") && ++bars > 2) {
      rows.push_back(i);
    }
  }
  return rows;
}

// The expectations come from the file: whichever right is missing, some check is no longer as
// expected.
TEST(DemoTest, AMissingRightIsNoticed) {
  const std::vector<std::string> lines =
      absl::StrSplit(ReadFile(absl::StrCat(kScenarios, "/ghent/demo.md")), '\n');
  const std::vector<size_t> rights = RightRows(lines);
  ASSERT_GE(rights.size(), 5U);
  for (const size_t row : {rights.front(), rights.back()}) {
    std::vector<std::string> fewer = lines;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(row));
    const std::string file = (std::filesystem::temp_directory_path() /
                              absl::StrCat("demo-without-", row, "-", getpid(), ".md"))
                                 .string();
    std::ofstream(file) << absl::StrJoin(fewer, "\n");
    const Ran ran = PlayDemo(file);
    std::filesystem::remove(file);
    EXPECT_EQ(ran.exit_code, 1) << "without " << lines[row] << "\n" << ran.output;
  }
}

}  // namespace
}  // namespace stadspoort::testing
