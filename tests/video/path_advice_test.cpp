#include "video/path_advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>

#include "support/test_support.h"
#include "video/test_clips.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TemporaryFolder;

class PathAdviceOf : public ::testing::Test {
 protected:
  PathAdviceOf() { testing::WriteBytes(folder_.path() / "data" / "clip one.mp4", "x"); }

  // As a manifest in the folder has it.
  std::string Advice(const std::string& written) const {
    return PathAdvice(folder_.path() / written);
  }
  std::string DidYouMean(const std::string& path = "data/clip one.mp4") const {
    return "did you mean " + (folder_.path() / path).string() + "?";
  }

  TemporaryFolder folder_;
};

TEST_F(PathAdviceOf, BackSlashes) {
  EXPECT_THAT(Advice("data\\clip one.mp4"),
              AllOf(HasSubstr(": '\\' separates no folders"), HasSubstr(DidYouMean())));
  EXPECT_THAT(Advice(".\\data\\clip one.mp4"), HasSubstr("did you mean "));
  EXPECT_THAT(Advice("data\\gone.mp4"), AllOf(HasSubstr("'\\'"), Not(HasSubstr("did you mean"))));
  EXPECT_THAT(Advice("D:\\videos\\clip.mp4"), AllOf(HasSubstr("'\\'"), HasSubstr("no drive D:")));
  EXPECT_THAT(Advice("D:/videos/clip.mp4"), HasSubstr("no drive D:"));
}

TEST_F(PathAdviceOf, BlanksAndQuotes) {
  for (const std::string written :
       {"data/clip one.mp4 ", " data/clip one.mp4", "data/clip one.mp4\r", "\"data/clip one.mp4\"",
        "'data/clip one.mp4'"}) {
    EXPECT_THAT(Advice(written), AllOf(HasSubstr("blanks or quotes"), HasSubstr(DidYouMean())))
        << written;
  }
}

TEST_F(PathAdviceOf, LettersOfAnotherCase) {
  EXPECT_EQ(Advice("data/Clip One.MP4"), ": " + DidYouMean());
  EXPECT_EQ(Advice("DATA\\CLIP ONE.mp4"),
            ": '\\' separates no folders on this system: write '/'; " + DidYouMean());
}

TEST_F(PathAdviceOf, Urls) {
  EXPECT_THAT(PathAdvice("file://" + folder_.path().string() + "/data/clip%20one.mp4"),
              AllOf(HasSubstr("not a URL"), HasSubstr(DidYouMean())));
  EXPECT_THAT(Advice("file:///" + folder_.path().string() + "/data/clip%20one.mp4"),
              HasSubstr(DidYouMean()));
  EXPECT_THAT(Advice("https://example.org/clip.mp4"), HasSubstr("download the file"));
}

TEST_F(PathAdviceOf, HomeAndVariables) {
  ASSERT_EQ(::setenv("MESTR_TEST_VIDEOS", (folder_.path() / "data").c_str(), 1), 0);
  for (const std::string name :
       {"$MESTR_TEST_VIDEOS", "${MESTR_TEST_VIDEOS}", "%MESTR_TEST_VIDEOS%"}) {
    EXPECT_THAT(Advice(name + "/clip one.mp4"),
                AllOf(HasSubstr(name + " is not replaced"), HasSubstr(DidYouMean())));
  }
  EXPECT_THAT(Advice("~/nowhere/clip.mp4"), HasSubstr("'~' stands for no folder here"));
}

TEST_F(PathAdviceOf, SaysNothingOfAPlainMissingFile) {
  EXPECT_EQ(Advice("gone.mp4"), "");
  EXPECT_EQ(Advice("data/gone/clip one.mp4"), "");
  EXPECT_EQ(PathAdvice("gone.mp4"), "");
  EXPECT_EQ(PathAdvice(""), "");
}

}  // namespace
}  // namespace mestr::internal
