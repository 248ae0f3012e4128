// Batches: one answer an item, in order; a bad item spoils its own answer only.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using checks::v1::BatchCheckPlatesRequest;
using checks::v1::BatchCheckPlatesResponse;
using checks::v1::CheckAnswer;
using checks::v1::CheckItem;
using ChecksStub = checks::v1::ChecksService::Stub;

google::protobuf::Timestamp FromNow(absl::Duration ahead) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(absl::Now() + ahead));
  return stamp;
}

std::string Words(const CheckAnswer& answer) {
  return absl::StrCat(checks::v1::Decision_Name(answer.decision()).substr(9), " ",
                      checks::v1::DecisionReason_Name(answer.reason()).substr(16));
}

void SetPosition(checks::v1::Place& place, double latitude, double longitude, double accuracy) {
  place.mutable_position()->set_latitude_degrees(latitude);
  place.mutable_position()->set_longitude_degrees(longitude);
  place.mutable_position()->set_accuracy_meters(accuracy);
}

void SetZone(checks::v1::Place& place, const std::string& zone) {
  place.mutable_zones()->add_zones("cities/ghent/zones/" + zone);
}

class CheckBatchesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = new Register();
    daemon_ = database_->Start().release();
    MakeCity(*daemon_, "ghent");
    rights::v1::EnrolRightResponse response;
    const grpc::Status status =
        Call(*daemon_->rights, &rights::v1::RightsService::Stub::EnrolRight, Provider("app"),
             EnrolRequest("ghent", "one", "1ABC123"), response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  static void TearDownTestSuite() {
    delete daemon_;
    delete database_;
  }

  static BatchCheckPlatesRequest Request(const std::vector<std::string>& plates) {
    BatchCheckPlatesRequest request;
    request.set_parent("cities/ghent");
    SetZone(*request.mutable_place(), "a");
    for (const std::string& plate : plates) {
      request.add_items()->mutable_plate()->set_number(plate);
    }
    return request;
  }
  static grpc::Status Send(const BatchCheckPlatesRequest& request,
                           BatchCheckPlatesResponse& response) {
    return Call(*daemon_->checks, &ChecksStub::BatchCheckPlates, Device(), request, response);
  }
  static BatchCheckPlatesResponse Answers(const BatchCheckPlatesRequest& request) {
    BatchCheckPlatesResponse response;
    const grpc::Status status = Send(request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.answers_size(), request.items_size());
    return response;
  }

  static Register* database_;
  static Daemon* daemon_;
};
Register* CheckBatchesTest::database_ = nullptr;
Daemon* CheckBatchesTest::daemon_ = nullptr;

TEST_F(CheckBatchesTest, AnswersComeInOrderAndEchoTheirReference) {
  std::vector<std::string> plates;
  for (int i = 0; i < 1000; ++i) {
    plates.push_back(i % 3 == 0 ? "1ABC123" : absl::StrCat("9XX", i));
  }
  BatchCheckPlatesRequest request = Request(plates);
  for (int i = 0; i < 1000; ++i) request.mutable_items(i)->set_reference(absl::StrCat("scan-", i));
  const BatchCheckPlatesResponse response = Answers(request);
  ASSERT_EQ(response.answers_size(), 1000);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(response.answers(i).reference(), absl::StrCat("scan-", i));
    EXPECT_EQ(Words(response.answers(i)),
              i % 3 == 0 ? "PERMITTED RIGHT" : "NOT_PERMITTED NO_RIGHT");
  }
}

TEST_F(CheckBatchesTest, AnItemOverridesPlaceAndTime) {
  BatchCheckPlatesRequest request = Request({"1ABC123", "1ABC123", "1ABC123", "1ABC123"});
  SetZone(*request.mutable_items(1)->mutable_place(), "b");
  *request.mutable_items(2)->mutable_check_time() = FromNow(absl::Minutes(3));
  *request.mutable_items(3)->mutable_check_time() = FromNow(absl::Minutes(1));
  const BatchCheckPlatesResponse response = Answers(request);
  ASSERT_EQ(response.answers_size(), 4);
  EXPECT_EQ(Words(response.answers(0)), "PERMITTED RIGHT");
  EXPECT_EQ(Words(response.answers(1)), "NOT_PERMITTED WRONG_ZONE");
  EXPECT_EQ(Words(response.answers(2)), "UNKNOWN CHECK_TIME_IN_FUTURE");
  EXPECT_EQ(Words(response.answers(3)), "PERMITTED RIGHT");
  // The batch's own time holds for every other item.
  *request.mutable_check_time() = FromNow(absl::Minutes(3));
  EXPECT_EQ(Words(Answers(request).answers(0)), "UNKNOWN CHECK_TIME_IN_FUTURE");
  EXPECT_EQ(Words(Answers(request).answers(3)), "PERMITTED RIGHT");
}

