// One face over a second or two, held still.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "face/face_finder.h"
#include "face/similarity.h"

namespace mestr::internal {

// Takes frames in order and gives square crops in which the head rests: as face.alignment
// similarity makes them, from landmarks smoothed over time, but in colour and for people to look
// at. Keeps a small part of each frame. Not thread-safe.
class SteadyFace {
 public:
  // `fps`: of the frames that come here. `finder` outlives this.
  SteadyFace(int side_px, double fps, FaceFinder& finder)
      : side_px_(side_px), fps_(fps), finder_(finder) {}

  // The face lies in `box`, px of the frame.
  void Push(const cv::Mat& frame_bgr, const cv::Rect& box);

  // A crop a frame, all as frame `reference` (0-based, of those pushed) has the head.
  std::vector<cv::Mat> Crops(std::size_t reference) const;

 private:
  struct Sample {
    cv::Mat part_bgr;         // of the frame, about as large as a crop with room around it
    cv::Point origin;         // of the part in the frame, px
    cv::Point2d px_of_frame;  // how many of them a pixel of the part is, across and down
    cv::Rect face;            // FaceBoxOf, px of the frame
    RigidPoints points;
  };

  cv::Mat Crop(const Sample& sample, const Similarity& frame_from_first,
               const cv::Rect2d& box) const;

  int side_px_;
  double fps_;
  FaceFinder& finder_;
  std::vector<Sample> samples_;
};

}  // namespace mestr::internal
