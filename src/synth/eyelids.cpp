#include "synth/eyelids.h"

#include <algorithm>
#include <cmath>

namespace mestr::internal::synth {
namespace {

// Gaussian elimination; a positive definite matrix needs no pivots.
std::array<double, 3> SolvePositive(cv::Matx33d a, cv::Vec3d b) {
  for (int i = 0; i < 3; ++i) {
    for (int row = i + 1; row < 3; ++row) {
      const double factor = a(row, i) / a(i, i);
      for (int k = i; k < 3; ++k) a(row, k) -= factor * a(i, k);
      b[row] -= factor * b[i];
    }
  }
  std::array<double, 3> x = {};
  for (int i = 2; i >= 0; --i) {
    double rest = b[i];
    for (int k = i + 1; k < 3; ++k) rest -= a(i, k) * x[k];
    x[i] = rest / a(i, i);
  }
  return x;
}

}  // namespace

Eye::Eye(const Portrait::Eyelids& lids_px, double room_above_px)
    : corner_px_(lids_px.upper_px.front()), room_above_px_(room_above_px) {
  const Point2d across = lids_px.upper_px.back() - corner_px_;
  width_px_ = PortableHypot(across.x, across.y);
  right_ = across / width_px_;
  down_ = {-right_.y, right_.x};
  upper_ = Fit(lids_px.upper_px);
  lower_ = Fit(lids_px.lower_px);

  Point2d low = corner_px_;
  Point2d high = corner_px_;
  for (const auto* line : {&lids_px.upper_px, &lids_px.lower_px}) {
    for (const Point2d& p : *line) {
      low = {std::min(low.x, p.x), std::min(low.y, p.y)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
  }
  area_px_ = cv::Rect2d(Point2d(low.x - 2, low.y - room_above_px - 2), high + Point2d(3, 3));
}

// Least squares over the inner points: u (1 - u) (c0 + c1 u + c2 u^2) is 0 at both corners.
Eye::LidCurve Eye::Fit(const std::vector<Point2d>& line) const {
  cv::Matx33d normal = cv::Matx33d::eye() * 1e-6;  // few points leave some of it open
  cv::Vec3d right_side(0, 0, 0);
  for (const Point2d& p : line) {
    const Point2d d = p - corner_px_;
    const double u = d.dot(right_) / width_px_;
    if (u <= 0 || u >= 1) continue;
    const double base = u * (1 - u);
    const cv::Vec3d row(base, base * u, base * u * u);
    normal += row * row.t();
    right_side += row * d.dot(down_);
  }
  return {SolvePositive(normal, right_side)};
}

Eye::Source Eye::SourceOf(Point2d p, double closure, Point2d gaze_px) const {
  const Point2d d = p - corner_px_;
  const double u = d.dot(right_) / width_px_;
  const double y = d.dot(down_);
  if (u <= 0 || u >= 1) return {p, p, 0};
  const double upper = upper_.At(u);
  const double lower = std::max(upper, lower_.At(u));

  Source source = {p, p, 0};
  const double down_by = closure * (lower - upper);
  const double edge = upper + down_by;
  if (down_by > 0) {
    source.cover = std::clamp(edge - y + 0.5, 0.0, 1.0);
    // Rigid at the edge, so that the lashes keep their shape, and at rest under the brow.
    const double moving = SmoothStep(1 - (edge - y) / (room_above_px_ + down_by));
    source.lid = p - down_ * (down_by * moving);
  }
  if (y > upper && y < lower) {
    const double opening = lower - upper;
    const double inside = SmoothStep((y - upper) / (0.3 * opening)) *
                          SmoothStep((lower - y) / (0.3 * opening)) * SmoothStep(u / 0.25) *
                          SmoothStep((1 - u) / 0.25);
    source.behind = p - gaze_px * inside;
  }
  return source;
}

}  // namespace mestr::internal::synth
