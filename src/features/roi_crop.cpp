#include "features/roi_crop.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "flow/highway_targets.inc"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/roi_crop.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/cache_control.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace mestr::internal {
namespace HWY_NAMESPACE {

// Two rows to one, of `count` pixels, a multiple of 16. Rounds as OpenCV does.
void MixRows(const std::int32_t* first, std::int32_t first_weight, const std::int32_t* second,
             std::int32_t second_weight, std::ptrdiff_t count, std::uint8_t* out) {
  namespace hn = hwy::HWY_NAMESPACE;
  constexpr hn::CappedTag<std::int32_t, 16> kTag;
  constexpr hn::Rebind<std::uint8_t, decltype(kTag)> kByteTag;
  const auto part = [&](const std::int32_t* row, std::int32_t weight) HWY_ATTR {
    const auto pixels = hn::ShiftRight<4>(hn::LoadU(kTag, row));
    return hn::ShiftRight<16>(hn::Mul(pixels, hn::Set(kTag, weight)));
  };
  for (std::ptrdiff_t x = 0; x < count; x += static_cast<std::ptrdiff_t>(hn::Lanes(kTag))) {
    const auto sum = hn::Add(part(first + x, first_weight), part(second + x, second_weight));
    const auto rounded = hn::ShiftRight<2>(hn::Add(sum, hn::Set(kTag, 2)));
    hn::StoreU(hn::DemoteTo(kByteTag, rounded), kByteTag, out + x);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace mestr::internal
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace mestr::internal {

HWY_EXPORT(MixRows);

namespace {

constexpr std::int16_t kWhole = 2048;  // of weights
constexpr int kStep = 16;              // columns that MixRows takes at once, at most
static_assert(kRoiCropSide_px % kStep == 0);

std::int16_t WeightOf(float share) {
  return static_cast<std::int16_t>(cvRound(share * float{kWhole}));
}

}  // namespace

void RoiCropper::FillMixes(int size, Mixes& mixes) {
  const double scale = 1.0 / (static_cast<double>(kRoiCropSide_px) / size);
  for (int i = 0; i < kRoiCropSide_px; ++i) {
    const auto at = static_cast<float>((i + 0.5) * scale - 0.5);
    const int first = cvFloor(at);
    const float rest = at - static_cast<float>(first);
    mixes[static_cast<std::size_t>(i)] = {std::clamp(first, 0, size - 1),
                                          std::clamp(first + 1, 0, size - 1), WeightOf(1.0F - rest),
                                          WeightOf(rest)};
  }
}

const RoiCropper::Row& RoiCropper::MixedRow(const cv::Mat& image, int y, int begin, int end) {
  const auto slot = static_cast<std::size_t>(y % 2);
  Row& mixed = mixed_[slot];
  if (std::exchange(mixed_y_[slot], y) == y) return mixed;
  const std::uint8_t* pixels = image.ptr<std::uint8_t>(y);
  for (int x = begin; x < end; ++x) {
    const Mix& mix = columns_[static_cast<std::size_t>(x)];
    mixed[static_cast<std::size_t>(x)] =
        pixels[mix.first] * mix.first_weight + pixels[mix.second] * mix.second_weight;
  }
  return mixed;
}

// What row y of the crop is made of. Rows of a frame are far apart, so that the processor does not
// fetch them ahead by itself.
void RoiCropper::Fetch(const cv::Mat& image, int y, int begin, int end) const {
  constexpr int kLine_bytes = 64;
  const Mix& rows = rows_[static_cast<std::size_t>(y)];
  const int first = columns_[static_cast<std::size_t>(begin)].first;
  const int last = columns_[static_cast<std::size_t>(end - 1)].second;
  for (const int row : {rows.first, rows.second}) {
    const std::uint8_t* pixels = image.ptr<std::uint8_t>(row);
    for (int x = first; x <= last; x += kLine_bytes) hwy::Prefetch(pixels + x);
  }
}

void RoiCropper::Resize(const cv::Mat& image, const cv::Rect& part, cv::Mat& crop) {
  crop.create(kRoiCropSide_px, kRoiCropSide_px, CV_8UC1);
  FillMixes(image.cols, columns_);
  FillMixes(image.rows, rows_);
  // OpenCV rounds at the border of columns once, at that of rows twice.
  for (Mix& mix : columns_) {
    if (mix.first == mix.second) mix = {mix.first, mix.second, kWhole, 0};
  }
  mixed_y_ = {-1, -1};
  constexpr int kAhead = 4;  // rows
  const int begin = part.x / kStep * kStep;
  const int end = (part.br().x + kStep - 1) / kStep * kStep;
  for (int y = part.y; y < part.br().y; ++y) {
    Fetch(image, std::min(y + kAhead, kRoiCropSide_px - 1), begin, end);
    const Mix& mix = rows_[static_cast<std::size_t>(y)];
    const Row& first = MixedRow(image, mix.first, begin, end);
    const Row& second = MixedRow(image, mix.second, begin, end);
    HWY_DYNAMIC_DISPATCH(MixRows)
    (first.data() + begin, mix.first_weight, second.data() + begin, mix.second_weight, end - begin,
     crop.ptr<std::uint8_t>(y) + begin);
  }
}

}  // namespace mestr::internal

#endif  // HWY_ONCE
