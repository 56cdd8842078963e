// Against what the published code gave for its golden frames.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "features/roi_flow_v1.h"
#include "support/test_support.h"

namespace mestr {
namespace {

using namespace internal;
using Json = nlohmann::json;
namespace fs = std::filesystem;

// Another way of sorting vectors of equal length moves a mean by less than this; there is one such
// case among the golden ones.
constexpr double kTie_px = 0.01;
constexpr double kEqual_px = 2e-6;

Landmarks LandmarksOf(const Json& points) {
  Landmarks landmarks;
  for (std::size_t i = 0; i < landmarks.size(); ++i) landmarks[i] = {points[i][0], points[i][1]};
  return landmarks;
}

// The detections of the golden run, in their order: dlib's own differ between its versions.
class GoldenFinder final : public ReferenceFaceFinder {
 public:
  explicit GoldenFinder(Json detections) : detections_(std::move(detections)) {}

  std::optional<FoundFace> FindInFrame(const cv::Mat&) override {
    current_ = detections_.at(next_++);
    if (!current_.at("face").get<bool>()) return std::nullopt;
    return FoundFace{{}, LandmarksOf(current_.at("frame_landmarks"))};
  }
  std::optional<Landmarks> FindInCrop(const cv::Mat&) override {
    if (!current_.at("redetected").get<bool>()) return std::nullopt;
    return LandmarksOf(current_.at("crop_landmarks"));
  }

 private:
  Json detections_;
  Json current_;
  std::size_t next_ = 0;
};

struct GoldenCase {
  fs::path folder;
  Json all;
  Json one;

  std::size_t k() const { return all.at("k").get<std::size_t>(); }
  std::size_t rows() const { return one.at("shape")[1].get<std::size_t>(); }

  std::vector<cv::Mat> Window(std::size_t start) const {
    std::vector<cv::Mat> frames;
    for (std::size_t t = start; t < start + k(); ++t) {
      char name[32];
      std::snprintf(name, sizeof name, "frame_%02zu.png", t);
      frames.push_back(cv::imread((folder / name).string(), cv::IMREAD_GRAYSCALE));
    }
    return frames;
  }
};

// Values of [rows, k], as the published code has them, that are not ours.
void CompareWindow(const GoldenCase& golden, const WindowRows& ours, const float* theirs,
                   int& ties) {
  for (std::size_t row = 0; row < golden.rows(); ++row) {
    for (std::size_t t = 0; t < golden.k(); ++t) {
      const double difference =
          std::abs(ours.values[t * golden.rows() + row] - theirs[row * golden.k() + t]);
      if (difference <= kEqual_px) continue;
      ++ties;
      EXPECT_LE(difference, kTie_px) << "row " << row << ", frame " << t;
    }
  }
}

void CompareBoxes(const GoldenCase& golden, const WindowRows& ours, std::size_t start) {
  for (const Json& aligned : golden.one.at("aligned")) {
    if (aligned.at("window_start") != start) continue;
    const WindowFrame& frame = ours.frames[aligned.at("frame").get<std::size_t>() - start];
    EXPECT_EQ(frame.box, cv::Rect(cv::Point(aligned.at("left"), aligned.at("top")),
                                  cv::Point(aligned.at("right"), aligned.at("bottom"))));
    EXPECT_NEAR(frame.nose_px.x, aligned.at("nose_flow")[0].get<double>(), kEqual_px);
    EXPECT_NEAR(frame.nose_px.y, aligned.at("nose_flow")[1].get<double>(), kEqual_px);
  }
}

TEST(RoiFlowGolden, EqualsThePublishedCode) {
  MESTR_GOLDEN_OR_SKIP(file, "video_level/features/features.json");
  const Json all = testing::ReadJson(file);
  for (const Json& one : all.at("cases")) {
    const GoldenCase golden{file.parent_path(), all, one};
    SCOPED_TRACE(one.at("name").get<std::string>());
    WindowSpec spec;
    spec.kind = golden.rows() == 36 ? kRoiFlow36V1 : kRoiFlow10V1;
    spec.row_shape = {static_cast<int>(golden.rows())};
    spec.variant = FeaturesVariant::kPublished;
    spec.window_frames = static_cast<int>(golden.k());
    const auto extractor = MakeRoiFlow(spec, std::make_unique<GoldenFinder>(one.at("detections")));
    const std::vector<float> theirs =
        testing::ReadFloats(golden.folder / one.at("file").get<std::string>());
    int ties = 0;
    std::size_t window = 0;
    for (const std::size_t start : all.at("window_starts").get<std::vector<std::size_t>>()) {
      const WindowRows ours = extractor->Compute(golden.Window(start));
      CompareBoxes(golden, ours, start);
      CompareWindow(golden, ours, theirs.data() + window++ * golden.rows() * golden.k(), ties);
    }
    EXPECT_LE(ties, 2);  // x and y of one region
  }
}

}  // namespace
}  // namespace mestr
