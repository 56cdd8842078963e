#include <regex>

#include "cli/program.h"
#include "core/files.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using testing::CallProgram;
using ::testing::HasSubstr;

class MergeCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    clips_ = {testing::WriteFrameFolder(folder_.path() / "a", testing::SmallClip(30)).string(),
              testing::WriteFrameFolder(folder_.path() / "b", testing::SmallClip(34)).string()};
  }
  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }

  void Run(const std::string& output, const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {
        "run",        clips_[0],
        clips_[1],    "-o",
        Path(output), "--fps",
        "30",         "--quiet",
        "--model",    testing::SourcePath("tests/data/model/tiny.pt").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto result = CallProgram(arguments);
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  void RunShards() const {
    Run("out1", {"--shard", "1/2"});
    Run("out2", {"--shard", "2/2"});
  }

  testing::TemporaryFolder folder_;
  std::vector<std::string> clips_;
};

// What a page shows of a video; the rest says how long the run took.
std::vector<std::string> VideosOf(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"";
  std::vector<std::string> videos;
  for (const std::string id : {"video-0", "video-1"}) {
    const std::size_t from = page.find(begin + id + "\"");
    const std::size_t to = page.find("</script>", from);
    if (from != std::string::npos) videos.push_back(page.substr(from, to - from));
  }
  return videos;
}

TEST_F(MergeCommand, MakesAFolderThatReportAndEvaluateTakeAsOneRuns) {
  Run("whole", {});
  RunShards();
  const auto merged = CallProgram({"merge", Path("out2"), Path("out1"), "-o", Path("merged")});
  ASSERT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_THAT(merged.out,
              AllOf(HasSubstr("2 videos"), HasSubstr("wrote " + Path("merged/predictions.csv"))));
  WriteFileAtomically(Path("labels.csv"),
                      "dataset,subject,video,onset,apex,offset,emotion,type\n"
                      ",,a,5,8,11,positive,micro\n,,b,5,8,11,positive,micro\n");
  std::vector<std::string> scores;
  std::vector<std::vector<std::string>> pages;
  for (const std::string run : {"whole", "merged"}) {
    const auto report = CallProgram({"report", Path(run)});
    ASSERT_EQ(report.exit_code, 0) << report.err;
    pages.push_back(VideosOf(ReadFile(Path(run + "/report.html"))));
    const auto evaluate =
        CallProgram({"evaluate", "--pred", Path(run), "--truth", Path("labels.csv")});
    ASSERT_EQ(evaluate.exit_code, 0) << evaluate.err;
    scores.push_back(std::regex_replace(evaluate.out, std::regex(run), "RUN"));
  }
  EXPECT_EQ(pages[0].size(), 2U);
  EXPECT_EQ(pages[0], pages[1]);
  EXPECT_EQ(scores[0], scores[1]);
}

TEST_F(MergeCommand, ExitsWithThreeWhereAShardIsMissingAndLeavesNothing) {
  RunShards();
  const auto result = CallProgram({"merge", Path("out2"), "-o", Path("merged")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("shard 1 of 2 is missing"));
  EXPECT_FALSE(Exists(Path("merged")));
  EXPECT_EQ(CallProgram({"merge", Path("out1"), Path("out2"), "-o", Path("out1")}).exit_code, 2);
}

}  // namespace
}  // namespace mestr::internal
