#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "core/files.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::CallProgram;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RunCommand : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }

  std::string FrameFolder(const std::string& name, int frames) const {
    return testing::WriteFrameFolder(Path(name), testing::SmallClip(frames)).string();
  }

  testing::ProgramResult Run(const std::vector<std::string>& inputs,
                             const std::vector<std::string>& flags = {}) const {
    std::vector<std::string> arguments = {"run",
                                          "-o",
                                          Path("out"),
                                          "--fps",
                                          "30",
                                          "--model",
                                          testing::SourcePath("tests/data/model/tiny.pt").string()};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    arguments.insert(arguments.end(), inputs.begin(), inputs.end());
    return CallProgram(arguments);
  }

  testing::TemporaryFolder folder_;
};

TEST_F(RunCommand, NamesWhatWasLeftOutOfAFolder) {
  FrameFolder("videos/day1/clip", 12);
  WriteFileAtomically(Path("videos/notes.txt"), std::string_view("notes"));
  WriteFileAtomically(Path("videos/day1/clip/cover.png"), std::string_view("no frame"));
  const auto result = Run({Path("videos")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("12 frames"));
  const std::string note = Path("videos") + ": left out: 1 text file (notes.txt)";
  EXPECT_THAT(result.err, AllOf(HasSubstr(note), HasSubstr("left out: 1 image (cover.png")));
  EXPECT_EQ(testing::ReadJson(Path("out/run.json")).at("notes"), nlohmann::json({note}));
  EXPECT_TRUE(fs::exists(Path("out/videos/day1_clip.json")));
}

TEST_F(RunCommand, PrintsResultsToStdoutAndTheRestToStderr) {
  const auto result = Run({FrameFolder("clip", 12)});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("12 frames"), HasSubstr("predictions.csv")));
  EXPECT_THAT(result.err, AllOf(HasSubstr("device: "), HasSubstr("k = 3")));
  EXPECT_TRUE(fs::exists(Path("out/run.json")));
}

