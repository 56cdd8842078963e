#include "face/crop.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "face/jpeg_round_trip.h"
#include "mestr/core/crop_spec.h"
#include "support/moving_person.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

constexpr int kCropSide = CropSpec{}.side_px;

cv::Mat Picture() { return testing::Somebody().image_bgr; }

TEST(JpegRoundTrip, GivesTheBitsOfSavingAndReadingTheColourImage) {
  const cv::Mat crop = CutBox(Picture(), {150, 50, 190, 190}, kCropSide);
  for (const int quality : {50, 95, 100}) {
    std::vector<unsigned char> jpeg;
    cv::imencode(".jpg", crop, jpeg, {cv::IMWRITE_JPEG_QUALITY, quality});
    const cv::Mat expected = cv::imdecode(jpeg, cv::IMREAD_GRAYSCALE);
    const cv::Mat found = JpegRoundTrip(quality).ToGray(crop);
    EXPECT_EQ(cv::norm(found, expected, cv::NORM_INF), 0) << "quality " << quality;
  }
}

TEST(JpegRoundTrip, QualityZeroOnlyConverts) {
  const cv::Mat crop = CutBox(Picture(), {150, 50, 190, 190}, kCropSide);
  cv::Mat expected;
  cv::cvtColor(crop, expected, cv::COLOR_BGR2GRAY);
  EXPECT_EQ(cv::norm(JpegRoundTrip(0).ToGray(crop), expected, cv::NORM_INF), 0);
}

TEST(CutAligned, EqualsCutBoxForAHeadThatDidNotMove) {
  const cv::Mat picture = Picture();
  const cv::Rect box(150, 50, 190, 190);
  const cv::Point origin(100, 20);
  const cv::Mat patch = picture(cv::Rect(origin, cv::Point(400, 300)));
  const cv::Mat aligned = CutAligned(patch, origin, box, {}, kCropSide);
  // OpenCV interpolates 8-bit images with 11-bit weights.
  EXPECT_LE(cv::norm(aligned, CutBox(picture, box, kCropSide), cv::NORM_INF), 1);
}

TEST(CutAligned, UndoesAKnownMotion) {
  const cv::Mat picture = Picture();
  const cv::Rect box(150, 50, 190, 190);
  Similarity motion;
  motion.translation << 9, -4;  // whole pixels, so that moving the picture adds no blur
  cv::Mat moved;
  const cv::Matx23d shift(1, 0, 9, 0, 1, -4);
  cv::warpAffine(picture, moved, shift, picture.size());
  EXPECT_LE(cv::norm(CutAligned(moved, {0, 0}, box, motion, kCropSide),
                     CutBox(picture, box, kCropSide), cv::NORM_INF),
            1);
}

TEST(CutAligned, RepeatsTheEdgeOutsideThePatch) {
  const cv::Mat gray(40, 40, CV_8UC3, cv::Scalar(10, 20, 30));
  Similarity far;
  far.translation << 500, -500;
  const cv::Mat crop = CutAligned(gray, {0, 0}, {0, 0, 40, 40}, far, kCropSide);
  EXPECT_EQ(cv::norm(crop, cv::Mat(crop.size(), CV_8UC3, cv::Scalar(10, 20, 30)), cv::NORM_INF), 0);
}

}  // namespace
}  // namespace mestr::internal
