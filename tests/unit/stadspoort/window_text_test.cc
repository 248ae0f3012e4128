#include "services/stadspoort/window_text.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using testing::HasSubstr;

std::vector<int> Days(absl::string_view text) {
  const auto window = ParseWindow(text);
  EXPECT_TRUE(window.ok()) << window.status();
  if (!window.ok()) return {};
  return {window->weekdays().begin(), window->weekdays().end()};
}

TEST(WindowTextTest, ReadsDays) {
  EXPECT_EQ(Days("Mon 09:00-12:00"), (std::vector<int>{1}));
  EXPECT_EQ(Days("Mon-Fri 09:00-12:00"), (std::vector<int>{1, 2, 3, 4, 5}));
  EXPECT_EQ(Days("sat,SUNDAY 00:00-24:00"), (std::vector<int>{6, 7}));
  EXPECT_EQ(Days("Fri-Mon 09:00-12:00"), (std::vector<int>{1, 5, 6, 7}));
  EXPECT_EQ(Days("Mon-Tue,Thu 09:00-12:00"), (std::vector<int>{1, 2, 4}));
  EXPECT_EQ(Days("daily 22:00-06:00"), (std::vector<int>{1, 2, 3, 4, 5, 6, 7}));
}

TEST(WindowTextTest, ReadsHours) {
  const auto window = ParseWindow("  daily   22:00-06:30 ");
  ASSERT_TRUE(window.ok()) << window.status();
  EXPECT_EQ(window->from_local_time(), "22:00");
  EXPECT_EQ(window->to_local_time(), "06:30");
  EXPECT_EQ(ParseWindow("Mon 09:00-24:00")->to_local_time(), "24:00");
}

TEST(WindowTextTest, RefusesTheRestAndSaysWhatWouldDo) {
  for (const char* text :
       {"", "Mon", "09:00-12:00", "Mon 9-12", "Mon 09:00-09:00", "Mon 24:00-09:00",
        "Mon 09:00-25:00", "Mon,Mon 09:00-12:00", "Mon-Wed,Tue 09:00-12:00", "Mo 09:00-12:00",
        "Mon- 09:00-12:00", "Mon, 09:00-12:00", "Mon 09:00-12:00 x", "Mon 09:00-12:00-13:00"}) {
    const auto window = ParseWindow(text);
    ASSERT_FALSE(window.ok()) << text;
    EXPECT_THAT(std::string(window.status().message()), HasSubstr("Mon-Fri 09:00-12:00"));
  }
}

TEST(WindowTextTest, WritesWhatItReads) {
  for (const char* text :
       {"Mon-Fri 09:00-12:00", "Sat,Sun 00:00-24:00", "daily 22:00-06:00", "Mon,Wed 08:00-09:00",
        "Mon-Wed,Fri-Sun 08:00-09:00", "Sun 08:00-09:00"}) {
    const auto window = ParseWindow(text);
    ASSERT_TRUE(window.ok()) << window.status();
    EXPECT_EQ(WindowText(*window), text);
  }
}

TEST(WindowTextTest, ShowsADayItDoesNotKnow) {
  google::protobuf::RepeatedField<int> days;
  days.Add(7);
  days.Add(8);
  EXPECT_EQ(WeekdaysText(days), "Sun,day 8");
}

}  // namespace
}  // namespace stadspoort::client
