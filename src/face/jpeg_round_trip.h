// How a crop becomes gray.
#pragma once

#include <memory>
#include <opencv2/core/mat.hpp>

namespace mestr::internal {

// The published baseline's last step: the crop is saved as JPEG and read back as gray. Only the
// luma plane survives that, so only it is coded here; the bits are those of coding the colour
// image. Not thread-safe.
class JpegRoundTrip {
 public:
  // 0 converts to gray alone.
  explicit JpegRoundTrip(int quality);
  ~JpegRoundTrip();
  JpegRoundTrip(const JpegRoundTrip&) = delete;
  JpegRoundTrip& operator=(const JpegRoundTrip&) = delete;

  // A new 8-bit gray image from an 8-bit BGR one.
  cv::Mat ToGray(const cv::Mat& image_bgr);

 private:
  struct Codec;
  int quality_;
  std::unique_ptr<Codec> codec_;
};

}  // namespace mestr::internal
