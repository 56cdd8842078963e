// What colour a point of a person has: skin, eyes, teeth, under the scene's light.
#pragma once

#include <opencv2/core/mat.hpp>
#include <vector>

#include "synth/occlusion.h"
#include "synth/person_look.h"
#include "synth/scene.h"
#include "synth/surface_map.h"

namespace mestr::internal::synth {

// A point of the surface that is seen, its values blended from its triangle's corners.
struct SurfaceSample {
  const Triangle* triangle;
  cv::Vec3f weights;  // of the corners
};

// A frame's geometry.
struct PosedPerson {
  std::vector<cv::Vec3f> positions;
  std::vector<cv::Vec3f> normals;
  std::vector<ScreenVertex> screen;
};

class Shading {
 public:
  Shading(const PersonMesh& mesh, const PersonLook& look, const Scene& scene, int picture_height);

  // Linear light.
  Colour At(const PosedPerson& posed, const SurfaceSample& sample) const;

 private:
  Colour Skin(const PosedPerson& posed, const SurfaceSample& sample) const;
  Colour Eye(const PosedPerson& posed, const SurfaceSample& sample) const;
  Colour Hair(const PosedPerson& posed, const SurfaceSample& sample) const;
  Colour Plain(const PosedPerson& posed, const SurfaceSample& sample, const Colour& albedo) const;

  const PersonMesh& mesh_;
  const PersonLook& look_;
  const Scene& scene_;
  Occlusion occlusion_;
  std::array<cv::Mat, 2> textures_;
  std::vector<ChartId> charts_;           // by triangle
  std::vector<cv::Vec3f> eye_direction_;  // of the vertices of eyeballs, before they turn
};

// Linear light, 0 to 1, as a picture writes it.
class DisplayCurve {
 public:
  DisplayCurve();
  cv::Vec3b operator()(const Colour& linear) const;

 private:
  static constexpr int kSteps = 8192;
  std::vector<unsigned char> table_;
};

}  // namespace mestr::internal::synth
