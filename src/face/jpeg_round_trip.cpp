#include "face/jpeg_round_trip.h"

#include <turbojpeg.h>

#include <opencv2/imgproc.hpp>
#include <vector>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

struct HandleDeleter {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, HandleDeleter>;

}  // namespace

struct JpegRoundTrip::Codec {
  Handle compressor{tjInitCompress()};
  Handle decompressor{tjInitDecompress()};
  std::vector<unsigned char> jpeg;
};

JpegRoundTrip::JpegRoundTrip(int quality) : quality_(quality), codec_(std::make_unique<Codec>()) {}

JpegRoundTrip::~JpegRoundTrip() = default;

cv::Mat JpegRoundTrip::ToGray(const cv::Mat& image_bgr) {
  cv::Mat gray(image_bgr.size(), CV_8UC1);
  if (quality_ == 0) {
    cv::cvtColor(image_bgr, gray, cv::COLOR_BGR2GRAY);
    return gray;
  }
  codec_->jpeg.resize(tjBufSize(image_bgr.cols, image_bgr.rows, TJSAMP_GRAY));
  unsigned char* buffer = codec_->jpeg.data();
  unsigned long size = codec_->jpeg.size();
  const bool coded =
      tjCompress2(codec_->compressor.get(), image_bgr.data, image_bgr.cols,
                  static_cast<int>(image_bgr.step), image_bgr.rows, TJPF_BGR, &buffer, &size,
                  TJSAMP_GRAY, quality_, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) == 0;
  if (!coded ||
      tjDecompress2(codec_->decompressor.get(), buffer, size, gray.data, gray.cols,
                    static_cast<int>(gray.step), gray.rows, TJPF_GRAY, TJFLAG_ACCURATEDCT) != 0) {
    throw Error(ErrorKind::kInvalidArgument, "JpegRoundTrip: not an 8-bit BGR image");
  }
  return gray;
}

}  // namespace mestr::internal
