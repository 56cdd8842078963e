// The features of windows; tests/bench holds them against a plain implementation of the published
// rules.
#include "features/roi_flow_v1.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <utility>
#include <vector>

#include "features/roi_flow_scene.h"
#include "mestr/core/error.h"

namespace mestr {
namespace {

using namespace internal;
using ::testing::HasSubstr;

WindowSpec SpecOf(const std::string& kind, int window_frames,
                  FeaturesVariant variant = FeaturesVariant::kPublished) {
  WindowSpec spec;
  spec.kind = kind;
  spec.row_shape = {kind == kRoiFlow36V1 ? kRoiFlow36Values : kRoiFlow10Values};
  spec.variant = variant;
  spec.window_frames = window_frames;
  spec.hop_frames = window_frames / 2;
  return spec;
}

std::unique_ptr<WindowExtractor> ExtractorOf(const WindowSpec& spec, const MadeUpFace& face,
                                             int first_face = 0) {
  return MakeRoiFlow(spec, std::make_unique<MadeUpFinder>(face, first_face));
}

WindowRows RowsOf(const WindowSpec& spec, const MadeUpFace& face,
                  const std::vector<cv::Mat>& frames, int first_face = 0) {
  return ExtractorOf(spec, face, first_face)->Compute(frames);
}

TEST(RoiFlowV1, TheTenAreFiveOfThe36) {
  const MadeUpFace face = FaceIn({300, 300}, 30);
  const std::vector<cv::Mat> frames = FramesWithMotion({300, 300}, 3, {0.4, 0.2});
  const WindowRows all = RowsOf(SpecOf(kRoiFlow36V1, 3), face, frames);
  const WindowRows ten = RowsOf(SpecOf(kRoiFlow10V1, 3), face, frames);
  ASSERT_EQ(ten.values.size(), 3U * kRoiFlow10Values);
  const int rows_of_ten[] = {0, 4, 8, 14, 15};
  for (std::size_t t = 0; t < 3; ++t) {
    for (std::size_t i = 0; i < 5; ++i) {
      for (std::size_t axis = 0; axis < 2; ++axis) {
        EXPECT_EQ(
            ten.values[t * kRoiFlow10Values + 2 * i + axis],
            all.values[t * kRoiFlow36Values + 2 * static_cast<std::size_t>(rows_of_ten[i]) + axis]);
      }
    }
  }
}

TEST(RoiFlowV1, MotionOfTheWholeHeadIsFollowedAndLeavesTheRows) {
  const MadeUpFace face = FaceIn({400, 400}, 36);
  const std::vector<cv::Mat> frames = FramesWithMotion({400, 400}, 4, {3, -2});
  const WindowRows rows = RowsOf(SpecOf(kRoiFlow36V1, 4, FeaturesVariant::kMended), face, frames);
  EXPECT_EQ(rows.frames[3].box.tl() - rows.frames[0].box.tl(), cv::Point(9, -6));
  // The mouth went 0.3 px further with each frame.
  constexpr std::size_t kMouth = 2 * 8;
  constexpr std::size_t kNoseSide = 2 * 14;
  for (std::size_t i = 0; i < kRoiFlow36Values; ++i) {
    const float expected = kMouth <= i && i < kNoseSide && i % 2 == 0 ? 0.9F : 0;
    EXPECT_NEAR(rows.values[3 * kRoiFlow36Values + i], expected, 0.15F) << i;
  }
}

// 9 x 14 px: one px of the crop is 0.4 px of the frame.
TEST(RoiFlowV1, MendedLoopStaysOnASmallFaceWhereThePublishedOneOvershoots) {
  const MadeUpFace face = FaceIn({200, 200}, 14);
  const std::vector<cv::Mat> frames = FramesWithMotion({200, 200}, 6, {1, 0}, 1.2);
  const auto farthest = [&](FeaturesVariant variant) {
    const WindowRows rows = RowsOf(SpecOf(kRoiFlow36V1, 6, variant), face, frames);
    double px = 0;
    for (std::size_t t = 1; t < frames.size(); ++t) {
      const double moved = rows.frames[t].box.x - rows.frames[0].box.x;
      px = std::max(px, std::abs(moved - static_cast<double>(t)));
    }
    return px;
  };
  EXPECT_LT(farthest(FeaturesVariant::kMended), 1);
  EXPECT_GT(farthest(FeaturesVariant::kPublished), 2);
}

TEST(RoiFlowV1, RowsBeforeTheFirstFaceAreZerosAndCounted) {
  const MadeUpFace face = FaceIn({300, 300}, 30);
  const std::vector<cv::Mat> frames = FramesWithMotion({300, 300}, 5, {1, 1});
  const WindowRows rows = RowsOf(SpecOf(kRoiFlow36V1, 5), face, frames, /*first_face=*/2);
  EXPECT_EQ(rows.reference, 2);
  EXPECT_EQ(rows.FacelessFrames(), 2);
  const auto is_zero = [&](std::size_t t) {
    const auto* row = rows.values.data() + t * kRoiFlow36Values;
    return std::all_of(row, row + kRoiFlow36Values, [](float value) { return value == 0; });
  };
  EXPECT_TRUE(is_zero(0) && is_zero(1) && is_zero(2));
  EXPECT_FALSE(is_zero(3));
}

TEST(RoiFlowV1, AWindowWithoutAFaceSaysSo) {
  const std::vector<cv::Mat> frames = FramesWithMotion({300, 300}, 3, {1, 1});
  const WindowRows rows =
      RowsOf(SpecOf(kRoiFlow36V1, 3), FaceIn({300, 300}, 30), frames, /*first_face=*/9);
  EXPECT_FALSE(rows.reference.has_value());
  EXPECT_EQ(rows.FacelessFrames(), 3);
  EXPECT_EQ(rows.values, std::vector<float>(3U * kRoiFlow36Values));
}

TEST(RoiFlowV1, RowsDoNotDependOnTheWindowBefore) {
  const MadeUpFace face = FaceIn({300, 300}, 30);
  const WindowSpec spec = SpecOf(kRoiFlow36V1, 3, FeaturesVariant::kMended);
  const auto first = FramesWithMotion({300, 300}, 3, {4, 3});
  const auto second = FramesWithMotion({300, 300}, 3, {-1, 0.5});
  const auto used = MakeRoiFlow(spec, std::make_unique<SteadyFinder>(face));
  const std::vector<float> alone = RowsOf(spec, face, second).values;
  used->Compute(first);
  EXPECT_EQ(used->Compute(second).values, alone);
}

// Faces at and across each border, tiny, huge, and outside.
TEST(RoiFlowV1, RegionsWithoutPixelsCountAsStillAndAreCounted) {
  for (const FeaturesVariant variant : {FeaturesVariant::kPublished, FeaturesVariant::kMended}) {
    for (const cv::Point at : {cv::Point(0, 0), cv::Point(149, 0), cv::Point(0, 149),
                               cv::Point(149, 149), cv::Point(75, 75)}) {
      for (const int half : {1, 3, 20, 200}) {
        const auto frames = FramesWithMotion({150, 150}, 3, {1, 0});
        const WindowRows rows = RowsOf(SpecOf(kRoiFlow36V1, 3, variant), FaceAt(at, half), frames);
        for (const float value : rows.values) EXPECT_TRUE(std::isfinite(value));
        EXPECT_EQ(rows.values.size(), 3U * kRoiFlow36Values);
      }
    }
  }
  const auto frames = FramesWithMotion({150, 150}, 3, {0, 0});
  MadeUpFace beside = FaceAt({75, 75}, 20);
  for (cv::Point& p : beside.crop_landmarks) p += {400, 0};
  const WindowRows rows = RowsOf(SpecOf(kRoiFlow36V1, 3, FeaturesVariant::kMended), beside, frames);
  EXPECT_EQ(rows.frames[1].empty_regions, 18);
  EXPECT_EQ(rows.values, std::vector<float>(3U * kRoiFlow36Values));
}

TEST(RoiFlowV1, AFaceOutsideTheFrameIsNone) {
  const auto frames = FramesWithMotion({150, 150}, 2, {0, 0});
  EXPECT_FALSE(RowsOf(SpecOf(kRoiFlow36V1, 2), FaceAt({900, 75}, 20), frames).reference);
  EXPECT_FALSE(RowsOf(SpecOf(kRoiFlow36V1, 2), FaceAt({75, 75}, 0), frames).reference);
}

TEST(RoiFlowV1, FramesThatAreNoWindowAreRefused) {
  const MadeUpFace face = FaceIn({300, 300}, 30);
  const auto extractor = ExtractorOf(SpecOf(kRoiFlow36V1, 3), face);
  const auto message = [&](const std::vector<cv::Mat>& frames) -> std::string {
    try {
      extractor->Compute(frames);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
      return error.what();
    }
    return "";
  };
  auto frames = FramesWithMotion({300, 300}, 3, {0, 0});
  EXPECT_THAT(message({frames[0], frames[1]}), HasSubstr("has 3 frames, not 2"));
  EXPECT_THAT(message({frames[0], frames[1], frames[2](cv::Rect(0, 0, 299, 300))}),
              HasSubstr("of one size"));
  cv::Mat bgr;
  cv::cvtColor(frames[2], bgr, cv::COLOR_GRAY2BGR);
  EXPECT_THAT(message({frames[0], frames[1], bgr}), HasSubstr("8-bit gray"));
  EXPECT_THAT(message({frames[0], frames[1], cv::Mat()}), HasSubstr("8-bit gray"));
}

TEST(RoiFlowV1, LayoutsOutOfRangeAreRefused) {
  WindowOptions options;
  options.window_frames = 1;
  EXPECT_THROW(MakeRoiFlow36V1(options), Error);
  options = {};
  options.hop_frames = options.window_frames + 1;
  EXPECT_THROW(MakeRoiFlow10V1(options), Error);
}

TEST(WindowExtractorTable, NamesEachKindOnceWithItsShape) {
  std::map<std::string, std::vector<int>> shapes;
  for (const WindowExtractorKind& kind : BuiltInWindowExtractors()) {
    EXPECT_TRUE(shapes.emplace(kind.kind, kind.row_shape).second);
  }
  EXPECT_EQ(shapes, (std::map<std::string, std::vector<int>>{{"roi-flow-36-v1", {36}},
                                                             {"roi-flow-10-v1", {10}}}));
}

}  // namespace
}  // namespace mestr
