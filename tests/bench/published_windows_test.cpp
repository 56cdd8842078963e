// Ours, against the published rules written down plainly on top of OpenCV's flow.
#include "bench/published_windows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "features/roi_flow_scene.h"
#include "features/roi_flow_v1.h"

namespace mestr::internal {
namespace {

WindowSpec SpecOf(int window_frames) {
  WindowSpec spec;
  spec.kind = kRoiFlow36V1;
  spec.row_shape = {kRoiFlow36Values};
  spec.variant = FeaturesVariant::kPublished;
  spec.window_frames = window_frames;
  return spec;
}

// Our rows; they must be those of the plain implementation.
WindowRows CheckedRows(const std::vector<cv::Mat>& frames, const MadeUpFace& face,
                       int first_face = 0) {
  const WindowSpec spec = SpecOf(static_cast<int>(frames.size()));
  const auto finder = [&] { return std::make_unique<MadeUpFinder>(face, first_face); };
  const WindowRows ours = MakeRoiFlow(spec, finder())->Compute(frames);
  const WindowRows plain = MakePublishedWindows(spec, finder())->Compute(frames);
  EXPECT_EQ(ours.reference, plain.reference);
  EXPECT_EQ(ours.values.size(), plain.values.size());
  for (std::size_t i = 0; i < std::min(ours.values.size(), plain.values.size()); ++i) {
    EXPECT_NEAR(ours.values[i], plain.values[i], 2e-6) << i;
  }
  for (auto t = static_cast<std::size_t>(ours.reference.value_or(0)) + 1; t < frames.size(); ++t) {
    EXPECT_EQ(ours.frames[t].box, plain.frames[t].box);
    EXPECT_EQ(ours.frames[t].corrections, plain.frames[t].corrections);
  }
  return ours;
}

TEST(PublishedWindows, AreOurs) {
  const auto frames = FramesWithMotion({300, 300}, 4, {2, 1});
  const WindowRows rows = CheckedRows(frames, FaceIn({300, 300}, 30));
  EXPECT_TRUE(std::any_of(rows.values.begin(), rows.values.end(),
                          [](float value) { return std::abs(value) > 0.05F; }));
  EXPECT_GT(rows.frames[1].corrections, 0);
}

TEST(PublishedWindows, AreOursForASmallFaceThatTheLoopOvershoots) {
  CheckedRows(FramesWithMotion({200, 200}, 6, {1, 0}, 1.2), FaceIn({200, 200}, 14));
}

TEST(PublishedWindows, AreOursAtTheBorderOfTheFrame) {
  CheckedRows(FramesWithMotion({300, 300}, 3, {-1, -1}), FaceAt({60, 50}, 30));
}

// Brows so high that their patches are cut, and windows misplaced.
TEST(PublishedWindows, AreOursWherePatchesAreCut) {
  MadeUpFace face = FaceIn({300, 300}, 30);
  for (cv::Point& p : face.crop_landmarks) p -= {72, 72};
  CheckedRows(FramesWithMotion({300, 300}, 3, {0.5, 0.3}), face);
}

TEST(PublishedWindows, AreOursWithAFaceInLaterFramesOnly) {
  CheckedRows(FramesWithMotion({300, 300}, 5, {1, 1}), FaceIn({300, 300}, 30), 2);
  CheckedRows(FramesWithMotion({300, 300}, 3, {1, 1}), FaceIn({300, 300}, 30), 7);
}

}  // namespace
}  // namespace mestr::internal
