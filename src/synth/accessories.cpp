#include "synth/accessories.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "synth/head_regions.h"
#include "synth/noise.h"
#include "synth/portable_math.h"

namespace mestr::internal::synth {
namespace {

using cv::Vec3f;

// Adds sheets of triangles to a person.
class Tailor {
 public:
  explicit Tailor(DressedPerson& person) : person_(person) {}

  // `head`: how far it goes with the head's turns.
  std::uint16_t Add(const Vec3f& at, float head) {
    PeopleModel& model = person_.model;
    model.vertices.push_back(at);
    person_.neutral.push_back(at);
    model.head.push_back(head);
    for (auto* weights : {&model.lips, &model.lids, &model.mouth, &model.ears})
      weights->push_back(0);
    return static_cast<std::uint16_t>(person_.neutral.size() - 1);
  }

  void Quad(Part part, std::uint16_t a, std::uint16_t b, std::uint16_t c, std::uint16_t d) {
    person_.model.triangles.push_back({{a, b, c}, {0, 0, 0}, part});
    person_.model.triangles.push_back({{a, c, d}, {0, 0, 0}, part});
  }

  // A grid of `columns` by rows of vertices, one row after the other.
  void Sheet(Part part, const std::vector<std::uint16_t>& vertices, std::size_t columns) {
    for (std::size_t i = 0; i + columns < vertices.size(); ++i) {
      if ((i + 1) % columns == 0) continue;
      Quad(part, vertices[i + columns], vertices[i + columns + 1], vertices[i + 1], vertices[i]);
    }
  }

 private:
  DressedPerson& person_;
};

// A curtain of hair about the head, from ear to ear behind it.
class LongHair {
 public:
  static constexpr int kColumns = 49;
  static constexpr int kRows = 14;
  static constexpr float kTop = 7.95F;  // height, model units

  LongHair(const PersonMesh& mesh, const PersonLook& look) : look_(look) {
    for (auto& column : reach_) column.fill(0);
    for (std::size_t v = 0; v < mesh.neutral().size(); ++v) AddReach(mesh, v);
    // Hair hangs from where the head is widest, and goes out towards there step by step.
    constexpr float kStep = 0.05F;  // model units a row
    for (auto& column : reach_) {
      for (int row = 1; row < kRows; ++row) column[row] = std::max(column[row], column[row - 1]);
      for (int row = kRows - 1; row > 0; --row) {
        column[row - 1] = std::max(column[row - 1], column[row] - kStep);
      }
    }
  }

  void AddTo(Tailor& tailor) const {
    std::vector<std::uint16_t> vertices;
    for (int row = 0; row < kRows; ++row) {
      for (int column = 0; column < kColumns; ++column) {
        const Vec3f at = Place(column, row);
        vertices.push_back(tailor.Add(at, Ramp(at[1], 5.2F, 6.6F)));
      }
    }
    tailor.Sheet(Part::kHair, vertices, kColumns);
  }

 private:
  // -1 to 1 from the front of the right ear over the back to that of the left; and in space.
  static float Side(int column) { return 2.0F * static_cast<float>(column) / (kColumns - 1) - 1; }
  static Vec3f Direction(int column) {
    const double turns = 0.5 - 0.30 * Side(column);  // 0 is the front, 0.25 the person's left
    return cv::Vec3f(cv::Vec3d(SinTurns(turns), 0, CosTurns(turns)));
  }
  float Height(int row, int column) const {
    const float ragged = 0.12F * Noise({static_cast<float>(column) * 0.7F, 0, 0}, look_.seed + 80);
    const float bottom = look_.hair.bottom + ragged;
    return kTop + (bottom - kTop) * static_cast<float>(row) / (kRows - 1);
  }

  void AddReach(const PersonMesh& mesh, std::size_t v) {
    const Vec3f& at = mesh.neutral()[v];
    if (mesh.model().head[v] < 0.5F || at[1] < 6.3F || at[2] > 0.75F) return;
    const double far = PortableHypot(at[0], at[2] - kMiddleZ);
    for (int column = 0; column < kColumns; ++column) {
      const Vec3f outwards = Direction(column);
      const double along = at[0] * outwards[0] + (at[2] - kMiddleZ) * outwards[2];
      if (along < 0.96 * far) continue;
      for (int row = 0; row < kRows; ++row) {
        const float above = at[1] - Height(row, column);
        if (std::abs(above) < 0.12F)
          reach_[column][row] = std::max(reach_[column][row], static_cast<float>(along));
      }
    }
  }

