// What makes synthetic subjects look different.
#pragma once

#include <vector>

#include "synth/geometry.h"

namespace mestr::internal::synth {

struct SubjectLook {
  bool mirrored = false;
  std::vector<Bump> shape;  // face coordinates; backward, see ForwardPoint

  // Factors on blue, green and red.
  cv::Vec3d skin = {1, 1, 1};
  cv::Vec3d hair = {1, 1, 1};
  cv::Vec3d camera = {1, 1, 1};
  double contrast = 1;
  // Logarithm of the light's change for each inter-ocular distance, to the right and down.
  Point2d light_slope = {0, 0};
  double side_shadow = 0;   // part of the light that one cheek loses; negative: the other one
  double stubble = 0;       // 0..1
  double texture_gray = 0;  // gray levels of the skin's fine structure
  std::vector<Bump> moles;  // shift.x: part of the light taken
};

// `landmarks` of the portrait (mirrored where the look says so by `MirroredSubject`), in face
// coordinates.
bool MirroredSubject(int subject);
SubjectLook MakeSubjectLook(int subject, const Landmarks& face_landmarks);

}  // namespace mestr::internal::synth
