#include "services/rights/rights_service.h"

#include "absl/strings/str_cat.h"
#include "services/contract/names.h"
#include "services/rights/convert.h"

namespace stadspoort::rights {
namespace {

using platform::Call;

// Every method that changes one right and answers with it: read, admit, run, write.
template <typename Read, typename Command, typename Write>
absl::Status Change(const Call& call, const Read& asked, Command command, Write write) {
  if (!asked.ok()) return asked.status();
  if (absl::Status admitted = call.Admits(asked->city); !admitted.ok()) return admitted;
  const auto done = command(*asked);
  if (!done.ok()) return done.status();
  write(*done);
  return absl::OkStatus();
}

// What goes with a right that was granted.
template <typename Response>
void WriteGranted(const Granted& granted, Response& response) {
  WriteRemarks(granted.remarks, *response.mutable_remarks());
  if (granted.amount_cents) *response.mutable_amount_due() = WriteAmount(*granted.amount_cents);
}

}  // namespace

grpc::Status RightsService::EnrolRight(grpc::ServerContext* context,
                                       const v1::EnrolRightRequest* request,
                                       v1::EnrolRightResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.rights.v1.RightsService/EnrolRight", [&](const Call& call) {
        const auto asked = ReadEnrol(*request);
        return Change(
            call, asked, [&](const EnrolAsked& enrol) { return commands_.Enrol(call, enrol); },
            [&](const Granted& granted) {
              *response->mutable_right() = WriteRight(asked->city, granted.right);
              WriteGranted(granted, *response);
            });
      });
}

grpc::Status RightsService::AmendRight(grpc::ServerContext* context,
                                       const v1::AmendRightRequest* request,
                                       v1::AmendRightResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.rights.v1.RightsService/AmendRight", [&](const Call& call) {
        const auto asked = ReadAmend(*request);
        return Change(
            call, asked, [&](const ChangeAsked& amend) { return commands_.Amend(call, amend); },
            [&](const Granted& granted) {
              *response->mutable_right() = WriteRight(asked->city, granted.right);
              WriteGranted(granted, *response);
            });
      });
}

grpc::Status RightsService::EndRight(grpc::ServerContext* context,
                                     const v1::EndRightRequest* request,
                                     v1::EndRightResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.rights.v1.RightsService/EndRight", [&](const Call& call) {
        const auto asked = ReadEnd(*request, call.caller);
        return Change(
            call, asked, [&](const EndAsked& end) { return commands_.End(call, end); },
            [&](const EndedOrPending& outcome) {
              if (outcome.ended) {
                *response->mutable_right() = WriteRight(asked->city, outcome.ended->right);
                WriteGranted(*outcome.ended, *response);
              } else {
                WritePendingEnd(asked->reference, *outcome.pending,
                                *response->mutable_pending_end());
              }
            });
      });
}

grpc::Status RightsService::RevokeRight(grpc::ServerContext* context,
                                        const v1::RevokeRightRequest* request,
                                        v1::RevokeRightResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.rights.v1.RightsService/RevokeRight", [&](const Call& call) {
        const auto asked = ReadVerb(request->name(), request->reason());
        return Change(
            call, asked, [&](const ChangeAsked& revoke) { return commands_.Revoke(call, revoke); },
            [&](const postgres::StoredRight& right) {
              *response->mutable_right() = WriteRight(asked->city, right);
            });
      });
}

grpc::Status RightsService::SuspendRight(grpc::ServerContext* context,
                                         const v1::SuspendRightRequest* request,
                                         v1::SuspendRightResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.rights.v1.RightsService/SuspendRight", [&](const Call& call) {
        const auto asked = ReadVerb(request->name(), request->reason());
        return Change(
            call, asked,
            [&](const ChangeAsked& suspend) { return commands_.Suspend(call, suspend); },
            [&](const postgres::StoredRight& right) {
              *response->mutable_right() = WriteRight(asked->city, right);
            });
      });
}

