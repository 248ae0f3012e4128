#include "services/domain/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace stadspoort::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const SpecialDayLabel kHoliday("HOLIDAY");
const SpecialDayLabel kMarket("MARKET");

TEST(CityCalendar, AnOrdinaryDayHasNoLabel) {
  const CityCalendar calendar(absl::UTCTimeZone(),
                              {{absl::CivilDay(2026, 12, 25), kHoliday, "Kerstmis"}});
  EXPECT_THAT(calendar.LabelsOf(absl::CivilDay(2026, 12, 24)), IsEmpty());
  EXPECT_THAT(calendar.LabelsOf(absl::CivilDay(2026, 12, 25)), ElementsAre(kHoliday));
  EXPECT_THAT(calendar.LabelsOf(absl::CivilDay(2026, 12, 26)), IsEmpty());
  EXPECT_THAT(calendar.LabelsOf(absl::CivilDay(2027, 12, 25)), IsEmpty());
}

TEST(CityCalendar, ADateMayHaveSeveralLabels) {
  const absl::CivilDay date(2026, 5, 1);
  const CityCalendar calendar(absl::UTCTimeZone(), {{date, kHoliday, "Dag van de Arbeid"},
                                                    {date + 1, kMarket, "Zaterdagmarkt"},
                                                    {date, kMarket, "Vrijdagmarkt"}});
  EXPECT_THAT(calendar.LabelsOf(date), ElementsAre(kHoliday, kMarket));
  EXPECT_THAT(calendar.LabelsOf(date + 1), ElementsAre(kMarket));
}

TEST(CityCalendar, TheTwentyNinthOfFebruaryIsADate) {
  const CityCalendar calendar(absl::UTCTimeZone(),
                              {{absl::CivilDay(2028, 2, 29), kMarket, "Schrikkelmarkt"}});
  EXPECT_THAT(calendar.LabelsOf(absl::CivilDay(2028, 2, 29)), ElementsAre(kMarket));
  EXPECT_THAT(calendar.LabelsOf(absl::CivilDay(2028, 3, 1)), IsEmpty());
}

TEST(CityCalendar, KeepsItsClock) {
  absl::TimeZone brussels;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Brussels", &brussels));
  EXPECT_EQ(CityCalendar(brussels, {}).zone(), brussels);
  EXPECT_EQ(CityCalendar().zone(), absl::UTCTimeZone());
  EXPECT_THAT(CityCalendar().LabelsOf(absl::CivilDay(2026, 1, 1)), IsEmpty());
}

// A copy stays whole when the original is gone.
TEST(CityCalendar, IsAValue) {
  const absl::CivilDay date(2026, 7, 21);
  std::optional<CityCalendar> original(CityCalendar(absl::UTCTimeZone(), {{date, kHoliday, ""}}));
  const CityCalendar copy = *original;
  original.reset();
  EXPECT_THAT(copy.LabelsOf(date), ElementsAre(kHoliday));
}

}  // namespace
}  // namespace stadspoort::domain
