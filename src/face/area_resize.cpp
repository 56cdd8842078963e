#include "face/area_resize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/core/hal/intrin.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace mestr::internal {
namespace {

// What one line of pixels gives to one cell.
struct Share {
  int cell;
  int pixel;
  float weight;
};

// In the order in which they are added. A cell is `step` pixels wide; the last one may reach out.
std::vector<Share> SharesOf(int pixels, int cells, double step) {
  constexpr double kLeast = 1e-3;  // less of a pixel does not count
  std::vector<Share> shares;
  for (int cell = 0; cell < cells; ++cell) {
    const double begin = cell * step;
    const double end = begin + step;
    const double width = std::min(step, pixels - begin);
    const int last = std::min(static_cast<int>(std::floor(end)), pixels - 1);
    const int first = std::min(static_cast<int>(std::ceil(begin)), last);
    const auto add = [&](int pixel, double part) {
      shares.push_back({cell, pixel, static_cast<float>(part / width)});
    };
    if (first - begin > kLeast) add(first - 1, first - begin);
    for (int pixel = first; pixel < last; ++pixel) add(pixel, 1.0);
    if (end - last > kLeast) add(last, std::min(std::min(end - last, 1.0), width));
  }
  return shares;
}

// Cells of whole pixels are summed in another way.
bool IsWhole(double step) {
  return std::abs(step - std::lrint(step)) < std::numeric_limits<double>::epsilon();
}

// Blue, green, red and something of no meaning.
using Sum = cv::v_float32x4;

template <std::size_t kBytes>
Sum PixelAt(const unsigned char* pixel) {
  int bytes = 0;
  std::memcpy(&bytes, pixel, kBytes);
  const cv::v_uint8x16 values = cv::v_reinterpret_as_u8(cv::v_int32x4(bytes, 0, 0, 0));
  return cv::v_cvt_f32(cv::v_reinterpret_as_s32(cv::v_expand_low(cv::v_expand_low(values))));
}

constexpr int kRowsAtOnce = 4;
using RowGroup = std::array<const unsigned char*, kRowsAtOnce>;

// Of each row, what its pixels give to each column of cells: 4 floats a cell.
using CellSums = std::array<std::vector<float>, kRowsAtOnce>;

void AddRows(const RowGroup& rows, int width, const std::vector<Share>& shares, CellSums& sums) {
  const auto add = [](Sum& sum, const unsigned char* row, const Share& share, bool is_last) {
    const unsigned char* pixel = row + std::ptrdiff_t{3} * share.pixel;
    sum += (is_last ? PixelAt<3>(pixel) : PixelAt<4>(pixel)) * cv::v_setall_f32(share.weight);
  };
  for (std::size_t i = 0; i < shares.size();) {
    const int cell = shares[i].cell;
    Sum a = cv::v_setzero_f32();
    Sum b = a;
    Sum c = a;
    Sum d = a;
    for (; i < shares.size() && shares[i].cell == cell; ++i) {
      const bool is_last = shares[i].pixel == width - 1;
      add(a, rows[0], shares[i], is_last);
      add(b, rows[1], shares[i], is_last);
      add(c, rows[2], shares[i], is_last);
      add(d, rows[3], shares[i], is_last);
    }
    const std::size_t at = static_cast<std::size_t>(cell) * 4;
    cv::v_store(sums[0].data() + at, a);
    cv::v_store(sums[1].data() + at, b);
    cv::v_store(sums[2].data() + at, c);
    cv::v_store(sums[3].data() + at, d);
  }
}

void Round(const std::vector<float>& sums, cv::Vec3b* cells) {
  for (std::size_t at = 0; at < sums.size(); at += 4, ++cells) {
    for (int c = 0; c < 3; ++c) {
      (*cells)[c] = cv::saturate_cast<unsigned char>(sums[at + static_cast<std::size_t>(c)]);
    }
  }
}

cv::Mat Shrunk(const cv::Mat& image_bgr, const cv::Size& size, double step_x, double step_y) {
  const std::vector<Share> across = SharesOf(image_bgr.cols, size.width, step_x);
  const std::vector<Share> down = SharesOf(image_bgr.rows, size.height, step_y);
  const std::size_t values = static_cast<std::size_t>(size.width) * 4;
  CellSums rows;
  for (std::vector<float>& row : rows) row.resize(values);
  std::vector<float> sums(values);
  cv::Mat shrunk(size, CV_8UC3);
  for (std::size_t i = 0; i < down.size(); i += kRowsAtOnce) {
    RowGroup group{};
    for (std::size_t r = 0; r < group.size(); ++r) {
      group[r] = image_bgr.ptr(down[std::min(i + r, down.size() - 1)].pixel);
    }
    AddRows(group, image_bgr.cols, across, rows);
    for (std::size_t r = 0; r < group.size() && i + r < down.size(); ++r) {
      const Share& share = down[i + r];
      if (i + r > 0 && down[i + r - 1].cell != share.cell) {
        Round(sums, shrunk.ptr<cv::Vec3b>(share.cell - 1));
        std::fill(sums.begin(), sums.end(), 0.0F);
      }
      for (std::size_t k = 0; k < values; ++k) sums[k] += share.weight * rows[r][k];
    }
  }
  Round(sums, shrunk.ptr<cv::Vec3b>(size.height - 1));
  return shrunk;
}

// Empty where OpenCV has a quick way of its own. Its way to a step's length has a last bit that is
// in the weights.
cv::Mat ResizedByRows(const cv::Mat& image, const cv::Size& size, double factor_x,
                      double factor_y) {
  const double step_x = 1 / factor_x;
  const double step_y = 1 / factor_y;
  const bool is_slow = image.type() == CV_8UC3 && !size.empty() && size != image.size() &&
                       step_x >= 1 && step_y >= 1 && !(IsWhole(step_x) && IsWhole(step_y));
  return is_slow ? Shrunk(image, size, step_x, step_y) : cv::Mat();
}

}  // namespace

cv::Mat AreaResize(const cv::Mat& image, const cv::Size& size_px) {
  cv::Mat resized = ResizedByRows(image, size_px, static_cast<double>(size_px.width) / image.cols,
                                  static_cast<double>(size_px.height) / image.rows);
  if (resized.empty()) cv::resize(image, resized, size_px, 0, 0, cv::INTER_AREA);
  return resized;
}

cv::Mat AreaResize(const cv::Mat& image, double factor) {
  const cv::Size size(cv::saturate_cast<int>(image.cols * factor),
                      cv::saturate_cast<int>(image.rows * factor));
  cv::Mat resized = ResizedByRows(image, size, factor, factor);
  if (resized.empty()) cv::resize(image, resized, {}, factor, factor, cv::INTER_AREA);
  return resized;
}

}  // namespace mestr::internal
