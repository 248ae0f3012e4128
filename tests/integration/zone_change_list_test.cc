// The list of changes, for whoever keeps a copy of the zones; and lists that stay what they were.
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using zones::v1::ListZoneChangesResponse;
using zones::v1::ZoneChange;
using Lines = std::vector<std::string>;

class ZoneChangesTest : public DeskTest {
 protected:
  ListZoneChangesResponse Listed(const std::string& cursor = "", int32_t page_size = 0) {
    const auto listed = desk().Changes(cursor, page_size);
    EXPECT_TRUE(listed.ok()) << listed.status.error_message();
    return listed.response;
  }
  // "c 2 PUBLISHED"
  static std::string Words(const ZoneChange& change) {
    return absl::StrCat(
        change.zone().substr(change.zone().rfind('/') + 1), " ", change.zone_version(), " ",
        zones::v1::ZoneChangeKind_Name(change.kind()).substr(sizeof("ZONE_CHANGE_KIND")));
  }
  static Lines Words(const ListZoneChangesResponse& listed) {
    Lines lines;
    for (const ZoneChange& change : listed.changes()) lines.push_back(Words(change));
    return lines;
  }
};

TEST_F(ZoneChangesTest, EveryChangeStandsThereOnceAndInOrder) {
  const absl::Time ahead = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()) + 3600);
  desk().Ready(desk().NewDraft("d"));
  desk().Ready(desk().NewDraft("c"));
  ASSERT_TRUE(desk().Publish({"d", "c"}).ok());
  desk().Enact(desk().NewDraft("a"), ahead);
  ASSERT_TRUE(desk().Withdraw("a", 2).ok());
  ASSERT_TRUE(desk().Retire("b", ahead).ok());
  ASSERT_TRUE(desk().Retire("c").ok());
  // What was refused, or only judged, is no change.
  EXPECT_FALSE(desk().Retire("c").ok());
  zones::v1::RetireZoneRequest judged = desk().ToRetire("d");
  judged.set_validate_only(true);
  EXPECT_TRUE(desk().Retire(judged).ok());

  const Lines expected = {"a 1 PUBLISHED", "b 1 PUBLISHED", "c 1 PUBLISHED", "d 1 PUBLISHED",
                          "a 2 PUBLISHED", "a 2 WITHDRAWN", "b 1 RETIRED",   "c 1 RETIRED"};
  const ListZoneChangesResponse all = Listed();
  EXPECT_EQ(Words(all), expected);
  EXPECT_EQ(TimeOf(all.changes(4).effective_time()), ahead);
  EXPECT_EQ(TimeOf(all.changes(5).effective_time()), ahead);
  EXPECT_EQ(TimeOf(all.changes(6).effective_time()), ahead);
  EXPECT_EQ(TimeOf(all.changes(7).effective_time()),
            TimeOf(desk().Versions("c").response.zones(0).in_force_end_time()));
  for (int i = 1; i < all.changes_size(); ++i) {
    EXPECT_LE(TimeOf(all.changes(i - 1).change_time()), TimeOf(all.changes(i).change_time())) << i;
  }
  // What took force at once did so after it was recorded.
  EXPECT_GT(TimeOf(all.changes(7).effective_time()), TimeOf(all.changes(7).change_time()));

  for (const int size : {1, 2, 3, 8, 9, 1000}) {
    Lines found;
    std::string cursor;
    int full_pages = 0;
    while (true) {
      const ListZoneChangesResponse page = Listed(cursor, size);
      for (const std::string& line : Words(page)) found.push_back(line);
      cursor = page.next_cursor();
      if (page.changes_size() < size) break;
      ++full_pages;
    }
    EXPECT_EQ(found, expected) << size;
    EXPECT_EQ(full_pages, 8 / size);
    EXPECT_EQ(Listed(cursor, size).next_cursor(), cursor) << "nothing has changed since";
    EXPECT_EQ(Listed(cursor, size).changes_size(), 0);
  }
}

