// The scores of one face over time, as a strip that moves along with the video.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <string>
#include <utility>
#include <vector>

#include "report/drawing.h"
#include "report/face_now.h"

namespace mestr::internal {

// Shows the seconds around a frame (all of them of a short video): both scores, the threshold, the
// finds with emotion and peak, what was not judged, and in words what holds in this frame. Below
// it, the whole video with the place of these seconds. `video` and `face`, one of its faces,
// outlive this.
class ScoreStrip {
 public:
  ScoreStrip(const VideoResults& video, const FaceResults& face, std::string name, const Pen& pen);

  int height_px() const;
  // Over all of `canvas`, of that height.
  void Draw(cv::Mat& canvas, std::int64_t frame) const;

 private:
  struct View;

  void DrawWords(cv::Mat& canvas, std::int64_t frame) const;
  void DrawNotJudged(cv::Mat& canvas, const View& view) const;
  void DrawThreshold(cv::Mat& canvas, const View& view) const;
  void DrawLine(cv::Mat& canvas, const View& view, bool smoothed) const;
  void DrawFinds(cv::Mat& canvas, const View& view) const;
  void DrawSeconds(cv::Mat& canvas, const View& view) const;
  void DrawWhole(cv::Mat& canvas, const View& view) const;
  std::pair<std::size_t, std::size_t> IndicesIn(const View& view) const;
  View ViewAt(std::int64_t frame, const cv::Size& canvas) const;
  double TimeOf(std::int64_t frame) const;  // also of the frame after the last
  double YShare(double score) const;        // 0: the bottom of the plot, 1: its top

  const VideoResults& video_;
  const FaceResults& face_;
  std::string name_;
  Pen pen_;
  double low_ = 0;
  double high_ = 1;
  std::vector<Interval> not_judged_;
};

}  // namespace mestr::internal
