#include "services/permits/permits_service.h"

#include <chrono>
#include <optional>
#include <thread>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "services/contract/names.h"
#include "services/contract/timestamps.h"
#include "services/domain/refusal.h"
#include "services/permits/convert.h"

namespace stadspoort::permits {
namespace {

using platform::Call;

// Streams are looked after by a thread each; more of them would leave none for calls.
constexpr int kFollowersMax = 32;
constexpr std::chrono::milliseconds kLook(200);
// The stream ends well before its deadline does: whoever follows goes on from the last cursor.
constexpr absl::Duration kLastLook = absl::Seconds(2);

// Every method that reads what was asked, is admitted to a city, runs one command and writes what
// came of it.
template <typename Read, typename Command, typename Write>
absl::Status Answer(const Call& call, const Read& asked, Command command, Write write) {
  if (!asked.ok()) return asked.status();
  if (absl::Status admitted = call.Admits(asked->city); !admitted.ok()) return admitted;
  const auto done = command(*asked);
  if (!done.ok()) return done.status();
  write(*done);
  return absl::OkStatus();
}

// A verb on a permit, which answers with the permit.
template <typename Response, typename Command>
absl::Status Verb(const Call& call, const absl::StatusOr<ChangeAsked>& asked, Command command,
                  Response& response) {
  return Answer(call, asked, command, [&](const Changed& changed) {
    *response.mutable_permit() = WritePermit(asked->city, changed.shown);
  });
}

}  // namespace

grpc::Status PermitsService::CreatePermitType(grpc::ServerContext* context,
                                              const v1::CreatePermitTypeRequest* request,
                                              v1::CreatePermitTypeResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/CreatePermitType", [&](const Call& call) {
        const auto asked = ReadCreateType(*request);
        return Answer(
            call, asked,
            [&](const CreateTypeAsked& create) {
              return types_.Create(call, create.city, create.type, create.validate_only);
            },
            [&](const postgres::StoredPermitType& type) {
              *response->mutable_permit_type() = WriteType(asked->city, type);
            });
      });
}

grpc::Status PermitsService::UpdatePermitType(grpc::ServerContext* context,
                                              const v1::UpdatePermitTypeRequest* request,
                                              v1::UpdatePermitTypeResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/UpdatePermitType", [&](const Call& call) {
        const auto asked = ReadUpdateType(*request);
        return Answer(
            call, asked,
            [&](const TypeCommands::UpdateAsked& update) { return types_.Update(call, update); },
            [&](const postgres::StoredPermitType& type) {
              *response->mutable_permit_type() = WriteType(asked->city, type);
            });
      });
}

grpc::Status PermitsService::GetPermitType(grpc::ServerContext* context,
                                           const v1::GetPermitTypeRequest* request,
                                           v1::GetPermitTypeResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/GetPermitType", [&](const Call& call) {
        const auto name = contract::ParsePermitTypeName(request->name(), "name");
        if (!name.ok()) return name.status();
        if (request->version() < 0) return domain::InvalidField("version", "must not be negative");
        if (absl::Status admitted = call.Admits(name->first); !admitted.ok()) return admitted;
        const auto type = types_.Get(call, name->first, name->second, request->version());
        if (!type.ok()) return type.status();
        *response->mutable_permit_type() = WriteType(name->first, *type);
        return absl::OkStatus();
      });
}

grpc::Status PermitsService::ListPermitTypes(grpc::ServerContext* context,
                                             const v1::ListPermitTypesRequest* request,
                                             v1::ListPermitTypesResponse* response) {
  return edge_.Serve(*context, "/stadspoort.permits.v1.PermitsService/ListPermitTypes",
                     [&](const Call& call) {
                       const auto asked = ReadTypeList(*request);
                       return Answer(
                           call, asked,
                           [&](const TypeListAsked& list) {
                             return types_.List(call, list.city, list.after, list.limit);
                           },
                           [&](const std::vector<postgres::StoredPermitType>& types) {
                             for (const auto& type : types)
                               *response->add_permit_types() = WriteType(asked->city, type);
                             if (static_cast<int64_t>(types.size()) == asked->limit) {
                               response->set_next_page_token(types.back().type->code.value());
                             }
                           });
                     });
}

