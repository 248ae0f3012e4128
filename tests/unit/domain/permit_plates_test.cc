#include "services/domain/permit_plates.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/domain/refusal.h"

namespace stadspoort::domain {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1782900000);  // noon of a Wednesday in Brussels
absl::Time At(int minutes) { return kStart + absl::Minutes(minutes); }

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}

PlateId Plate(char name) {
  UuidBytes bytes{};
  bytes.back() = static_cast<uint8_t>(name);
  return PlateId(bytes);
}
ListedPlate Listed(char name) { return {Plate(name), Country(), true}; }

PlateBook::When Now(int minutes) { return {At(minutes), At(minutes), Brussels()}; }
PlateBook::When Later(int minutes, int at) { return {At(minutes), At(at), Brussels()}; }

PlateBook BookOf(absl::string_view names, int active = 1) {
  PlateList list{At(0), {}};
  for (const char name : names) {
    list.plates.push_back(Listed(name));
    list.plates.back().active = active-- > 0;
  }
  return PlateBook({list});
}

// "A0-10 b10-": capitals are active; minutes.
std::string Segments(const PlateBook& book, int end) {
  std::vector<std::string> words;
  for (const PlateSegment& segment : book.SegmentsUntil(At(end))) {
    const char name = static_cast<char>(segment.plate.bytes().back());
    words.push_back(
        absl::StrCat(std::string(1, segment.active ? name : static_cast<char>(std::tolower(name))),
                     absl::ToInt64Minutes(segment.during.start - kStart), "-",
                     absl::ToInt64Minutes(segment.during.end - kStart)));
  }
  return absl::StrJoin(words, " ");
}

std::string ReasonOf(const absl::Status& status) {
  const auto details = DetailsOf(status);
  return details ? std::string(Name(details->reason)) : std::string(status.ToString());
}

constexpr PlateLimits kOne = {1, 1, 3, absl::Hours(48)};
constexpr PlateLimits kTwoOfFour = {4, 2, 3, absl::Hours(48)};

TEST(PermitPlatesTest, OneLeavesAtTheInstantAtWhichTheNextComes) {
  PlateBook book = BookOf("A");
  EXPECT_TRUE(book.Swap(Plate('A'), Listed('B'), kOne, Now(10)).ok());
  EXPECT_EQ(Segments(book, 100), "A0-10 B10-100");
  EXPECT_EQ(book.At(At(10) - absl::Nanoseconds(1))->plates.front().plate, Plate('A'));
  EXPECT_EQ(book.At(At(10))->plates.front().plate, Plate('B'));
  EXPECT_EQ(book.At(At(-1)), nullptr);
}

TEST(PermitPlatesTest, ASwapForLaterIsPlannedAndMayBeCalledBack) {
  PlateBook book = BookOf("A");
  EXPECT_TRUE(book.Swap(Plate('A'), Listed('B'), kOne, Later(10, 60)).ok());
  EXPECT_EQ(Segments(book, 100), "A0-60 B60-100");
  EXPECT_EQ(book.lists().back().from, At(60));
  // It would undo this one.
  EXPECT_EQ(ReasonOf(book.Swap(Plate('A'), Listed('C'), kOne, Now(20))), "PLATE_CHANGE_PLANNED");
  EXPECT_TRUE(book.CallBack(Now(20)).ok());
  EXPECT_EQ(Segments(book, 100), "A0-100");
  EXPECT_EQ(ReasonOf(book.CallBack(Now(21))), "PLATE_CHANGE_NOT_PLANNED");
  EXPECT_EQ(ReasonOf(book.Swap(Plate('A'), Listed('B'), kOne, Later(30, 29))),
            "INTERVAL_IN_THE_PAST");
}

TEST(PermitPlatesTest, AGarageCarGoesAndTheMainOneComesBackByItself) {
  PlateBook book = BookOf("A");
  EXPECT_TRUE(book.StandIn(Plate('A'), Listed('G'), At(600), kOne, Now(10)).ok());
  EXPECT_EQ(Segments(book, 1000), "A0-10 G10-600 A600-1000");
  EXPECT_EQ(ReasonOf(book.Swap(Plate('G'), Listed('B'), kOne, Now(20))), "PLATE_CHANGE_PLANNED");
  EXPECT_TRUE(book.CallBack(Now(300)).ok());
  EXPECT_EQ(Segments(book, 1000), "A0-10 G10-300 A300-1000");
  EXPECT_TRUE(book.Swap(Plate('A'), Listed('B'), kOne, Now(300)).ok());
  EXPECT_EQ(Segments(book, 1000), "A0-10 G10-300 B300-1000");
}

