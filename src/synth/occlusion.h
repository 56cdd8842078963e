// How much light reaches the vertices of a still head.
#pragma once

#include <opencv2/core/matx.hpp>
#include <vector>

#include "synth/person_mesh.h"

namespace mestr::internal::synth {

struct Occlusion {
  std::vector<float> ambient;  // 0 to 1 a vertex, of the light from all around
  std::vector<float> key;      // and of a lamp of some size in one direction
};

Occlusion FindOcclusion(const PersonMesh& mesh, const cv::Vec3f& key_direction);

}  // namespace mestr::internal::synth
