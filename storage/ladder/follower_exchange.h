#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "storage/ladder/follower.h"

namespace stadspoort::ladder {

// One statement, with its repetitions.
struct Follower::Exchange {
  Moment sent;
  std::vector<std::pair<Ticket, std::shared_ptr<Waiter>>> waiters;
  postgres::RegisterQuery query;
  absl::flat_hash_map<postgres::PlateKey, size_t> asked;  // the place in query.plates
  // What of the rules was held when the query was made.
  absl::flat_hash_map<domain::CityCode, CityRulesPtr> known;
  postgres::RegisterAnswer answer;
  bool truncated = false;
  // Of the answer's snapshot. A city that was asked for and is not here does not exist.
  absl::flat_hash_map<domain::CityCode, absl::StatusOr<CityRulesPtr>> rules;
  // Too much of them changed to be read here: see RulesReader.
  absl::flat_hash_set<domain::CityCode> left_out;
  absl::flat_hash_map<postgres::PlateKey, std::shared_ptr<const postgres::PlateGroup>> found;

  // Each plate once, however many checks ask for it; as far back as any of them looks.
  void AskPlatesOf(const Ask& ask) {
    for (const domain::Pseudonym& folded : ask.folded) {
      const postgres::PlateKey key{ask.city, folded};
      const auto [place, inserted] = asked.try_emplace(key, query.plates.size());
      if (inserted) {
        query.plates.push_back({key, ask.oldest});
      } else if (ask.oldest) {
        std::optional<absl::Time>& oldest = query.plates[place->second].oldest;
        oldest = std::min(oldest.value_or(*ask.oldest), *ask.oldest);
      }
    }
  }

  // False when they are asked for already.
  bool AskRulesOf(const domain::CityCode& city, const CityRulesPtr& held) {
    if (!known.emplace(city, held).second) return false;
    query.rules.push_back({city, held == nullptr ? domain::CityVersions() : held->versions()});
    return true;
  }
};

}  // namespace stadspoort::ladder
