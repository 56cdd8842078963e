// Pictures of one synthetic person, from a file of facial shapes (models/people).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "mestr/core/landmarks.h"
#include "synth/face_state.h"

namespace mestr::internal::synth {

// Where the person is seen: drawn from the seed is what a webcam's user chooses (room, lamp, seat).
struct SceneOptions {
  std::uint64_t seed = 1;
  int width_px = 640;
  int height_px = 480;
  // Between the landmarks 0 and 16 of the neutral face, as part of the picture's height.
  double face_width = 0.42;
};

// Draws frames without the camera's noise. Const members are thread-safe; the same bytes on every
// call.
class PersonRenderer {
 public:
  // `person`, 1 or more: who it is (sex, age, ancestry, shape, skin, brows, irises, lips, hair),
  // the same in every scene.
  PersonRenderer(int person, const SceneOptions& scene);
  ~PersonRenderer();

  // 8-bit BGR.
  cv::Mat Render(const FaceState& state) const;
  // The 68 points (iBUG 300-W's order) of the face in the picture, px.
  std::array<cv::Point2d, 68> LandmarkPoints(const FaceState& state) const;
  // The same to the whole px, as a landmark detector gives them.
  Landmarks LandmarksOf(const FaceState& state) const;
  // Where each pixel of the face as `from` shows it goes in `to`: CV_32FC2, px; NaN where the
  // pixel shows no skin, or what it shows is hidden in `to`.
  cv::Mat Flow(const FaceState& from, const FaceState& to) const;
  // Largest shift of a vertex of the skin's front by the state's units alone, px at a face width of
  // 200, seen from the front.
  double UnitMotion_px200(const FaceState& state) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace mestr::internal::synth
