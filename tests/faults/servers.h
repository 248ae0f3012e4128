#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

// A PostgreSQL and a Redis of this test alone, to be struck. Registers of this process live on the
// newest ones. Wiped when destroyed.
namespace stadspoort::faults {

class Servers {
 public:
  // Durable: every acknowledged commit and most of what Redis holds outlive a crash.
  enum class Durable { kNo, kYes };
  Servers(const std::string& name, Durable durable);
  ~Servers();
  Servers(const Servers&) = delete;
  Servers& operator=(const Servers&) = delete;

  const std::string& folder() const { return folder_; }
  pid_t postgres() const { return Pid("POSTGRES_PID"); }
  pid_t redis() const { return Pid("REDIS_PID"); }
  // The folder of the socket.
  std::string postgres_socket() const { return env_.at("POSTGRES_SOCKET"); }
  // Where its data and its log are.
  std::string folder_of_postgres() const;
  std::string redis_address() const { return "unix:" + env_.at("REDIS_SOCKET"); }
  // A superuser's connection to the database `postgres`.
  std::string conninfo() const;
  std::string PostgresLog() const;

  // Whichever does not run.
  void Start();
  // SIGINT is a fast stop, SIGQUIT an immediate one, SIGKILL what it says. Returns when the
  // postmaster and all it started are gone.
  void EndPostgres(int signal) const;
  void KillRedis() const;

 private:
  pid_t Pid(const std::string& name) const;
  std::vector<std::string> Command(const std::string& verb) const;

  std::string folder_;
  Durable durable_;
  std::map<std::string, std::string> env_;
};

}  // namespace stadspoort::faults
