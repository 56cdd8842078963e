#include <opencv2/imgcodecs.hpp>

#include "cli/program.h"
#include "core/files.h"
#include "submission/archive.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using testing::CallProgram;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ProgramResult;
using testing::TemporaryFolder;

class ValidateCommand : public ::testing::Test {
 protected:
  void Write(const std::string& name, const std::string& content) const {
    WriteFileAtomically(Path(name), content);
  }
  void WriteFrame(const std::string& folder, const std::string& name) const {
    std::filesystem::create_directories(Path(folder));
    ASSERT_TRUE(cv::imwrite(Path(folder + "/" + name), cv::Mat(16, 16, CV_8UC3, cv::Scalar(9))));
  }
  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }

 private:
  TemporaryFolder folder_;
};

constexpr char kHeader[] = "subject,video,onset,offset,emotion\n";

TEST_F(ValidateCommand, AcceptsAGoodSubmissionAndSaysWhatItDidNotCheck) {
  Write("cas_pred.csv", std::string(kHeader) + "1,a,1,13,negative\n");
  Write("samm_pred.csv", kHeader);
  const ProgramResult result = CallProgram({"validate", Path("")});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("2 files, 1 prediction, 0 problems; video names and lengths "
                                    "not checked"));
}

TEST_F(ValidateCommand, NamesEveryBadLineAndFails) {
  Write("cas_pred.csv", std::string(kHeader) + "1,a,13,1,negative\n1,a,20,30,happy\n");
  const ProgramResult result = CallProgram({"validate", Path("cas_pred.csv")});
  EXPECT_EQ(result.exit_code, cli::kExitInput);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("cas_pred.csv:2:5: onset 13 is after offset 1"),
                    HasSubstr("cas_pred.csv:3:11: emotion 'happy'"), HasSubstr("2 problems")));
}

TEST_F(ValidateCommand, SendsNoEscapeCodesToTheTerminal) {
  WriteZip(Path("s.zip"),
           std::vector<ArchiveEntry>{
               {"\x1B[2J\x1B[31mcas_pred.csv", kHeader},
               {"samm_pred.csv", std::string(kHeader) + "\x1B[2J,a,0,5,negative\n"}});
  const ProgramResult result = CallProgram({"validate", Path("s.zip")});
  EXPECT_EQ(result.exit_code, cli::kExitInput);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("s.zip/\\x1b[2J\\x1b[31mcas_pred.csv: a submission holds"),
                    HasSubstr("samm_pred.csv:2:8: onset '0'"), Not(HasSubstr("\x1B"))));
}

TEST_F(ValidateCommand, ChecksNamesAndLengthsAgainstTheDataRoot) {
  for (int frame = 1; frame <= 20; ++frame) {
    WriteFrame("root/CAS_data/spNO.1/a", std::to_string(frame) + ".jpg");
  }
  WriteFrame("root/CAS_data/spNO.1/a", "20 (1).jpg");
  WriteFrame("root/SAMM_data/017_3", "0001.jpg");
  Write("root/CAS_data/readme.txt", "text");
  Write("cas_pred.csv", std::string(kHeader) + "1,a,10,20,negative\n1,b,1,5,positive\n");
  Write("samm_pred.csv", std::string(kHeader) + "17,017_3,1,2,positive\n");
  const ProgramResult result = CallProgram({"validate", "--root", Path("root"), Path("")});
  EXPECT_EQ(result.exit_code, cli::kExitInput);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("cas_pred.csv:3:1: unknown video 'b' of subject '1'"),
                    HasSubstr("samm_pred.csv:2:12: offset 2 is outside the video, which has 1 "
                              "frames"),
                    HasSubstr("2 problems"), Not(HasSubstr("not checked"))));
  EXPECT_THAT(result.err, HasSubstr("CAS_data: left out: 1 text file (readme.txt)"));
}

TEST_F(ValidateCommand, ChecksLengthsOfAList) {
  Write("lengths.csv", "dataset,subject,video,frames\ncas,1,a,12\ncas,1,b,\n");
  Write("cas_pred.csv", std::string(kHeader) + "1,a,1,13,negative\n1,b,1,999,negative\n");
  const ProgramResult result =
      CallProgram({"validate", Path("cas_pred.csv"), "--lengths", Path("lengths.csv")});
  EXPECT_EQ(result.exit_code, cli::kExitInput);
  EXPECT_THAT(result.out, HasSubstr("offset 13 is outside the video, which has 12 frames"));
  EXPECT_THAT(result.out, HasSubstr("1 problem"));
  EXPECT_THAT(result.err, HasSubstr("the length of video 'b' of subject '1' is not known"));
}

}  // namespace
}  // namespace mestr::internal
