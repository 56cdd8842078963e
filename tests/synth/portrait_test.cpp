#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "core/files.h"
#include "mestr/core/error.h"
#include "support/test_support.h"
#include "synth/synth.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::mestr::testing::ErrorMessage;
using ::mestr::testing::ReadJson;
using ::mestr::testing::SourcePath;
using ::mestr::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class LoadPortraitTest : public ::testing::Test {
 protected:
  LoadPortraitTest() : json_(ReadJson(SourcePath("models/portraits/astronaut.json"))) {
    fs::copy_file(SourcePath("models/portraits/astronaut.jpg"), image_);
  }

  std::string MessageFor(const std::string& json_text) {
    WriteFileAtomically(folder_.path() / "own face.json", json_text);
    return ErrorMessage(ErrorKind::kInput, [&] { LoadPortrait(image_); });
  }

  TemporaryFolder folder_;
  fs::path image_ = folder_.path() / "own face.jpg";
  nlohmann::json json_;
};

TEST_F(LoadPortraitTest, ReadsWhatIsBuiltIn) {
  WriteFileAtomically(folder_.path() / "own face.json", json_.dump());
  const Portrait loaded = LoadPortrait(image_);
  const Portrait built_in = DefaultPortrait();
  EXPECT_EQ(cv::norm(loaded.image_bgr, built_in.image_bgr, cv::NORM_INF), 0);
  EXPECT_EQ(loaded.landmarks_px, built_in.landmarks_px);
  for (int eye = 0; eye < 2; ++eye) {
    EXPECT_EQ(loaded.eyelids[eye].upper_px, built_in.eyelids[eye].upper_px);
    EXPECT_EQ(loaded.eyelids[eye].lower_px, built_in.eyelids[eye].lower_px);
  }
}

TEST_F(LoadPortraitTest, LandmarksStandInForEyelids) {
  json_.erase("eyelids_px");
  WriteFileAtomically(folder_.path() / "own face.json", json_.dump());
  const Portrait portrait = LoadPortrait(image_);
  EXPECT_EQ(portrait.eyelids[0].upper_px.front(), portrait.landmarks_px[36]);
  EXPECT_EQ(portrait.eyelids[0].lower_px[1], portrait.landmarks_px[41]);
  EXPECT_EQ(portrait.eyelids[1].upper_px.back(), portrait.landmarks_px[45]);
}

TEST_F(LoadPortraitTest, BadLandmarksAreNamedWithTheirFile) {
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { LoadPortrait(image_); }),
              HasSubstr("own face.json"));
  for (const char* text : {"", "{", "{}", "[]", "5", "\xff", R"({"landmarks_px": [["a", "b"]]})"}) {
    EXPECT_THAT(MessageFor(text), AllOf(HasSubstr("own face.json"), HasSubstr("68 pairs"),
                                        Not(HasSubstr("json.exception"))))
        << text;
  }

  nlohmann::json few = json_;
  few["landmarks_px"].erase(67);
  EXPECT_THAT(MessageFor(few.dump()), HasSubstr("67 points instead of 68"));

  nlohmann::json outside = json_;
  outside["landmarks_px"][5][0] = 2000;
  EXPECT_THAT(MessageFor(outside.dump()), HasSubstr("landmark 5 lies outside"));

  nlohmann::json upside_down = json_;
  for (auto& point : upside_down["landmarks_px"]) point[1] = 511 - point[1].get<double>();
  EXPECT_THAT(MessageFor(upside_down.dump()), HasSubstr("upright face"));

  nlohmann::json triple = json_;
  triple["landmarks_px"][5].push_back(1);
  EXPECT_THAT(MessageFor(triple.dump()), HasSubstr("a point has two numbers"));

  nlohmann::json one_eye = json_;
  one_eye["eyelids_px"].erase(1);
  EXPECT_THAT(MessageFor(one_eye.dump()), HasSubstr("two eyes"));

  nlohmann::json reversed = json_;
  std::reverse(reversed["eyelids_px"][0]["upper"].begin(),
               reversed["eyelids_px"][0]["upper"].end());
  EXPECT_THAT(MessageFor(reversed.dump()), HasSubstr("from left to right"));
}

TEST_F(LoadPortraitTest, AnImageThatIsNoneIsNamed) {
  WriteFileAtomically(folder_.path() / "own face.json", json_.dump());
  WriteFileAtomically(image_, "not an image");
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { LoadPortrait(image_); }),
              HasSubstr("own face.jpg: it is not an image"));
  WriteFileAtomically(image_, "");
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { LoadPortrait(image_); }),
              HasSubstr("own face.jpg: it is not an image"));
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { LoadPortrait(folder_.path() / "absent.png"); }),
              HasSubstr("absent.png"));
}

}  // namespace
}  // namespace mestr::internal
