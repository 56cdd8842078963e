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

  // The landmarks of the same face in the crop, px of it; `box` is the detector's box there.
  virtual std::optional<Landmarks> FindInCrop(const cv::Mat& crop, const cv::Rect& box) = 0;
};

// dlib's, once a call at most. kPublished: the detector looks at the whole frame, and at the crop.
// kMended: at the frame made smaller, to at most about 640 px, and where it finds nothing at the
// whole one; in the crop the landmarks are looked for where the face is. Throws Error{kModel} as
// FaceFinder.
std::unique_ptr<ReferenceFaceFinder> MakeReferenceFaceFinder(
    const std::filesystem::path& landmark_model, FeaturesVariant variant);

}  // namespace mestr::internal
