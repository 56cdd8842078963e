#include "cli/usual_output.h"

#include <filesystem>

#include "core/files.h"
#include "core/results_files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using cli::UsualOutput;

namespace fs = std::filesystem;

// Makes an empty folder the working one.
class UsualFolder : public ::testing::Test {
 protected:
  void SetUp() override { fs::current_path(folder_.path()); }
  void TearDown() override { fs::current_path(before_); }

  fs::path before_ = fs::current_path();
  testing::TemporaryFolder folder_;
};

TEST_F(UsualFolder, IsNamedAfterTheInput) {
  fs::create_directories("videos/day.1");
  EXPECT_EQ(UsualOutput({"clip.mp4"}), "clip_mestr");
  EXPECT_EQ(UsualOutput({"/elsewhere/my.clip.mkv"}), "my.clip_mestr");
  EXPECT_EQ(UsualOutput({"videos/day.1"}), "day.1_mestr");
  EXPECT_EQ(UsualOutput({"videos/"}), "videos_mestr");
  EXPECT_EQ(UsualOutput({"."}), folder_.path().filename().string() + "_mestr");
  EXPECT_EQ(UsualOutput({"a.mp4", "b.mp4"}), "mestr_results");
  EXPECT_EQ(UsualOutput({"/"}), "mestr_results");
}

TEST_F(UsualFolder, IsSafeAndShortEnoughToBeMade) {
  for (const std::string& input :
       {std::string("-rf.mp4"), std::string("\x1b[2J\n.mp4"), std::string("..mp4"),
        std::string(300, 'x') + ".mp4", std::string("\xc3\xa4").append(250, 'y') + ".mp4"}) {
    const fs::path output = UsualOutput({input});
    EXPECT_FALSE(output.has_parent_path());
    EXPECT_EQ(output.string().find('\x1b'), std::string::npos);
    EXPECT_TRUE(fs::create_directory(output)) << output;
  }
}

TEST_F(UsualFolder, TakesAnEmptyFolderAndThatOfAnEarlierRunAlone) {
  const auto refusal = [](const std::string& output) {
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { cli::CheckUsualOutput(output); });
  };
  EXPECT_NO_THROW(cli::CheckUsualOutput("clip_mestr"));
  fs::create_directories("clip_mestr");
  EXPECT_NO_THROW(cli::CheckUsualOutput("clip_mestr"));
  WriteFileAtomically("clip_mestr/notes.txt", std::string_view("mine"));
  EXPECT_THAT(refusal("clip_mestr"),
              ::testing::AllOf(::testing::HasSubstr("clip_mestr"), ::testing::HasSubstr("-o")));
  WriteFileAtomically(fs::path("clip_mestr") / kRunFile, std::string_view("{}"));
  EXPECT_NO_THROW(cli::CheckUsualOutput("clip_mestr"));
  WriteFileAtomically("b_mestr", std::string_view("a file"));
  EXPECT_THAT(refusal("b_mestr"), ::testing::HasSubstr("b_mestr"));
}

}  // namespace
}  // namespace mestr::internal
