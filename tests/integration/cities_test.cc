// Cities, their calendar and their right types: every method and every refusal.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using cities::v1::Calendar;
using cities::v1::City;
using cities::v1::CreateCityRequest;
using cities::v1::UpdateCityRequest;
using CitiesStub = cities::v1::CitiesService::Stub;
using Fields = std::vector<std::string>;

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;

void ExpectRefusal(const grpc::Status& status, grpc::StatusCode code, const std::string& reason,
                   const Fields& fields, const std::string& name) {
  EXPECT_EQ(status.error_code(), code) << name << ": " << status.error_message();
  EXPECT_EQ(ReasonOf(status), reason) << name;
  EXPECT_EQ(FieldsOf(status), fields) << name;
}

class CitiesTest : public ::testing::Test {
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
    name_ = "cities/" + city_;
  }

  CreateCityRequest NewCity() {
    CreateCityRequest request;
    request.set_city_id(city_);
    request.mutable_city()->set_display_name("Gent");
    request.mutable_city()->set_time_zone("Europe/Brussels");
    return request;
  }
  grpc::Status Create(const CreateCityRequest& request, City* city = nullptr) {
    cities::v1::CreateCityResponse response;
    const grpc::Status status =
        Call(*daemon_->cities, &CitiesStub::CreateCity, Operator(), request, response);
    if (city != nullptr) *city = response.city();
    return status;
  }
  City Created() {
    City city;
    const grpc::Status status = Create(NewCity(), &city);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return city;
  }
  grpc::Status Get(const std::string& name, City& city) {
    cities::v1::GetCityRequest request;
    request.set_name(name);
    cities::v1::GetCityResponse response;
    const grpc::Status status =
        Call(*daemon_->cities, &CitiesStub::GetCity, Provider("app"), request, response);
    city = response.city();
    return status;
  }
  grpc::Status Update(const City& city, const Fields& paths, City* updated = nullptr,
                      bool validate_only = false) {
    UpdateCityRequest request;
    request.set_validate_only(validate_only);
    *request.mutable_city() = city;
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    cities::v1::UpdateCityResponse response;
    const grpc::Status status =
        Call(*daemon_->cities, &CitiesStub::UpdateCity, Admin(), request, response);
    if (updated != nullptr) *updated = response.city();
    return status;
  }
  grpc::Status PutCalendar(const Calendar& calendar, Calendar* updated = nullptr,
                           bool validate_only = false) {
    cities::v1::UpdateCalendarRequest request;
    request.set_validate_only(validate_only);
    *request.mutable_calendar() = calendar;
    cities::v1::UpdateCalendarResponse response;
    const grpc::Status status =
        Call(*daemon_->cities, &CitiesStub::UpdateCalendar, Admin(), request, response);
    if (updated != nullptr) *updated = response.calendar();
    return status;
  }
  Calendar GetCalendar() {
    cities::v1::GetCalendarRequest request;
    request.set_name(name_ + "/calendar");
    cities::v1::GetCalendarResponse response;
    const grpc::Status status =
        Call(*daemon_->cities, &CitiesStub::GetCalendar, Provider("app"), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.calendar();
  }
  std::string Journalled(const std::string& kind) {
    return sql_->Value(
        absl::StrCat("SELECT string_agg(version::text || ' ' || actor, ', ' ORDER BY version) FROM "
                     "stadspoort.journal WHERE kind = '",
                     kind, "' AND city = '", city_, "'"));
  }

  static Register* database_;
  static Daemon* daemon_;
  static Sql* sql_;
  std::string city_;
  std::string name_;
};
Register* CitiesTest::database_ = nullptr;
Daemon* CitiesTest::daemon_ = nullptr;
Sql* CitiesTest::sql_ = nullptr;

void AddDay(Calendar& calendar, const std::string& date, const std::string& label) {
  cities::v1::SpecialDay& day = *calendar.add_special_days();
  day.set_date(date);
  day.set_label(label);
}

