#include "synth/occlusion.h"

#include <algorithm>
#include <cmath>

#include "synth/portable_math.h"
#include "synth/visibility.h"

namespace mestr::internal::synth {
namespace {

constexpr int kSize = 224;            // of a view of the head, px
constexpr float kPxPerUnit = 56;      // so that 4 model units fit
constexpr float kBias = 0.06F;        // model units: what a surface may lie behind itself
const cv::Vec3f kMiddle = {0, 7, 0};  // of the head

struct View {
  cv::Vec3f towards, right, up;

  explicit View(const cv::Vec3f& direction) : towards(direction) {
    const cv::Vec3f helper =
        std::abs(direction[1]) < 0.9F ? cv::Vec3f(0, 1, 0) : cv::Vec3f(1, 0, 0);
    right = helper.cross(direction);
    right *= 1 / std::sqrt(right.dot(right));
    up = direction.cross(right);
  }

  ScreenVertex Project(const cv::Vec3f& at) const {
    const cv::Vec3f d = at - kMiddle;
    return {kSize / 2 + kPxPerUnit * d.dot(right), kSize / 2 - kPxPerUnit * d.dot(up),
            d.dot(towards)};
  }
};

// Adds 1 to `lit` of each vertex that is seen from `direction`, times `weight(vertex)`.
class Lamp {
 public:
  explicit Lamp(const PersonMesh& mesh) : mesh_(mesh) {}

  void Look(const cv::Vec3f& direction) {
    const View view(direction);
    const auto& positions = mesh_.neutral();
    screen_.resize(positions.size());
    std::transform(positions.begin(), positions.end(), screen_.begin(),
                   [&](const cv::Vec3f& at) { return view.Project(at); });
    seen_.Reset({kSize, kSize}, -100);
    for (const Triangle& triangle : mesh_.model().triangles) {
      if (triangle.part != Part::kSkin) continue;
      const auto& [a, b, c] = triangle.vertices;
      seen_.Draw(0, {screen_[a], a}, {screen_[b], b}, {screen_[c], c});
    }
  }

  bool Lights(std::size_t vertex) const {
    const ScreenVertex& at = screen_[vertex];
    const int x = static_cast<int>(std::floor(at.x_px + 0.5F));
    const int y = static_cast<int>(std::floor(at.y_px + 0.5F));
    if (x < 0 || y < 0 || x >= kSize || y >= kSize) return true;
    return at.nearness + kBias > seen_.At(x, y).nearness[Visibility::kCentre];
  }

 private:
  const PersonMesh& mesh_;
  std::vector<ScreenVertex> screen_;
  Visibility seen_;
};

// Spread evenly over the sphere (a Fibonacci lattice).
cv::Vec3f SpherePoint(int index, int count) {
  const double y = 1 - (2 * index + 1.0) / count;
  const double radius = std::sqrt(1 - y * y);
  const double turns = index * 0.6180339887498949;
  return cv::Vec3f(cv::Vec3d(radius * CosTurns(turns), y, radius * SinTurns(turns)));
}

std::vector<float> Ambient(const PersonMesh& mesh, const std::vector<cv::Vec3f>& normals,
                           Lamp& lamp) {
  constexpr int kDirections = 48;
  std::vector<float> light(normals.size(), 0.0F);
  std::vector<float> most(normals.size(), 1e-6F);
  for (int i = 0; i < kDirections; ++i) {
    const cv::Vec3f direction = SpherePoint(i, kDirections);
    lamp.Look(direction);
    for (std::size_t v = 0; v < mesh.neutral().size(); ++v) {
      const float share = std::max(0.0F, normals[v].dot(direction));
      most[v] += share;
      if (share > 0 && lamp.Lights(v)) light[v] += share;
    }
  }
  for (std::size_t v = 0; v < light.size(); ++v) light[v] /= most[v];
  return light;
}

std::vector<float> Key(const PersonMesh& mesh, const cv::Vec3f& key_direction, Lamp& lamp) {
  constexpr int kDirections = 12;
  constexpr float kLampSize = 0.3F;  // radians, roughly
  std::vector<float> light(mesh.neutral().size(), 0.0F);
  for (int i = 0; i < kDirections; ++i) {
    cv::Vec3f direction = key_direction + kLampSize * SpherePoint(i, kDirections);
    direction *= 1 / std::sqrt(direction.dot(direction));
    lamp.Look(direction);
    for (std::size_t v = 0; v < light.size(); ++v) {
      if (lamp.Lights(v)) light[v] += 1.0F / kDirections;
    }
  }
  return light;
}

}  // namespace

Occlusion FindOcclusion(const PersonMesh& mesh, const cv::Vec3f& key_direction) {
  Lamp lamp(mesh);
  const std::vector<cv::Vec3f> normals = mesh.Normals(mesh.neutral());
  return {Ambient(mesh, normals, lamp), Key(mesh, key_direction, lamp)};
}

}  // namespace mestr::internal::synth
