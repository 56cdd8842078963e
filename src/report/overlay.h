// What was found in a video, drawn over its frames.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <vector>

#include "report/score_strip.h"

namespace mestr::internal {

struct OverlayParts {
  bool box = true;
  bool landmarks = true;
  bool regions = true;  // brows, eyes, nose and mouth
  bool scores = true;   // below the picture, so that nothing of it is hidden
};

class FaceFinder;

// Not thread-safe.
class Overlay {
 public:
  // `video` and `finder` outlive this; without landmarks and regions there need be no `finder`.
  Overlay(const VideoResults& video, const OverlayParts& parts, FaceFinder* finder);

  // Of what Draw gives: even, as H.264 needs it.
  cv::Size size() const { return canvas_.size(); }

  // Valid until the next call.
  const cv::Mat& Draw(const cv::Mat& frame_bgr, std::int64_t frame);

 private:
  void DrawFace(cv::Mat& picture, const cv::Mat& frame_bgr, const FaceNow& face,
                const std::string& name) const;

  const VideoResults& video_;
  OverlayParts parts_;
  FaceFinder* finder_;
  Pen pen_;
  std::vector<ScoreStrip> strips_;
  cv::Mat canvas_;
};

}  // namespace mestr::internal