TEST(PermitPlatesTest, AStandInForLaterIsCalledBackWhole) {
  PlateBook book = BookOf("A");
  EXPECT_TRUE(book.StandIn(Plate('A'), Listed('G'), At(600), kOne, Later(10, 100)).ok());
  EXPECT_EQ(Segments(book, 1000), "A0-100 G100-600 A600-1000");
  EXPECT_TRUE(book.CallBack(Now(20)).ok());
  EXPECT_EQ(Segments(book, 1000), "A0-1000");
}

TEST(PermitPlatesTest, EverythingPlannedIsCalledBackAtOnce) {
  PlateBook book = BookOf("A");
  EXPECT_TRUE(book.StandIn(Plate('A'), Listed('G'), At(600), kOne, Now(10)).ok());
  EXPECT_TRUE(book.Swap(Plate('A'), Listed('B'), kOne, Later(20, 700)).ok());
  EXPECT_EQ(Segments(book, 1000), "A0-10 G10-600 A600-700 B700-1000");
  EXPECT_TRUE(book.CallBack(Now(300)).ok());
  EXPECT_EQ(Segments(book, 1000), "A0-10 G10-300 A300-1000");
  EXPECT_EQ(ReasonOf(book.CallBack(Now(301))), "PLATE_CHANGE_NOT_PLANNED");
}

TEST(PermitPlatesTest, AStandInHasItsBounds) {
  PlateBook book = BookOf("A");
  const int longest = 48 * 60;
  EXPECT_EQ(ReasonOf(book.StandIn(Plate('A'), Listed('G'), At(11 + longest), kOne, Now(10))),
            "TEMPORARY_TOO_LONG");
  EXPECT_EQ(ReasonOf(book.StandIn(Plate('A'), Listed('G'), At(10), kOne, Now(10))),
            "TEMPORARY_TOO_LONG");
  const PlateLimits never = {1, 1, 3, absl::ZeroDuration()};
  EXPECT_EQ(ReasonOf(book.StandIn(Plate('A'), Listed('G'), At(11), never, Now(10))),
            "TEMPORARY_TOO_LONG");
  EXPECT_EQ(Segments(book, 1000), "A0-1000");
  EXPECT_TRUE(book.StandIn(Plate('A'), Listed('G'), At(10 + longest), kOne, Now(10)).ok());
}

TEST(PermitPlatesTest, TwoOfFourAreActive) {
  PlateBook book = BookOf("A");
  EXPECT_TRUE(book.Add(Listed('B'), kTwoOfFour, Now(10)).ok());
  EXPECT_TRUE(book.Add(Listed('C'), kTwoOfFour, Now(20)).ok());
  EXPECT_TRUE(book.Add(Listed('D'), kTwoOfFour, Now(30)).ok());
  EXPECT_EQ(Segments(book, 100), "A0-100 B10-100 c20-100 d30-100");
  EXPECT_EQ(ReasonOf(book.Add(Listed('E'), kTwoOfFour, Now(40))), "TOO_MANY_PLATES");
  EXPECT_EQ(ReasonOf(book.Add(Listed('D'), kTwoOfFour, Now(40))), "PLATE_ON_PERMIT");
  EXPECT_EQ(ReasonOf(book.Activate(Plate('C'), std::nullopt, kTwoOfFour, Now(40))),
            "TOO_MANY_PLATES");
  EXPECT_EQ(ReasonOf(book.Activate(Plate('E'), std::nullopt, kTwoOfFour, Now(40))),
            "PLATE_NOT_ON_PERMIT");
  EXPECT_EQ(ReasonOf(book.Activate(Plate('C'), Plate('E'), kTwoOfFour, Now(40))),
            "PLATE_NOT_ON_PERMIT");
  EXPECT_TRUE(book.Activate(Plate('C'), Plate('A'), kTwoOfFour, Now(50)).ok());
  EXPECT_EQ(Segments(book, 100), "A0-50 B10-100 c20-50 d30-100 a50-100 C50-100");
  EXPECT_TRUE(book.Remove(Plate('B'), Now(60)).ok());
  EXPECT_TRUE(book.Activate(Plate('D'), std::nullopt, kTwoOfFour, Now(70)).ok());
  EXPECT_EQ(Segments(book, 100), "A0-50 B10-60 c20-50 d30-70 a50-100 C50-100 D70-100");
  // It is so already: nothing is counted.
  EXPECT_TRUE(book.Activate(Plate('D'), std::nullopt, kTwoOfFour, Now(80)).ok());
  EXPECT_EQ(book.lists().back().from, At(70));
}

