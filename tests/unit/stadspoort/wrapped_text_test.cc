#include "services/stadspoort/wrapped_text.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

TEST(WrappedTextTest, BreaksBetweenWordsBehindTheIndent) {
  const std::string forty(40, 'a');
  const std::string rest(80 - 3 - 41, 'b');
  EXPECT_EQ(WrappedText("one two", 3), "one two\n");
  EXPECT_EQ(WrappedText(absl::StrCat(forty, " ", rest), 3), absl::StrCat(forty, " ", rest, "\n"));
  EXPECT_EQ(WrappedText(absl::StrCat(forty, " ", rest, "b c"), 3),
            absl::StrCat(forty, "\n   ", rest, "b c\n"));
}

TEST(WrappedTextTest, AWordThatFitsNowhereStandsAlone) {
  const std::string word(100, 'a');
  EXPECT_EQ(WrappedText(absl::StrCat("x ", word, " y"), 2), absl::StrCat("x\n  ", word, "\n  y\n"));
  EXPECT_EQ(WrappedText(word, 2), word + "\n");
}

TEST(WrappedTextTest, CountsColumnsNotBytes) {
  std::string euros;
  for (int i = 0; i < 38; ++i) euros += "€";
  EXPECT_EQ(WrappedText(absl::StrCat(euros, " ", euros), 3), absl::StrCat(euros, " ", euros, "\n"));
}

TEST(WrappedTextTest, IsPrintable) {
  EXPECT_EQ(WrappedText("a\x1b[31m\nb", 0), "a\uFFFD[31m\uFFFDb\n");
  EXPECT_EQ(WrappedText("", 5), "\n");
}

}  // namespace
}  // namespace stadspoort::client
