// Command lines as they are typed, as far as they get without a register: what is wrong in them is
// told before anything is sent.
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/stadspoort/call.h"
#include "services/stadspoort/city_commands.h"
#include "services/stadspoort/locate_command.h"
#include "services/stadspoort/options.h"
#include "services/stadspoort/permit_commands.h"
#include "services/stadspoort/quote_command.h"
#include "services/stadspoort/zone_commands.h"

namespace stadspoort::client {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Told {
  int code = 0;
  std::string out;
  std::string err;
};

constexpr absl::string_view kPermit = "cities/ghent/permits/018f3c1e-7b2a-7c3d-9e4f-0123456789ab";

// Runs a command, in which {permit} stands for the name of one, against an address where no
// register can be: what is sent comes back as kFailed.
Told Type(const std::string& line, bool json = false) {
  CLI::App app("stadspoort");
  Action chosen;
  AddCityCommands(app, chosen);
  AddZoneCommands(app, chosen);
  AddQuoteCommand(app, chosen);
  AddLocateCommand(app, chosen);
  AddPermitCommands(app, chosen);
  try {
    app.parse(absl::StrReplaceAll(line, {{"{permit}", kPermit}}));
  } catch (const CLI::ParseError& error) {
    return {kWrongUsage, "", error.what()};
  }
  GlobalArguments arguments;
  arguments.server = "unix:/nowhere/register";
  arguments.subject = "test";
  std::ostringstream out;
  std::ostringstream err;
  const ExitCode code =
      chosen(Session(*CheckedOptions(arguments)), Output{out, err, json, false, false});
  return {code, out.str(), err.str()};
}

std::string FileWith(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path) << text;
  return path;
}

struct Wrong {
  const char* line;
  const char* told;
};

constexpr Wrong kWrong[] = {
    {"zone draft import --city ghent /nowhere/zones.geojson", "cannot be read"},
    {"zone draft import /nowhere/zones.geojson", "--city is required"},
    {"zone draft import --city ghent a.geojson --from now", "--from"},
    {"zone draft edit ghent gele-zone-1", "what changes?"},
    {"zone draft edit ghent gele-zone-1 --usage parking", "is not a usage"},
    {"zone draft edit ghent gele-zone-1 --regulation /nowhere/r.json", "cannot be read"},
    {"zone draft edit ghent Gele --display-name x", "is not a zone"},
    {"zone draft show ghent", "which zone?"},
    {"zone draft list cities/ghent/zones/gele-zone-1", "is not a city"},
    {"zone draft delete cities/ghent gele-zone-1/draft", "name of a zone"},
    {"zone validate Ghent", "is not a city"},
    {"zone validate ghent cities/antwerp/zones/z", "is not of cities/ghent"},
    {"zone validate ghent --from tomorrow", "--from"},
    {"zone preview ghent gele-zone-1 --at 2026-05-01T20:30", "in which time zone"},
    {"zone preview ghent gele-zone-1 --week 2026-02-30", "is not a date"},
    {"zone preview --week ghent gele-zone-1", "is not a date"},
    {"zone preview ghent gele-zone-1 --week 2026-05-01 --at now", "not both"},
    {"zone preview ghent gele-zone-1 --week --at now", "not both"},
    {"zone preview ghent gele-zone-1 --draft-from now", "needs --draft"},
    {"zone diff ghent gele-zone-1 --from-version 0", "count from 1"},
    {"zone diff ghent gele-zone-1 --to-version draft", "--to-version"},
    {"zone publish ghent", "which drafts?"},
    {"zone publish ghent gele-zone-1 --all", "not both"},
    {"zone publish ghent gele-zone-1 --from 2026-05-01", "--from"},
    {"zone retire ghent", "which zone?"},
    {"zone retire ghent gele-zone-1 --at midnight", "--at"},
    {"zone withdraw ghent gele-zone-1", "VERSION is required"},
    {"zone withdraw ghent gele-zone-1 newest", "VERSION"},
    {"zone versions", "CITY is required"},
    {"zone changes cities/ghent/zones", "is not a city"},
    {"zone export ghent --at yesterday", "--at"},
    {"quote --city ghent --type paid --zone z", "--until is required"},
    {"quote --city ghent --type paid --until now", "--zone is required"},
    {"quote --city ghent --type Paid --zone z --until now", "is not a right type"},
    {"locate --city ghent", "where?"},
    {"locate --city ghent --position 51.05,3.72 --selling-point 117", "not both"},
    {"locate --city ghent --position here", "is not a position"},
    {"locate --city ghent --selling-point 117 --usage blue", "is not a usage"},
    {"city update ghent", "--file is required"},
    {"permit type create bewoner --file t.json", "needs its city"},
    {"permit type create bewoner --city ghent", "--file is required"},
    {"permit type update bewoner --city ghent --file /nowhere/t.json", "cannot be read"},
    {"permit type show bewoner --city ghent --version 0", "--version"},
    {"permit apply --city ghent --type bewoner --area geel", "--plate is required"},
    {"permit apply --city ghent --type bewoner --plate 1ABC123", "--area is required"},
    {"permit evidence {permit}", "--kind is required"},
    {"permit evidence {permit} --kind a,b", "--kind once"},
    {"permit ask-evidence {permit} --kind a", "--reason is required"},
    {"permit approve {permit}", "--reason is required"},
    {"permit accept 018f --city ghent", "is not a permit"},
    {"permit pay {permit} --reference b-1 --amount 12,50", "is not an amount in euros"},
    {"permit pay {permit} --amount 12.50", "--reference is required"},
    {"permit move {permit}", "--area is required"},
    {"permit plate swap {permit} --leaving 1ABC123", "--coming is required"},
    {"permit plate stand-in {permit} --replaced A --temporary B --until now", "--until"},
    {"permit plate add {permit} --plate A --at noon", "--at"},
    {"permit list --city ghent --state paid", "is not a state of a permit"},
    {"permit history {permit} --known-at then", "--known-at"},
    {"permit follow --city ghent --since a --from 2026-01-01T00:00Z", "contradict"},
    {"city update ghent --file /nowhere/city.json", "cannot be read"},
};

