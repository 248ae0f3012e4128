#include "services/stadspoort/options.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using testing::HasSubstr;

GlobalArguments Arguments() {
  GlobalArguments arguments;
  arguments.subject = "an";
  return arguments;
}

TEST(OptionsTest, HasDefaults) {
  const auto options = CheckedOptions(Arguments());
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->server, "127.0.0.1:8080");
  EXPECT_EQ(options->language, "en");
  EXPECT_FALSE(options->deadline.has_value());
  EXPECT_EQ(options->roles, "") << "the command's own";
  EXPECT_EQ(options->cities, "*");
}

TEST(OptionsTest, CarriesTheCaller) {
  GlobalArguments arguments = Arguments();
  arguments.roles = {"clerk", "city-admin"};
  arguments.provider = "appco";
  arguments.cities = {"ghent", "antwerp"};
  arguments.deadline = "2s";
  const auto options = CheckedOptions(arguments);
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->subject, "an");
  EXPECT_EQ(options->roles, "clerk,city-admin");
  EXPECT_EQ(options->provider, "appco");
  EXPECT_EQ(options->cities, "ghent,antwerp");
  EXPECT_EQ(options->deadline, absl::Seconds(2));
}

TEST(OptionsTest, RefusesWithWhatWouldDo) {
  GlobalArguments arguments = Arguments();
  arguments.roles = {"mayor"};
  EXPECT_THAT(std::string(CheckedOptions(arguments).status().message()), HasSubstr("city-admin"));
  arguments = Arguments();
  arguments.language = "es";
  EXPECT_THAT(std::string(CheckedOptions(arguments).status().message()),
              HasSubstr("nl, fr, de, en"));
  arguments = Arguments();
  arguments.deadline = "soon";
  EXPECT_FALSE(CheckedOptions(arguments).ok());
  arguments = Arguments();
  arguments.cities = {"Ghent"};
  EXPECT_FALSE(CheckedOptions(arguments).ok());
}

// Anything but ASCII in metadata ends the process inside gRPC, not the call.
TEST(OptionsTest, OnlyAsciiTravelsAsMetadata) {
  GlobalArguments arguments = Arguments();
  arguments.subject = "Hélène";
  EXPECT_FALSE(CheckedOptions(arguments).ok());
  arguments = Arguments();
  arguments.provider = "a\nb";
  EXPECT_FALSE(CheckedOptions(arguments).ok());
}

TEST(OptionsTest, ServersHaveAPort) {
  GlobalArguments arguments = Arguments();
  for (const char* server :
       {"127.0.0.1:8080", "register.gent.be:443", "[::1]:8080", "unix:/run/s"}) {
    arguments.server = server;
    EXPECT_TRUE(CheckedOptions(arguments).ok()) << server;
  }
  for (const char* server : {"", "localhost", ":8080", "localhost:", "localhost:x", "localhost:0",
                             "localhost:65536", "unix:"}) {
    arguments.server = server;
    EXPECT_FALSE(CheckedOptions(arguments).ok()) << server;
  }
}

}  // namespace
}  // namespace stadspoort::client
