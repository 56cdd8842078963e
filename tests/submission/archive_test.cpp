#include "submission/archive.h"

#include <cstdlib>
#include <random>

#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::ErrorMessage;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

// Does not compress.
std::string Noise(std::size_t bytes) {
  std::mt19937 random(1);
  std::string text(bytes, ' ');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

const std::vector<ArchiveEntry> kEntries = {{"cas_pred.csv", "subject,video\n1,a\n"},
                                            {"samm_pred.csv", Noise(100000)}};

TEST(Archive, ReadsBackWhatItWrote) {
  const TemporaryFolder folder;
  WriteZip(folder.path() / "s.zip", kEntries);
  const std::vector<ArchiveEntry> read = ReadZip(folder.path() / "s.zip");
  ASSERT_EQ(read.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read[i].name, kEntries[i].name);
    EXPECT_EQ(read[i].content, kEntries[i].content);
  }
}

TEST(Archive, WritesTheSameBytesInAnyTimeZone) {
  const TemporaryFolder folder;
  ::setenv("TZ", "Asia/Tokyo", 1);
  WriteZip(folder.path() / "a.zip", kEntries);
  ::setenv("TZ", "America/New_York", 1);
  WriteZip(folder.path() / "b.zip", kEntries);
  ::unsetenv("TZ");
  EXPECT_EQ(ReadFile(folder.path() / "a.zip"), ReadFile(folder.path() / "b.zip"));
}

TEST(Archive, RefusesWhatIsNotAZip) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "s.zip", "subject,video,onset\n");
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { ReadZip(folder.path() / "s.zip"); }),
              HasSubstr("s.zip"));
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { ReadZip(folder.path() / "no.zip"); }),
              HasSubstr("no.zip"));
}

TEST(Archive, RefusesADamagedZip) {
  const TemporaryFolder folder;
  WriteZip(folder.path() / "s.zip", kEntries);
  const std::string bytes = ReadFile(folder.path() / "s.zip");
  // The second file's 100,000 bytes are most of the zip: any byte in its middle is data.
  std::string flipped = bytes;
  flipped[bytes.size() / 2] = static_cast<char>(~flipped[bytes.size() / 2]);
  for (const std::string& damaged : {flipped, bytes.substr(0, bytes.size() / 2)}) {
    WriteFileAtomically(folder.path() / "s.zip", damaged);
    EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { ReadZip(folder.path() / "s.zip"); }),
                HasSubstr("s.zip"));
  }
}

TEST(Archive, NamesTheFileThatCannotBeWritten) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "file", "");
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig,
                           [&] { WriteZip(folder.path() / "file" / "s.zip", kEntries); }),
              HasSubstr("s.zip"));
}

}  // namespace
}  // namespace mestr::internal
