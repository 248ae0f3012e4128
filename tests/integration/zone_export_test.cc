// What is exported can be imported again, and says the same.
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using zones::v1::ImportZonesHeader;
using zones::v1::Regulation;
using zones::v1::ZoneDraft;

std::string FileOf(const std::string& name) {
  const std::ifstream file(std::string(STADSPOORT_SOURCE_DIR) + "/tests/scenarios/ghent/" + name);
  EXPECT_TRUE(file.good()) << name;
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

std::vector<std::string> CodesIn(const std::string& geojson) {
  const nlohmann::json collection = nlohmann::json::parse(geojson, nullptr, false);
  std::vector<std::string> codes;
  if (!collection.is_object()) return codes;
  for (const nlohmann::json& feature : collection["features"]) {
    codes.push_back(feature["properties"]["code"].get<std::string>());
  }
  return codes;
}

common::v1::Window Evening() {
  common::v1::Window window;
  window.add_weekdays(common::v1::WEEKDAY_FRIDAY);
  window.add_weekdays(common::v1::WEEKDAY_SUNDAY);
  window.set_from_local_time("22:00");
  window.set_to_local_time("02:00");
  return window;
}

// Something of everything that a regulation can say.
Regulation FullRegulation(const Desk& desk) {
  Regulation regulation = PlainRegulation();
  zones::v1::TimeFrame& frame = *regulation.mutable_frames(0);
  frame.set_code("dag & \"nacht\" é");
  frame.mutable_season()->set_first_day("10-01");
  frame.mutable_season()->set_last_day("03-31");
  frame.add_accepted_right_types(desk.Parent() + "/rightTypes/resident");
  frame.mutable_max_stay()->set_seconds(int64_t{3} * 3600);
  frame.mutable_no_return_gap()->set_seconds(1800);
  zones::v1::FarePart& first = *frame.add_fare_parts();
  first.mutable_applies_for()->set_seconds(3600);
  first.set_step_price_cents(50);
  first.mutable_step()->set_seconds(900);
  first.set_cap_cents(200);
  frame.add_fare_parts()->set_step_price_cents(750);
  zones::v1::TimeFrame& holiday = *regulation.add_frames();
  holiday.set_code("holiday");
  holiday.set_special_day("HOLIDAY");
  holiday.set_from_local_time("10:00");
  holiday.set_to_local_time("12:00");
  holiday.add_accepted_kinds(common::v1::RIGHT_KIND_PAID);
  zones::v1::SpecialDayRule& rule = *regulation.add_special_day_rules();
  rule.set_special_day("HOLIDAY");
  rule.set_mode(zones::v1::SPECIAL_DAY_MODE_REPLACE);
  const absl::Time now = absl::Now();
  zones::v1::ClosedPeriod& closed = *regulation.add_closed_periods();
  closed.set_display_name("Gentse Feesten");
  *closed.mutable_start_time() = StampOf(absl::FromUnixMicros(absl::ToUnixMicros(now)));
  *closed.mutable_end_time() = StampOf(absl::FromUnixSeconds(absl::ToUnixSeconds(now) + 3600));
  zones::v1::Overlay& overlay = *regulation.add_overlays();
  overlay.set_display_name("Markt");
  *overlay.mutable_start_time() = closed.end_time();
  *overlay.mutable_end_time() = StampOf(TimeOf(closed.end_time()) + absl::Hours(24));
  *overlay.add_frames() = PlainRegulation().frames(0);
  *overlay.add_special_day_rules() = rule;
  zones::v1::ValidityExtension& extension = *regulation.add_extensions();
  extension.set_zone(desk.Zone("b"));
  extension.add_right_types(desk.Parent() + "/rightTypes/paid");
  *extension.add_windows() = Evening();
  zones::v1::Restriction& restriction = *regulation.add_restrictions();
  restriction.add_right_types(desk.Parent() + "/rightTypes/resident");
  *restriction.add_windows() = Evening();
  zones::v1::SellingPoint& point = *regulation.add_selling_points();
  point.set_selling_point_id("9000-117");
  point.set_latitude_degrees(51.0505);
  point.set_longitude_degrees(3.7225);
  regulation.add_selling_points()->set_selling_point_id("app");
  regulation.set_capacity_count(120);
  return regulation;
}

class ZoneExportTest : public DeskTest {
 protected:
  ImportZonesHeader Header() {
    ImportZonesHeader header;
    header.set_parent(desk().Parent());
    return header;
  }
  ImportZonesHeader PlainHeader() {
    ImportZonesHeader header = Header();
    zones::v1::ZoneRule& rule = *header.add_rules();
    rule.set_usage(common::v1::USAGE_PAID_PARKING);
    *rule.mutable_regulation() = PlainRegulation();
    return header;
  }
  void ExpectUnchanged(const std::string& exported) {
    const std::string before = Stored();
    EXPECT_EQ(desk().Import(Header(), exported),
              absl::StrCat("0 created, 0 superseded, ", CodesIn(exported).size(), " unchanged"));
    EXPECT_EQ(Stored(), before);
    EXPECT_TRUE(desk().Export() == exported) << "byte for byte";
  }
};

TEST_F(ZoneExportTest, Ghent) {
  ImportZonesHeader header;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(FileOf("rules.json"), &header).ok());
  header.set_parent(desk().Parent());
  ASSERT_TRUE(desk().Retire("a").ok());
  ASSERT_TRUE(desk().Retire("b").ok());
  const std::string file = FileOf("tariff-zones-2017.geojson");
  ASSERT_EQ(desk().Import(header, file), "18 created, 0 superseded, 0 unchanged");
  const std::string exported = desk().Export();
  std::vector<std::string> codes = CodesIn(file);
  std::sort(codes.begin(), codes.end());
  EXPECT_EQ(CodesIn(exported), codes);
  ExpectUnchanged(exported);
  // After nothing of it is in force any more, the file brings all of it back.
  for (const std::string& code : codes) ASSERT_TRUE(desk().Retire(code).ok()) << code;
  EXPECT_EQ(CodesIn(desk().Export()), std::vector<std::string>());
  EXPECT_EQ(desk().Import(Header(), exported), "0 created, 18 superseded, 0 unchanged");
  EXPECT_TRUE(desk().Export() == exported);
}

