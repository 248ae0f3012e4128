#include "tests/integration/permit_action.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace stadspoort::testing {
namespace {

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

}  // namespace

absl::string_view Name(PermitVerb verb) {
  constexpr absl::string_view kNames[kPermitVerbs] = {
      "apply",     "give evidence", "ask evidence", "approve",     "refuse",   "accept offer",
      "pay",       "suspend",       "resume",       "renew",       "move",     "withdraw",
      "revoke",    "add plate",     "remove plate", "swap plates", "activate", "stand in",
      "call back", "get",           "history",      "update type",
  };
  return kNames[static_cast<size_t>(verb)];
}

bool ChangesPlates(PermitVerb verb) {
  return verb >= PermitVerb::kAddPlate && verb <= PermitVerb::kCallBack;
}

bool Counts(PermitVerb verb) {
  switch (verb) {
    case PermitVerb::kApply:
    case PermitVerb::kGiveEvidence:
    case PermitVerb::kApprove:
    case PermitVerb::kAcceptOffer:
    case PermitVerb::kRenew:
    case PermitVerb::kMove:
      return true;
    default:
      return false;
  }
}

bool IsOfClerks(PermitVerb verb) {
  switch (verb) {
    case PermitVerb::kAskEvidence:
    case PermitVerb::kApprove:
    case PermitVerb::kRefuse:
    case PermitVerb::kSuspend:
    case PermitVerb::kResume:
    case PermitVerb::kRevoke:
    case PermitVerb::kHistory:
    case PermitVerb::kUpdateType:
      return true;
    default:
      return false;
  }
}

std::string Describe(const PermitAction& action) {
  std::string text(Name(action.verb));
  const auto add = [&](absl::string_view name, const std::string& value) {
    if (!value.empty()) absl::StrAppend(&text, " ", name, "=", value);
  };
  add("type", action.type);
  add("holder", action.verb == PermitVerb::kApply ? action.holder : "");
  add("address", action.address);
  add("area", action.area);
  add("evidence", absl::StrJoin(action.evidence, ","));
  add("plates", absl::StrJoin(action.plates, ","));
  if (action.wanted_start) add("start", TimeText(*action.wanted_start));
  if (action.at) add("at", TimeText(*action.at));
  if (action.until) add("until", TimeText(*action.until));
  if (action.etag) add("etag", absl::StrCat(*action.etag));
  add("payment", action.payment);
  if (action.verb == PermitVerb::kPay) add("cents", absl::StrCat(action.cents));
  add("request", action.request_id);
  if (action.validate_only) text += " (only judged)";
  if (action.stranger) text += " (by a stranger)";
  return text;
}

}  // namespace stadspoort::testing
