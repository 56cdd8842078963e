#include "face/shot_boundary.h"

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "face/area_resize.h"

namespace mestr::internal {
namespace {

cv::Mat Thumbnail(const cv::Mat& image) {
  constexpr int kSide_px = 32;
  cv::Mat small = AreaResize(image, cv::Size(kSide_px, kSide_px));
  if (small.channels() == 3) cv::cvtColor(small, small, cv::COLOR_BGR2GRAY);
  cv::Mat values;
  small.convertTo(values, CV_32F);
  return values;
}

// Of two images of one size, in [-1, 1]. Two without any structure are alike, one of them is unlike
// any other.
double Correlation(const cv::Mat& a, const cv::Mat& b) {
  constexpr double kNoStructure = 2;  // gray levels
  cv::Scalar mean_a;
  cv::Scalar mean_b;
  cv::Scalar deviation_a;
  cv::Scalar deviation_b;
  cv::meanStdDev(a, mean_a, deviation_a);
  cv::meanStdDev(b, mean_b, deviation_b);
  const bool flat_a = deviation_a[0] < kNoStructure;
  const bool flat_b = deviation_b[0] < kNoStructure;
  if (flat_a || flat_b) return flat_a && flat_b ? 1 : 0;
  const double product = a.dot(b) / static_cast<double>(a.total()) - mean_a[0] * mean_b[0];
  return product / (deviation_a[0] * deviation_b[0]);
}

// Steps to the right above those downwards.
cv::Mat Gradients(const cv::Mat& image) {
  const int width = image.cols - 1;
  const int height = image.rows - 1;
  const cv::Mat here = image(cv::Rect(0, 0, width, height));
  cv::Mat steps;
  cv::vconcat(image(cv::Rect(1, 0, width, height)) - here,
              image(cv::Rect(0, 1, width, height)) - here, steps);
  return steps;
}

bool AreOfOneShot(const cv::Mat& a, const cv::Mat& b) {
  constexpr double kLeast = 0.6;
  constexpr double kLeastOfGradients = 0.3;
  return Correlation(a, b) >= kLeast &&
         Correlation(Gradients(a), Gradients(b)) >= kLeastOfGradients;
}

}  // namespace

bool ShotBoundary::IsCut(const cv::Mat& image) {
  const cv::Mat now = Thumbnail(image);
  const bool is_cut = !before_.empty() && !AreOfOneShot(before_, now);
  before_ = now;
  return is_cut;
}

}  // namespace mestr::internal
