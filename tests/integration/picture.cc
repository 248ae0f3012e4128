#include "tests/integration/picture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace stadspoort::testing {

using postgres::PlateGroup;
using postgres::RegisterAnswer;
using postgres::RegisterQuery;

std::unique_ptr<postgres::Connection> ConnectReader(const Database& database) {
  postgres::ConnectionOptions options = postgres::ReaderOptions(database.conninfo(), "ladder");
  options.statement_timeout = absl::Minutes(2);
  auto connection = postgres::Connection::Connect(options, Deadline::After(absl::Minutes(2)), {});
  EXPECT_TRUE(connection.ok()) << connection.status();
  return connection.ok() ? *std::move(connection) : nullptr;
}

RegisterAnswer Read(postgres::Connection& connection, const RegisterQuery& query) {
  auto answer = postgres::ReadRegister(connection, query, Deadline::After(absl::Minutes(2)));
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.ok() ? *std::move(answer) : RegisterAnswer();
}

Picture::Picture(const Database& database, std::vector<domain::CityCode> cities,
                 std::vector<postgres::PlateKey> keys)
    : cities_(std::move(cities)), keys_(std::move(keys)), connection_(ConnectReader(database)) {
  RegisterAnswer all = Read(*connection_, EverythingByKey());
  since_ = all.header.snapshot;
  for (PlateGroup& group : all.found) groups_[group.key] = std::move(group);
  for (const postgres::RulesRead& read : all.rules) versions_[read.city] = read.stored.versions;
}

RegisterQuery Picture::EverythingByKey() const {
  RegisterQuery query;
  for (const postgres::PlateKey& key : keys_) query.plates.push_back({key, std::nullopt});
  for (const domain::CityCode& city : cities_) {
    const auto held = versions_.find(city);
    query.rules.push_back({city, held == versions_.end() ? domain::CityVersions() : held->second});
  }
  return query;
}

void Picture::Advance() {
  RegisterQuery query = EverythingByKey();
  query.since = since_;
  RegisterAnswer answer = Read(*connection_, query);
  since_ = answer.header.snapshot;
  ASSERT_FALSE(answer.truncated);
  if (!answer.changed.empty() || !answer.changed_rules.empty()) ++told_;
  for (PlateGroup& group : answer.changed) groups_[group.key] = std::move(group);
  absl::flat_hash_map<postgres::PlateKey, PlateGroup> found;
  for (PlateGroup& group : answer.found) found[group.key] = std::move(group);
  ASSERT_TRUE(groups_ == found) << "the delta missed a plate or told of what is not there";
  for (const postgres::RulesRead& read : answer.rules) {
    const bool told = std::find(answer.changed_rules.begin(), answer.changed_rules.end(),
                                read.city) != answer.changed_rules.end();
    if (told) versions_[read.city] = read.stored.versions;
    ASSERT_TRUE(versions_[read.city] == read.stored.versions) << "the delta missed rules";
  }
}

}  // namespace stadspoort::testing
