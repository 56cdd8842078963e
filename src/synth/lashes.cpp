#include "synth/lashes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace mestr::internal::synth {
namespace {

constexpr int kHairs = 3;               // a piece
constexpr float kLongest = 0.075F;      // from the lid to the tip, model units
constexpr float kLower = 0.3F;          // the lower lid's hairs against the upper's
constexpr std::uint32_t kIds = 100000;  // beyond the mesh's vertices

// How far each vertex of a lash is from the skin, 0 to 1 at the tips; of other vertices 0.
std::vector<float> FindTips(const PeopleModel& model) {
  std::vector<bool> lash(model.vertices.size());
  for (const Triangle& triangle : model.triangles) {
    if (triangle.part != Part::kLash) continue;
    for (const auto v : triangle.vertices) lash[v] = true;
  }
  std::vector<float> tips(model.vertices.size(), 0.0F);
  for (std::size_t v = 0; v < lash.size(); ++v) {
    if (!lash[v]) continue;
    float nearest = std::numeric_limits<float>::max();
    for (std::size_t other = 0; other < lash.size(); ++other) {
      if (lash[other] || model.lids[other] < 0.1F) continue;
      const cv::Vec3f d = model.vertices[v] - model.vertices[other];
      nearest = std::min(nearest, d.dot(d));
    }
    tips[v] = std::min(1.0F, std::sqrt(nearest) / kLongest);
  }
  return tips;
}

ScreenVertex Between(const ScreenVertex& a, const ScreenVertex& b, float t) {
  return {a.x_px + t * (b.x_px - a.x_px), a.y_px + t * (b.y_px - a.y_px),
          a.nearness + t * (b.nearness - a.nearness)};
}

}  // namespace

Lashes::Lashes(const PeopleModel& model, float thickness) {
  const std::vector<float> tips = FindTips(model);
  // The file's quads are two triangles each, one after the other.
  for (std::size_t i = 0; i + 1 < model.triangles.size(); i += 2) {
    const Triangle& first = model.triangles[i];
    if (first.part != Part::kLash) continue;
    std::array<std::uint16_t, 4> quad = {first.vertices[0], first.vertices[1], first.vertices[2],
                                         model.triangles[i + 1].vertices[2]};
    const auto nearness_to_lid = [&](int k) { return tips[quad[k]] + tips[quad[(k + 1) % 4]]; };
    int root = 0;
    for (int k = 1; k < 4; ++k) root = nearness_to_lid(k) < nearness_to_lid(root) ? k : root;
    std::rotate(quad.begin(), quad.begin() + root, quad.end());
    const float upper = model.vertices[quad[0]][1] > 7.278F ? 1.0F : kLower;
    const auto tip = [&](int k) { return (tips[quad[k]] + tips[quad[k ^ 1]]) / 2; };
    pieces_.push_back({static_cast<std::uint32_t>(i), quad[0], quad[1], quad[2], quad[3], tip(0),
                       tip(2), thickness * upper});
  }
}

void Lashes::Draw(const std::vector<ScreenVertex>& screen, Visibility& seen) const {
  // No two neighbours lean alike.
  constexpr std::array<float, kHairs> kLean = {-0.7F, 0.2F, 0.6F};
  std::uint32_t id = kIds;
  for (const Piece& piece : pieces_) {
    for (int hair = 0; hair < kHairs; ++hair) {
      const auto corner = [&](std::uint16_t from, std::uint16_t to, float tip, float side) {
        const float half = piece.width * std::max(0.0F, 1 - tip) / 2;
        const float t =
            (static_cast<float>(hair) + 0.5F + kLean[hair] * tip + side * half) / kHairs;
        return Visibility::Corner{Between(screen[from], screen[to], t), id++};
      };
      const auto a = corner(piece.a, piece.b, piece.root, -1);
      const auto b = corner(piece.a, piece.b, piece.root, 1);
      const auto c = corner(piece.d, piece.c, piece.tip, 1);
      const auto d = corner(piece.d, piece.c, piece.tip, -1);
      seen.Draw(piece.triangle, a, b, c);
      seen.Draw(piece.triangle, a, c, d);
    }
  }
}

}  // namespace mestr::internal::synth
