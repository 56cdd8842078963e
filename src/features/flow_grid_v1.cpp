#include "features/flow_grid_v1.h"

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

constexpr int kCropSide_px = kFlowGridSide * kFlowGridCell_px;

void WriteCells(ImageView<const float> channel, float* out) {
  for (int cell_y = 0; cell_y < kFlowGridSide; ++cell_y) {
    for (int cell_x = 0; cell_x < kFlowGridSide; ++cell_x) {
      float sum = 0;
      for (int y = cell_y * kFlowGridCell_px; y < (cell_y + 1) * kFlowGridCell_px; ++y) {
        const float* cell = channel.row(y) + cell_x * kFlowGridCell_px;
        for (int x = 0; x < kFlowGridCell_px; ++x) sum += cell[x];
      }
      *out++ = sum / (kFlowGridCell_px * kFlowGridCell_px);
    }
  }
}

// Row i is that of the pair of frames (i, i + k).
class FlowGridV1 final : public PairExtractor {
 public:
  explicit FlowGridV1(const ExtractorOptions& options)
      : PairExtractor(
            {.kind = kFlowGridV1,
             .row_shape = {2, kFlowGridSide, kFlowGridSide},

             .crop = {.box = BoxRule::kLandmarks, .side_px = kCropSide_px, .jpeg_quality = 0}},
            options) {}

  void ComputeRow(const FlowRequest&, ImageView<const float> u, ImageView<const float> v,
                  std::span<float> row) const override {
    ComputeFlowGrid(u, v, row);
  }

  std::vector<Region> Regions(const Landmarks&) const override {
    return {{"face", {0, 0, kCropSide_px, kCropSide_px}}};
  }
};

}  // namespace

std::unique_ptr<FeatureExtractor> MakeFlowGridV1(const ExtractorOptions& options) {
  return std::make_unique<FlowGridV1>(options);
}

void ComputeFlowGrid(ImageView<const float> u, ImageView<const float> v, std::span<float> row) {
  const auto is_crop = [](const auto& image) {
    return image.width == kCropSide_px && image.height == kCropSide_px;
  };
  if (!is_crop(u) || !is_crop(v) || row.size() != kFlowGridValues) {
    throw Error(ErrorKind::kInvalidArgument,
                "ComputeFlowGrid: u and v must be 128 x 128, the row 2 x 32 x 32");
  }
  WriteCells(u, row.data());
  WriteCells(v, row.data() + kFlowGridSide * kFlowGridSide);
}

}  // namespace mestr::internal
