#include "services/stadspoort/preview_page.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/stadspoort/preview_command.h"
#include "tests/unit/stadspoort/messages.h"

namespace stadspoort::client {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using zones::v1::PreviewZoneRequest;
using zones::v1::PreviewZoneResponse;

constexpr char kFrame[] = R"("frame": {"code": "dag", "weekdays": ["WEEKDAY_FRIDAY"],
    "fromLocalTime": "09:00", "toLocalTime": "23:00", "acceptedKinds": ["RIGHT_KIND_PAID"],
    "maxStay": "7200s"})";

PreviewZoneRequest Question(absl::string_view more = "") {
  return FromJson<PreviewZoneRequest>(absl::StrCat(
      R"({"name": "cities/ghent/zones/gele-zone-1", "startTime": "2026-05-01T18:30:00Z")", more,
      "}"));
}

// One entry that begins before the question's moment.
PreviewZoneResponse Answer(absl::string_view entry, absl::string_view end) {
  return FromJson<PreviewZoneResponse>(absl::StrCat(
      R"({"timeZone": "Europe/Brussels", "entries": [{"startTime": "2026-05-01T18:30:00Z",
          "endTime": ")",
      end, R"(", )", entry, "}]}"));
}

struct Sentences {
  const char* entry;
  const char* text;
};

const Sentences kSentences[] = {
    {R"("zoneVersion": "3")",
     "On Fri 2026-05-01 20:30 +02:00 in gele-zone-1 nothing is required. It stays so\n"
     "until Sat 2026-05-02 09:00 +02:00.\n"},
    {R"("zoneVersion": "0")",
     "On Fri 2026-05-01 20:30 +02:00 in gele-zone-1 nothing is required: no version of\n"
     "it is in force. It stays so until Sat 2026-05-02 09:00 +02:00.\n"},
    {R"("zoneVersion": "3", "closed": true, "closedDisplayName": "Feesten", "frame": {"code": "dag"})",
     "On Fri 2026-05-01 20:30 +02:00 in gele-zone-1 nothing is required: not enforced\n"
     "(Feesten). Frame dag would hold otherwise. It stays so until Sat 2026-05-02\n"
     "09:00 +02:00.\n"},
    {R"("zoneVersion": "3", "overlaid": true, "overlayDisplayName": "Werken")",
     "On Fri 2026-05-01 20:30 +02:00 in gele-zone-1 nothing is required: overlay\n"
     "Werken. It stays so until Sat 2026-05-02 09:00 +02:00.\n"},
};

TEST(PreviewPageTest, SaysInASentenceWhatHolds) {
  for (const Sentences& row : kSentences) {
    EXPECT_EQ(PreviewSentences(Question(), Answer(row.entry, "2026-05-02T07:00:00Z")), row.text);
  }
  EXPECT_EQ(PreviewSentences(Question(), Answer(absl::StrCat(R"("zoneVersion": "3", )", kFrame),
                                                "2026-05-01T21:00:00Z")),
            "On Fri 2026-05-01 20:30 +02:00 in gele-zone-1 frame dag holds (Fri 09:00-23:00).\n"
            "Accepted: paid. Longest stay: 2 h. It stays so until Fri 2026-05-01 23:00\n"
            "+02:00.\n");
  EXPECT_THAT(
      PreviewSentences(Question(), Answer(absl::StrCat(R"("zoneVersion": "3", "overlaid": true,
                                                     "overlayDisplayName": "Werken", )",
                                                       kFrame),
                                          "2026-05-01T21:00:00Z")),
      HasSubstr("frame dag of the overlay Werken"));
}

TEST(PreviewPageTest, SaysThatNothingChangesForAWeek) {
  EXPECT_THAT(PreviewSentences(Question(), Answer(R"("zoneVersion": "3")", "2026-05-08T18:30:00Z")),
              HasSubstr("It stays so\nfor at least 7 days.\n"));
}

TEST(PreviewPageTest, SaysThatItIsOnlyADraft) {
  const PreviewZoneResponse answer = Answer(R"("zoneVersion": "4")", "2026-05-02T07:00:00Z");
  EXPECT_THAT(PreviewSentences(Question(R"(, "withDraft": true)"), answer),
              StartsWith("On Fri 2026-05-01 20:30 +02:00 in gele-zone-1, with its draft, nothing"));
  EXPECT_THAT(
      PreviewSentences(Question(R"(, "withDraft": true, "draftStartTime": "2026-04-30T22:00:00Z")"),
                       answer),
      StartsWith("On Fri 2026-05-01 20:30 +02:00 in gele-zone-1, with its draft in force from\n"
                 "2026-05-01 00:00 +02:00, nothing is required."));
}

TEST(PreviewPageTest, AWeekSaysItsVersions) {
  const auto response =
      FromJson<PreviewZoneResponse>(R"({"timeZone": "Europe/Brussels", "entries": [
      {"startTime": "2026-04-26T22:00:00Z", "endTime": "2026-04-28T22:00:00Z"},
      {"startTime": "2026-04-28T22:00:00Z", "endTime": "2026-04-30T22:00:00Z", "zoneVersion": "1"},
      {"startTime": "2026-04-30T22:00:00Z", "endTime": "2026-05-03T22:00:00Z",
       "zoneVersion": "2"}]})");
  EXPECT_THAT(
      PreviewWeek(Question(), response, absl::CivilDay(2026, 4, 27), false),
      StartsWith("gele-zone-1, Mon 27 Apr to Sun 3 May 2026 on the clock of Europe/Brussels.\n"
                 "Version none, from 2026-04-29 00:00 +02:00 version 1, from 2026-05-01 00:00\n"
                 "+02:00 version 2.\n"
                 "\n"
                 "            00    03"));
}

TEST(PreviewPageTest, AsksAboutNowUnlessToldOtherwise) {
  PreviewArguments arguments;
  arguments.zone = {"cities/ghent/zones/gele-zone-1", ""};
  const auto now = PreviewRequest(arguments);
  ASSERT_TRUE(now.ok()) << now.status();
  EXPECT_EQ(now->name(), "cities/ghent/zones/gele-zone-1");
  EXPECT_FALSE(now->has_start_time());
  EXPECT_FALSE(now->with_draft());
  arguments.at = "2026-05-01T20:30+02:00";
  arguments.draft = true;
  arguments.draft_from = "2026-05-01T00:00+02:00";
  const auto then = PreviewRequest(arguments);
  ASSERT_TRUE(then.ok()) << then.status();
  EXPECT_EQ(then->start_time().seconds(), 1777660200);
  EXPECT_FALSE(then->has_end_time());
  EXPECT_TRUE(then->with_draft());
  EXPECT_EQ(then->draft_start_time().seconds(), 1777586400);
}

TEST(PreviewPageTest, AWeekBeginsOnMonday) {
  const absl::CivilDay today(2026, 4, 27);
  EXPECT_EQ(MondayOf("", today), today);
  EXPECT_EQ(MondayOf("2026-05-01", today), today);
  EXPECT_EQ(MondayOf("2026-05-03", today), today);
  EXPECT_EQ(MondayOf("2026-05-04", today), absl::CivilDay(2026, 5, 4));
  EXPECT_EQ(MondayOf("", absl::CivilDay(2028, 3, 1)), absl::CivilDay(2028, 2, 28));
}

}  // namespace
}  // namespace stadspoort::client
