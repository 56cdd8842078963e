#include "report/drawing.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace mestr::internal {
namespace {

constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
constexpr double kLeastScale = 0.8;

std::string Ascii(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

}  // namespace

double DrawingScale(const cv::Size& picture) {
  return std::max(kLeastScale, std::min(picture.width, picture.height) / 480.0);
}

int Pen::Px(double length_px) const {
  return std::max(1, static_cast<int>(std::lround(length_px * scale_)));
}

cv::Size Pen::TextSize(const std::string& text) const {
  int below_px = 0;
  return cv::getTextSize(Ascii(text), kFont, font(), line_px(), &below_px);
}

void Pen::Text(cv::Mat& canvas, const std::string& text, cv::Point at,
               const cv::Scalar& colour) const {
  cv::putText(canvas, Ascii(text), at, kFont, font(), colour, line_px(), cv::LINE_AA);
}

cv::Size Pen::LabelSize(const std::string& text) const {
  return TextSize(text) + cv::Size(Px(8), Px(10));
}

void Pen::Label(cv::Mat& canvas, const std::string& text, cv::Point at, const cv::Scalar& ground,
                const cv::Scalar& colour) const {
  const cv::Size size = LabelSize(text);
  cv::rectangle(canvas, cv::Rect(at, size), ground, cv::FILLED);
  Text(canvas, text, at + cv::Point(Px(4), size.height - Px(5)), colour);
}

void Shade(cv::Mat& canvas, const cv::Rect& part, const cv::Scalar& colour, double opacity) {
  const cv::Rect inside = part & cv::Rect({0, 0}, canvas.size());
  if (inside.empty()) return;
  cv::Mat ground = canvas(inside);
  cv::addWeighted(cv::Mat(ground.size(), ground.type(), colour), opacity, ground, 1 - opacity, 0,
                  ground);
}

void DashedLine(cv::Mat& canvas, cv::Point from, cv::Point to, const cv::Scalar& colour,
                int line_px, int dash_px) {
  const bool upright = from.x == to.x;
  int& moving = upright ? from.y : from.x;
  const int end = upright ? to.y : to.x;
  while (moving <= end) {
    cv::Point dash_end = from;
    (upright ? dash_end.y : dash_end.x) = std::min(end, moving + dash_px - 1);
    cv::line(canvas, from, dash_end, colour, line_px);
    moving += 2 * dash_px;
  }
}

}  // namespace mestr::internal
