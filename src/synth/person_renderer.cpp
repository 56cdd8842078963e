#include "synth/person_renderer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "mestr/core/error.h"
#include "synth/accessories.h"
#include "synth/head_regions.h"
#include "synth/lashes.h"
#include "synth/scene.h"
#include "synth/shading.h"

namespace mestr::internal::synth {
namespace {

// The eyeballs and what is in the mouth lie a little deeper than the model has them, so that closed
// lids and lips cover them whoever's they are.
constexpr float kEyeNearness = 0.997F;
constexpr float kMouthNearness = 0.985F;

// The scalp raised by its hair's thickness.
std::vector<cv::Vec3f> WithHair(const PersonMesh& bare, const PersonLook& look) {
  const PeopleModel& model = bare.model();
  std::vector<cv::Vec3f> shape = bare.neutral();
  const std::vector<cv::Vec3f> normals = bare.Normals(shape);
  for (std::size_t v = 0; v < shape.size(); ++v) {
    const cv::Vec3f& rest = model.vertices[v];
    if (look.hair.bald || rest[1] < 6.3F || model.mouth[v] > 0) continue;
    const float depth = HairDepth(rest, model.ears[v], look.hair);
    // Flat about the ears and the nape.
    const float free = rest[2] > 0 ? Ramp(rest[1], 7.1F, 7.9F) : Ramp(rest[1], 6.6F, 7.4F);
    shape[v] += look.hair.thickness * Ramp(depth, 0, 0.3F) * free * normals[v];
  }
  return shape;
}

const SceneOptions& Checked(int person, const SceneOptions& scene) {
  if (person < 1) {
    throw Error(ErrorKind::kInvalidArgument, "person " + std::to_string(person) + " is below 1");
  }
  if (scene.width_px < 16 || scene.height_px < 16 || !(scene.face_width > 0)) {
    throw Error(ErrorKind::kInvalidArgument,
                "a scene's picture is at least 16 px wide and high, its face wider than 0");
  }
  return scene;
}

float NearnessOf(Part part) {
  if (part == Part::kLeftEye || part == Part::kRightEye) return kEyeNearness;
  return part == Part::kTeeth || part == Part::kTongue ? kMouthNearness : 1;
}

bool IsSkin(const Triangle& triangle) { return triangle.part == Part::kSkin; }

bool FacesCamera(const ScreenVertex& a, const ScreenVertex& b, const ScreenVertex& c) {
  return (b.x_px - a.x_px) * (c.y_px - a.y_px) - (c.x_px - a.x_px) * (b.y_px - a.y_px) < 0;
}

// Of the corners of a triangle at a place in the picture, in space.
cv::Vec3f WeightsAt(const ScreenVertex& a, const ScreenVertex& b, const ScreenVertex& c, float x,
                    float y) {
  const auto side = [&](const ScreenVertex& p, const ScreenVertex& q) {
    return (q.x_px - p.x_px) * (y - p.y_px) - (x - p.x_px) * (q.y_px - p.y_px);
  };
  const cv::Vec3f flat(side(b, c) * a.nearness, side(c, a) * b.nearness, side(a, b) * c.nearness);
  return flat * (1 / (flat[0] + flat[1] + flat[2]));
}

// Each thread's own, as its memory is too large to get anew for every frame.
Visibility& ScratchVisibility(int which) {
  thread_local std::array<Visibility, 2> scratch;
  return scratch[static_cast<std::size_t>(which)];
}

}  // namespace

struct PersonRenderer::Impl {
  Impl(int person, const SceneOptions& options)
      : size(options.width_px, options.height_px),
        look(DrawPerson(person)),
        bare(EmbeddedPeopleModel(), NeutralShape(EmbeddedPeopleModel(), person, look)),
        dressed(Dress({EmbeddedPeopleModel(), WithHair(bare, look)}, look)),
        mesh(dressed.model, dressed.neutral),
        scene(DrawScene(mesh, options)),
        lashes(EmbeddedPeopleModel(), look.lashes),
        shading(mesh, look, scene, options.height_px) {}

  PosedPerson Pose(const FaceState& state) const;
  void DrawInto(Visibility& seen, const PosedPerson& posed) const;
  Colour ShadeAt(const PosedPerson& posed, std::uint32_t id, int sample, int x, int y) const;
  bool SameSurface(const Visibility::Pixel& pixel, int s, int t) const;
  Colour Resolve(const Visibility& seen, const PosedPerson& posed, int x, int y) const;
  SurfaceSample SampleAt(const PosedPerson& posed, std::uint32_t triangle, float x, float y) const;

