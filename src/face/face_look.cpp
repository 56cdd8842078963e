#include "face/face_look.h"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "face/area_resize.h"
#include "face/head_pose.h"

namespace mestr::internal {
namespace {

constexpr int kWidth_px = 64;
constexpr int kHeight_px = 80;
constexpr int kCellsAcross = 8;
constexpr int kCellsDown = 10;
constexpr int kBlocksAcross = 7;
constexpr int kBlocksDown = 9;

// An upright rectangle of the face that looks into the camera, as FrontalFace_mm.
using Area_mm = cv::Rect2d;
const Area_mm kFace_mm{-56, -30, 112, 140};
const std::array<Area_mm, 7> kAround_mm = {Area_mm{-40, 15, 25, 30},  Area_mm{15, 15, 25, 30},
                                           Area_mm{-25, -55, 50, 25}, Area_mm{-45, -115, 90, 35},
                                           Area_mm{-95, -40, 20, 80}, Area_mm{75, -40, 20, 80},
                                           Area_mm{-70, 140, 140, 50}};

double ScaleOf(const Similarity& transform) {
  return std::sqrt(std::abs(transform.linear.determinant()));
}

// The area as an image so many pixels wide, from an image that is `image_from_face` away.
cv::Mat Cut(const cv::Mat& image, const Similarity& image_from_face, const Area_mm& area,
            int width_px) {
  const double step_mm = area.width / width_px;
  const Eigen::Matrix2d linear = image_from_face.linear * step_mm;
  const Eigen::Vector2d corner =
      image_from_face(Eigen::Vector2d(area.x + step_mm / 2, area.y + step_mm / 2));
  const cv::Matx23d transform(linear(0, 0), linear(0, 1), corner.x(), linear(1, 0), linear(1, 1),
                              corner.y());
  cv::Mat cut;
  cv::warpAffine(image, cut, transform,
                 {width_px, std::max(1, static_cast<int>(std::lround(area.height / step_mm)))},
                 cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  return cut;
}

cv::Mat LabOf(const cv::Mat& image_bgr) {
  cv::Mat values;
  image_bgr.convertTo(values, CV_32F, 1.0 / 255);
  cv::cvtColor(values, values, cv::COLOR_BGR2Lab);
  return values;
}

void ScaleRowsToLength1(cv::Mat& rows) {
  for (int i = 0; i < rows.rows; ++i) {
    const double length = cv::norm(rows.row(i));
    if (length > 0) rows.row(i) /= length;
  }
}

cv::Mat GradientsOf(const cv::Mat& face_bgr) {
  static const cv::HOGDescriptor kDescriptor({kWidth_px, kHeight_px}, {16, 16}, {8, 8}, {8, 8}, 9);
  cv::Mat gray;
  cv::cvtColor(face_bgr, gray, cv::COLOR_BGR2GRAY);
  std::vector<float> values;
  kDescriptor.compute(gray, values);
  cv::Mat blocks = cv::Mat(values).reshape(1, kBlocksAcross * kBlocksDown).clone();
  ScaleRowsToLength1(blocks);
  return blocks;
}

// Faces are cut from images in which they are not much larger, so that a pixel stands for its
// surroundings.
cv::Mat Shrunk(const cv::Mat& image_bgr, const RigidPoints& points, RigidPoints& shrunk_points) {
  const double scale_px_per_mm = ScaleOf(FitSimilarity(FrontalFace_mm(), points));
  const double factor = std::min(1.0, kWidth_px / kFace_mm.width / scale_px_per_mm);
  shrunk_points = points;
  if (factor > 0.8) return image_bgr;
  shrunk_points = ((points.array() + 0.5) * factor - 0.5).matrix();
  return AreaResize(image_bgr, factor);
}

bool LiesIn(const cv::Mat& image, const Similarity& image_from_face, const Area_mm& area) {
  const Eigen::Vector2d middle =
      image_from_face(Eigen::Vector2d(area.x + area.width / 2, area.y + area.height / 2));
  return middle.x() >= 0 && middle.y() >= 0 && middle.x() < image.cols && middle.y() < image.rows;
}

cv::Mat CenteredOfLength1(const cv::Mat& values) {
  cv::Mat centered = values - cv::mean(values);
  const double length = cv::norm(centered);
  return length > 0 ? cv::Mat(centered / length) : centered;
}

// Light changes lightness more than hue.
double ColourDifference(const cv::Vec3f& a, const cv::Vec3f& b, double lightness) {
  return std::sqrt(std::pow(lightness * (a[0] - b[0]), 2) + std::pow(a[1] - b[1], 2) +
                   std::pow(a[2] - b[2], 2));
}

// The corners below the cheeks show what is behind the jaw. x, y of `across` x `down` parts.
bool IsOfFace(int x, int y, int across, int down) {
  const bool at_side = x == 0 || x == across - 1;
  const bool near_side = x <= 1 || x >= across - 2;
  return !(at_side && y >= down - 3) && !(near_side && y == down - 1);
}

// Share of `changed` among those that are of the face.
template <typename IsChanged>
double ShareOf(int across, int down, const IsChanged& is_changed) {
  int of_face = 0;
  int changed = 0;
  for (int y = 0; y < down; ++y) {
    for (int x = 0; x < across; ++x) {
      if (!IsOfFace(x, y, across, down)) continue;
      ++of_face;
      changed += is_changed(x, y) ? 1 : 0;
    }
  }
  return static_cast<double>(changed) / of_face;
}

float MedianOf(cv::Mat column) {
  std::vector<float> values(column.begin<float>(), column.end<float>());
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

}  // namespace

FaceLook LookOfFace(const cv::Mat& image_bgr, const RigidPoints& points) {
  RigidPoints shrunk_points;
  const cv::Mat image = Shrunk(image_bgr, points, shrunk_points);
  const cv::Mat face =
      Cut(image, FitSimilarity(FrontalFace_mm(), shrunk_points), kFace_mm, kWidth_px);
  cv::Mat cells;
  cv::resize(face, cells, {kCellsAcross, kCellsDown}, 0, 0, cv::INTER_AREA);
  return {.gradients = GradientsOf(face),
          .cells = LabOf(cells).reshape(1, kCellsAcross * kCellsDown).clone(),
          .around = {}};
}

FaceLook LookOfPerson(const cv::Mat& frame_bgr, const RigidPoints& points) {
  constexpr int kAreaWidth_px = 8;
  FaceLook look = LookOfFace(frame_bgr, points);
  const Similarity frame_from_face = FitSimilarity(FrontalFace_mm(), points);
  for (std::size_t i = 0; i < kAround_mm.size(); ++i) {
    if (!LiesIn(frame_bgr, frame_from_face, kAround_mm[i])) continue;
    const cv::Scalar mean =
        cv::mean(LabOf(Cut(frame_bgr, frame_from_face, kAround_mm[i], kAreaWidth_px)));
    look.around[i] = cv::Vec3f(static_cast<float>(mean[0]), static_cast<float>(mean[1]),
                               static_cast<float>(mean[2]));
  }
  return look;
}

void RecentLook::Add(const FaceLook& look, double weight) {
  if (gradients_.empty()) weight = 1;
  if (weight == 1) {
    gradients_ = look.gradients.clone();
    cells_ = look.cells.clone();
    return;
  }
  cv::addWeighted(look.gradients, weight, gradients_, 1 - weight, 0, gradients_);
  cv::addWeighted(look.cells, weight, cells_, 1 - weight, 0, cells_);
}

double RecentLook::ChangedShare(const FaceLook& look) const {
  if (gradients_.empty()) return 0;
  constexpr double kAlike = 0.5;         // cosine of two blocks
  constexpr double kChangedColour = 10;  // L* a* b*
  constexpr double kLightness = 0.5;
  constexpr double kGradientsCount = 0.5;  // an expression changes more of them than of colours
  cv::Mat reference = gradients_.clone();
  ScaleRowsToLength1(reference);
  const double blocks = ShareOf(kBlocksAcross, kBlocksDown, [&](int x, int y) {
    const int row = x * kBlocksDown + y;  // OpenCV lists them column by column
    return look.gradients.row(row).dot(reference.row(row)) < kAlike;
  });
  cv::Mat difference = look.cells - cells_;
  for (int c = 0; c < difference.cols; ++c) difference.col(c) -= MedianOf(difference.col(c));
  const double cells = ShareOf(kCellsAcross, kCellsDown, [&](int x, int y) {
    const auto* cell = difference.ptr<cv::Vec3f>(y * kCellsAcross + x);
    return ColourDifference(*cell, {0, 0, 0}, kLightness) > kChangedColour;
  });
  return std::max(kGradientsCount * blocks, cells);
}

void PersonGallery::Add(const FaceLook& look) {
  constexpr std::size_t kMostLooks = 12;
  constexpr double kNothingNew = 0.85;
  if (looks_.size() >= kMostLooks) return;
  if (!looks_.empty() && Correlation(look) >= kNothingNew) return;
  looks_.push_back(look);
}

double PersonGallery::Likeness(const FaceLook& look) const {
  constexpr double kColours = 0.1;
  return Correlation(look) - kColours * ColourDistance(look);
}

double PersonGallery::Correlation(const FaceLook& look) const {
  const cv::Mat wanted = CenteredOfLength1(look.gradients);
  double best = -1;
  for (const FaceLook& known : looks_) {
    best = std::max(best, wanted.dot(CenteredOfLength1(known.gradients)));
  }
  return best;
}

// The part that differs most is left out: a scarf comes off, somebody walks by.
double PersonGallery::ColourDistance(const FaceLook& look) const {
  constexpr double kLightness = 0.3;
  std::vector<double> distances;
  for (std::size_t i = 0; i < look.around.size(); ++i) {
    std::optional<double> best;
    for (const FaceLook& known : looks_) {
      if (!look.around[i] || !known.around[i]) continue;
      const double distance = ColourDifference(*look.around[i], *known.around[i], kLightness);
      best = std::min(best.value_or(distance), distance);
    }
    if (best) distances.push_back(*best);
  }
  if (distances.size() > 2) distances.erase(std::max_element(distances.begin(), distances.end()));
  double sum = 0;
  for (const double distance : distances) sum += distance;
  return distances.empty() ? 0 : sum / static_cast<double>(distances.size());
}

}  // namespace mestr::internal
