#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "absl/time/time.h"

// Every bound of the register, each with its reason. A bound that is not here does not exist.
namespace stadspoort::domain::limits {

// Plates. 25 leaves room for tokens of special vehicles [domain.md, Plates].
inline constexpr size_t kPlateMaxLength = 25;
// As typed: 25 characters of up to 4 bytes each, with separators between them.
inline constexpr size_t kPlateRawMaxBytes = 200;
static_assert(kPlateRawMaxBytes >= kPlateMaxLength * 4);

// Checks.
inline constexpr size_t kBatchMaxItems = 1000;  // a scan car's minute; keeps an answer under 1 MiB
inline constexpr size_t kReferenceMaxBytes = 100;  // a caller's own reference
inline constexpr size_t kPlaceMaxZones = 20;       // candidates by name
inline constexpr double kAccuracyMaxMeters = 500;  // a worse position names no place
inline constexpr absl::Duration kFutureTolerance =
    absl::Minutes(2);  // clocks of scanners run ahead [domain.md]
inline constexpr absl::Duration kValidUntilHorizon = absl::Hours(24 * 7);

// Rights.
inline constexpr size_t kRightMaxZones = 50;
inline constexpr size_t kRightMaxWindows = 20;
inline constexpr absl::Duration kRightMaxDuration =
    absl::Hours(24 * 366 * 10);                                     // a typing error, not a permit
inline constexpr absl::Duration kPendingEndKept = absl::Hours(24);  // [domain.md, Right]
inline constexpr size_t kReasonMaxBytes = 500;

// Zones and regulations.
inline constexpr int kGraceMaxMinutes = 99;  // [NPR]
inline constexpr size_t kRegulationMaxFrames = 100;
inline constexpr size_t kRuleCodeMaxBytes = 40;  // of a frame or a selling point
inline constexpr size_t kFareMaxParts = 50;
inline constexpr int64_t kFarePriceMaxCents = 1'000'000;  // of a step, and a cap; more is a slip
inline constexpr size_t kRegulationMaxPeriods = 200;
inline constexpr size_t kRegulationMaxExtensions = 200;
inline constexpr size_t kRegulationMaxSellingPoints = 1000;
inline constexpr size_t kImportMaxBytes =
    size_t{64} << 20;  // 5,000 zones with 500,000 vertices, three times over
inline constexpr size_t kImportMaxFeatures = 20000;
inline constexpr size_t kImportMaxFaults = 1000;  // listed in full; after that one a feature
inline constexpr size_t kZoneMaxVertices = 200000;
inline constexpr size_t kDisplayNameMaxBytes = 200;
// So long after it is written a publication "at once" takes force: what writing and committing take
// on a busy machine, so that no rule holds before anybody could know it.
inline constexpr absl::Duration kPublicationLead = absl::Milliseconds(50);
inline constexpr absl::Duration kPublicationLeadEach = absl::Milliseconds(1);
inline constexpr size_t kPublishMaxZones = 1000;  // what one person can have judged
inline constexpr size_t kRequestIdMaxBytes = 100;
// Longer than anybody sends the same request again.
inline constexpr absl::Duration kRequestKept = absl::Hours(24 * 7);
// Neighbours share a border that each drew by itself; and a few metres of street are no zone.
inline constexpr double kOverlapUsualMaxSquareMeters = 5;
inline constexpr int64_t kZoneVersionsShown = 1000;  // of one zone: more than decades of changes
inline constexpr size_t kHurtSample = 10;  // enough to look into; the count tells the rest

// Judging zones before they are published.
inline constexpr absl::Duration kPreviewMaxSpan =
    absl::Hours(24 * 31 + 1);                 // any month, October with its hour that occurs twice
inline constexpr size_t kFindingsMax = 1000;  // listed; nobody reads more, and all are counted
inline constexpr absl::Duration kFrameGapUsualMin =
    absl::Minutes(60);  // a shorter one is a slip, not a break
inline constexpr absl::Duration kOverlayUsualMax =
    absl::Hours(24 * 366);  // what lasts longer is no exception but the rule

// Permits.
inline constexpr size_t kPermitMaxAreas = 500;
inline constexpr size_t kPermitMaxPriceSteps = 20;
inline constexpr size_t kPermitMaxEvidence = 20;
inline constexpr int kPermitMaxPlates = 100;  // of a company; a larger fleet takes several permits
// A permit's own list of plates goes back so far: the day's swaps are counted by it, whatever the
// clock's changes. Its history has all of them.
inline constexpr absl::Duration kPlatesRemembered = absl::Hours(48);
inline constexpr int kPermitMaxSwapsADay = 1000;
inline constexpr int kPermitMaxPerHolder = 10'000;
inline constexpr int kPermitMaxRenewalDays = 366;
inline constexpr absl::Duration kPermitMaxWait = absl::Hours(24 * 366);  // for an answer, a payment

// Cities.
inline constexpr size_t kCalendarMaxDays = 5000;
inline constexpr size_t kRightTypesMax = 1000;
inline constexpr size_t kContractMaxRightTypes = kRightTypesMax;  // all of a city
inline constexpr size_t kContractMaxZones = 500;  // a larger part of a city takes several contracts
// Of one provider in one city, not counting ended ones: each of its enrolments reads them all.
inline constexpr size_t kProviderMaxContracts = 100;
inline constexpr absl::Duration kLookBackMin = absl::Hours(1);
inline constexpr absl::Duration kLookBackMax = absl::Hours(24 * 30);
inline constexpr absl::Duration kLookBackDefault = absl::Hours(48);
inline constexpr absl::Duration kDegradedMax = absl::Hours(24);
inline constexpr absl::Duration kDegradedDefault = absl::Minutes(15);
inline constexpr absl::Duration kEndInThePastMax = absl::Hours(24 * 7);
inline constexpr absl::Duration kEndInThePastDefault = absl::Hours(1);
inline constexpr absl::Duration kOpenEndMin = absl::Hours(1);
inline constexpr absl::Duration kOpenEndMax = absl::Hours(24 * 366);
inline constexpr absl::Duration kOpenEndDefault = absl::Hours(24);
inline constexpr absl::Duration kBackdateMax = absl::Hours(24 * 31);

// A look-back shorter than the longest grace could not tell it from the fast path.
static_assert(kLookBackMax >= kLookBackMin && kLookBackMin >= absl::Hours(1));

// The dearest fare of the longest right can be counted in cents: the price for every minute, and
// once more for the step that ends each part of each frame of each day.
static_assert(kRightMaxDuration <= absl::Hours(24 * 366 * 10));
static_assert(kFarePriceMaxCents <=
              std::numeric_limits<int64_t>::max() /
                  (int64_t{10} * 366 *
                   (int64_t{24} * 60 + int64_t{kRegulationMaxFrames * kFareMaxParts})));

}  // namespace stadspoort::domain::limits
