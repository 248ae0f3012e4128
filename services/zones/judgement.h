#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/finding.h"
#include "services/domain/ids.h"
#include "services/domain/refusal.h"
#include "services/domain/zone.h"
#include "services/domain/zone_draft.h"
#include "services/zones/city_at_hand.h"
#include "services/zones/rights_effect.h"
#include "storage/postgres/client/transaction.h"
#include "storage/postgres/zone_store.h"

// What is to be said of a change of zones before it is published.
namespace stadspoort::zones {

struct Judgement {
  domain::Judgement found;
  // All of them, whether or not their errors are among those listed.
  absl::flat_hash_set<domain::ZoneCode> faulty;
  std::vector<domain::Finding> errors;  // the first limits::kFindingsMax of them
  std::vector<RightsHurt> rights_hurt;
};
// Errors as a refusal has them, each field below its zone: "zones[rode-1].regulation.frames[2]".
std::vector<domain::FieldViolation> ViolationsOf(const Judgement& judgement);

// A change as it would take force at `start`.
struct Change {
  absl::Time start;
  std::vector<domain::ZoneVersion> drafts;  // one a zone, in force from `start`
  std::vector<domain::ZoneCode> retired;
  std::vector<domain::Finding> found;  // what is known to be wrong already
  // Whether the drafts' outlines are known to be areas.
  bool outlines_judged = false;
  // The version that is called back: it would have taken force at `start`, and the draft or the
  // retirement of its zone says what holds instead.
  std::optional<std::pair<domain::ZoneCode, int64_t>> withdrawn;
};
// Adds a version of the draft to the change, or findings that say what it lacks. `newest`: of its
// zone, if there is one.
void AddDraft(const domain::ZoneDraft& draft, const postgres::NewestVersion* newest,
              const CityAtHand& at_hand, Change& change);

// Everything that can be told without looking at rights.
std::vector<domain::Finding> Examined(const CityAtHand& at_hand, const Change& change);
// Rights that the change would hurt, by the rules and where `found` says that area is lost; of each
// zone that has some, a warning is added to `found`. Leaves the transaction open.
absl::StatusOr<std::vector<RightsHurt>> HurtBy(postgres::Transaction& transaction,
                                               const domain::CityCode& city,
                                               const CityAtHand& at_hand, const Change& change,
                                               std::vector<domain::Finding>& found);
// Both. Leaves the transaction open.
absl::StatusOr<Judgement> Judge(postgres::Transaction& transaction, const domain::CityCode& city,
                                const CityAtHand& at_hand, const Change& change);

}  // namespace stadspoort::zones
