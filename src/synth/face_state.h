// What a synthetic face does in one frame: what the performance plans and the renderer draws.
#pragma once

#include <array>
#include <cstddef>
#include <opencv2/core/matx.hpp>
#include <optional>
#include <string_view>

namespace mestr::internal::synth {

// The facial units, in the order of the people's file, with the names that their origin gives them
// ("browDownLeft"; left is the person's own left).
enum class Unit {
  kBrowDownLeft,
  kBrowDownRight,
  kBrowInnerUp,
  kBrowOuterUpLeft,
  kBrowOuterUpRight,
  kCheekPuff,
  kCheekSquintLeft,
  kCheekSquintRight,
  kEyeBlinkLeft,
  kEyeBlinkRight,
  kEyeLookDownLeft,
  kEyeLookDownRight,
  kEyeLookInLeft,
  kEyeLookInRight,
  kEyeLookOutLeft,
  kEyeLookOutRight,
  kEyeLookUpLeft,
  kEyeLookUpRight,
  kEyeSquintLeft,
  kEyeSquintRight,
  kEyeWideLeft,
  kEyeWideRight,
  kJawForward,
  kJawLeft,
  kJawOpen,
  kJawRight,
  kMouthClose,
  kMouthDimpleLeft,
  kMouthDimpleRight,
  kMouthFrownLeft,
  kMouthFrownRight,
  kMouthFunnel,
  kMouthLeft,
  kMouthLowerDownLeft,
  kMouthLowerDownRight,
  kMouthPressLeft,
  kMouthPressRight,
  kMouthPucker,
  kMouthRight,
  kMouthRollLower,
  kMouthRollUpper,
  kMouthShrugLower,
  kMouthShrugUpper,
  kMouthSmileLeft,
  kMouthSmileRight,
  kMouthStretchLeft,
  kMouthStretchRight,
  kMouthUpperUpLeft,
  kMouthUpperUpRight,
  kNoseSneerLeft,
  kNoseSneerRight,
  kTongueOut,
};
inline constexpr std::size_t kUnitCount = 52;

std::string_view UnitName(Unit unit);
std::optional<Unit> FindUnit(std::string_view name);

struct FaceState {
  // 0 is the neutral face, 1 the unit at its full; small negative values are taken, too.
  std::array<float, kUnitCount> units = {};

  // The head about the top of its neck, in radians: yaw to the person's left, pitch down (a nod),
  // roll towards the person's left shoulder; and its shift, in face widths, to the right and down
  // as the picture shows it, and towards the camera.
  double yaw_rad = 0;
  double pitch_rad = 0;
  double roll_rad = 0;
  cv::Vec3d shift = {0, 0, 0};

  // Of both eyes: to the right as the picture shows it, and down.
  double gaze_x_rad = 0;
  double gaze_y_rad = 0;

  // Of the light on everything in the picture; 1 is the scene's own.
  double light = 1;

  float& operator[](Unit unit) { return units[static_cast<std::size_t>(unit)]; }
  float operator[](Unit unit) const { return units[static_cast<std::size_t>(unit)]; }
};

}  // namespace mestr::internal::synth