grpc::Status PermitsService::CreatePermitSet(grpc::ServerContext* context,
                                             const v1::CreatePermitSetRequest* request,
                                             v1::CreatePermitSetResponse* response) {
  return edge_.Serve(*context, "/stadspoort.permits.v1.PermitsService/CreatePermitSet",
                     [&](const Call& call) {
                       const auto asked = ReadCreateSet(*request);
                       return Answer(
                           call, asked,
                           [&](const CreateSetAsked& create) {
                             return sets_.Create(call, create.city, create.set);
                           },
                           [&](const postgres::StoredPermitSet& set) {
                             *response->mutable_permit_set() = WriteSet(asked->city, set);
                           });
                     });
}

grpc::Status PermitsService::ListPermitSets(grpc::ServerContext* context,
                                            const v1::ListPermitSetsRequest* request,
                                            v1::ListPermitSetsResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/ListPermitSets", [&](const Call& call) {
        const auto asked = ReadSetList(*request);
        return Answer(
            call, asked,
            [&](const SetListAsked& list) { return sets_.List(call, list.city, list.series); },
            [&](const std::vector<postgres::StoredPermitSet>& sets) {
              for (const auto& set : sets)
                *response->add_permit_sets() = WriteSet(asked->city, set);
            });
      });
}

grpc::Status PermitsService::SwitchPermitSet(grpc::ServerContext* context,
                                             const v1::SwitchPermitSetRequest* request,
                                             v1::SwitchPermitSetResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/SwitchPermitSet", [&](const Call& call) {
        const auto asked = ReadSwitch(*request);
        return Answer(
            call, asked, [&](const SwitchAsked& other) { return sets_.Switch(call, other); },
            [&](const Switched& switched) {
              for (const auto& set : switched.sets)
                *response->add_permit_sets() = WriteSet(asked->city, set);
              *response->mutable_switch_time() = contract::ToTimestamp(switched.at);
            });
      });
}

grpc::Status PermitsService::ApplyForPermit(grpc::ServerContext* context,
                                            const v1::ApplyForPermitRequest* request,
                                            v1::ApplyForPermitResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/ApplyForPermit", [&](const Call& call) {
        const auto asked = ReadApplication(*request, call.caller);
        return Answer(
            call, asked,
            [&](const PermitChange::Application& apply) { return commands_.Apply(call, apply); },
            [&](const Changed& changed) {
              *response->mutable_permit() = WritePermit(asked->city, changed.shown);
              if (asked->validate_only) response->mutable_permit()->clear_name();
              response->set_price_cents(changed.price_cents);
            });
      });
}

grpc::Status PermitsService::GiveEvidence(grpc::ServerContext* context,
                                          const v1::GiveEvidenceRequest* request,
                                          v1::GiveEvidenceResponse* response) {
  return edge_.Serve(*context, "/stadspoort.permits.v1.PermitsService/GiveEvidence",
                     [&](const Call& call) {
                       return Verb(
                           call, ReadGiveEvidence(*request),
                           [&](const ChangeAsked& asked) {
                             return commands_.GiveEvidence(call, asked, request->evidence_kind());
                           },
                           *response);
                     });
}

grpc::Status PermitsService::AskEvidence(grpc::ServerContext* context,
                                         const v1::AskEvidenceRequest* request,
                                         v1::AskEvidenceResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/AskEvidence", [&](const Call& call) {
        return Verb(
            call, ReadAskEvidence(*request),
            [&](const ChangeAsked& asked) {
              return commands_.AskEvidence(
                  call, asked,
                  {request->evidence_kinds().begin(), request->evidence_kinds().end()});
            },
            *response);
      });
}

grpc::Status PermitsService::ApprovePermit(grpc::ServerContext* context,
                                           const v1::ApprovePermitRequest* request,
                                           v1::ApprovePermitResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/ApprovePermit", [&](const Call& call) {
        return Verb(
            call, ReadVerb("approve-1", request->name(), request->reason(), request->request_id()),
            [&](const ChangeAsked& asked) { return commands_.Approve(call, asked); }, *response);
      });
}

grpc::Status PermitsService::RefusePermit(grpc::ServerContext* context,
                                          const v1::RefusePermitRequest* request,
                                          v1::RefusePermitResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/RefusePermit", [&](const Call& call) {
        return Verb(
            call, ReadVerb("refuse-1", request->name(), request->reason(), request->request_id()),
            [&](const ChangeAsked& asked) { return commands_.Refuse(call, asked); }, *response);
      });
}

