#include "core/csv.h"

#include <limits>

#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const CsvSchema kAnySchema = {.required = {"a", "b"}, .optional = {"c"}};

CsvTable Parse(const std::string& content, const CsvSchema& schema = kAnySchema) {
  return CsvTable::Parse(content, "x.csv", schema);
}

std::string ParseError(const std::string& content, const CsvSchema& schema = kAnySchema) {
  return ErrorMessage(ErrorKind::kInput, [&] { Parse(content, schema); });
}

std::vector<std::string> Row(const CsvTable& table, std::size_t row) {
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < table.header().size(); ++i) cells.emplace_back(table[row].Text(i));
  return cells;
}

TEST(CsvTable, FindsColumnsByNameInAnyOrder) {
  const CsvTable table = Parse("b,a\n1,2\n");
  ASSERT_EQ(table.size(), 1u);
  EXPECT_EQ(table[0].Text(table.Column("a")), "2");
  EXPECT_EQ(table[0].Text(table.Column("b")), "1");
  EXPECT_EQ(table.FindColumn("c"), std::nullopt);
}

TEST(CsvTable, ReadsQuotedFieldsWithCommasQuotesAndNewlines) {
  const CsvTable table = Parse("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\nlines\",z\n");
  ASSERT_EQ(table.size(), 2u);
  EXPECT_THAT(Row(table, 0), ElementsAre("x, y", "say \"hi\""));
  EXPECT_THAT(Row(table, 1), ElementsAre("two\nlines", "z"));
}

TEST(CsvTable, TakesByteOrderMarkCrlfBlankLinesAndAMissingLastNewline) {
  const CsvTable table = Parse(
      "\xEF\xBB\xBF"
      "a,b\r\n1,2\r\n\r\n  \r\n3,4");
  ASSERT_EQ(table.size(), 2u);
  EXPECT_THAT(table.header(), ElementsAre("a", "b"));
  EXPECT_THAT(Row(table, 0), ElementsAre("1", "2"));
  EXPECT_THAT(Row(table, 1), ElementsAre("3", "4"));
  EXPECT_EQ(table[1].line(), 5);
}

TEST(CsvTable, KeepsBlanksOnlyWithinQuotes) {
  const CsvTable table = Parse("a,b\n  1 ,\" 2 \"\n");
  EXPECT_THAT(Row(table, 0), ElementsAre("1", " 2 "));
}

TEST(CsvTable, PassesOverRowsOfEmptyCellsWhereverTheyStand) {
  const CsvTable table = Parse(",,\na,b\n1,2\n,\n , ,,\n3,4\n\"\",\"\"\n,,,,,\n");
  ASSERT_EQ(table.size(), 2u);
  EXPECT_THAT(Row(table, 0), ElementsAre("1", "2"));
  EXPECT_THAT(Row(table, 1), ElementsAre("3", "4"));
  EXPECT_EQ(table[1].line(), 6);
}

TEST(CsvTable, PassesOverEmptyColumnsAtTheEnd) {
  const CsvTable table = Parse("a,b,,\n1,2,,\n3,4\n5,6, ,,,\n");
  ASSERT_EQ(table.size(), 3u);
  EXPECT_THAT(table.header(), ElementsAre("a", "b"));
  EXPECT_THAT(Row(table, 1), ElementsAre("3", "4"));
  EXPECT_THAT(Row(table, 2), ElementsAre("5", "6"));
  EXPECT_EQ(ParseError("a,b,,\n1,2,,x\n"), "x.csv:2:5: 4 fields, the header has 2");
  EXPECT_EQ(ParseError("a,,b\n1,,2\n"), "x.csv:1:3: unknown column '', expected a,b");
}

