// What a scene adds to a person: where the camera stands, the seat, the lamp, the room.
#pragma once

#include <opencv2/core/mat.hpp>

#include "synth/person_look.h"
#include "synth/person_mesh.h"
#include "synth/person_renderer.h"
#include "synth/visibility.h"

namespace mestr::internal::synth {

// A pinhole that looks along -z of the model; positions in model units.
struct SceneCamera {
  float focal_px = 0;
  cv::Point2f centre_px;
  cv::Vec3f position;

  ScreenVertex Project(const cv::Vec3f& at) const {
    const float nearness = 1 / (position[2] - at[2]);
    const float scale = focal_px * nearness;
    return {centre_px.x + scale * (at[0] - position[0]),
            centre_px.y - scale * (at[1] - position[1]), nearness};
  }
};

struct SceneLight {
  cv::Vec3f key_direction;  // towards the lamp, model axes
  Colour key;
  Colour sky;     // from above
  Colour ground;  // from below
};

struct Scene {
  SceneCamera camera;
  SceneLight light;
  FaceState seat;  // the resting pose
  cv::Mat room;    // CV_32FC3, linear
};

Scene DrawScene(const PersonMesh& mesh, const SceneOptions& options);

}  // namespace mestr::internal::synth
