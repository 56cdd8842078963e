#include "video/frame_converter.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cstdlib>
#include <opencv2/core.hpp>

namespace mestr::internal {
namespace {

AVPixelFormat FormatOf(const AVFrame& frame) { return static_cast<AVPixelFormat>(frame.format); }

bool HasColorMatrix(const AVPixFmtDescriptor& format) {
  return (format.flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) == 0;
}

bool IsFullRange(const AVFrame& frame, const AVPixFmtDescriptor& format) {
  switch (FormatOf(frame)) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
      return true;
    default:
      break;
  }
  const bool gray = format.nb_components <= 2;
  if (frame.color_range == AVCOL_RANGE_UNSPECIFIED) return gray;
  return frame.color_range == AVCOL_RANGE_JPEG;
}

void SetColors(SwsContext* scaler, const AVFrame& frame) {
  const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(FormatOf(frame));
  if (!HasColorMatrix(format)) return;
  const int* coefficients = sws_getCoefficients(frame.colorspace);
  constexpr int kOne = 1 << 16;
  sws_setColorspaceDetails(scaler, coefficients, IsFullRange(frame, format) ? 1 : 0, coefficients,
                           /*dstRange=*/1, /*brightness=*/0, /*contrast=*/kOne,
                           /*saturation=*/kOne);
}

// In memory of its own only where it turns.
cv::Mat Turned(const cv::Mat& stored, const Orientation& orientation) {
  cv::Mat turned = stored;
  if (orientation.transpose) cv::transpose(stored, turned);
  if (!orientation.flip_x && !orientation.flip_y) return turned;
  const int both = -1;
  cv::Mat upright;
  cv::flip(turned, upright, !orientation.flip_y ? 1 : !orientation.flip_x ? 0 : both);
  return upright;
}

// Where in the stored picture, `size_px` large, a region of the upright one is.
cv::Rect StoredRegion(cv::Rect region, const cv::Size& size_px, const Orientation& orientation) {
  const bool swaps = orientation.transpose;
  const cv::Size upright = swaps ? cv::Size(size_px.height, size_px.width) : size_px;
  if (orientation.flip_x) region.x = upright.width - region.x - region.width;
  if (orientation.flip_y) region.y = upright.height - region.y - region.height;
  return swaps ? cv::Rect(region.y, region.x, region.height, region.width) : region;
}

// Whether a part of it, cut at even rows and columns, is converted as in the whole: swscale then
// takes the same steps over the chroma samples.
bool CanBeCut(const AVFrame& frame, const cv::Size& to_px) {
  const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(FormatOf(frame));
  constexpr std::uint64_t kOther = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL |
                                   AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL |
                                   AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_BAYER;
  return (format.flags & kOther) == 0 && (format.flags & AV_PIX_FMT_FLAG_PLANAR) != 0 &&
         format.nb_components == 3 && format.log2_chroma_w <= 1 && format.log2_chroma_h <= 1 &&
         frame.width % 2 == 0 && frame.height % 2 == 0 && to_px.width == frame.width &&
         to_px.height == frame.height;
}

// With neighbours, so that chroma at its edges is not spread as at the edge of a picture.
cv::Rect WithMargin(const cv::Rect& region, const cv::Size& size_px) {
  constexpr int kMargin_px = 8;
  constexpr int kColumns = 32;  // keeps the alignment that swscale is fast with
  constexpr int kRows = 2;
  const auto down = [](int value, int unit) { return std::max(0, value) / unit * unit; };
  const int left = down(region.x - kMargin_px, kColumns);
  const int top = down(region.y - kMargin_px, kRows);
  const int right = down(region.x + region.width + kMargin_px + kColumns - 1, kColumns);
  const int bottom = down(region.y + region.height + kMargin_px + kRows - 1, kRows);
  return cv::Rect(left, top, right - left, bottom - top) & cv::Rect({0, 0}, size_px);
}

// The frame's planes from a pixel on.
std::array<const std::uint8_t*, 4> PlanesAt(const AVFrame& frame, const cv::Point& corner) {
  const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(FormatOf(frame));
  std::array<const std::uint8_t*, 4> planes = {};
  for (int i = 0; i < format.nb_components; ++i) {
    const AVComponentDescriptor& component = format.comp[i];
    const int x = i == 0 ? corner.x : corner.x >> format.log2_chroma_w;
    const int y = i == 0 ? corner.y : corner.y >> format.log2_chroma_h;
    const auto plane = static_cast<std::size_t>(component.plane);
    planes[plane] = frame.data[plane] + std::ptrdiff_t{y} * frame.linesize[plane] +
                    std::ptrdiff_t{x} * component.step;
  }
  return planes;
}

}  // namespace

