#include "synth/shading.h"

#include <algorithm>
#include <cmath>

#include "synth/head_regions.h"
#include "synth/noise.h"
#include "synth/skin_paint.h"

namespace mestr::internal::synth {
namespace {

template <typename T>
T Blend(const std::vector<T>& values, const SurfaceSample& sample) {
  const auto& v = sample.triangle->vertices;
  const cv::Vec3f& w = sample.weights;
  return w[0] * values[v[0]] + w[1] * values[v[1]] + w[2] * values[v[2]];
}

cv::Vec3f Normalised(const cv::Vec3f& v) {
  const float length = std::sqrt(v.dot(v));
  return length > 0 ? v * (1 / length) : cv::Vec3f(0, 0, 1);
}

cv::Vec4f Texel(const cv::Mat& texture, float u, float v) {
  const float x =
      std::clamp(u * texture.cols - 0.5F, 0.0F, static_cast<float>(texture.cols) - 1.01F);
  const float y =
      std::clamp(v * texture.rows - 0.5F, 0.0F, static_cast<float>(texture.rows) - 1.01F);
  const int col = static_cast<int>(x);
  const int row = static_cast<int>(y);
  const float fx = x - static_cast<float>(col);
  const float fy = y - static_cast<float>(row);
  const auto* top = texture.ptr<cv::Vec4w>(row) + col;
  const auto* bottom = texture.ptr<cv::Vec4w>(row + 1) + col;
  cv::Vec4f texel;
  for (int k = 0; k < 4; ++k) {
    const float above = top[0][k] + fx * (static_cast<float>(top[1][k]) - top[0][k]);
    const float below = bottom[0][k] + fx * (static_cast<float>(bottom[1][k]) - bottom[0][k]);
    texel[k] = (above + fy * (below - above)) * (1.0F / 65535);
  }
  return texel;
}

// Light goes through skin some way: red light reaches a little behind the edge of the shadow.
Colour SoftDiffuse(float cosine) {
  const auto wrapped = [&](float wrap) { return std::max(0.0F, (cosine + wrap) / (1 + wrap)); };
  return {wrapped(0.08F), wrapped(0.14F), wrapped(0.28F)};
}

// Apart from each other, and in their gums.
Colour Teeth(const cv::Vec3f& rest) {
  const float place = std::abs(rest[0]) / 0.07F;
  const float gap = Ramp(std::abs(place - std::floor(place) - 0.5F), 0.38F, 0.48F);
  const float gums = std::max(Ramp(rest[1], 6.74F, 6.77F), Ramp(6.51F - rest[1], 0, 0.03F));
  return Mixed(FromSrgb(230, 220, 200) * (1 - 0.5F * gap), FromSrgb(170, 90, 88), gums);
}

float Power(float x, int doublings) {
  for (int i = 0; i < doublings; ++i) x *= x;
  return x;
}

}  // namespace

Shading::Shading(const PersonMesh& mesh, const PersonLook& look, const Scene& scene,
                 int picture_height)
    : mesh_(mesh),
      look_(look),
      scene_(scene),
      occlusion_(FindOcclusion(mesh, scene.light.key_direction)),
      eye_direction_(mesh.neutral().size()) {
  const PeopleModel& model = mesh.model();
  const int height = std::clamp(3 * picture_height, 400, 3000);
  for (std::size_t i = 0; i < textures_.size(); ++i) {
    const auto chart = static_cast<ChartId>(i);
    const int rows = chart == ChartId::kHead ? height : height / 5;
    textures_[i] = PaintSurface(MapSurface(model, chart, rows), look);
  }
  for (const Triangle& triangle : model.triangles) {
    charts_.push_back(triangle.part == Part::kSkin ? ChartOf(model.uvs[triangle.uvs[0]])
                                                   : ChartId::kNone);
  }
  for (const auto& eye : mesh.eyes()) {
    for (const auto v : eye.vertices)
      eye_direction_[v] = (mesh.neutral()[v] - eye.centre) * (1 / eye.radius);
  }
}

Colour Shading::At(const PosedPerson& posed, const SurfaceSample& sample) const {
  switch (sample.triangle->part) {
    case Part::kSkin:
      return Skin(posed, sample);
    case Part::kLeftEye:
    case Part::kRightEye:
      return Eye(posed, sample);
    case Part::kLash:
      return look_.brows.colour * 0.25F;
    case Part::kTeeth:
      return Plain(posed, sample, Teeth(Blend(mesh_.model().vertices, sample)));
    case Part::kHair:
      return Hair(posed, sample);
    case Part::kGlasses:
      return look_.glasses.colour.mul(scene_.light.key * 0.5F + scene_.light.sky * 0.6F);
    default:
      return Plain(posed, sample, FromSrgb(160, 84, 84));
  }
}

Colour Shading::Skin(const PosedPerson& posed, const SurfaceSample& sample) const {
  const ChartId chart =
      charts_[static_cast<std::size_t>(sample.triangle - mesh_.model().triangles.data())];
  cv::Vec4f texel = {look_.cloth[0], look_.cloth[1], look_.cloth[2],
                     0};  // of what has no chart: arms
  if (chart != ChartId::kNone) {
    const Chart& window = kCharts[static_cast<std::size_t>(chart)];
    cv::Vec2f uv = {0, 0};
    for (int k = 0; k < 3; ++k)
      uv += sample.weights[k] * mesh_.model().uvs[sample.triangle->uvs[k]];
    uv -= window.origin;
    texel = Texel(textures_[static_cast<std::size_t>(chart)], uv[0] / window.extent[0],
                  uv[1] / window.extent[1]);
  }
  const Colour albedo = {texel[0], texel[1], texel[2]};
  const SceneLight& light = scene_.light;
  const cv::Vec3f normal = Normalised(Blend(posed.normals, sample));
  const float shadow = Blend(occlusion_.key, sample);
  // Light that bounces once more than reckoned is darker than skin.
  const float open = Blend(occlusion_.ambient, sample);
  const float ambient = open * (0.35F + 0.65F * open);
  const Colour diffuse = light.key.mul(SoftDiffuse(normal.dot(light.key_direction))) * shadow;
  const Colour around = Mixed(light.ground, light.sky, 0.5F + 0.5F * normal[1]) * ambient;
  const cv::Vec3f view = Normalised(scene_.camera.position - Blend(posed.positions, sample));
  const float sheen = std::max(0.0F, normal.dot(Normalised(view + light.key_direction)));
  const float gloss = texel[3] * shadow * (0.22F * Power(sheen, 4) + 0.12F * Power(sheen, 6));
  return albedo.mul(diffuse + around) + light.key * gloss;
}

Colour Shading::Eye(const PosedPerson& posed, const SurfaceSample& sample) const {
  const cv::Vec3f d = Normalised(Blend(eye_direction_, sample));  // 0, 0, 1 is the pupil
  const float r = std::sqrt(d[0] * d[0] + d[1] * d[1]) + (d[2] < 0 ? 1.0F : 0.0F);
  const cv::Vec3f normal = Normalised(Blend(posed.normals, sample));
  Colour albedo = FromSrgb(212, 203, 198);
  albedo = Mixed(albedo, FromSrgb(205, 150, 140), 0.5F * Ramp(std::abs(d[0]), 0.45F, 0.95F));
  const float iris = look_.iris_radius;
  const cv::Vec3f spoke = {d[0] / (r + 1e-4F) * 9, d[1] / (r + 1e-4F) * 9, r * 5};
  const Colour inner = look_.iris * (1 + 0.45F * Noise(spoke, look_.seed + 90));
  const Colour ringed = Mixed(inner, look_.iris_ring, Ramp(r, 0.7F * iris, iris));
  albedo = Mixed(ringed, albedo, Ramp(r, iris - 0.03F, iris + 0.035F));
  albedo *= Ramp(r, 0.38F * iris, 0.38F * iris + 0.05F) * 0.98F + 0.02F;
  const SceneLight& light = scene_.light;
  // The upper lid and its lashes keep light off.
  const float lids = 1 - 0.6F * Ramp(normal[1], 0.0F, 0.6F) - 0.15F * Ramp(-normal[1], 0.2F, 0.7F);
  const float diffuse = std::max(0.0F, 0.35F + 0.65F * normal.dot(light.key_direction));
  const Colour lit =
      (light.key * (0.7F * diffuse) + Mixed(light.ground, light.sky, 0.6F) * 0.7F) * lids;
  const cv::Vec3f view = Normalised(scene_.camera.position - Blend(posed.positions, sample));
  const float glint = normal.dot(Normalised(view + light.key_direction));
  return albedo.mul(lit) + light.key * (0.9F * Ramp(glint, 0.985F, 0.994F));
}

Colour Shading::Hair(const PosedPerson& posed, const SurfaceSample& sample) const {
  const SceneLight& light = scene_.light;
  const cv::Vec3f view = Normalised(scene_.camera.position - Blend(posed.positions, sample));
  cv::Vec3f normal = Normalised(Blend(posed.normals, sample));
  const bool inside = normal.dot(view) < 0;
  if (inside) normal = -normal;
  const Colour albedo = HairColour(Blend(mesh_.model().vertices, sample), look_);
  const float diffuse = std::max(0.0F, 0.2F + 0.8F * normal.dot(light.key_direction));
  const float sheen = Power(std::max(0.0F, normal.dot(Normalised(view + light.key_direction))), 4);
  const Colour lit =
      light.key * diffuse + Mixed(light.ground, light.sky, 0.5F + 0.5F * normal[1]) * 0.8F;
  return albedo.mul(lit + light.key * (0.4F * sheen)) * (inside ? 0.3F : 1.0F);
}

Colour Shading::Plain(const PosedPerson& posed, const SurfaceSample& sample,
                      const Colour& albedo) const {
  const cv::Vec3f normal = Normalised(Blend(posed.normals, sample));
  const SceneLight& light = scene_.light;
  const float depth =
      Ramp(Blend(mesh_.neutral(), sample)[2], 0.9F, 1.4F);  // dark behind in the mouth
  const float diffuse = std::max(0.0F, normal.dot(light.key_direction));
  return albedo.mul(light.key * (0.5F * diffuse) + light.sky * 0.5F) * depth;
}

DisplayCurve::DisplayCurve() : table_(kSteps + 1) {
  // The inverse of FromSrgb, step by step.
  int level = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const float linear = static_cast<float>(i) / kSteps;
    while (level < 255 && FromSrgb(level + 0.5, 0, 0)[2] < linear) ++level;
    table_[i] = static_cast<unsigned char>(level);
  }
}

cv::Vec3b DisplayCurve::operator()(const Colour& linear) const {
  cv::Vec3b out;
  for (int k = 0; k < 3; ++k) {
    const float clamped = std::clamp(linear[k], 0.0F, 1.0F);
    out[k] = table_[static_cast<int>(clamped * kSteps + 0.5F)];
  }
  return out;
}

}  // namespace mestr::internal::synth