struct BadItem {
  const char* name;
  const char* field;
  std::function<void(CheckItem&)> spoil;
};

const std::vector<BadItem>& BadItems() {
  static const auto* items = new std::vector<BadItem>{
      {"no plate at all", "plate.number", [](CheckItem& item) { item.clear_plate(); }},
      {"only separators", "plate.number",
       [](CheckItem& item) { item.mutable_plate()->set_number("-- . --"); }},
      {"26 characters", "plate.number",
       [](CheckItem& item) { item.mutable_plate()->set_number(std::string(26, 'A')); }},
      {"a country of digits", "plate.country",
       [](CheckItem& item) { item.mutable_plate()->set_country("B1"); }},
      {"a country of four", "plate.country",
       [](CheckItem& item) { item.mutable_plate()->set_country("BELG"); }},
      {"confidence 101", "confidence", [](CheckItem& item) { item.set_confidence(101); }},
      {"confidence -1", "confidence", [](CheckItem& item) { item.set_confidence(-1); }},
      {"a reference of 101 bytes", "reference",
       [](CheckItem& item) { item.set_reference(std::string(101, 'r')); }},
      {"no place", "place", [](CheckItem& item) { item.mutable_place()->clear_locator(); }},
      {"no zones", "place.zones.zones",
       [](CheckItem& item) { item.mutable_place()->mutable_zones(); }},
      {"21 zones", "place.zones.zones",
       [](CheckItem& item) {
         for (int i = 0; i < 21; ++i) SetZone(*item.mutable_place(), absl::StrCat("z", i));
       }},
      {"an unknown zone", "place.zones.zones[1]",
       [](CheckItem& item) {
         SetZone(*item.mutable_place(), "a");
         SetZone(*item.mutable_place(), "mauve");
       }},
      {"a zone of another city", "place.zones.zones[0]",
       [](CheckItem& item) {
         item.mutable_place()->mutable_zones()->add_zones("cities/mechelen/zones/a");
       }},
      {"a malformed zone", "place.zones.zones[0]",
       [](CheckItem& item) { SetZone(*item.mutable_place(), "A b"); }},
      {"latitude 91", "place.position.latitude_degrees",
       [](CheckItem& item) { SetPosition(*item.mutable_place(), 91, 3.72, 5); }},
      {"latitude NaN", "place.position.latitude_degrees",
       [](CheckItem& item) { SetPosition(*item.mutable_place(), std::nan(""), 3.72, 5); }},
      {"longitude 181", "place.position.longitude_degrees",
       [](CheckItem& item) { SetPosition(*item.mutable_place(), 51, 181, 5); }},
      {"accuracy 501", "place.position.accuracy_meters",
       [](CheckItem& item) { SetPosition(*item.mutable_place(), 51.0505, 3.7205, 501); }},
      {"accuracy -1", "place.position.accuracy_meters",
       [](CheckItem& item) { SetPosition(*item.mutable_place(), 51.0505, 3.7205, -1); }},
      {"a position without usage", "options.usage",
       [](CheckItem& item) { SetPosition(*item.mutable_place(), 51.0505, 3.7205, 5); }},
      {"a selling point", "place.selling_point",
       [](CheckItem& item) { item.mutable_place()->set_selling_point("9000-117"); }},
      {"the year 1999", "check_time",
       [](CheckItem& item) { item.mutable_check_time()->set_seconds(946'684'799); }},
      {"nanos of -1", "check_time",
       [](CheckItem& item) {
         *item.mutable_check_time() = FromNow(absl::ZeroDuration());
         item.mutable_check_time()->set_nanos(-1);
       }},
  };
  return *items;
}

