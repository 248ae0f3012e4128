#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "stadspoort/checks/v1/checks.pb.h"
#include "stadspoort/common/v1/plate.pb.h"

// Answers of checks as a person reads them.
namespace stadspoort::client {

struct CheckView {
  std::string language;
  absl::TimeZone clock;
  bool colour = false;
};

// "ghent, zone gele-zone-1, paid parking, at 2026-03-02 10:00 +01:00". The moment is that of the
// first answer, when there is one.
std::string QuestionText(const checks::v1::BatchCheckPlatesRequest& question,
                         const google::protobuf::RepeatedPtrField<checks::v1::CheckAnswer>& answers,
                         const CheckView& view);

// One row an answer; answers[i] is about plates[i], and there are at least as many plates.
std::string CheckTable(const std::vector<common::v1::Plate>& plates,
                       const google::protobuf::RepeatedPtrField<checks::v1::CheckAnswer>& answers,
                       const CheckView& view);

// What one answer rests on: basis, right, candidates, versions.
std::string WhyText(const common::v1::Plate& plate, const checks::v1::CheckAnswer& answer,
                    const CheckView& view);

}  // namespace stadspoort::client
