#include "services/stadspoort/draft_edit.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/stadspoort/json_file.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {

using zones::v1::UpdateZoneDraftRequest;
using zones::v1::ZoneDraft;

absl::StatusOr<std::string> DraftNameOf(const ZoneArgument& zone) {
  const absl::StatusOr<std::string> name = ZoneNameOf(zone);
  if (!name.ok()) return name.status();
  return absl::StrCat(*name, "/draft");
}

absl::StatusOr<UpdateZoneDraftRequest> EditRequest(const DraftEdit& edit) {
  const absl::StatusOr<std::string> name = DraftNameOf(edit.zone);
  if (!name.ok()) return name.status();
  UpdateZoneDraftRequest request;
  ZoneDraft& draft = *request.mutable_draft();
  google::protobuf::FieldMask& mask = *request.mutable_update_mask();
  if (!edit.display_name.empty()) {
    draft.set_display_name(edit.display_name);
    mask.add_paths("display_name");
  }
  if (!edit.usage.empty()) {
    const absl::StatusOr<common::v1::Usage> usage = ParseUsage(edit.usage);
    if (!usage.ok()) return usage.status();
    draft.set_usage(*usage);
    mask.add_paths("usage");
  }
  if (!edit.regulation.empty()) {
    const absl::StatusOr<std::string> text = ReadFile(edit.regulation);
    if (!text.ok()) return text.status();
    const absl::Status status = ParseMessage(*text, edit.regulation, *draft.mutable_regulation());
    if (!status.ok()) return status;
    mask.add_paths("regulation");
  }
  if (mask.paths().empty()) {
    return absl::InvalidArgumentError(
        "what changes? Give --regulation, --display-name or --usage; outlines come with zone draft "
        "import");
  }
  draft.set_name(*name);
  draft.set_etag(edit.etag);
  request.set_validate_only(edit.dry_run);
  return request;
}

}  // namespace stadspoort::client
