// "flow-grid-v1", how far each part of the face moves: the flow of a pair of crops, averaged on a
// grid and left in pixels, so that a still face looks still and a turning head like a turning head.
#pragma once

#include <memory>
#include <span>

#include "mestr/core/image_view.h"
#include "mestr/features/extractor.h"

namespace mestr::internal {

inline constexpr char kFlowGridV1[] = "flow-grid-v1";

// Size of a row: channels u and v, one value a cell, and the side of a cell in px of the crop.
inline constexpr int kFlowGridSide = 32;
inline constexpr int kFlowGridCell_px = 4;
inline constexpr int kFlowGridValues = 2 * kFlowGridSide * kFlowGridSide;

// 2 x 32 x 32, row-major: the mean of u, then of v, over cells of 4 x 4 px, in px of the crop. `u`
// and `v` are 128 x 128. Throws Error{kInvalidArgument} on other sizes.
void ComputeFlowGrid(ImageView<const float> u, ImageView<const float> v, std::span<float> row);

std::unique_ptr<FeatureExtractor> MakeFlowGridV1(const ExtractorOptions& options);

}  // namespace mestr::internal
