// Files of a run with a network of windows.
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "mestr/config/config.h"
#include "pipeline/run.h"
#include "pipeline/window_means.h"
#include "submission/check.h"
#include "support/test_support.h"
#include "synth/synth_set.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// One clip of each data set of the challenge.
void WriteSmallChallenge(const fs::path& root) {
  SynthSetOptions set = SynthPreset("megc2025");
  for (SynthSetOptions::Group& group : set.groups) group.clips = 1;
  set.clip.seconds = 2;
  set.clip.width_px = 160;
  set.clip.height_px = 120;
  WriteSynthSet(set, root, {.threads = 1});
}

// The shipped config, with the features and the windows of the tests' network.
RunOptions OptionsOf(const std::string& config, const fs::path& input, const fs::path& output) {
  RunOptions options;
  options.analyzer = testing::WindowAnalyzerOptions("toy_window");
  const std::vector<ModelFile> files = options.analyzer.config.model.files;
  options.analyzer.config =
      LoadConfig({config}, {"features.kind=window-means-v1", "features.window_frames=~",
                            "features.hop_frames=~", "spot.p=0"});
  options.analyzer.config.model.files = files;
  options.inputs = {input.string()};
  options.output = output;
  return options;
}

TEST(WindowRun, WritesASubmissionThatALeaderboardTakes) {
  const testing::TemporaryFolder folder;
  WriteSmallChallenge(folder.path() / "set");
  for (const auto& [config, data, file] :
       {std::tuple{"boosting_samm", "SAMM_data", "samm_pred.csv"},
        std::tuple{"boosting_cas", "CAS_data", "cas_pred.csv"},
        std::tuple{"metst_samm", "SAMM_data", "samm_pred.csv"}}) {
    SCOPED_TRACE(config);
    const fs::path output = folder.path() / config;
    const RunSummary summary =
        RunVideos(OptionsOf(config, folder.path() / "set" / data, output), {});
    ASSERT_THAT(summary.videos, SizeIs(1));
    ASSERT_FALSE(summary.videos.front().error) << *summary.videos.front().error;
    const Spotting& spotting = summary.videos.front().analysis.spotting;
    EXPECT_FALSE(spotting.intervals.empty() && spotting.not_written.empty());
    const SubmissionCheck check = CheckSubmission(output / file, {});
    EXPECT_THAT(check.problems, IsEmpty());
    EXPECT_EQ(check.rows, std::ssize(spotting.intervals));
  }
}

TEST(WindowRun, ItsRecordsSayHowScoresBecameIntervals) {
  const testing::TemporaryFolder folder;
  WriteSmallChallenge(folder.path() / "set");
  const fs::path output = folder.path() / "out";
  const RunSummary summary =
      RunVideos(OptionsOf("boosting_samm", folder.path() / "set" / "SAMM_data", output), {});
  const auto run = testing::ReadJson(output / "run.json");
  EXPECT_EQ(run["config"]["spot"]["method"], "samm");
  EXPECT_EQ(run["models"][0]["input"], "windows");
  EXPECT_EQ(run["models"][0]["decode"], "plain");
  EXPECT_EQ(run["models"][0]["window"]["frame_step"], 2);
  ASSERT_THAT(summary.videos, SizeIs(1));
  const auto video = testing::ReadJson(output / summary.videos.front().file);
  // 2 of 30 fps are 13 of 200.
  EXPECT_EQ(video["windows"]["frame_step"], 13);
  EXPECT_EQ(video["frame_step"], 13);
  EXPECT_EQ(video["windows"]["stitch"], "video");
  EXPECT_EQ(video["decode"], "samm");
  EXPECT_EQ(video["scores"].size(), 31U);  // 400 frames
  EXPECT_TRUE(video.contains("not_written"));
  EXPECT_FALSE(video.contains("k") || video.contains("motion_px"));
}

}  // namespace
}  // namespace mestr::internal
