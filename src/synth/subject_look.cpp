#include "synth/subject_look.h"

#include <cmath>

namespace mestr::internal::synth {
namespace {

// A point of an additive recurrence for each trait: subjects spread evenly over the range of every
// trait, so that few of them already differ much. Subject 1 is 0 in all.
class Traits {
 public:
  explicit Traits(int subject) : steps_(subject - 1) {}

  // In [-1, 1]; values near 0, which would leave the portrait as it is, are rare.
  double Next() {
    static constexpr int kPrimes[] = {2,  3,  5,  7,  11, 13, 17, 19, 23, 29, 31, 37, 41,
                                      43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101};
    const double x = 0.5 + steps_ * std::sqrt(static_cast<double>(kPrimes[next_++]));
    const double value = 2 * (x - std::floor(x)) - 1;
    return value < 0 ? -std::sqrt(-value) : std::sqrt(value);
  }
  // In [0, 1].
  double NextPositive() { return steps_ == 0 ? 0 : (Next() + 1) / 2; }

 private:
  int steps_;
  size_t next_ = 0;
};

Point2d Middle(Point2d a, Point2d b) { return (a + b) / 2; }

// Each term changes one measure of the face by the trait's value times a limit that still looks
// natural.
std::vector<Bump> MakeShape(const Landmarks& p, Traits& traits) {
  const Point2d left_eye = MeanOf(p, 36, 41);
  const Point2d right_eye = MeanOf(p, 42, 47);
  const Point2d left_brow = MeanOf(p, 17, 21);
  const Point2d right_brow = MeanOf(p, 22, 26);
  const Point2d mouth = Middle(p[48], p[54]);
  const Point2d nose = MeanOf(p, 30, 35);
  const Point2d chin = p[8];
  const Point2d face = Middle(p[27], chin);
  std::vector<Bump> shape;
  const auto scale = [&](Point2d center, Point2d sigma, double x, double y) {
    shape.push_back({center, sigma, {0, 0}, {x, y}});
  };
  const auto shift = [&](Point2d center, Point2d sigma, double x, double y) {
    shape.push_back({center, sigma, {x, y}, {0, 0}});
  };
  scale(face, {1.5, 1.6}, 0.13 * traits.Next(), 0);                       // face width
  scale({chin.x, chin.y - 0.25}, {0.95, 0.45}, 0.14 * traits.Next(), 0);  // jaw width
  shift(chin, {0.8, 0.4}, 0, 0.10 * traits.Next());                       // face length
  const double eye_distance = 0.05 * traits.Next();
  shift(left_eye, {0.36, 0.34}, -eye_distance, 0);
  shift(right_eye, {0.36, 0.34}, eye_distance, 0);
  const double eye_size = 0.13 * traits.Next();
  scale(left_eye, {0.26, 0.2}, eye_size, eye_size);
  scale(right_eye, {0.26, 0.2}, eye_size, eye_size);
  const double brow_height = 0.055 * traits.Next();
  shift(left_brow, {0.4, 0.18}, 0, -brow_height);
  shift(right_brow, {0.4, 0.18}, 0, -brow_height);
  const double brow_slant = 0.04 * traits.Next();
  shift(p[21], {0.2, 0.16}, 0, brow_slant);
  shift(p[22], {0.2, 0.16}, 0, brow_slant);
  scale(nose, {0.3, 0.28}, 0.17 * traits.Next(), 0);
  shift(nose, {0.35, 0.26}, 0, 0.055 * traits.Next());
  shift(mouth, {0.7, 0.3}, 0, 0.05 * traits.Next());
  scale(mouth, {0.42, 0.28}, 0.15 * traits.Next(), 0);
  scale({mouth.x, mouth.y + 0.1}, {0.5, 0.2}, 0, 0.12 * traits.Next());  // thickness of the lips
  const double smile = 0.05 * traits.Next();
  shift(p[48], {0.2, 0.16}, 0, smile);
  shift(p[54], {0.2, 0.16}, 0, smile);
  scale({face.x, -0.9}, {1.6, 0.5}, 0, 0.14 * traits.Next());  // forehead and hair
  return shape;
}

cv::Vec3d Darkened(double amount, const cv::Vec3d& most) {
  return cv::Vec3d(1, 1, 1) - amount * most;
}

std::vector<Bump> MakeMoles(int subject, const Landmarks& p) {
  std::vector<Bump> moles;
  if (subject == 1) return moles;
  Random random(MixSeed({0x6d6f6c65, static_cast<std::uint64_t>(subject)}));
  const int count = random.Index(5);
  for (int i = 0; i < count; ++i) {
    const double radius = random.Uniform(0.012, 0.028);
    // Drawn in braces, left to right: the order of a call's arguments is the compiler's.
    const Point2d at = {random.Uniform(p[2].x, p[14].x) * 0.8, random.Uniform(0.2, p[8].y * 0.9)};
    moles.push_back({at, {radius, radius}, {random.Uniform(0.2, 0.5), 0}, {0, 0}});
  }
  return moles;
}

}  // namespace

bool MirroredSubject(int subject) { return subject % 2 == 0; }

SubjectLook MakeSubjectLook(int subject, const Landmarks& face_landmarks) {
  Traits traits(subject);
  SubjectLook look;
  look.mirrored = MirroredSubject(subject);
  look.shape = MakeShape(face_landmarks, traits);
  // Blue, green, red: what the darkest skin and hair here lose; skin loses blue first.
  look.skin = Darkened(traits.NextPositive(), {0.60, 0.52, 0.38});
  look.hair = Darkened(traits.NextPositive(), {0.72, 0.74, 0.72});
  const double warmth = 0.06 * traits.Next();
  const double exposure = 1 + 0.08 * traits.Next();
  look.camera = cv::Vec3d(exposure * (1 - warmth), exposure, exposure * (1 + warmth));
  look.contrast = 1 + 0.12 * traits.Next();
  look.light_slope = {0.10 * traits.Next(), 0.06 * traits.Next()};
  look.side_shadow = 0.25 * traits.Next();
  const double stubble = traits.Next();
  look.stubble = stubble > 0.4 ? stubble : 0;
  look.texture_gray = subject == 1 ? 0 : 1 + 2 * traits.NextPositive();
  look.moles = MakeMoles(subject, face_landmarks);
  return look;
}

}  // namespace mestr::internal::synth
