#include "services/domain/plate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"

namespace stadspoort::domain {
namespace {

// The normalised number, or "refused".
std::string Normalised(absl::string_view raw) {
  const absl::StatusOr<PlateNumber> number = PlateNumber::Normalise(raw);
  return number.ok() ? number->value() : "refused";
}

bool IsNormal(absl::string_view number) {
  return !number.empty() && number.size() <= limits::kPlateMaxLength &&
         std::all_of(number.begin(), number.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

void AppendUtf8(char32_t c, std::string& out) {
  const auto byte = [&](char32_t b) { out.push_back(static_cast<char>(b)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6);
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3F));
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

std::string Utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) AppendUtf8(c, out);
  return out;
}

struct Typed {
  const char* what;
  std::u32string_view raw;
  const char* number;
};

void PrintTo(const Typed& typed, std::ostream* out) { *out << typed.what; }

class NormaliseTest : public testing::TestWithParam<Typed> {};

TEST_P(NormaliseTest, GivesTheNumber) {
  EXPECT_EQ(Normalised(Utf8(GetParam().raw)), GetParam().number);
}

// Everything that is not ASCII is written as a code point: the point of these rows is that it looks
// like something else.
constexpr Typed kTyped[] = {
    {"AsItIs", U"1ABC234", "1ABC234"},
    {"SmallLetters", U"1abc234", "1ABC234"},
    {"Hyphens", U"1-ABC-234", "1ABC234"},
    {"SpacesAndDots", U" 1 ABC.234 ", "1ABC234"},
    {"TabAndNewline", U"1ABC\t234\n", "1ABC234"},
    {"AnythingElseInAscii", U"1_A/B:C(2)3,4'!@#$%^&*", "1ABC234"},
    {"NulInTheMiddle",
     {U"1ABC\0"
      U"234",
      8},
     "1ABC234"},
    {"TokenOf25", U"ABCDEFGHIJKLMNOPQRSTUVWXY", "ABCDEFGHIJKLMNOPQRSTUVWXY"},
    {"OneCharacter", U"A", "A"},
    {"PersonalisedPlate", U"KATRIEN", "KATRIEN"},
    // Separators of other kinds
    {"HyphenAndNonBreakingHyphen", U"1\u2010ABC\u2011234", "1ABC234"},
    {"FigureEnAndEmDash", U"1\u2012A\u2013BC\u2014234", "1ABC234"},
    {"HorizontalBarMinusAndFullWidthHyphen", U"1\u2015ABC\u2212234\uFF0D", "1ABC234"},
    {"SmallHyphenAndArmenianHyphen", U"1\uFE63ABC\u058A234", "1ABC234"},
    {"NoBreakSpaces", U"1\u00A0ABC\u202F234", "1ABC234"},
    {"ThinAndIdeographicSpace", U"1\u2009ABC\u3000234", "1ABC234"},
    {"MiddleDotAndBullet", U"1\u00B7ABC\u2022234", "1ABC234"},
    {"SoftHyphen", U"1\u00ADABC234", "1ABC234"},
    {"ZeroWidthCharacters", U"1\u200BA\u200CB\u200DC\u2060234\uFEFF", "1ABC234"},
    {"DirectionMarks", U"\u200E1ABC\u202A234\u202C", "1ABC234"},
    {"VariationSelectors", U"1\uFE0F\u20E3ABC", "1ABC"},
    // Marks and compatibility forms
    {"Umlauts", U"M\u00DC\u00D6\u00C4 12", "MUOA12"},
    {"CombiningMarks", U"A\u0301\u0302\u0323B\u0338", "AB"},
    {"MarkThatFoldsToALetter", U"A\u0345B", "AB"},
    {"AccentedSmallLetters", U"\u00E9\u00E7\u00F1\u0161", "ECNS"},
    {"FullWidth", U"\uFF11\uFF21\uFF22\uFF23\uFF12\uFF13\uFF14", "1ABC234"},
    {"FullWidthSmall", U"\uFF41\uFF42\uFF43", "ABC"},
    {"Circled", U"\u24B6\u24D1\u2460\u2473", "AB120"},
    {"ParenthesisedAndSquared", U"\u249C\U0001F131\u2474", "AB1"},
    {"Mathematical", U"\U0001D400\U0001D6A8\U0001D7CF\U0001D552", "AA1A"},
    {"SuperAndSubscript", U"A\u00B2B\u2083", "A2B3"},
    {"RomanNumeral", U"\u2167", "VIII"},
    {"Ligatures", U"\uFB01\uFB06", "FIST"},
    {"SharpS", U"\u00DF", "SS"},
    {"CapitalSharpS", U"\u1E9E1", "SS1"},
    {"LongS", U"\u017F", "S"},
    {"DotlessI", U"\u01311", "I1"},
    {"DottedCapitalI", U"\u0130", "I"},
    {"KelvinAndAngstrom", U"\u212A\u212B", "KA"},
    {"MicroSign", U"\u00B5", "M"},
    // Look-alikes
    {"CyrillicRussianPlate",
     U"\u0410\u0412\u0415\u041A\u041C\u041D\u041E\u0420\u0421\u0422\u0423"
     U"\u0425",
     "ABEKMHOPCTYX"},
    {"CyrillicSmall", U"\u0430\u0432\u0435\u043A\u043C\u043D\u043E\u0440\u0441\u0442\u0443\u0445",
     "ABEKMHOPCTYX"},
    {"CyrillicOfOtherAlphabets", U"\u0406\u0405\u0408\u04AE\u0474\u04C0\u051A\u051C", "ISJYVIQW"},
    {"CyrillicWithMarks", U"\u0401\u0407\u040E\u040C", "EIYK"},
    {"CyrillicWithoutLookAlike", U"\u0416\u042F1\u0429", "1"},
    {"Greek",
     U"\u0391\u0392\u0395\u0396\u0397\u0399\u039A\u039C\u039D\u039F\u03A1\u03A4\u03A5\u03A7",
     "ABEZHIKMNOPTYX"},
    {"GreekSmall",
     U"\u03B1\u03B2\u03B5\u03B6\u03B7\u03B9\u03BA\u03BC\u03BD\u03BF\u03C1\u03C4\u03C5\u03C7",
     "ABEZHIKMNOPTYX"},
    {"GreekWithTonosAndIotaBelow", U"\u0386\u03AC\u1FB3", "AAA"},
    {"GreekWithoutLookAlike", U"\u03A9\u03A31\u03C2", "1"},
    {"MixedScripts", U"1\u0391\u0412C 234", "1ABC234"},
    // Refused
    {"Empty", U"", "refused"},
    {"OnlySeparators", U" - \u2013 . ", "refused"},
    {"OnlyMarks", U"\u0301\u0302", "refused"},
    {"OnlyOtherScripts", U"\u4E2D\u0E01\u05D0\U0001F697", "refused"},
    {"TwentySix", U"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "refused"},
    {"TwentySixByExpansion", U"ABCDEFGHIJKLMNOPQRSTUVWX\u00DF", "refused"},
};

INSTANTIATE_TEST_SUITE_P(Plates, NormaliseTest, testing::ValuesIn(kTyped),
                         [](const auto& row) { return std::string(row.param.what); });

TEST(PlateNumberTest, RefusesTextThatIsNotUtf8) {
  for (const absl::string_view raw : {
           absl::string_view("1ABC\xFF"),
           absl::string_view("\x80"),
           absl::string_view("1ABC\xC3"),              // cut off
           absl::string_view("\xC1\x81"),              // 'A' in two bytes
           absl::string_view("\xE0\x81\x81"),          // 'A' in three bytes
           absl::string_view("\xED\xA0\x80 1ABC"),     // half a surrogate pair
           absl::string_view("\xF4\x90\x80\x80 1AB"),  // beyond U+10FFFF
           absl::string_view("1ABC\xE2\x80"),
       }) {
    EXPECT_EQ(Normalised(raw), "refused") << testing::PrintToString(raw);
  }
}

TEST(PlateNumberTest, CountsBytesAsSentBeforeReadingThem) {
  const std::string spaces(limits::kPlateRawMaxBytes - 1, ' ');
  EXPECT_EQ(Normalised(spaces + "A"), "A");
  EXPECT_EQ(Normalised(spaces + " A"), "refused");
  EXPECT_EQ(Normalised(std::string(size_t{1} << 20, 'A')), "refused");
  EXPECT_EQ(Normalised(std::string(size_t{1} << 20, '\xFF')), "refused");
}

TEST(PlateNumberTest, TwentyFiveOfTheWidestCharactersFit) {
  std::u32string raw;
  for (size_t i = 0; i < limits::kPlateMaxLength; ++i) raw += U"\U0001D400\u2013";
  EXPECT_EQ(Normalised(Utf8(raw)), std::string(limits::kPlateMaxLength, 'A'));
}

TEST(PlateNumberTest, RefusalSaysWhatIsAcceptedAndNeverQuotesThePlate) {
  const std::pair<std::string, absl::string_view> cases[] = {
      {"", "no letter or digit"},
      {"---", "no letter or digit"},
      {"SECRETSECRETSECRETSECRET99", "more than 25"},
      {"SECRET\xFF", "not UTF-8"},
      {"SECRET" + std::string(200, '-'), "longer than 200 bytes"},
  };
  for (const auto& [raw, what] : cases) {
    const absl::Status status = PlateNumber::Normalise(raw).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    const std::optional<RefusalDetails> details = DetailsOf(status);
    ASSERT_TRUE(details.has_value());
    EXPECT_EQ(details->reason, ErrorReason::kInvalidPlate);
    ASSERT_EQ(details->violations.size(), 1U);
    EXPECT_EQ(details->violations[0].field, "number");
    EXPECT_TRUE(absl::StrContains(details->violations[0].description, what)) << status;
    EXPECT_TRUE(absl::StrContains(details->violations[0].description, "give 1 to 25")) << status;
    EXPECT_FALSE(absl::StrContains(status.ToString(), "SECRET")) << status;
  }
}

// Text of 0 to 39 characters: mostly what people and cameras send, some of everything.
std::string RandomText(std::mt19937& random) {
  static constexpr std::pair<char32_t, char32_t> kRanges[] = {
      {0x20, 0x7E},     {0x30, 0x5A},     {0xA0, 0x24F},    {0x300, 0x36F},
      {0x370, 0x52F},   {0x1E00, 0x1FFF}, {0x2000, 0x206F}, {0x2070, 0x218F},
      {0x2460, 0x24FF}, {0xF900, 0xFFFD}, {0x0, 0xD7FF},    {0xE000, 0x10FFFF}};
  std::string text;
  const size_t length = std::uniform_int_distribution<size_t>(0, 39)(random);
  for (size_t i = 0; i < length; ++i) {
    const auto& [first, last] = kRanges[random() % std::size(kRanges)];
    AppendUtf8(std::uniform_int_distribution<char32_t>(first, last)(random), text);
  }
  return text;
}

TEST(PlateNumberTest, NormalisingIsIdempotentOverRandomUnicode) {
  std::mt19937 random(20260329);
  int accepted = 0;
  for (int i = 0; i < 200000; ++i) {
    const std::string raw = RandomText(random);
    const absl::StatusOr<PlateNumber> number = PlateNumber::Normalise(raw);
    if (!number.ok()) continue;
    ++accepted;
    ASSERT_TRUE(IsNormal(number->value())) << testing::PrintToString(raw);
    ASSERT_EQ(Normalised(number->value()), number->value()) << testing::PrintToString(raw);
  }
  EXPECT_GT(accepted, 100000);
}

TEST(PlateNumberTest, CaseAndSeparatorsNeverMatter) {
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    std::string number;
    std::string typed;
    const size_t length = 1 + random() % limits::kPlateMaxLength;
    for (size_t j = 0; j < length; ++j) {
      const char c = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[random() % 36];
      number.push_back(c);
      const bool small = c >= 'A' && random() % 2 == 0;
      typed.push_back(small ? static_cast<char>(c - 'A' + 'a') : c);
      if (random() % 3 == 0) typed += Utf8(random() % 2 == 0 ? U"\u2013" : U" ");
    }
    ASSERT_EQ(Normalised(typed), number);
  }
}

TEST(PlateNumberTest, AnyCodePointAloneGivesANumberOrARefusal) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string number = Normalised(Utf8(std::u32string(1, c)));
    ASSERT_TRUE(number == "refused" || IsNormal(number)) << static_cast<uint32_t>(c);
  }
}

