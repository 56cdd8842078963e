#include "report/motion_magnification.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace mestr::internal {
namespace {

constexpr int kSmallestLevel_px = 8;

// Laplacian pyramid (Burt and Adelson 1983) without the rest that is below the last level.
std::vector<cv::Mat> PyramidOf(const cv::Mat& brightness) {
  std::vector<cv::Mat> levels;
  cv::Mat level = brightness;
  while (std::min(level.cols, level.rows) >= 2 * kSmallestLevel_px) {
    cv::Mat below;
    cv::Mat above;
    cv::pyrDown(level, below);
    cv::pyrUp(below, above, level.size());
    levels.push_back(level - above);
    level = below;
  }
  return levels;
}

// The difference of two low passes of first order.
class BandPass {
 public:
  BandPass(double low_hz, double high_hz, double fps)
      : slow_weight_(WeightOf(low_hz, fps)), fast_weight_(WeightOf(high_hz, fps)) {}

  cv::Mat Next(const cv::Mat& value) {
    if (fast_.empty()) {
      fast_ = value.clone();
      slow_ = value.clone();
    }
    cv::addWeighted(fast_, 1 - fast_weight_, value, fast_weight_, 0, fast_);
    cv::addWeighted(slow_, 1 - slow_weight_, value, slow_weight_, 0, slow_);
    return fast_ - slow_;
  }

 private:
  static double WeightOf(double cut_off_hz, double fps) {
    return 1 - std::exp(-2 * std::numbers::pi * cut_off_hz / fps);
  }

  double slow_weight_;
  double fast_weight_;
  cv::Mat fast_;
  cv::Mat slow_;
};

class Magnifier {
 public:
  Magnifier(double fps, const MagnificationOptions& options) : fps_(fps), options_(options) {}

  // What is to be added to the brightness.
  cv::Mat Next(const cv::Mat& brightness) {
    const std::vector<cv::Mat> levels = PyramidOf(brightness);
    bands_.resize(levels.size(), BandPass(options_.low_hz, options_.high_hz, fps_));
    cv::Mat sum;
    for (std::size_t i = levels.size(); i-- > 0;) {
      const cv::Mat band = bands_[i].Next(levels[i]) * LevelFactor(options_, static_cast<int>(i));
      if (sum.empty()) {
        sum = band;
        continue;
      }
      cv::Mat above;
      cv::pyrUp(sum, above, band.size());
      sum = above + band;
    }
    return sum.empty() ? cv::Mat::zeros(brightness.size(), brightness.type()) : sum;
  }

 private:
  double fps_;
  MagnificationOptions options_;
  std::vector<BandPass> bands_;
};

}  // namespace

double LevelFactor(const MagnificationOptions& options, int level) {
  if (level == 0) return 0;
  const double wavelength_px = std::ldexp(4, level);
  const double displacement_px = options.least_wavelength_px / (8 * (1 + options.factor));
  return std::clamp(wavelength_px / (8 * displacement_px) - 1, 0.0, options.factor);
}

std::vector<cv::Mat> MagnifyMotion(const std::vector<cv::Mat>& frames_bgr, double fps,
                                   const MagnificationOptions& options) {
  Magnifier magnifier(fps, options);
  std::vector<cv::Mat> magnified;
  for (const cv::Mat& frame : frames_bgr) {
    cv::Mat channels[3];
    cv::Mat ycc;
    cv::cvtColor(frame, ycc, cv::COLOR_BGR2YCrCb);
    cv::split(ycc, channels);
    cv::Mat brightness;
    channels[0].convertTo(brightness, CV_32F);
    brightness += magnifier.Next(brightness);
    brightness.convertTo(channels[0], CV_8U);
    cv::merge(channels, 3, ycc);
    magnified.emplace_back();
    cv::cvtColor(ycc, magnified.back(), cv::COLOR_YCrCb2BGR);
  }
  return magnified;
}

}  // namespace mestr::internal