TEST_F(RunCommand, OnAnOwnVideoIsTheBestThatWeKnowAndSaysHowMuchWasUsable) {
  const auto result =
      CallProgram({"run", FrameFolder("clip", 45), "-o", Path("out"), "--fps", "30", "--quiet"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("usable 1.5 of 1.5 s"));
  const auto run = testing::ReadJson(Path("out/run.json"));
  EXPECT_EQ(run.at("config").at("face").at("alignment"), "similarity");
  EXPECT_EQ(run.at("models").at(0).at("scores"), "probabilities");
}

TEST_F(RunCommand, WithAModelOfOnesOwnKeepsTheDefaults) {
  EXPECT_EQ(Run({FrameFolder("clip", 12)}).exit_code, 0);
  const auto run = testing::ReadJson(Path("out/run.json"));
  EXPECT_EQ(run.at("config").at("face").at("alignment"), "crop");
}

TEST_F(RunCommand, AsksNoEvidenceOfScoresThatOnlyCompare) {
  const auto result = Run({FrameFolder("clip", 12)}, {"--min-evidence", "0.5"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("use spot.p in place of spot.min_evidence"));
  EXPECT_EQ(Run({Path("clip")}, {"--min-evidence", "1.5"}).exit_code, 2);
}

TEST_F(RunCommand, QuietSaysNothingWhereNothingIsWrong) {
  const auto result = Run({FrameFolder("clip", 8)}, {"--quiet"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(RunCommand, NamesTheVideoThatFailedAndWritesTheOthers) {
  const std::string good = FrameFolder("good", 8);
  WriteFileAtomically(Path("bad.mp4"), "no video");
  const auto result = Run({Path("bad.mp4"), good, Path("missing.mkv")});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.err, AllOf(HasSubstr("2 of 3 videos failed"), HasSubstr("bad.mp4"),
                                HasSubstr("missing.mkv")));
  EXPECT_TRUE(fs::exists(Path("out/videos/good.json")));
  // Said once, and the file named once.
  for (const char* name : {"bad.mp4", "missing.mkv"}) {
    const auto at = result.err.find("error: " + Path(name));
    ASSERT_NE(at, std::string::npos) << result.err;
    EXPECT_EQ(result.err.find(name, result.err.find(name, at) + 1), std::string::npos);
  }
}

TEST_F(RunCommand, ExitsWithThreeWhereNoInputCouldBeUsed) {
  EXPECT_EQ(Run({Path("missing.mp4")}).exit_code, 3);
  EXPECT_EQ(Run({FrameFolder("short", 3)}).exit_code, 3);
}

TEST_F(RunCommand, ExitsWithTwoForWhatTheUserTypedWrong) {
  const std::string clip = FrameFolder("clip", 8);
  EXPECT_THAT(Run({clip}, {"--set", "flow.speed=9"}).err, HasSubstr("flow.speed"));
  EXPECT_EQ(Run({clip}, {"--set", "flow.speed=9"}).exit_code, 2);
  EXPECT_EQ(Run({clip}, {"--config", "nowhere.yaml"}).exit_code, 2);
  EXPECT_EQ(Run({clip}, {"--device", "gpu"}).exit_code, 2);
  EXPECT_EQ(Run({clip}, {"--jobs", "-1"}).exit_code, 2);
  EXPECT_EQ(CallProgram({"features", clip}).exit_code, 2);  // no --output
}

TEST_F(RunCommand, ExitsWithFourForAModelThatDoesNotFit) {
  const std::string clip = FrameFolder("clip", 8);
  const auto result =
      CallProgram({"run", clip, "-o", Path("out"), "--fps", "30", "--model", Path("none.pt")});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("none.pt"));
}

TEST_F(RunCommand, GoesOnAndAsksBeforeItReplacesAnotherRunsResults) {
  const std::string clip = FrameFolder("clip", 8);
  EXPECT_EQ(Run({clip}).exit_code, 0);
  const auto again = Run({clip});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("results of 1 of 1 video are there"));
  EXPECT_THAT(again.out, HasSubstr("8 frames"));
  const auto other = Run({clip}, {"--set", "spot.p=0.25"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err,
              AllOf(HasSubstr(Path("out")), HasSubstr("spot.p"), HasSubstr("--overwrite")));
  EXPECT_EQ(Run({clip}, {"--set", "spot.p=0.25", "--overwrite"}).exit_code, 0);
}

TEST_F(RunCommand, KeepsGoingWithExitCodeZeroWhereToldTo) {
  const auto result = Run({FrameFolder("good", 8), Path("missing.mkv")}, {"--keep-going"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, AllOf(HasSubstr("missing.mkv"), HasSubstr("1 of 2 videos failed")));
  EXPECT_EQ(testing::ReadJson(Path("out/run.json")).at("failed").size(), 1U);
}

TEST_F(RunCommand, RunsAShardAndMergesThem) {
  const std::string a = FrameFolder("a", 8);
  const std::string b = FrameFolder("b", 8);
  EXPECT_THAT(Run({a, b}, {"--shard", "3/2"}).err, HasSubstr("--shard: '3/2' is not I/N"));
  EXPECT_THAT(Run({a, b}, {"--shard", ""}).err, HasSubstr("--shard: is empty; it must be I/N"));
  for (const char* shard : {"1/2", "2/2"}) {
    EXPECT_EQ(Run({a, b}, {"--shard", shard}).exit_code, 0);
    fs::rename(Path("out"), Path(std::string("shard") + shard[0]));
  }
  const auto merge = CallProgram({"merge", Path("shard2"), Path("shard1"), "-o", Path("merged")});
  EXPECT_EQ(merge.exit_code, 0) << merge.err;
  EXPECT_THAT(merge.out, HasSubstr("2 videos"));
  EXPECT_TRUE(fs::exists(Path("merged/videos/b.json")));
  const auto gap = CallProgram({"merge", Path("shard2"), "-o", Path("gap")});
  EXPECT_EQ(gap.exit_code, 3);
  EXPECT_THAT(gap.err, HasSubstr("shard 1 of 2 is missing"));
  EXPECT_EQ(CallProgram({"merge", Path("shard1"), Path("shard2"), "-o", ""}).exit_code, 2);
}

TEST_F(RunCommand, WritesAReportWhereAskedTo) {
  const auto result = Run({FrameFolder("clip", 12)}, {"--report", "--no-faces"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("wrote " + Path("out/report.html")));
  EXPECT_THAT(ReadFile(Path("out/report.html")), HasSubstr("id=\"video-0\""));
  // The same results keep it; one of earlier results does not stay beside new ones.
  EXPECT_EQ(Run({Path("clip")}).exit_code, 0);
  EXPECT_TRUE(fs::exists(Path("out/report.html")));
  EXPECT_EQ(Run({Path("clip")}, {"--overwrite"}).exit_code, 0);
  EXPECT_FALSE(fs::exists(Path("out/report.html")));
}

TEST_F(RunCommand, RefusesToWriteOverSomebodysReportBeforeItComputes) {
  WriteFileAtomically(Path("out/report.html"), std::string_view("mine"));
  const auto result = Run({FrameFolder("clip", 12)}, {"--report"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("report.html is in the way"));
  EXPECT_FALSE(fs::exists(Path("out/run.json")));
}

TEST_F(RunCommand, RefusesAnOutputFolderWithoutAName) {
  const std::string clip = FrameFolder("clip", 8);
  for (const char* command : {"run", "features", "synth"}) {
    std::vector<std::string> arguments = {command, "-o", ""};
    if (command != std::string("synth")) arguments.push_back(clip);
    const auto result = CallProgram(arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("output"));
  }
}

TEST_F(RunCommand, WithoutAnOutputFolderTakesOneNamedAfterTheInput) {
  const std::string clip = FrameFolder("clip", 8);
  const fs::path before = fs::current_path();
  fs::current_path(folder_.path());
  const std::vector<std::string> arguments = {
      "run", clip,      "--fps",
      "30",  "--model", testing::SourcePath("tests/data/model/tiny.pt").string()};
  const auto result = CallProgram(arguments);
  const auto again = CallProgram(arguments);
  fs::current_path(before);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, ::testing::EndsWith("results: clip_mestr\n"));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("the results in clip_mestr were complete"));
  EXPECT_TRUE(fs::exists(Path("clip_mestr/run.json")));
}

TEST_F(RunCommand, ShowsNamesWithoutTheirEscapeCodes) {
  const auto result = Run({FrameFolder("red \x1b[31m", 8), Path("\x1b[2J.mp4")});
  EXPECT_EQ(result.exit_code, 5);
  for (const std::string& shown : {result.out, result.err}) {
    EXPECT_THAT(shown, AllOf(HasSubstr("red \\x1b[31m"), HasSubstr("\\x1b[2J.mp4"),
                             ::testing::Not(HasSubstr("\x1b"))));
  }
  EXPECT_TRUE(fs::exists(Path("out/videos/red___31m.json")));
}

TEST_F(RunCommand, RefusesAManifestOfFeaturesThatIsDamaged) {
  WriteFileAtomically(Path("features/manifest.json"), R"({"format": 1, "videos": 5})");
  const auto result = CallProgram({"features", FrameFolder("clip", 8), "-o", Path("features")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("manifest.json is damaged"));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

TEST_F(RunCommand, FeaturesWritesAFileAVideo) {
  const auto result = CallProgram(
      {"features", FrameFolder("clip", 8), "-o", Path("features"), "--fps", "30", "--quiet"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("1 video written"));
  EXPECT_TRUE(fs::exists(Path("features/clip.npy")));
}

}  // namespace
}  // namespace mestr::internal
