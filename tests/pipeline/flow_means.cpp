#include "pipeline/flow_means.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "support/test_support.h"

namespace mestr::testing {
namespace {

constexpr int kSide = 64;

// The landmarks [first, last] and a little around them.
Region RegionAround(const char* name, const Landmarks& landmarks, int first, int last) {
  constexpr int kMarginPx = 2;
  const std::vector<cv::Point> points(landmarks.begin() + first, landmarks.begin() + last + 1);
  cv::Rect box = cv::boundingRect(points);
  box -= cv::Point(kMarginPx, kMarginPx);
  box += cv::Size(2 * kMarginPx, 2 * kMarginPx);
  box &= cv::Rect(0, 0, kSide, kSide);
  if (box.empty()) {
    throw Error(ErrorKind::kInput, std::string("no ") + name + " inside the face crop");
  }
  return {name, box};
}

float MeanMagnitude(ImageView<const float> image, const cv::Rect& box) {
  double sum = 0;
  for (int y = box.y; y < box.y + box.height; ++y) {
    for (int x = box.x; x < box.x + box.width; ++x) sum += std::abs(image.row(y)[x]);
  }
  return static_cast<float>(sum / box.area());
}

}  // namespace

FlowMeans::FlowMeans(const ExtractorOptions& options)
    : PairExtractor({.kind = kFlowMeans,
                     .row_shape = {kFlowMeansRegions, 2},
                     .crop = {.side_px = kSide, .jpeg_quality = 0}},
                    options) {}

void FlowMeans::ComputeRow(const FlowRequest& request, ImageView<const float> u,
                           ImageView<const float> v, std::span<float> row) const {
  auto value = row.begin();
  for (const Region& region : Regions(request.landmarks)) {
    *value++ = MeanMagnitude(u, region.box);
    *value++ = MeanMagnitude(v, region.box);
  }
}

std::vector<Region> FlowMeans::Regions(const Landmarks& landmarks) const {
  return {RegionAround("brows", landmarks, 17, 26), RegionAround("nose", landmarks, 27, 35),
          RegionAround("mouth", landmarks, 48, 67)};
}

ExtractorKind FlowMeansKind() {
  return {kFlowMeans,
          [](const ExtractorOptions& options) { return std::make_unique<FlowMeans>(options); }};
}

std::filesystem::path ToyModel(const std::string& name) {
  return SourcePath("tests/data/model/" + name + ".pt");
}

AnalyzerOptions ToyAnalyzer(const std::string& model) {
  AnalyzerOptions options;
  options.config.model.files = {{ToyModel(model)}};
  options.config.features.kind = kFlowMeans;
  options.config.spot.p = 0;
  options.device = Device::kCpu;
  options.jobs = 2;
  options.extractors = {FlowMeansKind()};
  return options;
}

}  // namespace mestr::testing
