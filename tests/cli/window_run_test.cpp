// mestr run with a network of windows and its own features, as a user calls it.
#include <filesystem>

#include "cli/program.h"
#include "support/test_support.h"
#include "synth/synth_set.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using testing::CallProgram;
using ::testing::HasSubstr;

// The challenge's layout with a clip of each data set.
std::string SmallChallenge(const fs::path& root) {
  SynthSetOptions set = SynthPreset("megc2025");
  for (SynthSetOptions::Group& group : set.groups) group.clips = 1;
  set.clip.seconds = 1.2;
  set.clip.width_px = 480;
  set.clip.height_px = 360;
  WriteSynthSet(set, root, {.threads = 1});
  return root.string();
}

TEST(WindowRunCommand, WithAConfigOfBoostingWritesAValidSubmission) {
  const testing::TemporaryFolder folder;
  const std::string root = SmallChallenge(folder.path() / "set");
  const std::string output = (folder.path() / "out").string();
  const std::string model = testing::SourcePath("tests/data/model/tiny_window.pt").string();
  const auto run = CallProgram({"run", root + "/SAMM_data", "-o", output, "--config",
                                "boosting_samm", "--model", model, "--set", "spot.p=0"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("windows of 30 used frames, 15 from one to the next, one of 7 "
                                 "frames used, k_p = 6 used frames"));
  const auto check = CallProgram({"validate", output + "/samm_pred.csv", "--root", root});
  EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
  EXPECT_THAT(check.out, HasSubstr("0 problems"));
}

TEST(WindowRunCommand, AModelOfTheOtherFamilyIsToldWhereItFits) {
  const testing::TemporaryFolder folder;
  const std::string model = testing::SourcePath("tests/data/model/tiny.pt").string();
  const std::string data = SmallChallenge(folder.path() / "set") + "/SAMM_data";
  const auto run = CallProgram({"run", data, "-o", (folder.path() / "out").string(), "--config",
                                "boosting_samm", "--model", model});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_THAT(run.err, HasSubstr("features.kind is 'roi-flow-36-v1'; give a model of that kind"));
}

}  // namespace
}  // namespace mestr::internal
