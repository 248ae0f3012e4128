#include "services/permits/convert.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/contract/names.h"
#include "services/contract/permit_type.h"
#include "services/contract/timestamps.h"
#include "services/contract/violations.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"
#include "services/platform/asked_digest.h"

namespace stadspoort::permits {
namespace {

namespace limits = domain::limits;
using contract::Violations;

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 500;

// Reads a field into `out`, or adds what is wrong with it.
template <typename T, typename Out>
void Take(absl::StatusOr<T> read, Out& out, Violations& violations, absl::string_view prefix = "") {
  if (read.ok()) {
    out = *std::move(read);
  } else {
    violations.Add(prefix, read.status());
  }
}

void ReadText(const std::string& text, size_t max_bytes, bool required, const std::string& field,
              Violations& violations) {
  if (text.size() > max_bytes || (required && text.empty())) {
    violations.Add(field, required ? absl::StrCat("must have 1 to ", max_bytes, " bytes")
                                   : absl::StrCat("must have at most ", max_bytes, " bytes"));
  }
}

void ReadRequestId(const std::string& id, Violations& violations) {
  ReadText(id, limits::kRequestIdMaxBytes, false, "request_id", violations);
}

int64_t ReadPageSize(int32_t size, Violations& violations) {
  if (size < 0 || size > kMaxPageSize) {
    violations.Add("page_size", absl::StrCat("must lie between 0 and ", kMaxPageSize));
  }
  return size == 0 ? kDefaultPageSize : size;
}

absl::Status BadPageToken() {
  return domain::InvalidField("page_token", "was not given by this list",
                              domain::ErrorReason::kInvalidPageToken);
}

PlateAsked ReadPlate(bool has, const common::v1::Plate& plate, const std::string& field,
                     Violations& violations) {
  PlateAsked out;
  if (!has) {
    violations.Add(field, "is required");
    return out;
  }
  Take(domain::PlateNumber::Normalise(plate.number()), out.number, violations, field);
  Take(domain::Country::Parse(plate.country()), out.country, violations, field);
  return out;
}

// Name, holder and request id of a request; what the digest begins with.
template <typename Request>
ChangeAsked ReadOf(const Request& request, Violations& violations) {
  ChangeAsked asked;
  const auto name = contract::ParsePermitName(request.name(), "name");
  if (name.ok()) {
    asked.city = name->first;
    asked.permit = name->second;
  } else {
    violations.Add("", name.status());
  }
  if constexpr (requires { request.holder(); }) {
    ReadText(request.holder(), limits::kReferenceMaxBytes, false, "holder", violations);
    asked.holder = request.holder();
  }
  if constexpr (requires { request.request_id(); }) {
    ReadRequestId(request.request_id(), violations);
    asked.request_id = request.request_id();
  }
  return asked;
}

platform::AskedDigest DigestOf(absl::string_view verb, const ChangeAsked& asked) {
  platform::AskedDigest digest(verb);
  digest.Add(asked.city.value()).Add(asked.permit.text());
  return digest;
}

absl::StatusOr<ChangeAsked> Judged(ChangeAsked asked, const Violations& violations,
                                   const platform::AskedDigest& digest) {
  if (!violations.empty()) return violations.status();
  asked.digest = digest.bytes();
  return asked;
}

void WritePlates(const domain::PlateList& list, const PermitShown& shown,
                 google::protobuf::RepeatedPtrField<v1::PermitPlate>& out) {
  const domain::Permit& permit = shown.stored.permit;
  for (const domain::ListedPlate& listed : list.plates) {
    v1::PermitPlate& written = *out.Add();
    const auto number = shown.numbers.find(listed.plate);
    if (number != shown.numbers.end()) written.mutable_plate()->set_number(number->second.value());
    written.mutable_plate()->set_country(std::string(listed.country.sign()));
    written.set_active(listed.active);
    if (!permit.start) continue;
    // Of the spans it is on the permit, the one that holds at this list's beginning.
    const absl::Time at = std::max(list.from, *permit.start);
    for (const domain::PlateSegment& segment : permit.plates.SegmentsUntil(permit.rights_end)) {
      if (segment.plate != listed.plate || !segment.during.Contains(at)) continue;
      *written.mutable_start_time() =
          contract::ToTimestamp(std::max(segment.during.start, *permit.start));
      *written.mutable_end_time() = contract::ToTimestamp(segment.during.end);
    }
  }
}

bool InForce(const PermitShown& shown) {
  const domain::Permit& permit = shown.stored.permit;
  if (permit.set != 0 && !(shown.set && shown.set->LiveNow())) return false;
  return RightsHold(permit.state) && permit.start && *permit.start <= shown.moment.now &&
         shown.moment.now < permit.rights_end;
}

void WriteNext(const PermitShown& shown, v1::Permit& out) {
  const domain::Permit& permit = shown.stored.permit;
  const auto next = NextHappening(permit, *shown.type, shown.moment.zone);
  if (!next) return;
  v1::NextChange& written = *out.mutable_next_change();
  *written.mutable_time() = contract::ToTimestamp(next->at);
  written.set_kind(static_cast<v1::PermitEventKind>(next->kind));
  if (next->state != permit.state) {
    written.set_state(static_cast<v1::PermitState>(next->state));
  }
  if (next->kind == domain::PermitEventKind::kPlatesChangedAsPlanned) {
    if (const domain::PlateList* list = permit.plates.At(next->at)) {
      WritePlates(*list, shown, *written.mutable_plates());
    }
  }
}

}  // namespace

absl::StatusOr<CreateTypeAsked> ReadCreateType(const v1::CreatePermitTypeRequest& request) {
  CreateTypeAsked asked;
  Violations violations;
  Take(contract::ParseCityName(request.parent(), "parent"), asked.city, violations);
  if (!violations.empty()) return violations.status();
  if (!domain::IsRightTypeCode(request.permit_type_id())) {
    violations.Add("permit_type_id", "must be 1 to 40 of a-z 0-9 -, beginning with a letter");
  }
  Take(contract::ReadPermitType(request.permit_type(), asked.city), asked.type, violations,
       "permit_type");
  if (!violations.empty()) return violations.status();
  asked.type.code = domain::PermitTypeCode(request.permit_type_id());
  asked.validate_only = request.validate_only();
  return asked;
}

absl::StatusOr<TypeCommands::UpdateAsked> ReadUpdateType(
    const v1::UpdatePermitTypeRequest& request) {
  TypeCommands::UpdateAsked asked;
  Violations violations;
  const auto name = contract::ParsePermitTypeName(request.permit_type().name(), "permit_type.name");
  if (!name.ok()) return name.status();
  asked.city = name->first;
  Take(contract::ReadPermitType(request.permit_type(), asked.city), asked.type, violations,
       "permit_type");
  ReadText(request.reason(), limits::kReasonMaxBytes, false, "reason", violations);
  if (!violations.empty()) return violations.status();
  asked.type.code = name->second;
  asked.etag = request.permit_type().etag();
  asked.reason = request.reason();
  asked.validate_only = request.validate_only();
  return asked;
}

v1::PermitType WriteType(const domain::CityCode& city, const postgres::StoredPermitType& stored) {
  v1::PermitType out = contract::WritePermitType(*stored.type, city);
  out.set_name(contract::PermitTypeName(city, stored.type->code));
  out.set_version(stored.version);
  out.set_etag(EtagOf(stored));
  if (stored.recorded_time != absl::InfinitePast()) {
    *out.mutable_create_time() = contract::ToTimestamp(stored.recorded_time);
  }
  return out;
}

absl::StatusOr<TypeListAsked> ReadTypeList(const v1::ListPermitTypesRequest& request) {
  TypeListAsked asked;
  Violations violations;
  Take(contract::ParseCityName(request.parent(), "parent"), asked.city, violations);
  asked.limit = ReadPageSize(request.page_size(), violations);
  if (!request.page_token().empty() && !domain::IsRightTypeCode(request.page_token())) {
    violations.Add("", BadPageToken());
  }
  asked.after = request.page_token();
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<CreateSetAsked> ReadCreateSet(const v1::CreatePermitSetRequest& request) {
  CreateSetAsked asked;
  Violations violations;
  Take(contract::ParseCityName(request.parent(), "parent"), asked.city, violations);
  for (const auto& [code, field] :
       {std::pair(&request.permit_set_id(), "permit_set_id"),
        std::pair(&request.permit_set().series(), "permit_set.series")}) {
    if (!domain::IsContractCode(*code)) {
      violations.Add(field, "must be 1 to 60 of a-z 0-9 -, beginning with a letter");
    }
  }
  ReadText(request.permit_set().display_name(), limits::kDisplayNameMaxBytes, false,
           "permit_set.display_name", violations);
  if (!violations.empty()) return violations.status();
  asked.set.code = domain::PermitSetCode(request.permit_set_id());
  asked.set.series = domain::PermitSetCode(request.permit_set().series());
  asked.set.display_name = request.permit_set().display_name();
  return asked;
}

absl::StatusOr<SetListAsked> ReadSetList(const v1::ListPermitSetsRequest& request) {
  SetListAsked asked;
  Violations violations;
  Take(contract::ParseCityName(request.parent(), "parent"), asked.city, violations);
  if (!request.series().empty()) {
    if (!domain::IsContractCode(request.series())) {
      violations.Add("series", "must be 1 to 60 of a-z 0-9 -, beginning with a letter");
    }
    asked.series = domain::PermitSetCode(request.series());
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<SwitchAsked> ReadSwitch(const v1::SwitchPermitSetRequest& request) {
  SwitchAsked asked;
  Violations violations;
  Take(contract::ParseCityName(request.parent(), "parent"), asked.city, violations);
  if (!violations.empty()) return violations.status();
  if (!domain::IsContractCode(request.series())) {
    violations.Add("series", "must be 1 to 60 of a-z 0-9 -, beginning with a letter");
  }
  asked.series = domain::PermitSetCode(request.series());
  const auto set = [&](const std::string& name,
                       const std::string& field) -> std::optional<domain::PermitSetCode> {
    const auto parsed = contract::ParsePermitSetName(name, field);
    if (!parsed.ok()) {
      violations.Add("", parsed.status());
      return std::nullopt;
    }
    if (parsed->first != asked.city) violations.Add(field, "must be a set of the city");
    return parsed->second;
  };
  if (!request.permit_set().empty()) asked.to = set(request.permit_set(), "permit_set");
  if (request.live_set() == "none") {
    asked.live.emplace(std::nullopt);
  } else if (!request.live_set().empty()) {
    asked.live.emplace(set(request.live_set(), "live_set"));
  }
  if (request.has_switch_time()) {
    asked.at.emplace();
    Take(contract::ToTime(request.switch_time(), "switch_time"), *asked.at, violations);
  }
  ReadText(request.reason(), limits::kReasonMaxBytes, true, "reason", violations);
  if (!violations.empty()) return violations.status();
  asked.reason = request.reason();
  asked.validate_only = request.validate_only();
  return asked;
}

v1::PermitSet WriteSet(const domain::CityCode& city, const postgres::StoredPermitSet& set) {
  v1::PermitSet out;
  out.set_name(contract::PermitSetName(city, set.code));
  out.set_series(set.series.value());
  out.set_display_name(set.display_name);
  out.set_live(set.LiveNow());
  if (set.live) {
    *out.mutable_live_start_time() = contract::ToTimestamp(set.live->start);
    if (set.live->end != absl::InfiniteFuture()) {
      *out.mutable_live_end_time() = contract::ToTimestamp(set.live->end);
    }
  }
  *out.mutable_create_time() = contract::ToTimestamp(set.create_time);
  return out;
}

absl::StatusOr<PermitChange::Application> ReadApplication(const v1::ApplyForPermitRequest& request,
                                                          const platform::Caller& caller) {
  using platform::Role;
  PermitChange::Application asked;
  Violations violations;
  Take(contract::ParseCityName(request.parent(), "parent"), asked.city, violations);
  if (!violations.empty()) return violations.status();
  const v1::Permit& in = request.permit();
  Take(contract::ParsePermitTypeOf(asked.city, in.permit_type(), "permit.permit_type"),
       asked.permit.type, violations);
  asked.permit.holder = in.holder();
  const bool for_others = caller.roles.Has(Role::kPortal) || caller.roles.Has(Role::kClerk);
  if (!for_others) {
    if (!in.holder().empty() && in.holder() != caller.subject) {
      violations.Add("permit.holder", "must be left out: a holder asks for itself");
    }
    asked.permit.holder = caller.subject;
  }
  ReadText(asked.permit.holder, limits::kReferenceMaxBytes, true, "permit.holder", violations);
  ReadText(in.address(), limits::kReferenceMaxBytes, false, "permit.address", violations);
  asked.permit.address = in.address();
  if (!domain::IsZoneCode(in.area())) {
    violations.Add("permit.area", "must be the code of one of the type's areas");
  }
  asked.area = domain::PermitAreaCode(in.area());
  if (in.plates().empty() || in.plates_size() > limits::kPermitMaxPlates) {
    violations.Add("permit.plates", absl::StrCat("must be 1 to ", limits::kPermitMaxPlates));
  } else {
    for (int i = 0; i < in.plates_size(); ++i) {
      const std::string field = absl::StrCat("permit.plates[", i, "].plate");
      PlateAsked plate =
          ReadPlate(in.plates(i).has_plate(), in.plates(i).plate(), field, violations);
      if (std::find(asked.plates.begin(), asked.plates.end(), plate.number) != asked.plates.end()) {
        violations.Add(field, "is named twice");
      }
      asked.plates.push_back(std::move(plate.number));
      asked.countries.push_back(plate.country);
    }
  }
  if (static_cast<size_t>(in.evidence_kinds_size()) > limits::kPermitMaxEvidence) {
    violations.Add("permit.evidence_kinds",
                   absl::StrCat("must be at most ", limits::kPermitMaxEvidence));
  } else {
    for (int i = 0; i < in.evidence_kinds_size(); ++i) {
      if (!domain::IsRightTypeCode(in.evidence_kinds(i))) {
        violations.Add(absl::StrCat("permit.evidence_kinds[", i, "]"),
                       "must be the code of a kind of evidence");
      }
      asked.permit.evidence.push_back(in.evidence_kinds(i));
    }
  }
  if (in.has_requested_start_time()) {
    Take(contract::ToTime(in.requested_start_time(), "permit.requested_start_time"),
         asked.permit.requested_start, violations);
  }
  if (!in.permit_set().empty()) {
    const auto set = contract::ParsePermitSetName(in.permit_set(), "permit.permit_set");
    if (!set.ok()) {
      violations.Add("", set.status());
    } else if (set->first != asked.city || !caller.roles.Has(Role::kClerk)) {
      violations.Add("permit.permit_set",
                     "must be a set of the city, and only a clerk asks for one");
    } else {
      asked.set = set->second;
    }
  }
  ReadRequestId(request.request_id(), violations);
  if (!violations.empty()) return violations.status();
  asked.request_id = request.request_id();
  asked.validate_only = request.validate_only();
  // Plates are added where their pseudonyms are known.
  platform::AskedDigest digest("apply-1");
  digest.Add(asked.permit.type.value()).Add(asked.permit.holder).Add(asked.permit.address);
  digest.Add(asked.area.value()).Add(asked.permit.requested_start);
  digest.Add(asked.set ? absl::string_view(asked.set->value()) : absl::string_view());
  digest.Add(static_cast<int64_t>(asked.plates.size()));
  for (const domain::Country& country : asked.countries) digest.Add(country.sign());
  for (const std::string& kind : asked.permit.evidence) digest.Add(kind);
  asked.digest = digest.bytes();
  return asked;
}

absl::StatusOr<ChangeAsked> ReadGiveEvidence(const v1::GiveEvidenceRequest& request) {
  Violations violations;
  ChangeAsked asked = ReadOf(request, violations);
  if (!domain::IsRightTypeCode(request.evidence_kind())) {
    violations.Add("evidence_kind", "must be the code of a kind of evidence");
  }
  return Judged(asked, violations, DigestOf("evidence-1", asked).Add(request.evidence_kind()));
}

absl::StatusOr<ChangeAsked> ReadAskEvidence(const v1::AskEvidenceRequest& request) {
  Violations violations;
  ChangeAsked asked = ReadOf(request, violations);
  ReadText(request.reason(), limits::kReasonMaxBytes, true, "reason", violations);
  asked.reason = request.reason();
  if (request.evidence_kinds().empty() ||
      static_cast<size_t>(request.evidence_kinds_size()) > limits::kPermitMaxEvidence) {
    violations.Add("evidence_kinds", absl::StrCat("must be 1 to ", limits::kPermitMaxEvidence));
  }
  platform::AskedDigest digest = DigestOf("ask-evidence-1", asked);
  for (const std::string& kind : request.evidence_kinds()) digest.Add(kind);
  return Judged(asked, violations, digest);
}

absl::StatusOr<ChangeAsked> ReadVerb(absl::string_view verb, const std::string& name,
                                     const std::string& reason, const std::string& request_id) {
  Violations violations;
  ChangeAsked asked;
  const auto parsed = contract::ParsePermitName(name, "name");
  if (parsed.ok()) {
    asked.city = parsed->first;
    asked.permit = parsed->second;
  } else {
    violations.Add("", parsed.status());
  }
  ReadText(reason, limits::kReasonMaxBytes, true, "reason", violations);
  ReadRequestId(request_id, violations);
  asked.reason = reason;
  asked.request_id = request_id;
  return Judged(asked, violations, DigestOf(verb, asked));
}

absl::StatusOr<ChangeAsked> ReadAcceptOffer(const v1::AcceptOfferRequest& request) {
  Violations violations;
  const ChangeAsked asked = ReadOf(request, violations);
  return Judged(asked, violations, DigestOf("accept-1", asked));
}

absl::StatusOr<ChangeAsked> ReadPayment(const v1::ConfirmPaymentRequest& request) {
  Violations violations;
  ChangeAsked asked = ReadOf(request, violations);
  ReadText(request.payment_reference(), limits::kReferenceMaxBytes, true, "payment_reference",
           violations);
  if (request.amount_cents() < 0) violations.Add("amount_cents", "must not be negative");
  asked.payment_reference = request.payment_reference();
  asked.amount_cents = request.amount_cents();
  return Judged(asked, violations, DigestOf("pay-1", asked));
}

absl::StatusOr<ChangeAsked> ReadRenew(const v1::RenewPermitRequest& request) {
  Violations violations;
  ChangeAsked asked = ReadOf(request, violations);
  asked.validate_only = request.validate_only();
  return Judged(asked, violations, DigestOf("renew-1", asked));
}

absl::StatusOr<ChangeAsked> ReadMove(const v1::MovePermitRequest& request) {
  Violations violations;
  ChangeAsked asked = ReadOf(request, violations);
  ReadText(request.address(), limits::kReferenceMaxBytes, false, "address", violations);
  if (!domain::IsZoneCode(request.area())) {
    violations.Add("area", "must be the code of one of the type's areas");
  }
  asked.validate_only = request.validate_only();
  return Judged(asked, violations,
                DigestOf("move-1", asked).Add(request.address()).Add(request.area()));
}

absl::StatusOr<ChangeAsked> ReadWithdraw(const v1::WithdrawPermitRequest& request) {
  Violations violations;
  ChangeAsked asked = ReadOf(request, violations);
  asked.validate_only = request.validate_only();
  return Judged(asked, violations, DigestOf("withdraw-permit-1", asked));
}

absl::StatusOr<ChangePlatesAsked> ReadChangePlates(const v1::ChangePlatesRequest& request) {
  using Kind = PlateChangeAsked::Kind;
  using Request = v1::ChangePlatesRequest;
  Violations violations;
  ChangeAsked asked = ReadOf(request, violations);
  asked.etag = request.etag();
  asked.validate_only = request.validate_only();
  PlateChangeAsked change;
  const auto take = [&](bool has, const common::v1::Plate& plate, const std::string& field) {
    change.plates.push_back(ReadPlate(has, plate, field, violations));
  };
  switch (request.change_case()) {
    case Request::kAdd:
      change.kind = Kind::kAdd;
      take(request.add().has_plate(), request.add().plate(), "add.plate");
      break;
    case Request::kRemove:
      change.kind = Kind::kRemove;
      take(request.remove().has_plate(), request.remove().plate(), "remove.plate");
      break;
    case Request::kSwap:
      change.kind = Kind::kSwap;
      take(request.swap().has_leaving(), request.swap().leaving(), "swap.leaving");
      take(request.swap().has_coming(), request.swap().coming(), "swap.coming");
      break;
    case Request::kActivate:
      change.kind = Kind::kActivate;
      take(request.activate().has_plate(), request.activate().plate(), "activate.plate");
      if (request.activate().has_instead_of()) {
        take(true, request.activate().instead_of(), "activate.instead_of");
      }
      break;
    case Request::kStandIn:
      change.kind = Kind::kStandIn;
      take(request.stand_in().has_replaced(), request.stand_in().replaced(), "stand_in.replaced");
      take(request.stand_in().has_temporary(), request.stand_in().temporary(),
           "stand_in.temporary");
      if (request.stand_in().has_until_time()) {
        change.until.emplace();
        Take(contract::ToTime(request.stand_in().until_time(), "stand_in.until_time"),
             *change.until, violations);
      } else {
        violations.Add("stand_in.until_time", "is required");
      }
      break;
    case Request::kCallBack:
      change.kind = Kind::kCallBack;
      if (request.has_change_time()) {
        violations.Add("change_time", "must be left out: what is planned is called back at once");
      }
      break;
    case Request::CHANGE_NOT_SET:
      violations.Add("change", "is required");
      break;
  }
  if (request.has_change_time()) {
    change.at.emplace();
    Take(contract::ToTime(request.change_time(), "change_time"), *change.at, violations);
  }
  if (!violations.empty()) return violations.status();
  platform::AskedDigest digest = DigestOf("plates-1", asked);
  digest.Add(static_cast<int64_t>(change.kind)).Add(change.at).Add(change.until);
  for (const PlateAsked& plate : change.plates) digest.Add(plate.country.sign());
  asked.digest = digest.bytes();
  return ChangePlatesAsked{asked.city, std::move(asked), std::move(change)};
}

absl::StatusOr<PermitListAsked> ReadList(const v1::ListPermitsRequest& request,
                                         const platform::Caller& caller) {
  using platform::Role;
  PermitListAsked asked;
  Violations violations;
  Take(contract::ParseCityName(request.parent(), "parent"), asked.city, violations);
  if (!violations.empty()) return violations.status();
  ReadText(request.holder(), limits::kReferenceMaxBytes, false, "holder", violations);
  const bool sees_all = caller.roles.Has(Role::kClerk) || caller.roles.Has(Role::kAuditor);
  if (!request.holder().empty()) asked.holder = request.holder();
  if (!sees_all && caller.roles.Has(Role::kPortal) && request.holder().empty()) {
    violations.Add("holder", "must say whose permits");
  }
  if (!sees_all && !caller.roles.Has(Role::kPortal)) {
    if (!request.holder().empty() && request.holder() != caller.subject) {
      violations.Add("holder", "must be left out: a holder sees its own");
    }
    asked.holder = caller.subject;
  }
  for (int i = 0; i < request.states_size(); ++i) {
    const auto state = static_cast<domain::PermitState>(request.states(i));
    if (Name(state).empty()) {
      violations.Add(absl::StrCat("states[", i, "]"), "is not a state");
      continue;
    }
    asked.states.push_back(state);
  }
  if (!request.permit_type().empty()) {
    asked.type.emplace();
    Take(contract::ParsePermitTypeOf(asked.city, request.permit_type(), "permit_type"), *asked.type,
         violations);
  }
  if (request.has_plate()) {
    asked.plate = ReadPlate(true, request.plate(), "plate", violations).number;
  }
  asked.limit = ReadPageSize(request.page_size(), violations);
  if (!request.page_token().empty()) {
    if (const auto after = domain::PermitId::FromText(request.page_token())) {
      asked.after = *after;
    } else {
      violations.Add("", BadPageToken());
    }
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<PermitEventsAsked> ReadEvents(const v1::ListPermitEventsRequest& request) {
  PermitEventsAsked asked;
  Violations violations;
  const auto name = contract::ParsePermitName(request.permit(), "permit");
  if (!name.ok()) return name.status();
  asked.city = name->first;
  asked.permit = name->second;
  if (request.has_known_at_time()) {
    asked.known_at.emplace();
    Take(contract::ToTime(request.known_at_time(), "known_at_time"), *asked.known_at, violations);
  }
  asked.limit = ReadPageSize(request.page_size(), violations);
  if (!request.page_token().empty() &&
      (!absl::SimpleAtoi(request.page_token(), &asked.after_revision) ||
       asked.after_revision < 1)) {
    violations.Add("", BadPageToken());
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

v1::Permit WritePermit(const domain::CityCode& city, const PermitShown& shown) {
  const domain::Permit& permit = shown.stored.permit;
  v1::Permit out;
  if (permit.id != domain::PermitId()) out.set_name(contract::PermitName(city, permit.id));
  out.set_permit_type(contract::PermitTypeName(city, permit.type));
  out.set_permit_type_version(permit.type_version);
  out.set_holder(permit.holder);
  out.set_address(permit.address);
  out.set_area(permit.area().value());
  if (const domain::PlateList* list = permit.plates.At(shown.moment.now)) {
    WritePlates(*list, shown, *out.mutable_plates());
  }
  for (const std::string& kind : permit.evidence) out.add_evidence_kinds(kind);
  if (permit.requested_start) {
    *out.mutable_requested_start_time() = contract::ToTimestamp(*permit.requested_start);
  }
  out.set_state(static_cast<v1::PermitState>(permit.state));
  if (!IsFinal(permit.state) && !permit.start) {
    for (const std::string& kind : MissingEvidence(permit, *shown.type)) {
      out.add_missing_evidence_kinds(kind);
    }
  }
  if (permit.answer_by) {
    *out.mutable_answer_by_time() = contract::ToTimestamp(*permit.answer_by);
  }
  if (permit.state == domain::PermitState::kAwaitingPayment) {
    out.set_amount_due_cents(permit.price_cents);
  } else if (permit.renewal && !IsFinal(permit.state)) {
    out.set_amount_due_cents(permit.renewal->price_cents);
  }
  if (permit.start) {
    *out.mutable_start_time() = contract::ToTimestamp(*permit.start);
    // Of one that was over before it began the rights hold at no time at all.
    const absl::Time end =
        std::min(permit.rights_end, permit.revoke_time.value_or(permit.rights_end));
    *out.mutable_end_time() = contract::ToTimestamp(std::max(end, *permit.start));
  }
  if (shown.stored.queue_position && permit.state == domain::PermitState::kWaitlisted) {
    out.set_queue_position(*shown.stored.queue_position);
  }
  if (permit.state == domain::PermitState::kActive && !permit.renewal &&
      shown.type->renewal_window_days > 0) {
    out.set_renewable_from_date(
        absl::FormatCivilTime(permit.schedule.end_day() - shown.type->renewal_window_days));
  }
  WriteNext(shown, out);
  if (shown.stored.revision > 0) out.set_etag(absl::StrCat(shown.stored.revision));
  if (shown.stored.create_time != absl::Time()) {
    *out.mutable_create_time() = contract::ToTimestamp(shown.stored.create_time);
  }
  out.set_in_force(InForce(shown));
  if (shown.set) out.set_permit_set(contract::PermitSetName(city, shown.set->code));
  return out;
}

v1::PermitEvent WriteEvent(const domain::CityCode& city, const postgres::PermitEvent& event) {
  v1::PermitEvent out;
  out.set_permit(contract::PermitName(city, event.permit));
  out.set_kind(static_cast<v1::PermitEventKind>(event.kind));
  *out.mutable_effective_time() = contract::ToTimestamp(event.effective_time);
  *out.mutable_recorded_time() = contract::ToTimestamp(event.recorded_time);
  out.set_actor(event.actor);
  out.set_reason(event.reason);
  out.set_state(static_cast<v1::PermitState>(event.state));
  out.set_holder(event.holder);
  out.set_revision(event.revision);
  return out;
}

std::string WriteCursor(const EventCursor& cursor) {
  return absl::StrCat(cursor.place.xid, ".", cursor.place.number, ".", cursor.epoch);
}

absl::StatusOr<EventCursor> ReadCursor(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('.', 2));
  EventCursor cursor;
  uint64_t xid = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &xid) ||
      !absl::SimpleAtoi(parts[1], &cursor.place.number) || parts[2].empty()) {
    return domain::InvalidField("cursor", "was not given by this stream");
  }
  cursor.place.xid = absl::StrCat(xid);
  cursor.epoch = parts[2];
  return cursor;
}

}  // namespace stadspoort::permits