grpc::Status PermitsService::SuspendPermit(grpc::ServerContext* context,
                                           const v1::SuspendPermitRequest* request,
                                           v1::SuspendPermitResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/SuspendPermit", [&](const Call& call) {
        return Verb(
            call, ReadVerb("suspend-1", request->name(), request->reason(), request->request_id()),
            [&](const ChangeAsked& asked) { return commands_.Suspend(call, asked); }, *response);
      });
}

grpc::Status PermitsService::ResumePermit(grpc::ServerContext* context,
                                          const v1::ResumePermitRequest* request,
                                          v1::ResumePermitResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/ResumePermit", [&](const Call& call) {
        return Verb(
            call, ReadVerb("resume-1", request->name(), request->reason(), request->request_id()),
            [&](const ChangeAsked& asked) { return commands_.Resume(call, asked); }, *response);
      });
}

grpc::Status PermitsService::RevokePermit(grpc::ServerContext* context,
                                          const v1::RevokePermitRequest* request,
                                          v1::RevokePermitResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/RevokePermit", [&](const Call& call) {
        return Verb(
            call, ReadVerb("revoke-1", request->name(), request->reason(), request->request_id()),
            [&](const ChangeAsked& asked) { return commands_.Revoke(call, asked); }, *response);
      });
}

grpc::Status PermitsService::AcceptOffer(grpc::ServerContext* context,
                                         const v1::AcceptOfferRequest* request,
                                         v1::AcceptOfferResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/AcceptOffer", [&](const Call& call) {
        return Verb(
            call, ReadAcceptOffer(*request),
            [&](const ChangeAsked& asked) { return commands_.AcceptOffer(call, asked); },
            *response);
      });
}

grpc::Status PermitsService::ConfirmPayment(grpc::ServerContext* context,
                                            const v1::ConfirmPaymentRequest* request,
                                            v1::ConfirmPaymentResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/ConfirmPayment", [&](const Call& call) {
        return Verb(
            call, ReadPayment(*request),
            [&](const ChangeAsked& asked) { return commands_.ConfirmPayment(call, asked); },
            *response);
      });
}

grpc::Status PermitsService::RenewPermit(grpc::ServerContext* context,
                                         const v1::RenewPermitRequest* request,
                                         v1::RenewPermitResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/RenewPermit", [&](const Call& call) {
        return Verb(
            call, ReadRenew(*request),
            [&](const ChangeAsked& asked) { return commands_.Renew(call, asked); }, *response);
      });
}

grpc::Status PermitsService::MovePermit(grpc::ServerContext* context,
                                        const v1::MovePermitRequest* request,
                                        v1::MovePermitResponse* response) {
  return edge_.Serve(*context, "/stadspoort.permits.v1.PermitsService/MovePermit",
                     [&](const Call& call) {
                       return Verb(
                           call, ReadMove(*request),
                           [&](const ChangeAsked& asked) {
                             return commands_.Move(call, asked, request->address(),
                                                   domain::PermitAreaCode(request->area()));
                           },
                           *response);
                     });
}

grpc::Status PermitsService::WithdrawPermit(grpc::ServerContext* context,
                                            const v1::WithdrawPermitRequest* request,
                                            v1::WithdrawPermitResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/WithdrawPermit", [&](const Call& call) {
        const auto asked = ReadWithdraw(*request);
        return Answer(
            call, asked,
            [&](const ChangeAsked& withdraw) { return commands_.Withdraw(call, withdraw); },
            [&](const Changed& changed) {
              *response->mutable_permit() = WritePermit(asked->city, changed.shown);
              response->set_refund_due_cents(changed.refund_cents);
            });
      });
}

grpc::Status PermitsService::ChangePlates(grpc::ServerContext* context,
                                          const v1::ChangePlatesRequest* request,
                                          v1::ChangePlatesResponse* response) {
  return edge_.Serve(*context, "/stadspoort.permits.v1.PermitsService/ChangePlates",
                     [&](const Call& call) {
                       const auto asked = ReadChangePlates(*request);
                       return Answer(
                           call, asked,
                           [&](const ChangePlatesAsked& plates) {
                             return commands_.ChangePlates(call, plates.asked, plates.change);
                           },
                           [&](const Changed& changed) {
                             *response->mutable_permit() = WritePermit(asked->city, changed.shown);
                           });
                     });
}

