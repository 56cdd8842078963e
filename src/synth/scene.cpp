#include "synth/scene.h"

#include <cmath>

#include "synth/portable_math.h"
#include "synth/room.h"

namespace mestr::internal::synth {
namespace {

double Tan(double radians) { return SinTurns(radians / (2 * kPi)) / CosTurns(radians / (2 * kPi)); }

// So far away that the neutral face has the asked width in the picture.
SceneCamera PlaceCamera(const PersonMesh& mesh, const SceneOptions& options, Random& random) {
  SceneCamera camera;
  const double view_rad = random.Uniform(25, 35) / 180 * kPi;  // the picture's height, as webcams'
  camera.focal_px = static_cast<float>(options.height_px / 2.0 / Tan(view_rad / 2));
  camera.centre_px = {static_cast<float>(options.width_px - 1) / 2,
                      static_cast<float>(options.height_px - 1) / 2};
  const cv::Vec3f right = mesh.LandmarkOf(mesh.neutral(), 0);
  const cv::Vec3f left = mesh.LandmarkOf(mesh.neutral(), 16);
  const double wanted_px = options.face_width * options.height_px;
  camera.position = {0, (right[1] + left[1]) / 2, 8};
  for (int i = 0; i < 30; ++i) {
    const ScreenVertex a = camera.Project(right);
    const ScreenVertex b = camera.Project(left);
    const double px = PortableHypot(b.x_px - a.x_px, b.y_px - a.y_px);
    const float depth = camera.position[2] - (right[2] + left[2]) / 2;
    camera.position[2] += depth * static_cast<float>(px / wanted_px - 1);
  }
  return camera;
}

// Somewhere about the picture's middle: in px of the picture.
void Seat(const PersonMesh& mesh, const SceneOptions& options, Random& random,
          SceneCamera& camera) {
  const auto x = static_cast<float>(random.Uniform(-0.06, 0.06) * options.height_px);
  const auto y = static_cast<float>(random.Uniform(-0.06, 0.04) * options.height_px);
  const cv::Vec3f eyes = (mesh.eyes()[0].centre + mesh.eyes()[1].centre) * 0.5F;
  const float depth = camera.position[2] - eyes[2];
  camera.position[0] = -x * depth / camera.focal_px;
  camera.position[1] = eyes[1] + y * depth / camera.focal_px;
}

SceneLight DrawLight(Random& random) {
  SceneLight light;
  const cv::Vec3d towards(random.Uniform(-1.1, 1.1), random.Uniform(0.2, 1.0), 1.0);
  light.key_direction = cv::Vec3f(towards / std::sqrt(towards.dot(towards)));
  const auto warmth = static_cast<float>(random.Uniform(-0.12, 0.18));
  const auto strength = static_cast<float>(random.Uniform(0.55, 0.95));
  light.key = Colour(1 - warmth, 1, 1 + 0.6F * warmth) * strength;
  const auto fill = static_cast<float>(random.Uniform(0.35, 0.6));
  const auto tint = static_cast<float>(random.Uniform(-0.1, 0.1));
  light.sky = Colour(1 - tint, 1, 1 + tint) * fill;
  light.ground = Colour(0.85F, 0.92F, 1) * (fill * 0.6F);
  return light;
}

}  // namespace

Scene DrawScene(const PersonMesh& mesh, const SceneOptions& options) {
  Random random(MixSeed({0x7363656e65u, options.seed}));
  Scene scene;
  scene.camera = PlaceCamera(mesh, options, random);
  Seat(mesh, options, random, scene.camera);
  scene.seat.yaw_rad = random.Uniform(-0.09, 0.09);
  scene.seat.pitch_rad = random.Uniform(-0.06, 0.06);
  scene.seat.roll_rad = random.Uniform(-0.05, 0.05);
  scene.light = DrawLight(random);
  scene.room = PaintRoom({options.width_px, options.height_px}, random);
  return scene;
}

}  // namespace mestr::internal::synth
