#pragma once

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/checks/check_plates.h"
#include "services/checks/locate_zones.h"
#include "services/platform/call.h"
#include "stadspoort/checks/v1/checks.pb.h"

namespace stadspoort::checks {

// What the answers may show and how, once for the whole call.
struct AnswerOptions {
  std::string language;  // empty: no text
  bool show_right = false;
  bool show_candidates = false;
  bool show_plates = false;
};

// Reads a batch. Fails with INVALID_ARGUMENT for what concerns the batch as a whole (name, number
// of items, options); what is wrong with a single item stands in that item.
struct BatchRead {
  BatchAsked asked;
  AnswerOptions options;
};
absl::StatusOr<BatchRead> ReadBatch(const v1::BatchCheckPlatesRequest& request,
                                    const platform::Caller& caller);

// Writes answers[i] for items[i].
void WriteAnswers(const v1::BatchCheckPlatesRequest& request, const BatchAnswered& answered,
                  const AnswerOptions& options, v1::BatchCheckPlatesResponse& response);

absl::StatusOr<LocateAsked> ReadLocate(const v1::LocateZonesRequest& request);
void WriteLocated(const domain::CityCode& city, const Located& located,
                  v1::LocateZonesResponse& response);

}  // namespace stadspoort::checks
