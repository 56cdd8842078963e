#include "synth/skin_paint.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "synth/head_regions.h"
#include "synth/noise.h"

namespace mestr::internal::synth {
namespace {

using cv::Vec3f;

// -1 to 1: fine across, long along.
float Strands(const Vec3f& rest, const PersonLook& look) {
  const Vec3f from_crown = rest - Vec3f(0.1F, 8.3F, 0.1F);
  // As an angle is: 0 to the front, 2 to the back, of the sign of x.
  const float spread = std::abs(from_crown[0]) + std::abs(from_crown[2]) + 1e-6F;
  const float turn = 1 - from_crown[2] / spread;
  const float bend = look.hair.wave * 0.15F * Noise(rest * 2.5F, look.seed + 60);
  const float around = 1.57F * (from_crown[0] < 0 ? -turn : turn) + bend;
  return Noise({around * 26, rest[1] * 2.2F, 7}, look.seed + 61) * 0.6F +
         Noise({around * 70, rest[1] * 4, 9}, look.seed + 62) * 0.4F;
}

class Painter {
 public:
  explicit Painter(const PersonLook& look) : look_(look) {}

  // Albedo and gloss.
  cv::Vec4f At(const SurfacePoint& p) const {
    Colour colour = Skin(p);
    float gloss = 0.5F * look_.gloss;
    colour = Mixed(colour, Lips(p), Ramp(p.lips, 0.25F, 0.75F) * 0.85F);
    gloss += 0.35F * p.lips;
    colour = Mixed(colour, FromSrgb(110, 40, 38), Ramp(p.mouth, 0.3F, 0.8F));
    Beard(p, colour);
    Brows(p, colour);
    const float hair = Hair(p, colour);
    gloss *= 1 - hair;
    const float cloth = Cloth(p, colour);
    gloss *= 1 - cloth;
    return {colour[0], colour[1], colour[2], gloss};
  }

 private:
  float Grain(const Vec3f& at, float size, std::uint32_t layer) const {
    return Noise(at * (1 / size), look_.seed + layer);
  }

  Colour Skin(const SurfacePoint& p) const {
    const Vec3f& at = p.rest;
    const float tone = 0.07F * Grain(at, 0.35F, 1) + 0.05F * Grain(at, 0.12F, 2) +
                       0.05F * Grain(at, 0.045F, 3) + 0.06F * Grain(at, 0.02F, 4);
    Colour colour = look_.skin * (1 + tone);
    const float red =
        look_.redness *
        (0.8F * Spot(at, {0.48F, 6.95F, 1.1F}, 0.2F) + 0.8F * Spot(at, {0, 6.95F, 1.65F}, 0.13F) +
         0.4F * p.ears + 0.3F * Spot(at, {0, 6.25F, 1.4F}, 0.15F)) *
        (1 + 0.5F * Grain(at, 0.1F, 5));
    colour = colour.mul(Colour(1 - 0.3F * red, 1 - 0.3F * red, 1 - 0.03F * red));
    const float around_eyes =
        Spot(at, {0.3F, 7.2F, 1.35F}, 0.13F) + 0.6F * Spot(at, {0.16F, 7.3F, 1.35F}, 0.08F);
    colour *= 1 - 0.16F * around_eyes;
    colour = Mixed(colour, colour.mul(Colour{0.72F, 0.7F, 0.85F}), Ramp(p.lids, 0.2F, 1.0F) * 0.5F);
    Freckles(at, colour);
    Wrinkles(at, colour);
    return colour;
  }

  void Freckles(const Vec3f& at, Colour& colour) const {
    if (look_.freckles > 0) {
      const float where =
          Spot(at, {0.35F, 7.0F, 1.25F}, 0.3F) + 0.4F * Spot(at, {0, 7.8F, 1.3F}, 0.4F);
      const float freckle =
          Ramp(Grain(at, 0.035F, 10), 0.35F, 0.6F) * std::min(1.0F, where) * look_.freckles;
      colour = Mixed(colour, colour.mul(Colour{0.45F, 0.55F, 0.75F}), freckle);
    }
    if (at[2] < 0.4F) return;
    for (const Vec3f& mole : look_.moles) {
      const float dx = at[0] - mole[0];
      const float dy = at[1] - mole[1];
      const float distance = std::sqrt(dx * dx + dy * dy);
      colour *= 1 - 0.7F * Ramp(mole[2] * 1.3F - distance, 0, mole[2] * 0.6F);
    }
  }

  // A dark line where `distance` (model units) is 0.
  static void Line(float distance, float width, float strength, Colour& colour) {
    const float t = distance / width;
    const float dark = strength / (1 + t * t * t * t);
    colour = colour.mul(Colour(1 - dark, 1 - 0.9F * dark, 1 - 0.7F * dark));
  }

