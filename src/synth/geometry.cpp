#include "synth/geometry.h"

namespace mestr::internal::synth {

Point2d MeanOf(const Landmarks& landmarks, int first, int last) {
  Point2d sum(0, 0);
  for (int i = first; i <= last; ++i) sum += landmarks[i];
  return sum / (last - first + 1);
}

FaceAxes FaceAxes::Of(const Landmarks& landmarks) {
  const Point2d left = MeanOf(landmarks, 36, 41);
  const Point2d right = MeanOf(landmarks, 42, 47);
  const double iod = PortableHypot(right.x - left.x, right.y - left.y);
  return {(left + right) / 2, (right - left) / iod, iod};
}

Point2d SumAt(const std::vector<Bump>& bumps, Point2d face_point) {
  Point2d sum(0, 0);
  for (const Bump& bump : bumps) sum += bump.At(face_point);
  return sum;
}

FieldGrid::FieldGrid(cv::Rect area_px)
    : x0_(area_px.x),
      y0_(area_px.y),
      rows_((area_px.height + kSpacing - 1) / kSpacing + 1),
      cols_((area_px.width + kSpacing - 1) / kSpacing + 1),
      nodes_(static_cast<size_t>(rows_) * cols_) {}

void FieldGrid::Scale(double factor) {
  for (cv::Point2f& node : nodes_) node *= static_cast<float>(factor);
}

}  // namespace mestr::internal::synth
