#pragma once

#include <string>
#include <vector>

namespace stadspoort {

struct ServeOptions {
  std::vector<std::string> roles;
  std::string listen = "127.0.0.1:8080";
  std::string address_file;
  std::string postgres;
  std::string plate_keys;
  std::string redis;
  std::string redis_password_file;
  std::string redis_prefix = "stadspoort";
  std::vector<std::string> hosted_cities;                // none: all
  std::vector<std::string> rungs = {"memory", "redis"};  // above the system of record
  bool insecure = false;
  int connections = 8;
  int max_waiting = 256;
  int max_waiting_plates = 20'000;
};

// Of the commands for administrators.
struct AdminOptions {
  std::string postgres;
};

// Exit codes: 0 fine, 1 it did not work, 2 wrong usage.
int Serve(const ServeOptions& options);
int RunMigrations(const AdminOptions& options);
int RunNewEpoch(const AdminOptions& options);

}  // namespace stadspoort
