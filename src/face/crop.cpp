#include "face/crop.h"

#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

struct HandleDeleter {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, HandleDeleter>;

// The two neighbours of a coordinate and the weight of the second; clamped to the image.
struct Tap {
  int first;
  int second;
  float weight;
};

Tap TapAt(double position, int size) {
  const double clamped = std::clamp(position, 0.0, static_cast<double>(size - 1));
  const int first = std::min(static_cast<int>(clamped), std::max(0, size - 2));
  return {first, std::min(first + 1, size - 1), static_cast<float>(clamped - first)};
}

cv::Vec3b SampleBilinear(const cv::Mat& image_bgr, const Eigen::Vector2d& at) {
  const Tap x = TapAt(at.x(), image_bgr.cols);
  const Tap y = TapAt(at.y(), image_bgr.rows);
  const auto* top = image_bgr.ptr<cv::Vec3b>(y.first);
  const auto* bottom = image_bgr.ptr<cv::Vec3b>(y.second);
  cv::Vec3b sample;
  for (int c = 0; c < 3; ++c) {
    const float above = top[x.first][c] + x.weight * (top[x.second][c] - top[x.first][c]);
    const float below = bottom[x.first][c] + x.weight * (bottom[x.second][c] - bottom[x.first][c]);
    sample[c] = static_cast<unsigned char>(std::lround(above + y.weight * (below - above)));
  }
  return sample;
}

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

cv::Mat CutBox(const cv::Mat& frame_bgr, const cv::Rect& box, int side_px) {
  cv::Mat crop;
  cv::resize(frame_bgr(box), crop, {side_px, side_px}, 0, 0, cv::INTER_LINEAR);
  return crop;
}

cv::Mat CutAligned(const cv::Mat& patch_bgr, const cv::Point& patch_origin, const cv::Rect& box,
                   const Similarity& frame_from_first, int side_px) {
  const Eigen::Vector2d step(static_cast<double>(box.width) / side_px,
                             static_cast<double>(box.height) / side_px);
  const Eigen::Vector2d corner(box.x - 0.5, box.y - 0.5);
  const Eigen::Vector2d origin(patch_origin.x, patch_origin.y);
  cv::Mat crop(side_px, side_px, CV_8UC3);
  for (int y = 0; y < side_px; ++y) {
    for (int x = 0; x < side_px; ++x) {
      const Eigen::Vector2d first = corner + Eigen::Vector2d(x + 0.5, y + 0.5).cwiseProduct(step);
      crop.at<cv::Vec3b>(y, x) = SampleBilinear(patch_bgr, frame_from_first(first) - origin);
    }
  }
  return crop;
}

}  // namespace mestr::internal
