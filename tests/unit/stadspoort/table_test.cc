#include "services/stadspoort/table.h"

#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

TEST(TableTest, MeasuresWhatATerminalShows) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("Gent"), 4u);
  EXPECT_EQ(DisplayWidth("Liège"), 5u);
  EXPECT_EQ(DisplayWidth("Lie\u0300ge"), 5u);  // a combining accent
  EXPECT_EQ(DisplayWidth("停车"), 4u);
  EXPECT_EQ(DisplayWidth("\xff"), 1u);
}

TEST(TableTest, AlignsColumnsByWidthNotBytes) {
  Table table({"NAME", "N"});
  table.AddRow({{"Liège"}, {"1"}});
  table.AddRow({{"Gent"}, {"22"}});
  EXPECT_EQ(table.Render(false),
            "NAME   N\n"
            "Liège  1\n"
            "Gent   22\n");
}

TEST(TableTest, ShowsEmptyAndMissingCells) {
  Table table({"A", "B", "C"});
  table.AddRow({{""}, {"x"}});
  EXPECT_EQ(table.Render(false, 2), "  A  B  C\n  -  x  -\n");
}

TEST(TableTest, ColoursOnlyWhenAskedAndKeepsColumnsAligned) {
  Table table({"D", "X"});
  table.AddRow({{"ok", Tone::kGood}, {"1"}});
  table.AddRow({{"plain"}, {"2"}});
  EXPECT_EQ(table.Render(false).find('\x1b'), std::string::npos);
  EXPECT_EQ(table.Render(true),
            "\x1b[2mD\x1b[0m      \x1b[2mX\x1b[0m\n"
            "\x1b[32mok\x1b[0m     1\n"
            "plain  2\n");
}

TEST(TableTest, NothingFromOutsideMovesTheCursor) {
  EXPECT_EQ(Printable("a\x1b[31mb"), "a\uFFFD[31mb");
  EXPECT_EQ(Printable("a\nb\tc\x7f"), "a\uFFFDb\uFFFDc\uFFFD");
  EXPECT_EQ(Printable("\u202Eabc"), "\uFFFDabc");  // right-to-left override
  EXPECT_EQ(Printable("\xff\xfe"), "\uFFFD\uFFFD");
  EXPECT_EQ(Printable("Liège — ok"), "Liège — ok");
  Table table({"A"});
  table.AddRow({{"x\ry"}});
  EXPECT_EQ(table.Render(false), "A\nx\uFFFDy\n");
}

TEST(TableTest, ListsFieldsWithTheirValuesAligned) {
  FieldList fields;
  fields.Add("Time zone", "Europe/Brussels");
  fields.Add("When", "Mon\nTue");
  EXPECT_EQ(fields.Render(),
            "  Time zone  Europe/Brussels\n"
            "  When       Mon\n"
            "             Tue\n");
}

}  // namespace
}  // namespace stadspoort::client
