#include <opencv2/core.hpp>

#include "mestr/core/error.h"
#include "mestr/video/frame_source.h"

namespace mestr {

cv::Mat Frame::Bgr(const cv::Rect& box_px) const {
  const cv::Mat& image = image_bgr.empty() ? patch_bgr : image_bgr;
  const cv::Point origin = image_bgr.empty() ? patch_origin : cv::Point();
  const cv::Rect box = box_px - origin;
  if ((box & cv::Rect({0, 0}, image.size())) != box) {
    throw Error(ErrorKind::kInvalidArgument,
                "Frame::Bgr: frame " + std::to_string(index) + " has not all pixels of the box");
  }
  return image(box);
}

}  // namespace mestr