  void Wrinkles(const Vec3f& at, Colour& colour) const {
    const auto old = static_cast<float>(look_.old);
    const float age = Ramp(old, 0.15F, 0.8F);
    const float x = std::abs(at[0]);
    const float wobble = 0.03F * Grain(at, 0.25F, 20);
    if (at[2] < 0.6F) return;
    if (at[1] > 7.6F && at[1] < 8.1F) {
      const float row = (at[1] + wobble - 0.12F * x * x) / 0.11F;
      const float strength = 0.3F * age * Ramp(8.1F - at[1], 0, 0.1F) *
                             Ramp(at[1] - 7.6F, 0, 0.08F) * Ramp(0.55F - x, 0, 0.2F);
      Line((row - std::floor(row) - 0.5F) * 0.11F, 0.012F, strength, colour);
    }
    const float along = 6.98F - at[1];  // down from beside the nose
    if (along > 0 && along < 0.45F) {
      const float line = 0.2F + 0.33F * along + wobble;
      Line(x - line, 0.02F,
           (0.08F + 0.3F * age) * Ramp(along, 0, 0.1F) * Ramp(0.45F - along, 0, 0.15F), colour);
    }
    const float dy = at[1] - 7.27F;
    const float out = x - 0.5F;  // from the outer corner of the eye
    if (out > 0 && out < 0.16F && std::abs(dy) < 0.12F) {
      const float ray = dy / (0.03F + 0.4F * out) * 1.6F + wobble * 10;
      Line((ray - std::floor(ray) - 0.5F) * 0.05F, 0.008F, 0.3F * age * Ramp(0.16F - out, 0, 0.08F),
           colour);
    }
  }

  Colour Lips(const SurfacePoint& p) const {
    const float folds = Noise({p.rest[0] * 45, p.rest[1] * 9, p.rest[2] * 9}, look_.seed + 30);
    return look_.lips * (1 + 0.12F * folds + 0.05F * Grain(p.rest, 0.05F, 31));
  }

  void Beard(const SurfacePoint& p, Colour& colour) const {
    const float chin = BeardAt(p.rest) * (1 - p.lips);
    const float lip = MoustacheAt(p.rest) * (1 - p.lips);
    if (chin <= 0 && lip <= 0) return;
    const float grain = 0.5F + 0.5F * Grain(p.rest, 0.014F, 40);
    const float shaved = 0.3F * look_.stubble * std::max(chin, lip) * (0.6F + 0.8F * grain);
    colour = Mixed(colour, look_.hair.colour, std::min(0.5F, shaved));
    const float strands =
        0.5F + 0.5F * Noise({p.rest[0] * 55, p.rest[1] * 16, p.rest[2] * 30}, look_.seed + 41);
    const float full = std::max(chin * look_.beard, lip * look_.moustache);
    const float cover =
        Ramp(full + 0.35F * (strands - 0.5F), 0.25F, 0.6F) * Ramp(full, 0.05F, 0.3F);
    colour = Mixed(colour, look_.hair.colour * (0.6F + 0.9F * strands), 0.9F * cover);
  }

  void Brows(const SurfacePoint& p, Colour& colour) const {
    const BrowPlace brow = BrowAt(p.rest, look_.brows);
    if (brow.density <= 0) return;
    // Hairs stand up at the nose and lie down towards the temple.
    const float slant = 1.3F - 1.1F * brow.along;
    const float across = brow.across * look_.brows.half_height;
    const float along = brow.along * 0.53F;
    const float hairs =
        Noise({(along - slant * across) * 95, (across + 0.3F * along) * 14, 0}, look_.seed + 50);
    const float cover = Ramp(brow.density * look_.brows.density + 0.3F * hairs, 0.1F, 0.8F);
    colour = Mixed(colour, look_.brows.colour * (1 + 0.3F * hairs), 0.92F * cover);
  }

  float Hair(const SurfacePoint& p, Colour& colour) const {
    if (p.rest[1] < 6.1F) return 0;
    const HairLook& hair = look_.hair;
    const float depth = HairDepth(p.rest, p.ears, hair);
    const float strands = Strands(p.rest, look_);
    const float edge = depth + 0.06F * strands + 0.03F * Grain(p.rest, 0.03F, 63);
    const float cover = Ramp(edge, -0.03F, 0.07F) * (hair.bald ? 0.12F : 1.0F);
    colour = Mixed(colour, HairColour(p.rest, look_), cover);
    return cover;
  }

  float Cloth(const SurfacePoint& p, Colour& colour) const {
    // Up to the neck's sides, lower in front.
    const float side = std::min(std::abs(p.rest[0]), 1.0F);
    const float inside = 5.92F + look_.neckline - p.rest[1] + 0.7F * (side - 0.42F) -
                         0.1F * Ramp(p.rest[2], 0.2F, 0.8F);
    const float cover = Ramp(inside, -0.008F, 0.008F);
    const float hem = Ramp(0.025F - std::abs(inside - 0.05F), 0, 0.01F);
    const float weave = 0.07F * Grain(p.rest, 0.03F, 70) + 0.08F * Grain(p.rest, 0.3F, 71);
    colour = Mixed(colour, look_.cloth * (1 + weave - 0.3F * hem), cover);
    return cover;
  }

  const PersonLook& look_;
};

}  // namespace

Colour HairColour(const cv::Vec3f& rest, const PersonLook& look) {
  return look.hair.colour * (1 + 0.55F * Strands(rest, look));
}

cv::Mat PaintSurface(const SurfaceMap& map, const PersonLook& look) {
  const Painter painter(look);
  cv::Mat painted(map.size, CV_32FC4, cv::Scalar::all(0));
  for (int y = 0; y < map.size.height; ++y) {
    auto* row = painted.ptr<cv::Vec4f>(y);
    for (int x = 0; x < map.size.width; ++x) {
      const SurfacePoint& point = map.texels[static_cast<std::size_t>(y) * map.size.width + x];
      if (point.covered) row[x] = painter.At(point);
    }
  }
  cv::Mat texture;
  painted.convertTo(texture, CV_16UC4, 65535);
  return texture;
}

}  // namespace mestr::internal::synth