void ExpectInvalid(const CheckAnswer& answer, const char* field, const char* name) {
  EXPECT_EQ(Words(answer), "UNKNOWN INVALID_ITEM") << name;
  EXPECT_EQ(answer.invalid_field().field(), field) << name;
  EXPECT_FALSE(answer.invalid_field().description().empty()) << name;
  EXPECT_EQ(answer.check_id().size(), 16U) << name;
}

// All in one batch, each between two good ones.
TEST_F(CheckBatchesTest, EachBadItemIsUnknownAndTheGoodOnesAreAnswered) {
  BatchCheckPlatesRequest request = Request({});
  for (const BadItem& bad : BadItems()) {
    request.add_items()->mutable_plate()->set_number("1ABC123");
    CheckItem& item = *request.add_items();
    item.mutable_plate()->set_number("1ABC123");
    bad.spoil(item);
  }
  request.add_items()->mutable_plate()->set_number("9XYZ999");
  const BatchCheckPlatesResponse response = Answers(request);
  ASSERT_EQ(response.answers_size(), request.items_size());
  for (size_t i = 0; i < BadItems().size(); ++i) {
    const int at = static_cast<int>(2 * i);
    EXPECT_EQ(Words(response.answers(at)), "PERMITTED RIGHT") << at;
    ExpectInvalid(response.answers(at + 1), BadItems()[i].field, BadItems()[i].name);
  }
  EXPECT_EQ(Words(response.answers(request.items_size() - 1)), "NOT_PERMITTED NO_RIGHT");
}

// CheckPlate is a batch of one: never an error that a scanner could read as "no".
TEST_F(CheckBatchesTest, EachBadItemIsUnknownByItselfToo) {
  for (const BadItem& bad : BadItems()) {
    checks::v1::CheckPlateRequest request = CheckRequest("ghent", "1ABC123");
    bad.spoil(*request.mutable_item());
    checks::v1::CheckPlateResponse response;
    const grpc::Status status =
        Call(*daemon_->checks, &ChecksStub::CheckPlate, Device(), request, response);
    ASSERT_TRUE(status.ok()) << bad.name << ": " << status.error_message();
    ExpectInvalid(response.answer(), bad.field, bad.name);
  }
}

TEST_F(CheckBatchesTest, AZoneOfAnotherUsageThanAskedAboutIsInvalid) {
  BatchCheckPlatesRequest request = Request({"1ABC123"});
  request.mutable_options()->set_usage(common::v1::USAGE_LOADING);
  ExpectInvalid(Answers(request).answers(0), "place.zones.zones[0]", "usage");
}

// Latitude and longitude swapped: the city's zones lie where the swapped back position lies.
TEST_F(CheckBatchesTest, ASwappedPositionIsInvalidNotOutside) {
  BatchCheckPlatesRequest request = Request({"1ABC123"});
  request.mutable_options()->set_usage(common::v1::USAGE_PAID_PARKING);
  SetPosition(*request.mutable_place(), 3.7205, 51.0505, 5);
  ExpectInvalid(Answers(request).answers(0), "place.position.latitude_degrees", "swapped");
}

TEST_F(CheckBatchesTest, APlateOfAMegabyteIsOneBadItem) {
  const BatchCheckPlatesResponse response =
      Answers(Request({"1ABC123", std::string(1 << 20, 'A'), "9XYZ999"}));
  ASSERT_EQ(response.answers_size(), 3);
  EXPECT_EQ(Words(response.answers(0)), "PERMITTED RIGHT");
  ExpectInvalid(response.answers(1), "plate.number", "1 MB");
  EXPECT_LT(response.answers(1).ByteSizeLong(), 1000U);
  EXPECT_EQ(Words(response.answers(2)), "NOT_PERMITTED NO_RIGHT");
}

TEST_F(CheckBatchesTest, TwentyFiveCharactersAndOddPlatesAreAnswered) {
  const BatchCheckPlatesResponse response =
      Answers(Request({std::string(25, 'A'), "１ＡＢＣ１２３", "1·abc–123", "1-ABC-123 "}));
  ASSERT_EQ(response.answers_size(), 4);
  EXPECT_EQ(Words(response.answers(0)), "NOT_PERMITTED NO_RIGHT");
  for (int i = 1; i < 4; ++i) EXPECT_EQ(Words(response.answers(i)), "PERMITTED RIGHT") << i;
}

