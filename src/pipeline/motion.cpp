#include "pipeline/motion.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <vector>

namespace mestr::internal {
namespace {

constexpr int kBlock_px = 8;

std::vector<float> BlockMeans(const cv::Mat& values) {
  std::vector<float> means;
  for (int y = 0; y + kBlock_px <= values.rows; y += kBlock_px) {
    for (int x = 0; x + kBlock_px <= values.cols; x += kBlock_px) {
      means.push_back(
          static_cast<float>(cv::mean(values(cv::Rect(x, y, kBlock_px, kBlock_px)))[0]));
    }
  }
  return means;
}

// The value that `part` of them do not reach.
float Quantile(std::vector<float> values, double part) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

}  // namespace

float MotionOf(const cv::Mat& u, const cv::Mat& v) {
  constexpr double kMost = 0.95;
  const std::vector<float> us = BlockMeans(u);
  const std::vector<float> vs = BlockMeans(v);
  const float head_u = Quantile(us, 0.5);
  const float head_v = Quantile(vs, 0.5);
  std::vector<float> lengths(us.size());
  for (std::size_t i = 0; i < us.size(); ++i) {
    lengths[i] = std::hypot(us[i] - head_u, vs[i] - head_v);
  }
  return Quantile(std::move(lengths), kMost);
}

}  // namespace mestr::internal
