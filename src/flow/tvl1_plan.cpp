#include "flow/tvl1_plan.h"

#include <cfloat>
#include <cmath>

namespace mestr::internal::tvl1 {
namespace {

// A level with a shorter side is left out.
constexpr int kSmallestLevelSide_px = 16;

// `scale_*` in source px per px of the result.
ResizePlan MakeResizePlan(int source_width, int source_height, int width, int height,
                          double scale_x, double scale_y) {
  ResizePlan plan;
  plan.source_width = source_width;
  plan.source_height = source_height;
  if (width == source_width && height == source_height) {
    plan.kind = ResizeKind::kCopy;
  } else if (std::abs(scale_x - 2) < DBL_EPSILON && std::abs(scale_y - 2) < DBL_EPSILON) {
    plan.kind = ResizeKind::kHalve;
  }
  plan.x.reserve(static_cast<std::size_t>(width));
  plan.y.reserve(static_cast<std::size_t>(height));
  for (int x = 0; x < width; ++x) plan.x.push_back(MakeLinearTap(x, scale_x, source_width, true));
  for (int y = 0; y < height; ++y) {
    plan.y.push_back(MakeLinearTap(y, scale_y, source_height, false));
  }
  return plan;
}

int ScaledSize(int size, double step) {
  return static_cast<int>(std::nearbyint(static_cast<double>(size) * step));
}

}  // namespace

Plan MakePlan(const Tvl1Options& options, int width, int height) {
  Plan plan;
  plan.constants.l_t = static_cast<float>(options.lambda * options.theta);
  plan.constants.theta = static_cast<float>(options.theta);
  plan.constants.taut = static_cast<float>(options.tau / options.theta);
  plan.constants.zoom_flow = 1 / options.scale_step;
  for (int s = 0; s < options.scales; ++s) {
    Level level;
    level.width = width;
    level.height = height;
    if (s > 0) {
      const Level& finer = plan.levels.back();
      level.width = ScaledSize(finer.width, options.scale_step);
      level.height = ScaledSize(finer.height, options.scale_step);
      if (level.width < kSmallestLevelSide_px || level.height < kSmallestLevelSide_px) break;
      // Down by the step itself, up by the ratio of the rounded sizes: as the reference does.
      level.from_finer = MakeResizePlan(finer.width, finer.height, level.width, level.height,
                                        1 / options.scale_step, 1 / options.scale_step);
      plan.levels.back().from_coarser =
          MakeResizePlan(level.width, level.height, finer.width, finer.height,
                         1 / (static_cast<double>(finer.width) / level.width),
                         1 / (static_cast<double>(finer.height) / level.height));
    }
    const int area = level.width * level.height;
    level.stop_error = static_cast<float>(options.epsilon * options.epsilon * area);
    plan.levels.push_back(std::move(level));
  }
  return plan;
}

}  // namespace mestr::internal::tvl1