grpc::Status RightsService::ResumeRight(grpc::ServerContext* context,
                                        const v1::ResumeRightRequest* request,
                                        v1::ResumeRightResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.rights.v1.RightsService/ResumeRight", [&](const Call& call) {
        const auto asked = ReadVerb(request->name(), request->reason());
        return Change(
            call, asked, [&](const ChangeAsked& resume) { return commands_.Resume(call, resume); },
            [&](const postgres::StoredRight& right) {
              *response->mutable_right() = WriteRight(asked->city, right);
            });
      });
}

grpc::Status RightsService::CorrectRight(grpc::ServerContext* context,
                                         const v1::CorrectRightRequest* request,
                                         v1::CorrectRightResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.rights.v1.RightsService/CorrectRight", [&](const Call& call) {
        const auto asked = ReadCorrect(*request);
        return Change(
            call, asked,
            [&](const ChangeAsked& correct) { return commands_.Correct(call, correct); },
            [&](const postgres::StoredRight& right) {
              *response->mutable_right() = WriteRight(asked->city, right);
            });
      });
}

grpc::Status RightsService::QuoteRight(grpc::ServerContext* context,
                                       const v1::QuoteRightRequest* request,
                                       v1::QuoteRightResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.rights.v1.RightsService/QuoteRight", [&](const Call& call) {
        const auto asked = ReadQuote(*request);
        return Change(
            call, asked, [&](const QuoteAsked& quote) { return commands_.Quote(call, quote); },
            [&](const Quoted& quoted) { WriteQuote(asked->city, quoted, *response); });
      });
}

grpc::Status RightsService::GetRight(grpc::ServerContext* context,
                                     const v1::GetRightRequest* request,
                                     v1::GetRightResponse* response) {
  return edge_.Serve(*context, "/stadspoort.rights.v1.RightsService/GetRight",
                     [&](const Call& call) {
                       const auto name = contract::ParseRightName(request->name(), "name");
                       if (!name.ok()) return name.status();
                       if (absl::Status admitted = call.Admits(name->first); !admitted.ok())
                         return admitted;
                       const auto right = commands_.Get(call, name->first, name->second);
                       if (!right.ok()) return right.status();
                       *response->mutable_right() = WriteRight(name->first, *right);
                       return absl::OkStatus();
                     });
}

grpc::Status RightsService::ListRights(grpc::ServerContext* context,
                                       const v1::ListRightsRequest* request,
                                       v1::ListRightsResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.rights.v1.RightsService/ListRights", [&](const Call& call) {
        const auto asked = ReadList(*request);
        return Change(
            call, asked, [&](const ListAsked& list) { return commands_.List(call, list); },
            [&](const std::vector<postgres::StoredRight>& rights) {
              for (const postgres::StoredRight& right : rights) {
                *response->add_rights() = WriteRight(asked->city, right);
              }
              if (static_cast<int64_t>(rights.size()) == asked->limit) {
                response->set_next_page_token(PageTokenAfter(rights.back()));
              }
            });
      });
}

grpc::Status RightsService::ListPlateHistory(grpc::ServerContext* context,
                                             const v1::ListPlateHistoryRequest* request,
                                             v1::ListPlateHistoryResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.rights.v1.RightsService/ListPlateHistory", [&](const Call& call) {
        const auto asked = ReadPlateHistory(*request);
        return Change(
            call, asked,
            [&](const PlateHistoryAsked& history) { return commands_.PlateHistory(call, history); },
            [&](const std::vector<postgres::PlateChange>& changes) {
              for (const postgres::PlateChange& change : changes) {
                *response->add_changes() = WritePlateChange(asked->city, change);
              }
              if (static_cast<int64_t>(changes.size()) == asked->limit) {
                response->set_next_page_token(absl::StrCat(changes.back().version));
              }
            });
      });
}

}  // namespace stadspoort::rights
