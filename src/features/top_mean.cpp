#include "features/top_mean.h"

#include <algorithm>
#include <cmath>

namespace mestr::internal {
namespace {

void WriteLengths(ImageView<const float> u, ImageView<const float> v, const cv::Rect& region,
                  std::vector<float>& lengths) {
  lengths.resize(static_cast<std::size_t>(region.area()));
  float* out = lengths.data();
  for (int y = region.y; y < region.y + region.height; ++y) {
    const float* u_row = u.row(y) + region.x;
    const float* v_row = v.row(y) + region.x;
    for (int x = 0; x < region.width; ++x) {
      out[x] = std::sqrt(u_row[x] * u_row[x] + v_row[x] * v_row[x]);
    }
    out += region.width;
  }
}

}  // namespace

cv::Point2d TopMean(ImageView<const float> u, ImageView<const float> v, const cv::Rect& region,
                    double share, std::vector<float>& lengths) {
  if (region.empty()) return {0, 0};
  WriteLengths(u, v, region, lengths);
  const std::size_t dropped =
      std::min(lengths.size() - 1,
               static_cast<std::size_t>(static_cast<double>(lengths.size()) * (1.0 - share)));
  const auto least = lengths.begin() + static_cast<std::ptrdiff_t>(dropped);
  std::nth_element(lengths.begin(), least, lengths.end());
  const float threshold = *least;
  // Of those as long as the shortest that counts, some may not.
  std::ptrdiff_t equal_left_out = std::count(lengths.begin(), least, threshold);
  double sum_u = 0;
  double sum_v = 0;
  for (int y = region.y; y < region.y + region.height; ++y) {
    const float* u_row = u.row(y);
    const float* v_row = v.row(y);
    for (int x = region.x; x < region.x + region.width; ++x) {
      const float length = std::sqrt(u_row[x] * u_row[x] + v_row[x] * v_row[x]);
      if (length < threshold || (length == threshold && equal_left_out-- > 0)) continue;
      sum_u += u_row[x];
      sum_v += v_row[x];
    }
  }
  const auto count = static_cast<double>(lengths.size() - dropped);
  return {sum_u / count, sum_v / count};
}

}  // namespace mestr::internal
