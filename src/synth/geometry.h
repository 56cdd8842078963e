// Where things are in a face, and smooth displacement fields over a picture.
#pragma once

#include <array>
#include <opencv2/core/types.hpp>
#include <vector>

#include "synth/portable_math.h"
#include "synth/synth.h"

namespace mestr::internal::synth {

using Landmarks = std::array<cv::Point2d, Portrait::kLandmarkCount>;
using cv::Point2d;

Point2d MeanOf(const Landmarks& landmarks, int first, int last);

// Coordinates in a face: origin between the eyes, x along the line through both towards the
// picture's right, y towards the chin, in inter-ocular distances (between the means of the eyes'
// landmarks).
struct FaceAxes {
  Point2d origin_px;
  Point2d right;  // unit vector
  double iod_px = 1;

  static FaceAxes Of(const Landmarks& landmarks);
  Point2d down() const { return {-right.y, right.x}; }
  Point2d VectorToPx(Point2d v) const { return (right * v.x + down() * v.y) * iod_px; }
  Point2d ToPx(Point2d p) const { return origin_px + VectorToPx(p); }
  Point2d FromPx(Point2d p) const {
    const Point2d d = p - origin_px;
    return {d.dot(right) / iod_px, d.dot(down()) / iod_px};
  }
};

// (shift + growth * (p - center)) * exp(-(dx / sigma.x)^2 / 2 - (dy / sigma.y)^2 / 2), in face
// coordinates.
struct Bump {
  Point2d center;
  Point2d sigma;
  Point2d shift = {0, 0};
  Point2d growth = {0, 0};

  double Weight(Point2d p) const {
    const double dx = (p.x - center.x) / sigma.x;
    const double dy = (p.y - center.y) / sigma.y;
    return PortableExp(-(dx * dx + dy * dy) / 2);
  }
  Point2d At(Point2d p) const {
    const Point2d d = p - center;
    return Point2d(shift.x + growth.x * d.x, shift.y + growth.y * d.y) * Weight(p);
  }
};

Point2d SumAt(const std::vector<Bump>& bumps, Point2d face_point);

// Two-dimensional values on a grid of 4 px, bilinear in between, zero outside.
//
// Every displacement is evaluated on such grids: the fields' smallest sigma is 0.1 inter-ocular
// distances, over 10 px at webcam size, so that the error stays below 0.02 px.
class FieldGrid {
 public:
  static constexpr int kSpacing = 4;

  FieldGrid() = default;
  // Covers `area_px`; all zero.
  explicit FieldGrid(cv::Rect area_px);

  template <typename Function>
  void Fill(const Function& value_at) {
    for (int row = 0; row < rows_; ++row) {
      for (int col = 0; col < cols_; ++col) {
        nodes_[static_cast<size_t>(row) * cols_ + col] =
            value_at(Point2d(x0_ + col * kSpacing, y0_ + row * kSpacing));
      }
    }
  }
  void Scale(double factor);

  Point2d At(Point2d p) const {
    const double gx = (p.x - x0_) * (1.0 / kSpacing);
    const double gy = (p.y - y0_) * (1.0 / kSpacing);
    if (!(gx >= 0 && gy >= 0 && gx < cols_ - 1 && gy < rows_ - 1)) return {0, 0};
    const int col = static_cast<int>(gx);
    const int row = static_cast<int>(gy);
    const auto fx = static_cast<float>(gx - col);
    const auto fy = static_cast<float>(gy - row);
    const cv::Point2f* n = &nodes_[static_cast<size_t>(row) * cols_ + col];
    const cv::Point2f top = n[0] + (n[1] - n[0]) * fx;
    const cv::Point2f bottom = n[cols_] + (n[cols_ + 1] - n[cols_]) * fx;
    return top + (bottom - top) * fy;
  }

  int rows() const { return rows_; }
  int cols() const { return cols_; }
  const cv::Point2f* row(int r) const { return &nodes_[static_cast<size_t>(r) * cols_]; }

 private:
  int x0_ = 0;
  int y0_ = 0;
  int rows_ = 0;
  int cols_ = 0;
  std::vector<cv::Point2f> nodes_;
};

// A warp takes pixel p from p - backward(p); the material at `point` therefore appears where
// q - backward(q) = point. Solved by iteration: the fields' slopes are far below 1.
template <typename Backward>
Point2d ForwardPoint(Point2d point, const Backward& backward) {
  Point2d q = point;
  for (int i = 0; i < 12; ++i) q = point + backward(q);
  return q;
}

}  // namespace mestr::internal::synth