TEST_F(CitiesTest, ANewCityHasTheDefaults) {
  const City city = Created();
  EXPECT_EQ(city.name(), name_);
  EXPECT_EQ(city.display_name(), "Gent");
  EXPECT_EQ(city.time_zone(), "Europe/Brussels");
  ASSERT_EQ(city.languages_size(), 1);
  EXPECT_EQ(city.languages(0), "nl");
  EXPECT_EQ(city.look_back().seconds(), 48 * 3600);
  EXPECT_EQ(city.degraded_limit().seconds(), 15 * 60);
  EXPECT_EQ(city.end_in_the_past_limit().seconds(), 3600);
  EXPECT_EQ(city.open_end_limit().seconds(), 24 * 3600);
  EXPECT_EQ(city.confidence_threshold(), 0);
  EXPECT_FALSE(city.etag().empty());
  EXPECT_TRUE(city.has_create_time());
  City got;
  ASSERT_TRUE(Get(name_, got).ok());
  EXPECT_EQ(got.SerializeAsString(), city.SerializeAsString());
  EXPECT_EQ(GetCalendar().special_days_size(), 0);
  EXPECT_EQ(Journalled("CITY"), "1 tester");
  EXPECT_EQ(Journalled("CALENDAR"), "1 tester");
  ExpectRefusal(Create(NewCity()), grpc::ALREADY_EXISTS, "CITY_EXISTS", {}, "again");
  EXPECT_EQ(Journalled("CITY"), "1 tester");
}

TEST_F(CitiesTest, SettingsOutsideTheirBoundsAreRefusedByCreateAndUpdate) {
  const City present = Created();
  const struct {
    const char* path;
    std::function<void(City&)> set;
    bool accepted;
    const char* field = "";
  } kRows[] = {
      {"look_back", [](City& c) { c.mutable_look_back()->set_seconds(3599); }, false},
      {"look_back", [](City& c) { c.mutable_look_back()->set_seconds(3600); }, true},
      {"look_back", [](City& c) { c.mutable_look_back()->set_seconds(int64_t{30} * 86400); }, true},
      {"look_back", [](City& c) { c.mutable_look_back()->set_seconds(30 * 86400 + 1); }, false},
      {"degraded_limit", [](City& c) { c.mutable_degraded_limit()->set_seconds(-1); }, false},
      {"degraded_limit", [](City& c) { c.mutable_degraded_limit()->set_seconds(0); }, true},
      {"degraded_limit", [](City& c) { c.mutable_degraded_limit()->set_seconds(86400); }, true},
      {"degraded_limit", [](City& c) { c.mutable_degraded_limit()->set_seconds(86401); }, false},
      {"end_in_the_past_limit", [](City& c) { c.mutable_end_in_the_past_limit()->set_seconds(-1); },
       false},
      {"end_in_the_past_limit",
       [](City& c) { c.mutable_end_in_the_past_limit()->set_seconds(int64_t{7} * 86400); }, true},
      {"end_in_the_past_limit",
       [](City& c) { c.mutable_end_in_the_past_limit()->set_seconds(7 * 86400 + 1); }, false},
      {"open_end_limit", [](City& c) { c.mutable_open_end_limit()->set_seconds(3599); }, false},
      {"open_end_limit",
       [](City& c) { c.mutable_open_end_limit()->set_seconds(int64_t{366} * 86400); }, true},
      {"open_end_limit", [](City& c) { c.mutable_open_end_limit()->set_seconds(366 * 86400 + 1); },
       false},
      {"confidence_threshold", [](City& c) { c.set_confidence_threshold(-1); }, false},
      {"confidence_threshold", [](City& c) { c.set_confidence_threshold(100); }, true},
      {"confidence_threshold", [](City& c) { c.set_confidence_threshold(101); }, false},
      {"display_name", [](City& c) { c.set_display_name(""); }, false},
      {"display_name", [](City& c) { c.set_display_name(std::string(100, 'n')); }, true},
      {"display_name", [](City& c) { c.set_display_name(std::string(101, 'n')); }, false},
      {"languages",
       [](City& c) {
         c.clear_languages();
         c.add_languages("fr");
         c.add_languages("xx");
       },
       false, "city.languages[1]"},
  };
  int version = 1;
  for (const auto& row : kRows) {
    const Fields fields = {*row.field == '\0' ? absl::StrCat("city.", row.path) : row.field};
    City wanted = present;
    wanted.clear_etag();
    row.set(wanted);
    CreateCityRequest create = NewCity();
    create.set_city_id("refused");
    row.set(*create.mutable_city());
    if (row.accepted) {
      const grpc::Status status = Update(wanted, {row.path});
      EXPECT_TRUE(status.ok()) << row.path << ": " << status.error_message();
      ++version;
    } else {
      ExpectRefusal(Update(wanted, {row.path}), kInvalid, "INVALID_FIELD", fields, row.path);
      ExpectRefusal(Create(create), kInvalid, "INVALID_FIELD", fields, row.path);
    }
  }
  EXPECT_EQ(sql_->Value("SELECT version FROM stadspoort.city WHERE city = '" + city_ + "'"),
            absl::StrCat(version));
  EXPECT_EQ(sql_->Value("SELECT count(*) FROM stadspoort.city WHERE city = 'refused'"), "0");
}