  Vec3f Place(int column, int row) const {
    const float down = static_cast<float>(row) / (kRows - 1);
    // It comes out of the scalp's own hair.
    const float thick = std::max(0.08F, look_.hair.thickness) * Ramp(down, -0.1F, 0.3F) -
                        0.2F * (1 - Ramp(down, 0, 0.25F));
    const float wave =
        look_.hair.wave * 0.03F * Noise({Side(column) * 9, down * 6, 0}, look_.seed + 81);
    const float radius = (reach_[column][row] + thick + wave) * (1 - 0.1F * down * down);
    const Vec3f outwards = Direction(column);
    return {radius * outwards[0], Height(row, column), kMiddleZ + radius * outwards[2]};
  }

  static constexpr float kMiddleZ = 0.15F;
  const PersonLook& look_;
  std::array<std::array<float, kRows>, kColumns> reach_;
};

// Two rims, the bridge between them, the arms to the ears.
class Glasses {
 public:
  Glasses(const PersonMesh& mesh, const GlassesLook& look) : look_(look) {
    for (std::size_t side = 0; side < 2; ++side) {
      const PersonMesh::Eye& eye = mesh.eyes()[side];
      centres_[side] = eye.centre + Vec3f(side == 0 ? 0.03F : -0.03F, -0.03F, eye.radius + 0.13F);
      ears_[side] = {side == 0 ? 0.85F : -0.85F, eye.centre[1] + 0.02F, 0.35F};
      for (std::size_t v = 0; v < mesh.neutral().size(); ++v) {
        if (mesh.model().ears[v] < 0.5F) continue;
        const Vec3f& at = mesh.neutral()[v];
        if ((at[0] > 0) == (side == 0) && at[1] > eye.centre[1] - 0.02F && std::abs(at[0]) > 0.6F)
          ears_[side] = at;
      }
    }
  }

  void AddTo(Tailor& tailor) const {
    for (std::size_t side = 0; side < 2; ++side) {
      AddRim(tailor, centres_[side]);
      const float out = side == 0 ? look_.half_width : -look_.half_width;
      const Vec3f hinge = centres_[side] + Vec3f(out, 0.3F * look_.half_height, -0.02F);
      AddBar(tailor, hinge, ears_[side]);
    }
    const Vec3f inwards = {look_.half_width * 0.97F, 0.2F * look_.half_height, 0};
    AddBar(tailor, centres_[0] - Vec3f(inwards[0], -inwards[1], 0), centres_[1] + inwards);
  }

 private:
  void AddRim(Tailor& tailor, const Vec3f& centre) const {
    constexpr int kCorners = 40;
    std::vector<std::uint16_t> vertices;
    for (const float grow : {0.0F, look_.wire}) {
      for (int i = 0; i <= kCorners; ++i) {
        const double turns = static_cast<double>(i) / kCorners;
        const double x = CosTurns(turns);
        const double y = SinTurns(turns);
        // Between a circle (1) and a rectangle (0).
        const double round =
            look_.roundness + (1 - look_.roundness) * std::max(std::abs(x), std::abs(y));
        const auto place = [&](double part, float half) {
          return static_cast<float>(part / round * 0.5 * (1 + look_.roundness)) * half;
        };
        vertices.push_back(tailor.Add(centre + Vec3f(place(x, look_.half_width + grow),
                                                     place(y, look_.half_height + grow), 0),
                                      1));
      }
    }
    tailor.Sheet(Part::kGlasses, vertices, kCorners + 1);
  }

  void AddBar(Tailor& tailor, const Vec3f& from, const Vec3f& to) const {
    const Vec3f half = {0, look_.wire * 0.6F, 0};
    tailor.Sheet(Part::kGlasses,
                 {tailor.Add(from - half, 1), tailor.Add(to - half, 1), tailor.Add(from + half, 1),
                  tailor.Add(to + half, 1)},
                 2);
  }

  const GlassesLook& look_;
  std::array<Vec3f, 2> centres_;
  std::array<Vec3f, 2> ears_;
};

}  // namespace

DressedPerson Dress(const PersonMesh& mesh, const PersonLook& look) {
  DressedPerson person = {mesh.model(), mesh.neutral()};
  Tailor tailor(person);
  if (look.hair.is_long) LongHair(mesh, look).AddTo(tailor);
  if (look.glasses.worn) Glasses(mesh, look.glasses).AddTo(tailor);
  return person;
}

}  // namespace mestr::internal::synth
