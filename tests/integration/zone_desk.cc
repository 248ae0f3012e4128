#include "tests/integration/zone_desk.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace stadspoort::testing {
namespace {

using ChecksStub = checks::v1::ChecksService::Stub;
using RightsStub = rights::v1::RightsService::Stub;

std::string CodeOf(const std::string& zone_name) {
  return zone_name.substr(zone_name.rfind('/') + 1);
}

void AddVertex(zones::v1::Ring& ring, int latitude_thousandths, int longitude_thousandths) {
  zones::v1::Vertex& vertex = *ring.add_vertices();
  // A quotient is the double that is read from the same decimals.
  vertex.set_latitude_degrees(latitude_thousandths / 1000.0);
  vertex.set_longitude_degrees(longitude_thousandths / 1000.0);
}

}  // namespace

google::protobuf::Timestamp StampOf(absl::Time time) {
  google::protobuf::Timestamp stamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  stamp.set_seconds(seconds);
  stamp.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return stamp;
}

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

void ExpectRefusal(const grpc::Status& status, grpc::StatusCode code, const std::string& reason,
                   const std::vector<std::string>& fields, const std::string& name) {
  EXPECT_EQ(status.error_code(), code) << name << ": " << status.error_message();
  EXPECT_EQ(ReasonOf(status), reason) << name << ": " << status.error_message();
  EXPECT_EQ(FieldsOf(status), fields) << name;
}

zones::v1::ZoneDraft Desk::NewDraft(const std::string& code) const {
  zones::v1::ZoneDraft draft;
  draft.set_name(Draft(code));
  draft.set_display_name("Zone " + code);
  draft.set_usage(common::v1::USAGE_PAID_PARKING);
  *draft.mutable_regulation() = PlainRegulation();
  int row = 0;
  EXPECT_TRUE(code.size() == 1 || absl::SimpleAtoi(code.substr(1), &row)) << code;
  const int south = 51050 + row;
  const int west = 3720 + (code[0] - 'a');
  zones::v1::Ring& outer = *draft.add_polygons()->mutable_outer();
  AddVertex(outer, south, west);
  AddVertex(outer, south, west + 1);
  AddVertex(outer, south + 1, west + 1);
  AddVertex(outer, south + 1, west);
  return draft;
}

Answered<zones::v1::UpdateZoneDraftResponse> Desk::Update(const zones::v1::ZoneDraft& draft,
                                                          const std::vector<std::string>& mask,
                                                          const Who& who) const {
  zones::v1::UpdateZoneDraftRequest request;
  *request.mutable_draft() = draft;
  for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
  return Ask(&Stub::UpdateZoneDraft, request, who);
}

Answered<zones::v1::GetZoneDraftResponse> Desk::Drawn(const std::string& code) const {
  zones::v1::GetZoneDraftRequest request;
  request.set_name(Draft(code));
  return Ask(&Stub::GetZoneDraft, request, Clerk());
}

Answered<zones::v1::DeleteZoneDraftResponse> Desk::Delete(const std::string& code,
                                                          const std::string& etag) const {
  zones::v1::DeleteZoneDraftRequest request;
  request.set_name(Draft(code));
  request.set_etag(etag);
  return Ask(&Stub::DeleteZoneDraft, request, Clerk());
}

Answered<zones::v1::ValidateZoneDraftsResponse> Desk::Validate(const Codes& codes,
                                                               std::optional<absl::Time> start,
                                                               const Who& who) const {
  zones::v1::ValidateZoneDraftsRequest request;
  request.set_parent(Parent());
  for (const std::string& code : codes) request.add_zones(Zone(code));
  if (start) *request.mutable_in_force_start_time() = StampOf(*start);
  return Ask(&Stub::ValidateZoneDrafts, request, who);
}

void Desk::Ready(const zones::v1::ZoneDraft& draft) const {
  const auto drawn = Update(draft);
  ASSERT_TRUE(drawn.ok()) << drawn.status.error_message();
  const std::string name = draft.name().substr(0, draft.name().rfind('/'));
  const auto judged = Validate({CodeOf(name)});
  ASSERT_TRUE(judged.ok()) << judged.status.error_message();
  EXPECT_EQ(judged.response.judgement().error_count(), 0)
      << judged.response.judgement().ShortDebugString();
}

zones::v1::PublishZonesRequest Desk::ToPublish(const Codes& codes,
                                               std::optional<absl::Time> start) const {
  zones::v1::PublishZonesRequest request;
  request.set_parent(Parent());
  for (const std::string& code : codes) request.add_drafts()->set_zone(Zone(code));
  if (start) *request.mutable_in_force_start_time() = StampOf(*start);
  return request;
}

