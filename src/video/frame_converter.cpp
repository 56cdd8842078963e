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

void Turn(const cv::Mat& stored, const Orientation& orientation, cv::Mat& upright) {
  cv::Mat turned = stored;
  if (orientation.transpose) cv::transpose(stored, turned);
  if (orientation.flip_x && orientation.flip_y) {
    cv::flip(turned, upright, -1);
  } else if (orientation.flip_x) {
    cv::flip(turned, upright, 1);
  } else if (orientation.flip_y) {
    cv::flip(turned, upright, 0);
  } else {
    turned.copyTo(upright);
  }
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

bool FrameConverter::Prepare(const AVFrame& frame, cv::Size size_px, bool gray) {
  const std::array<int, 8> key = {
      frame.width,    frame.height,     frame.format,      size_px.width,
      size_px.height, frame.colorspace, frame.color_range, gray};
  if (scaler_ && key == prepared_for_) return true;
  if (sws_isSupportedInput(FormatOf(frame)) == 0) return false;
  scaler_.reset(sws_getContext(frame.width, frame.height, FormatOf(frame), size_px.width,
                               size_px.height, gray ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_BGR24,
                               SWS_BILINEAR | SWS_FULL_CHR_H_INT | SWS_ACCURATE_RND | SWS_BITEXACT,
                               /*srcFilter=*/nullptr, /*dstFilter=*/nullptr, /*param=*/nullptr));
  if (!scaler_) return false;
  SetColors(scaler_.get(), frame);
  prepared_for_ = key;
  return true;
}

cv::Mat FrameConverter::ToUpright(const AVFrame& frame, cv::Size size_px, bool gray) {
  if (!Prepare(frame, size_px, gray)) return {};
  constexpr int kRowUnit_px = 64;
  const int padded_width = (size_px.width / kRowUnit_px + 1) * kRowUnit_px;
  padded_.create(size_px.height, padded_width, gray ? CV_8UC1 : CV_8UC3);
  std::uint8_t* rows[4] = {padded_.data};
  const int steps[4] = {static_cast<int>(padded_.step)};
  sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, rows, steps);

  cv::Mat upright;
  Turn(padded_(cv::Rect({}, size_px)), orientation_, upright);
  return upright;
}

}  // namespace mestr::internal
