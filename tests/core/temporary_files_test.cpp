#include "core/temporary_files.h"

#include <sys/wait.h>
#include <unistd.h>

#include "core/files.h"
#include "core/hash.h"
#include "core/this_host.h"
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
  const std::string mark =
      ".mestr-part-" + HashText(ThisHost()).substr(0, 8) + "-" + std::to_string(::getpid());
  EXPECT_EQ(TemporaryPath("out/clip.json"), "out/.clip" + mark + ".json");
  EXPECT_EQ(TemporaryPath("out/clip"), "out/.clip" + mark);
  EXPECT_LE(TemporaryPath("out/" + std::string(255, 'x')).filename().string().size(), 255U);
}

TEST(RemoveLeftovers, TakesWhatDeadProcessesLeftAndNothingElse) {
  const testing::TemporaryFolder folder;
  const std::string here = ".mestr-part-" + HashText(ThisHost()).substr(0, 8) + "-";
  const std::string dead = here + DeadProcess();
  const std::string alive = here + std::to_string(::getppid());
  const std::string elsewhere = ".mestr-part-01234567-1";
  for (const std::string& gone :
       {".a" + dead + ".json", ".b" + dead, TemporaryPath("c.csv").string(), ".d.x" + dead,
        ".old" + elsewhere}) {
    WriteNewFile(folder.path() / gone, "half");
  }
  fs::last_write_time(folder.path() / (".old" + elsewhere),
                      fs::file_time_type::clock::now() - std::chrono::hours(25));
  fs::create_directory(folder.path() / (".frames" + dead));
  WriteNewFile(folder.path() / (".frames" + dead) / "img_1.jpg", "x");
  const std::vector<std::string> kept = {
      ".a" + alive + ".json", "a" + dead + ".json", dead,    ".photos.part99999", ".a" + dead + "x",
      ".b.mestr-part-3.json", ".new" + elsewhere,   "a.json"};
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
