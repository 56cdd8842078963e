// Optical flow against the true flow of synthetic people: what the features measure is there.
#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "mestr/flow/flow_engine.h"
#include "support/test_support.h"
#include "synth/clip.h"

namespace mestr::internal::synth {
namespace {

struct Pair {
  cv::Mat from_gray;
  cv::Mat to_gray;
  cv::Mat truth;  // CV_32FC2
};

// Onset and apex of a micro-expression of 3 px on a face 150 px wide, without a camera's noise.
Pair MicroExpression(int person) {
  ClipOptions options;
  options.person = person;
  options.width_px = 320;
  options.height_px = 240;
  options.seconds = 2;
  options.contexts = {Context::kFrozen};
  options.expressions = 1;
  options.intensity_min_px200 = options.intensity_max_px200 = 3;
  const Clip clip(options);
  const FaceEvent& event = clip.events().at(0);
  SceneOptions scene;
  scene.width_px = 320;
  scene.height_px = 240;
  scene.face_width = 150.0 / 240;
  const PersonRenderer renderer(person, scene);
  const FaceState from = clip.StateAt(event.frames.onset);
  const FaceState to = clip.StateAt(event.apex);
  Pair pair;
  cv::cvtColor(renderer.Render(from), pair.from_gray, cv::COLOR_BGR2GRAY);
  cv::cvtColor(renderer.Render(to), pair.to_gray, cv::COLOR_BGR2GRAY);
  pair.truth = renderer.Flow(from, to);
  return pair;
}

cv::Mat FlowOf(const Pair& pair, FlowMethod method) {
  FlowOptions options;
  options.method = method;
  const auto engine = MakeFlowEngine(options);
  std::vector<cv::Mat> parts = {cv::Mat(pair.from_gray.size(), CV_32F),
                                cv::Mat(pair.from_gray.size(), CV_32F)};
  const auto gray = [](const cv::Mat& m) {
    return ImageView<const std::uint8_t>{m.data, m.cols, m.rows, static_cast<int>(m.step)};
  };
  const auto values = [](cv::Mat& m) {
    return ImageView<float>{m.ptr<float>(), m.cols, m.rows, m.cols};
  };
  const FlowPair flows[] = {
      {gray(pair.from_gray), gray(pair.to_gray), values(parts[0]), values(parts[1])}};
  engine->Compute(flows);
  cv::Mat flow;
  cv::merge(parts, flow);
  return flow;
}

// Lengths of `a - b`, or of `a` alone, where there is skin with texture.
std::vector<double> LengthsOnTexture(const Pair& pair, const cv::Mat& a, const cv::Mat& b) {
  cv::Mat dx;
  cv::Mat dy;
  cv::Sobel(pair.from_gray, dx, CV_32F, 1, 0, 3, 0.25);
  cv::Sobel(pair.from_gray, dy, CV_32F, 0, 1, 3, 0.25);
  constexpr double kTexture = 3;  // gray levels a px
  std::vector<double> lengths;
  for (int y = 4; y < a.rows - 4; ++y) {
    for (int x = 4; x < a.cols - 4; ++x) {
      const cv::Vec2f truth = pair.truth.at<cv::Vec2f>(y, x);
      if (std::isnan(truth[0])) continue;
      if (PortableHypot(dx.at<float>(y, x), dy.at<float>(y, x)) < kTexture) continue;
      cv::Vec2f difference = a.at<cv::Vec2f>(y, x);
      if (!b.empty()) difference -= b.at<cv::Vec2f>(y, x);
      lengths.push_back(PortableHypot(difference[0], difference[1]));
    }
  }
  std::sort(lengths.begin(), lengths.end());
  return lengths;
}

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

TEST(TrueFlow, Tvl1IsNearItOnTexturedSkin) {
  for (const FlowMethod method : {FlowMethod::kExact, FlowMethod::kFast}) {
    for (const int person : {2, 5, 9}) {
      const Pair pair = MicroExpression(person);
      const cv::Mat flow = FlowOf(pair, method);
      const std::vector<double> error = LengthsOnTexture(pair, flow, pair.truth);
      const std::vector<double> motion = LengthsOnTexture(pair, pair.truth, {});
      ASSERT_GT(error.size(), 500U);
      ASSERT_GT(motion[motion.size() * 99 / 100], 0.5) << person;
      RecordProperty("mean_error", std::to_string(Mean(error)));
      RecordProperty("mean_motion", std::to_string(Mean(motion)));
      EXPECT_LT(Mean(error), 0.15) << person;
      EXPECT_LT(error[error.size() * 95 / 100], 0.8) << person;
      EXPECT_LT(Mean(error), 0.7 * Mean(motion)) << person;
    }
  }
}

}  // namespace
}  // namespace mestr::internal::synth
