#include "core/files.h"

#include <algorithm>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(NaturalLess, OrdersNumbersByValue) {
  std::vector<std::string> names = {"img10.jpg", "img9.jpg", "img1.jpg", "img100.jpg"};
  std::sort(names.begin(), names.end(), NaturalLess);
  EXPECT_THAT(names, ElementsAre("img1.jpg", "img9.jpg", "img10.jpg", "img100.jpg"));
}

TEST(NaturalLess, TakesAnyZeroPadding) {
  std::vector<std::string> names = {"0010", "9", "011", "08"};
  std::sort(names.begin(), names.end(), NaturalLess);
  EXPECT_THAT(names, ElementsAre("08", "9", "0010", "011"));
}

TEST(NaturalLess, IsAStrictOrderOnEqualValues) {
  EXPECT_FALSE(NaturalLess("a1", "a1"));
  EXPECT_TRUE(NaturalLess("a1", "a01"));
  EXPECT_FALSE(NaturalLess("a01", "a1"));
}

TEST(NaturalLess, ComparesNumbersLargerThanAnyInteger) {
  EXPECT_TRUE(NaturalLess("99999999999999999999", "100000000000000000000"));
}

TEST(ReadFile, NamesTheFileThatIsMissing) {
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput, [] { ReadFile("/no/such.csv"); }),
              HasSubstr("/no/such.csv"));
}

TEST(FileBytes, AreThoseOfARegularFileAlone) {
  const testing::TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "file", "12345");
  EXPECT_EQ(FileBytes(folder.path() / "file"), 5U);
  EXPECT_EQ(FileBytes(folder.path()), std::nullopt);
  EXPECT_EQ(FileBytes(folder.path() / "none"), std::nullopt);
  EXPECT_EQ(FileBytes("/dev/null"), std::nullopt);
}

TEST(SafeFileName, KeepsLettersOfAnyLanguageAndNothingThatLeavesTheFolder) {
  EXPECT_EQ(SafeFileName("gesicht ä,\"x\".mp4"), "gesicht_ä__x_.mp4");
  EXPECT_EQ(SafeFileName(".."), "_.");
  EXPECT_EQ(SafeFileName("../up"), "_._up");
  EXPECT_EQ(SafeFileName(""), "_");
  EXPECT_EQ(SafeFileName("."), "_");
}

TEST(SafeFileName, ReplacesWhatATerminalOrAnotherSystemWouldChokeOn) {
  EXPECT_EQ(SafeFileName("a\x1b[31mb\nc"), "a__31mb_c");
  EXPECT_EQ(SafeFileName(std::string("nul\0x", 5)), "nul_x");
  EXPECT_EQ(SafeFileName("latin \xe4.mp4"), "latin__.mp4");  // no UTF-8
  EXPECT_EQ(SafeFileName("csi \xc2\x9b"), "csi__");          // a control character of two bytes
  EXPECT_EQ(SafeFileName("turned \u202e"), "turned__");
}

TEST(ShortenedFileName, KeepsNamesThatFit) {
  EXPECT_EQ(ShortenedFileName("clip", 20), "clip");
  EXPECT_EQ(ShortenedFileName(std::string(255, 'a'), 255), std::string(255, 'a'));
}

TEST(ShortenedFileName, TellsLongNamesApartByAHash) {
  const std::string a = ShortenedFileName(std::string(300, 'a'), 100);
  const std::string b = ShortenedFileName(std::string(301, 'a'), 100);
  EXPECT_EQ(a.size(), 100U);
  EXPECT_NE(a, b);
  EXPECT_THAT(a, ::testing::MatchesRegex("a+-[0-9a-f]+"));
  EXPECT_EQ(a, ShortenedFileName(std::string(300, 'a'), 100));
}

TEST(ShortenedFileName, CutsBetweenTwoCharacters) {
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "ä";
  for (const std::size_t most : {100U, 101U}) {
    const std::string name = ShortenedFileName(umlauts, most);
    EXPECT_LE(name.size(), most);
    EXPECT_EQ(SafeFileName(name), name);  // whole characters alone
  }
}

}  // namespace
}  // namespace mestr::internal