TEST(CommandLineTest, WhatIsWrongIsToldAndNothingIsSent) {
  for (const Wrong& row : kWrong) {
    const Told told = Type(row.line);
    EXPECT_EQ(told.code, kWrongUsage) << row.line;
    EXPECT_THAT(told.err, HasSubstr(row.told)) << row.line;
    EXPECT_EQ(told.out, "") << row.line;
  }
}

// The control: these go to the register, which is not there.
constexpr const char* kRight[] = {
    "zone draft edit ghent gele-zone-1 --display-name Geel",
    "zone draft show cities/ghent/zones/gele-zone-1",
    "zone draft list ghent",
    "zone draft delete ghent gele-zone-1 --etag 1",
    "zone validate ghent",
    "zone validate cities/ghent gele-zone-1 cities/ghent/zones/rode-zone-1 --from now",
    "zone preview ghent gele-zone-1",
    "zone preview ghent gele-zone-1 --week",
    "zone preview ghent gele-zone-1 --week 2026-05-01 --draft --draft-from 2026-05-01T00:00+02:00",
    "zone diff ghent gele-zone-1",
    "zone publish ghent gele-zone-1 --dry-run",
    "zone publish ghent --all",
    "zone retire ghent gele-zone-1 --at 2026-07-01T00:00+02:00",
    "zone withdraw ghent gele-zone-1 4",
    "zone versions ghent gele-zone-1",
    "zone changes ghent --since abc",
    "zone export ghent",
    "quote --city ghent --type paid --zone a,b --zone c --until now",
    "locate --city ghent --position 51.05,3.72,25 --usage paid-parking",
    "locate --city ghent --selling-point 9000-117",
    "permit type show cities/ghent/permitTypes/bewoner --version 2",
    "permit type list --city ghent",
    "permit apply --city ghent --type bewoner --area geel --plate A --plate B/NL --holder h-17",
    "permit evidence {permit} --kind identity --holder h-17",
    "permit ask-evidence {permit} --kind a,b --kind c --reason unreadable",
    "permit approve {permit} --reason fine",
    "permit refuse {permit} --reason none",
    "permit accept 018f3c1e-7b2a-7c3d-9e4f-0123456789ab --city ghent",
    "permit pay {permit} --amount 12.50 --reference b-1",
    "permit suspend {permit} --reason fine",
    "permit resume {permit} --reason fine",
    "permit renew {permit} --dry-run",
    "permit move {permit} --area rood --address veldstraat-1",
    "permit withdraw {permit} --dry-run",
    "permit revoke {permit} --reason fraud",
    "permit plate add {permit} --plate A --at 2026-05-01T00:00+02:00",
    "permit plate remove {permit} --plate A --etag 4",
    "permit plate swap {permit} --leaving A --coming B --request-id s-1",
    "permit plate activate {permit} --plate A --instead-of B",
    "permit plate stand-in {permit} --replaced A --temporary B --until 2026-05-08T18:00+02:00 "
    "--dry-run",
    "permit plate call-back {permit}",
    "permit show {permit} --holder h-17",
    "permit list --city ghent --state active,suspended --type bewoner --plate A",
    "permit history {permit} --known-at 2026-05-01T00:00+02:00",
    "permit follow --city ghent",
    "permit follow --city ghent --since 7.3.a",
};

