// The model's surface laid out flat, for painting: what point of the base mesh a texel shows.
#pragma once

#include <opencv2/core/mat.hpp>
#include <vector>

#include "synth/people_model.h"

namespace mestr::internal::synth {

// A part of the uv square with a picture of its own.
struct Chart {
  cv::Vec2f origin;  // uv, v down
  cv::Vec2f extent;
};

// Head and mouth; shoulders and neck; what is never seen.
enum class ChartId { kHead, kTorso, kNone };
inline const std::array<Chart, 2> kCharts = {Chart{{0.635F, 0.17F}, {0.365F, 0.83F}},
                                             Chart{{0.17F, 0.01F}, {0.42F, 0.25F}}};

ChartId ChartOf(const cv::Vec2f& uv);

struct SurfacePoint {
  cv::Vec3f rest;  // in the base mesh, model units
  float lips = 0, lids = 0, mouth = 0, ears = 0;
  bool covered = false;
};

struct SurfaceMap {
  cv::Size size;
  std::vector<SurfacePoint> texels;
};

// `height` texels for the chart's height. Texels near the layout's borders continue it.
SurfaceMap MapSurface(const PeopleModel& model, ChartId chart, int height);

}  // namespace mestr::internal::synth
