#include "face/mapped_file.h"

#include <sys/stat.h>

#include <fstream>
#include <string>
#include <thread>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::size_t kMebibyte = std::size_t{1} << 20U;

void Write(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string ContentOf(const MappedFile& file) { return {file.bytes().begin(), file.bytes().end()}; }

std::string ErrorOf(const fs::path& path) {
  return testing::ErrorMessage(ErrorKind::kInput, [&] { const MappedFile file(path); });
}

class MappedFiles : public ::testing::Test {
 protected:
  fs::path In(const std::string& name) const { return folder_.path() / name; }

  testing::TemporaryFolder folder_;
};

TEST_F(MappedFiles, AreTheirBytesWhateverTheSizeOfAPage) {
  for (const std::size_t size : {1U, 4095U, 4096U, 4097U, 70000U}) {
    std::string content;
    for (std::size_t i = 0; i < size; ++i) content += static_cast<char>(i * 7 % 251);
    Write(In("file"), content);
    EXPECT_EQ(ContentOf(MappedFile(In("file"))), content) << size;
  }
}

TEST_F(MappedFiles, MayBeEmpty) {
  Write(In("empty"), "");
  EXPECT_TRUE(MappedFile(In("empty")).bytes().empty());
}

TEST_F(MappedFiles, AreFoundThroughALink) {
  Write(In("file"), "content");
  fs::create_symlink(In("file"), In("link"));
  EXPECT_EQ(ContentOf(MappedFile(In("link"))), "content");
}

// The limit is of copies.
TEST_F(MappedFiles, MayBeLargerThanACopy) {
  constexpr std::size_t kSize = 300 * kMebibyte;
  Write(In("large"), "begin");
  fs::resize_file(In("large"), kSize);  // takes no room on most file systems
  const MappedFile file(In("large"));
  ASSERT_EQ(file.bytes().size(), kSize);
  EXPECT_EQ(file.bytes().front(), 'b');
  EXPECT_EQ(file.bytes().back(), '\0');
}

TEST_F(MappedFiles, KeepTheirBytesWhereAnotherFileTakesTheirPlace) {
  Write(In("file"), "the first one");
  const MappedFile file(In("file"));
  Write(In("new"), "another");
  fs::rename(In("new"), In("file"));
  EXPECT_EQ(ContentOf(file), "the first one");
  EXPECT_EQ(ContentOf(MappedFile(In("file"))), "another");
}

TEST_F(MappedFiles, ThatArePipesAreCopied) {
  ASSERT_EQ(::mkfifo(In("pipe").c_str(), 0600), 0);
  const std::string content(200000, 'x');
  std::jthread writer([&] { Write(In("pipe"), content); });
  EXPECT_EQ(ContentOf(MappedFile(In("pipe"))), content);
}

TEST_F(MappedFiles, ThatHaveNoEndAreRefused) {
  EXPECT_EQ(ErrorOf("/dev/zero"),
            "cannot read /dev/zero: it has more than 256 MiB, the limit for such a file");
}

TEST_F(MappedFiles, ThatAreNotThereAreNamed) {
  const fs::path missing = In("none");
  EXPECT_EQ(ErrorOf(missing), "cannot read " + missing.string() + ": No such file or directory");
  fs::create_symlink(missing, In("link"));
  EXPECT_THAT(ErrorOf(In("link")), HasSubstr(In("link").string() + ": No such file"));
}

TEST_F(MappedFiles, ThatAreFoldersAreNamed) {
  EXPECT_THAT(ErrorOf(folder_.path()),
              AllOf(HasSubstr(folder_.path().string()), HasSubstr("it is a folder")));
}

}  // namespace
}  // namespace mestr::internal
