// The part of files.h that writes.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "core/files.h"
#include "core/temporary_files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::ptrdiff_t FilesIn(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), {});
}

std::string Refusal(const fs::path& path) {
  return testing::ErrorMessage(ErrorKind::kConfig, [&] { WriteFileAtomically(path, "new"); });
}

// Both forms, which must behave alike.
using Write = void (*)(const fs::path& path, const std::string& content);
void WriteText(const fs::path& path, const std::string& content) {
  WriteFileAtomically(path, content);
}
void WriteByCallback(const fs::path& path, const std::string& content) {
  WriteFileAtomically(path, [&](const fs::path& at) { std::ofstream(at) << content; });
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

TEST(WriteFileAtomically, NamesTheFileWhereTheWriterNamesTheTemporaryOne) {
  const testing::TemporaryFolder folder;
  const fs::path path = folder.path() / "out.npy";
  const auto message = testing::ErrorMessage(ErrorKind::kConfig, [&] {
    WriteFileAtomically(path, [](const fs::path& at) { ThrowCannotWrite(at, "disk full"); });
  });
  EXPECT_EQ(message, "cannot write " + path.string() + ": disk full");
}

TEST(WriteFileAtomically, RefusesWhatIsNoNameOfAFile) {
  const testing::TemporaryFolder folder;
  EXPECT_THAT(Refusal(""), HasSubstr("names no file"));
  EXPECT_THAT(Refusal(folder.path() / ""), HasSubstr("names no file"));
  EXPECT_THAT(Refusal(folder.path()), HasSubstr("it is a folder"));
  EXPECT_THAT(Refusal(folder.path() / std::string(256, 'a')), HasSubstr("File name too long"));
  EXPECT_EQ(FilesIn(folder.path()), 0);
}

TEST(WriteFileAtomically, TakesEveryNameThatTheFileSystemTakes) {
  const testing::TemporaryFolder folder;
  for (const std::string& name :
       {std::string(255, 'a'), std::string(251, 'b') + ".csv", "c." + std::string(253, 'c')}) {
    WriteFileAtomically(folder.path() / name, name);
    EXPECT_EQ(ReadFile(folder.path() / name), name);
  }
}

class EitherForm : public ::testing::TestWithParam<Write> {};
INSTANTIATE_TEST_SUITE_P(WriteFileAtomically, EitherForm,
                         ::testing::Values(&WriteText, &WriteByCallback));

TEST_P(EitherForm, FollowsALinkAndLeavesIt) {
  const testing::TemporaryFolder folder;
  fs::create_directory(folder.path() / "elsewhere");
  const fs::path file = folder.path() / "elsewhere" / "file";
  const fs::path link = folder.path() / "link";
  fs::create_symlink("elsewhere/file", link);  // leads nowhere yet
  for (const char* content : {"first", "second"}) {
    GetParam()(link, content);
    EXPECT_TRUE(fs::is_symlink(link));
    EXPECT_FALSE(fs::is_symlink(file));
    EXPECT_EQ(ReadFile(file), content);
  }
  EXPECT_EQ(FilesIn(folder.path() / "elsewhere"), 1);
}

TEST_P(EitherForm, RefusesLinksInACircle) {
  const testing::TemporaryFolder folder;
  fs::create_symlink("b", folder.path() / "a");
  fs::create_symlink("a", folder.path() / "b");
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kConfig, [&] { GetParam()(folder.path() / "a", "new"); }),
      HasSubstr("symbolic links"));
}

TEST_P(EitherForm, KeepsTheModeOfAFileThatWasThere) {
  const testing::TemporaryFolder folder;
  const fs::path path = folder.path() / "secret";
  WriteFileAtomically(path, "old");
  for (const mode_t mode : {0600, 0640, 0755}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    GetParam()(path, "new");
    struct stat there = {};
    ASSERT_EQ(::stat(path.c_str(), &there), 0);
    EXPECT_EQ(there.st_mode & 07777U, mode);
  }
}

TEST_P(EitherForm, KeepsTheOwnerOfAFileThatWasThere) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  const testing::TemporaryFolder folder;
  const fs::path path = folder.path() / "theirs";
  WriteFileAtomically(path, "old");
  ASSERT_EQ(::chown(path.c_str(), 1234, 5678), 0);
  GetParam()(path, "new");
  struct stat there = {};
  ASSERT_EQ(::stat(path.c_str(), &there), 0);
  EXPECT_EQ(there.st_uid, 1234U);
  EXPECT_EQ(there.st_gid, 5678U);
}

