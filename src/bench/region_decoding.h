// Decoding of whole frames and in a region of them alone, which must have the same bits.
#pragma once

#include <cstdint>
#include <opencv2/core/types.hpp>

#include "core/cost.h"
#include "mestr/video/frame_source.h"

namespace mestr::internal {

struct DecodingCost {
  std::int64_t frames = 0;
  Cost cost;  // of all of them
};

// Reads at most so many frames. The first, which a folder has decoded since it was opened, is whole
// and not timed; of those after it the region is asked for (px; empty: all of them).
DecodingCost TimeDecoding(FrameSource& source, std::int64_t frames, const cv::Rect& region_px = {});

struct RegionCheck {
  std::int64_t frames = 0;
  std::int64_t patches = 0;  // that came as the region alone
};

// Asks `part` for the region. Throws Error{kInvalidArgument} where its pixels are not those of
// `whole`, or where one ends before the other, within so many frames.
RegionCheck CheckRegion(FrameSource& whole, FrameSource& part, const cv::Rect& region_px,
                        std::int64_t frames);

}  // namespace mestr::internal
