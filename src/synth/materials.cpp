#include "synth/materials.h"

#include <algorithm>
#include <cmath>

namespace mestr::internal::synth {
namespace {

using Polygon = std::vector<Point2d>;

// Distance from the polygon's border, positive inside.
double DepthInside(const Polygon& polygon, Point2d p) {
  bool inside = false;
  double nearest = 1e18;
  for (size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
    const Point2d a = polygon[j];
    const Point2d b = polygon[i];
    if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (b.x - a.x) * (p.y - a.y) / (b.y - a.y)) {
      inside = !inside;
    }
    const Point2d along = b - a;
    const double length2 = std::max(1e-12, along.dot(along));
    const Point2d off = p - a - along * std::clamp((p - a).dot(along) / length2, 0.0, 1.0);
    nearest = std::min(nearest, off.dot(off));
  }
  return inside ? std::sqrt(nearest) : -std::sqrt(nearest);
}

double Luma(const cv::Vec3d& bgr) { return 0.114 * bgr[0] + 0.587 * bgr[1] + 0.299 * bgr[2]; }
// Blue's part of the colour: walls have more of it than skin, skin more than hair.
double BluePart(const cv::Vec3d& bgr) { return bgr[0] / (bgr[0] + bgr[1] + bgr[2] + 1); }

// Mean colour around the middles between eyes and corners of the mouth.
cv::Vec3d CheekColor(const Portrait& portrait, const FaceAxes& axes) {
  cv::Vec3d sum(0, 0, 0);
  int count = 0;
  for (const auto& [eye, corner] : {std::pair{36, 48}, std::pair{42, 54}}) {
    const Point2d cheek =
        (MeanOf(portrait.landmarks_px, eye, eye + 5) + portrait.landmarks_px[corner]) / 2;
    const int reach = std::max(1, static_cast<int>(0.1 * axes.iod_px));
    for (int dy = -reach; dy <= reach; ++dy) {
      for (int dx = -reach; dx <= reach; ++dx) {
        const int x = std::clamp(static_cast<int>(cheek.x) + dx, 0, portrait.image_bgr.cols - 1);
        const int y = std::clamp(static_cast<int>(cheek.y) + dy, 0, portrait.image_bgr.rows - 1);
        const cv::Vec3d bgr = portrait.image_bgr.at<cv::Vec3b>(y, x);
        sum += bgr;
        ++count;
      }
    }
  }
  return sum / count;
}

class Classifier {
 public:
  explicit Classifier(const Portrait& portrait)
      : axes_(FaceAxes::Of(portrait.landmarks_px)), cheek_(CheekColor(portrait, axes_)) {
    const auto point = [&](int i) { return axes_.FromPx(portrait.landmarks_px[i]); };
    for (int i = 0; i <= 16; ++i) face_.push_back(point(i));
    // The forehead, as far up as hair may begin.
    for (const int brow : {26, 24, 19, 17}) face_.push_back(point(brow) - Point2d(0, 0.45));
    for (int i = 60; i <= 67; ++i) openings_[0].push_back(point(i));
    for (int eye = 0; eye < 2; ++eye) {
      Polygon& opening = openings_[1 + eye];
      for (const Point2d& p : portrait.eyelids[eye].upper_px) opening.push_back(axes_.FromPx(p));
      const auto& lower = portrait.eyelids[eye].lower_px;
      for (size_t i = lower.size() - 1; i-- > 1;) opening.push_back(axes_.FromPx(lower[i]));
    }
    brow_y_ = (point(19).y + point(24).y) / 2;
    chin_y_ = point(8).y;
  }