TEST_F(ZoneChangesTest, AFollowerGoesOnWhereItEnded) {
  std::string cursor = Listed().next_cursor();
  desk().Enact(desk().NewDraft("c"));
  ListZoneChangesResponse page = Listed(cursor);
  EXPECT_EQ(Words(page), Lines{"c 1 PUBLISHED"});
  EXPECT_EQ(Words(Listed(cursor)), Lines{"c 1 PUBLISHED"}) << "as often as it asks";
  cursor = page.next_cursor();
  ASSERT_TRUE(desk().Retire("c").ok());
  desk().Enact(desk().NewDraft("c"));
  EXPECT_EQ(Words(Listed(cursor)), Lines({"c 1 RETIRED", "c 2 PUBLISHED"}));
}

TEST_F(ZoneChangesTest, AnImportIsOneChangeAZone) {
  zones::v1::ImportZonesHeader header;
  header.set_parent(desk().Parent());
  header.add_rules()->set_usage(common::v1::USAGE_PAID_PARKING);
  const std::string cursor = Listed().next_cursor();
  const std::string file =
      Collection({SquareFeature("d", 51.05, 3.73), SquareFeature("c", 51.05, 3.74)});
  ASSERT_EQ(desk().Import(header, file), "2 created, 0 superseded, 0 unchanged");
  EXPECT_EQ(Words(Listed(cursor)), Lines({"c 1 PUBLISHED", "d 1 PUBLISHED"}));
  ASSERT_EQ(desk().Import(header, file), "0 created, 0 superseded, 2 unchanged");
  EXPECT_EQ(Words(Listed(cursor)), Lines({"c 1 PUBLISHED", "d 1 PUBLISHED"}));
}

TEST_F(ZoneChangesTest, TheCalendarsEtagTellsWhenItChanged) {
  cities::v1::GetCalendarRequest get;
  get.set_name(desk().Parent() + "/calendar");
  cities::v1::GetCalendarResponse calendar;
  const auto read = [&] {
    EXPECT_TRUE(Call(*daemon_->cities, &cities::v1::CitiesService::Stub::GetCalendar,
                     Provider("app"), get, calendar)
                    .ok());
    return calendar.calendar().etag();
  };
  const std::string before = read();
  EXPECT_EQ(Listed().calendar_etag(), before);
  cities::v1::UpdateCalendarRequest update;
  *update.mutable_calendar() = calendar.calendar();
  update.mutable_calendar()->mutable_special_days(0)->set_display_name("Kerstmis");
  cities::v1::UpdateCalendarResponse updated;
  ASSERT_TRUE(Call(*daemon_->cities, &cities::v1::CitiesService::Stub::UpdateCalendar, Admin(),
                   update, updated)
                  .ok());
  EXPECT_NE(read(), before);
  EXPECT_EQ(Listed().calendar_etag(), calendar.calendar().etag());
}

TEST_F(ZoneChangesTest, ACursorOfAnotherHistoryIsLost) {
  const std::string first = Listed("", 1).next_cursor();
  desk().Enact(desk().NewDraft("c"));
  const std::string last = Listed().next_cursor();
  // A database that was put back: what the cursor names was recorded at another moment, or not yet.
  sql_->Value(
      "UPDATE stadspoort.zone_change SET recorded_time = recorded_time + interval '1 ms' "
      "WHERE code = 'c' AND city = '" +
      desk().city() + "'");
  const auto lost = [&](const std::string& cursor) {
    ExpectRefusal(desk().Changes(cursor).status, grpc::FAILED_PRECONDITION, "CURSOR_LOST",
                  {"cursor"}, cursor);
  };
  lost(last);
  EXPECT_EQ(Words(Listed(first)), Lines({"b 1 PUBLISHED", "c 1 PUBLISHED"}))
      << "what is common to both goes on";
  sql_->Value("DELETE FROM stadspoort.zone_change WHERE code = 'c' AND city = '" + desk().city() +
              "'");
  lost(last);
  lost("999999~c~1~1764144000000000");
  lost("-1~c~1~0");
  for (const char* cursor :
       {"x", "~~~", "1~c~1", "1~c~1~2~3", "1~C d~1~2", "1.5~c~1~2", "99999999999999999999~c~1~2"}) {
    ExpectRefusal(desk().Changes(cursor).status, grpc::INVALID_ARGUMENT, "INVALID_PAGE_TOKEN",
                  {"cursor"}, cursor);
  }
  for (const int size : {-1, 1001}) {
    ExpectRefusal(desk().Changes("", size).status, grpc::INVALID_ARGUMENT, "INVALID_FIELD",
                  {"page_size"}, absl::StrCat(size));
  }
  zones::v1::ListZoneChangesRequest request;
  request.set_parent("cities/atlantis");
  ExpectRefusal(desk().Ask(&Desk::Stub::ListZoneChanges, request).status, grpc::NOT_FOUND,
                "CITY_NOT_FOUND", {}, "city");
}

