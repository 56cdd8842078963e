#include "pipeline/window_means.h"

#include <opencv2/core.hpp>

#include "support/test_support.h"

namespace mestr::testing {
namespace {

constexpr int kWidth = 48;
constexpr int kHeight = 32;
constexpr double kFaceGray = 40;

cv::Rect Middle() { return {kWidth / 4, kHeight / 4, kWidth / 2, kHeight / 2}; }

// Another one for each number.
cv::Mat Texture(int number) {
  cv::Mat texture(kHeight, kWidth, CV_8UC1);
  cv::RNG random(static_cast<std::uint64_t>(number) + 1);
  for (int y = 0; y < kHeight; y += 8) {
    for (int x = 0; x < kWidth; x += 8) {
      texture(cv::Rect(x, y, 8, 8)) = cv::Scalar::all(random.uniform(0, 40));
    }
  }
  return texture;
}

}  // namespace

WindowMeans::WindowMeans(const WindowOptions& options)
    : spec_{options, kWindowMeans, {2}, options.variant} {}

WindowRows WindowMeans::Compute(std::span<const cv::Mat> gray_frames) {
  WindowRows rows;
  rows.values.assign(gray_frames.size() * 2, 0);
  rows.frames.resize(gray_frames.size());
  for (std::size_t t = 0; t < gray_frames.size(); ++t) {
    const cv::Mat& frame = gray_frames[t];
    if (!rows.reference && cv::mean(frame)[0] >= kFaceGray) {
      rows.reference = static_cast<int>(t);
      rows.face_box = Middle();
    }
    if (!rows.reference) continue;
    const cv::Mat& reference = gray_frames[static_cast<std::size_t>(*rows.reference)];
    const auto brighter = [&](const cv::Rect& part) {
      return static_cast<float>((cv::mean(frame(part))[0] - cv::mean(reference(part))[0]) / 255);
    };
    rows.values[2 * t] = brighter(cv::Rect({}, frame.size()));
    rows.values[2 * t + 1] = brighter(Middle());
  }
  return rows;
}

WindowExtractorKind WindowMeansKind() {
  return {kWindowMeans, {2}, [](const WindowOptions& options) {
            return std::make_unique<WindowMeans>(options);
          }};
}

AnalyzerOptions WindowAnalyzerOptions(const std::string& model, int jobs) {
  AnalyzerOptions options;
  options.config.model.files = {{SourcePath("tests/data/model/" + model + ".pt")}};
  options.device = Device::kCpu;
  options.jobs = jobs;
  options.window_extractors = {WindowMeansKind()};
  return options;
}

PatternSource::PatternSource(Pattern pattern) : pattern_(std::move(pattern)) {
  info_.width = kWidth;
  info_.height = kHeight;
  info_.fps = pattern_.fps;
  info_.announced_frames = std::ssize(pattern_.brightness);
}

bool PatternSource::Next(Frame& frame) {
  if (next_ == *info_.announced_frames) return false;
  if (pattern_.cuts.contains(next_)) ++picture_;
  if (next_ % use_.step == 0) {
    const cv::Mat gray =
        Texture(picture_) + cv::Scalar::all(pattern_.brightness[static_cast<std::size_t>(next_)]);
    cv::merge(std::vector<cv::Mat>(3, gray), frame.image_bgr);
  }
  frame.missing = pattern_.missing.contains(next_);
  frame.continues = !pattern_.breaks.contains(next_);
  frame.index = next_++;
  frame.time_s = static_cast<double>(frame.index) / pattern_.fps;
  return true;
}

std::vector<int> Blinking(int frames) {
  std::vector<int> brightness(static_cast<std::size_t>(frames), 80);
  for (int i = 0; i < frames; ++i) {
    if (i % 20 >= 8 && i % 20 < 14) brightness[static_cast<std::size_t>(i)] = 180;
  }
  return brightness;
}

}  // namespace mestr::testing
