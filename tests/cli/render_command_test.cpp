// The command's flags; what it draws is tested where it is drawn.
#include "cli/program.h"
#include "core/files.h"
#include "report/made_footage.h"
#include "results/made_results.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using testing::CallProgram;
using ::testing::HasSubstr;
using testing::ProgramResult;

class RenderCommand : public ::testing::Test {
 protected:
  ProgramResult Render(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"render", Path("clip.mp4"),     "--results", Path("out"),
                                          "-o",     Path("annotated.mp4")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return CallProgram(arguments);
  }
  void Make() const {
    const std::vector<double> times_s = testing::EvenTimes(30);
    testing::WriteFootage(Path("clip.mp4"), times_s);
    testing::WriteFootageResults(Path("out"), Path("clip.mp4"),
                                 testing::FootageAnalysis(times_s, 30));
  }
  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }

  testing::TemporaryFolder folder_;
};

TEST_F(RenderCommand, WritesTheVideoAndSaysSo) {
  Make();
  const ProgramResult result = Render({"--hide", "landmarks,regions"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "90 frames with 2 finds in " + Path("annotated.mp4") + "\n");
  EXPECT_EQ(result.err, "");
  EXPECT_TRUE(Exists(Path("annotated.mp4")));
}

TEST_F(RenderCommand, AProblemIsOneLineAndACode) {
  Make();
  std::filesystem::remove(Path("clip.mp4"));
  const ProgramResult result = Render();
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.err, "mestr render: " + Path("clip.mp4") + ": no such file or folder\n");
  EXPECT_FALSE(Exists(Path("annotated.mp4")));
}

TEST_F(RenderCommand, APartThatIsNoneIsRefused) {
  const ProgramResult result = Render({"--hide", "hair"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("--hide"), HasSubstr("hair"), HasSubstr("landmarks")));
}

TEST_F(RenderCommand, AMissingLandmarkModelIsNamed) {
  Make();
  const ProgramResult result = Render({"--landmarks", Path("none.dat")});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("none.dat"));
}

}  // namespace
}  // namespace mestr::internal
