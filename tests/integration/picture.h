#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/domain/city_rules.h"
#include "services/domain/ids.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/plate_record.h"
#include "storage/postgres/register_read.h"
#include "tests/integration/database.h"

namespace stadspoort::testing {

// Connects as checks do.
std::unique_ptr<postgres::Connection> ConnectReader(const Database& database);
postgres::RegisterAnswer Read(postgres::Connection& connection,
                              const postgres::RegisterQuery& query);

// What a reader knows that read everything once and only deltas since.
class Picture {
 public:
  Picture(const Database& database, std::vector<domain::CityCode> cities,
          std::vector<postgres::PlateKey> keys);

  // Applies the delta. Fails the test unless the picture then equals what is read by key in the
  // same snapshot.
  void Advance();

  const absl::flat_hash_map<postgres::PlateKey, postgres::PlateGroup>& groups() const {
    return groups_;
  }
  const domain::CityVersions& versions(const domain::CityCode& city) { return versions_[city]; }
  // Deltas that had something to say.
  int told() const { return told_; }

 private:
  postgres::RegisterQuery EverythingByKey() const;

  const std::vector<domain::CityCode> cities_;
  const std::vector<postgres::PlateKey> keys_;
  std::unique_ptr<postgres::Connection> connection_;
  std::string since_;
  absl::flat_hash_map<postgres::PlateKey, postgres::PlateGroup> groups_;
  absl::flat_hash_map<domain::CityCode, domain::CityVersions> versions_;
  int told_ = 0;
};

}  // namespace stadspoort::testing
