// JPEG bytes of frames.
#pragma once

#include <turbojpeg.h>

#include <memory>
#include <opencv2/core/mat.hpp>
#include <string_view>
#include <vector>

namespace mestr::internal {

// 4:2:0, for frames of one size. Not thread-safe.
class JpegEncoder {
 public:
  JpegEncoder(int width, int height, int quality = 95);
  // Valid until the next call. Throws Error{kInvalidArgument} for a frame of another kind or size.
  std::string_view Encode(const cv::Mat& frame_bgr);

 private:
  struct Destroy {
    void operator()(void* handle) const { tjDestroy(handle); }
  };
  std::unique_ptr<void, Destroy> handle_;
  int width_;
  int height_;
  int quality_;
  std::vector<unsigned char> buffer_;
};

}  // namespace mestr::internal
