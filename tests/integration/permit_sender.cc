#include "tests/integration/permit_sender.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/refusal.h"

namespace stadspoort::testing {
namespace {

constexpr int kConnections = 3;  // what is sent twice at once, and a look

const domain::CityCode& City() {
  static const auto& city = *new domain::CityCode(kModelCity);
  return city;
}

postgres::PoolOptions PoolOf(const Database& database) {
  postgres::PoolOptions options;
  options.connection.conninfo = database.conninfo() + " user=stadspoort_permits";
  options.size = kConnections;
  return options;
}

domain::PlateNumber Number(const std::string& number) {
  return domain::PlateNumber::FromStored(number);
}

}  // namespace

std::string ReasonOf(const absl::Status& status) {
  const auto details = domain::DetailsOf(status);
  return details ? std::string(domain::Name(details->reason)) : status.ToString();
}

PermitSender::PermitSender(const Database& database, postgres::PermitTypeReader& types,
                           std::string name)
    : name_(std::move(name)),
      pool_(PoolOf(database), postgres::LogFunction()),
      change_(pool_, database.keyring(), types),
      commands_(change_),
      queries_(pool_, types),
      types_(pool_, types) {}

platform::Call PermitSender::CallFor(const PermitAction& action) const {
  platform::Call call =
      CallAs(IsOfClerks(action.verb) ? platform::Role::kClerk : platform::Role::kPortal);
  call.caller.subject = name_;
  return call;
}

absl::StatusOr<permits::Changed> PermitSender::Send(const PermitAction& action) {
  if (action.verb == PermitVerb::kApply) return Apply(action);
  const platform::Call call = CallFor(action);
  permits::ChangeAsked asked;
  asked.city = City();
  asked.permit = action.permit;
  if (action.stranger) {
    asked.holder = "stranger";
  } else if (!IsOfClerks(action.verb)) {
    asked.holder = action.holder;
  }
  asked.request_id = action.request_id;
  asked.digest = absl::StrCat(Describe(action), " of ", action.permit.text());
  if (IsOfClerks(action.verb)) asked.reason = "as the rules say";
  asked.validate_only = action.validate_only;
  if (action.etag) asked.etag = std::to_string(*action.etag);
  switch (action.verb) {
    case PermitVerb::kGiveEvidence:
      return commands_.GiveEvidence(call, asked, action.evidence[0]);
    case PermitVerb::kAskEvidence:
      return commands_.AskEvidence(call, asked, action.evidence);
    case PermitVerb::kApprove:
      return commands_.Approve(call, asked);
    case PermitVerb::kRefuse:
      return commands_.Refuse(call, asked);
    case PermitVerb::kAcceptOffer:
      return commands_.AcceptOffer(call, asked);
    case PermitVerb::kPay:
      asked.payment_reference = action.payment;
      asked.amount_cents = action.cents;
      return commands_.ConfirmPayment(call, asked);
    case PermitVerb::kSuspend:
      return commands_.Suspend(call, asked);
    case PermitVerb::kResume:
      return commands_.Resume(call, asked);
    case PermitVerb::kRenew:
      return commands_.Renew(call, asked);
    case PermitVerb::kMove:
      return commands_.Move(call, asked, action.address, domain::PermitAreaCode(action.area));
    case PermitVerb::kWithdraw:
      return commands_.Withdraw(call, asked);
    case PermitVerb::kRevoke:
      return commands_.Revoke(call, asked);
    case PermitVerb::kGet: {
      auto shown = queries_.Get(call, City(), action.permit, asked.holder);
      if (!shown.ok()) return shown.status();
      return permits::Changed{*std::move(shown)};
    }
    default:
      return ChangePlates(action, std::move(asked));
  }
}

absl::StatusOr<permits::Changed> PermitSender::Apply(const PermitAction& action) {
  permits::PermitChange::Application asked;
  asked.city = City();
  asked.permit.type = domain::PermitTypeCode(action.type);
  asked.permit.holder = action.holder;
  asked.permit.address = action.address;
  asked.permit.evidence = action.evidence;
  asked.permit.requested_start = action.wanted_start;
  asked.area = domain::PermitAreaCode(action.area);
  for (const std::string& number : action.plates) asked.plates.push_back(Number(number));
  asked.countries.resize(asked.plates.size());
  asked.request_id = action.request_id;
  asked.digest = Describe(action);
  asked.validate_only = action.validate_only;
  return commands_.Apply(CallFor(action), asked);
}

absl::StatusOr<permits::Changed> PermitSender::ChangePlates(const PermitAction& action,
                                                            permits::ChangeAsked asked) {
  using Kind = permits::PlateChangeAsked::Kind;
  permits::PlateChangeAsked change;
  switch (action.verb) {
    case PermitVerb::kAddPlate:
      change.kind = Kind::kAdd;
      break;
    case PermitVerb::kRemovePlate:
      change.kind = Kind::kRemove;
      break;
    case PermitVerb::kSwapPlates:
      change.kind = Kind::kSwap;
      break;
    case PermitVerb::kActivatePlate:
      change.kind = Kind::kActivate;
      break;
    case PermitVerb::kStandIn:
      change.kind = Kind::kStandIn;
      break;
    default:
      change.kind = Kind::kCallBack;
  }
  for (const std::string& number : action.plates) change.plates.push_back({Number(number), {}});
  change.at = action.at;
  change.until = action.until;
  return commands_.ChangePlates(CallFor(action), std::move(asked), change);
}

absl::StatusOr<permits::PermitEvents> PermitSender::History(const PermitAction& action) {
  permits::PermitEventsAsked asked;
  asked.city = City();
  asked.permit = action.permit;
  asked.known_at = action.known_at;
  asked.limit = 500;
  return queries_.Events(CallFor(action), asked);
}

absl::Status PermitSender::UpdateType(const domain::PermitType& rules) {
  permits::TypeCommands::UpdateAsked asked;
  asked.city = City();
  asked.type = rules;
  asked.reason = "as the council says";
  return types_.Update(CallAs(platform::Role::kCityAdmin), asked).status();
}

absl::Status PermitSender::CreateType(const domain::PermitType& rules) {
  return types_.Create(CallAs(platform::Role::kCityAdmin), City(), rules, false).status();
}

}  // namespace stadspoort::testing
