#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/zones/drafts.h"
#include "services/zones/previews.h"
#include "services/zones/publishing.h"
#include "stadspoort/zones/v1/zones.pb.h"

// Between the contract and the commands of drafts, publishing and previews.
namespace stadspoort::zones {

struct DraftListAsked {
  domain::CityCode city;
  std::string after;
  int64_t limit = 0;
};
absl::StatusOr<DraftListAsked> ReadDraftList(const v1::ListZoneDraftsRequest& request);
absl::StatusOr<DraftAsked> ReadDraftUpdate(const v1::UpdateZoneDraftRequest& request);
v1::ZoneDraft WriteDraft(const domain::CityCode& city, const postgres::StoredDraft& stored);

absl::StatusOr<ValidateAsked> ReadValidate(const v1::ValidateZoneDraftsRequest& request);
absl::StatusOr<PublishAsked> ReadPublish(const v1::PublishZonesRequest& request);
absl::StatusOr<RetireAsked> ReadRetire(const v1::RetireZoneRequest& request);
absl::StatusOr<WithdrawAsked> ReadWithdraw(const v1::WithdrawZoneVersionRequest& request);
// With `show_rights`, samples of the rights that are hurt.
v1::Judgement WriteJudgement(const domain::CityCode& city, const Judgement& judgement,
                             bool show_rights);
v1::RightsHurt WriteHurt(const domain::CityCode& city, const RightsHurt& hurt, bool show_rights);
v1::Finding WriteFinding(const domain::CityCode& city, const domain::Finding& finding);

absl::StatusOr<PreviewAsked> ReadPreview(const v1::PreviewZoneRequest& request);
v1::PreviewZoneResponse WritePreview(const domain::CityCode& city, const Previewed& previewed);
absl::StatusOr<DiffAsked> ReadDiff(const v1::DiffZoneRequest& request);
v1::DiffZoneResponse WriteDiff(const domain::CityCode& city, const Diffed& diffed,
                               bool show_rights);

}  // namespace stadspoort::zones
