#include "face/face_finder.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/files.h"
#include "mestr/core/crop_spec.h"
#include "support/moving_person.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

constexpr int kCropSide = CropSpec{}.side_px;

using ::testing::HasSubstr;

cv::Mat Picture() { return testing::Somebody().image_bgr; }

class Faces : public ::testing::Test {
 protected:
  // The landmark model is large: read once for all tests.
  static void SetUpTestSuite() { finder_ = std::make_unique<FaceFinder>(FindLandmarkModel({})); }
  static void TearDownTestSuite() { finder_.reset(); }
  static std::unique_ptr<FaceFinder> finder_;
};
std::unique_ptr<FaceFinder> Faces::finder_;

TEST_F(Faces, FindsTheFaceOfAPictureAndItsLandmarks) {
  const cv::Mat picture = Picture();
  const auto face = finder_->Detect(picture, 1);
  ASSERT_TRUE(face.has_value());
  EXPECT_GT(face->confidence, 0);
  EXPECT_GT(face->box.width, 60);
  const Landmarks landmarks = finder_->FindLandmarks(picture, face->box);
  // What any face has: left of right (in the picture), brows above eyes above nose above mouth
  // above chin.
  EXPECT_LT(landmarks[36].x, landmarks[45].x);
  EXPECT_LT(landmarks[19].y, landmarks[37].y);
  EXPECT_LT(landmarks[37].y, landmarks[33].y);
  EXPECT_LT(landmarks[33].y, landmarks[57].y);
  EXPECT_LT(landmarks[57].y, landmarks[8].y);
  EXPECT_TRUE(face->box.contains(landmarks[30]));
}

TEST_F(Faces, TakesTheMostConfidentOfSeveral) {
  const cv::Mat picture = Picture();
  // The same face twice, the second one under heavy noise.
  cv::Mat noisy = picture.clone();
  cv::Mat noise(noisy.size(), CV_8UC3);
  cv::theRNG().state = 7;
  cv::randn(noise, 0, 30);
  noisy += noise;
  const auto worse = finder_->Detect(noisy, 0);
  ASSERT_TRUE(worse.has_value());
  cv::Mat both;
  cv::hconcat(noisy, picture, both);
  const auto found = finder_->Detect(both, 0);
  ASSERT_TRUE(found.has_value());
  EXPECT_GE(found->box.x, picture.cols);
  EXPECT_GT(found->confidence, worse->confidence);
}

TEST_F(Faces, FindsNoneWhereThereIsNone) {
  cv::Mat image(240, 320, CV_8UC3);
  cv::theRNG().state = 3;
  cv::randu(image, 0, 255);
  EXPECT_FALSE(finder_->Detect(image, 1).has_value());
}

TEST_F(Faces, AreLookedForInTheOrderOfChannelsThatIsAskedFor) {
  const cv::Mat picture = Picture();
  cv::Mat swapped;
  cv::cvtColor(picture, swapped, cv::COLOR_BGR2RGB);
  const auto as_rgb = finder_->Detect(picture, 1, DetectorChannels::kRgb);
  const auto as_bgr = finder_->Detect(picture, 1, DetectorChannels::kBgr);
  const auto swapped_as_rgb = finder_->Detect(swapped, 1, DetectorChannels::kRgb);
  ASSERT_TRUE(as_rgb && as_bgr && swapped_as_rgb);
  EXPECT_EQ(as_bgr->confidence, swapped_as_rgb->confidence);
  EXPECT_EQ(as_bgr->box, swapped_as_rgb->box);
  EXPECT_NE(as_bgr->confidence, as_rgb->confidence);
  EXPECT_EQ(finder_->Detect(picture, 1)->confidence, as_rgb->confidence);
}

TEST_F(Faces, BoxEqualsThePublishedCodes) {
  MESTR_GOLDEN_OR_SKIP(path, "pipeline_cas_s2/published.json");
  const auto wanted = testing::ReadJson(path).at("box_left_top_right_bottom");
  const cv::Mat frame = cv::imread((path.parent_path() / "frame001.jpg").string());
  const auto face = finder_->Detect(frame, 1, DetectorChannels::kBgr);
  ASSERT_TRUE(face.has_value());
  EXPECT_EQ(face->box, cv::Rect(cv::Point(wanted[0], wanted[1]), cv::Point(wanted[2], wanted[3])));
}

TEST_F(Faces, LandmarksEqualThePublishedBaselines) {
  MESTR_GOLDEN_OR_SKIP(path, "features.json");
  int cases = 0;
  for (const auto& golden : testing::ReadJson(path)) {
    const cv::Mat crop =
        cv::imread((path.parent_path() / golden.at("a")).string(), cv::IMREAD_GRAYSCALE);
    ASSERT_EQ(crop.cols, kCropSide);
    const Landmarks found = finder_->FindLandmarks(crop, {0, 0, kCropSide, kCropSide});
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i], cv::Point(golden.at("landmarks")[i][0], golden.at("landmarks")[i][1]))
          << golden.at("a") << " point " << i;
    }
    ++cases;
  }
  EXPECT_GT(cases, 0);
}

TEST(LandmarkModel, NamesAFileThatIsMissingOrSomethingElse) {
  const testing::TemporaryFolder folder;
  const auto text = folder.path() / "model.dat";
  WriteFileAtomically(text, "not a model");
  for (const auto& path : {text, folder.path() / "missing.dat"}) {
    EXPECT_THAT(testing::ErrorMessage(ErrorKind::kModel, [&] { FaceFinder finder(path); }),
                HasSubstr(path.string()));
  }
}

TEST(LandmarkModel, IsTheOneAskedForThenTheEnvironments) {
  ::setenv("MESTR_LANDMARKS", "/from/environment.dat", 1);
  EXPECT_EQ(FindLandmarkModel({}), "/from/environment.dat");
  EXPECT_EQ(FindLandmarkModel("/asked.dat"), "/asked.dat");
  ::unsetenv("MESTR_LANDMARKS");
}

}  // namespace
}  // namespace mestr::internal
