#include "video/jpeg_encoder.h"

#include <string>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

constexpr TJSAMP kSampling = TJSAMP_420;

}  // namespace

JpegEncoder::JpegEncoder(int width, int height, int quality)
    : handle_(tjInitCompress()),
      width_(width),
      height_(height),
      quality_(quality),
      buffer_(tjBufSize(width, height, kSampling)) {}

std::string_view JpegEncoder::Encode(const cv::Mat& frame_bgr) {
  if (frame_bgr.type() != CV_8UC3 || frame_bgr.cols != width_ || frame_bgr.rows != height_) {
    throw Error(ErrorKind::kInvalidArgument, "JpegEncoder: not an 8-bit BGR frame of its size");
  }
  unsigned char* bytes = buffer_.data();
  unsigned long size = buffer_.size();
  // The accurate transform: the fast one is not the same on all processors.
  const int result = tjCompress2(handle_.get(), frame_bgr.data, width_,
                                 static_cast<int>(frame_bgr.step), height_, TJPF_BGR, &bytes, &size,
                                 kSampling, quality_, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT);
  if (result != 0) {
    throw Error(ErrorKind::kInvalidArgument,
                std::string("JpegEncoder: ") + tjGetErrorStr2(handle_.get()));
  }
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace mestr::internal
