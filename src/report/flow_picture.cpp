#include "report/flow_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/quantile.h"

namespace mestr::internal {
namespace {

// How many colours there are from red to yellow, to green, to cyan, to blue, to magenta and back to
// red: as many as people tell apart there.
constexpr std::array kTransitions = {15, 6, 4, 11, 13, 6};
constexpr int kRaster_px = 12;

// BGR in [0, 1].
std::vector<cv::Vec3f> MakeWheel() {
  const std::array<cv::Vec3f, 7> corners = {
      {{0, 0, 1}, {0, 1, 1}, {0, 1, 0}, {1, 1, 0}, {1, 0, 0}, {1, 0, 1}, {0, 0, 1}}};
  std::vector<cv::Vec3f> wheel;
  for (std::size_t i = 0; i < kTransitions.size(); ++i) {
    for (int step = 0; step < kTransitions[i]; ++step) {
      const float share = static_cast<float>(step) / static_cast<float>(kTransitions[i]);
      wheel.push_back(corners[i] * (1 - share) + corners[i + 1] * share);
    }
  }
  return wheel;
}

// `u` and `v` as a share of the full colour.
cv::Vec3f ColourOf(float u, float v) {
  static const std::vector<cv::Vec3f> wheel = MakeWheel();
  const float length = std::hypot(u, v);
  const float turn = (std::atan2(-v, -u) / std::numbers::pi_v<float> + 1) / 2;
  const float place = turn * static_cast<float>(wheel.size() - 1);
  const auto first = std::min(static_cast<std::size_t>(place), wheel.size() - 1);
  const float share = place - static_cast<float>(first);
  const cv::Vec3f hue = wheel[first] * (1 - share) + wheel[(first + 1) % wheel.size()] * share;
  constexpr float kBeyond = 0.75F;
  if (length > 1) return hue * kBeyond;
  return cv::Vec3f::all(1) - (cv::Vec3f::all(1) - hue) * length;
}

// Every `kEvery`th pixel across and down.
constexpr int kEvery = 4;
constexpr int kRounds = 10;
// What is off by less counts as if it were by so much.
constexpr double kLeastOff_px = 0.02;

// The plane [1, x, y] * p of one component of the flow.
cv::Mat FitPlane(const cv::Mat& component) {
  cv::Mat places;
  cv::Mat values;
  for (int y = 0; y < component.rows; y += kEvery) {
    for (int x = 0; x < component.cols; x += kEvery) {
      places.push_back(cv::Mat((cv::Mat_<double>(1, 3) << 1, x, y)));
      values.push_back(static_cast<double>(component.at<float>(y, x)));
    }
  }
  cv::Mat weights = cv::Mat::ones(values.size(), CV_64F);
  cv::Mat plane;
  for (int round = 0; round < kRounds; ++round) {
    const cv::Mat weighted = places.mul(cv::repeat(weights, 1, 3));
    cv::solve(weighted.t() * places, weighted.t() * values, plane, cv::DECOMP_SVD);
    weights = 1 / cv::max(cv::abs(values - places * plane), kLeastOff_px);
  }
  return plane;
}

cv::Mat PlaneAt(const cv::Mat& plane, const cv::Size& size) {
  cv::Mat values(size, CV_32F);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      values.at<float>(y, x) = static_cast<float>(plane.at<double>(0) + plane.at<double>(1) * x +
                                                  plane.at<double>(2) * y);
    }
  }
  return values;
}

void DrawArrows(cv::Mat& canvas, const cv::Mat& u, const cv::Mat& v, double full_px) {
  constexpr int kFractionBits = 3;
  const auto at = [](double x, double y) {
    return cv::Point(static_cast<int>(std::lround(x * (1 << kFractionBits))),
                     static_cast<int>(std::lround(y * (1 << kFractionBits))));
  };
  for (int y = kRaster_px / 2; y < u.rows; y += kRaster_px) {
    for (int x = kRaster_px / 2; x < u.cols; x += kRaster_px) {
      const double share_x = u.at<float>(y, x) / full_px;
      const double share_y = v.at<float>(y, x) / full_px;
      const double length = std::hypot(share_x, share_y);
      if (length < 0.25) continue;
      const double px = kRaster_px / std::max(1.0, length);
      cv::arrowedLine(canvas, at(x, y), at(x + share_x * px, y + share_y * px), cv::Scalar::all(0),
                      1, cv::LINE_AA, kFractionBits, 0.4);
    }
  }
}

}  // namespace

cv::Mat FlowColours(const cv::Mat& u, const cv::Mat& v, double full_px) {
  cv::Mat colours(u.size(), CV_8UC3);
  const auto scale = static_cast<float>(1 / full_px);
  for (int y = 0; y < u.rows; ++y) {
    for (int x = 0; x < u.cols; ++x) {
      const cv::Vec3f colour = ColourOf(u.at<float>(y, x) * scale, v.at<float>(y, x) * scale) * 255;
      for (int c = 0; c < 3; ++c) {
        colours.at<cv::Vec3b>(y, x)[c] = cv::saturate_cast<std::uint8_t>(colour[c]);
      }
    }
  }
  return colours;
}

SharedMotion SharedMotionOf(const cv::Mat& u, const cv::Mat& v) {
  return {PlaneAt(FitPlane(u), u.size()), PlaneAt(FitPlane(v), v.size())};
}

double FullColour_px(const cv::Mat& u, const cv::Mat& v, double least_px) {
  std::vector<double> lengths;
  lengths.reserve(u.total());
  for (int y = 0; y < u.rows; ++y) {
    for (int x = 0; x < u.cols; ++x) {
      lengths.push_back(std::hypot(u.at<float>(y, x), v.at<float>(y, x)));
    }
  }
  return std::max(least_px, QuantileOf(std::move(lengths), 0.99));
}

cv::Mat FlowOverFace(const cv::Mat& face_gray, const cv::Mat& u, const cv::Mat& v, double full_px) {
  cv::Mat face;
  cv::cvtColor(face_gray, face, cv::COLOR_GRAY2BGR);
  face.convertTo(face, -1, 0.6, 100);  // dark skin would swallow the colours
  cv::Mat picture;
  cv::multiply(face, FlowColours(u, v, full_px), picture, 1 / 255.0);
  DrawArrows(picture, u, v, full_px);
  return picture;
}

}  // namespace mestr::internal
