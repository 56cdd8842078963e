#include <algorithm>
#include <filesystem>

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

class SynthPeopleCommand : public ::testing::Test {
 protected:
  // A tiny set in the folder "set", with more flags.
  ProgramResult Synth(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"synth",  "--people", "-o",        Set().string(),
                                          "--size", "160x120",  "--seconds", "0.5"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return CallProgram(arguments);
  }
  fs::path Set() const { return folder_.path() / "set"; }

 private:
  TemporaryFolder folder_;
};

TEST_F(SynthPeopleCommand, WritesWhatTheFlagsSay) {
  const ProgramResult result =
      Synth({"--clips", "2", "--subjects", "3,7-9", "--count", "0", "--noise", "1.5", "--seed", "9",
             "--contexts", "calm,calm", "--blinks", "3", "--truth-flow", "5"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, HasSubstr("2 clips, 30 frames, 0 micro-expressions"));
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

TEST_F(SynthPeopleCommand, FormatsAreFilesOfTheirKind) {
  const std::vector<std::string> flags = {"--clips", "1", "--count", "0", "--overwrite"};
  for (const std::string format : {"avi", "mp4"}) {
    std::vector<std::string> with = flags;
    with.insert(with.end(), {"--format", format});
    EXPECT_EQ(Synth(with).exit_code, 0);
    EXPECT_TRUE(fs::exists(Set() / ("s01_a." + format)));
  }
  EXPECT_FALSE(fs::exists(Set() / "s01_a.avi"));
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
    {{"--subjects", "0"}, "--subjects 0: must be numbers and ranges within 1 and 9999"},
    {{"--subjects", "1,1"}, "--subjects: subjects: 1 is given twice"},
    {{"--intensity", "2,1"}, "--intensity: intensity_min_px200 is 2; it must not be above"},
    {{"--length", "0.3,0.1,0.2"}, "--length 0.3,0.1,0.2: must be MEAN,SD,MIN,MAX"},
    {{"--count", "50"}, "--count: expressions is 50; at most"},
    {{"--density", "many"}, "--density many: must be a number or 'real'"},
    {{"--class-weights", "0,0,0"}, "--class-weights: class_weights is 0,0,0"},
    {{"--contexts", "calm,loud"}, "--contexts calm,loud: must be a list of frozen, still, calm"},
    {{"--noise", "-1"}, "--noise: noise_gray is -1; it must be in [0, 50]"},
    {{"--blinks", "61"}, "--blinks: blinks_per_minute is 61; it must be in [0, 60]"},
    {{"--truth-flow", "0"}, "--truth-flow: flow_step is 0; it must be in [1, 1000]"},
    {{"--format", "gif"}, "--format gif: must be frames, avi, mp4 or video"},
    {{"--preset", "big"}, "--preset: preset is 'big'; it must be demo, megc2025 or train"},
    {{"--preset", "megc2025", "--fps", "30"}, "--fps does not go with --preset megc2025"},
    {{"--portrait", "me.jpg"}, "--portrait"},
};

TEST_F(SynthPeopleCommand, BadFlagsAreNamedAndNothingIsWritten) {
  for (const BadFlags& c : kBadFlags) {
    std::vector<std::string> arguments = {"synth", "--people", "-o", Set().string()};
    arguments.insert(arguments.end(), c.flags.begin(), c.flags.end());
    const ProgramResult result = CallProgram(arguments);
    EXPECT_EQ(result.exit_code, 2) << c.expected;
    EXPECT_THAT(result.err, HasSubstr(c.expected));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_FALSE(fs::exists(Set())) << c.expected;
  }
}

}  // namespace
}  // namespace mestr::internal
