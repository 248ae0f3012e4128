// Importing zones, all or nothing, and reading them.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using zones::v1::ImportFault;
using zones::v1::ImportResult;
using zones::v1::ImportZonesHeader;
using zones::v1::ImportZonesResponse;
using zones::v1::ListZonesRequest;
using zones::v1::ListZonesResponse;
using zones::v1::Zone;
using ZonesStub = zones::v1::ZonesService::Stub;
using Fields = std::vector<std::string>;

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;

google::protobuf::Timestamp FromNow(absl::Duration ahead) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(absl::Now() + ahead));
  return stamp;
}

void ExpectRefusal(const grpc::Status& status, grpc::StatusCode code, const std::string& reason,
                   const Fields& fields, const std::string& name) {
  EXPECT_EQ(status.error_code(), code) << name << ": " << status.error_message();
  EXPECT_EQ(ReasonOf(status), reason) << name;
  EXPECT_EQ(FieldsOf(status), fields) << name;
}

// A feature with an outline of its own.
std::string Outlined(const std::string& code, const std::string& coordinates) {
  return absl::StrCat(R"({"type":"Feature","properties":{"code":")", code, R"(","name":"Zone )",
                      code, R"("},"geometry":{"type":"Polygon","coordinates":)", coordinates, "}}");
}

// Further properties: a regulation in its JSON form.
std::string Regulated(const std::string& json) { return ",\"regulation\":" + json; }
std::string Frame(const std::string& code, const std::string& from, const std::string& to,
                  const std::string& more = "") {
  return absl::StrCat(R"({"code":")", code, R"(","weekdays":["WEEKDAY_MONDAY"],"fromLocalTime":")",
                      from, R"(","toLocalTime":")", to, "\"", more, "}");
}

class ZonesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = new Register();
    daemon_ = database_->Start().release();
    sql_ = new Sql(database_->superuser());
  }
  static void TearDownTestSuite() {
    delete sql_;
    delete daemon_;
    delete database_;
  }
  void SetUp() override {
    static int count = 0;
    city_ = absl::StrCat("city-", ++count);
    MakeCity(*daemon_, city_);  // with the zones a and b
  }

  ImportZonesHeader Header() {
    ImportZonesHeader header;
    header.set_parent("cities/" + city_);
    zones::v1::ZoneRule& rule = *header.add_rules();
    rule.set_usage(common::v1::USAGE_PAID_PARKING);
    *rule.mutable_regulation() = PlainRegulation();
    return header;
  }
  // "2 created, 0 superseded, 0 unchanged", or what it was refused for.
  std::string Imported(const ImportZonesHeader& header, const std::vector<std::string>& features) {
    std::vector<ImportZonesResponse> answers;
    const grpc::Status status = Import(*daemon_, Admin(), header, Collection(features), &answers);
    if (!status.ok()) return ReasonOf(status);
    EXPECT_FALSE(answers.empty());
    const ImportResult& result = answers.back().result();
    return absl::StrCat(result.created_count(), " created, ", result.superseded_count(),
                        " superseded, ", result.unchanged_count(), " unchanged");
  }
  // "0 a properties.code DUPLICATE_ZONE_CODE"
  Fields FaultsOf(const ImportZonesHeader& header, const std::string& geojson) {
    std::vector<ImportZonesResponse> answers;
    const grpc::Status status = Import(*daemon_, Admin(), header, geojson, &answers);
    ExpectRefusal(status, kInvalid, "IMPORT_REFUSED", {}, geojson.substr(0, 200));
    Fields faults;
    for (const ImportZonesResponse& answer : answers) {
      EXPECT_FALSE(answer.has_result());
      if (!answer.has_fault()) continue;
      const ImportFault& fault = answer.fault();
      EXPECT_FALSE(fault.description().empty());
      faults.push_back(absl::StrCat(fault.feature_index(), " ", fault.zone_code(), " ",
                                    fault.field(), " ", fault.reason()));
    }
    return faults;
  }
  grpc::Status Get(const std::string& code, Zone& zone, absl::Duration at = absl::ZeroDuration(),
                   zones::v1::ZoneView view = zones::v1::ZONE_VIEW_UNSPECIFIED) {
    zones::v1::GetZoneRequest request;
    request.set_name("cities/" + city_ + "/zones/" + code);
    request.set_view(view);
    if (at != absl::ZeroDuration()) *request.mutable_at_time() = FromNow(at);
    zones::v1::GetZoneResponse response;
    const grpc::Status status =
        Call(*daemon_->zones, &ZonesStub::GetZone, Provider("app"), request, response);
    zone = response.zone();
    return status;
  }
  // Everything that is stored of the city's zones.
  std::string Stored() {
    return sql_->Value(absl::StrCat(
        "SELECT (SELECT string_agg(code || zone_version, ' ' ORDER BY code, zone_version) FROM "
        "stadspoort.zone_version WHERE city = '",
        city_,
        "') || '; journal ' || (SELECT count(*) FROM stadspoort.journal WHERE kind = 'ZONE' AND "
        "city = '",
        city_, "')"));
  }

  static Register* database_;
  static Daemon* daemon_;
  static Sql* sql_;
  std::string city_;
};
Register* ZonesTest::database_ = nullptr;
Daemon* ZonesTest::daemon_ = nullptr;
Sql* ZonesTest::sql_ = nullptr;