TEST_P(EitherForm, GivesNewFilesTheModeOfTheUmask) {
  const testing::TemporaryFolder folder;
  const mode_t before = ::umask(027);
  GetParam()(folder.path() / "new", "new");
  ::umask(before);
  struct stat there = {};
  ASSERT_EQ(::stat((folder.path() / "new").c_str(), &there), 0);
  EXPECT_EQ(there.st_mode & 07777U, 0640U);
}

TEST_P(EitherForm, WritesIntoAPipeAndADevice) {
  const testing::TemporaryFolder folder;
  const fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::string read;
  std::thread reader([&] { read = ReadFile(pipe); });
  GetParam()(pipe, "through");
  reader.join();
  EXPECT_EQ(read, "through");
  EXPECT_TRUE(fs::is_fifo(pipe));
  GetParam()("/dev/null", "gone");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_EQ(FilesIn(folder.path()), 1);
}

TEST(WriteFileAtomically, TellsThatADeviceIsFull) {
  EXPECT_EQ(Refusal("/dev/full"), "cannot write /dev/full: No space left on device");
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

// As /dev/stdout is where the shell sent it to a file: what was written there stays.
TEST(WriteFileAtomically, WritesOnWhereANameMeansAnOpenFile) {
  const testing::TemporaryFolder folder;
  const fs::path path = folder.path() / "out.txt";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT, 0600);
  ASSERT_GE(file, 0);
  ASSERT_EQ(::write(file, "table ", 6), 6);
  fs::create_symlink("/dev/fd/" + std::to_string(file), folder.path() / "link");
  WriteFileAtomically("/dev/fd/" + std::to_string(file), "json ");
  WriteFileAtomically(folder.path() / "link", "more ");
  ASSERT_EQ(::write(file, "end", 3), 3);
  ::close(file);
  EXPECT_EQ(ReadFile(path), "table json more end");
}

TEST(WriteFileAtomically, DoesNotReplaceAFileThatMayNotBeWritten) {
  const testing::TemporaryFolder folder;
  const fs::path path = folder.path() / "kept";
  WriteFileAtomically(path, "old");
  ASSERT_EQ(::chmod(path.c_str(), 0444), 0);
  if (::access(path.c_str(), W_OK) == 0) GTEST_SKIP() << "root may write everything";
  EXPECT_THAT(Refusal(path), HasSubstr("Permission denied"));
  EXPECT_EQ(ReadFile(path), "old");
}

TEST(WriteFileAtomically, TakesTheNameThatAKilledProcessLeft) {
  const testing::TemporaryFolder folder;
  const fs::path left = TemporaryPath(folder.path() / "out.csv");
  WriteNewFile(left, "half of it, and longer than the new one");
  WriteFileAtomically(folder.path() / "out.csv", "new");
  EXPECT_EQ(ReadFile(folder.path() / "out.csv"), "new");
  EXPECT_EQ(FilesIn(folder.path()), 1);
}

TEST(WriteNewFile, TellsWhatGoesWrong) {
  const testing::TemporaryFolder folder;
  WriteNewFile(folder.path() / "new", "content");
  EXPECT_EQ(ReadFile(folder.path() / "new"), "content");
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [] { WriteNewFile("/dev/full", "x"); }),
              AllOf(HasSubstr("/dev/full"), HasSubstr("No space left")));
}

TEST(MakeOutputFolder, NamesWhatCannotBeAFolder) {
  const testing::TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "file", "");
  const auto refusal = [](const fs::path& path) {
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { MakeOutputFolder(path); });
  };
  EXPECT_THAT(refusal(""), HasSubstr("empty"));
  EXPECT_THAT(refusal(folder.path() / "file"), HasSubstr("file is a file"));
  EXPECT_THAT(refusal(folder.path() / "file" / "below"), HasSubstr("Not a directory"));
  MakeOutputFolder(folder.path() / "a" / "b");
  MakeOutputFolder(folder.path() / "a" / "b");
  EXPECT_TRUE(fs::is_directory(folder.path() / "a" / "b"));
}

}  // namespace
}  // namespace mestr::internal