absl::Time Desk::Enact(const zones::v1::ZoneDraft& draft, std::optional<absl::Time> start) const {
  const auto drawn = Update(draft);
  EXPECT_TRUE(drawn.ok()) << drawn.status.error_message();
  const std::string code = CodeOf(draft.name().substr(0, draft.name().rfind('/')));
  const auto judged = Validate({code}, start);
  EXPECT_TRUE(judged.ok()) << judged.status.error_message();
  const auto published = Publish({code}, start);
  EXPECT_TRUE(published.ok()) << published.status.error_message();
  return TimeOf(published.response.in_force_start_time());
}

zones::v1::RetireZoneRequest Desk::ToRetire(const std::string& code,
                                            std::optional<absl::Time> end) const {
  zones::v1::RetireZoneRequest request;
  request.set_name(Zone(code));
  if (end) *request.mutable_end_time() = StampOf(*end);
  return request;
}

zones::v1::WithdrawZoneVersionRequest Desk::ToWithdraw(const std::string& code,
                                                       int64_t version) const {
  zones::v1::WithdrawZoneVersionRequest request;
  request.set_name(Zone(code));
  request.set_zone_version(version);
  return request;
}

Answered<zones::v1::GetZoneResponse> Desk::Get(const std::string& code,
                                               std::optional<absl::Time> at) const {
  zones::v1::GetZoneRequest request;
  request.set_name(Zone(code));
  if (at) *request.mutable_at_time() = StampOf(*at);
  return Ask(&Stub::GetZone, request, Provider("app"));
}

int64_t Desk::VersionAt(const std::string& code, std::optional<absl::Time> at) const {
  const auto zone = Get(code, at);
  if (!zone.ok()) {
    EXPECT_EQ(ReasonOf(zone.status), "ZONE_NOT_FOUND") << code;
  }
  return zone.response.zone().zone_version();
}

Answered<zones::v1::ListZoneVersionsResponse> Desk::Versions(const std::string& code) const {
  zones::v1::ListZoneVersionsRequest request;
  request.set_parent(Zone(code));
  request.set_page_size(1000);
  return Ask(&Stub::ListZoneVersions, request, Provider("app"));
}

std::string Desk::StatesOf(const std::string& code) const {
  const auto versions = Versions(code);
  if (!versions.ok()) return ReasonOf(versions.status);
  std::vector<std::string> states;
  for (const zones::v1::Zone& zone : versions.response.zones()) {
    states.push_back(absl::StrCat(
        zone.zone_version(), " ",
        zones::v1::ZoneVersionState_Name(zone.state()).substr(sizeof("ZONE_VERSION_STATE"))));
  }
  std::reverse(states.begin(), states.end());
  return absl::StrJoin(states, ", ");
}

Answered<zones::v1::ListZoneChangesResponse> Desk::Changes(const std::string& cursor,
                                                           int32_t page_size) const {
  zones::v1::ListZoneChangesRequest request;
  request.set_parent(Parent());
  request.set_cursor(cursor);
  request.set_page_size(page_size);
  return Ask(&Stub::ListZoneChanges, request, Provider("app"));
}

std::string Desk::Export(std::optional<absl::Time> at, std::string* cursor) const {
  zones::v1::ExportZonesRequest request;
  request.set_parent(Parent());
  if (at) *request.mutable_at_time() = StampOf(*at);
  grpc::ClientContext context;
  Introduce(Provider("app"), context);
  const auto reader = daemon_.zones->ExportZones(&context, request);
  std::string exported;
  zones::v1::ExportZonesResponse response;
  while (reader->Read(&response)) {
    EXPECT_LE(response.geojson_chunk().size(), size_t{1} << 20);
    EXPECT_FALSE(response.geojson_chunk().empty());
    exported += response.geojson_chunk();
    if (cursor != nullptr) *cursor = response.cursor();
  }
  const grpc::Status status = reader->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  return exported;
}

std::string Desk::Import(const zones::v1::ImportZonesHeader& header,
                         const std::string& geojson) const {
  std::vector<zones::v1::ImportZonesResponse> answers;
  const grpc::Status status = testing::Import(daemon_, Admin(), header, geojson, &answers);
  if (!status.ok()) return ReasonOf(status);
  const zones::v1::ImportResult& result = answers.back().result();
  return absl::StrCat(result.created_count(), " created, ", result.superseded_count(),
                      " superseded, ", result.unchanged_count(), " unchanged");
}

checks::v1::CheckAnswer Desk::Check(const std::string& code, std::optional<absl::Time> at) const {
  checks::v1::CheckPlateRequest request = CheckRequest(city_, "1ABC123", code);
  if (at) *request.mutable_check_time() = StampOf(*at);
  return Check(request);
}

checks::v1::CheckAnswer Desk::CheckAt(double latitude, double longitude, common::v1::Usage usage,
                                      std::optional<absl::Time> at) const {
  checks::v1::CheckPlateRequest request = CheckRequest(city_, "1ABC123");
  checks::v1::Position& position = *request.mutable_place()->mutable_position();
  position.set_latitude_degrees(latitude);
  position.set_longitude_degrees(longitude);
  request.mutable_options()->set_usage(usage);
  if (at) *request.mutable_check_time() = StampOf(*at);
  return Check(request);
}

