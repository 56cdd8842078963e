#include "core/temporary_files.h"

#include <sys/wait.h>
#include <unistd.h>

#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// Of a process that has ended.
std::string DeadProcess() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
  return std::to_string(child);
}

TEST(TemporaryPath, KeepsFolderAndExtensionAndHides) {
  const std::string mark = ".part" + std::to_string(::getpid());
  EXPECT_EQ(TemporaryPath("out/clip.json"), "out/.clip" + mark + ".json");
  EXPECT_EQ(TemporaryPath("out/clip"), "out/.clip" + mark);
  EXPECT_LE(TemporaryPath("out/" + std::string(255, 'x')).filename().string().size(), 255U);
}

TEST(RemoveLeftovers, TakesWhatDeadProcessesLeftAndNothingElse) {
  const testing::TemporaryFolder folder;
  const std::string dead = DeadProcess();
  const std::string alive = std::to_string(::getppid());
  for (const std::string& gone : {".a.part" + dead + ".json", ".b.part" + dead,
                                  TemporaryPath("c.csv").string(), ".d.part1.x.part" + dead}) {
    WriteNewFile(folder.path() / gone, "half");
  }
  fs::create_directory(folder.path() / (".frames.part" + dead));
  WriteNewFile(folder.path() / (".frames.part" + dead) / "img_1.jpg", "x");
  const std::vector<std::string> kept = {
      ".a.part" + alive + ".json", "a.part" + dead + ".json", ".part" + dead, ".a.partner",
      ".a.part" + dead + "x",      ".a.part-3.json",          "a.json"};
  for (const std::string& name : kept) WriteNewFile(folder.path() / name, "kept");
  RemoveLeftovers(folder.path());
  std::vector<std::string> there;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    there.push_back(entry.path().filename().string());
  }
  EXPECT_THAT(there, ::testing::UnorderedElementsAreArray(kept));
  RemoveLeftovers(folder.path() / "no such folder");
}

TEST(WriteFolderAtomically, ShowsAWholeFolderOrNone) {
  const testing::TemporaryFolder folder;
  const fs::path clip = folder.path() / "set" / "clip";
  EXPECT_THROW(WriteFolderAtomically(clip,
                                     [&](const fs::path& temporary) {
                                       WriteNewFile(temporary / "1.jpg", "x");
                                       EXPECT_FALSE(fs::exists(clip));
                                       throw std::runtime_error("a frame fails");
                                     }),
               std::runtime_error);
  EXPECT_TRUE(fs::is_empty(folder.path() / "set"));
  WriteFolderAtomically(clip,
                        [](const fs::path& temporary) { WriteNewFile(temporary / "1.jpg", "x"); });
  EXPECT_EQ(ReadFile(clip / "1.jpg"), "x");
  EXPECT_THAT(testing::ErrorMessage(
                  ErrorKind::kConfig,
                  [&] { WriteFolderAtomically(clip, [](const fs::path& /*temporary*/) {}); }),
              HasSubstr(clip.string()));
  EXPECT_EQ(ReadFile(clip / "1.jpg"), "x");
}

}  // namespace
}  // namespace mestr::internal
