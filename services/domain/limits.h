#pragma once

#include <cstddef>
#include <cstdint>

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
inline constexpr size_t kRegulationMaxPeriods = 200;
inline constexpr size_t kRegulationMaxExtensions = 200;
inline constexpr size_t kRegulationMaxSellingPoints = 1000;
inline constexpr size_t kImportMaxBytes =
    size_t{64} << 20;  // 5,000 zones with 500,000 vertices, three times over
inline constexpr size_t kImportMaxFeatures = 20000;
inline constexpr size_t kImportMaxFaults = 1000;  // listed in full; after that one a feature
inline constexpr size_t kZoneMaxVertices = 200000;
inline constexpr size_t kZoneCodeMaxBytes = 60;
inline constexpr size_t kDisplayNameMaxBytes = 200;

// Judging zones before they are published.
inline constexpr absl::Duration kPreviewMaxSpan =
    absl::Hours(24 * 31 + 1);                 // any month, October with its hour that occurs twice
inline constexpr size_t kFindingsMax = 1000;  // listed; nobody reads more, and all are counted
inline constexpr absl::Duration kFrameGapUsualMin =
    absl::Minutes(60);  // a shorter one is a slip, not a break
inline constexpr absl::Duration kOverlayUsualMax =
    absl::Hours(24 * 366);  // what lasts longer is no exception but the rule

// Cities.
inline constexpr size_t kCalendarMaxDays = 5000;
inline constexpr size_t kRightTypesMax = 1000;
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

}  // namespace stadspoort::domain::limits
