#include "pipeline/motion.h"

#include <cmath>
#include <opencv2/core.hpp>
#include <utility>
#include <vector>

#include "core/quantile.h"

namespace mestr::internal {
namespace {

constexpr int kBlock_px = 8;

std::vector<double> BlockMeans(const cv::Mat& values) {
  std::vector<double> means;
  for (int y = 0; y + kBlock_px <= values.rows; y += kBlock_px) {
    for (int x = 0; x + kBlock_px <= values.cols; x += kBlock_px) {
      means.push_back(cv::mean(values(cv::Rect(x, y, kBlock_px, kBlock_px)))[0]);
    }
  }
  return means;
}

}  // namespace

float MotionOf(const cv::Mat& u, const cv::Mat& v) {
  const std::vector<double> us = BlockMeans(u);
  const std::vector<double> vs = BlockMeans(v);
  if (us.empty()) return 0;
  const double head_u = QuantileOf(us, 0.5);
  const double head_v = QuantileOf(vs, 0.5);
  std::vector<double> lengths(us.size());
  for (std::size_t i = 0; i < us.size(); ++i) {
    lengths[i] = std::hypot(us[i] - head_u, vs[i] - head_v);
  }
  constexpr double kMost = 0.95;
  return static_cast<float>(QuantileOf(std::move(lengths), kMost));
}

}  // namespace mestr::internal