  MaterialMap::Weights Classify(Point2d portrait_px, const cv::Vec3d& bgr) const {
    const Point2d p = axes_.FromPx(portrait_px);
    const double luma = Luma(bgr) / Luma(cheek_);
    const double blue = BluePart(bgr) - BluePart(cheek_);
    const double lit = SmoothStep((luma - 0.25) / 0.3);
    const double not_hair = SmoothStep((blue + 0.050) / 0.025);
    const double not_wall = SmoothStep((0.018 - blue) / 0.012);

    // Inside of the face's outline all is skin that is not hair hanging into the forehead; around
    // it only what has skin's colour: ears and neck.
    const double face = SmoothStep(DepthInside(face_, p) / 0.06 + 0.5);
    const double forehead = SmoothStep((brow_y_ - 0.05 - p.y) / 0.12);
    const double in_face = face * (1 - forehead + forehead * lit * not_hair);
    const bool near = std::abs(p.x) < 1.45 && p.y > -0.2 && p.y < chin_y_ + 0.6;
    // Hair falls beside the ears, not over the neck.
    const double not_side_hair = p.y > 1.0 ? 1 : SmoothStep((blue + 0.08) / 0.03);
    const double around = near ? lit * not_wall * not_side_hair : 0;
    double skin = std::max(in_face, around);
    for (const Polygon& opening : openings_) {
      // Eyes and teeth take a little of the skin's tone, or they would glow in a dark face.
      skin *= 0.35 + 0.65 * SmoothStep(0.5 - DepthInside(opening, p) / 0.05);
    }

    const double above = SmoothStep((brow_y_ - p.y) / 0.2);
    const double beside = SmoothStep((std::abs(p.x) - 0.95) / 0.15);
    const double r = PortableHypot(p.x / 2.0, p.y / 2.3);
    const double in_head = SmoothStep((1 - r) / 0.05) * SmoothStep((chin_y_ - 0.2 - p.y) / 0.4);
    const double hair = std::max(above, beside) * in_head * SmoothStep((-0.005 - blue) / 0.02);
    return {skin, hair * (1 - skin)};
  }

 private:
  FaceAxes axes_;
  cv::Vec3d cheek_;
  // In face coordinates.
  Polygon face_;
  std::array<Polygon, 3> openings_;  // mouth, eyes
  double brow_y_ = 0;
  double chin_y_ = 0;
};

}  // namespace

MaterialMap::MaterialMap(const Portrait& portrait)
    : size_(portrait.image_bgr.size()),
      weights_(static_cast<size_t>(size_.width) * size_.height, cv::Point2f(0, 0)) {
  const Classifier classifier(portrait);
  const FaceAxes axes = FaceAxes::Of(portrait.landmarks_px);
  const Point2d middle = axes.ToPx({0, 0.3});
  const double reach = 2.8 * axes.iod_px;  // more than the classifier's head
  const cv::Rect head = cv::Rect(cv::Point(middle - Point2d(reach, reach)),
                                 cv::Point(middle + Point2d(reach, reach))) &
                        cv::Rect({0, 0}, size_);
  for (int y = head.y; y < head.y + head.height; ++y) {
    for (int x = head.x; x < head.x + head.width; ++x) {
      const cv::Vec3d bgr = portrait.image_bgr.at<cv::Vec3b>(y, x);
      const Weights w = classifier.Classify(Point2d(x, y), bgr);
      weights_[static_cast<size_t>(y) * size_.width + x] =
          cv::Point2f(static_cast<float>(w.skin), static_cast<float>(w.hair));
    }
  }
}

MaterialMap::Weights MaterialMap::At(Point2d p) const {
  if (!(p.x >= 0 && p.y >= 0 && p.x < size_.width - 1 && p.y < size_.height - 1)) return {};
  const int x = static_cast<int>(p.x);
  const int y = static_cast<int>(p.y);
  const auto ax = static_cast<float>(p.x - x);
  const auto ay = static_cast<float>(p.y - y);
  const cv::Point2f* w = &weights_[static_cast<size_t>(y) * size_.width + x];
  const cv::Point2f top = w[0] + (w[1] - w[0]) * ax;
  const cv::Point2f bottom = w[size_.width] + (w[size_.width + 1] - w[size_.width]) * ax;
  const cv::Point2f mixed = top + (bottom - top) * ay;
  return {mixed.x, mixed.y};
}

}  // namespace mestr::internal::synth