TEST_F(ZoneExportTest, NothingThatAZoneSaysIsLost) {
  ZoneDraft draft = desk().NewDraft("c");
  draft.set_display_name("Naam \"met\" \\ en é\n");
  *draft.mutable_regulation() = FullRegulation(desk());
  draft.mutable_polygons(0)->mutable_outer()->mutable_vertices(0)->set_latitude_degrees(51.0500001);
  zones::v1::Ring& hole = *draft.mutable_polygons(0)->add_holes();
  for (const auto& [latitude, longitude] :
       {std::pair(51.0503, 3.7223), std::pair(51.0507, 3.7223), std::pair(51.0507, 3.7227)}) {
    zones::v1::Vertex& vertex = *hole.add_vertices();
    vertex.set_latitude_degrees(latitude + 1e-13);
    vertex.set_longitude_degrees(longitude);
  }
  *draft.add_polygons() = desk().NewDraft("e").polygons(0);
  desk().Enact(draft);
  ZoneDraft free = desk().NewDraft("d");
  free.set_usage(common::v1::USAGE_TIME_LIMITED);
  free.clear_regulation();
  desk().Enact(free);
  const std::string before = desk().Get("c").response.zone().SerializeAsString();
  EXPECT_EQ(desk().Get("c").response.zone().regulation().SerializeAsString(),
            draft.regulation().SerializeAsString());
  const std::string exported = desk().Export();
  EXPECT_EQ(CodesIn(exported), (std::vector<std::string>{"a", "b", "c", "d"}));
  ExpectUnchanged(exported);
  EXPECT_EQ(desk().Get("c").response.zone().SerializeAsString(), before);
}

