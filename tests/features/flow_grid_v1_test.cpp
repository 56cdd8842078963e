#include "features/flow_grid_v1.h"

#include <vector>

#include "mestr/core/error.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

constexpr int kSide = 128;

using Plane = std::vector<float>;

ImageView<const float> View(const Plane& plane, int width = kSide, int height = kSide) {
  return {plane.data(), width, height, width};
}

// Value of each pixel by its place.
template <typename F>
Plane PlaneOf(F value) {
  Plane plane;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) plane.push_back(value(x, y));
  }
  return plane;
}

TEST(FlowGridV1, IsTheMeanOfEachCellInPixels) {
  const Plane u = PlaneOf([](int x, int) { return static_cast<float>(x); });
  const Plane v = PlaneOf([](int, int y) { return -0.5F * static_cast<float>(y); });
  std::vector<float> row(kFlowGridValues);
  ComputeFlowGrid(View(u), View(v), row);
  for (int y = 0; y < kFlowGridSide; ++y) {
    for (int x = 0; x < kFlowGridSide; ++x) {
      ASSERT_FLOAT_EQ(row[y * kFlowGridSide + x], 4.0F * x + 1.5F);
      ASSERT_FLOAT_EQ(row[(kFlowGridSide + y) * kFlowGridSide + x], -0.5F * (4.0F * y + 1.5F));
    }
  }
}

TEST(FlowGridV1, ReadsViewsOfAnyStride) {
  const Plane wide(static_cast<std::size_t>(200) * kSide, 2.0F);
  const Plane v = PlaneOf([](int, int) { return 3.0F; });
  std::vector<float> row(kFlowGridValues);
  ComputeFlowGrid({wide.data(), kSide, kSide, 200}, View(v), row);
  EXPECT_EQ(row.front(), 2.0F);
  EXPECT_EQ(row.back(), 3.0F);
}

TEST(FlowGridV1, RefusesOtherSizes) {
  const Plane plane = PlaneOf([](int, int) { return 0.0F; });
  std::vector<float> row(kFlowGridValues);
  const auto compute = [&](int width, std::size_t values) {
    ComputeFlowGrid(View(plane, width), View(plane), std::span(row).first(values));
  };
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { compute(64, row.size()); }),
            "ComputeFlowGrid: u and v must be 128 x 128, the row 2 x 32 x 32");
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { compute(kSide, 7); }),
            "ComputeFlowGrid: u and v must be 128 x 128, the row 2 x 32 x 32");
}

TEST(FlowGridV1, AsksForTheSquareAroundTheLandmarksWithoutJpeg) {
  const auto extractor = MakeFlowGridV1({.frame_distance = 3});
  const ExtractorSpec& spec = extractor->spec();
  EXPECT_EQ(spec.kind, "flow-grid-v1");
  EXPECT_EQ(spec.crop, (CropSpec{BoxRule::kLandmarks, 128, 0}));
  EXPECT_EQ(spec.RowValues(), static_cast<std::size_t>(kFlowGridValues));
  EXPECT_EQ(spec.frame_distance, 3);
}

}  // namespace
}  // namespace mestr::internal
