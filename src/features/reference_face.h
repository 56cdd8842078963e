// The face that the others of a window are compared with.
#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>

#include "mestr/core/landmarks.h"
#include "mestr/core/window_layout.h"

namespace mestr::internal {

struct FoundFace {
  cv::Rect box;           // the detector's, px of the frame
  Landmarks landmarks{};  // px of the frame
};

// Not thread-safe.
class ReferenceFaceFinder {
 public:
  virtual ~ReferenceFaceFinder() = default;

  // The most confident face of a frame, 8-bit gray.
  virtual std::optional<FoundFace> FindInFrame(const cv::Mat& frame) = 0;

  // The landmarks of the same face where it is looked for and found again in the crop, px of it.
  virtual std::optional<Landmarks> FindInCrop(const cv::Mat& crop) = 0;
};

// dlib's. kPublished: the detector looks at the whole frame, and at the crop. kMended: at the frame
// made smaller, to about 320 px, then at twice that size, up to the whole one, until it finds a
// face; nothing is looked for again. Throws Error{kModel} as FaceFinder.
std::unique_ptr<ReferenceFaceFinder> MakeReferenceFaceFinder(
    const std::filesystem::path& landmark_model, FeaturesVariant variant);

}  // namespace mestr::internal