bool OrientationOf(const std::int32_t display_matrix[9], Orientation& orientation) {
  const double a = display_matrix[0];
  const double b = display_matrix[1];
  const double c = display_matrix[3];
  const double d = display_matrix[4];
  const double largest = std::max({std::abs(a), std::abs(b), std::abs(c), std::abs(d)});
  const auto is_zero = [&](double value) { return std::abs(value) <= 1e-3 * largest; };
  if (largest > 0 && is_zero(b) && is_zero(c) && !is_zero(a) && !is_zero(d)) {
    orientation = {.transpose = false, .flip_x = a < 0, .flip_y = d < 0};
    return true;
  }
  if (largest > 0 && is_zero(a) && is_zero(d) && !is_zero(b) && !is_zero(c)) {
    orientation = {.transpose = true, .flip_x = c < 0, .flip_y = b < 0};
    return true;
  }
  return false;
}

bool FrameConverter::Scaler::Prepare(const AVFrame& frame, cv::Size from_px, cv::Size to_px,
                                     bool gray) {
  const std::array<int, 8> key = {from_px.width, from_px.height,   frame.format,      to_px.width,
                                  to_px.height,  frame.colorspace, frame.color_range, gray};
  if (context_ && key == prepared_for_) return true;
  if (sws_isSupportedInput(FormatOf(frame)) == 0) return false;
  context_.reset(sws_getContext(from_px.width, from_px.height, FormatOf(frame), to_px.width,
                                to_px.height, gray ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_BGR24,
                                SWS_BILINEAR | SWS_FULL_CHR_H_INT | SWS_ACCURATE_RND | SWS_BITEXACT,
                                /*srcFilter=*/nullptr, /*dstFilter=*/nullptr, /*param=*/nullptr));
  if (!context_) return false;
  SetColors(context_.get(), frame);
  prepared_for_ = key;
  from_px_ = from_px;
  to_px_ = to_px;
  type_ = gray ? CV_8UC1 : CV_8UC3;
  return true;
}

// swscale may write past the end of a row; it is slow where rows don't begin at a multiple of 16
// bytes.
cv::Mat FrameConverter::Scaler::Scale(const std::uint8_t* const planes[], const int steps[],
                                      cv::Mat& memory) {
  constexpr int kAligned_px = 16;
  constexpr int kPadding_px = 64;
  const bool is_aligned = to_px_.width % kAligned_px == 0;
  const int width = is_aligned ? to_px_.width : (to_px_.width / kPadding_px + 1) * kPadding_px;
  memory.create(to_px_.height + 1, width, type_);
  std::uint8_t* rows[4] = {memory.data};
  const int row_steps[4] = {static_cast<int>(memory.step)};
  sws_scale(context_.get(), planes, steps, 0, from_px_.height, rows, row_steps);
  return memory(cv::Rect({0, 0}, to_px_));
}

cv::Mat FrameConverter::ToUpright(const AVFrame& frame, cv::Size size_px, bool gray) {
  if (!whole_.Prepare(frame, {frame.width, frame.height}, size_px, gray)) return {};
  const cv::Mat stored = whole_.Scale(frame.data, frame.linesize, memory_);
  cv::Mat upright = Turned(stored, orientation_);
  if (upright.data != memory_.data) return upright;
  if (!upright.isContinuous()) return upright.clone();
  memory_.release();
  return upright;
}

cv::Mat FrameConverter::ToUprightPatch(const AVFrame& frame, cv::Size size_px,
                                       const cv::Rect& region) {
  if (!CanBeCut(frame, size_px)) return {};
  const cv::Rect stored = StoredRegion(region, size_px, orientation_);
  const cv::Rect part = WithMargin(stored, size_px);
  if (!patch_.Prepare(frame, part.size(), part.size(), /*gray=*/false)) return {};
  cv::Mat memory;
  const cv::Mat converted = patch_.Scale(PlanesAt(frame, part.tl()).data(), frame.linesize, memory);
  return Turned(converted(stored - part.tl()), orientation_);
}

}  // namespace mestr::internal