grpc::Status PermitsService::GetPermit(grpc::ServerContext* context,
                                       const v1::GetPermitRequest* request,
                                       v1::GetPermitResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/GetPermit", [&](const Call& call) {
        const auto name = contract::ParsePermitName(request->name(), "name");
        if (!name.ok()) return name.status();
        if (absl::Status admitted = call.Admits(name->first); !admitted.ok()) return admitted;
        const auto permit = queries_.Get(call, name->first, name->second, request->holder());
        if (!permit.ok()) return permit.status();
        *response->mutable_permit() = WritePermit(name->first, *permit);
        return absl::OkStatus();
      });
}

grpc::Status PermitsService::ListPermits(grpc::ServerContext* context,
                                         const v1::ListPermitsRequest* request,
                                         v1::ListPermitsResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/ListPermits", [&](const Call& call) {
        const auto asked = ReadList(*request, call.caller);
        return Answer(
            call, asked, [&](const PermitListAsked& list) { return queries_.List(call, list); },
            [&](const PermitPage& page) {
              for (const PermitShown& shown : page.permits)
                *response->add_permits() = WritePermit(asked->city, shown);
              if (page.next) response->set_next_page_token(page.next->text());
            });
      });
}

grpc::Status PermitsService::ListPermitEvents(grpc::ServerContext* context,
                                              const v1::ListPermitEventsRequest* request,
                                              v1::ListPermitEventsResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.permits.v1.PermitsService/ListPermitEvents", [&](const Call& call) {
        const auto asked = ReadEvents(*request);
        return Answer(
            call, asked,
            [&](const PermitEventsAsked& events) { return queries_.Events(call, events); },
            [&](const PermitEvents& told) {
              for (const auto& event : told.events)
                *response->add_events() = WriteEvent(asked->city, event);
              if (static_cast<int64_t>(told.events.size()) == asked->limit) {
                response->set_next_page_token(absl::StrCat(told.events.back().revision));
              }
              *response->mutable_permit() = WritePermit(asked->city, told.permit);
            });
      });
}

grpc::Status PermitsService::FollowPermitEvents(
    grpc::ServerContext* context, const v1::FollowPermitEventsRequest* request,
    grpc::ServerWriter<v1::FollowPermitEventsResponse>* writer) {
  return edge_.Serve(*context, "/stadspoort.permits.v1.PermitsService/FollowPermitEvents",
                     [&](const Call& call) { return Follow(call, *context, *request, *writer); });
}

absl::Status PermitsService::Follow(const Call& call, const grpc::ServerContext& context,
                                    const v1::FollowPermitEventsRequest& request,
                                    grpc::ServerWriter<v1::FollowPermitEventsResponse>& writer) {
  const auto city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  if (absl::Status admitted = call.Admits(*city); !admitted.ok()) return admitted;
  if (!request.cursor().empty() && request.has_start_time()) {
    return domain::InvalidField("start_time", "must be left out with a cursor");
  }
  EventCursor cursor;
  absl::Time since = absl::InfinitePast();
  if (!request.cursor().empty()) {
    const auto given = ReadCursor(request.cursor());
    if (!given.ok()) return given.status();
    cursor = *given;
  } else {
    const auto end = queries_.EventsEnd(call, *city);
    if (!end.ok()) return end.status();
    cursor.epoch = end->epoch;
    if (request.has_start_time()) {
      const auto start = contract::ToTime(request.start_time(), "start_time");
      if (!start.ok()) return start.status();
      since = *start;
    } else {
      cursor.place = end->place;
    }
  }
  const int others = followers_++;
  const absl::Cleanup leave = [this] { --followers_; };
  if (others >= kFollowersMax) {
    return domain::Refusal(absl::StatusCode::kResourceExhausted, domain::ErrorReason::kOverloaded,
                           "too many follow the events already; try another daemon, or later");
  }
  while (!context.IsCancelled() && call.Remaining() > kLastLook) {
    const auto batch = queries_.Follow(call, *city, cursor, since);
    if (!batch.ok()) return batch.status();
    for (const postgres::FollowedEvent& followed : batch->events) {
      cursor.place = followed.place;
      v1::FollowPermitEventsResponse response;
      *response.mutable_event() = WriteEvent(*city, followed.event);
      response.set_cursor(WriteCursor(cursor));
      if (!writer.Write(response)) return absl::CancelledError("the caller is gone");
    }
    if (batch->events.empty()) std::this_thread::sleep_for(kLook);
  }
  return absl::OkStatus();
}

}  // namespace stadspoort::permits
