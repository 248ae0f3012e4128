#include "services/stadspoort/words.h"

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "services/stadspoort/names.h"

namespace stadspoort::client {
namespace {

constexpr absl::string_view kUsagePrefix = "USAGE_";
constexpr absl::string_view kRightKindPrefix = "RIGHT_KIND_";
constexpr absl::string_view kPermitStatePrefix = "PERMIT_STATE_";

// "paid parking" of USAGE_PAID_PARKING.
std::string EnumText(const google::protobuf::EnumDescriptor& list, int number,
                     absl::string_view prefix) {
  const google::protobuf::EnumValueDescriptor* value = list.FindValueByNumber(number);
  if (value == nullptr) return absl::StrCat("unknown (", number, ")");
  if (number == 0) return "not said";
  return absl::AsciiStrToLower(
      absl::StrReplaceAll(absl::StripPrefix(value->name(), prefix), {{"_", " "}}));
}

// The number of the value in the list that `text` names, with or without its prefix.
absl::StatusOr<int> ParseEnum(absl::string_view text, absl::string_view option,
                              absl::string_view thing, const google::protobuf::EnumDescriptor& list,
                              absl::string_view prefix) {
  const std::string name = absl::StrReplaceAll(absl::AsciiStrToUpper(text), {{"-", "_"}});
  const google::protobuf::EnumValueDescriptor* value =
      list.FindValueByName(absl::StrCat(prefix, absl::StripPrefix(name, prefix)));
  if (value != nullptr && value->number() != 0) return value->number();
  std::vector<std::string> accepted;
  for (int i = 1; i < list.value_count(); ++i) {
    accepted.push_back(
        absl::StrReplaceAll(EnumText(list, list.value(i)->number(), prefix), {{" ", "-"}}));
  }
  return absl::InvalidArgumentError(absl::StrCat(option, " \"", text, "\" is not a ", thing,
                                                 "; write one of ", absl::StrJoin(accepted, ", ")));
}

}  // namespace

std::string UsageText(common::v1::Usage usage) {
  return EnumText(*common::v1::Usage_descriptor(), usage, kUsagePrefix);
}

std::string RightKindText(common::v1::RightKind kind) {
  return EnumText(*common::v1::RightKind_descriptor(), kind, kRightKindPrefix);
}

std::string RightStateText(rights::v1::RightState state) {
  return EnumText(*rights::v1::RightState_descriptor(), state, "RIGHT_STATE_");
}

std::string RemarkCodeText(rights::v1::RemarkCode code) {
  return EnumText(*rights::v1::RemarkCode_descriptor(), code, "REMARK_CODE_");
}

std::string RungText(checks::v1::Rung rung, bool degraded) {
  const std::string text = rung == checks::v1::RUNG_UNSPECIFIED
                               ? ""
                               : EnumText(*checks::v1::Rung_descriptor(), rung, "RUNG_");
  if (!degraded) return text;
  return text.empty() ? "degraded" : absl::StrCat(text, ", degraded");
}

std::string SeverityText(zones::v1::FindingSeverity severity) {
  return EnumText(*zones::v1::FindingSeverity_descriptor(), severity, "FINDING_SEVERITY_");
}

std::string FindingKindText(zones::v1::FindingKind kind) {
  return EnumText(*zones::v1::FindingKind_descriptor(), kind, "FINDING_KIND_");
}

std::string VersionStateText(zones::v1::ZoneVersionState state) {
  return EnumText(*zones::v1::ZoneVersionState_descriptor(), state, "ZONE_VERSION_STATE_");
}

std::string DraftStateText(zones::v1::ZoneDraftState state) {
  return EnumText(*zones::v1::ZoneDraftState_descriptor(), state, "ZONE_DRAFT_STATE_");
}

std::string ZoneChangeKindText(zones::v1::ZoneChangeKind kind) {
  return EnumText(*zones::v1::ZoneChangeKind_descriptor(), kind, "ZONE_CHANGE_KIND_");
}

std::string PermitStateText(permits::v1::PermitState state) {
  return EnumText(*permits::v1::PermitState_descriptor(), state, kPermitStatePrefix);
}

std::string PermitEventKindText(permits::v1::PermitEventKind kind) {
  return EnumText(*permits::v1::PermitEventKind_descriptor(), kind, "PERMIT_EVENT_KIND_");
}

absl::StatusOr<common::v1::Usage> ParseUsage(absl::string_view text) {
  const auto number =
      ParseEnum(text, "--usage", "usage", *common::v1::Usage_descriptor(), kUsagePrefix);
  if (!number.ok()) return number.status();
  return static_cast<common::v1::Usage>(*number);
}

absl::StatusOr<common::v1::RightKind> ParseRightKind(absl::string_view text) {
  const auto number = ParseEnum(text, "--kind", "kind of right",
                                *common::v1::RightKind_descriptor(), kRightKindPrefix);
  if (!number.ok()) return number.status();
  return static_cast<common::v1::RightKind>(*number);
}

absl::StatusOr<permits::v1::PermitState> ParsePermitState(absl::string_view text) {
  const auto number = ParseEnum(text, "--state", "state of a permit",
                                *permits::v1::PermitState_descriptor(), kPermitStatePrefix);
  if (!number.ok()) return number.status();
  return static_cast<permits::v1::PermitState>(*number);
}

std::string AcceptedText(const google::protobuf::RepeatedField<int>& kinds,
                         const google::protobuf::RepeatedPtrField<std::string>& right_types) {
  std::vector<std::string> words;
  for (const int kind : kinds) {
    words.push_back(RightKindText(static_cast<common::v1::RightKind>(kind)));
  }
  for (const std::string& type : right_types) {
    words.push_back(absl::StrCat("right type ", CodeOf(type)));
  }
  return absl::StrJoin(words, ", ");
}

std::string CentsText(int64_t cents) {
  // The smallest amount has no positive counterpart of its own type.
  const absl::string_view sign = cents < 0 ? "-" : "";
  const uint64_t amount = cents < 0 ? -static_cast<uint64_t>(cents) : static_cast<uint64_t>(cents);
  return absl::StrFormat("%s%d.%02d", sign, amount / 100, amount % 100);
}

std::string MoneyText(int64_t cents) {
  const std::string amount = CentsText(cents);
  return cents < 0 ? absl::StrCat("-€", amount.substr(1)) : absl::StrCat("€", amount);
}

}  // namespace stadspoort::client
