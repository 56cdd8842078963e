#include "synth/person_look.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "synth/portable_math.h"

namespace mestr::internal::synth {
namespace {

constexpr std::array<const char*, 3> kAncestries = {"african", "asian", "caucasian"};
constexpr std::size_t kMacroCount = 12;  // the first shapes of the file: ancestry, sex, age

// What a person's parts are drawn from: apart, so that a new trait leaves the others alone.
enum class Trait : std::uint64_t {
  kKind = 1,
  kShape,
  kSkin,
  kHair,
  kBrows,
  kEyes,
  kCloth,
  kGlasses
};

Random TraitRandom(int person, Trait trait) {
  return Random(MixSeed(
      {0x70656f706c65u, static_cast<std::uint64_t>(person), static_cast<std::uint64_t>(trait)}));
}

float Between(Random& random, double low, double high) {
  return static_cast<float>(random.Uniform(low, high));
}

// Along a row of colours, t in 0..1.
template <std::size_t N>
Colour Along(const std::array<Colour, N>& row, double t) {
  const double at = std::clamp(t, 0.0, 1.0) * (N - 1);
  const auto i = std::min(static_cast<std::size_t>(at), N - 2);
  return Mixed(row[i], row[i + 1], at - static_cast<double>(i));
}

// The middle of both eyeballs.
cv::Vec3f EyeMiddle(const PeopleModel& model, const std::vector<cv::Vec3f>& at) {
  cv::Vec3f sum = {0, 0, 0};
  float count = 0;
  for (const Triangle& triangle : model.triangles) {
    if (triangle.part != Part::kLeftEye && triangle.part != Part::kRightEye) continue;
    for (const auto v : triangle.vertices) {
      sum += at[v];
      ++count;
    }
  }
  return sum * (1 / count);
}

void DrawKind(Random& random, PersonLook& look) {
  const int main = random.Index(3);
  const double share = random.Uniform(0.75, 1.0);
  const int other = (main + 1 + random.Index(2)) % 3;
  look.ancestry = {0, 0, 0};
  look.ancestry[main] += share;
  look.ancestry[other] += 1 - share;
  look.male = random.Unit() < 0.5 ? random.Uniform(0, 0.2) : random.Uniform(0.8, 1);
  const double age = random.Unit();
  look.old = age * age * 0.85;
}

void DrawSkin(Random& random, PersonLook& look) {
  static const std::array<Colour, 6> tones = {FromSrgb(240, 205, 186), FromSrgb(228, 184, 158),
                                              FromSrgb(204, 155, 124), FromSrgb(163, 113, 84),
                                              FromSrgb(112, 74, 54),   FromSrgb(72, 47, 36)};
  const double darkness = look.ancestry[0] * random.Uniform(0.55, 0.95) +
                          look.ancestry[1] * random.Uniform(0.15, 0.4) +
                          look.ancestry[2] * random.Uniform(0.0, 0.28);
  look.skin = Along(tones, darkness);
  look.skin[0] *= static_cast<float>(1 - 0.12 * look.ancestry[1]);
  look.redness = Between(random, 0.2, 1) * static_cast<float>(1 - 0.6 * darkness);
  const Colour pink = FromSrgb(196, 98, 96);
  const Colour deep = FromSrgb(104, 58, 56);
  look.lips = Mixed(Mixed(look.skin, Mixed(pink, deep, darkness), 0.65), pink,
                    look.male < 0.5 ? random.Uniform(0, 0.5) : random.Uniform(0, 0.15));
  look.freckles = random.Unit() < 0.25 ? Between(random, 0.3, 1) * (darkness < 0.4 ? 1 : 0) : 0;
  look.gloss = Between(random, 0.3, 1);
  const int moles = random.Index(7);
  for (int i = 0; i < moles; ++i) {
    look.moles.emplace_back(Between(random, -0.6, 0.6), Between(random, 6.3, 7.9),
                            Between(random, 0.008, 0.018));
  }
  if (look.male > 0.5) {
    look.stubble = Between(random, 0, 1);
    const double kind = random.Unit();
    if (kind < 0.25) look.beard = Between(random, 0.5, 1);
    if (kind < 0.32) look.moustache = Between(random, 0.5, 1);
  }
}

void DrawHair(Random& random, PersonLook& look) {
  static const std::array<Colour, 5> colours = {FromSrgb(22, 18, 17), FromSrgb(48, 34, 26),
                                                FromSrgb(84, 58, 38), FromSrgb(132, 96, 60),
                                                FromSrgb(178, 144, 98)};
  HairLook& hair = look.hair;
  const double lightness = look.ancestry[2] * random.Unit() + 0.1 * random.Unit();
  const Colour gray = FromSrgb(150, 148, 146);
  const double graying = std::clamp((look.old - 0.25) * 2, 0.0, 1.0) * random.Uniform(0.3, 1);
  hair.colour = Mixed(Along(colours, lightness), gray, graying);
  const bool male = look.male > 0.5;
  hair.thickness = male ? Between(random, 0.03, 0.16) : Between(random, 0.1, 0.2);
  hair.recession = male ? Between(random, -0.12, 0.12) + 0.2F * static_cast<float>(look.old)
                        : Between(random, -0.3, 0.05);
  hair.temples = male ? Between(random, 0, 0.12) : Between(random, 0, 0.05);
  hair.sides = male ? Between(random, -0.1, 0.1) : Between(random, 0, 0.3);
  hair.bald = male && random.Unit() < 0.1 + 0.15 * look.old;
  hair.is_long = !hair.bald && random.Unit() < (male ? 0.05 : 0.7);
  hair.bottom = Between(random, 5.5, 6.5);
  hair.wave = Between(random, 0, 1) + static_cast<float>(look.ancestry[0]);
}

void DrawBrows(Random& random, PersonLook& look) {
  BrowLook& brows = look.brows;
  brows.colour = Mixed(look.hair.colour * 0.8F, FromSrgb(40, 28, 22), random.Uniform(0.2, 0.6));
  brows.half_height =
      look.male > 0.5 ? Between(random, 0.03, 0.044) : Between(random, 0.022, 0.034);
  brows.density = Between(random, 0.75, 1);
  brows.lift = Between(random, -0.01, 0.012);
  brows.arch = Between(random, -0.006, 0.012);
}

void DrawEyes(Random& random, PersonLook& look) {
  static const std::array<Colour, 5> colours = {FromSrgb(48, 28, 18), FromSrgb(88, 54, 30),
                                                FromSrgb(110, 96, 54), FromSrgb(92, 116, 108),
                                                FromSrgb(88, 122, 152)};
  const double lightness = look.ancestry[2] * random.Unit() + 0.12 * random.Unit();
  look.iris = Along(colours, lightness);
  look.iris_ring = look.iris * 0.3F;
  look.lashes = look.male > 0.5 ? Between(random, 0.35, 0.6) : Between(random, 0.6, 1.0);
  look.iris_radius = Between(random, 0.43, 0.47);
}

void DrawCloth(Random& random, PersonLook& look) {
  look.cloth = FromSrgb(random.Uniform(15, 220), random.Uniform(15, 220), random.Uniform(15, 220));
  const float gray = (look.cloth[0] + look.cloth[1] + look.cloth[2]) / 3;
  look.cloth = Mixed(look.cloth, {gray, gray, gray}, random.Uniform(0.3, 0.9));
  look.neckline = Between(random, -0.15, 0.12);
}

void DrawGlasses(Random& random, PersonLook& look) {
  GlassesLook& glasses = look.glasses;
  glasses.worn = random.Unit() < 0.2;
  glasses.colour = random.Unit() < 0.5 ? FromSrgb(28, 24, 24) : FromSrgb(150, 140, 128);
  glasses.half_width = Between(random, 0.2, 0.235);
  glasses.half_height = glasses.half_width * Between(random, 0.65, 0.95);
  glasses.wire = Between(random, 0.012, 0.04);
  glasses.roundness = random.Uniform(0.5, 1);
}

}  // namespace

Colour FromSrgb(double red, double green, double blue) {
  // A polynomial in place of the power 2.4: the same bits everywhere, within 0.002 of it.
  const auto linear = [](double value) {
    const double x = value / 255;
    return static_cast<float>(x * (x * (x * 0.305306011 + 0.682171111) + 0.012522878));
  };
  return {linear(blue), linear(green), linear(red)};
}

PersonLook DrawPerson(int person) {
  PersonLook look;
  const auto draw = [&](Trait trait, void (*draw_trait)(Random&, PersonLook&)) {
    Random random = TraitRandom(person, trait);
    draw_trait(random, look);
  };
  look.seed = static_cast<std::uint32_t>(MixSeed({static_cast<std::uint64_t>(person)}));
  draw(Trait::kKind, DrawKind);
  draw(Trait::kSkin, DrawSkin);
  draw(Trait::kHair, DrawHair);
  draw(Trait::kBrows, DrawBrows);
  draw(Trait::kEyes, DrawEyes);
  draw(Trait::kCloth, DrawCloth);
  draw(Trait::kGlasses, DrawGlasses);
  return look;
}

std::vector<cv::Vec3f> NeutralShape(const PeopleModel& model, int person, const PersonLook& look) {
  std::vector<cv::Vec3f> shape = model.vertices;
  for (std::size_t ancestry = 0; ancestry < kAncestries.size(); ++ancestry) {
    for (const bool male : {false, true}) {
      for (const bool old : {false, true}) {
        const std::string name = std::string(kAncestries[ancestry]) + (male ? "-male" : "-female") +
                                 (old ? "-old" : "-young");
        const double weight = look.ancestry[ancestry] * (male ? look.male : 1 - look.male) *
                              (old ? look.old : 1 - look.old);
        model.FindShape(name).AddTo(shape, static_cast<float>(weight));
      }
    }
  }
  Random random = TraitRandom(person, Trait::kShape);
  for (std::size_t i = kMacroCount; i < model.shapes.size(); ++i) {
    const Shape& axis = model.shapes[i];
    double weight = std::clamp(0.25 * random.Normal(), -0.6, 0.6);
    // Whole heads: shapes of one direction only, and several add up.
    if (axis.name.starts_with("head-")) weight = 0.5 * std::abs(weight);
    axis.AddTo(shape, static_cast<float>(weight));
  }
  // Bodies differ in height: the eyes go back to where the base mesh has them.
  const cv::Vec3f shift = EyeMiddle(model, model.vertices) - EyeMiddle(model, shape);
  for (cv::Vec3f& at : shape) at += shift;
  return shape;
}

}  // namespace mestr::internal::synth