TEST(PlateNumberTest, RandomBytesGiveANumberOrARefusal) {
  std::mt19937 random(1);
  for (int i = 0; i < 200000; ++i) {
    std::string raw(random() % 40, '\0');
    std::generate(raw.begin(), raw.end(), [&] { return static_cast<char>(random()); });
    const std::string number = Normalised(raw);
    ASSERT_TRUE(number == "refused" || IsNormal(number)) << testing::PrintToString(raw);
  }
}

TEST(FoldTest, TakesEachClassToOneOfIts) {
  const std::vector<std::string> classes = {"0ODQ", "1IL", "8B", "5S", "2Z", "6G", "UV"};
  std::string folds;
  for (const std::string& alike : classes) {
    const std::string fold = PlateNumber::FromStored(alike).Folded();
    EXPECT_EQ(fold, std::string(alike.size(), fold[0])) << alike;
    EXPECT_TRUE(absl::StrContains(alike, fold.substr(0, 1))) << alike;
    EXPECT_FALSE(absl::StrContains(folds, fold.substr(0, 1))) << "classes must stay apart";
    folds += fold[0];
  }
  const std::string alone = "34 79 A C E F H J K M N P R T W X Y";
  for (const char c : alone) {
    if (c == ' ') continue;
    EXPECT_EQ(PlateNumber::FromStored(std::string(1, c)).Folded(), std::string(1, c));
  }
}