checks::v1::CheckAnswer Desk::Check(const checks::v1::CheckPlateRequest& request) const {
  constexpr int kTries = 100;
  checks::v1::CheckPlateResponse response;
  for (int i = 0; i < kTries; ++i) {
    const grpc::Status status =
        Call(*daemon_.checks, &ChecksStub::CheckPlate, Device(), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (response.answer().reason() != checks::v1::DECISION_REASON_STALE &&
        response.answer().reason() != checks::v1::DECISION_REASON_BACKEND_UNAVAILABLE) {
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return response.answer();
}

rights::v1::Right Desk::Enrol(const rights::v1::EnrolRightRequest& request) const {
  rights::v1::EnrolRightResponse response;
  const grpc::Status status =
      Call(*daemon_.rights, &RightsStub::EnrolRight, Provider("app"), request, response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.right();
}

std::string Words(const checks::v1::CheckAnswer& answer) {
  return absl::StrCat(
      checks::v1::Decision_Name(answer.decision()).substr(sizeof("DECISION")), " ",
      checks::v1::DecisionReason_Name(answer.reason()).substr(sizeof("DECISION_REASON")), " ",
      answer.basis().zone_version());
}

std::string Words(const zones::v1::Finding& finding) {
  return absl::StrCat(
      zones::v1::FindingSeverity_Name(finding.severity()).substr(sizeof("FINDING_SEVERITY")), " ",
      zones::v1::FindingKind_Name(finding.kind()).substr(sizeof("FINDING_KIND")), " ",
      CodeOf(finding.zone()), finding.field().empty() ? "" : " ", finding.field());
}

std::vector<std::string> Words(const zones::v1::Judgement& judgement) {
  std::vector<std::string> words;
  for (const zones::v1::Finding& finding : judgement.findings()) {
    EXPECT_FALSE(finding.description().empty()) << finding.ShortDebugString();
    words.push_back(Words(finding));
  }
  return words;
}

void HeldClock::Set(absl::Time time) {
  Put(absl::StrCat("'", absl::FormatTime("%Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone()),
                   "'::timestamptz"));
}

void HeldClock::Put(const std::string& expression) {
  sql_.Value(
      absl::StrCat("CREATE OR REPLACE FUNCTION stadspoort.register_time() RETURNS timestamptz "
                   "LANGUAGE sql STABLE AS $$SELECT ",
                   expression, "$$"));
}

Register* DeskTest::database_ = nullptr;
Daemon* DeskTest::daemon_ = nullptr;
Sql* DeskTest::sql_ = nullptr;

void DeskTest::SetUpTestSuite() {
  database_ = new Register();
  daemon_ = database_->Start().release();
  sql_ = new Sql(database_->superuser());
}

void DeskTest::TearDownTestSuite() {
  delete sql_;
  delete daemon_;
  delete database_;
}

void DeskTest::SetUp() {
  static int count = 0;
  desk_ = std::make_unique<Desk>(*daemon_, absl::StrCat("city-", ++count));
  MakeCity(*daemon_, desk_->city());
}

void DeskTest::Restart(absl::FunctionRef<void()> while_down) {
  daemon_->Kill();
  delete daemon_;
  while_down();
  daemon_ = database_->Start().release();
  desk_ = std::make_unique<Desk>(*daemon_, desk_->city());
}

std::string DeskTest::Stored() {
  std::string stored =
      sql_->Value("SELECT zones_version FROM stadspoort.city WHERE city = '" + desk_->city() + "'");
  for (const char* table :
       {"zone", "zone_version", "zone_draft", "zone_change", "request", "journal"}) {
    absl::StrAppend(
        &stored, ", ", table, " ",
        sql_->Value(absl::StrCat("SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' "
                                 "ORDER BY t::text COLLATE \"C\")), '-') FROM stadspoort.",
                                 table, " t WHERE city = '", desk_->city(), "'")));
  }
  return stored;
}

std::string DeskTest::Count(const std::string& table, const std::string& condition) {
  return sql_->Value(absl::StrCat("SELECT count(*) FROM stadspoort.", table, " WHERE city = '",
                                  desk_->city(), "' AND (", condition, ")"));
}

void HeldClockTest::SetUp() {
  clock_ = std::make_unique<HeldClock>(*sql_);
  // What takes force at kStart may follow what a city begins with.
  clock_->Set(kStart - absl::Hours(1));
  DeskTest::SetUp();
  clock_->Set(kStart);
}

void HeldClockTest::TearDown() { clock_.reset(); }

void HeldClockTest::MoveTo(absl::Duration after) { clock_->Set(kStart + after); }

}  // namespace stadspoort::testing
