#pragma once

#include "services/stadspoort/call.h"
#include "services/stadspoort/permit_questions.h"

namespace stadspoort::client {

// `stadspoort permit follow`: a line for each event as it comes, with --json an object of its own,
// and at the end where to go on. The register ends every call after a while; this goes on with the
// next.
ExitCode FollowPermits(const PermitFollowArguments& arguments, const Session& session,
                       const Output& output);

}  // namespace stadspoort::client
