#include <opencv2/core.hpp>
#include <stdexcept>

#include "fuzz/targets.h"
#include "video/image_decoder.h"
#include "video/jpeg_patch.h"

namespace mestr::fuzz {
namespace {

constexpr int kMostMegapixels = 100;

// The middle of a JPEG by itself is that of the whole.
void CheckPatch(const std::string& bytes, const cv::Mat& whole) {
  const cv::Rect middle(whole.cols / 3, whole.rows / 3, (whole.cols + 2) / 3, (whole.rows + 2) / 3);
  const cv::Mat patch = internal::DecodeJpegPatch(bytes, whole.size(), middle);
  if (!patch.empty() && cv::norm(patch, whole(middle), cv::NORM_INF) != 0) {
    throw std::logic_error("a patch that is not the whole's");
  }
}

}  // namespace

Outcome Image(std::string_view bytes) {
  return ReadOrRefuse({ErrorKind::kInput}, [&] {
    const std::string content(bytes);
    CheckPatch(content, internal::DecodeImage(content, "frame.png", kMostMegapixels));
  });
}

}  // namespace mestr::fuzz
