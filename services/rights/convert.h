#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/call.h"
#include "services/rights/right_commands.h"
#include "stadspoort/rights/v1/rights.pb.h"

namespace stadspoort::rights {

// Reading gives INVALID_ARGUMENT with every faulty field.
absl::StatusOr<EnrolAsked> ReadEnrol(const v1::EnrolRightRequest& request);
absl::StatusOr<ChangeAsked> ReadAmend(const v1::AmendRightRequest& request);
absl::StatusOr<ChangeAsked> ReadCorrect(const v1::CorrectRightRequest& request);
absl::StatusOr<EndAsked> ReadEnd(const v1::EndRightRequest& request,
                                 const platform::Caller& caller);
// Revoke, suspend, resume: a name and a reason that must be there.
absl::StatusOr<ChangeAsked> ReadVerb(const std::string& name, const std::string& reason);
absl::StatusOr<ListAsked> ReadList(const v1::ListRightsRequest& request);

v1::Right WriteRight(const domain::CityCode& city, const postgres::StoredRight& stored);
void WriteRemarks(const std::vector<domain::RemarkCode>& remarks,
                  google::protobuf::RepeatedPtrField<v1::Remark>& out);
void WritePendingEnd(const std::string& reference, const postgres::PendingEnd& pending,
                     v1::PendingEnd& out);
// The token that continues after `last`.
std::string PageTokenAfter(const postgres::StoredRight& last);

v1::Amount WriteAmount(int64_t cents);
absl::StatusOr<QuoteAsked> ReadQuote(const v1::QuoteRightRequest& request);
void WriteQuote(const domain::CityCode& city, const Quoted& quoted,
                v1::QuoteRightResponse& response);

absl::StatusOr<PlateHistoryAsked> ReadPlateHistory(const v1::ListPlateHistoryRequest& request);
v1::PlateChange WritePlateChange(const domain::CityCode& city, const postgres::PlateChange& change);

}  // namespace stadspoort::rights
