// The motion of a region: the mean of its strongest vectors.
#pragma once

#include <opencv2/core/types.hpp>
#include <vector>

#include "mestr/core/image_view.h"

namespace mestr::internal {

// Mean of the share `share` (in (0, 1]) of the longest vectors among those of `region`, which lies
// inside the flow: the shortest int(n (1 - share)) are left out. Vectors of equal length: those
// further down, then right, count first. (0, 0) for a region without pixels. The same bits on every
// processor. `memory` is used again.
cv::Point2d TopMean(ImageView<const float> u, ImageView<const float> v, const cv::Rect& region,
                    double share, std::vector<float>& memory);

}  // namespace mestr::internal
