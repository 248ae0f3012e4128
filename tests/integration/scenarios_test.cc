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

// What `./dev demo` does, with the demo file given.
Ran PlayDemo(const std::string& file) {
  const Register database;
  const auto daemon = database.Start();
  const std::string ghent = absl::StrCat(kScenarios, "/ghent");
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {PLAY, "--postgres", database.superuser(), "--set-clock", file},
           {STADSPOORT, "--server", daemon->address(), "city", "create", "ghent", "--file",
            ghent + "/city.json"},
           {STADSPOORT, "--server", daemon->address(), "zone", "import", "--city", "ghent",
            ghent + "/tariff-zones-2017.geojson", "--rules", ghent + "/rules.json"}}) {
    const Ran ran = RunProgram(command);
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
  }
  Ran played = RunProgram({PLAY, "--server", daemon->address(), "--postgres", database.superuser(),
                           "--city", "ghent", "--demo", file});
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
