#include "synth/visibility.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core/hal/intrin.hpp>

namespace mestr::internal::synth {
namespace {

constexpr int kSamples = Visibility::kSamples;
using Samples = std::array<float, kSamples>;

// a x + b y + c, at pixels and at their samples.
struct Plane {
  float a, b, c;
  Samples at_samples;
  float least, most;  // of at_samples

  Plane(float a_, float b_, float c_) : a(a_), b(b_), c(c_) {
    for (int s = 0; s < kSamples; ++s)
      at_samples[s] = a * Visibility::kSampleX[s] + b * Visibility::kSampleY[s];
    least = *std::min_element(at_samples.begin(), at_samples.end());
    most = *std::max_element(at_samples.begin(), at_samples.end());
  }
  float At(float x, float y) const { return a * x + b * y + c; }
};

// Positive on the side of the triangle's inside, `turn` being its sign. Reckoned from the vertex
// with the lower id, so that the triangle on the other side has the same number, negated.
Plane Edge(const Visibility::Corner& from, const Visibility::Corner& to, float turn) {
  const bool forward = from.id < to.id;
  const ScreenVertex& p = (forward ? from : to).at;
  const ScreenVertex& q = (forward ? to : from).at;
  const float a = p.y_px - q.y_px;
  const float b = q.x_px - p.x_px;
  const float c = -(a * p.x_px + b * p.y_px);
  const float sign = forward ? turn : -turn;
  return {sign * a, sign * b, sign * c};
}

Plane NearnessPlane(const ScreenVertex& a, const ScreenVertex& b, const ScreenVertex& c,
                    float area) {
  const float bx = b.x_px - a.x_px;
  const float by = b.y_px - a.y_px;
  const float cx = c.x_px - a.x_px;
  const float cy = c.y_px - a.y_px;
  const float bn = b.nearness - a.nearness;
  const float cn = c.nearness - a.nearness;
  const float dx = (bn * cy - cn * by) / area;
  const float dy = (cn * bx - bn * cx) / area;
  return {dx, dy, a.nearness - (dx * a.x_px + dy * a.y_px)};
}

// The least and the most of the vertices' rows or columns, as pixels of 0..size-1.
std::pair<int, int> PixelRange(float a, float b, float c, int size) {
  const float low = std::max(std::floor(std::min({a, b, c})), 0.0F);
  const float high = std::min(std::ceil(std::max({a, b, c})), static_cast<float>(size - 1));
  return {static_cast<int>(low), static_cast<int>(std::max(high, -1.0F))};
}

// Four samples at a time: the compiler's own way of doing this differs by its version.
constexpr int kLanes = 4;

void DrawLanes(Visibility::Pixel& pixel, int s, const cv::v_uint32x4& id,
               const cv::v_float32x4& nearness, const cv::v_float32x4& inside) {
  const cv::v_float32x4 before = cv::v_load(&pixel.nearness[s]);
  const cv::v_float32x4 seen = inside & (nearness > before);
  cv::v_store(&pixel.nearness[s], cv::v_select(seen, nearness, before));
  const cv::v_uint32x4 others = cv::v_load(&pixel.triangles[s]);
  cv::v_store(&pixel.triangles[s], cv::v_select(cv::v_reinterpret_as_u32(seen), id, others));
}

void DrawInside(Visibility::Pixel& pixel, const cv::v_uint32x4& id, const Samples& offsets,
                float nearness) {
  const cv::v_float32x4 all = cv::v_reinterpret_as_f32(cv::v_setall_u32(0xffffffff));
  for (int s = 0; s < kSamples; s += kLanes) {
    DrawLanes(pixel, s, id, cv::v_setall_f32(nearness) + cv::v_load(&offsets[s]), all);
  }
}

void DrawEdge(Visibility::Pixel& pixel, const cv::v_uint32x4& id, const std::array<Plane, 3>& edges,
              const std::array<float, 3>& e, const Samples& offsets, float nearness) {
  for (int s = 0; s < kSamples; s += kLanes) {
    const auto side = [&](int k) {
      return cv::v_setall_f32(e[k]) + cv::v_load(&edges[k].at_samples[s]);
    };
    const cv::v_float32x4 least = cv::v_min(cv::v_min(side(0), side(1)), side(2));
    DrawLanes(pixel, s, id, cv::v_setall_f32(nearness) + cv::v_load(&offsets[s]),
              least >= cv::v_setzero_f32());
  }
}

}  // namespace

void Visibility::Reset(cv::Size size, float farthest) {
  Pixel empty = {};
  empty.nearness.fill(farthest);
  empty.triangles.fill(kNone);
  if (size == size_ && farthest == farthest_) {
    const cv::Rect dirty = drawn();
    for (int y = dirty.y; y < dirty.y + dirty.height; ++y) {
      Pixel* row = &pixels_[static_cast<std::size_t>(y) * size_.width];
      std::fill(row + dirty.x, row + dirty.x + dirty.width, empty);
    }
  } else {
    pixels_.assign(static_cast<std::size_t>(size.area()), empty);
  }
  size_ = size;
  farthest_ = farthest;
  first_ = {size.width, size.height};
  last_ = {-1, -1};
}

cv::Rect Visibility::drawn() const {
  if (last_.x < first_.x || last_.y < first_.y) return {};
  return {first_, last_ + cv::Point(1, 1)};
}

void Visibility::Draw(std::uint32_t id, const Corner& a, const Corner& b, const Corner& c) {
  const auto [x0, x1] = PixelRange(a.at.x_px, b.at.x_px, c.at.x_px, size_.width);
  const auto [y0, y1] = PixelRange(a.at.y_px, b.at.y_px, c.at.y_px, size_.height);
  const float area = (b.at.x_px - a.at.x_px) * (c.at.y_px - a.at.y_px) -
                     (c.at.x_px - a.at.x_px) * (b.at.y_px - a.at.y_px);
  if (x0 > x1 || y0 > y1 || area == 0) return;
  const float turn = area > 0 ? 1.0F : -1.0F;
  const std::array<Plane, 3> edges = {Edge(a, b, turn), Edge(b, c, turn), Edge(c, a, turn)};
  const Plane depth = NearnessPlane(a.at, b.at, c.at, area);
  const cv::v_uint32x4 ids = cv::v_setall_u32(id);
  first_ = {std::min(first_.x, x0), std::min(first_.y, y0)};
  last_ = {std::max(last_.x, x1), std::max(last_.y, y1)};
  for (int y = y0; y <= y1; ++y) {
    Pixel* row = &pixels_[static_cast<std::size_t>(y) * size_.width];
    const auto fy = static_cast<float>(y);
    for (int x = x0; x <= x1; ++x) {
      const auto fx = static_cast<float>(x);
      const std::array<float, 3> e = {edges[0].At(fx, fy), edges[1].At(fx, fy),
                                      edges[2].At(fx, fy)};
      if (e[0] + edges[0].most < 0 || e[1] + edges[1].most < 0 || e[2] + edges[2].most < 0)
        continue;
      const float n = depth.At(fx, fy);
      if (e[0] + edges[0].least >= 0 && e[1] + edges[1].least >= 0 && e[2] + edges[2].least >= 0) {
        DrawInside(row[x], ids, depth.at_samples, n);
      } else {
        DrawEdge(row[x], ids, edges, e, depth.at_samples, n);
      }
    }
  }
}

}  // namespace mestr::internal::synth
