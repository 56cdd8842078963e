#include "core/csv_text.h"

#include "core/csv.h"
#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::ErrorMessage;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string TextError(const std::string& bytes) {
  return ErrorMessage(ErrorKind::kInput, [&] { CsvText(bytes, "x.csv"); });
}

// Of ASCII.
std::string Utf16(const std::string& text, bool little_endian) {
  std::string bytes;
  for (const char c : "?" + text) {
    if (!little_endian) bytes += '\0';
    bytes += c;
    if (little_endian) bytes += '\0';
  }
  return (little_endian ? "\xFF\xFE" : "\xFE\xFF") + bytes.substr(2);
}

TEST(CsvText, LeavesUtf8AsItIsButForTheMark) {
  EXPECT_EQ(CsvText("", "x.csv"), "");
  EXPECT_EQ(CsvText("a,b\r\né,日本\n", "x.csv"), "a,b\r\né,日本\n");
  EXPECT_EQ(CsvText("\xEF\xBB\xBF"
                    "a,b\n",
                    "x.csv"),
            "a,b\n");
}

TEST(CsvText, DecodesUtf16WithItsMark) {
  for (const bool little_endian : {true, false}) {
    EXPECT_EQ(CsvText(Utf16("a,b\r\n1,2\n", little_endian), "x.csv"), "a,b\r\n1,2\n");
  }
  EXPECT_EQ(CsvText(std::string("\xFF\xFE\xE5\x65\x3D\xD8\x00\xDE", 8), "x.csv"),
            "日\xF0\x9F\x98\x80");
  EXPECT_TRUE(HasUtf16Mark(Utf16("a", false)));
  EXPECT_FALSE(HasUtf16Mark("a,b"));
}

TEST(CsvText, RefusesDamagedUtf16WithItsPlace) {
  const std::string whole = Utf16("a,b\n12", true);
  EXPECT_THAT(TextError(whole + "3"), StartsWith("x.csv:2:3: is damaged UTF-16: save it as"));
  EXPECT_THAT(TextError(whole + std::string("\x00\xD8", 2)), StartsWith("x.csv:2:3: is damaged"));
}

TEST(CsvText, NamesTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(TextError("a,b\nx,\xD3\xC3\xB5\n"),
            "x.csv:2:3: the text is not UTF-8 (byte \\xd3): save it as \"CSV UTF-8\" in the "
            "spreadsheet program");
  EXPECT_THAT(TextError("a,b\r\né,\r\né,M\xFCller\r\n"),
              StartsWith("x.csv:3:4: the text is not UTF-8"));
}

TEST(CsvText, RefusesANulWithItsPlace) {
  EXPECT_THAT(TextError(std::string("a,b\n1,s01\0a\n", 12)), StartsWith("x.csv:2:6: a NUL byte"));
  const std::string without_mark = Utf16("a,b", true).substr(2);
  EXPECT_THAT(TextError(without_mark), HasSubstr("UTF-16 without its mark"));
}

TEST(CsvText, NamesWhatIsNoCsv) {
  EXPECT_THAT(TextError("PK\x03\x04\x14"),
              StartsWith("x.csv:1:1: is an Excel workbook or another zip"));
  EXPECT_THAT(TextError("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
              StartsWith("x.csv:1:1: is an old Excel workbook"));
  EXPECT_THAT(TextError("\xEF\xBB\xBF\n <!DOCTYPE html>"), StartsWith("x.csv:1:1: is HTML or XML"));
}

TEST(CsvText, AFileAboveTheLimitIsNotRead) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "large.csv";
  WriteFileAtomically(path, "a,b\n");
  std::filesystem::resize_file(path, kMostCsvBytes + 1);
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { CsvTable::Read(path, {.required = {"a"}}); }),
              HasSubstr("large.csv: it has more than 128 MiB"));
}

TEST(PlaceText, CountsCharacters) { EXPECT_EQ(PlaceText("x.csv", 7, "é,"), "x.csv:7:3"); }

}  // namespace
}  // namespace mestr::internal
