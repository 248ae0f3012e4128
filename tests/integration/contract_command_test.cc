// `stadspoort contract ...` against a running register: what is answered, and with which exit code.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

constexpr int kFine = 0;
constexpr int kRefused = 1;
constexpr int kWrongUsage = 2;

class ContractCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    daemon_ = database_.Start();
    MakeCity(*daemon_, "ghent");
  }

  // Runs it, expects the exit code, gives what was said.
  std::string Say(const std::string& arguments, int exit_code) {
    const std::string command =
        absl::StrCat(STADSPOORT, " --server ", daemon_->address(), " ", arguments, " 2>&1");
    std::string output;
    FILE* pipe = popen(command.c_str(), "r");
    char buffer[4096];
    while (const size_t got = fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, got);
    const int status = pclose(pipe);
    EXPECT_EQ(WIFEXITED(status) ? WEXITSTATUS(status) : -1, exit_code) << arguments << "\n"
                                                                       << output;
    return output;
  }
  void ExpectSaid(const std::string& arguments, int exit_code, const std::string& part) {
    const std::string said = Say(arguments, exit_code);
    EXPECT_TRUE(absl::StrContains(said, part)) << arguments << "\n" << said;
  }

  Register database_;
  std::unique_ptr<Daemon> daemon_;
};

TEST_F(ContractCommandTest, AContractFromItsBeginningToItsEnd) {
  const std::string create =
      "contract create meters --city ghent --of meters --type paid --zone a "
      "--from 2026-01-01T00:00+01:00 --name 'Meters 2026'";
  const std::string enrol =
      "--provider meters right enrol --city ghent --plate 1-ABC-123 --type paid --zone a "
      "--reference one";
  ExpectSaid(enrol, kRefused, "NOT_CONTRACTED");
  ExpectSaid(create + " --dry-run", kFine, "May enrol  paid\n");
  ExpectSaid("contract show meters --city ghent", kRefused, "CONTRACT_NOT_FOUND");
  ExpectSaid(create, kFine, "Version tag  1\n");
  ExpectSaid(create, kFine, "Version tag  1\n");
  ExpectSaid(create + " --type resident", kRefused, "CONTRACT_EXISTS");
  ExpectSaid(enrol, kFine, "in force");
  ExpectSaid("contract list --city ghent", kFine,
             "meters               meters    paid            a           2026-01-01 00:00 +01:00");
  EXPECT_EQ(Say("contract list --city ghent --of nobody", kFine), "No contracts.\n");
  EXPECT_FALSE(
      absl::StrContains(Say("--provider meters contract list --city ghent", kFine), "app"));
  ExpectSaid("--json contract list --city ghent --of meters", kFine,
             R"("rightTypes": [
        "cities/ghent/rightTypes/paid"
      ])");
  ExpectSaid("contract update meters --city ghent --all-zones --type paid,resident --etag 1", kFine,
             "whole city");
  ExpectSaid("contract update meters --city ghent --open --etag 1", kRefused, "the etag 2 now");
  ExpectSaid("contract update cities/ghent/contracts/meters --until now", kFine, "Version tag  3");
  ExpectSaid("--json contract show meters --city ghent", kFine, R"("etag": "3")");
  ExpectSaid("--provider app contract show meters --city ghent", kRefused, "CONTRACT_NOT_FOUND");
}

TEST_F(ContractCommandTest, WrongUsageSendsNothing) {
  for (const char* arguments :
       {"contract", "contract create meters --city ghent --of meters --type paid",
        "contract create meters --city ghent --of meters --type paid --from now",
        "contract create meters --of meters --type paid --from 2026-01-01T00:00Z",
        "contract update app-paid-resident --city ghent",
        "contract update app-paid-resident --city ghent --open --until 2027-01-01T00:00Z",
        "contract update app-paid-resident --city ghent --until ''", "contract show",
        "contract list", "contract show Meters --city ghent"}) {
    Say(arguments, kWrongUsage);
  }
}

TEST_F(ContractCommandTest, ACityFileCarriesContracts) {
  const std::string file = database_.folder() + "/city.json";
  const std::string create = absl::StrCat("city create bruges --file ", file);
  const auto write = [&](const std::string& provider) {
    std::ofstream(file) << R"({"city": {"displayName": "Brugge", "timeZone": "Europe/Brussels"},
      "right_types": [{"name": "paid", "kind": "RIGHT_KIND_PAID"}],
      "contracts": [{"name": "meters", "provider": ")"
                        << provider << R"(", "rightTypes": ["paid"],
                     "startTime": "2026-01-01T00:00:00Z"}]})";
  };
  write("meters");
  ExpectSaid(create, kFine, "contract meters with meters set\n");
  ExpectSaid(create + " --continue", kFine, "contract meters with meters set\n");
  write("others");
  ExpectSaid(create + " --continue", kFine, "contract meters exists already; it stays as it is\n");
  ExpectSaid("contract show meters --city bruges", kFine, "Provider     meters\n");
}

}  // namespace
}  // namespace stadspoort::testing
