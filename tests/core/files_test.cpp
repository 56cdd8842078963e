#include "core/files.h"

#include <algorithm>
#include <fstream>

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

TEST(WriteFileAtomically, LeavesOnlyTheWholeFile) {
  const testing::TemporaryFolder folder;
  const fs::path path = folder.path() / "new" / "out.csv";
  WriteFileAtomically(path, "first");
  WriteFileAtomically(path, "second");
  EXPECT_EQ(ReadFile(path), "second");
  EXPECT_EQ(std::distance(fs::directory_iterator(path.parent_path()), {}), 1);
}

TEST(WriteFileAtomically, KeepsTheOldFileWhenTheWriterFails) {
  const testing::TemporaryFolder folder;
  const fs::path path = folder.path() / "out.csv";
  WriteFileAtomically(path, "old");
  EXPECT_THROW(WriteFileAtomically(path,
                                   [](const fs::path& temporary) {
                                     std::ofstream(temporary) << "half";
                                     throw std::runtime_error("disk full");
                                   }),
               std::runtime_error);
  EXPECT_EQ(ReadFile(path), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

TEST(WriteFileAtomically, NamesTheFileThatCannotBeWritten) {
  const testing::TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "file", "");
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kConfig,
                            [&] { WriteFileAtomically(folder.path() / "file" / "below", "x"); }),
      HasSubstr("below"));
}

TEST(ReadFile, NamesTheFileThatIsMissing) {
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput, [] { ReadFile("/no/such.csv"); }),
              HasSubstr("/no/such.csv"));
}

TEST(SafeFileName, KeepsLettersOfAnyLanguageAndNothingThatLeavesTheFolder) {
  EXPECT_EQ(SafeFileName("gesicht ä,\"x\".mp4"), "gesicht_ä__x_.mp4");
  EXPECT_EQ(SafeFileName(".."), "_.");
  EXPECT_EQ(SafeFileName("../up"), "_._up");
  EXPECT_EQ(SafeFileName(""), "_");
}

}  // namespace
}  // namespace mestr::internal
