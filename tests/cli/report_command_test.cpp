#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "core/files.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using testing::CallProgram;
using ::testing::HasSubstr;
using ::testing::Not;

class ReportCommand : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }

  // Made-up weights find nothing certain: a find is put in.
  void RunClip() const {
    const auto clip = testing::WriteFrameFolder(Path("clip"), testing::SmallClip(30));
    const auto result =
        CallProgram({"run", clip.string(), "-o", Path("out"), "--fps", "30", "--quiet", "--model",
                     testing::SourcePath("tests/data/model/tiny.pt").string()});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    auto video = testing::ReadJson(Path("out/videos/clip.json"));
    nlohmann::json find = {
        {"onset", 10},     {"peak", 13}, {"offset", 16},       {"onset_s", 0.3},
        {"offset_s", 0.5}, {"score", 1}, {"probability", 0.5}, {"emotion", video["classes"][0]}};
    video["intervals"] = nlohmann::json::array({find});
    WriteFileAtomically(Path("out/videos/clip.json"), video.dump());
  }
  void WriteLabels(const std::string& row) const {
    WriteFileAtomically(Path("labels.csv"),
                        "dataset,subject,video,onset,apex,offset,emotion,type\n" + row + "\n");
  }

  testing::TemporaryFolder folder_;
};

TEST_F(ReportCommand, MakesAPageOfARealRunWithItsPictures) {
  RunClip();
  const auto result = CallProgram({"report", Path("out")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("wrote " + Path("out/report.html")));
  const std::string page = ReadFile(Path("out/report.html"));
  EXPECT_THAT(page, AllOf(HasSubstr("id=\"pictures-0\""), HasSubstr("\"onset\":\"/9j/")));
}

TEST_F(ReportCommand, LeavesPicturesOut) {
  RunClip();
  const auto result = CallProgram({"report", Path("out"), "--no-faces"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(ReadFile(Path("out/report.html")),
              AllOf(Not(HasSubstr("id=\"pictures-0\"")), Not(HasSubstr("\"/9j/"))));
}

TEST_F(ReportCommand, SaysWhichVideoIsGoneAndShowsTheRest) {
  RunClip();
  std::filesystem::remove_all(Path("clip"));
  const auto result = CallProgram({"report", Path("out")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("warning: no pictures of clip"), HasSubstr(Path("clip"))));
  EXPECT_THAT(ReadFile(Path("out/report.html")), HasSubstr("\"problem\":"));
}

TEST_F(ReportCommand, ShowsLabels) {
  RunClip();
  WriteLabels(",,clip,1,2,3,negative,micro");
  EXPECT_EQ(
      CallProgram({"report", Path("out"), "--no-faces", "--truth", Path("labels.csv")}).exit_code,
      0);
  EXPECT_THAT(ReadFile(Path("out/report.html")), HasSubstr("\"truth\":\"labels.csv\""));
  WriteLabels("cas,1,other,1,2,3,negative,micro");
  const auto other = CallProgram({"report", Path("out"), "--truth", Path("labels.csv")});
  EXPECT_EQ(other.exit_code, 3);
  EXPECT_THAT(other.err, HasSubstr("no label is of a video of"));
}

TEST_F(ReportCommand, ExitsWithThreeWhereThereAreNoResults) {
  const auto result = CallProgram({"report", Path("nowhere")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("no such folder"));
  EXPECT_EQ(CallProgram({"report"}).exit_code, 2);
}

TEST_F(ReportCommand, ExitsWithFourWithoutALandmarkModelAndSaysTheWayOut) {
  RunClip();
  const auto result = CallProgram({"report", Path("out"), "--landmarks", Path("none.dat")});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, AllOf(HasSubstr("none.dat"), HasSubstr("--no-faces")));
}

}  // namespace
}  // namespace mestr::internal
