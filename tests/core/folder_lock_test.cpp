#include "core/folder_lock.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Lock : public ::testing::Test {
 protected:
  fs::path File() const { return folder_.path() / FolderLock::kFile; }
  std::string Refusal() const {
    return testing::ErrorMessage(ErrorKind::kConfig, [this] { FolderLock lock(folder_.path()); });
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Lock, KeepsASecondHolderOutAndNamesTheFirst) {
  const FolderLock lock(folder_.path());
  EXPECT_EQ(lock.note(), "");
  EXPECT_THAT(Refusal(), AllOf(HasSubstr(folder_.path().string()),
                               HasSubstr("process " + std::to_string(::getpid()))));
}

TEST_F(Lock, IsLeftWithoutATrace) {
  std::optional<FolderLock> lock(std::in_place, folder_.path());
  EXPECT_TRUE(fs::exists(File()));
  lock.reset();
  EXPECT_TRUE(fs::is_empty(folder_.path()));
  FolderLock again(folder_.path());
}

TEST_F(Lock, IsLetGoByAProcessThatIsKilled) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const FolderLock lock(folder_.path());
    if (::write(pipe[1], "x", 1) == 1) ::pause();
    ::_exit(1);
  }
  char locked = 0;
  ASSERT_EQ(::read(pipe[0], &locked, 1), 1);
  EXPECT_THAT(Refusal(), HasSubstr("process " + std::to_string(child)));
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(fs::exists(File()));
  FolderLock lock(folder_.path());
  EXPECT_EQ(lock.note(), "");
  for (const int end : pipe) ::close(end);
}

TEST_F(Lock, NeedsAFolderThatCanBeWritten) {
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig,
                                    [this] { FolderLock lock(folder_.path() / "none"); }),
              AllOf(HasSubstr("none"), HasSubstr("No such file")));
}

TEST_F(Lock, FollowsNoLink) {
  WriteFileAtomically(folder_.path() / "users.txt", "mine");
  fs::create_symlink("users.txt", File());
  EXPECT_THAT(Refusal(), HasSubstr(folder_.path().string()));
  EXPECT_EQ(ReadFile(folder_.path() / "users.txt"), "mine");
}

}  // namespace
}  // namespace mestr::internal
