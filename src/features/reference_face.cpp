#include "features/reference_face.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "face/face_finder.h"

namespace mestr::internal {
namespace {

class PublishedFinder final : public ReferenceFaceFinder {
 public:
  explicit PublishedFinder(const std::filesystem::path& landmark_model) : finder_(landmark_model) {}

  std::optional<FoundFace> FindInFrame(const cv::Mat& frame) override {
    const auto face = finder_.Detect(frame, /*upsamplings=*/0);
    if (!face) return std::nullopt;
    return FoundFace{face->box, finder_.FindLandmarks(frame, face->box)};
  }

  std::optional<Landmarks> FindInCrop(const cv::Mat& crop) override {
    const auto face = finder_.Detect(crop, /*upsamplings=*/0);
    if (!face) return std::nullopt;
    return finder_.FindLandmarks(crop, face->box);
  }

 private:
  FaceFinder finder_;
};

// The longer side of the smallest picture that is searched. The detector finds faces from 80 px on,
// and where it finds one it is as sure of its place in a smaller picture: it looks at each face at
// the size at which that is 80 to 100 px anyway.
constexpr int kSearched_px = 320;

class MendedFinder final : public ReferenceFaceFinder {
 public:
  explicit MendedFinder(const std::filesystem::path& landmark_model) : finder_(landmark_model) {}

  std::optional<FoundFace> FindInFrame(const cv::Mat& frame) override {
    for (int factor = std::max(1, std::max(frame.cols, frame.rows) / kSearched_px);; factor /= 2) {
      const auto face =
          factor > 1 ? DetectInSmaller(frame, factor) : finder_.Detect(frame, /*upsamplings=*/0);
      if (face) return FoundFace{face->box, finder_.FindLandmarks(frame, face->box)};
      if (factor == 1) return std::nullopt;
    }
  }

  std::optional<Landmarks> FindInCrop(const cv::Mat&) override { return std::nullopt; }

 private:
  std::optional<FaceDetection> DetectInSmaller(const cv::Mat& frame, int factor) {
    cv::resize(frame, smaller_, {frame.cols / factor, frame.rows / factor}, 0, 0, cv::INTER_AREA);
    auto face = finder_.Detect(smaller_, /*upsamplings=*/0);
    if (face) face->box = {face->box.tl() * factor, face->box.size() * factor};
    return face;
  }

  FaceFinder finder_;
  cv::Mat smaller_;
};

}  // namespace

std::unique_ptr<ReferenceFaceFinder> MakeReferenceFaceFinder(
    const std::filesystem::path& landmark_model, FeaturesVariant variant) {
  if (variant == FeaturesVariant::kPublished) {
    return std::make_unique<PublishedFinder>(landmark_model);
  }
  return std::make_unique<MendedFinder>(landmark_model);
}

}  // namespace mestr::internal
