// A person's shape in a state: where the vertices are and how the surface is turned.
#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core/matx.hpp>
#include <vector>

#include "synth/face_state.h"
#include "synth/people_model.h"

namespace mestr::internal::synth {

// Model units and axes: x to the person's left, y up, z to the front.
class PersonMesh {
 public:
  // `neutral`: positions of the model's vertices.
  PersonMesh(const PeopleModel& model, std::vector<cv::Vec3f> neutral);

  const PeopleModel& model() const { return model_; }
  const std::vector<cv::Vec3f>& neutral() const { return neutral_; }
  double face_width() const { return face_width_; }

  // The units and the gaze alone, the head upright in its place.
  std::vector<cv::Vec3f> Expression(const FaceState& state) const;
  // And the head's pose and shift.
  std::vector<cv::Vec3f> Posed(const FaceState& state) const;
  // Unit vectors out of the surface.
  std::vector<cv::Vec3f> Normals(const std::vector<cv::Vec3f>& positions) const;

  cv::Vec3f LandmarkOf(const std::vector<cv::Vec3f>& positions, int landmark) const;

  struct Eye {
    std::vector<std::uint16_t> vertices;
    cv::Vec3f centre;
    float radius = 0;
  };
  const std::array<Eye, 2>& eyes() const { return eyes_; }  // left, right

 private:
  void AddGaze(const FaceState& state, std::vector<cv::Vec3f>& positions) const;
  void TurnEye(const Eye& eye, const FaceState& state, std::vector<cv::Vec3f>& positions) const;

  const PeopleModel& model_;
  std::vector<cv::Vec3f> neutral_;
  std::array<Eye, 2> eyes_;
  std::vector<bool> eyeball_;                        // by vertex
  std::array<double, kUnitCount> look_angles_ = {};  // of the eyeball at the unit's full, radians
  cv::Vec3f pivot_;
  double face_width_ = 1;
};

}  // namespace mestr::internal::synth