TEST_F(CitiesTest, BadCitiesAreRefused) {
  const struct {
    const char* name;
    std::function<void(CreateCityRequest&)> spoil;
    const char* reason;
    Fields fields;
  } kRows[] = {
      {"no id", [](auto& r) { r.clear_city_id(); }, "INVALID_FIELD", {"city_id"}},
      {"capitals", [](auto& r) { r.set_city_id("Ghent"); }, "INVALID_FIELD", {"city_id"}},
      {"one letter", [](auto& r) { r.set_city_id("g"); }, "INVALID_FIELD", {"city_id"}},
      {"33 letters",
       [](auto& r) { r.set_city_id(std::string(33, 'g')); },
       "INVALID_FIELD",
       {"city_id"}},
      {"a slash", [](auto& r) { r.set_city_id("ghent/zones"); }, "INVALID_FIELD", {"city_id"}},
      {"no time zone",
       [](auto& r) { r.mutable_city()->clear_time_zone(); },
       "UNKNOWN_TIME_ZONE",
       {"city.time_zone"}},
      {"unknown time zone",
       [](auto& r) { r.mutable_city()->set_time_zone("Europe/Gent"); },
       "UNKNOWN_TIME_ZONE",
       {"city.time_zone"}},
      {"a path as time zone",
       [](auto& r) { r.mutable_city()->set_time_zone("../../etc/passwd"); },
       "UNKNOWN_TIME_ZONE",
       {"city.time_zone"}},
      {"several",
       [](auto& r) { r.Clear(); },
       "UNKNOWN_TIME_ZONE",
       {"city_id", "city.display_name", "city.time_zone"}},
  };
  for (const auto& row : kRows) {
    CreateCityRequest request = NewCity();
    row.spoil(request);
    ExpectRefusal(Create(request), kInvalid, row.reason, row.fields, row.name);
  }
}

