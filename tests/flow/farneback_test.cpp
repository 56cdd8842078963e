// Farneback's flow of patches on every instruction set, against OpenCV's, or where that has other
// bits (flow_pairs.h) against the scalar code's.
#include "flow/farneback.h"

#include <gtest/gtest.h>

#include <cctype>
#include <cstdint>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video.hpp>
#include <string>
#include <vector>

#include "flow/flow_pairs.h"
#include "flow/mat_views.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

// Noise, moved by a part of a pixel and a little stretched.
struct Pair {
  Pair(const cv::Size& size, double motion_px, std::uint64_t seed = 3) {
    cv::RNG random(seed);
    cv::Mat scene(size.height + 40, size.width + 40, CV_8UC1);
    random.fill(scene, cv::RNG::UNIFORM, 0, 256);
    cv::GaussianBlur(scene, scene, {0, 0}, 1.5);
    cv::normalize(scene, scene, 0, 255, cv::NORM_MINMAX);
    scene(cv::Rect({20, 20}, size)).copyTo(from);
    const cv::Mat map =
        (cv::Mat_<double>(2, 3) << 1.01, 0.005, -20 - motion_px, -0.004, 0.99, -20 + motion_px / 2);
    cv::warpAffine(scene, to, map, size, cv::INTER_LINEAR, cv::BORDER_REFLECT);
  }
  cv::Mat from;
  cv::Mat to;
};

cv::Mat OpenCvFlow(const cv::Mat& from, const cv::Mat& to) {
  cv::Mat flow;
  cv::calcOpticalFlowFarneback(from, to, flow, 0.5, 3, 15, 5, 7, 1.5, 0);
  return flow;
}

cv::Mat ScalarFlow(const cv::Mat& from, const cv::Mat& to) {
  FarnebackFlow engine(farneback::ScalarKernels());
  FarnebackPatch from_patch;
  FarnebackPatch to_patch;
  engine.Expand(ViewOf<const std::uint8_t>(from), from_patch);
  engine.Expand(ViewOf<const std::uint8_t>(to), to_patch);
  const FarnebackFlow::Result result = engine.Compute(from_patch, to_patch);
  cv::Mat flow(from.size(), CV_32FC2);
  for (int y = 0; y < flow.rows; ++y) {
    for (int x = 0; x < flow.cols; ++x) {
      flow.at<cv::Vec2f>(y, x) = {result.u.row(y)[x], result.v.row(y)[x]};
    }
  }
  return flow;
}

cv::Mat ReferenceFlow(const cv::Mat& from, const cv::Mat& to) {
  return testing::kOpenCvIsReference ? OpenCvFlow(from, to) : ScalarFlow(from, to);
}

class Farneback : public ::testing::TestWithParam<const farneback::Kernels*> {
 protected:
  FarnebackFlow::Result FlowOf(const cv::Mat& from, const cv::Mat& to) {
    flow_.Expand(ViewOf<const std::uint8_t>(from), from_);
    flow_.Expand(ViewOf<const std::uint8_t>(to), to_);
    return flow_.Compute(from_, to_);
  }

  // How many pixels differ in a bit.
  int Differences(const Pair& pair) {
    const cv::Mat expected = ReferenceFlow(pair.from, pair.to);
    const FarnebackFlow::Result ours = FlowOf(pair.from, pair.to);
    int count = 0;
    for (int y = 0; y < expected.rows; ++y) {
      for (int x = 0; x < expected.cols; ++x) {
        const auto& theirs = expected.at<cv::Vec2f>(y, x);
        count += theirs[0] != ours.u.row(y)[x] || theirs[1] != ours.v.row(y)[x] ? 1 : 0;
      }
    }
    return count;
  }

  FarnebackFlow flow_{*GetParam()};
  FarnebackPatch from_;
  FarnebackPatch to_;
};

TEST_P(Farneback, HasTheBitsOfTheReferenceWhateverTheSize) {
  for (const int width : {1, 2, 7, 9, 15, 16, 17, 33, 64, 101}) {
    for (const int height : {1, 3, 8, 10, 31, 45, 64}) {
      EXPECT_EQ(Differences({{width, height}, 0.7}), 0) << width << " x " << height;
    }
  }
}

TEST_P(Farneback, HasTheBitsOfTheReferenceOnSeveralLevels) {
  for (const cv::Size size : {cv::Size(150, 70), cv::Size(64, 64), cv::Size(257, 260)}) {
    EXPECT_EQ(Differences({size, 3.4}), 0) << size;
  }
}

TEST_P(Farneback, HasTheBitsOfTheReferenceForLargeAndForNoMotion) {
  for (const double motion_px : {0.0, 1.5, 6.0, 19.0}) {
    EXPECT_EQ(Differences({{80, 50}, motion_px}), 0) << motion_px;
  }
  Pair unlike({60, 40}, 0);
  unlike.to = Pair({60, 40}, 0, 4).to;
  EXPECT_EQ(Differences(unlike), 0);
  Pair flat({60, 40}, 0);
  flat.from.setTo(90);
  flat.to.setTo(90);
  EXPECT_EQ(Differences(flat), 0);
}

// Of views into a larger image nothing beside the view counts.
TEST_P(Farneback, SeesThePatchAlone) {
  const Pair pair({120, 80}, 0.8);
  const cv::Rect patch(30, 20, 50, 40);
  const cv::Mat expected = ReferenceFlow(pair.from(patch).clone(), pair.to(patch).clone());
  const FarnebackFlow::Result ours = FlowOf(pair.from(patch), pair.to(patch));
  EXPECT_EQ(ours.u.row(7)[11], expected.at<cv::Vec2f>(7, 11)[0]);
  EXPECT_EQ(ours.v.row(39)[49], expected.at<cv::Vec2f>(39, 49)[1]);
}

TEST_P(Farneback, DoesNotDependOnPatchesBefore) {
  EXPECT_EQ(Differences({{200, 130}, 9}), 0);
  EXPECT_EQ(Differences({{33, 21}, 0.4}), 0);
  EXPECT_EQ(Differences({{200, 130}, 2}), 0);
}

TEST_P(Farneback, PatchesWithoutPixelsOrOfTwoSizesAreRefused) {
  const Pair pair({20, 30}, 0);
  flow_.Expand({}, from_);
  EXPECT_EQ(from_.width(), 0);
  flow_.Expand(ViewOf<const std::uint8_t>(pair.to), to_);
  const auto compute = [&] { flow_.Compute(from_, to_); };
  testing::ErrorMessage(ErrorKind::kInvalidArgument, compute);
  flow_.Expand(ViewOf<const std::uint8_t>(pair.from(cv::Rect(0, 0, 20, 29))), from_);
  testing::ErrorMessage(ErrorKind::kInvalidArgument, compute);
}

std::string NameOf(const ::testing::TestParamInfo<const farneback::Kernels*>& info) {
  std::string name;
  for (const char c : std::string(info.param->name)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Kernels, Farneback, ::testing::ValuesIn(farneback::SupportedKernels()),
                         NameOf);

}  // namespace
}  // namespace mestr::internal
