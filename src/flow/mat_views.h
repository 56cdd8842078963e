// Images of OpenCV as the flow engines take them, and back. All are valid as long as the pixels.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>

#include "mestr/flow/flow_engine.h"

namespace mestr::internal {

template <typename T>
ImageView<T> ViewOf(const cv::Mat& image) {
  return {reinterpret_cast<T*>(image.data), image.cols, image.rows,
          static_cast<std::ptrdiff_t>(image.step / sizeof(T))};
}

inline FlowPair FlowPairOf(const cv::Mat& from, const cv::Mat& to, const cv::Mat& u,
                           const cv::Mat& v) {
  return {ViewOf<const std::uint8_t>(from), ViewOf<const std::uint8_t>(to), ViewOf<float>(u),
          ViewOf<float>(v)};
}

// OpenCV takes no const pixels: it is not to write to this one.
inline cv::Mat MatOf(const ImageView<const std::uint8_t>& view) {
  return {view.height, view.width, CV_8UC1, const_cast<std::uint8_t*>(view.data),
          static_cast<std::size_t>(view.stride)};
}

inline cv::Mat MatOf(const ImageView<float>& view) {
  return {view.height, view.width, CV_32FC1, view.data,
          static_cast<std::size_t>(view.stride) * sizeof(float)};
}

}  // namespace mestr::internal
