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

  std::optional<Landmarks> FindInCrop(const cv::Mat& crop, const cv::Rect&) override {
    const auto face = finder_.Detect(crop, /*upsamplings=*/0);
    if (!face) return std::nullopt;
    return finder_.FindLandmarks(crop, face->box);
  }

 private:
  FaceFinder finder_;
};

// The detector finds faces from 80 px on: a frame of this size is enough for those of an eighth of
// its width, and a frame of 2040 x 1088 px costs nine times as much.
constexpr int kSearched_px = 640;

class MendedFinder final : public ReferenceFaceFinder {
 public:
  explicit MendedFinder(const std::filesystem::path& landmark_model) : finder_(landmark_model) {}

  std::optional<FoundFace> FindInFrame(const cv::Mat& frame) override {
    const int factor = std::max(frame.cols, frame.rows) / kSearched_px;
    auto face = factor > 1 ? DetectInSmaller(frame, factor) : std::nullopt;
    if (!face) face = finder_.Detect(frame, /*upsamplings=*/0);
    if (!face) return std::nullopt;
    return FoundFace{face->box, finder_.FindLandmarks(frame, face->box)};
  }

  std::optional<Landmarks> FindInCrop(const cv::Mat& crop, const cv::Rect& box) override {
    return finder_.FindLandmarks(crop, box);
  }

 private:
  std::optional<FaceDetection> DetectInSmaller(const cv::Mat& frame, int factor) {
    cv::resize(frame, smaller_, {frame.cols / factor, frame.rows / factor}, 0, 0, cv::INTER_AREA);
    auto face = finder_.Detect(smaller_, /*upsamplings=*/0);
    if (!face) return std::nullopt;
    face->box = {face->box.tl() * factor, face->box.size() * factor};
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