// While several publish, several follow: nothing ever appears behind a cursor that was given out.
TEST_F(ZoneChangesTest, FollowersMissNothingWhileOthersPublish) {
  constexpr int kPublishers = 6;
  constexpr int kRounds = 8;
  constexpr int kFollowers = 3;
  std::atomic<int> publishing{kPublishers};
  std::vector<std::thread> threads;
  for (int i = 0; i < kPublishers; ++i) {
    threads.emplace_back([&, i] {
      const std::string code = absl::StrCat("c", i);
      for (int round = 0; round < kRounds; ++round) {
        desk().Enact(desk().NewDraft(code));
        desk().Enact(desk().NewDraft(code), absl::Now() + absl::Hours(1));
        EXPECT_TRUE(desk().Withdraw(code, 2 * round + 2).ok());
        EXPECT_TRUE(desk().Retire(code).ok());
      }
      --publishing;
    });
  }
  std::vector<Lines> followed(kFollowers);
  for (int i = 0; i < kFollowers; ++i) {
    threads.emplace_back([&, i, &lines = followed[static_cast<size_t>(i)]] {
      std::string cursor;
      while (true) {
        const bool last = publishing == 0;
        const ListZoneChangesResponse page = Listed(cursor, 1 + i);
        for (const std::string& line : Words(page)) lines.push_back(line);
        cursor = page.next_cursor();
        if (last && page.changes_size() == 0) return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const ListZoneChangesResponse all = Listed("", 1000);
  EXPECT_EQ(all.changes_size(), 2 + kPublishers * kRounds * 4);
  const Lines expected = Words(all);
  EXPECT_EQ(std::set<std::string>(expected.begin(), expected.end()).size(), expected.size());
  for (const Lines& lines : followed) EXPECT_EQ(lines, expected);
  for (int i = 1; i < all.changes_size(); ++i) {
    EXPECT_LE(TimeOf(all.changes(i - 1).change_time()), TimeOf(all.changes(i).change_time())) << i;
  }
}

class StableListsTest : public DeskTest {};

TEST_F(StableListsTest, AllPagesShowTheMomentOfTheFirst) {
  for (const char* code : {"c", "d", "e"}) desk().Enact(desk().NewDraft(code));
  zones::v1::ListZonesRequest request;
  request.set_parent(desk().Parent());
  request.set_page_size(2);
  request.set_view(zones::v1::ZONE_VIEW_FULL);
  auto page = desk().Ask(&Desk::Stub::ListZones, request, Clerk());
  ASSERT_EQ(page.response.zones_size(), 2);
  // Meanwhile one is changed, one ends, one comes, and the moment of the list is long past.
  desk().Enact(desk().NewDraft("c"));
  ASSERT_TRUE(desk().Retire("d").ok());
  desk().Enact(desk().NewDraft("c1"));
  Lines shown;
  while (!page.response.next_page_token().empty()) {
    request.set_page_token(page.response.next_page_token());
    page = desk().Ask(&Desk::Stub::ListZones, request, Clerk());
    ASSERT_TRUE(page.ok()) << page.status.error_message();
    for (const zones::v1::Zone& zone : page.response.zones()) {
      shown.push_back(
          absl::StrCat(zone.name().substr(desk().Zone("").size()), " ", zone.zone_version()));
      EXPECT_TRUE(zone.has_regulation());
    }
  }
  EXPECT_EQ(shown, Lines({"c 1", "d 1", "e 1"}));
}

TEST_F(StableListsTest, AMomentThatIsGivenHoldsForAllPages) {
  desk().Enact(desk().NewDraft("c"));
  zones::v1::ListZonesRequest request;
  request.set_parent(desk().Parent());
  request.set_page_size(1);
  // Finer than the register tells apart.
  *request.mutable_at_time() = StampOf(absl::Now() + absl::Nanoseconds(123));
  auto page = desk().Ask(&Desk::Stub::ListZones, request, Clerk());
  ASSERT_TRUE(page.ok()) << page.status.error_message();
  request.set_page_token(page.response.next_page_token());
  page = desk().Ask(&Desk::Stub::ListZones, request, Clerk());
  ASSERT_TRUE(page.ok()) << page.status.error_message();
  EXPECT_EQ(page.response.zones(0).name(), desk().Zone("b"));
  *request.mutable_at_time() = StampOf(absl::Now() + absl::Hours(1));
  ExpectRefusal(desk().Ask(&Desk::Stub::ListZones, request, Clerk()).status, grpc::INVALID_ARGUMENT,
                "INVALID_PAGE_TOKEN", {"page_token"}, "another moment");
}

TEST_F(StableListsTest, VersionsAreListedOnceWhileOthersComeInFront) {
  for (int i = 0; i < 4; ++i) desk().Enact(desk().NewDraft("c"));
  for (const int size : {1, 2, 3, 4, 1000}) {
    zones::v1::ListZoneVersionsRequest request;
    request.set_parent(desk().Zone("c"));
    request.set_page_size(size);
    std::vector<int64_t> numbers;
    const int64_t newest = desk().VersionAt("c");
    do {
      const auto page = desk().Ask(&Desk::Stub::ListZoneVersions, request, Clerk());
      ASSERT_TRUE(page.ok()) << page.status.error_message();
      for (const zones::v1::Zone& zone : page.response.zones()) {
        numbers.push_back(zone.zone_version());
        EXPECT_FALSE(zone.has_regulation());
      }
      if (request.page_token().empty()) desk().Enact(desk().NewDraft("c"));
      request.set_page_token(page.response.next_page_token());
    } while (!request.page_token().empty());
    std::vector<int64_t> expected;
    for (int64_t number = newest; number > 0; --number) expected.push_back(number);
    EXPECT_EQ(numbers, expected) << size;
  }
}

// Whatever is drawn or thrown away meanwhile: what was there all the time is listed once, in order.
TEST_F(StableListsTest, DraftsAreListedOnceWhileOthersComeAndGo) {
  for (const char* code : {"c", "e", "g", "i", "k"}) {
    ASSERT_TRUE(desk().Update(desk().NewDraft(code)).ok());
  }
  zones::v1::ListZoneDraftsRequest request;
  request.set_parent(desk().Parent());
  request.set_page_size(2);
  Lines shown;
  do {
    const auto page = desk().Ask(&Desk::Stub::ListZoneDrafts, request, Clerk());
    ASSERT_TRUE(page.ok()) << page.status.error_message();
    for (const zones::v1::ZoneDraft& draft : page.response.drafts()) {
      const std::string zone = draft.name().substr(desk().Zone("").size());
      shown.push_back(zone.substr(0, zone.find('/')));
    }
    if (request.page_token().empty()) {
      ASSERT_TRUE(desk().Update(desk().NewDraft("d")).ok());  // behind what was shown
      ASSERT_TRUE(desk().Delete("c").ok());
      ASSERT_TRUE(desk().Delete("e").ok());
      ASSERT_TRUE(desk().Update(desk().NewDraft("h")).ok());
    }
    request.set_page_token(page.response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(shown, Lines({"c", "e", "g", "h", "i", "k"}));
}

TEST_F(StableListsTest, ContractsAreListedOnceWhileOthersCome) {
  for (const char* provider : {"ba", "da", "fa"}) {
    MakeContract(*daemon_, desk().city(), provider, {"paid"});
  }
  cities::v1::ListContractsRequest request;
  request.set_parent(desk().Parent());
  request.set_page_size(2);
  Lines shown;
  do {
    cities::v1::ListContractsResponse page;
    const grpc::Status status = Call(
        *daemon_->cities, &cities::v1::CitiesService::Stub::ListContracts, Clerk(), request, page);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const cities::v1::Contract& contract : page.contracts()) {
      shown.push_back(contract.provider());
    }
    if (request.page_token().empty()) {
      MakeContract(*daemon_, desk().city(), "aa", {"paid"});  // behind what was shown
      MakeContract(*daemon_, desk().city(), "ea", {"paid"});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(shown, Lines({"app", "ba", "da", "ea", "fa", "rival"}));
}

}  // namespace
}  // namespace stadspoort::testing
