// Blinks and gaze: what lies inside of one eye's contour.
#pragma once

#include "synth/geometry.h"

namespace mestr::internal::synth {

// One eye of the neutral face. The upper lid comes down over the eye; its skin is stretched from
// the brow on, its lashes go with its edge. The iris moves behind the lids.
class Eye {
 public:
  Eye(const Portrait::Eyelids& lids_px, double room_above_px);

  // All pixels that a blink or the gaze can change, frame px of the neutral face.
  cv::Rect2d area_px() const { return area_px_; }

  // Where pixel `p` takes its colour from: `cover` parts of it from `lid`, the rest from `behind`.
  struct Source {
    Point2d lid;
    Point2d behind;
    double cover = 0;  // [0, 1]; fractional on the lid's edge
  };
  // `closure` 0 open, 1 closed; `gaze_px` is the iris' shift in px.
  Source SourceOf(Point2d p, double closure, Point2d gaze_px) const;

 private:
  // Height above the line through the corners as a function of u in [0, 1] along it, in px,
  // downwards; 0 at both corners.
  struct LidCurve {
    std::array<double, 3> c = {};
    double At(double u) const { return u * (1 - u) * (c[0] + u * (c[1] + u * c[2])); }
  };
  LidCurve Fit(const std::vector<Point2d>& line) const;

  Point2d corner_px_;
  Point2d right_;  // unit vector to the other corner
  Point2d down_;
  double width_px_;
  double room_above_px_;
  LidCurve upper_;
  LidCurve lower_;
  cv::Rect2d area_px_;
};

}  // namespace mestr::internal::synth