// Several pages and several chunks.
TEST_F(ZoneExportTest, AThousandZones) {
  constexpr int kColumns = 20;
  constexpr int kRows = 50;
  std::vector<std::string> features;
  std::vector<std::string> codes = {"a", "b"};
  for (int column = 0; column < kColumns; ++column) {
    // What makes more than a chunk of them.
    const std::string period =
        absl::StrCat(R"({"displayName":")", std::string(200, static_cast<char>('a' + column)),
                     R"(","startTime":"2026-01-01T00:00:00Z","endTime":"2100-01-01T00:00:00Z"})");
    const std::string regulation = absl::StrCat(R"(,"regulation":{"closedPeriods":[)", period, ",",
                                                period, ",", period, ",", period, "]}");
    for (int row = 0; row < kRows; ++row) {
      codes.push_back(absl::StrCat("z-", column, "-", row));
      features.push_back(
          SquareFeature(codes.back(), 51.1 + row * 0.001, 3.8 + column * 0.001, regulation));
    }
  }
  std::vector<zones::v1::ImportZonesResponse> answers;
  ASSERT_TRUE(Import(*daemon_, Admin(), PlainHeader(), Collection(features), &answers).ok());
  EXPECT_EQ(answers.back().result().created_count(), 1000);
  // It takes force a second after it is written, and progress is told more often than that.
  std::vector<int> phases;
  for (const auto& answer : answers) {
    if (!answer.has_progress()) continue;
    phases.push_back(answer.progress().phase());
    EXPECT_LE(answer.progress().features_done_count(), 1000);
    EXPECT_EQ(answer.progress().features_total_count(), 1000);
  }
  ASSERT_FALSE(phases.empty());
  EXPECT_TRUE(std::is_sorted(phases.begin(), phases.end()));
  EXPECT_EQ(phases.back(), zones::v1::IMPORT_PHASE_STORING);
  std::sort(codes.begin(), codes.end());
  const std::string exported = desk().Export();
  EXPECT_GT(exported.size(), size_t{1} << 20);
  EXPECT_EQ(CodesIn(exported), codes);
  ExpectUnchanged(exported);
}