constexpr char kUntouched[] = "a1 b1; journal 2";

TEST_F(ZonesTest, TheSameImportAgainChangesNothing) {
  EXPECT_EQ(Stored(), kUntouched);
  const std::vector<std::string> same = {SquareFeature("a", 51.05, 3.72),
                                         SquareFeature("b", 51.05, 3.721)};
  EXPECT_EQ(Imported(Header(), same), "0 created, 0 superseded, 2 unchanged");
  EXPECT_EQ(Stored(), kUntouched);
}

TEST_F(ZonesTest, AChangedZoneIsSupersededAndTheOldVersionStaysReadable) {
  ImportZonesHeader ahead = Header();
  *ahead.mutable_in_force_start_time() = FromNow(absl::Hours(24));
  EXPECT_EQ(Imported(ahead, {SquareFeature("a", 51.06, 3.72), SquareFeature("b", 51.05, 3.721),
                             SquareFeature("c", 51.05, 3.722)}),
            "1 created, 1 superseded, 1 unchanged");
  EXPECT_EQ(Stored(), "a1 a2 b1 c1; journal 4");
  Zone now;
  Zone tomorrow;
  ASSERT_TRUE(Get("a", now).ok());
  ASSERT_TRUE(Get("a", tomorrow, absl::Hours(25)).ok());
  EXPECT_EQ(now.zone_version(), 1);
  EXPECT_EQ(tomorrow.zone_version(), 2);
  EXPECT_EQ(now.zone_id(), tomorrow.zone_id());
  EXPECT_EQ(now.zone_id().size(), 16U);
  EXPECT_EQ(now.in_force_end_time().SerializeAsString(),
            tomorrow.in_force_start_time().SerializeAsString());
  EXPECT_FALSE(tomorrow.has_in_force_end_time());
  EXPECT_DOUBLE_EQ(now.polygons(0).outer().vertices(0).latitude_degrees(), 51.05);
  EXPECT_DOUBLE_EQ(tomorrow.polygons(0).outer().vertices(0).latitude_degrees(), 51.06);
  Zone zone;
  ExpectRefusal(Get("c", zone), grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"}, "c, today");
  EXPECT_TRUE(Get("c", zone, absl::Hours(25)).ok());
  // Another version would start before the one that is published ahead.
  EXPECT_EQ(FaultsOf(Header(), Collection({SquareFeature("a", 51.07, 3.72)})),
            Fields({"0 a properties.code ZONE_VERSION_OVERLAP"}));
}

TEST_F(ZonesTest, ValidateOnlyStoresNothing) {
  ImportZonesHeader header = Header();
  header.set_validate_only(true);
  EXPECT_EQ(Imported(header, {SquareFeature("a", 51.06, 3.72), SquareFeature("c", 51.05, 3.73)}),
            "1 created, 1 superseded, 0 unchanged");
  EXPECT_EQ(Stored(), kUntouched);
}

// Each in a file of its own beside a good feature: the good one is not stored either.
TEST_F(ZonesTest, EveryFaultyFeatureIsListedAndNothingIsStored) {
  const std::string type = R"(,"acceptedRightTypes":["cities/)" + city_ + R"(/rightTypes/mauve"])";
  const std::string extension =
      R"({"extensions":[{"zone":"cities/)" + city_ + R"(/zones/mauve"}]})";
  const std::string self = R"({"extensions":[{"zone":"cities/)" + city_ + R"(/zones/bad"}]})";
  const auto square = [](const std::string& more) {
    return SquareFeature("bad", 51.05, 3.73, more);
  };
  const struct {
    const char* name;
    std::string feature;
    std::string fault;  // after the index
  } kRows[] = {
      {"crosses itself",
       Outlined("bad", "[[[3.73,51.05],[3.74,51.06],[3.74,51.05],[3.73,51.06],[3.73,51.05]]]"),
       "bad geometry.coordinates[0] INVALID_GEOMETRY"},
      {"open", Outlined("bad", "[[[3.73,51.05],[3.74,51.05],[3.74,51.06],[3.73,51.06]]]"),
       "bad geometry.coordinates[0] INVALID_GEOMETRY"},
      {"two corners", Outlined("bad", "[[[3.73,51.05],[3.74,51.05],[3.73,51.05]]]"),
       "bad geometry.coordinates[0] INVALID_GEOMETRY"},
      {"out of range", Outlined("bad", "[[[3.73,51.05],[3.74,51.05],[3.74,91],[3.73,51.05]]]"),
       "bad geometry.coordinates[0][2] INVALID_GEOMETRY"},
      {"a point that is none",
       Outlined("bad", R"([[[3.73,51.05],["x",51.05],[3.74,51.06],[3.73,51.05]]])"),
       "bad geometry.coordinates[0][1] INVALID_GEOMETRY"},
      {"no coordinates", Outlined("bad", "[]"), "bad geometry.coordinates INVALID_GEOMETRY"},
      {"a null geometry",
       R"({"type":"Feature","properties":{"code":"bad","name":"x"},"geometry":null})",
       "bad geometry INVALID_GEOMETRY"},
      {"a point",
       R"({"type":"Feature","properties":{"code":"bad","name":"x"},"geometry":{"type":"Point","coordinates":[3.7,51]}})",
       "bad geometry.type INVALID_GEOMETRY"},
      {"duplicate code", SquareFeature("good", 51.05, 3.73),
       "good properties.code DUPLICATE_ZONE_CODE"},
      {"bad code", SquareFeature("Bad Zone", 51.05, 3.73), " properties.code INVALID_FIELD"},
      {"bad usage", square(R"(,"usage":"PARKING")"), "bad properties.usage INVALID_FIELD"},
      {"usage changed", SquareFeature("a", 51.05, 3.72, R"(,"usage":"LOADING")"),
       "a properties.usage USAGE_CHANGED"},
      {"overlapping frames",
       square(Regulated(R"({"frames":[)" + Frame("one", "09:00", "19:00") + "," +
                        Frame("two", "18:00", "23:00") + "]}")),
       "bad properties.regulation.frames[1] OVERLAPPING_FRAMES"},
      {"unknown right type",
       square(Regulated(R"({"frames":[)" + Frame("one", "09:00", "19:00", type) + "]}")),
       "bad properties.regulation.frames[0].accepted_right_types[0] RIGHT_TYPE_NOT_FOUND"},
      {"orphaned extension", square(Regulated(extension)),
       "bad properties.regulation.extensions[0].zone ZONE_NOT_FOUND"},
      {"extension of itself", square(Regulated(self)),
       "bad properties.regulation.extensions[0].zone ZONE_NOT_FOUND"},
      {"grace of 100 minutes", square(Regulated(R"({"graceAfter":"6000s"})")),
       "bad properties.regulation.grace_after INVALID_FIELD"},
      {"hours", square(Regulated(R"({"frames":[)" + Frame("one", "9:00", "19:00") + "]}")),
       "bad properties.regulation.frames[0].from_local_time INVALID_FIELD"},
      {"not a regulation", square(Regulated(R"({"colour":"mauve"})")),
       "bad properties.regulation INVALID_FIELD"},
      {"a regulation of text", square(Regulated("\"free\"")),
       "bad properties.regulation INVALID_FIELD"},
      {"not a feature", "7", " type INVALID_FIELD"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(FaultsOf(Header(), Collection({SquareFeature("good", 51.09, 3.73), row.feature})),
              Fields({"1 " + row.fault}))
        << row.name;
  }
  EXPECT_EQ(Stored(), kUntouched);
}

TEST_F(ZonesTest, AllFaultsOfAFileAreListedInOrder) {
  ImportZonesHeader header = Header();
  header.clear_rules();
  EXPECT_EQ(
      FaultsOf(header, Collection({SquareFeature("c", 51.05, 3.73, R"(,"usage":"LOADING")"),
                                   SquareFeature("d", 51.05, 3.74, Regulated("{}")),
                                   Outlined("e", "[[[3,51],[4,51],[4,52]]]")})),
      Fields({"0 c properties.regulation INVALID_FIELD", "1 d properties.usage INVALID_FIELD",
              "2 e geometry.coordinates[0] INVALID_GEOMETRY", "2 e properties.usage INVALID_FIELD",
              "2 e properties.regulation INVALID_FIELD"}));
  EXPECT_EQ(Stored(), kUntouched);
}

// Latitude first, as many programs write it: far from where the city's other zones are.
TEST_F(ZonesTest, SwappedCoordinatesAreRefused) {
  const Fields faults = FaultsOf(
      Header(), Collection({Outlined(
                    "c", "[[[51.05,3.73],[51.05,3.74],[51.06,3.74],[51.06,3.73],[51.05,3.73]]]")}));
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].substr(faults[0].rfind(' ') + 1), "INVALID_GEOMETRY");
  EXPECT_EQ(Stored(), kUntouched);
}

