#include "synth/neutral_face.h"

#include <algorithm>
#include <cmath>

#include "synth/materials.h"
#include "synth/subject_look.h"

namespace mestr::internal::synth {
namespace {

// How much more than the frame is painted: what strong head drift can bring in.
int MarginOf(cv::Size frame_size) { return 16 + frame_size.height / 16; }

// The other side's number for each landmark under a mirror.
constexpr std::array<int, Portrait::kLandmarkCount> kMirrored = {
    16, 15, 14, 13, 12, 11, 10, 9,  8,  7,  6,  5,  4,  3,  2,  1,  0,  26, 25, 24, 23, 22, 21,
    20, 19, 18, 17, 27, 28, 29, 30, 35, 34, 33, 32, 31, 45, 44, 43, 42, 47, 46, 39, 38, 37, 36,
    41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65};

Portrait Mirrored(const Portrait& portrait) {
  Portrait out;
  const int width = portrait.image_bgr.cols;
  out.image_bgr.create(portrait.image_bgr.size(), CV_8UC3);
  for (int y = 0; y < out.image_bgr.rows; ++y) {
    const auto* from = portrait.image_bgr.ptr<cv::Vec3b>(y);
    std::reverse_copy(from, from + width, out.image_bgr.ptr<cv::Vec3b>(y));
  }
  const auto flip = [&](Point2d p) { return Point2d(width - 1 - p.x, p.y); };
  for (int i = 0; i < Portrait::kLandmarkCount; ++i) {
    out.landmarks_px[i] = flip(portrait.landmarks_px[kMirrored[i]]);
  }
  const auto flip_line = [&](std::vector<Point2d> line) {
    std::reverse(line.begin(), line.end());
    for (Point2d& p : line) p = flip(p);
    return line;
  };
  for (int eye = 0; eye < 2; ++eye) {
    out.eyelids[eye] = {flip_line(portrait.eyelids[1 - eye].upper_px),
                        flip_line(portrait.eyelids[1 - eye].lower_px)};
  }
  return out;
}

int Reflected(int i, int size) {
  const int period = std::max(1, 2 * (size - 1));
  i = ((i % period) + period) % period;
  return i < size ? i : period - i;
}

// Catmull-Rom weights of the four neighbours at offsets -1, 0, 1, 2.
std::array<double, 4> CubicWeights(double t) {
  return {((-0.5 * t + 1) * t - 0.5) * t, (1.5 * t - 2.5) * t * t + 1,
          ((-1.5 * t + 2) * t + 0.5) * t, (0.5 * t - 0.5) * t * t};
}

cv::Vec3d SampleCubic(const cv::Mat& image, Point2d p) {
  const double x0 = std::floor(p.x);
  const double y0 = std::floor(p.y);
  const std::array<double, 4> wx = CubicWeights(p.x - x0);
  const std::array<double, 4> wy = CubicWeights(p.y - y0);
  std::array<int, 4> columns;
  for (int i = 0; i < 4; ++i) columns[i] = Reflected(static_cast<int>(x0) + i - 1, image.cols);
  cv::Vec3d sum(0, 0, 0);
  for (int j = 0; j < 4; ++j) {
    const auto* row = image.ptr<cv::Vec3b>(Reflected(static_cast<int>(y0) + j - 1, image.rows));
    for (int i = 0; i < 4; ++i) {
      const cv::Vec3b& value = row[columns[i]];
      const double weight = wx[i] * wy[j];
      for (int k = 0; k < 3; ++k) sum[k] += weight * value[k];
    }
  }
  return sum;
}

// Random values in [-1, 1] at whole coordinates, smooth in between.
double LatticeNoise(Point2d p, std::uint64_t seed) {
  const double x0 = std::floor(p.x);
  const double y0 = std::floor(p.y);
  const double ax = SmoothStep(p.x - x0);
  const double ay = SmoothStep(p.y - y0);
  const auto value = [&](double x, double y) {
    const auto ix = static_cast<std::uint64_t>(static_cast<std::int64_t>(x));
    const auto iy = static_cast<std::uint64_t>(static_cast<std::int64_t>(y));
    return 2 * UnitFromBits(Mix(seed ^ Mix(ix ^ Mix(iy)))) - 1;
  };
  const double top = value(x0, y0) * (1 - ax) + value(x0 + 1, y0) * ax;
  const double bottom = value(x0, y0 + 1) * (1 - ax) + value(x0 + 1, y0 + 1) * ax;
  return top * (1 - ay) + bottom * ay;
}

// 1 inside `inner` (distance in units of the radii), 0 beyond `outer`.
double InsideEllipse(Point2d p, Point2d center, Point2d radii, double inner, double outer) {
  const double r = PortableHypot((p.x - center.x) / radii.x, (p.y - center.y) / radii.y);
  return SmoothStep((outer - r) / (outer - inner));
}

class Painter {
 public:
  Painter(const SubjectLook& look, int subject, double light)
      : look_(look),
        light_(light),
        texture_seed_(MixSeed({0x736b696e, static_cast<std::uint64_t>(subject)})) {}

