// What faces do to show something: facial units together, by emotion.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "synth/face_state.h"
#include "synth/micro_expressions.h"
#include "synth/portable_math.h"

namespace mestr::internal::synth {

struct UnitWeight {
  Unit unit;
  float weight;
};
using Expression = std::vector<UnitWeight>;

// How far units move the skin of a face, px at a face width of 200; linear in the units.
class UnitScale {
 public:
  // `px200_of`: where the skin moves most, as PersonRenderer::UnitMotion_px200.
  explicit UnitScale(std::function<double(const FaceState&)> px200_of);

  double Px200(const Expression& expression) const;
  // The unit's value that moves the skin by `px200`; 0 for a unit that moves none.
  float WeightFor(Unit unit, double px200) const;

 private:
  std::function<double(const FaceState&)> px200_of_;
  std::array<double, kUnitCount> px200_of_unit_;
};

// The state with `scale` times the expression on top.
void Add(const Expression& expression, double scale, FaceState& state);

// Units by emotion as in the field's coding, several variants a class; one of seven shows on one
// side of the face alone, the others unevenly. Where the skin moves most it moves by `px200`.
Expression DrawExpression(SynthEmotion emotion, double px200, const UnitScale& scale,
                          Random& random);

// "browDownLeft+browDownRight", in the order of the units.
std::string UnitsText(const Expression& expression);

}  // namespace mestr::internal::synth