TEST_F(ZoneExportTest, AnEarlierMomentIsExportedAsItWas) {
  const std::string first = desk().Export();
  const absl::Time then = absl::Now();
  ZoneDraft changed = desk().NewDraft("a");
  changed.set_display_name("Kouter");
  desk().Enact(changed);
  desk().Enact(desk().NewDraft("c"), absl::Now() + absl::Hours(1));
  ASSERT_TRUE(desk().Retire("b").ok());
  EXPECT_TRUE(desk().Export(then) == first);
  EXPECT_EQ(CodesIn(desk().Export()), std::vector<std::string>{"a"});
  EXPECT_EQ(CodesIn(desk().Export(absl::Now() + absl::Hours(2))),
            (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(CodesIn(desk().Export(then - absl::Hours(1))), std::vector<std::string>());
  // The way back.
  EXPECT_EQ(desk().Import(Header(), first), "0 created, 2 superseded, 0 unchanged");
  EXPECT_TRUE(desk().Export() == first);
}

// What is published for tomorrow is not there today: an import for now is no repetition of it.
TEST_F(ZoneExportTest, AnImportIsComparedWithWhatHolds) {
  ImportZonesHeader ahead = PlainHeader();
  *ahead.mutable_in_force_start_time() = StampOf(absl::Now() + absl::Hours(24));
  const std::string moved = Collection({SquareFeature("a", 51.0505, 3.72)});
  EXPECT_EQ(desk().Import(ahead, moved), "0 created, 1 superseded, 0 unchanged");
  EXPECT_EQ(desk().Import(ahead, moved), "0 created, 0 superseded, 1 unchanged") << "sent again";
  const std::string before = Stored();
  EXPECT_EQ(desk().Import(PlainHeader(), moved), "IMPORT_REFUSED") << "now, not tomorrow";
  EXPECT_EQ(Stored(), before);
}

TEST_F(ZoneExportTest, AFileBecomesDrafts) {
  ImportZonesHeader header = PlainHeader();
  header.set_as_drafts(true);
  // The second crosses itself: readable, and judged later.
  const std::string file = Collection(
      {SquareFeature("a", 51.0502, 3.72),
       R"({"type":"Feature","properties":{"code":"c","name":"Zone c"},"geometry":{"type":"Polygon",)"
       R"("coordinates":[[[3.73,51.05],[3.74,51.06],[3.74,51.05],[3.73,51.06],[3.73,51.05]]]}})"});
  header.set_validate_only(true);
  const std::string before = Stored();
  std::vector<zones::v1::ImportZonesResponse> answers;
  ASSERT_TRUE(Import(*daemon_, Admin(), header, file, &answers).ok());
  EXPECT_EQ(answers.back().result().drafted_count(), 2);
  EXPECT_EQ(Stored(), before);
  header.set_validate_only(false);
  answers.clear();
  ASSERT_TRUE(Import(*daemon_, Admin(), header, file, &answers).ok());
  EXPECT_EQ(answers.back().result().drafted_count(), 2);
  EXPECT_FALSE(answers.back().result().has_in_force_start_time());
  EXPECT_EQ(Count("zone_draft"), "2");
  EXPECT_EQ(desk().Drawn("a").response.draft().base_zone_version(), 1);
  EXPECT_EQ(desk().Drawn("c").response.draft().base_zone_version(), 0);
  EXPECT_EQ(desk().VersionAt("a"), 1);
  EXPECT_EQ(Words(desk().Validate({"c"}).response.judgement()),
            std::vector<std::string>{"ERROR INVALID_GEOMETRY c polygons[0][0]"});
  ASSERT_TRUE(desk().Validate({"a"}).ok());
  EXPECT_TRUE(desk().Publish({"a"}).ok());
  // What cannot be read is a fault, and then nothing is stored.
  const std::string stored = Stored();
  EXPECT_EQ(
      desk().Import(header, Collection({SquareFeature("d", 51.05, 3.73),
                                        SquareFeature("e", 51.05, 3.74, R"(,"usage":"PARKING")")})),
      "IMPORT_REFUSED");
  EXPECT_EQ(Stored(), stored);
}

// A file that was exported, changed by hand and imported undoes nothing that it never saw.
TEST_F(ZoneExportTest, AnOldFileUndoesNothing) {
  std::string cursor;
  const std::string exported = desk().Export(std::nullopt, &cursor);
  ASSERT_FALSE(cursor.empty());
  EXPECT_TRUE(absl::EndsWith(cursor, "~" + desk().Changes().response.next_cursor())) << cursor;
  ImportZonesHeader header = Header();
  header.set_cursor(cursor);
  EXPECT_EQ(desk().Import(header, exported), "0 created, 0 superseded, 2 unchanged");

  // A colleague renames a.
  ZoneDraft renamed = desk().NewDraft("a");
  renamed.set_display_name("Markt");
  desk().Enact(renamed);
  std::string changed = exported;
  const std::string name = R"("name":"Zone b")";
  ASSERT_NE(changed.find(name), std::string::npos) << exported;
  changed.replace(changed.find(name), name.size(), R"("name":"Kouter")");
  const std::string before = Stored();
  for (const bool as_drafts : {false, true}) {
    header.set_as_drafts(as_drafts);
    std::vector<zones::v1::ImportZonesResponse> answers;
    const grpc::Status refused = Import(*daemon_, Admin(), header, changed, &answers);
    EXPECT_EQ(ReasonOf(refused), "IMPORT_REFUSED");
    std::vector<zones::v1::ImportFault> faults;
    for (const auto& answer : answers) {
      if (answer.has_fault()) faults.push_back(answer.fault());
    }
    ASSERT_EQ(faults.size(), 1U) << "b is as the file knows it";
    EXPECT_EQ(faults[0].zone_code(), "a");
    EXPECT_EQ(faults[0].reason(), "STALE_ETAG");
    EXPECT_EQ(faults[0].field(), "properties.code");
    EXPECT_EQ(faults[0].feature_index(), 0);
    EXPECT_EQ(Stored(), before);
  }
  header.set_as_drafts(false);
  // Without the cursor whatever the file says is done, as ever.
  header.clear_cursor();
  header.set_validate_only(true);
  EXPECT_EQ(desk().Import(header, changed), "0 created, 2 superseded, 0 unchanged");
  header.set_validate_only(false);
  // Exported anew it goes in, and once more, and then it is old itself.
  changed = desk().Export(std::nullopt, &cursor);
  changed.replace(changed.find(name), name.size(), R"("name":"Kouter")");
  header.set_cursor(cursor);
  EXPECT_EQ(desk().Import(header, changed), "0 created, 1 superseded, 1 unchanged");
  EXPECT_EQ(desk().Import(header, changed), "0 created, 0 superseded, 2 unchanged");
  ASSERT_TRUE(desk().Retire("b").ok());
  EXPECT_EQ(desk().Import(header, changed), "IMPORT_REFUSED") << "b has ended since";
}

// The file has what was in force; its author never saw what was published ahead.
TEST_F(ZoneExportTest, AFileUndoesNothingThatWasPublishedAheadOfIt) {
  ZoneDraft renamed = desk().NewDraft("a");
  renamed.set_display_name("Markt");
  const absl::Time start = absl::Now() + absl::Hours(1);
  desk().Enact(renamed, start);
  std::string cursor;
  const std::string exported = desk().Export(std::nullopt, &cursor);
  ImportZonesHeader header = Header();
  header.set_validate_only(true);
  header.set_cursor(cursor);
  // When that has taken force, its rules would be undone.
  *header.mutable_in_force_start_time() = StampOf(start + absl::Hours(1));
  std::vector<zones::v1::ImportZonesResponse> answers;
  EXPECT_EQ(ReasonOf(Import(*daemon_, Admin(), header, exported, &answers)), "IMPORT_REFUSED");
  std::vector<std::string> stale;
  for (const auto& answer : answers) {
    if (answer.has_fault()) stale.push_back(answer.fault().zone_code() + answer.fault().reason());
  }
  EXPECT_EQ(stale, std::vector<std::string>{"aSTALE_ETAG"});
  // Of a moment at which it holds, its author has seen it.
  const std::string later = desk().Export(start + absl::Minutes(30), &cursor);
  header.set_cursor(cursor);
  EXPECT_EQ(desk().Import(header, later), "0 created, 0 superseded, 2 unchanged");
  std::string changed = later;
  const std::string name = R"("name":"Markt")";
  ASSERT_NE(changed.find(name), std::string::npos) << later;
  changed.replace(changed.find(name), name.size(), R"("name":"Kouter")");
  EXPECT_EQ(desk().Import(header, changed), "0 created, 1 superseded, 1 unchanged");
  // Without a cursor whatever the file says is done, as ever.
  header.clear_cursor();
  EXPECT_EQ(desk().Import(header, exported), "0 created, 1 superseded, 1 unchanged");
}

TEST_F(ZoneExportTest, BadCursorsOfImportsAreRefused) {
  ImportZonesHeader header = PlainHeader();
  const std::string file = Collection({SquareFeature("c", 51.05, 3.74)});
  std::string cursor;
  desk().Export(std::nullopt, &cursor);
  const std::string before = Stored();
  for (const bool as_drafts : {false, true}) {
    header.set_as_drafts(as_drafts);
    header.set_cursor("yesterday");
    ExpectRefusal(Import(*daemon_, Admin(), header, file), grpc::INVALID_ARGUMENT,
                  "INVALID_PAGE_TOKEN", {"header.cursor"}, "no cursor");
    header.set_cursor(cursor.substr(0, cursor.rfind('~')) + "~1");
    ExpectRefusal(Import(*daemon_, Admin(), header, file), grpc::FAILED_PRECONDITION, "CURSOR_LOST",
                  {"header.cursor"}, "of another history");
    header.set_cursor("999~a~9~1");
    ExpectRefusal(Import(*daemon_, Admin(), header, file), grpc::FAILED_PRECONDITION, "CURSOR_LOST",
                  {"header.cursor"}, "of one that has gone further");
  }
  EXPECT_EQ(Stored(), before);
}

// What a colleague is drawing is not lost to a file.
TEST_F(ZoneExportTest, AFileLeavesOtherDraftsAlone) {
  ImportZonesHeader header = Header();
  header.set_as_drafts(true);
  const std::string exported = desk().Export();
  EXPECT_EQ(desk().Import(header, exported), "0 created, 0 superseded, 0 unchanged");
  ASSERT_TRUE(desk().Validate({"b"}).ok());
  EXPECT_EQ(desk().Import(header, exported), "0 created, 0 superseded, 2 unchanged");
  EXPECT_EQ(desk().Drawn("b").response.draft().state(), zones::v1::ZONE_DRAFT_STATE_VALIDATED)
      << "the same once more takes nothing back";
  ZoneDraft other;
  other.set_name(desk().Draft("a"));
  other.set_display_name("Markt");
  ASSERT_TRUE(desk().Update(other, {"display_name"}).ok());
  const std::string before = Stored();
  std::vector<zones::v1::ImportZonesResponse> answers;
  EXPECT_EQ(ReasonOf(Import(*daemon_, Admin(), header, exported, &answers)), "IMPORT_REFUSED");
  ASSERT_TRUE(answers.back().has_fault());
  EXPECT_EQ(answers.back().fault().zone_code(), "a");
  EXPECT_EQ(answers.back().fault().reason(), "DRAFT_EXISTS");
  EXPECT_EQ(Stored(), before);
  header.set_replace_drafts(true);
  answers.clear();
  ASSERT_TRUE(Import(*daemon_, Admin(), header, exported, &answers).ok());
  EXPECT_EQ(answers.back().result().drafted_count(), 1);
  EXPECT_EQ(answers.back().result().unchanged_count(), 1);
  EXPECT_EQ(desk().Drawn("a").response.draft().display_name(), "Zone a");
}

// The version that is published ahead would hold for an hour only: that may be meant, or not.
TEST_F(ZoneExportTest, AFileThatPassesOverAVersionAheadSaysSo) {
  const std::string exported = desk().Export();
  ZoneDraft ahead = desk().NewDraft("a");
  ahead.set_display_name("Markt");
  desk().Enact(ahead, absl::Now() + absl::Hours(1));
  ImportZonesHeader header = Header();
  *header.mutable_in_force_start_time() = StampOf(absl::Now() + absl::Hours(2));
  header.set_validate_only(true);
  std::vector<zones::v1::ImportZonesResponse> answers;
  ASSERT_TRUE(Import(*daemon_, Admin(), header, exported, &answers).ok());
  std::vector<std::string> warnings;
  for (const auto& answer : answers) {
    if (answer.has_warning()) warnings.push_back(Words(answer.warning()));
  }
  EXPECT_EQ(warnings, std::vector<std::string>{"WARNING VERSION_OVERLAP a in_force_start_time"});
}

TEST_F(ZoneExportTest, BadExportsAreRefused) {
  const auto status_of = [](const std::string& parent) {
    zones::v1::ExportZonesRequest request;
    request.set_parent(parent);
    grpc::ClientContext context;
    Introduce(Clerk(), context);
    const auto reader = daemon_->zones->ExportZones(&context, request);
    zones::v1::ExportZonesResponse response;
    EXPECT_FALSE(reader->Read(&response));
    return reader->Finish();
  };
  ExpectRefusal(status_of("ghent"), grpc::INVALID_ARGUMENT, "INVALID_NAME", {"parent"}, "name");
  ExpectRefusal(status_of("cities/atlantis"), grpc::NOT_FOUND, "CITY_NOT_FOUND", {}, "city");
}

}  // namespace
}  // namespace stadspoort::testing
