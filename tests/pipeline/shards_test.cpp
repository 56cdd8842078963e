// Shards of a run, merged, are the run: the same bytes.
#include <map>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "pipeline/run.h"
#include "pipeline/small_run.h"
#include "results/merge.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// By their names; run.json has what was measured.
std::map<std::string, std::string> ResultsIn(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).generic_string();
    if (entry.is_regular_file() && name != "run.json") files[name] = ReadFile(entry.path());
  }
  return files;
}

class Shards : public ::testing::Test {
 protected:
  // Of the challenge and of one's own, one that fails, and two names that are one on some systems.
  Shards() {
    testing::WriteFrameFolder(In("short"), testing::SmallClip(8));
    testing::WriteFrameFolder(In("long"), testing::ClearClip());
    WriteFileAtomically(In("list.csv"),
                        "dataset,subject,video,path,fps\ncas,1,a,long,30\nsamm,2,b,long,200\n"
                        ",,Clip,short,30\n,,lost,nowhere.mp4,\n,,clip,long,30\n");
  }

  fs::path In(const std::string& name) const { return folder_.path() / name; }
  RunOptions Options(const std::string& output) const {
    RunOptions options = testing::OptionsFor({In("list.csv")}, In(output));
    options.analyzer = testing::DemoAnalyzer();  // which finds something
    options.fps.reset();
    return options;
  }
  // Their folders.
  std::vector<fs::path> RunShards(int count) const {
    std::vector<fs::path> folders;
    for (int index = 1; index <= count; ++index) {
      const std::string name = std::to_string(index) + "of" + std::to_string(count);
      RunOptions options = Options(name);
      options.shard = {index, count};
      RunVideos(options, {});
      folders.push_back(In(name));
    }
    return folders;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Shards, MergedHaveTheBytesOfTheWholeRun) {
  RunVideos(Options("whole"), {});
  const auto whole = ResultsIn(In("whole"));
  EXPECT_TRUE(whole.contains("videos/clip-2.json"));
  EXPECT_THAT(whole.at("cas_pred.csv"), HasSubstr("\n1,a,"));
  for (const int count : {1, 2, 3, 8}) {
    SCOPED_TRACE(count);
    std::vector<fs::path> folders = RunShards(count);
    std::reverse(folders.begin(), folders.end());
    const fs::path merged = In("merged" + std::to_string(count));
    const MergeSummary summary = MergeShards(folders, merged, false);
    EXPECT_EQ(summary.videos, 5U);
    EXPECT_EQ(summary.failed, 1U);
    EXPECT_EQ(ResultsIn(merged), whole);
    const auto run = testing::ReadJson(merged / "run.json");
    EXPECT_EQ(run.at("status"), "incomplete");
    EXPECT_EQ(run.at("failed"), testing::ReadJson(In("whole/run.json")).at("failed"));
    EXPECT_EQ(run.at("shards").size(), static_cast<std::size_t>(count));
  }
}

TEST_F(Shards, ThatAreEmptyWriteHeaders) {
  RunOptions options = Options("empty");
  options.shard = {1, 50};
  EXPECT_THAT(RunVideos(options, {}).videos, IsEmpty());
  EXPECT_EQ(ReadFile(In("empty/samm_pred.csv")), "subject,video,onset,offset,emotion\n");
  EXPECT_TRUE(fs::exists(In("empty/submission.zip")));
  EXPECT_TRUE(fs::exists(In("empty/predictions.csv")));
  EXPECT_EQ(testing::ReadJson(In("empty/run.json")).at("status"), "complete");
}

TEST_F(Shards, MergeIntoAFolderOfTheSameRunAloneUnasked) {
  const std::vector<fs::path> folders = RunShards(2);
  MergeShards(folders, In("merged"), false);
  const auto merged = ResultsIn(In("merged"));
  MergeShards(folders, In("merged"), false);
  EXPECT_EQ(ResultsIn(In("merged")), merged);
  RunOptions other = Options("other");
  other.analyzer.config.spot.p = 0.25;
  RunVideos(other, {});
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kConfig, [&] { MergeShards(folders, In("other"), false); }),
      AllOf(HasSubstr("config.spot.p"), HasSubstr("--overwrite")));
  MergeShards(folders, In("other"), true);
  EXPECT_EQ(ResultsIn(In("other")), merged);
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kConfig, [&] { MergeShards(folders, folders[1], true); }),
      HasSubstr("is one of the shards"));
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig,
                                    [&] { MergeShards(folders, folders[1] / "videos/new", true); }),
              HasSubstr("is in a shard"));
}

}  // namespace
}  // namespace mestr::internal
