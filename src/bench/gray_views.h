// Images as the flow engines take them.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>

#include "mestr/flow/flow_engine.h"

namespace mestr {

template <typename T>
ImageView<T> ViewOf(const cv::Mat& image) {
  return {reinterpret_cast<T*>(image.data), image.cols, image.rows,
          static_cast<std::ptrdiff_t>(image.step / sizeof(T))};
}

// Valid as long as the images' memory.
inline FlowPair FlowPairOf(const cv::Mat& from, const cv::Mat& to, const cv::Mat& u,
                           const cv::Mat& v) {
  return {ViewOf<const std::uint8_t>(from), ViewOf<const std::uint8_t>(to), ViewOf<float>(u),
          ViewOf<float>(v)};
}

}  // namespace mestr
