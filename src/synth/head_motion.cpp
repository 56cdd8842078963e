#include "synth/head_motion.h"

namespace mestr::internal::synth {

Point2d Apply(const cv::Matx23d& m, Point2d p) {
  return {m(0, 0) * p.x + m(0, 1) * p.y + m(0, 2), m(1, 0) * p.x + m(1, 1) * p.y + m(1, 2)};
}

cv::Matx23d InverseOf(const cv::Matx23d& m) {
  const double det = m(0, 0) * m(1, 1) - m(0, 1) * m(1, 0);
  const double a = m(1, 1) / det;
  const double b = -m(0, 1) / det;
  const double c = -m(1, 0) / det;
  const double d = m(0, 0) / det;
  return {a, b, -(a * m(0, 2) + b * m(1, 2)), c, d, -(c * m(0, 2) + d * m(1, 2))};
}

HeadMotion::HeadMotion(Random random, Point2d center_px, double drift_crop_px, double crop_px)
    : x_(random),
      y_(random),
      turn_(random),
      growth_(random),
      center_px_(center_px),
      shift_px_(drift_crop_px * crop_px),
      turn_turns_(drift_crop_px * 0.3 / 360),
      growth_part_(drift_crop_px * 0.005) {}

cv::Matx23d HeadMotion::At(double time_s) const {
  if (still()) return {1, 0, 0, 0, 1, 0};
  const double turns = turn_turns_ * turn_.At(time_s);
  const double scale = 1 + growth_part_ * growth_.At(time_s);
  const double c = scale * CosTurns(turns);
  const double s = scale * SinTurns(turns);
  const Point2d to = center_px_ + shift_px_ * Point2d(x_.At(time_s), y_.At(time_s));
  return {c, -s, to.x - c * center_px_.x + s * center_px_.y,
          s, c,  to.y - s * center_px_.x - c * center_px_.y};
}

double HeadWeight(const FaceAxes& axes, Point2d p) {
  const Point2d face = axes.FromPx(p);
  const double r = PortableHypot(face.x / 1.9, (face.y - 0.45) / 2.2);
  return SmoothStep((1.7 - r) / 0.7);
}

}  // namespace mestr::internal::synth