TEST(CsvTable, FindsColumnsWhateverTheBlanksAndQuotesOfTheirNames) {
  const CsvTable table = Parse("\" b \", a \n1,2\n");
  EXPECT_EQ(table[0].Text(table.Column("a")), "2");
  EXPECT_EQ(table[0].Text(table.Column("b")), "1");
  EXPECT_EQ(ErrorMessage(ErrorKind::kInput, [&] { table[0].Int64(1, 5, 9); }),
            "x.csv:2:3: a '2' is not in [5, 9]");
}

TEST(CsvTable, SaysHowANameInTheOtherCaseMustBeWritten) {
  EXPECT_EQ(ParseError("a,B\n1,2\n"), "x.csv:1:3: the column 'B' must be written 'b'");
  EXPECT_EQ(ParseError("a,b,C\n1,2,3\n"), "x.csv:1:5: the column 'C' must be written 'c'");
}

TEST(CsvTable, TakesEveryKindOfLineEnd) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const CsvTable table = Parse("a,b" + end + "1,2" + end + "3,4" + end);
    ASSERT_EQ(table.size(), 2u);
    EXPECT_EQ(table[1].line(), 3);
    EXPECT_THAT(Row(table, 1), ElementsAre("3", "4"));
  }
}

TEST(CsvTable, ForgivesNothingWhereTheFileMustBeExact) {
  const CsvSchema exact = {.required = {"a", "b"}, .exact = true};
  EXPECT_EQ(Parse("a,b\r\n1,2\r\n\r\n", exact).size(), 1u);
  EXPECT_EQ(ParseError("a,b\n1,2\n,\n", exact), "x.csv:3:1: an empty row; remove it");
  EXPECT_EQ(ParseError("a,b\n1,2,\n", exact),
            "x.csv:2:5: an empty field more than the header has; remove it");
  EXPECT_EQ(ParseError("a,b,\n1,2,\n", exact), "x.csv:1:5: unknown column '', expected a,b");
  EXPECT_THAT(ParseError("a,B\n1,2\n", exact),
              StartsWith("x.csv:1:3: the column 'B' must be written"));
  EXPECT_THAT(ParseError(std::string("\xFF\xFE"
                                     "a\0",
                                     4),
                         exact),
              StartsWith("x.csv:1:1: is UTF-16"));
  const CsvTable table = Parse("a,b\n1.0,2\n", exact);
  EXPECT_EQ(ErrorMessage(ErrorKind::kInput, [&] { table[0].Int64(0); }),
            "x.csv:2:1: a '1.0' is not a whole number");
}

TEST(CsvTable, RefusesARowOfMoreColumnsThanMemoryShouldHold) {
  EXPECT_EQ(ParseError("a,b\n" + std::string(5000, ',') + "\n"),
            "x.csv:2:1: more than 1000 columns");
}

TEST(CsvTable, RefusesAQuoteOutOfPlaceWithLineAndColumn) {
  EXPECT_THAT(ParseError("a,b\n1,2\n3,x\"y\n"), StartsWith("x.csv:3:4: a quote is out of place"));
  EXPECT_THAT(ParseError("a,b\n\"1\"x,2\n"), StartsWith("x.csv:2:4: a quote is out of place"));
}

TEST(CsvTable, RefusesAQuoteThatIsNeverClosedWhereItOpens) {
  EXPECT_THAT(ParseError("a,b\n1,2\n3,\"open\n5,6\n"),
              StartsWith("x.csv:3:3: this quote is never closed"));
}

TEST(CsvTable, RefusesRowsWithAnotherNumberOfFields) {
  EXPECT_EQ(ParseError("a,b\n1,2\n3\n"), "x.csv:3:1: 1 field, the header has 2");
  EXPECT_EQ(ParseError("a,b\n1,2,33\n"), "x.csv:2:5: 3 fields, the header has 2");
}

TEST(CsvTable, RefusesAnEmptyFile) {
  EXPECT_EQ(ParseError(""), "x.csv:1:1: the file is empty, expected the header a,b");
  EXPECT_EQ(ParseError("\n \n"), "x.csv:1:1: the file is empty, expected the header a,b");
}

