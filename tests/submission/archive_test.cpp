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

// What ReadZip says of the bytes of a zip of kEntries after a change.
std::string ErrorAfter(const std::function<void(std::string&)>& change,
                       const std::vector<ArchiveEntry>& entries = kEntries) {
  const TemporaryFolder folder;
  WriteZip(folder.path() / "s.zip", entries);
  std::string bytes = ReadFile(folder.path() / "s.zip");
  change(bytes);
  WriteFileAtomically(folder.path() / "s.zip", bytes);
  return ErrorMessage(ErrorKind::kInput, [&] { ReadZip(folder.path() / "s.zip"); });
}

constexpr std::string_view kDirectoryEntry = "PK\x01\x02";
constexpr std::string_view kEndRecord = "PK\x05\x06";

TEST(Archive, RefusesADirectoryThatLies) {
  EXPECT_THAT(ErrorAfter([](std::string& zip) { zip[zip.rfind("samm_pred.csv")] = 'S'; }),
              HasSubstr("s.zip is not a good zip: it has an entry 'samm_pred.csv' that its "
                        "directory calls 'Samm_pred.csv'"));
  EXPECT_THAT(ErrorAfter([](std::string& zip) { zip[zip.find("samm_pred.csv")] = 'S'; }),
              HasSubstr("an entry 'Samm_pred.csv' that its directory calls 'samm_pred.csv'"));
  constexpr std::size_t kSizeInDirectory = 24;
  EXPECT_THAT(
      ErrorAfter([](std::string& zip) { zip[zip.find(kDirectoryEntry) + kSizeInDirectory]++; }),
      HasSubstr("s.zip is not a good zip"));
  // Both entries of the directory lead to the first file.
  constexpr std::size_t kPlaceInDirectory = 42;
  EXPECT_THAT(ErrorAfter([](std::string& zip) {
                zip.replace(zip.rfind(kDirectoryEntry) + kPlaceInDirectory, 4, 4, '\0');
              }),
              HasSubstr("two entries at one place"));
  EXPECT_THAT(ErrorAfter([](std::string& zip) {
                zip.replace(zip.rfind(kDirectoryEntry) + kPlaceInDirectory, 4, 4, '\x7F');
              }),
              HasSubstr("a directory that leads out of the file"));
}

TEST(Archive, RefusesAZipWithoutItsDirectory) {
  EXPECT_THAT(ErrorAfter([](std::string& zip) { zip.resize(zip.find(kEndRecord)); }),
              HasSubstr("it has no directory at its end"));
  EXPECT_THAT(ErrorAfter([](std::string& zip) { zip += "more"; }),
              HasSubstr("it has no directory at its end"));
  EXPECT_THAT(ErrorAfter([](std::string& zip) { zip.clear(); }), HasSubstr("s.zip is not a zip"));
}

TEST(Archive, KeepsAllBytesOfAName) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "s.zip";
  WriteZip(path, std::vector<ArchiveEntry>{{"cas_pred.csv?", "a"}, {"b\\c", "d"}});
  std::string bytes = ReadFile(path);
  for (std::size_t at; (at = bytes.find("csv?")) != std::string::npos;) bytes[at + 3] = '\0';
  WriteFileAtomically(path, bytes);
  const std::vector<ArchiveEntry> read = ReadZip(path);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].name, std::string("cas_pred.csv\0", 13));
  EXPECT_EQ(read[1].name, "b\\c");
}

TEST(Archive, RefusesNamesThatNotEveryLocaleHas) {
  const auto to_utf8 = [](std::string& zip) {
    for (std::size_t at; (at = zip.find("???")) != std::string::npos;) zip.replace(at, 3, "日");
  };
  EXPECT_THAT(ErrorAfter(to_utf8, {{"???.csv", "a"}}),
              HasSubstr("s.zip/日.csv: a submission's files have plain ASCII names"));
}

TEST(Archive, RefusesAnEncryptedZip) {
  const auto encrypt = [](std::string& zip) {
    constexpr std::size_t kFlags = 6;
    constexpr std::size_t kFlagsInDirectory = 8;
    zip[kFlags] |= 1;
    zip[zip.find(kDirectoryEntry) + kFlagsInDirectory] |= 1;
  };
  EXPECT_THAT(ErrorAfter(encrypt), HasSubstr("s.zip is encrypted; make it without a password"));
}

TEST(Archive, RefusesMoreThanASubmissionCanHold) {
  const auto keep = [](std::string&) {};
  EXPECT_THAT(ErrorAfter(keep, {{"a.csv", std::string(40 << 20, '0')},
                                {"b.csv", std::string(25 << 20, '0')}}),
              HasSubstr("s.zip holds more than 64 MiB unpacked, the limit for a submission"));
  EXPECT_THAT(ErrorAfter(keep, std::vector<ArchiveEntry>(1001, {"a.csv", ""})),
              HasSubstr("s.zip holds more than 1000 entries, the limit for a submission"));
}

TEST(Archive, GivesNamesAsTheyAre) {
  const TemporaryFolder folder;
  WriteZip(folder.path() / "s.zip",
           std::vector<ArchiveEntry>{{"\x1B[2Jcas_pred.csv", "a"}, {"../b", "c"}});
  const std::vector<ArchiveEntry> read = ReadZip(folder.path() / "s.zip");
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].name, "\x1B[2Jcas_pred.csv");
  EXPECT_EQ(read[1].name, "../b");
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