TEST_F(CitiesTest, UpdatesNeedAMaskAndThePresentEtag) {
  City city = Created();
  city.set_display_name("Gand");
  city.mutable_look_back()->set_seconds(7200);
  City updated;
  ASSERT_TRUE(Update(city, {"display_name"}, &updated).ok());
  EXPECT_EQ(updated.display_name(), "Gand");
  EXPECT_EQ(updated.look_back().seconds(), 48 * 3600) << "not in the mask";
  EXPECT_NE(updated.etag(), city.etag());
  const grpc::Status stale = Update(city, {"look_back"});
  ExpectRefusal(stale, grpc::ABORTED, "STALE_ETAG", {"city.etag"}, "stale");
  EXPECT_TRUE(absl::StrContains(stale.error_message(), "the etag " + updated.etag() + " now"))
      << stale.error_message();
  ExpectRefusal(Update(updated, {}), kInvalid, "INVALID_FIELD", {"update_mask"}, "no mask");
  for (const char* path : {"time_zone", "name", "etag", "nonsense"}) {
    ExpectRefusal(Update(updated, {path}), kInvalid, "INVALID_FIELD", {"update_mask"}, path);
  }
  City unknown = updated;
  unknown.set_name("cities/atlantis");
  ExpectRefusal(Update(unknown, {"look_back"}), grpc::NOT_FOUND, "CITY_NOT_FOUND", {}, "unknown");
  unknown.set_name("atlantis");
  ExpectRefusal(Update(unknown, {"look_back"}), kInvalid, "INVALID_NAME", {"city.name"}, "name");
  EXPECT_EQ(Journalled("CITY"), "1 tester, 2 tester");
}

TEST_F(CitiesTest, TheCalendarIsReplacedAsAWhole) {
  Created();
  Calendar calendar = GetCalendar();
  AddDay(calendar, "2026-12-25", "HOLIDAY");
  AddDay(calendar, "2026-12-25", "MARKET");
  AddDay(calendar, "2028-02-29", "HOLIDAY");
  Calendar updated;
  ASSERT_TRUE(PutCalendar(calendar, &updated).ok());
  EXPECT_EQ(updated.special_days_size(), 3);
  EXPECT_EQ(GetCalendar().SerializeAsString(), updated.SerializeAsString());
  const grpc::Status stale = PutCalendar(calendar);
  ExpectRefusal(stale, grpc::ABORTED, "STALE_ETAG", {"calendar.etag"}, "stale");
  EXPECT_TRUE(absl::StrContains(stale.error_message(), "the etag " + updated.etag() + " now"))
      << stale.error_message();
  updated.clear_special_days();
  ASSERT_TRUE(PutCalendar(updated).ok());
  EXPECT_EQ(GetCalendar().special_days_size(), 0);
  EXPECT_EQ(Journalled("CALENDAR"), "1 tester, 2 tester, 3 tester");
}

TEST_F(CitiesTest, ValidateOnlyShowsWhatWouldBeAndStoresNothing) {
  const City city = Created();
  const Calendar calendar = GetCalendar();
  City next = city;
  next.set_display_name("Gand");
  City shown;
  ASSERT_TRUE(Update(next, {"display_name"}, &shown, /*validate_only=*/true).ok());
  EXPECT_EQ(shown.SerializeAsString(), next.SerializeAsString()) << "with its present etag";
  Calendar days = calendar;
  AddDay(days, "2028-02-29", "HOLIDAY");
  AddDay(days, "2026-12-25", "HOLIDAY");
  Calendar put;
  ASSERT_TRUE(PutCalendar(days, &put, /*validate_only=*/true).ok());
  ASSERT_EQ(put.special_days_size(), 2);
  EXPECT_EQ(put.special_days(0).date(), "2026-12-25");
  EXPECT_EQ(put.etag(), calendar.etag());
  next.set_etag("77");
  days.set_etag("77");
  ExpectRefusal(Update(next, {"display_name"}, nullptr, /*validate_only=*/true), grpc::ABORTED,
                "STALE_ETAG", {"city.etag"}, "city");
  ExpectRefusal(PutCalendar(days, nullptr, /*validate_only=*/true), grpc::ABORTED, "STALE_ETAG",
                {"calendar.etag"}, "calendar");
  City found;
  ASSERT_TRUE(Get(name_, found).ok());
  EXPECT_EQ(found.SerializeAsString(), city.SerializeAsString());
  EXPECT_EQ(GetCalendar().SerializeAsString(), calendar.SerializeAsString());
  EXPECT_EQ(Journalled("CITY"), "1 tester");
  EXPECT_EQ(Journalled("CALENDAR"), "1 tester");
}

