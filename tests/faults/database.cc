#include "tests/faults/database.h"

#include <gtest/gtest.h>

#include "absl/strings/numbers.h"
#include "tests/faults/process.h"
#include "tests/integration/register.h"

namespace stadspoort::faults {

Sql::Sql(const std::string& conninfo) : sql_(std::make_unique<testing::Sql>(conninfo)) {}
Sql::~Sql() = default;

std::string Sql::Value(const std::string& query) { return sql_->Value(query); }

int64_t Sql::Number(const std::string& query) {
  int64_t number = 0;
  EXPECT_TRUE(absl::SimpleAtoi(Value(query), &number)) << query;
  return number;
}

Database::Database() : register_(std::make_unique<testing::Register>()) {}
Database::~Database() = default;

std::string Database::superuser() const { return register_->superuser(); }
std::string Database::conninfo() const { return register_->conninfo(); }
std::string Database::name() const {
  const std::string all = conninfo();
  return all.substr(all.find(" dbname=") + 8);
}

int Migrate(const std::string& superuser) {
  return Execute({STADSPOORTD, "migrate", "--postgres", superuser});
}

}  // namespace stadspoort::faults
