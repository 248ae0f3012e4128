#include "services/checks/checks_service.h"

#include <utility>

#include "services/checks/convert.h"
#include "services/domain/refusal.h"

namespace stadspoort::checks {

absl::Status ChecksService::Check(const platform::Call& call,
                                  const v1::BatchCheckPlatesRequest& request,
                                  v1::BatchCheckPlatesResponse& response) {
  absl::StatusOr<BatchRead> batch = ReadBatch(request, call.caller);
  if (!batch.ok()) return batch.status();
  if (absl::Status admitted = call.Admits(batch->asked.city); !admitted.ok()) return admitted;
  const absl::StatusOr<BatchAnswered> answered =
      command_.Run(call, batch->asked, batch->options.show_plates);
  if (!answered.ok()) return answered.status();
  WriteAnswers(request, *answered, batch->options, response);
  return absl::OkStatus();
}

grpc::Status ChecksService::CheckPlate(grpc::ServerContext* context,
                                       const v1::CheckPlateRequest* request,
                                       v1::CheckPlateResponse* response) {
  return edge_.Serve(*context, "/stadspoort.checks.v1.ChecksService/CheckPlate",
                     [&](const platform::Call& call) {
                       v1::BatchCheckPlatesRequest batch;
                       batch.set_parent(request->parent());
                       if (request->has_place()) *batch.mutable_place() = request->place();
                       if (request->has_check_time()) {
                         *batch.mutable_check_time() = request->check_time();
                       }
                       *batch.mutable_options() = request->options();
                       *batch.add_items() = request->item();
                       v1::BatchCheckPlatesResponse answers;
                       if (absl::Status checked = Check(call, batch, answers); !checked.ok()) {
                         return checked;
                       }
                       *response->mutable_answer() = std::move(*answers.mutable_answers(0));
                       return absl::OkStatus();
                     });
}

grpc::Status ChecksService::BatchCheckPlates(grpc::ServerContext* context,
                                             const v1::BatchCheckPlatesRequest* request,
                                             v1::BatchCheckPlatesResponse* response) {
  return edge_.Serve(*context, "/stadspoort.checks.v1.ChecksService/BatchCheckPlates",
                     [&](const platform::Call& call) { return Check(call, *request, *response); });
}

grpc::Status ChecksService::LocateZones(grpc::ServerContext* context,
                                        const v1::LocateZonesRequest* request,
                                        v1::LocateZonesResponse* response) {
  return edge_.Serve(*context, "/stadspoort.checks.v1.ChecksService/LocateZones",
                     [&](const platform::Call& call) {
                       const auto asked = ReadLocate(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok()) {
                         return admitted;
                       }
                       const auto located = checks::LocateZones(call, *asked, ladder_);
                       if (!located.ok()) return located.status();
                       WriteLocated(asked->city, *located, *response);
                       return absl::OkStatus();
                     });
}

grpc::Status ChecksService::ExplainCheck(grpc::ServerContext* context,
                                         const v1::ExplainCheckRequest* /*request*/,
                                         v1::ExplainCheckResponse* /*response*/) {
  return edge_.Serve(*context, "/stadspoort.checks.v1.ChecksService/ExplainCheck",
                     [](const platform::Call& /*call*/) {
                       return domain::Refusal(absl::StatusCode::kUnimplemented,
                                              domain::ErrorReason::kNotImplemented,
                                              "checks are not kept yet, so none can be explained");
                     });
}

}  // namespace stadspoort::checks
