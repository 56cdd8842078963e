#include "synth/expressions.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string>

namespace mestr::internal::synth {
namespace {

// A facial unit of both sides; the same twice where a unit has no sides.
struct Part {
  Unit left;
  Unit right;
  double px;  // how far it moves the skin, relative to the others of its variant
};

struct Variant {
  double frequency;  // relative
  std::vector<Part> parts;
};

Part Both(Unit unit, double px) { return {unit, unit, px}; }
// AU1 has no sides in the units; the numbers are FACS'.
Part Au1(double px) { return Both(Unit::kBrowInnerUp, px); }
Part Au2(double px) { return {Unit::kBrowOuterUpLeft, Unit::kBrowOuterUpRight, px}; }
Part Au4(double px) { return {Unit::kBrowDownLeft, Unit::kBrowDownRight, px}; }
Part Au5(double px) { return {Unit::kEyeWideLeft, Unit::kEyeWideRight, px}; }
Part Au6(double px) { return {Unit::kCheekSquintLeft, Unit::kCheekSquintRight, px}; }
Part Au7(double px) { return {Unit::kEyeSquintLeft, Unit::kEyeSquintRight, px}; }
Part Au9(double px) { return {Unit::kNoseSneerLeft, Unit::kNoseSneerRight, px}; }
Part Au10(double px) { return {Unit::kMouthUpperUpLeft, Unit::kMouthUpperUpRight, px}; }
Part Au12(double px) { return {Unit::kMouthSmileLeft, Unit::kMouthSmileRight, px}; }
Part Au14(double px) { return {Unit::kMouthDimpleLeft, Unit::kMouthDimpleRight, px}; }
Part Au15(double px) { return {Unit::kMouthFrownLeft, Unit::kMouthFrownRight, px}; }
Part Au17(double px) { return Both(Unit::kMouthShrugLower, px); }
Part Au20(double px) { return {Unit::kMouthStretchLeft, Unit::kMouthStretchRight, px}; }
Part Au24(double px) { return {Unit::kMouthPressLeft, Unit::kMouthPressRight, px}; }
Part Au26(double px) { return Both(Unit::kJawOpen, px); }

// What the codings of CAS(ME)^2 and SAMM list for each coarse class; frequencies are ours, after
// how often the sheets name the units.
const std::vector<Variant>& VariantsOf(SynthEmotion emotion) {
  static const std::vector<Variant> negative = {
      {4, {Au4(1)}},          {2, {Au4(1), Au15(0.9)}},  {2, {Au15(1)}}, {2, {Au4(1), Au7(0.5)}},
      {1, {Au7(1)}},          {1, {Au9(1), Au4(0.4)}},   {1, {Au10(1)}}, {1.5, {Au14(1)}},
      {1, {Au17(1)}},         {1, {Au15(0.8), Au17(1)}}, {1, {Au20(1)}}, {1, {Au24(1)}},
      {1, {Au1(0.8), Au4(1)}}};
  static const std::vector<Variant> positive = {{4, {Au12(1)}},
                                                {4, {Au12(1), Au6(0.6)}},
                                                {1, {Au12(1), Au6(0.7), Au7(0.3)}},
                                                {1, {Au12(1), Au14(0.3)}}};
  static const std::vector<Variant> surprise = {{4, {Au1(1), Au2(1)}},
                                                {1, {Au1(1)}},
                                                {1.5, {Au2(1)}},
                                                {2, {Au1(1), Au2(1), Au5(0.5)}},
                                                {2, {Au1(1), Au2(1), Au26(0.7)}},
                                                {1, {Au1(0.8), Au2(1), Au5(0.5), Au26(0.7)}},
                                                {0.5, {Au5(1)}}};
  switch (emotion) {
    case SynthEmotion::kNegative:
      return negative;
    case SynthEmotion::kPositive:
      return positive;
    case SynthEmotion::kSurprise:
      break;
  }
  return surprise;
}

const Variant& DrawVariant(std::span<const Variant> variants, Random& random) {
  const double sum = std::accumulate(variants.begin(), variants.end(), 0.0,
                                     [](double s, const Variant& v) { return s + v.frequency; });
  double at = random.Uniform(0, sum);
  for (const Variant& variant : variants) {
    at -= variant.frequency;
    if (at < 0) return variant;
  }
  return variants.back();
}

// Strengths of the two sides, the stronger one 1.
struct Sides {
  double left = 1;
  double right = 1;
};

Sides DrawSides(Random& random) {
  constexpr double kOneSided = 0.15;
  const double weaker =
      random.Unit() < kOneSided ? random.Uniform(0, 0.25) : random.Uniform(0.7, 1);
  return random.Index(2) == 0 ? Sides{weaker, 1} : Sides{1, weaker};
}

}  // namespace

UnitScale::UnitScale(std::function<double(const FaceState&)> px200_of)
    : px200_of_(std::move(px200_of)) {
  for (std::size_t i = 0; i < kUnitCount; ++i) {
    FaceState state;
    state.units[i] = 1;
    px200_of_unit_[i] = px200_of_(state);
  }
}

double UnitScale::Px200(const Expression& expression) const {
  FaceState state;
  Add(expression, 1, state);
  return px200_of_(state);
}

float UnitScale::WeightFor(Unit unit, double px200) const {
  const double full = px200_of_unit_[static_cast<std::size_t>(unit)];
  return full > 0 ? static_cast<float>(px200 / full) : 0;
}

void Add(const Expression& expression, double scale, FaceState& state) {
  for (const UnitWeight& part : expression) {
    state[part.unit] += static_cast<float>(scale * part.weight);
  }
}

Expression DrawExpression(SynthEmotion emotion, double px200, const UnitScale& scale,
                          Random& random) {
  const Variant& variant = DrawVariant(VariantsOf(emotion), random);
  const Sides sides = DrawSides(random);
  Expression expression;
  for (const Part& part : variant.parts) {
    const double px = part.px * random.Uniform(0.75, 1.25);
    if (part.left == part.right) {
      expression.push_back({part.left, scale.WeightFor(part.left, px)});
    } else {
      expression.push_back({part.left, scale.WeightFor(part.left, px * sides.left)});
      expression.push_back({part.right, scale.WeightFor(part.right, px * sides.right)});
    }
  }
  const double factor = px200 / scale.Px200(expression);
  for (UnitWeight& unit : expression) unit.weight *= static_cast<float>(factor);
  return expression;
}

std::string UnitsText(const Expression& expression) {
  Expression ordered = expression;
  std::sort(ordered.begin(), ordered.end(),
            [](const UnitWeight& a, const UnitWeight& b) { return a.unit < b.unit; });
  std::string text;
  for (const UnitWeight& part : ordered) {
    if (part.weight == 0) continue;
    text.append(text.empty() ? "" : "+").append(UnitName(part.unit));
  }
  return text;
}

}  // namespace mestr::internal::synth
