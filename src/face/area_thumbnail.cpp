#include "face/area_thumbnail.h"

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

// OpenCV's way to a ratio; its last bit is in the weights.
double PixelsACell(int pixels, int cells) { return 1.0 / (static_cast<double>(cells) / pixels); }

// In the order in which they are added.
std::vector<Share> SharesOf(int pixels, int cells) {
  constexpr double kLeast = 1e-3;  // less of a pixel does not count
  const double step = PixelsACell(pixels, cells);
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

// Sums of whole pixels are taken in another way.
bool HasWholePixels(const cv::Size& size, int cells) {
  const auto is_whole = [&](int pixels) {
    const double step = PixelsACell(pixels, cells);
    return std::abs(step - std::lrint(step)) < std::numeric_limits<double>::epsilon();
  };
  return is_whole(size.width) && is_whole(size.height);
}

// Blue, green, red and something of no meaning.
using Sum = cv::v_float32x4;

// Of a pixel that has another behind it in its row.
Sum PixelAt(const unsigned char* pixel) {
  return cv::v_cvt_f32(cv::v_reinterpret_as_s32(cv::v_load_expand_q(pixel)));
}

Sum LastPixelAt(const unsigned char* pixel) {
  std::array<unsigned char, 4> bytes{};
  std::memcpy(bytes.data(), pixel, 3);
  return PixelAt(bytes.data());
}

constexpr int kRowsAtOnce = 4;
using RowGroup = std::array<const unsigned char*, kRowsAtOnce>;

// Of each row, what its pixels give to each column of cells: 4 floats a cell.
using CellSums = std::array<std::vector<float>, kRowsAtOnce>;

void AddRows(const RowGroup& rows, int width, const std::vector<Share>& shares, CellSums& sums) {
  const auto add = [](Sum& sum, const unsigned char* row, const Share& share, bool is_last) {
    const unsigned char* pixel = row + std::ptrdiff_t{3} * share.pixel;
    sum += (is_last ? LastPixelAt(pixel) : PixelAt(pixel)) * cv::v_setall_f32(share.weight);
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

void Round(const std::vector<float>& sums, cv::Vec3b* cells, int count) {
  for (int x = 0; x < count; ++x) {
    for (int c = 0; c < 3; ++c) {
      cells[x][c] = cv::saturate_cast<unsigned char>(sums[static_cast<std::size_t>(4 * x + c)]);
    }
  }
}

}  // namespace

cv::Mat AreaThumbnail(const cv::Mat& image_bgr, int side_px) {
  const cv::Size size = image_bgr.size();
  cv::Mat thumbnail(side_px, side_px, CV_8UC3);
  if (std::min(size.width, size.height) < side_px || HasWholePixels(size, side_px)) {
    cv::resize(image_bgr, thumbnail, thumbnail.size(), 0, 0, cv::INTER_AREA);
    return thumbnail;
  }
  const std::vector<Share> across = SharesOf(size.width, side_px);
  const std::vector<Share> down = SharesOf(size.height, side_px);
  const std::size_t values = static_cast<std::size_t>(side_px) * 4;
  CellSums rows;
  for (std::vector<float>& row : rows) row.resize(values);
  std::vector<float> sums(values);
  for (std::size_t i = 0; i < down.size(); i += kRowsAtOnce) {
    RowGroup group{};
    for (std::size_t r = 0; r < group.size(); ++r) {
      group[r] = image_bgr.ptr(down[std::min(i + r, down.size() - 1)].pixel);
    }
    AddRows(group, size.width, across, rows);
    for (std::size_t r = 0; r < group.size() && i + r < down.size(); ++r) {
      const Share& share = down[i + r];
      if (i + r > 0 && down[i + r - 1].cell != share.cell) {
        Round(sums, thumbnail.ptr<cv::Vec3b>(share.cell - 1), side_px);
        std::fill(sums.begin(), sums.end(), 0.0F);
      }
      for (std::size_t k = 0; k < values; ++k) sums[k] += share.weight * rows[r][k];
    }
  }
  Round(sums, thumbnail.ptr<cv::Vec3b>(side_px - 1), side_px);
  return thumbnail;
}

}  // namespace mestr::internal
