#include "face/landmark_regression.h"

// With face_finder.cpp the only source that includes dlib's headers, which are heavy.
#include <dlib/geometry.h>
#include <dlib/matrix.h>

#include <cstdint>
#include <vector>

namespace mestr::internal {
namespace {

using ShapePoint = dlib::vector<float, 2>;

ShapePoint PointOf(const LandmarkShape& shape, std::size_t landmark) {
  return {shape[2 * landmark], shape[2 * landmark + 1]};
}

std::vector<ShapePoint> PointsOf(const LandmarkShape& shape) {
  std::vector<ShapePoint> points;
  points.reserve(kLandmarkCount);
  for (std::size_t i = 0; i < kLandmarkCount; ++i) points.push_back(PointOf(shape, i));
  return points;
}

dlib::point_transform_affine ImageFromShape(const dlib::rectangle& box) {
  const std::vector<ShapePoint> shape = {dlib::point(0, 0), dlib::point(1, 0), dlib::point(1, 1)};
  const std::vector<ShapePoint> image = {box.tl_corner(), box.tr_corner(), box.br_corner()};
  return dlib::find_affine_transform(shape, image);
}

float Brightness(const cv::Mat& image, const dlib::point& at) {
  if (at.x() < 0 || at.x() >= image.cols || at.y() < 0 || at.y() >= image.rows) return 0;
  const auto row = static_cast<int>(at.y());
  const auto column = static_cast<int>(at.x());
  if (image.channels() == 1) return image.at<std::uint8_t>(row, column);
  const auto& bgr = image.at<cv::Vec3b>(row, column);
  return static_cast<float>((bgr[0] + bgr[1] + bgr[2]) / 3);
}

// The level's pixels, moved as the face differs from the mean one by turn and size.
void LookAtPixels(const cv::Mat& image, const dlib::point_transform_affine& image_from_shape,
                  const std::vector<ShapePoint>& mean_points, const LandmarkLevel& level,
                  const LandmarkShape& shape, std::vector<float>& brightness) {
  const dlib::matrix<float, 2, 2> turn = dlib::matrix_cast<float>(
      dlib::find_similarity_transform(mean_points, PointsOf(shape)).get_m());
  brightness.resize(level.pixels.size());
  for (std::size_t i = 0; i < brightness.size(); ++i) {
    const LandmarkPixel& pixel = level.pixels[i];
    const dlib::point at =
        image_from_shape(turn * ShapePoint(pixel.x, pixel.y) + PointOf(shape, pixel.landmark));
    brightness[i] = Brightness(image, at);
  }
}

std::size_t LeafOf(const LandmarkModel& model, const LandmarkTree& tree,
                   const std::vector<float>& brightness) {
  const LandmarkSplit* const splits = model.splits().data() + tree.first_split;
  std::size_t node = 0;
  while (node < tree.splits) {
    const LandmarkSplit& split = splits[node];
    const bool left =
        brightness[split.first_pixel] - brightness[split.second_pixel] > split.threshold;
    node = 2 * node + (left ? 1 : 2);
  }
  return tree.first_leaf + node - tree.splits;
}

}  // namespace

Landmarks FindLandmarks(const LandmarkModel& model, const cv::Mat& image, const cv::Rect& box) {
  const auto image_from_shape =
      ImageFromShape({box.x, box.y, box.x + box.width, box.y + box.height});
  const std::vector<ShapePoint> mean_points = PointsOf(model.mean_shape());
  LandmarkShape shape = model.mean_shape();
  std::vector<float> brightness;
  for (const LandmarkLevel& level : model.levels()) {
    LookAtPixels(image, image_from_shape, mean_points, level, shape, brightness);
    for (const LandmarkTree& tree : level.trees) {
      const LandmarkShape& leaf = model.Leaf(LeafOf(model, tree, brightness));
      for (std::size_t i = 0; i < shape.size(); ++i) shape[i] += leaf[i];
    }
  }
  Landmarks landmarks;
  for (std::size_t i = 0; i < kLandmarkCount; ++i) {
    const dlib::point at = image_from_shape(PointOf(shape, i));
    landmarks[i] = {static_cast<int>(at.x()), static_cast<int>(at.y())};
  }
  return landmarks;
}

}  // namespace mestr::internal