TEST_F(CitiesTest, BadCalendarsAreRefusedAndTheOldOneStays) {
  Created();
  const struct {
    const char* name;
    std::function<void(Calendar&)> spoil;
    grpc::StatusCode code;
    const char* reason;
    Fields fields;
  } kRows[] = {
      {"twice",
       [](auto& c) { AddDay(c, "2026-12-25", "HOLIDAY"); },
       kInvalid,
       "INVALID_FIELD",
       {"calendar.special_days[1]"}},
      {"30 February",
       [](auto& c) { AddDay(c, "2026-02-30", "HOLIDAY"); },
       kInvalid,
       "INVALID_FIELD",
       {"calendar.special_days[1].date"}},
      {"29 February 2027",
       [](auto& c) { AddDay(c, "2027-02-29", "HOLIDAY"); },
       kInvalid,
       "INVALID_FIELD",
       {"calendar.special_days[1].date"}},
      {"a time",
       [](auto& c) { AddDay(c, "2026-12-25T10", "HOLIDAY"); },
       kInvalid,
       "INVALID_FIELD",
       {"calendar.special_days[1].date"}},
      {"label",
       [](auto& c) { AddDay(c, "2026-12-26", "holiday"); },
       kInvalid,
       "INVALID_FIELD",
       {"calendar.special_days[1].label"}},
      {"both",
       [](auto& c) { AddDay(c, "", ""); },
       kInvalid,
       "INVALID_FIELD",
       {"calendar.special_days[1].date", "calendar.special_days[1].label"}},
      {"5,001 days",
       [](auto& c) {
         for (int i = 0; i < 5000; ++i) AddDay(c, "2026-12-25", absl::StrCat("L", i));
       },
       kInvalid,
       "TOO_MANY_ITEMS",
       {"calendar.special_days"}},
      {"name",
       [](auto& c) { c.set_name("cities/ghent"); },
       kInvalid,
       "INVALID_NAME",
       {"calendar.name"}},
      {"unknown city",
       [](auto& c) { c.set_name("cities/atlantis/calendar"); },
       grpc::NOT_FOUND,
       "CITY_NOT_FOUND",
       {}},
  };
  for (const auto& row : kRows) {
    Calendar calendar;
    calendar.set_name(name_ + "/calendar");
    AddDay(calendar, "2026-12-25", "HOLIDAY");
    row.spoil(calendar);
    ExpectRefusal(PutCalendar(calendar), row.code, row.reason, row.fields, row.name);
  }
  EXPECT_EQ(GetCalendar().special_days_size(), 0);
  EXPECT_EQ(Journalled("CALENDAR"), "1 tester");
}

TEST_F(CitiesTest, UnknownCitiesAndBadNamesAreRefusedByEveryRead) {
  City city;
  ExpectRefusal(Get("cities/atlantis", city), grpc::NOT_FOUND, "CITY_NOT_FOUND", {}, "get");
  ExpectRefusal(Get("atlantis", city), kInvalid, "INVALID_NAME", {"name"}, "get");
  cities::v1::GetCalendarRequest calendar;
  cities::v1::GetCalendarResponse got;
  calendar.set_name("cities/atlantis/calendar");
  ExpectRefusal(Call(*daemon_->cities, &CitiesStub::GetCalendar, Clerk(), calendar, got),
                grpc::NOT_FOUND, "CITY_NOT_FOUND", {}, "calendar");
  cities::v1::ListRightTypesRequest list;
  cities::v1::ListRightTypesResponse listed;
  list.set_parent("cities/atlantis");
  ExpectRefusal(Call(*daemon_->cities, &CitiesStub::ListRightTypes, Clerk(), list, listed),
                grpc::NOT_FOUND, "CITY_NOT_FOUND", {}, "types");
}

}  // namespace
}  // namespace stadspoort::testing
