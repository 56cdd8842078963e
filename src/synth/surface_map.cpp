#include "synth/surface_map.h"

#include <algorithm>
#include <cmath>

namespace mestr::internal::synth {
namespace {

// How far texels beyond a border are filled: what bilinear look-ups and a blur reach.
constexpr float kMargin = 3;

struct Corners {
  std::array<cv::Vec2f, 3> at;  // texels
  float area = 0;

  // Weights of the corners at a texel.
  cv::Vec3f Weights(float x, float y) const {
    const auto side = [&](const cv::Vec2f& a, const cv::Vec2f& b) {
      return ((b[0] - a[0]) * (y - a[1]) - (x - a[0]) * (b[1] - a[1])) / area;
    };
    return {side(at[1], at[2]), side(at[2], at[0]), side(at[0], at[1])};
  }
};

SurfacePoint Blend(const PeopleModel& model, const Triangle& triangle, const cv::Vec3f& weights) {
  SurfacePoint point;
  for (int k = 0; k < 3; ++k) {
    const auto v = triangle.vertices[k];
    point.rest += weights[k] * model.vertices[v];
    point.lips += weights[k] * model.lips[v];
    point.lids += weights[k] * model.lids[v];
    point.mouth += weights[k] * model.mouth[v];
    point.ears += weights[k] * model.ears[v];
  }
  point.covered = true;
  return point;
}

class Mapper {
 public:
  Mapper(const PeopleModel& model, const Chart& chart, cv::Size size)
      : model_(model), chart_(chart), outside_(static_cast<std::size_t>(size.area()), kMargin) {
    map_.size = size;
    map_.texels.resize(static_cast<std::size_t>(size.area()));
  }

  void Add(const Triangle& triangle) {
    const Corners corners = CornersOf(triangle);
    if (corners.area == 0) return;
    const auto range = [&](int axis, int size) {
      const auto [low, high] =
          std::minmax({corners.at[0][axis], corners.at[1][axis], corners.at[2][axis]});
      return std::pair(std::max(static_cast<int>(low - kMargin), 0),
                       std::min(static_cast<int>(high + kMargin + 1), size - 1));
    };
    const auto [x0, x1] = range(0, map_.size.width);
    const auto [y0, y1] = range(1, map_.size.height);
    const float reach = std::sqrt(std::abs(corners.area));  // texels a weight of 1 spans
    for (int y = y0; y <= y1; ++y) {
      for (int x = x0; x <= x1; ++x) {
        const cv::Vec3f weights = corners.Weights(static_cast<float>(x), static_cast<float>(y));
        const float outside =
            std::max(0.0F, -std::min({weights[0], weights[1], weights[2]})) * reach;
        const std::size_t i = static_cast<std::size_t>(y) * map_.size.width + x;
        if (outside >= outside_[i]) continue;
        outside_[i] = outside;
        map_.texels[i] = Blend(model_, triangle, weights);
      }
    }
  }

  SurfaceMap Take() { return std::move(map_); }

 private:
  Corners CornersOf(const Triangle& triangle) const {
    Corners corners;
    for (int k = 0; k < 3; ++k) {
      const cv::Vec2f& uv = model_.uvs[triangle.uvs[k]];
      corners.at[k] = {(uv[0] - chart_.origin[0]) / chart_.extent[0] * map_.size.width - 0.5F,
                       (uv[1] - chart_.origin[1]) / chart_.extent[1] * map_.size.height - 0.5F};
    }
    const cv::Vec2f b = corners.at[1] - corners.at[0];
    const cv::Vec2f c = corners.at[2] - corners.at[0];
    corners.area = b[0] * c[1] - c[0] * b[1];
    return corners;
  }

  const PeopleModel& model_;
  Chart chart_;
  SurfaceMap map_;
  std::vector<float> outside_;  // texels by which the nearest triangle so far misses a texel
};

}  // namespace

ChartId ChartOf(const cv::Vec2f& uv) {
  for (std::size_t i = 0; i < kCharts.size(); ++i) {
    const cv::Vec2f at = uv - kCharts[i].origin;
    if (at[0] >= 0 && at[1] >= 0 && at[0] <= kCharts[i].extent[0] &&
        at[1] <= kCharts[i].extent[1]) {
      return static_cast<ChartId>(i);
    }
  }
  return ChartId::kNone;
}

SurfaceMap MapSurface(const PeopleModel& model, ChartId chart, int height) {
  const Chart& window = kCharts[static_cast<std::size_t>(chart)];
  const int width =
      static_cast<int>(static_cast<float>(height) * window.extent[0] / window.extent[1]);
  Mapper mapper(model, window, {width, height});
  for (const Triangle& triangle : model.triangles) {
    if (triangle.part != Part::kSkin || ChartOf(model.uvs[triangle.uvs[0]]) != chart) continue;
    mapper.Add(triangle);
  }
  return mapper.Take();
}

}  // namespace mestr::internal::synth