TEST_F(ZonesTest, UnreadableFilesAreRefusedAsAWhole) {
  std::string deep = R"({"type":"FeatureCollection","features":)";
  deep += std::string(200'000, '[') + std::string(200'000, ']') + "}";
  const struct {
    const char* name;
    std::string file;
  } kRows[] = {
      {"empty", ""},
      {"not JSON", "zones: a, b"},
      {"ends in the middle", Collection({SquareFeature("c", 51.05, 3.73)}).substr(0, 60)},
      {"an array", "[]"},
      {"another type", R"({"type":"Feature"})"},
      {"no features", Collection({})},
      {"features that are no list", R"({"type":"FeatureCollection","features":{}})"},
      {"not UTF-8", "{\"type\":\"FeatureCollection\",\"features\":[\"\xff\xfe\"]}"},
      {"200,000 levels", deep},
  };
  for (const auto& row : kRows) {
    ExpectRefusal(Import(*daemon_, Admin(), Header(), row.file), kInvalid, "UNREADABLE_FILE",
                  {"geojson_chunk"}, row.name);
  }
  EXPECT_EQ(Stored(), kUntouched);
}

TEST_F(ZonesTest, BadHeadersAreRefused) {
  const std::string good = Collection({SquareFeature("c", 51.05, 3.73)});
  ImportZonesHeader header = Header();
  *header.mutable_in_force_start_time() = FromNow(-absl::Hours(1));
  ExpectRefusal(Import(*daemon_, Admin(), header, good), kInvalid, "ZONE_VERSION_OVERLAP",
                {"header.in_force_start_time"}, "past");
  header = Header();
  header.set_parent("ghent");
  ExpectRefusal(Import(*daemon_, Admin(), header, good), kInvalid, "INVALID_NAME",
                {"header.parent"}, "name");
  header.set_parent("cities/atlantis");
  ExpectRefusal(Import(*daemon_, Admin(), header, good), grpc::NOT_FOUND, "CITY_NOT_FOUND", {},
                "unknown city");
  header = Header();
  header.mutable_rules(0)->set_usage(static_cast<common::v1::Usage>(99));
  ExpectRefusal(Import(*daemon_, Admin(), header, good), kInvalid, "INVALID_FIELD",
                {"header.rules[0].usage"}, "usage");
  grpc::ClientContext context;
  Introduce(Admin(), context);
  const auto stream = daemon_->zones->ImportZones(&context);
  zones::v1::ImportZonesRequest chunk;
  chunk.set_geojson_chunk(good);
  stream->Write(chunk);
  stream->WritesDone();
  ExpectRefusal(stream->Finish(), kInvalid, "INVALID_FIELD", {"header"}, "no header");
  EXPECT_EQ(Stored(), kUntouched);
}

TEST_F(ZonesTest, ViewsAndPages) {
  ASSERT_EQ(Imported(Header(), {SquareFeature("d", 51.05, 3.73), SquareFeature("c", 51.05, 3.74),
                                SquareFeature("0-z", 51.05, 3.75)}),
            "3 created, 0 superseded, 0 unchanged");
  Zone zone;
  ASSERT_TRUE(Get("a", zone).ok());
  EXPECT_EQ(zone.polygons(0).outer().vertices_size(), 4);
  EXPECT_EQ(zone.regulation().SerializeAsString(), PlainRegulation().SerializeAsString());
  EXPECT_EQ(zone.usage(), common::v1::USAGE_PAID_PARKING);
  ASSERT_TRUE(Get("a", zone, {}, zones::v1::ZONE_VIEW_BASIC).ok());
  EXPECT_EQ(zone.polygons_size(), 0);
  EXPECT_FALSE(zone.has_regulation());
  EXPECT_EQ(zone.vertex_count(), 4);
  ExpectRefusal(Get("mauve", zone), grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"}, "unknown");
  ExpectRefusal(Get("A b", zone), kInvalid, "INVALID_NAME", {"name"}, "name");

  for (const int size : {0, 1, 2, 5, 1000}) {
    ListZonesRequest request;
    request.set_parent("cities/" + city_);
    request.set_page_size(size);
    Fields names;
    do {
      ListZonesResponse response;
      const grpc::Status status =
          Call(*daemon_->zones, &ZonesStub::ListZones, Clerk(), request, response);
      ASSERT_TRUE(status.ok()) << status.error_message();
      for (const Zone& listed : response.zones()) {
        names.push_back(listed.name().substr(listed.name().rfind('/') + 1));
        EXPECT_FALSE(listed.has_regulation());
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(names, Fields({"0-z", "a", "b", "c", "d"})) << size;
  }
}

TEST_F(ZonesTest, BadListsAreRefused) {
  ListZonesRequest request;
  request.set_parent("cities/" + city_);
  const auto list = [](const ListZonesRequest& asked) {
    ListZonesResponse response;
    return Call(*daemon_->zones, &ZonesStub::ListZones, Clerk(), asked, response);
  };
  for (const int size : {-1, 1001}) {
    request.set_page_size(size);
    ExpectRefusal(list(request), kInvalid, "INVALID_FIELD", {"page_size"}, absl::StrCat(size));
  }
  request.set_page_size(0);
  request.set_page_token("No Such Token");
  ExpectRefusal(list(request), kInvalid, "INVALID_PAGE_TOKEN", {"page_token"}, "token");
  request.clear_page_token();
  request.set_parent("cities/atlantis");
  ExpectRefusal(list(request), grpc::NOT_FOUND, "CITY_NOT_FOUND", {}, "city");
}

}  // namespace
}  // namespace stadspoort::testing
