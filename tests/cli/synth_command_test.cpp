#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using testing::CallProgram;
using ::testing::HasSubstr;
using testing::ProgramResult;
using testing::ReadJson;
using testing::TemporaryFolder;

class SynthCommand : public ::testing::Test {
 protected:
  // A tiny set in the folder "set", with more flags.
  ProgramResult Synth(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"synth",   "-o",        Set().string(), "--size",
                                          "160x120", "--seconds", "0.5"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return CallProgram(arguments);
  }
  fs::path Set() const { return folder_.path() / "set"; }

 private:
  TemporaryFolder folder_;
};

TEST_F(SynthCommand, WritesWhatTheFlagsSay) {
  const ProgramResult result =
      Synth({"--clips", "2", "--subjects", "3,7-9", "--count", "0", "--noise", "1.5", "--seed", "9",
             "--contexts", "calm,calm", "--blinks", "3", "--truth-flow", "5"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, HasSubstr("2 clips, 30 frames, 0 micro-expressions"));
  EXPECT_THAT(result.out, HasSubstr((Set() / "labels.csv").string()));
  EXPECT_TRUE(fs::exists(Set() / "CAS_data/spNO.3/a/img_00015.jpg"));
  EXPECT_TRUE(fs::exists(Set() / "CAS_data/spNO.7/a/img_00015.jpg"));
  EXPECT_FALSE(fs::exists(Set() / "CAS_data/spNO.8"));
  for (const char* file : {"labels.csv", "manifest.csv", "events.csv", "frames.csv",
                           "truth_flow/cas_3_a.npy", "truth_flow/cas_7_a.npy"}) {
    EXPECT_TRUE(fs::exists(Set() / file)) << file;
  }
  const auto record = ReadJson(Set() / "synth.json");
  EXPECT_EQ(record["seed"], 9);
  EXPECT_EQ(record["options"]["noise_gray"], 1.5);
  EXPECT_EQ(record["options"]["blinks_per_minute"], 3);
  EXPECT_EQ(record["clips"][0]["context"], "calm");
}

TEST_F(SynthCommand, FormatsAreFilesOfTheirKind) {
  const std::vector<std::string> flags = {"--clips", "1", "--count", "0", "--overwrite"};
  for (const std::string format : {"avi", "mp4"}) {
    std::vector<std::string> with = flags;
    with.insert(with.end(), {"--format", format});
    EXPECT_EQ(Synth(with).exit_code, 0);
    EXPECT_TRUE(fs::exists(Set() / ("s01_a." + format)));
  }
  EXPECT_FALSE(fs::exists(Set() / "s01_a.avi"));
}

TEST_F(SynthCommand, FramesOfAnotherRateDoNotPoseAsADataSet) {
  EXPECT_EQ(Synth({"--clips", "1", "--fps", "25", "--count", "0"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(Set() / "synth_data/s01_a/img_00013.jpg"));
}

TEST_F(SynthCommand, FlagsChangeAPreset) {
  EXPECT_EQ(Synth({"--preset", "demo", "--count", "0", "--subjects", "2"}).exit_code, 0);
  const auto videos = ReadJson(Set() / "synth.json")["clips"];
  ASSERT_EQ(videos.size(), 3U);
  for (const auto& video : videos) {
    EXPECT_EQ(video["person"], 2);
    EXPECT_TRUE(fs::exists(Set() / video["path"].get<std::string>()));
  }
}

TEST_F(SynthCommand, OverwriteIsAskedFor) {
  const std::vector<std::string> flags = {"--clips", "1", "--count", "0", "--format", "avi"};
  EXPECT_EQ(Synth(flags).exit_code, 0);
  EXPECT_EQ(Synth(flags).exit_code, 0) << "it is the same set";
  std::vector<std::string> with = flags;
  with.insert(with.end(), {"--seed", "2"});
  const ProgramResult again = Synth(with);
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("another seed"));
  with.emplace_back("--overwrite");
  EXPECT_EQ(Synth(with).exit_code, 0);
}

struct BadFlags {
  std::vector<std::string> flags;
  const char* expected;
};
const BadFlags kBadFlags[] = {
    {{"--fps", "5"}, "--fps: fps is 5; it must be in [10, 1000]"},
    {{"--seconds", "nan"}, "--seconds: seconds is nan; it must be in [0.1, 3600]"},
    {{"--size", "640"}, "--size 640: must be WIDTHxHEIGHT"},
    {{"--size", "161x120"}, "--size: width_px is 161; it must be even"},
    {{"--size", "16x12"}, "--size: width_px is 16; it must be in [160, 3840]"},
    {{"--subjects", "0"}, "--subjects 0: must be numbers and ranges within 1 and 9999"},
    {{"--subjects", "3-1"}, "--subjects 3-1: must be numbers and ranges within 1 and 9999"},
    {{"--subjects", "1,1"}, "--subjects: subjects: 1 is given twice"},
    {{"--clips", "0"}, "--clips: clips is 0; it must be in [1, 10000]"},
    {{"--intensity", "1"}, "--intensity 1: must be MIN,MAX"},
    {{"--intensity", "2,1"}, "--intensity: intensity_min_px200 is 2; it must not be above"},
    {{"--length", "0.3,0.1,0.2"}, "--length 0.3,0.1,0.2: must be MEAN,SD,MIN,MAX"},
    {{"--length", "0.1,0,0.2,0.3"}, "--length: length.min_s is 0.2; it must not be above"},
    {{"--count", "50"}, "--count: expressions is 50; at most 9 fit in 10 s"},
    {{"--density", "many"}, "--density many: must be a number or 'real'"},
    {{"--density", "99"}, "--density: expressions_per_minute is 99; it must be in [0, 60]"},
    {{"--count", "0", "--density", "1"}, "--count excludes --density"},
    {{"--gap", "-1"}, "--gap: gap_s is -1; it must be in [0, 10]"},
    {{"--class-weights", "1,2"}, "--class-weights 1,2: must be NEGATIVE,POSITIVE,SURPRISE"},
    {{"--class-weights", "0,0,0"}, "--class-weights: class_weights is 0,0,0"},
    {{"--noise", "-1"}, "--noise: noise_gray is -1; it must be in [0, 50]"},
    {{"--contexts", "calm,loud"}, "--contexts calm,loud: must be a list of frozen, still, calm"},
    {{"--truth-flow", "0"}, "--truth-flow: flow_step is 0; it must be in [1, 1000]"},
    {{"--blinks", "61"}, "--blinks: blinks_per_minute is 61; it must be in [0, 60]"},
    {{"--format", "gif"}, "--format gif: must be frames, avi, mp4 or video"},
    {{"--preset", "big"}, "--preset: preset is 'big'; it must be demo, megc2025 or train"},
    {{"--preset", "megc2025", "--fps", "30"}, "--fps does not go with --preset megc2025"},
    {{"--preset", "megc2025", "--density", "real"}, "--density real: must be a number"},
    {{"--jobs", "0"}, "--jobs"},
    {{"--seed", "x"}, "--seed"},
    {{"--portrait", "me.jpg"}, "--portrait"},
    {{"--people"}, "--people"},
};

TEST_F(SynthCommand, BadFlagsAreNamedAndNothingIsWritten) {
  for (const BadFlags& c : kBadFlags) {
    std::vector<std::string> arguments = {"synth", "-o", Set().string()};
    arguments.insert(arguments.end(), c.flags.begin(), c.flags.end());
    const ProgramResult result = CallProgram(arguments);
    EXPECT_EQ(result.exit_code, 2) << c.expected;
    EXPECT_THAT(result.err, HasSubstr(c.expected));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_FALSE(fs::exists(Set())) << c.expected;
  }
  EXPECT_EQ(CallProgram({"synth"}).exit_code, 2);
}

TEST_F(SynthCommand, HelpGoesToStandardOutput) {
  const ProgramResult result = CallProgram({"synth", "--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, HasSubstr("--preset"));
}

}  // namespace
}  // namespace mestr::internal
