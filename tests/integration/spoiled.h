#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/permit_office.h"

namespace stadspoort::testing {

// A request to the permits service that is right; and that is refused, by name and by field, when
// one thing in it is not.
template <typename Request, typename Response>
class Spoiled {
 public:
  using Method = grpc::Status (Office::Stub::*)(grpc::ClientContext*, const Request&, Response*);

  // The office outlives it.
  Spoiled(const Office& office, Method method, Request good, Who who)
      : office_(office), method_(method), good_(std::move(good)), who_(std::move(who)) {}

  // The field that is named; "": none.
  template <typename Spoil>
  void By(const std::string& field, Spoil spoil, const std::string& reason = "INVALID_FIELD",
          grpc::StatusCode code = grpc::StatusCode::INVALID_ARGUMENT) const {
    Request request = good_;
    spoil(request);
    const grpc::Status status = office_.Ask(method_, request, who_).status;
    const std::vector<std::string> fields =
        field.empty() ? std::vector<std::string>() : std::vector<std::string>{field};
    ExpectRefusal(status, code, reason, fields,
                  absl::StrCat(field, " in ", request.ShortDebugString().substr(0, 500)));
    EXPECT_LT(status.error_message().size(), 1000U);
  }
  // A caller of another city does not learn that there is this one.
  void ByWhoIsOfAnotherCity() const {
    Who foreign = who_;
    foreign.cities = "elsewhere";
    ExpectRefusal(office_.Ask(method_, good_, foreign).status, grpc::StatusCode::NOT_FOUND,
                  "CITY_NOT_FOUND", {}, good_.GetTypeName());
  }
  // Nothing is wrong with it but for what spoils it.
  Response Good() const {
    const auto answered = office_.Ask(method_, good_, who_);
    EXPECT_TRUE(answered.ok()) << good_.ShortDebugString() << answered.status.error_message();
    return answered.response;
  }

 private:
  const Office& office_;
  const Method method_;
  const Request good_;
  const Who who_;
};

// Everything of a city that a request about permits could change, with a digest of each table.
inline std::string PermitsStored(Sql& sql, const std::string& city) {
  std::string stored;
  for (const char* table :
       {"permit", "permit_type", "permit_type_version", "permit_area", "permit_event",
        "permit_payment", "due_work", "plate", "access_right", "request", "journal"}) {
    absl::StrAppend(
        &stored, table, " ",
        sql.Value(absl::StrCat("SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' "
                               "ORDER BY t::text COLLATE \"C\")), '-') FROM stadspoort.",
                               table, " t WHERE city = '", city, "'")),
        "\n");
  }
  return stored;
}

// A text that PostgreSQL cannot keep.
inline std::string WithZeroByte() { return std::string("a\0b", 3); }

// What every request for one permit has: its name, for whom, and why.
template <typename Request>
Request Of(const permits::v1::Permit& permit) {
  Request request;
  request.set_name(permit.name());
  if constexpr (requires { request.set_holder(""); }) request.set_holder(permit.holder());
  if constexpr (requires { request.set_reason(""); }) request.set_reason("as the rules say");
  return request;
}

// What is refused of every request for one permit.
template <typename Request, typename Response>
void ExpectOfAnyVerb(const Office& office, const Spoiled<Request, Response>& verb) {
  const std::string nobodys =
      absl::StrCat(office.Parent(), "/permits/00000000-0000-7000-8000-000000000000");
  for (const std::string& name :
       {std::string(), absl::StrCat(office.Parent(), "/permits/118"),
        absl::StrCat(office.Parent(), "/permit/", nobodys), WithZeroByte()}) {
    verb.By(
        "name", [&](Request& r) { r.set_name(name); }, "INVALID_NAME");
  }
  verb.By(
      "", [&](Request& r) { r.set_name(nobodys); }, "PERMIT_NOT_FOUND",
      grpc::StatusCode::NOT_FOUND);
  verb.ByWhoIsOfAnotherCity();
  if constexpr (requires(Request r) { r.set_request_id(""); }) {
    verb.By("request_id", [](Request& r) { r.set_request_id(std::string(101, 'x')); });
    verb.By("", [](Request& r) { r.set_request_id(WithZeroByte()); });
  }
  if constexpr (requires(Request r) { r.set_holder(""); }) {
    verb.By("holder", [](Request& r) { r.set_holder(std::string(101, 'x')); });
    for (const std::string& other : {std::string(), std::string("h2"), WithZeroByte()}) {
      verb.By(
          "", [&](Request& r) { r.set_holder(other); }, "PERMIT_NOT_FOUND",
          grpc::StatusCode::NOT_FOUND);
    }
  }
  if constexpr (requires(Request r) { r.set_reason(""); }) {
    verb.By("reason", [](Request& r) { r.clear_reason(); });
    verb.By("reason", [](Request& r) { r.set_reason(std::string(501, 'x')); });
    verb.By("", [](Request& r) { r.set_reason(WithZeroByte()); });
  }
}

}  // namespace stadspoort::testing
