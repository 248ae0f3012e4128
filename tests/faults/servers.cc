#include "tests/faults/servers.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/faults/process.h"

namespace stadspoort::faults {

Servers::Servers(const std::string& name, Durable durable)
    : folder_(absl::StrCat(FOLDER, "/", name)), durable_(durable) {
  // A run that was killed may have left them.
  Execute({SERVERS, "stop", folder_, "--wipe"});
  Start();
  setenv("STADSPOORT_TEST_SERVERS", folder_.c_str(), 1);
}

Servers::~Servers() { Execute({SERVERS, "stop", folder_, "--wipe"}); }

void Servers::Start() {
  std::vector<std::string> command = {SERVERS, "start", folder_};
  if (durable_ == Durable::kNo) command.emplace_back("--fast");
  EXPECT_EQ(Execute(command), 0) << "the servers do not start";
  std::ifstream file(folder_ + "/env");
  for (std::string line; std::getline(file, line);) {
    const size_t equals = line.find('=');
    env_[line.substr(0, equals)] = line.substr(equals + 1);
  }
}

pid_t Servers::Pid(const std::string& name) const {
  pid_t pid = 0;
  // Never a group of processes, whatever the file says.
  if (!absl::SimpleAtoi(env_.at(name), &pid) || pid <= 1) {
    ADD_FAILURE() << name << " is not known";
    std::abort();
  }
  return pid;
}

std::string Servers::conninfo() const {
  return absl::StrCat("host=", env_.at("POSTGRES_SOCKET"), " port=", env_.at("POSTGRES_PORT"),
                      " user=", env_.at("POSTGRES_USER"), " dbname=postgres");
}

std::string Servers::folder_of_postgres() const {
  return std::filesystem::canonical(folder_ + "/postgres").string();
}

std::string Servers::PostgresLog() const {
  const std::ifstream file(folder_ + "/postgres/log");
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

void Servers::EndPostgres(int signal) const {
  const pid_t postmaster = postgres();
  // A child that it starts after these were counted would not be waited for.
  if (signal == SIGKILL) StandStill(postmaster);
  const std::vector<pid_t> children = Children(postmaster);
  kill(postmaster, signal);
  EXPECT_TRUE(AwaitEnd(postmaster)) << "PostgreSQL does not end";
  // Its shared memory is theirs until then: another postmaster would not start.
  for (const pid_t child : children) EXPECT_TRUE(AwaitEnd(child)) << "a backend does not end";
}

void Servers::KillRedis() const {
  kill(redis(), SIGKILL);
  EXPECT_TRUE(AwaitEnd(redis())) << "Redis does not end";
}

}  // namespace stadspoort::faults
