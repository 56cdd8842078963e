#include "report/overlay.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <string>

#include "face/face_finder.h"
#include "report/face_drawing.h"

namespace mestr::internal {
namespace {

// More would leave no room for the faces.
constexpr std::size_t kMostStrips = 3;

int Even(int length) { return length + length % 2; }

std::string NameOf(const VideoResults& video, std::size_t face) {
  return video.faces.size() > 1 ? "face " + std::to_string(face + 1) : std::string();
}

}  // namespace

Overlay::Overlay(const VideoResults& video, const OverlayParts& parts, FaceFinder* finder)
    : video_(video),
      parts_(parts),
      finder_(finder),
      pen_(DrawingScale({video.width, video.height})) {
  int height = Even(video.height);
  if (parts.scores) {
    for (std::size_t i = 0; i < std::min(kMostStrips, video.faces.size()); ++i) {
      strips_.emplace_back(video, video.faces[i], NameOf(video, i), pen_);
      height += strips_.back().height_px();
    }
  }
  canvas_.create(Even(height), Even(video.width), CV_8UC3);
}

void Overlay::DrawFace(cv::Mat& picture, const cv::Mat& frame_bgr, const FaceNow& face,
                       const std::string& name) const {
  if (face.box.empty()) return;
  if (parts_.landmarks || parts_.regions) {
    const Landmarks landmarks = finder_->FindLandmarks(frame_bgr, face.box);
    if (parts_.regions) DrawRegions(picture, pen_, landmarks);
    if (parts_.landmarks) DrawLandmarks(picture, pen_, landmarks);
  }
  if (parts_.box) DrawBox(picture, pen_, face, name);
}

const cv::Mat& Overlay::Draw(const cv::Mat& frame_bgr, std::int64_t frame) {
  const cv::Size even(Even(frame_bgr.cols), Even(frame_bgr.rows));
  cv::Mat picture = canvas_(cv::Rect({0, 0}, even));
  cv::copyMakeBorder(frame_bgr, picture, 0, even.height - frame_bgr.rows, 0,
                     even.width - frame_bgr.cols, cv::BORDER_REPLICATE);
  for (std::size_t i = 0; i < video_.faces.size(); ++i) {
    DrawFace(picture, frame_bgr, FaceAt(video_.faces[i], frame), NameOf(video_, i));
  }
  int y = even.height;
  for (const ScoreStrip& strip : strips_) {
    cv::Mat part = canvas_(cv::Rect(0, y, canvas_.cols, strip.height_px()));
    strip.Draw(part, frame);
    y += strip.height_px();
  }
  if (y < canvas_.rows) canvas_.rowRange(y, canvas_.rows).setTo(cv::Scalar::all(0));
  return canvas_;
}

}  // namespace mestr::internal