TEST(CsvTable, RefusesAHeaderWithAColumnMissingUnknownOrRepeated) {
  EXPECT_EQ(ParseError("a,c\n"),
            "x.csv:1:1: the header has no column 'b'; it is 'a,c', expected a,b");
  EXPECT_EQ(ParseError("a,b,d\n"), "x.csv:1:5: unknown column 'd', expected a,b");
  EXPECT_EQ(ParseError("a,b,a\n"), "x.csv:1:5: the column 'a' is there twice");
}

TEST(CsvTable, NamesSeparatorsThatAreNotCommas) {
  EXPECT_THAT(ParseError("a;b\n1;2\n"),
              StartsWith("x.csv:1:2: the columns are separated by semicolons; save the file with "
                         "commas"));
  EXPECT_THAT(ParseError("\n\"A\";\"b\"\n"), StartsWith("x.csv:2:4: the columns are separated by "
                                                        "semicolons"));
  EXPECT_THAT(ParseError("a\tb\n1\t2\n"),
              StartsWith("x.csv:1:2: the columns are separated by tabs"));
  EXPECT_THAT(ParseError("b|a|x\n"), StartsWith("x.csv:1:2: the columns are separated by bars"));
  EXPECT_THAT(ParseError("x;y\n"), HasSubstr("the header has no column 'a'; it is 'x;y'"));
}

TEST(CsvTable, PassesOverOtherColumnsWhereTheyAreAllowed) {
  const CsvTable table =
      Parse("a,note,b,note\n1,x,2,y\n", {.required = {"a", "b"}, .other_columns = true});
  EXPECT_EQ(table[0].Text(table.Column("b")), "2");
}

TEST(CsvTable, ReportsEveryBadRowAndKeepsTheGoodOnes) {
  std::vector<std::string> problems;
  const CsvTable table =
      CsvTable::Parse("a,b\n1,2\n3\n4,\"5\"x\n6,7\n8,9,10\n11,\"open\n", "x.csv", kAnySchema,
                      [&](std::int64_t line, const Error& error) {
                        problems.emplace_back(error.what());
                        EXPECT_THAT(error.what(), HasSubstr("x.csv:" + std::to_string(line) + ":"));
                      });
  EXPECT_THAT(problems, ElementsAre(StartsWith("x.csv:3:1: 1 field"),
                                    StartsWith("x.csv:4:6: a quote is out of place"),
                                    StartsWith("x.csv:6:5: 3 fields"),
                                    StartsWith("x.csv:7:4: this quote is never closed")));
  ASSERT_EQ(table.size(), 2u);
  EXPECT_THAT(Row(table, 0), ElementsAre("1", "2"));
  EXPECT_THAT(Row(table, 1), ElementsAre("6", "7"));
  EXPECT_EQ(table[1].line(), 5);
}

TEST(CsvTable, NamesTheFileThatCannotBeRead) {
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [] { CsvTable::Read("/no/such.csv", kAnySchema); }),
              HasSubstr("/no/such.csv"));
}

TEST(CsvTable, ReadsAFile) {
  const testing::TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "t.csv", "a,b\n1,2\n");
  EXPECT_THAT(Row(CsvTable::Read(folder.path() / "t.csv", kAnySchema), 0), ElementsAre("1", "2"));
}

TEST(CsvRow, ReadsNumbers) {
  const CsvTable table = Parse("a,b,c\n-12,2.5e-3,\n");
  EXPECT_EQ(table[0].Int64(0), -12);
  EXPECT_DOUBLE_EQ(table[0].Double(1), 2.5e-3);
  EXPECT_EQ(table[0].OptionalInt64(2), std::nullopt);
  EXPECT_EQ(table[0].OptionalDouble(2), std::nullopt);
  EXPECT_EQ(table[0].OptionalInt64(0), -12);
  EXPECT_EQ(table[0].OptionalDouble(0), -12.0);
}

