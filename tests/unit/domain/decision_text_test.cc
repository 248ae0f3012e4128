#include "services/domain/decision_text.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::domain {
namespace {

const std::vector<std::string> kLanguages = {"nl", "fr", "de", "en"};

std::vector<DecisionReason> AllReasons() {
  std::vector<DecisionReason> reasons;
  for (int value = 1; value <= kDecisionReasonCount; ++value) {
    reasons.push_back(static_cast<DecisionReason>(value));
  }
  return reasons;
}

std::vector<Decision> AllDecisions() {
  std::vector<Decision> decisions;
  for (int value = 1; value <= static_cast<int>(Decision::kNotPermitted); ++value) {
    decisions.push_back(static_cast<Decision>(value));
  }
  return decisions;
}

std::string Expired(const std::string& language, int64_t minutes) {
  return ReasonText(DecisionReason::kExpired, language, minutes);
}

TEST(DecisionTextTest, KnowsItsLanguagesExactly) {
  for (const std::string& language : kLanguages) EXPECT_TRUE(IsLanguage(language)) << language;
  for (const char* other : {"", "NL", "nl-BE", "es", "n", "nlfr", " nl"}) {
    EXPECT_FALSE(IsLanguage(other)) << other;
  }
}

TEST(DecisionTextTest, NamesDecisions) {
  EXPECT_EQ(DecisionText(Decision::kUnknown, "nl"), "Onbekend");
  EXPECT_EQ(DecisionText(Decision::kNotRequired, "fr"), "Aucun droit requis");
  EXPECT_EQ(DecisionText(Decision::kPermitted, "de"), "Erlaubt");
  EXPECT_EQ(DecisionText(Decision::kReview, "nl"), "Na te kijken");
  EXPECT_EQ(DecisionText(Decision::kNotPermitted, "nl"), "Niet toegestaan");
  EXPECT_EQ(DecisionText(Decision::kNotPermitted, "fr"), "Non autorisé");
  EXPECT_EQ(DecisionText(Decision::kNotPermitted, "de"), "Nicht erlaubt");
  EXPECT_EQ(DecisionText(Decision::kNotPermitted, "en"), "Not permitted");
}

// Two decisions with one text, or a table that slipped by a row, would tell a person the wrong
// thing.
TEST(DecisionTextTest, EveryDecisionHasItsOwnTextInEveryLanguage) {
  for (const std::string& language : kLanguages) {
    std::set<std::string> texts;
    for (const Decision decision : AllDecisions()) texts.insert(DecisionText(decision, language));
    EXPECT_EQ(texts.size(), 5u) << language;
    EXPECT_FALSE(texts.contains("")) << language;
  }
}

TEST(DecisionTextTest, EveryReasonHasItsOwnTextInEveryLanguage) {
  std::set<std::string> texts;
  for (const std::string& language : kLanguages) {
    for (const DecisionReason reason : AllReasons()) {
      const std::string text = ReasonText(reason, language, std::nullopt);
      EXPECT_FALSE(text.empty());
      EXPECT_FALSE(absl::EndsWith(text, ".")) << text;
      EXPECT_FALSE(absl::StrContains(text, "$")) << text;
      EXPECT_EQ(text, std::string(absl::StripAsciiWhitespace(text)));
      EXPECT_TRUE(texts.insert(text).second) << "twice: " << text;
    }
  }
}

// The whole table once in words, so that a row that slips is seen.
TEST(DecisionTextTest, TellsEachReasonInEnglish) {
  const std::vector<std::string> expected = {
      "The register's data is too old to decide",
      "The register cannot be reached",
      "The register is overloaded and cannot answer now",
      "The question is incomplete or faulty",
      "The time of the check lies in the future",
      "No right is required here at this time",
      "The rules of the zone do not apply in this period",
      "Parking for a limited time with a parking disc (blue zone)",
      "Valid right",
      "Within the tolerance before the start or after the end of a right",
      "The place is not precise enough: the possible zones give different answers",
      "A right exists for this plate, but with another country",
      "A plate that looks almost the same has a right here",
      "The plate was not read with enough certainty",
      "Right suspended",
      "Right revoked",
      "Right expired",
      "Right not yet in force",
      "Right not valid on this day or at this hour",
      "The plate is on a permit, but is not the active one",
      "This type of right is not accepted here at this time",
      "The right holds in another zone",
      "No right known for this plate"};
  std::vector<std::string> told;
  for (const DecisionReason reason : AllReasons()) {
    told.push_back(ReasonText(reason, "en", std::nullopt));
  }
  EXPECT_EQ(told, expected);
}

TEST(DecisionTextTest, TranslationsStandInTheSameRows) {
  const auto text = [](DecisionReason reason, const char* language) {
    return ReasonText(reason, language, std::nullopt);
  };
  EXPECT_THAT(text(DecisionReason::kStale, "nl"), testing::HasSubstr("te oud"));
  EXPECT_THAT(text(DecisionReason::kStale, "de"), testing::HasSubstr("zu alt"));
  EXPECT_THAT(text(DecisionReason::kOverloaded, "fr"), testing::HasSubstr("surchargé"));
  EXPECT_THAT(text(DecisionReason::kTimeLimited, "nl"), testing::HasSubstr("parkeerschijf"));
  EXPECT_THAT(text(DecisionReason::kTimeLimited, "fr"), testing::HasSubstr("zone bleue"));
  EXPECT_EQ(text(DecisionReason::kRight, "nl"), "Geldig recht");
  EXPECT_EQ(text(DecisionReason::kRight, "fr"), "Droit valable");
  EXPECT_EQ(text(DecisionReason::kRight, "de"), "Gültige Berechtigung");
  EXPECT_THAT(text(DecisionReason::kCountryMismatch, "de"), testing::HasSubstr("Land"));
  EXPECT_EQ(text(DecisionReason::kSuspended, "nl"), "Recht geschorst");
  EXPECT_EQ(text(DecisionReason::kRevoked, "nl"), "Recht ingetrokken");
  EXPECT_EQ(text(DecisionReason::kRevoked, "fr"), "Droit retiré");
  EXPECT_THAT(text(DecisionReason::kTypeNotAccepted, "nl"), testing::HasSubstr("aanvaard"));
  EXPECT_THAT(text(DecisionReason::kWrongZone, "fr"), testing::HasSubstr("autre zone"));
  EXPECT_EQ(text(DecisionReason::kNoRight, "nl"), "Geen recht bekend voor deze nummerplaat");
  EXPECT_EQ(text(DecisionReason::kNoRight, "fr"), "Aucun droit connu pour cette plaque");
  EXPECT_EQ(text(DecisionReason::kNoRight, "de"),
            "Keine Berechtigung für dieses Kennzeichen bekannt");
}

TEST(DecisionTextTest, CountsMinutesInTheRightNumber) {
  EXPECT_EQ(Expired("nl", 1), "Recht verlopen, 1 minuut geleden");
  EXPECT_EQ(Expired("nl", 12), "Recht verlopen, 12 minuten geleden");
  EXPECT_EQ(Expired("fr", 1), "Droit expiré il y a 1 minute");
  EXPECT_EQ(Expired("fr", 12), "Droit expiré il y a 12 minutes");
  EXPECT_EQ(Expired("de", 1), "Berechtigung vor 1 Minute abgelaufen");
  EXPECT_EQ(Expired("de", 12), "Berechtigung vor 12 Minuten abgelaufen");
  EXPECT_EQ(Expired("en", 1), "Right expired 1 minute ago");
  EXPECT_EQ(Expired("en", 119), "Right expired 119 minutes ago");
}

TEST(DecisionTextTest, LessThanAMinuteIsNotZeroMinutes) {
  EXPECT_EQ(Expired("nl", 0), "Recht verlopen, minder dan een minuut geleden");
  EXPECT_EQ(Expired("fr", 0), "Droit expiré il y a moins d'une minute");
  EXPECT_EQ(Expired("de", 0), "Berechtigung vor weniger als einer Minute abgelaufen");
  EXPECT_EQ(Expired("en", 0), "Right expired less than a minute ago");
}

TEST(DecisionTextTest, CountsHoursAndDaysRoundedDown) {
  EXPECT_EQ(Expired("en", 120), "Right expired 2 hours ago");
  EXPECT_EQ(Expired("en", 121), "Right expired 2 hours and 1 minute ago");
  EXPECT_EQ(Expired("nl", 185), "Recht verlopen, 3 uur en 5 minuten geleden");
  EXPECT_EQ(Expired("fr", 47 * 60 + 59), "Droit expiré il y a 47 heures et 59 minutes");
  EXPECT_EQ(Expired("en", 48 * 60), "Right expired 2 days ago");
  EXPECT_EQ(Expired("en", 48 * 60 + 59), "Right expired 2 days ago");
  EXPECT_EQ(Expired("nl", 49 * 60 + 10), "Recht verlopen, 2 dagen en 1 uur geleden");
  EXPECT_EQ(Expired("de", (10 * 24 + 3) * 60),
            "Berechtigung vor 10 Tagen und 3 Stunden abgelaufen");
}

TEST(DecisionTextTest, WithoutMinutesItDoesNotSayHowLongAgo) {
  EXPECT_EQ(ReasonText(DecisionReason::kExpired, "nl", std::nullopt), "Recht verlopen");
  EXPECT_EQ(ReasonText(DecisionReason::kExpired, "nl", -1), "Recht verlopen");
}

TEST(DecisionTextTest, MinutesSpeakWithExpiredOnly) {
  for (const DecisionReason reason : AllReasons()) {
    if (reason == DecisionReason::kExpired) continue;
    EXPECT_EQ(ReasonText(reason, "en", 12), ReasonText(reason, "en", std::nullopt));
  }
}

TEST(DecisionTextTest, AnUnknownLanguageGivesEnglish) {
  EXPECT_EQ(DecisionText(Decision::kPermitted, "es"), "Permitted");
  EXPECT_EQ(ReasonText(DecisionReason::kNoRight, "", std::nullopt),
            "No right known for this plate");
}

TEST(DecisionTextTest, AValueOutsideOfTheListsIsUnknown) {
  EXPECT_EQ(DecisionText(static_cast<Decision>(0), "nl"), "Onbekend");
  EXPECT_EQ(DecisionText(static_cast<Decision>(9), "nl"), "Onbekend");
  EXPECT_EQ(ReasonText(static_cast<DecisionReason>(0), "fr", 3), "Inconnu");
  EXPECT_EQ(ReasonText(static_cast<DecisionReason>(77), "fr", std::nullopt), "Inconnu");
}

}  // namespace
}  // namespace stadspoort::domain
