#pragma once

#include "absl/strings/string_view.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"
#include "services/stadspoort/call.h"

namespace stadspoort::client {

// Follows the page tokens of a list to the end; `all` gets what every page holds.
template <typename Stub, typename Request, typename Response>
grpc::Status AllPages(const Session& session,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      absl::string_view own_roles, Request request, Response& all) {
  while (true) {
    Response page;
    const grpc::Status status = session.Call(method, own_roles, request, page);
    if (!status.ok()) return status;
    all.MergeFrom(page);
    all.clear_next_page_token();
    if (page.next_page_token().empty()) return status;
    if (page.next_page_token() == request.page_token()) {
      return {grpc::StatusCode::INTERNAL, "the register gave the same page twice"};
    }
    request.set_page_token(page.next_page_token());
  }
}

}  // namespace stadspoort::client