  cv::Size size;
  PersonLook look;
  PersonMesh bare;  // of the skull's shape, without hair
  DressedPerson dressed;
  PersonMesh mesh;
  Scene scene;
  Lashes lashes;
  Shading shading;
  DisplayCurve curve;
};

PosedPerson PersonRenderer::Impl::Pose(const FaceState& state) const {
  FaceState seated = state;
  seated.yaw_rad += scene.seat.yaw_rad;
  seated.pitch_rad += scene.seat.pitch_rad;
  seated.roll_rad += scene.seat.roll_rad;
  PosedPerson posed;
  posed.positions = mesh.Posed(seated);
  posed.normals = mesh.Normals(posed.positions);
  posed.screen.reserve(posed.positions.size());
  for (const cv::Vec3f& at : posed.positions) posed.screen.push_back(scene.camera.Project(at));
  return posed;
}

void PersonRenderer::Impl::DrawInto(Visibility& seen, const PosedPerson& posed) const {
  seen.Reset(size, 0);
  const auto& triangles = mesh.model().triangles;
  for (std::size_t i = 0; i < triangles.size(); ++i) {
    const Triangle& triangle = triangles[i];
    if (triangle.part == Part::kLash) continue;
    const auto& [a, b, c] = triangle.vertices;
    const bool both_sides = triangle.part == Part::kHair || triangle.part == Part::kGlasses;
    if (!both_sides && !FacesCamera(posed.screen[a], posed.screen[b], posed.screen[c])) continue;
    const float nearness = NearnessOf(triangle.part);
    const auto corner = [&](std::uint16_t v) {
      ScreenVertex at = posed.screen[v];
      at.nearness *= nearness;
      return Visibility::Corner{at, v};
    };
    seen.Draw(static_cast<std::uint32_t>(i), corner(a), corner(b), corner(c));
  }
  lashes.Draw(posed.screen, seen);
}

SurfaceSample PersonRenderer::Impl::SampleAt(const PosedPerson& posed, std::uint32_t id, float x,
                                             float y) const {
  const Triangle& triangle = mesh.model().triangles[id];
  const auto& [a, b, c] = triangle.vertices;
  return {&triangle, WeightsAt(posed.screen[a], posed.screen[b], posed.screen[c], x, y)};
}

Colour PersonRenderer::Impl::ShadeAt(const PosedPerson& posed, std::uint32_t id, int sample, int x,
                                     int y) const {
  if (id == Visibility::kNone) return scene.room.at<cv::Vec3f>(y, x);
  // What covers the centre is shaded there, what does not where it is seen.
  const bool centre = sample == Visibility::kCentre;
  const float dx = centre ? 0 : Visibility::kSampleX[sample];
  const float dy = centre ? 0 : Visibility::kSampleY[sample];
  return shading.At(posed,
                    SampleAt(posed, id, static_cast<float>(x) + dx, static_cast<float>(y) + dy));
}

// Whether two samples of a pixel show one surface, which is shaded once a pixel, whatever number of
// its triangles meet there.
bool PersonRenderer::Impl::SameSurface(const Visibility::Pixel& pixel, int s, int t) const {
  const std::uint32_t a = pixel.triangles[s];
  const std::uint32_t b = pixel.triangles[t];
  if (a == b) return true;
  if (a == Visibility::kNone || b == Visibility::kNone) return false;
  const auto& triangles = mesh.model().triangles;
  return triangles[a].part == triangles[b].part &&
         std::abs(pixel.nearness[t] - pixel.nearness[s]) < 0.01F * pixel.nearness[s];
}

Colour PersonRenderer::Impl::Resolve(const Visibility& seen, const PosedPerson& posed, int x,
                                     int y) const {
  const Visibility::Pixel& pixel = seen.At(x, y);
  // The centre first, then outwards.
  constexpr std::array<int, Visibility::kSamples> kOrder = {3, 5, 7, 1, 0, 4, 2, 6};
  unsigned done = 0;
  Colour sum = {0, 0, 0};
  for (const int s : kOrder) {
    if ((done >> s & 1) != 0) continue;
    int count = 0;
    for (int t = 0; t < Visibility::kSamples; ++t) {
      if ((done >> t & 1) != 0 || !SameSurface(pixel, s, t)) continue;
      done |= 1U << t;
      ++count;
    }
    const Colour colour = ShadeAt(posed, pixel.triangles[s], s, x, y);
    if (count == Visibility::kSamples) return colour;
    sum += colour * (static_cast<float>(count) / Visibility::kSamples);
  }
  return sum;
}

PersonRenderer::PersonRenderer(int person, const SceneOptions& scene)
    : impl_(std::make_unique<const Impl>(person, Checked(person, scene))) {}

PersonRenderer::~PersonRenderer() = default;

cv::Mat PersonRenderer::Render(const FaceState& state) const {
  const PosedPerson posed = impl_->Pose(state);
  Visibility& seen = ScratchVisibility(0);
  impl_->DrawInto(seen, posed);
  cv::Mat picture(impl_->size, CV_8UC3);
  const auto light = static_cast<float>(state.light);
  const cv::Rect drawn = seen.drawn();
  for (int y = 0; y < picture.rows; ++y) {
    auto* row = picture.ptr<cv::Vec3b>(y);
    for (int x = 0; x < picture.cols; ++x) {
      const Colour colour = drawn.contains({x, y}) ? impl_->Resolve(seen, posed, x, y)
                                                   : Colour(impl_->scene.room.at<cv::Vec3f>(y, x));
      row[x] = impl_->curve(colour * light);
    }
  }
  return picture;
}

std::array<cv::Point2d, 68> PersonRenderer::LandmarkPoints(const FaceState& state) const {
  const PosedPerson posed = impl_->Pose(state);
  std::array<cv::Point2d, 68> points;
  for (int i = 0; i < 68; ++i) {
    const ScreenVertex at = impl_->scene.camera.Project(impl_->mesh.LandmarkOf(posed.positions, i));
    points[static_cast<std::size_t>(i)] = {at.x_px, at.y_px};
  }
  return points;
}

Landmarks PersonRenderer::LandmarksOf(const FaceState& state) const {
  const auto points = LandmarkPoints(state);
  Landmarks landmarks;
  std::transform(points.begin(), points.end(), landmarks.begin(), [](const cv::Point2d& p) {
    return cv::Point(static_cast<int>(std::floor(p.x + 0.5)),
                     static_cast<int>(std::floor(p.y + 0.5)));
  });
  return landmarks;
}

cv::Mat PersonRenderer::Flow(const FaceState& from, const FaceState& to) const {
  const PosedPerson before = impl_->Pose(from);
  const PosedPerson after = impl_->Pose(to);
  Visibility& seen = ScratchVisibility(0);
  Visibility& then = ScratchVisibility(1);
  impl_->DrawInto(seen, before);
  impl_->DrawInto(then, after);
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  cv::Mat flow(impl_->size, CV_32FC2, cv::Scalar(kNone, kNone));
  for (int y = 0; y < flow.rows; ++y) {
    for (int x = 0; x < flow.cols; ++x) {
      const std::uint32_t id = seen.CentreTriangle(x, y);
      if (id == Visibility::kNone || !IsSkin(impl_->mesh.model().triangles[id])) continue;
      const auto fx = static_cast<float>(x);
      const auto fy = static_cast<float>(y);
      const SurfaceSample sample = impl_->SampleAt(before, id, fx, fy);
      cv::Vec3f at = {0, 0, 0};
      for (int k = 0; k < 3; ++k)
        at += sample.weights[k] * after.positions[sample.triangle->vertices[k]];
      const ScreenVertex target = impl_->scene.camera.Project(at);
      const int tx = static_cast<int>(std::floor(target.x_px + 0.5F));
      const int ty = static_cast<int>(std::floor(target.y_px + 0.5F));
      if (tx < 0 || ty < 0 || tx >= flow.cols || ty >= flow.rows) continue;
      const float nearest = then.At(tx, ty).nearness[Visibility::kCentre];
      if (target.nearness < 0.99F * nearest) continue;
      flow.at<cv::Vec2f>(y, x) = {target.x_px - fx, target.y_px - fy};
    }
  }
  return flow;
}

double PersonRenderer::UnitMotion_px200(const FaceState& state) const {
  const PersonMesh& mesh = impl_->mesh;
  FaceState units_only;
  units_only.units = state.units;
  const std::vector<cv::Vec3f> moved = mesh.Expression(units_only);
  const std::vector<cv::Vec3f> normals = mesh.Normals(mesh.neutral());
  double largest = 0;
  for (const Triangle& triangle : mesh.model().triangles) {
    if (!IsSkin(triangle)) continue;
    for (const auto v : triangle.vertices) {
      if (normals[v][2] < 0.2F || mesh.model().mouth[v] > 0.5F) continue;
      const cv::Vec3f shift = moved[v] - mesh.neutral()[v];
      largest = std::max(largest,
                         std::sqrt(static_cast<double>(shift[0] * shift[0] + shift[1] * shift[1])));
    }
  }
  return largest * 200 / mesh.face_width();
}

}  // namespace mestr::internal::synth
