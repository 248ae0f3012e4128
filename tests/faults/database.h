#pragma once

#include <memory>
#include <string>

namespace stadspoort::testing {
class Register;
class Sql;
}  // namespace stadspoort::testing

// The register's database without the contract's headers, which take most of a minute to compile.
namespace stadspoort::faults {

// testing::Sql.
class Sql {
 public:
  explicit Sql(const std::string& conninfo);
  ~Sql();
  std::string Value(const std::string& query);
  int64_t Number(const std::string& query);

 private:
  std::unique_ptr<testing::Sql> sql_;
};

// testing::Register, on the newest Servers or Service.
class Database {
 public:
  Database();
  ~Database();
  const testing::Register& get() const { return *register_; }
  std::string superuser() const;
  // What a daemon is told, and the same at another socket.
  std::string conninfo() const;
  std::string name() const;

 private:
  std::unique_ptr<testing::Register> register_;
};

// Runs `stadspoortd migrate`.
int Migrate(const std::string& superuser);

}  // namespace stadspoort::faults