TEST(CsvRow, ReadsWholeNumbersAsProgramsWriteThem) {
  for (const std::string cell : {"23", "23.0", "23.", "2.3e1", "23.000", "0023", "230e-1"}) {
    EXPECT_EQ(Parse("a,b\n" + cell + ",2\n")[0].Int64(0), 23) << cell;
  }
  EXPECT_EQ(Parse("a,b\n-0.0,2\n")[0].Int64(0), 0);
  EXPECT_EQ(Parse("a,b\n9007199254740993,2\n")[0].Int64(0), 9007199254740993);
}

TEST(CsvRow, RefusesWhatIsNotAWholeNumber) {
  for (const std::string cell : {"", "23.5", "0x10", "12a", "\" 12\"", "+1", "twelve", "nan",
                                 "-inf", "\"1,000\"", ".", "1e-3"}) {
    const CsvTable table = Parse("a,b\n" + cell + ",2\n");
    EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { table[0].Int64(0); }),
                ::testing::AllOf(StartsWith("x.csv:2:1: a "), HasSubstr("is not a whole number")))
        << cell;
  }
}

TEST(CsvRow, RefusesWhatIsNotAFiniteNumber) {
  for (const std::string cell : {"", "nan", "inf", "1,5", "0x1p3", "1.5s"}) {
    const CsvTable table = Parse("a,b\n2,\"" + cell + "\"\n");
    EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { table[0].Double(1); }),
                ::testing::AllOf(StartsWith("x.csv:2:3: b "), HasSubstr("is not a number")))
        << cell;
  }
}

TEST(CsvRow, RefusesNumbersOutOfRange) {
  const CsvTable table = Parse("a,b\n99999999999999999999,1e999\n0,7\n");
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { table[0].Int64(0); }),
              StartsWith("x.csv:2:1: a '99999999999999999999' is not in ["));
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { table[0].Double(1); }),
              StartsWith("x.csv:2:22: b '1e999' is not in ["));
  EXPECT_EQ(ErrorMessage(ErrorKind::kInput, [&] { table[1].Int64(0, 1, 9); }),
            "x.csv:3:1: a '0' is not in [1, 9]");
  EXPECT_EQ(ErrorMessage(ErrorKind::kInput, [&] { table[1].Double(1, 0, 1.5); }),
            "x.csv:3:3: b '7' is not in [0, 1.5]");
}

TEST(CsvRow, RefusesWholeNumbersThatNoTypeHolds) {
  for (const std::string cell : {"1e300", "1e999", "99999999999999999999.0", "-1e17"}) {
    const CsvTable table = Parse("a,b\n" + cell + ",2\n");
    EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { table[0].Int64(0); }),
                StartsWith("x.csv:2:1: a '" + cell + "' is not in ["));
  }
}

TEST(CsvRow, ShowsNoControlCharactersOfACell) {
  const CsvTable table = Parse("a,b\n\x1B[2J,2\n");
  EXPECT_EQ(ErrorMessage(ErrorKind::kInput, [&] { table[0].Int64(0); }),
            "x.csv:2:1: a '\\x1b[2J' is not a whole number");
  EXPECT_EQ(ErrorMessage(ErrorKind::kInput, [&] { throw table[0].ErrorAt(1, "\x1B[2J"); }),
            "x.csv:2:6: \\x1b[2J");
}

TEST(CsvRow, RefusesAnEmptyCellWhereTextIsNeeded) {
  const CsvTable table = Parse("a,b\n1, \n");
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { table[0].NonEmptyText(1); }),
              HasSubstr("b is empty"));
}

TEST(CsvRow, CountsColumnsInCharactersAndLinesWithinTheRow) {
  const CsvTable table = Parse("a,b,c\n\"zwei\nZeilen\",äöü,x\n1,2,3\n");
  EXPECT_EQ(ErrorMessage(ErrorKind::kInput, [&] { throw table[0].ErrorAt(2, "here"); }),
            "x.csv:3:13: here");
  EXPECT_EQ(table[1].line(), 4);
}

