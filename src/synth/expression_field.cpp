#include "synth/expression_field.h"

#include <algorithm>
#include <cmath>

namespace mestr::internal::synth {
namespace {

// How strongly each part takes part; real micro-expressions seldom show all of an expression.
struct Strengths {
  double upper = 1;                     // brows
  double lower = 1;                     // mouth, cheeks, jaw
  std::array<double, 2> side = {1, 1};  // left and right in the picture
};

Strengths DrawStrengths(Random& random) {
  Strengths strengths;
  strengths.upper = random.Uniform(0.6, 1);
  strengths.lower = random.Uniform(0.6, 1);
  const int weaker_side = random.Index(2);
  strengths.side[weaker_side] = random.Uniform(0.7, 1);
  return strengths;
}

// The numbers below are shifts relative to each other, and radii in inter-ocular distances about as
// wide as the muscles' reach; action units after FACS (Ekman, Friesen 1978).
class FieldBuilder {
 public:
  FieldBuilder(const Landmarks& face, Random& random)
      : face_(face), strengths_(DrawStrengths(random)) {}

  std::vector<Bump> Build(SynthEmotion emotion) {
    for (int side = 0; side < 2; ++side) {
      switch (emotion) {
        case SynthEmotion::kNegative:
          AddFrown(side);
          break;
        case SynthEmotion::kPositive:
          AddSmile(side);
          break;
        case SynthEmotion::kSurprise:
          AddRaisedBrow(side);
          break;
      }
    }
    if (emotion == SynthEmotion::kSurprise) AddDroppedJaw();
    return bumps_;
  }

 private:
  // x counts away from the face's middle, y towards the chin.
  void Add(int side, double strength, Point2d at, Point2d sigma, Point2d shift) {
    const double outward = side == 0 ? -1 : 1;
    strength *= strengths_.side[side];
    bumps_.push_back({at, sigma, Point2d(shift.x * outward, shift.y) * strength, {0, 0}});
  }
  Point2d Pick(int side, int left, int right) const { return face_[side == 0 ? left : right]; }
  // Brows move with the forehead; the eye below keeps its place.
  Point2d PickBrow(int side, int left, int right) const {
    return Pick(side, left, right) - Point2d(0, 0.06);
  }

  // AU 4 and 15.
  void AddFrown(int side) {
    Add(side, strengths_.upper, PickBrow(side, 21, 22), {0.19, 0.14}, {-0.45, 0.85});
    Add(side, strengths_.upper, PickBrow(side, 19, 24), {0.24, 0.14}, {-0.15, 0.55});
    Add(side, strengths_.lower, Pick(side, 48, 54), {0.24, 0.21}, {0.10, 0.95});
  }
  // AU 6 and 12.
  void AddSmile(int side) {
    const Point2d corner = Pick(side, 48, 54);
    const Point2d eye = MeanOf(face_, side == 0 ? 36 : 42, side == 0 ? 41 : 47);
    Add(side, strengths_.lower, corner, {0.25, 0.21}, {0.55, -0.85});
    Add(side, strengths_.lower, (eye + corner) / 2 + Point2d(side == 0 ? -0.08 : 0.08, 0),
        {0.27, 0.20}, {0.10, -0.50});
  }
  // AU 1 and 2.
  void AddRaisedBrow(int side) {
    Add(side, strengths_.upper, PickBrow(side, 21, 22), {0.20, 0.14}, {0, -0.75});
    Add(side, strengths_.upper, PickBrow(side, 19, 24), {0.24, 0.14}, {0, -0.75});
    Add(side, strengths_.upper, PickBrow(side, 17, 26), {0.20, 0.14}, {0, -0.50});
  }
  // AU 25 and 26: the lower lip and the chin, both sides as one.
  void AddDroppedJaw() {
    bumps_.push_back({face_[57], {0.42, 0.20}, {0, 0.60 * strengths_.lower}, {0, 0}});
    bumps_.push_back(
        {face_[8] - Point2d(0, 0.1), {0.60, 0.25}, {0, 0.60 * strengths_.lower}, {0, 0}});
  }

  const Landmarks& face_;
  Strengths strengths_;
  std::vector<Bump> bumps_;
};

double LargestMove(const FieldGrid& field, const Landmarks& neutral_px) {
  double largest = 0;
  for (const Point2d& p : neutral_px) {
    const Point2d move = ForwardPoint(p, [&](Point2d q) { return field.At(q); }) - p;
    largest = std::max(largest, PortableHypot(move.x, move.y));
  }
  return largest;
}

cv::Rect FieldArea(const FaceAxes& axes) {
  // Beyond 2.2 inter-ocular distances from the face's middle every bump is below 1e-3 of its peak.
  const Point2d middle = axes.ToPx({0, 0.6});
  const double reach = 2.2 * axes.iod_px;
  return {static_cast<int>(std::floor(middle.x - reach)),
          static_cast<int>(std::floor(middle.y - reach)), static_cast<int>(2 * reach),
          static_cast<int>(2 * reach)};
}

}  // namespace

FieldGrid MakeExpressionField(SynthEmotion emotion, const Landmarks& neutral_px,
                              double apex_displacement_px, Random& random) {
  const FaceAxes axes = FaceAxes::Of(neutral_px);
  Landmarks face;
  for (int i = 0; i < Portrait::kLandmarkCount; ++i) face[i] = axes.FromPx(neutral_px[i]);
  const std::vector<Bump> bumps = FieldBuilder(face, random).Build(emotion);

  FieldGrid field(FieldArea(axes));
  field.Fill([&](Point2d p) { return axes.VectorToPx(SumAt(bumps, axes.FromPx(p))); });
  // From full strength down to the size of an expression; the forward move is nearly, not exactly,
  // proportional to the backward field.
  field.Scale(apex_displacement_px / axes.iod_px);
  for (int i = 0; i < 8; ++i) field.Scale(apex_displacement_px / LargestMove(field, neutral_px));
  return field;
}

}  // namespace mestr::internal::synth