TEST(FoldTest, IsIdempotentAndKeepsANormalNumberNormal) {
  std::mt19937 random(2);
  for (int i = 0; i < 20000; ++i) {
    const absl::StatusOr<PlateNumber> number = PlateNumber::Normalise(RandomText(random));
    if (!number.ok()) continue;
    const std::string folded = number->Folded();
    ASSERT_TRUE(IsNormal(folded));
    ASSERT_EQ(folded.size(), number->value().size());
    ASSERT_EQ(PlateNumber::FromStored(folded).Folded(), folded);
  }
}

TEST(CountryTest, ReadsSigns) {
  const std::pair<absl::string_view, absl::string_view> cases[] = {
      {"B", "B"}, {"nl", "NL"}, {"Gbz", "GBZ"}, {"", ""}};
  for (const auto& [text, sign] : cases) {
    const absl::StatusOr<Country> country = Country::Parse(text);
    ASSERT_TRUE(country.ok()) << text;
    EXPECT_EQ(country->sign(), sign);
    EXPECT_EQ(country->known(), !sign.empty());
    EXPECT_EQ(Country::FromStored(sign), *country);
  }
}

TEST(CountryTest, RefusesWhatIsNoSign) {
  for (const absl::string_view text :
       {absl::string_view("BELG"), absl::string_view("B1"), absl::string_view(" B"),
        absl::string_view("\xC3\x89"), absl::string_view("N\0L", 3), absl::string_view("\0", 1)}) {
    const absl::Status status = Country::Parse(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    const std::optional<RefusalDetails> details = DetailsOf(status);
    ASSERT_TRUE(details.has_value());
    EXPECT_EQ(details->reason, ErrorReason::kInvalidField);
    EXPECT_EQ(details->violations[0].field, "country");
  }
}

TEST(CountryTest, OnlyTwoKnownAndDifferentOnesDoNotMatch) {
  const Country unknown;
  const Country belgium = Country::FromStored("B");
  const Country bulgaria = Country::FromStored("BG");
  EXPECT_TRUE(belgium.Matches(belgium));
  EXPECT_TRUE(belgium.Matches(unknown));
  EXPECT_TRUE(unknown.Matches(belgium));
  EXPECT_TRUE(unknown.Matches(unknown));
  EXPECT_FALSE(belgium.Matches(bulgaria));
  EXPECT_FALSE(bulgaria.Matches(belgium));
}

}  // namespace
}  // namespace stadspoort::domain
