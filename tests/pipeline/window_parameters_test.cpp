#include "pipeline/window_parameters.h"

#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

TEST(WindowParameters, FollowFromTheFrameRateWhereNothingNamesThem) {
  for (const auto& [fps, step] : {std::pair{30.0, 1}, {25.0, 1}, {60.0, 2}, {200.0, 7}, {5.0, 1}}) {
    const WindowParameters parameters = WindowParametersFor({}, std::nullopt, fps);
    EXPECT_EQ(parameters.layout,
              (WindowLayout{.window_frames = 30, .hop_frames = 15, .frame_step = step}));
    EXPECT_TRUE(parameters.step_from_rate);
  }
}

TEST(WindowParameters, AreTheModelsWhereTheConfigNamesNone) {
  const WindowLayout model{.window_frames = 50, .hop_frames = 25, .frame_step = 3};
  const WindowParameters parameters = WindowParametersFor({}, model, 200);
  EXPECT_EQ(parameters.layout, model);
  EXPECT_FALSE(parameters.step_from_rate);
}

TEST(WindowParameters, OfTheConfigGoFirst) {
  FeaturesConfig given;
  given.window_frames = 20;
  given.frame_step = 2;
  const WindowLayout model{.window_frames = 50, .hop_frames = 25, .frame_step = 3};
  EXPECT_EQ(WindowParametersFor(given, model, 200).layout,
            (WindowLayout{.window_frames = 20, .hop_frames = 10, .frame_step = 2}));
  given.hop_frames = 4;
  EXPECT_EQ(WindowParametersFor(given, model, 200).layout.hop_frames, 4);
}

}  // namespace
}  // namespace mestr::internal
