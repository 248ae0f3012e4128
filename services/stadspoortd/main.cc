#include <sodium.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "CLI/CLI.hpp"
#include "services/domain/pseudonym.h"
#include "services/platform/log.h"
#include "services/stadspoortd/options.h"

namespace {

// Keys are searched for by their prefix, and ':' ends it.
std::string IsRedisPrefix(const std::string& prefix) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  const bool good = !prefix.empty() && std::all_of(prefix.begin(), prefix.end(), is_plain);
  return good ? "" : "--redis-prefix must be of a-z, 0-9, '-' and '_'";
}

int Main(int argc, char** argv) {
  if (sodium_init() < 0) {
    std::fputs("stadspoortd: libsodium does not start\n", stderr);
    return 1;
  }
  stadspoort::platform::StartLog();

  CLI::App app("Stadspoort, the register of parking and access rights: the daemon");
  app.require_subcommand(1);

  stadspoort::ServeOptions serve;
  CLI::App* serve_command = app.add_subcommand("serve", "Serve one or more roles");
  serve_command->add_option("roles", serve.roles, "cities, zones, rights, checks, projector")
      ->required()
      ->check(CLI::IsMember({"cities", "zones", "permits", "rights", "checks", "projector"}));
  serve_command->add_option("--listen", serve.listen, "HOST:PORT; port 0 picks a free one")
      ->capture_default_str();
  serve_command->add_option("--address-file", serve.address_file,
                            "Write the real HOST:PORT here once it is listened on");
  serve_command
      ->add_option("--postgres", serve.postgres, "Host, port and database, as a libpq conninfo")
      ->required();
  serve_command->add_option("--plate-keys", serve.plate_keys, "File with the plate keys")
      ->required()
      ->check(CLI::ExistingFile);
  serve_command->add_option("--redis", serve.redis,
                            "IP:PORT or unix:/path; needed by the roles checks and projector");
  serve_command
      ->add_option("--redis-password-file", serve.redis_password_file,
                   "File with the password of Redis; none: no password")
      ->check(CLI::ExistingFile);
  serve_command
      ->add_option("--redis-prefix", serve.redis_prefix,
                   "Of every key: one for each register that shares a Redis")
      ->capture_default_str()
      ->check(IsRedisPrefix);
  serve_command->add_option("--cities", serve.hosted_cities,
                            "Cities that checks keep in memory; none named: all of them");
  serve_command
      ->add_option("--rungs", serve.rungs,
                   "What checks ask before the system of record: memory, redis, none")
      ->capture_default_str()
      ->check(CLI::IsMember({"memory", "redis", "none"}));
  serve_command->add_option("--connections", serve.connections, "To PostgreSQL, for each role")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  serve_command
      ->add_option("--max-waiting", serve.max_waiting,
                   "Calls that may wait for a connection, for each role")
      ->capture_default_str()
      ->check(CLI::Range(0, 100000));
  serve_command
      ->add_option("--max-waiting-plates", serve.max_waiting_plates,
                   "Plates that may wait for the system of record to confirm a check")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  serve_command->add_flag(
      "--insecure", serve.insecure,
      "Believe whatever identity a call claims; never where others can reach it");

  stadspoort::AdminOptions migrate;
  CLI::App* migrate_command = app.add_subcommand("migrate", "Bring the database to this schema");
  migrate_command->add_option("--postgres", migrate.postgres, "An administrator's libpq conninfo")
      ->required();

  stadspoort::AdminOptions new_epoch;
  CLI::App* new_epoch_command = app.add_subcommand(
      "new-epoch",
      "Have everything remembered of the database forgotten: after a disk was put back");
  new_epoch_command
      ->add_option("--postgres", new_epoch.postgres, "An administrator's libpq conninfo")
      ->required();

  std::string key_id;
  CLI::App* key_command =
      app.add_subcommand("new-plate-key", "Print a line for the plate key file");
  key_command->add_option("--key-id", key_id, "1 to 32 of a-z, 0-9 and '-'")->required();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (serve_command->parsed()) return stadspoort::Serve(serve);
  if (migrate_command->parsed()) return stadspoort::RunMigrations(migrate);
  if (new_epoch_command->parsed()) return stadspoort::RunNewEpoch(new_epoch);
  const std::string line = stadspoort::domain::PlateKeyring::NewLine(key_id);
  if (!stadspoort::domain::PlateKeyring::Parse(line).ok()) {
    std::fputs("stadspoortd: --key-id must be 1 to 32 of a-z, 0-9 and '-'\n", stderr);
    return 2;
  }
  std::fputs(line.c_str(), stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Main(argc, argv);
  } catch (...) {
    // Out of memory, or two options of one name: nothing of ours throws.
    std::fputs("stadspoortd: failed\n", stderr);
    return 1;
  }
}
