// The colours of the report, as the pictures take them.
#pragma once

#include <opencv2/core/types.hpp>
#include <string_view>

namespace mestr::internal {

// Of those for a dark background, by its name there; BGR.
cv::Scalar DarkColour(std::string_view name);

// Of an emotion; one that has none of its own gets that of every interval.
cv::Scalar EmotionColour(std::string_view emotion);

}  // namespace mestr::internal
