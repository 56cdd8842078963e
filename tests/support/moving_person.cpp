#include "support/moving_person.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "support/people_files.h"
#include "support/test_support.h"

namespace mestr::testing {
namespace {

constexpr int kPerson = kPicturedPeople[0];
constexpr int kOther = kPicturedPeople[1];

const cv::Point2f kMiddle(kPersonWidth_px / 2.0F, kPersonHeight_px / 2.0F);
const cv::Size kSize(kPersonWidth_px, kPersonHeight_px);

PersonPicture Read(int person) {
  const std::filesystem::path folder =
      std::filesystem::path(MESTR_TEST_PEOPLE) / PeoplePictureName(person);
  const auto face = ReadJson(folder / kPeopleTruthFile).at("face").get<std::vector<int>>();
  return {cv::imread((folder / PeopleFrameName(0)).string()),
          cv::Rect(face.at(0), face.at(1), face.at(2), face.at(3))};
}

Frame Noisy(const cv::Mat& image_bgr, std::int64_t index) {
  Frame frame{.image_bgr = {}, .index = index, .time_s = static_cast<double>(index) / kPersonFps};
  cv::Mat noise(image_bgr.size(), CV_16SC3);
  cv::RNG(static_cast<std::uint64_t>(index) + 1).fill(noise, cv::RNG::NORMAL, 0, 2);
  cv::add(image_bgr, noise, frame.image_bgr, {}, CV_8UC3);
  return frame;
}

}  // namespace

const PersonPicture& Somebody() {
  static const PersonPicture picture = Read(kPerson);
  return picture;
}

Frame MovingPerson::At(std::int64_t index, double motion) const {
  cv::Mat transform = cv::getRotationMatrix2D(kMiddle, 2 * motion, 1 + 0.02 * motion);
  transform.at<double>(0, 2) += 12 * motion;
  transform.at<double>(1, 2) -= 5 * motion;
  cv::Mat image;
  cv::warpAffine(Somebody().image_bgr, image, transform, kSize, cv::INTER_CUBIC,
                 cv::BORDER_REPLICATE);
  return Noisy(image, index);
}

Frame MovingPerson::Empty(std::int64_t index) const {
  return Noisy(cv::Mat(kSize, CV_8UC3, cv::Scalar::all(90)), index);
}

Frame MovingPerson::Covered(std::int64_t index, double share) const {
  const cv::Rect face = Somebody().face;
  const int height = static_cast<int>(share * face.height);
  cv::Mat image = Somebody().image_bgr.clone();
  cv::rectangle(image, {face.x, face.br().y - height, face.width, height}, cv::Scalar::all(128),
                cv::FILLED);
  return Noisy(image, index);
}

Frame MovingPerson::Scaled(std::int64_t index, double scale) const {
  cv::Mat image;
  cv::warpAffine(Somebody().image_bgr, image, cv::getRotationMatrix2D(kMiddle, 0, scale), kSize,
                 cv::INTER_AREA, cv::BORDER_CONSTANT, cv::Scalar::all(90));
  return Noisy(image, index);
}

Frame MovingPerson::Other(std::int64_t index) const {
  static const PersonPicture other = Read(kOther);
  return Noisy(other.image_bgr, index);
}

Frame MovingPerson::Beside(const Frame& left, const Frame& right) {
  Frame both = left;
  cv::hconcat(left.image_bgr, right.image_bgr, both.image_bgr);
  return both;
}

}  // namespace mestr::testing