TEST(PermitPlatesTest, TheLastPlateStays) {
  PlateBook book = BookOf("A");
  EXPECT_EQ(ReasonOf(book.Remove(Plate('A'), Now(10))), "LAST_PLATE");
  EXPECT_EQ(ReasonOf(book.Remove(Plate('B'), Now(10))), "PLATE_NOT_ON_PERMIT");
}

TEST(PermitPlatesTest, SwapsAreCountedByTheDayOfTheCity) {
  PlateBook book = BookOf("A");
  EXPECT_TRUE(book.Swap(Plate('A'), Listed('B'), kOne, Now(1)).ok());
  EXPECT_TRUE(book.StandIn(Plate('B'), Listed('C'), At(3), kOne, Now(2)).ok());  // back at 3
  EXPECT_TRUE(book.Swap(Plate('B'), Listed('D'), kOne, Now(4)).ok());
  EXPECT_EQ(ReasonOf(book.Swap(Plate('D'), Listed('E'), kOne, Now(5))), "TOO_MANY_SWAPS");
  // Whatever the day on which it is asked for. Noon to midnight is twelve hours.
  EXPECT_EQ(ReasonOf(book.Swap(Plate('D'), Listed('E'), kOne, Later(5, 12 * 60 - 1))),
            "TOO_MANY_SWAPS");
  EXPECT_TRUE(book.Swap(Plate('D'), Listed('E'), kOne, Later(5, 12 * 60)).ok());
}

// Whatever is asked for: at every moment the plates are each once, as many and as many active as
// allowed, and segments say the same as lists.
TEST(PermitPlatesTest, AnyChangesLeaveABookInOrder) {
  std::mt19937 random(7);
  const auto any = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  int done = 0;
  for (int round = 0; round < 50; ++round) {
    PlateBook book = BookOf("A");
    const PlateLimits limits = {1 + any(4), 1, any(30), absl::Minutes(any(200))};
    int now = 0;
    for (int step = 0; step < 50; ++step) {
      now += any(20);
      const PlateBook::When when = any(3) == 0 ? Later(now, now + any(100)) : Now(now);
      const PlateId a = Plate(static_cast<char>('A' + any(5)));
      const char b = static_cast<char>('A' + any(5));
      const PlateBook before = book;
      absl::Status status;
      switch (any(6)) {
        case 0:
          status = book.Add(Listed(b), limits, when);
          break;
        case 1:
          status = book.Remove(a, when);
          break;
        case 2:
          status = book.Swap(a, Listed(b), limits, when);
          break;
        case 3:
          status = book.Activate(a, Plate(b), limits, when);
          break;
        case 4:
          status = book.StandIn(a, Listed(b), when.at + absl::Minutes(any(300)), limits, when);
          break;
        default:
          status = book.CallBack(when);
      }
      if (status.ok()) {
        ++done;
      } else {
        EXPECT_EQ(book.lists(), before.lists());
      }
      // What has been stays what it was.
      for (int t = 0; t < now; t += 7) {
        ASSERT_EQ(book.At(At(t))->plates, before.At(At(t))->plates);
      }
      const std::vector<PlateSegment> segments = book.SegmentsUntil(At(5000));
      for (int t = 0; t < 1500; t += 13) {
        std::map<PlateId, bool> covered;
        for (const PlateSegment& segment : segments) {
          if (!segment.during.Contains(At(t))) continue;
          EXPECT_TRUE(covered.emplace(segment.plate, segment.active).second) << "covered twice";
        }
        std::map<PlateId, bool> listed;
        int active = 0;
        for (const ListedPlate& one : book.At(At(t))->plates) {
          listed.emplace(one.plate, one.active);
          active += one.active ? 1 : 0;
        }
        ASSERT_EQ(covered, listed) << t;
        EXPECT_LE(static_cast<int>(listed.size()), limits.plates_max);
        EXPECT_GE(listed.size(), 1U);
        EXPECT_LE(active, limits.active_max);
      }
    }
  }
  EXPECT_GT(done, 200);
}

}  // namespace
}  // namespace stadspoort::domain
