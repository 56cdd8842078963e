// What a person wears on the head: long hair and glasses, as triangles added to the model's.
#pragma once

#include <opencv2/core/matx.hpp>
#include <vector>

#include "synth/person_look.h"
#include "synth/person_mesh.h"

namespace mestr::internal::synth {

// A person's own model and neutral shape: `mesh`'s, and what the person wears.
struct DressedPerson {
  PeopleModel model;
  std::vector<cv::Vec3f> neutral;
};
DressedPerson Dress(const PersonMesh& mesh, const PersonLook& look);

}  // namespace mestr::internal::synth
