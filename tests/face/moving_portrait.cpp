#include "face/moving_portrait.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "support/test_support.h"

namespace mestr::testing {

MovingPortrait::MovingPortrait()
    : portrait_(cv::imread(SourcePath("models/portraits/astronaut.jpg").string())) {
  cv::resize(portrait_, portrait_, {512, 512 * portrait_.rows / portrait_.cols});
  // The detector takes the helmet for a face.
  portrait_(cv::Rect(0, 290, portrait_.cols, portrait_.rows - 290)) = cv::Scalar(70, 90, 110);
}

Frame MovingPortrait::At(std::int64_t index, double motion) const {
  const cv::Point2f middle(static_cast<float>(portrait_.cols) / 2,
                           static_cast<float>(portrait_.rows) / 2);
  cv::Mat transform = cv::getRotationMatrix2D(middle, 2 * motion, 1 + 0.02 * motion);
  transform.at<double>(0, 2) += 12 * motion;
  transform.at<double>(1, 2) -= 5 * motion;
  cv::Mat image;
  cv::warpAffine(portrait_, image, transform, portrait_.size(), cv::INTER_CUBIC,
                 cv::BORDER_REPLICATE);
  return Noisy(image, index);
}

Frame MovingPortrait::Empty(std::int64_t index) const {
  return Noisy(cv::Mat(portrait_.size(), CV_8UC3, cv::Scalar::all(90)), index);
}

Frame MovingPortrait::Covered(std::int64_t index, double share) const {
  // The face of this portrait, as dlib sees it.
  const cv::Rect face(165, 75, 120, 120);
  const int height = static_cast<int>(share * face.height);
  cv::Mat image = portrait_.clone();
  cv::rectangle(image, {face.x, face.y + face.height - height, face.width, height},
                cv::Scalar::all(128), cv::FILLED);
  return Noisy(image, index);
}

Frame MovingPortrait::Scaled(std::int64_t index, double scale) const {
  const cv::Point2f middle(static_cast<float>(portrait_.cols) / 2,
                           static_cast<float>(portrait_.rows) / 2);
  cv::Mat image;
  cv::warpAffine(portrait_, image, cv::getRotationMatrix2D(middle, 0, scale), portrait_.size(),
                 cv::INTER_AREA, cv::BORDER_CONSTANT, cv::Scalar::all(90));
  return Noisy(image, index);
}

Frame MovingPortrait::Other(std::int64_t index) const {
  cv::Mat image;
  cv::flip(portrait_, image, 1);
  const cv::Size size = image.size();
  cv::resize(image, image, {}, 1.0, 1.2);
  image = image(cv::Rect(0, 0, size.width, size.height)).clone();
  std::vector<cv::Mat> channels;
  cv::split(image, channels);
  cv::merge(std::vector<cv::Mat>{channels[1], channels[0], channels[2] * 0.8}, image);
  return Noisy(image, index);
}

Frame MovingPortrait::Beside(const Frame& left, const Frame& right) {
  Frame both = left;
  cv::hconcat(left.image_bgr, right.image_bgr, both.image_bgr);
  return both;
}

Frame MovingPortrait::Noisy(const cv::Mat& image_bgr, std::int64_t index) const {
  Frame frame{.image_bgr = {}, .index = index, .time_s = static_cast<double>(index) / kPortraitFps};
  cv::Mat noise(image_bgr.size(), CV_16SC3);
  cv::RNG(static_cast<std::uint64_t>(index) + 1).fill(noise, cv::RNG::NORMAL, 0, 2);
  cv::add(image_bgr, noise, frame.image_bgr, {}, CV_8UC3);
  return frame;
}

}  // namespace mestr::testing