TEST_F(CheckBatchesTest, UnreadableBatchesFailAsAWhole) {
  const struct {
    const char* name;
    std::function<void(BatchCheckPlatesRequest&)> spoil;
    grpc::StatusCode code;
    const char* reason;
    std::vector<std::string> fields;
  } kRows[] = {
      {"no item",
       [](auto& r) { r.clear_items(); },
       grpc::INVALID_ARGUMENT,
       "INVALID_FIELD",
       {"items"}},
      {"1,001 items",
       [](auto& r) {
         while (r.items_size() < 1001) r.add_items()->mutable_plate()->set_number("1ABC123");
       },
       grpc::INVALID_ARGUMENT,
       "TOO_MANY_ITEMS",
       {"items"}},
      {"a city without its form",
       [](auto& r) { r.set_parent("ghent"); },
       grpc::INVALID_ARGUMENT,
       "INVALID_NAME",
       {"parent"}},
      {"an unknown city",
       [](auto& r) { r.set_parent("cities/atlantis"); },
       grpc::NOT_FOUND,
       "CITY_NOT_FOUND",
       {}},
  };
  for (const auto& row : kRows) {
    BatchCheckPlatesRequest request = Request({"1ABC123"});
    row.spoil(request);
    BatchCheckPlatesResponse response;
    const grpc::Status status = Send(request, response);
    EXPECT_EQ(status.error_code(), row.code) << row.name;
    EXPECT_EQ(ReasonOf(status), row.reason) << row.name;
    EXPECT_EQ(FieldsOf(status), row.fields) << row.name;
    EXPECT_EQ(response.answers_size(), 0) << row.name;
  }
}

// An error could be taken for a "no": options that cannot be read are answered UNKNOWN, item by
// item.
TEST_F(CheckBatchesTest, UnreadableOptionsAreAnsweredUnknown) {
  const struct {
    std::function<void(checks::v1::CheckOptions&)> spoil;
    const char* field;
  } kRows[] = {
      {[](auto& o) { o.set_language("xx"); }, "options.language"},
      {[](auto& o) { o.set_usage(static_cast<common::v1::Usage>(99)); }, "options.usage"},
      {[](auto& o) { o.set_consistency(static_cast<checks::v1::Consistency>(9)); },
       "options.consistency"},
  };
  for (const auto& row : kRows) {
    BatchCheckPlatesRequest request = Request({"1ABC123", "1XYZ999"});
    row.spoil(*request.mutable_options());
    BatchCheckPlatesResponse response;
    const grpc::Status status = Send(request, response);
    ASSERT_TRUE(status.ok()) << row.field << ": " << status.error_message();
    ASSERT_EQ(response.answers_size(), 2) << row.field;
    for (const auto& answer : response.answers()) {
      EXPECT_EQ(Words(answer), "UNKNOWN INVALID_ITEM") << row.field;
      EXPECT_EQ(answer.invalid_field().field(), row.field);
    }
  }
}

TEST_F(CheckBatchesTest, EveryLanguageHasWordsAndStrongIsServed) {
  std::vector<std::string> texts;
  for (const char* language : {"nl", "fr", "de", "en"}) {
    BatchCheckPlatesRequest request = Request({"9XYZ999"});
    request.mutable_options()->set_language(language);
    request.mutable_options()->set_consistency(checks::v1::CONSISTENCY_STRONG);
    const CheckAnswer answer = Answers(request).answers(0);
    EXPECT_FALSE(answer.reason_text().empty()) << language;
    for (const std::string& other : texts) EXPECT_NE(answer.reason_text(), other) << language;
    texts.push_back(answer.reason_text());
  }
}

TEST_F(CheckBatchesTest, ChecksCannotBeExplainedYet) {
  checks::v1::ExplainCheckRequest request;
  request.set_parent("cities/ghent");
  checks::v1::ExplainCheckResponse response;
  const grpc::Status status =
      Call(*daemon_->checks, &ChecksStub::ExplainCheck, Clerk(), request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(ReasonOf(status), "NOT_IMPLEMENTED");
}

}  // namespace
}  // namespace stadspoort::testing