  // The subject's colour where the portrait has `bgr`; `p` in face coordinates.
  Canvas::Pixel Paint(const cv::Vec3d& bgr, Point2d p,
                      const MaterialMap::Weights& materials) const {
    double shade = LightAt(p);
    double texture = 0;
    if (materials.skin > 0.01) {
      shade *= 1 - materials.skin * MarksAt(p);
      texture = materials.skin * TextureAt(p);
    }
    Canvas::Pixel out;
    for (int k = 0; k < 3; ++k) {
      const double tone =
          (1 + materials.skin * (look_.skin[k] - 1)) * (1 + materials.hair * (look_.hair[k] - 1));
      const double lit = 110 + (bgr[k] * tone * shade - 110) * look_.contrast;
      out.c[k] =
          static_cast<float>(std::clamp((lit + texture) * look_.camera[k] * light_, 0.0, 255.0));
    }
    out.c[3] = 0;
    return out;
  }

 private:
  double LightAt(Point2d p) const {
    const Point2d near(std::clamp(p.x, -2.0, 2.0), std::clamp(p.y, -2.0, 2.0));
    const double side = look_.side_shadow < 0 ? -1 : 1;
    const Bump shadow = {{side * 0.9, 0.6}, {0.6, 1.1}};
    return PortableExp(look_.light_slope.dot(near)) *
           (1 - std::abs(look_.side_shadow) * shadow.Weight(p));
  }

  // Part of the light that stubble and moles take.
  double MarksAt(Point2d p) const {
    double taken = 0;
    if (look_.stubble > 0) {
      const double grain = 1 + 0.35 * LatticeNoise(p * 45, texture_seed_ + 1);
      const double beard =
          InsideEllipse(p, {0, 1.35}, {0.95, 0.75}, 0.6, 1.05) * SmoothStep((p.y - 0.75) / 0.25);
      taken = 0.26 * look_.stubble * beard * grain;
    }
    for (const Bump& mole : look_.moles) taken = std::max(taken, mole.shift.x * mole.Weight(p));
    return taken;
  }

  double TextureAt(Point2d p) const {
    if (look_.texture_gray == 0) return 0;
    return look_.texture_gray *
           (LatticeNoise(p * 30, texture_seed_) + 1.5 * LatticeNoise(p * 11, texture_seed_ + 2));
  }

  const SubjectLook& look_;
  double light_;
  std::uint64_t texture_seed_;
};

}  // namespace

NeutralFace MakeNeutralFace(const Portrait& given, int subject, const Placement& placement,
                            cv::Size frame_size) {
  const Portrait portrait = MirroredSubject(subject) ? Mirrored(given) : given;
  const FaceAxes from = FaceAxes::Of(portrait.landmarks_px);
  // The head keeps the tilt it has in the portrait.
  const FaceAxes to = {placement.eyes_px, from.right, placement.face_box_px / 2};
  Landmarks face_landmarks;
  for (int i = 0; i < Portrait::kLandmarkCount; ++i) {
    face_landmarks[i] = from.FromPx(portrait.landmarks_px[i]);
  }
  const SubjectLook look = MakeSubjectLook(subject, face_landmarks);

  NeutralFace face;
  face.canvas = Canvas(frame_size.width, frame_size.height, MarginOf(frame_size));
  FieldGrid backward(face.canvas.area_px());
  backward.Fill([&](Point2d p) { return to.VectorToPx(SumAt(look.shape, to.FromPx(p))); });
  const MaterialMap materials(portrait);
  const Painter painter(look, subject, placement.light);
  const cv::Rect area = face.canvas.area_px();
  for (int y = area.y; y < area.y + area.height; ++y) {
    for (int x = area.x; x < area.x + area.width; ++x) {
      const Point2d at(x, y);
      const Point2d source = to.FromPx(at - backward.At(at));
      const Point2d source_px = from.ToPx(source);
      face.canvas.at(x, y) = painter.Paint(SampleCubic(portrait.image_bgr, source_px), source,
                                           materials.At(source_px));
    }
  }

  const auto moved = [&](Point2d portrait_px) {
    return ForwardPoint(to.ToPx(from.FromPx(portrait_px)),
                        [&](Point2d p) { return backward.At(p); });
  };
  for (int i = 0; i < Portrait::kLandmarkCount; ++i) {
    face.landmarks_px[i] = moved(portrait.landmarks_px[i]);
  }
  for (int eye = 0; eye < 2; ++eye) {
    face.eyelids[eye] = portrait.eyelids[eye];
    for (auto* line : {&face.eyelids[eye].upper_px, &face.eyelids[eye].lower_px}) {
      for (Point2d& p : *line) p = moved(p);
    }
  }
  return face;
}

}  // namespace mestr::internal::synth