TEST(CommandLineTest, WhatIsRightIsSent) {
  for (const char* line : kRight) {
    const Told told = Type(line);
    EXPECT_EQ(told.code, kFailed) << line << "\n" << told.err;
    EXPECT_THAT(told.err, HasSubstr("cannot be reached")) << line;
    EXPECT_EQ(told.out, "") << line;
    const Told as_json = Type(line, /*json=*/true);
    EXPECT_EQ(as_json.code, kFailed) << line;
    EXPECT_EQ(as_json.err, "") << line;
    const auto json = nlohmann::ordered_json::parse(as_json.out, nullptr, false);
    ASSERT_TRUE(json.contains("error")) << line << "\n" << as_json.out;
    EXPECT_EQ(json["error"]["status"], "UNAVAILABLE") << line;
  }
}

TEST(CommandLineTest, AFileIsReadBeforeAnythingIsSent) {
  const std::string empty = FileWith("empty.json", "");
  EXPECT_THAT(Type("zone draft edit ghent z --regulation " + empty).err, HasSubstr("not JSON"));
  const std::string wrong = FileWith("wrong.json", R"({"frames": [{"colour": "red"}]})");
  EXPECT_THAT(Type("zone draft edit ghent z --regulation " + wrong).err, HasSubstr("colour"));
  const std::string types = FileWith("types.json", R"({"right_types": []})");
  const Told told = Type("city update ghent --file " + types);
  EXPECT_EQ(told.code, kWrongUsage);
  EXPECT_THAT(told.err, HasSubstr("No setting stands there"));
}

TEST(CommandLineTest, AWriteOfUnknownOutcomeTellsItsRequestId) {
  const Told told = Type("zone retire ghent gele-zone-1 --request-id spring-17");
  EXPECT_THAT(told.err, HasSubstr("--request-id spring-17"));
  const auto json = nlohmann::ordered_json::parse(
      Type("zone publish ghent gele-zone-1", /*json=*/true).out, nullptr, false);
  EXPECT_EQ(json["requestId"].get<std::string>().size(), 36u) << "a random one";
}

TEST(CommandLineTest, AWriteOnAPermitTellsItsRequestIdToo) {
  const std::string withdraw = "permit withdraw {permit}";
  EXPECT_THAT(Type(withdraw + " --request-id w-1").err, HasSubstr("--request-id w-1"));
  const auto json =
      nlohmann::ordered_json::parse(Type(withdraw, /*json=*/true).out, nullptr, false);
  EXPECT_EQ(json["requestId"].get<std::string>().size(), 36u) << "a random one";
  const Told judged = Type(withdraw + " --dry-run");
  EXPECT_THAT(judged.err, Not(HasSubstr("--request-id")));
}

TEST(CommandLineTest, WhereAFollowBrokeOffIsTold) {
  const auto json = nlohmann::ordered_json::parse(
      Type("permit follow --city ghent --since 7.3.a", /*json=*/true).out, nullptr, false);
  EXPECT_EQ(json["cursor"], "7.3.a");
}

}  // namespace
}  // namespace stadspoort::client
