// Lines and letters on pictures, as large as these ask for.
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>

namespace mestr::internal {

// How large things are drawn: 1 on a picture whose shorter side is 480 px, never less than what can
// be read.
double DrawingScale(const cv::Size& picture);

class Pen {
 public:
  explicit Pen(double scale) : scale_(scale) {}

  // Of a length at scale 1, at least 1.
  int Px(double length_px) const;
  int line_px() const { return Px(1); }

  // Letters that the fonts do not have (all but ASCII) become '?'.
  cv::Size TextSize(const std::string& text) const;
  // `at`: the left end of the line that letters stand on.
  void Text(cv::Mat& canvas, const std::string& text, cv::Point at, const cv::Scalar& colour) const;
  // On a ground of its own, whose top left corner is `at`.
  void Label(cv::Mat& canvas, const std::string& text, cv::Point at, const cv::Scalar& ground,
             const cv::Scalar& colour) const;
  cv::Size LabelSize(const std::string& text) const;

 private:
  double font() const { return 0.5 * scale_; }

  double scale_;
};

// `colour` over the part of `canvas` that lies in `part`; `opacity` in [0, 1].
void Shade(cv::Mat& canvas, const cv::Rect& part, const cv::Scalar& colour, double opacity);

// A horizontal or an upright line of dashes, ends included.
void DashedLine(cv::Mat& canvas, cv::Point from, cv::Point to, const cv::Scalar& colour,
                int line_px, int dash_px);

}  // namespace mestr::internal