TEST(CsvRow, NeverShowsMoreThanAnExcerptOfACell) {
  const CsvTable table = Parse("a,b\n" + std::string(100000, 'x') + ",2\n");
  EXPECT_LT(ErrorMessage(ErrorKind::kInput, [&] { table[0].Int64(0); }).size(), 200u);
}

TEST(FormulaSafe, PutsAnApostropheBeforeWhatASpreadsheetWouldRun) {
  EXPECT_EQ(FormulaSafe("=1+1"), "'=1+1");
  EXPECT_EQ(FormulaSafe("+a"), "'+a");
  EXPECT_EQ(FormulaSafe("-a"), "'-a");
  EXPECT_EQ(FormulaSafe("@a"), "'@a");
  EXPECT_EQ(FormulaSafe("\ta"), "'\ta");
  EXPECT_EQ(FormulaSafe("\ra"), "'\ra");
  for (const std::string text : {"", "a", "a=1", "a-1", "'a", "'", "017_3"}) {
    EXPECT_EQ(FormulaSafe(text), text);
  }
}

TEST(FormulaSafe, IsUndoneForEveryText) {
  for (const std::string text : {"", "'", "''", "a", "'a", "=1", "'=1", "''=1", "-", "'-", "\t"}) {
    EXPECT_EQ(FromFormulaSafe(FormulaSafe(text)), text);
  }
  EXPECT_EQ(FromFormulaSafe("=1"), "=1");  // as another program writes it
}

TEST(CsvWriter, WritesWhatTheReaderReadsBack) {
  const std::vector<std::vector<std::string>> rows = {{"plain", "with, comma"},
                                                      {"say \"hi\"", "two\r\nlines"},
                                                      {" blank ", ""},
                                                      {"Gesicht ä", "'"}};
  CsvWriter writer({"a", "b"});
  for (const auto& row : rows) {
    writer.Add(row[0]).Add(row[1]).EndRow();
  }
  const CsvTable table = Parse(writer.text());
  ASSERT_EQ(table.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(Row(table, i), rows[i]);
}

TEST(CsvWriter, QuotesOnlyWhereNeeded) {
  CsvWriter writer({"a", "b"});
  writer.Add("x y").Add("1,2").EndRow();
  EXPECT_EQ(writer.text(), "a,b\nx y,\"1,2\"\n");
}

TEST(CsvWriter, WritesARowOfOneEmptyCellThatIsNotABlankLine) {
  CsvWriter writer({"a"});
  writer.Add("").EndRow();
  EXPECT_EQ(Parse(writer.text(), {.required = {"a"}}).size(), 1u);
}

TEST(CsvWriter, WritesNumbersThatReadBackExactly) {
  const double value = 0.1 + 0.2;
  CsvWriter writer({"a", "b", "c"});
  writer.Add(std::numeric_limits<std::int64_t>::min()).Add(value).Add(std::optional<int>());
  writer.EndRow();
  const CsvTable table = Parse(writer.text());
  EXPECT_EQ(table[0].Int64(0), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(table[0].Double(1), value);
  EXPECT_EQ(table[0].Text(2), "");
}

TEST(CsvWriter, RefusesARowThatDoesNotFitItsHeader) {
  CsvWriter writer({"a", "b"});
  writer.Add("only one");
  EXPECT_THAT(ErrorMessage(ErrorKind::kInvalidArgument, [&] { writer.EndRow(); }),
              HasSubstr("1 cells under a header of 2"));
}

TEST(CsvWriter, RefusesANumberThatIsNotFinite) {
  CsvWriter writer({"a"});
  EXPECT_THAT(ErrorMessage(ErrorKind::kInvalidArgument,
                           [&] { writer.Add(std::numeric_limits<double>::quiet_NaN()); }),
              HasSubstr("not finite"));
}

}  // namespace
}  // namespace mestr::internal
