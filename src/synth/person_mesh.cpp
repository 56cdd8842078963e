#include "synth/person_mesh.h"

#include <algorithm>
#include <cmath>

#include "synth/portable_math.h"

namespace mestr::internal::synth {
namespace {

// The top of the neck in the base mesh, from which people differ little.
const cv::Vec3f kPivot = {0, 6.75F, 0.2F};

double Sin(double radians) { return SinTurns(radians / (2 * kPi)); }
double Cos(double radians) { return CosTurns(radians / (2 * kPi)); }

// About x (nose down for positive), about y (nose to the person's left), about z (the crown to the
// person's left), in this order from the head outwards: roll, pitch, yaw.
cv::Matx33f Rotation(double yaw, double pitch, double roll) {
  const cv::Matx33d about_y(Cos(yaw), 0, Sin(yaw), 0, 1, 0, -Sin(yaw), 0, Cos(yaw));
  const cv::Matx33d about_x(1, 0, 0, 0, Cos(pitch), -Sin(pitch), 0, Sin(pitch), Cos(pitch));
  const cv::Matx33d about_z(Cos(roll), Sin(roll), 0, -Sin(roll), Cos(roll), 0, 0, 0, 1);
  return about_y * about_x * about_z;
}

PersonMesh::Eye FindEye(const PeopleModel& model, const std::vector<cv::Vec3f>& at, Part part) {
  PersonMesh::Eye eye;
  for (const Triangle& triangle : model.triangles) {
    if (triangle.part != part) continue;
    eye.vertices.insert(eye.vertices.end(), triangle.vertices.begin(), triangle.vertices.end());
  }
  std::sort(eye.vertices.begin(), eye.vertices.end());
  eye.vertices.erase(std::unique(eye.vertices.begin(), eye.vertices.end()), eye.vertices.end());
  cv::Vec3f low = at[eye.vertices.front()];
  cv::Vec3f high = low;
  for (const auto v : eye.vertices) {
    for (int k = 0; k < 3; ++k) {
      low[k] = std::min(low[k], at[v][k]);
      high[k] = std::max(high[k], at[v][k]);
    }
  }
  eye.centre = (low + high) * 0.5F;
  eye.radius = (high[0] - low[0]) / 2;
  return eye;
}

struct LookUnits {
  Unit down, in, out, up;
};
constexpr std::array<LookUnits, 2> kLook = {
    LookUnits{Unit::kEyeLookDownLeft, Unit::kEyeLookInLeft, Unit::kEyeLookOutLeft,
              Unit::kEyeLookUpLeft},
    LookUnits{Unit::kEyeLookDownRight, Unit::kEyeLookInRight, Unit::kEyeLookOutRight,
              Unit::kEyeLookUpRight}};

}  // namespace

PersonMesh::PersonMesh(const PeopleModel& model, std::vector<cv::Vec3f> neutral)
    : model_(model), neutral_(std::move(neutral)), eyeball_(neutral_.size()), pivot_(kPivot) {
  eyes_ = {FindEye(model, neutral_, Part::kLeftEye), FindEye(model, neutral_, Part::kRightEye)};
  for (std::size_t side = 0; side < eyes_.size(); ++side) {
    for (const auto v : eyes_[side].vertices) eyeball_[v] = true;
    const LookUnits& look = kLook[side];
    for (const Unit unit : {look.down, look.in, look.out, look.up}) {
      const Shape& shape = model.units[static_cast<std::size_t>(unit)];
      double farthest = 0;
      for (std::size_t i = 0; i < shape.vertices.size(); ++i) {
        if (eyeball_[shape.vertices[i]]) farthest = std::max(farthest, cv::norm(shape.offsets[i]));
      }
      look_angles_[static_cast<std::size_t>(unit)] = farthest / eyes_[side].radius;
    }
  }
  face_width_ = cv::norm(LandmarkOf(neutral_, 16) - LandmarkOf(neutral_, 0));
}

cv::Vec3f PersonMesh::LandmarkOf(const std::vector<cv::Vec3f>& positions, int landmark) const {
  const auto& at = model_.landmarks[static_cast<std::size_t>(landmark)];
  cv::Vec3f sum = {0, 0, 0};
  for (int k = 0; k < 3; ++k) sum += at.weights[k] * positions[at.vertices[k]];
  return sum;
}

// The eyeball turns as a ball; only what lies around it takes the units' offsets.
void PersonMesh::TurnEye(const Eye& eye, const FaceState& state,
                         std::vector<cv::Vec3f>& positions) const {
  const bool left = &eye == &eyes_[0];
  const LookUnits& look = kLook[left ? 0 : 1];
  const auto turn = [&](Unit unit) {
    return state[unit] * look_angles_[static_cast<std::size_t>(unit)];
  };
  const double outwards = turn(look.out) - turn(look.in);
  const double yaw = state.gaze_x_rad + (left ? outwards : -outwards);
  const double pitch = state.gaze_y_rad + turn(look.down) - turn(look.up);
  const cv::Matx33f rotation = Rotation(yaw, pitch, 0);
  for (const auto v : eye.vertices) {
    positions[v] = eye.centre + rotation * (neutral_[v] - eye.centre);
  }
}

// The lids follow the eyes.
void PersonMesh::AddGaze(const FaceState& state, std::vector<cv::Vec3f>& positions) const {
  const auto add = [&](Unit unit, double radians) {
    const auto i = static_cast<std::size_t>(unit);
    if (radians <= 0 || look_angles_[i] <= 0) return;
    model_.units[i].AddTo(positions, static_cast<float>(radians / look_angles_[i]));
  };
  for (std::size_t side = 0; side < kLook.size(); ++side) {
    const double outwards = side == 0 ? state.gaze_x_rad : -state.gaze_x_rad;
    add(kLook[side].out, outwards);
    add(kLook[side].in, -outwards);
    add(kLook[side].down, state.gaze_y_rad);
    add(kLook[side].up, -state.gaze_y_rad);
  }
}

std::vector<cv::Vec3f> PersonMesh::Expression(const FaceState& state) const {
  std::vector<cv::Vec3f> positions = neutral_;
  for (std::size_t i = 0; i < kUnitCount; ++i) model_.units[i].AddTo(positions, state.units[i]);
  AddGaze(state, positions);
  for (const Eye& eye : eyes_) TurnEye(eye, state, positions);
  return positions;
}

std::vector<cv::Vec3f> PersonMesh::Posed(const FaceState& state) const {
  std::vector<cv::Vec3f> positions = Expression(state);
  const cv::Matx33f rotation = Rotation(state.yaw_rad, state.pitch_rad, state.roll_rad);
  const cv::Vec3f shift(cv::Vec3d(state.shift[0], -state.shift[1], state.shift[2]) * face_width_);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    cv::Vec3f& at = positions[i];
    const cv::Vec3f turned = pivot_ + rotation * (at - pivot_) + shift;
    at += model_.head[i] * (turned - at);
  }
  return positions;
}

std::vector<cv::Vec3f> PersonMesh::Normals(const std::vector<cv::Vec3f>& positions) const {
  std::vector<cv::Vec3f> normals(positions.size(), cv::Vec3f(0, 0, 0));
  for (const Triangle& triangle : model_.triangles) {
    const auto& [a, b, c] = triangle.vertices;
    const cv::Vec3f normal = (positions[b] - positions[a]).cross(positions[c] - positions[a]);
    for (const auto v : triangle.vertices) normals[v] += normal;
  }
  for (cv::Vec3f& normal : normals) {
    const float length = std::sqrt(normal.dot(normal));
    normal = length > 0 ? normal * (1 / length) : cv::Vec3f(0, 0, 1);
  }
  return normals;
}

}  // namespace mestr::internal::synth
