#include "features/roi_flow_scene.h"

#include <opencv2/imgproc.hpp>

#include "features/roi_flow_v1.h"

namespace mestr {
namespace {

constexpr int kSide = 320;

// Where the points of a 320 px crop around a frontal face lie, one shape a line.
void DrawFace(Landmarks& p) {
  for (int i = 0; i < 17; ++i) p[static_cast<std::size_t>(i)] = {60 + i * 12, 180};
  for (int i = 0; i < 5; ++i) {
    p[static_cast<std::size_t>(17 + i)] = {70 + i * 16, 84 - (i % 3) * 4};
    p[static_cast<std::size_t>(22 + i)] = {186 + i * 16, 80 - ((i + 1) % 3) * 4};
  }
  for (int i = 0; i < 4; ++i) p[static_cast<std::size_t>(27 + i)] = {160, 124 + i * 15};
  for (int i = 0; i < 5; ++i) p[static_cast<std::size_t>(31 + i)] = {138 + i * 11, 186};
  for (int i = 0; i < 6; ++i) {
    p[static_cast<std::size_t>(36 + i)] = {88 + i * 8, 120 + (i % 2) * 6};
    p[static_cast<std::size_t>(42 + i)] = {192 + i * 8, 120 + (i % 2) * 6};
  }
  for (int i = 0; i < 20; ++i) {
    p[static_cast<std::size_t>(48 + i)] = {120 + (i % 7) * 13, 222 + (i / 7) * 14};
  }
}

cv::Mat Texture(const cv::Size& size, double blur_px) {
  cv::RNG random(7);
  cv::Mat texture(size, CV_8UC1);
  random.fill(texture, cv::RNG::UNIFORM, 0, 256);
  cv::GaussianBlur(texture, texture, {0, 0}, blur_px);
  cv::normalize(texture, texture, 20, 235, cv::NORM_MINMAX);
  return texture;
}

}  // namespace

MadeUpFace FaceAt(const cv::Point& middle, int half_px) {
  MadeUpFace face;
  DrawFace(face.crop_landmarks);
  for (std::size_t i = 0; i < face.crop_landmarks.size(); ++i) {
    const cv::Point in_crop = face.crop_landmarks[i];
    face.in_frame.landmarks[i] = {middle.x + (in_crop.x - kSide / 2) * 9 * half_px / kSide,
                                  middle.y + (in_crop.y - 124) * 9 * half_px / kSide};
  }
  face.in_frame.landmarks[39] = middle - cv::Point(half_px, 0);
  face.in_frame.landmarks[42] = middle + cv::Point(half_px, 0);
  face.in_frame.box = {middle.x - 3 * half_px, middle.y - 2 * half_px, 6 * half_px, 6 * half_px};
  return face;
}

MadeUpFace FaceIn(const cv::Size& frame, int half_px) {
  return FaceAt({frame.width / 2, frame.height / 2 - half_px}, half_px);
}

std::vector<cv::Mat> FramesWithMotion(const cv::Size& size, int count, const cv::Point2d& step_px,
                                      double blur_px) {
  const cv::Mat texture = Texture({size.width + 200, size.height + 200}, blur_px);
  std::vector<cv::Mat> frames;
  for (int t = 0; t < count; ++t) {
    cv::Mat frame;
    const cv::Mat shift =
        (cv::Mat_<double>(2, 3) << 1, 0, -100 + t * step_px.x, 0, 1, -100 + t * step_px.y);
    cv::warpAffine(texture, frame, shift, size);
    // The lower part, where mouths are, goes a little further.
    const cv::Rect mouth(0, size.height * 3 / 5, size.width, size.height / 5);
    const cv::Mat further =
        (cv::Mat_<double>(2, 3) << 1, 0, -100 + t * (step_px.x + 0.3), 0, 1, -100 + t * step_px.y);
    cv::Mat moved;
    cv::warpAffine(texture, moved, further, size);
    moved(mouth).copyTo(frame(mouth));
    frames.push_back(frame);
  }
  return frames;
}

}  // namespace mestr
