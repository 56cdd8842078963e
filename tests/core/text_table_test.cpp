#include "core/text_table.h"

#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

TEST(TextTable, AlignsByCharactersNotBytes) {
  TextTable table({"wer", "ms"});
  table.Add({"é", "10"});
  table.Add({"abcd", "5"});
  EXPECT_EQ(table.Text(),
            "  wer   ms\n"
            "  é     10\n"
            "  abcd   5\n");
}

TEST(TextTable, LeavesNoBlanksAtTheEndOfALine) {
  TextTable table({"a", "b"});
  table.Add({"1", ""});
  EXPECT_EQ(table.Text(2), "  a  b\n  1\n");
}

TEST(TextTable, StaysATableWhateverACellHolds) {
  TextTable table({"name", "n"});
  table.Add({"two\nlines", "1"});
  EXPECT_EQ(table.Text(), "  name          n\n  two\\x0alines  1\n");
}

}  // namespace
}  // namespace mestr::internal
