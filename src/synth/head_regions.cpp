#include "synth/head_regions.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "synth/portable_math.h"

namespace mestr::internal::synth {
namespace {

// Straight from point to point, level beyond the ends.
template <std::size_t N>
float Polyline(const std::array<cv::Vec2f, N>& points, float x) {
  if (x <= points.front()[0]) return points.front()[1];
  for (std::size_t i = 1; i < N; ++i) {
    if (x > points[i][0]) continue;
    const float t = (x - points[i - 1][0]) / (points[i][0] - points[i - 1][0]);
    return points[i - 1][1] + t * (points[i][1] - points[i - 1][1]);
  }
  return points.back()[1];
}

}  // namespace

float Ramp(float x, float low, float high) {
  return static_cast<float>(SmoothStep((x - low) / (high - low)));
}

float Spot(const cv::Vec3f& rest, const cv::Vec3f& centre, float sigma) {
  const cv::Vec3f d = cv::Vec3f(std::abs(rest[0]), rest[1], rest[2]) - centre;
  const float exponent = d.dot(d) / (2 * sigma * sigma);
  return exponent < 9 ? static_cast<float>(PortableExp(-exponent)) : 0.0F;
}

float HairDepth(const cv::Vec3f& rest, float ears, const HairLook& look) {
  // From the nape over the sideburns up to the forehead: height, and how far to the front hair
  // goes.
  static const std::array<cv::Vec2f, 10> front = {cv::Vec2f(6.15F, -1.2F),
                                                  {6.35F, -0.3F},
                                                  {6.8F, 0.02F},
                                                  {6.95F, 0.1F},
                                                  {7.05F, 0.5F},
                                                  {7.3F, 0.6F},
                                                  {7.55F, 0.72F},
                                                  {7.8F, 0.98F},
                                                  {8.0F, 1.2F},
                                                  {8.2F, 1.9F}};
  const float y =
      rest[1] - (rest[1] > 7.5F ? look.recession : 0) + look.sides * Ramp(7.3F - rest[1], 0, 0.4F);
  const float temple = look.temples * Spot(rest, {0.45F, 8.0F, 1.0F}, 0.25F);
  const float depth = Polyline(front, y) - rest[2] - temple;
  return depth - ears * 0.6F;
}

BrowPlace BrowAt(const cv::Vec3f& rest, const BrowLook& look) {
  static const std::array<cv::Vec2f, 6> middle = {cv::Vec2f(0.10F, 7.475F), {0.18F, 7.49F},
                                                  {0.30F, 7.505F},          {0.42F, 7.515F},
                                                  {0.52F, 7.495F},          {0.63F, 7.42F}};
  constexpr float kInner = 0.10F;
  constexpr float kOuter = 0.63F;
  BrowPlace place;
  const float x = std::abs(rest[0]);
  if (x < kInner - 0.03F || x > kOuter + 0.03F || rest[2] < 0.5F) return place;
  place.along = (x - kInner) / (kOuter - kInner);
  const float bow = place.along * (1 - place.along) * 4;
  const float y = Polyline(middle, x) + look.lift + look.arch * bow;
  const float half = look.half_height * (place.along < 0.5F ? 1.0F : 1.45F - 0.9F * place.along);
  place.across = (rest[1] - y) / half;
  place.density = Ramp(1.25F - std::abs(place.across), 0, 0.7F) * Ramp(place.along, -0.06F, 0.1F) *
                  Ramp(1 - place.along, -0.05F, 0.15F);
  return place;
}

float BeardAt(const cv::Vec3f& rest) {
  // The jaw below a line from the sideburns to the corners of the mouth.
  static const std::array<cv::Vec2f, 5> top = {
      cv::Vec2f(0, 6.42F), {0.2F, 6.45F}, {0.35F, 6.6F}, {0.6F, 6.8F}, {0.8F, 7.05F}};
  const float below = Polyline(top, std::abs(rest[0])) - rest[1];
  return Ramp(below, -0.05F, 0.1F) * Ramp(rest[1], 5.85F, 6.1F) * Ramp(rest[2], 0.2F, 0.5F);
}

float MoustacheAt(const cv::Vec3f& rest) {
  const float x = std::abs(rest[0]);
  const float y = 6.755F - 0.35F * x * x - 0.25F * std::max(0.0F, x - 0.2F);
  return Ramp(0.085F - std::abs(rest[1] - y), 0, 0.05F) * Ramp(0.36F - x, 0, 0.08F) *
         Ramp(rest[2], 1, 1.2F);
}

}  // namespace mestr::internal::synth
