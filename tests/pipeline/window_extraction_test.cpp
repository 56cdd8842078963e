#include "pipeline/window_extraction.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/window_means.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::Blinking;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kNoFace;
using testing::Pattern;
using testing::PatternSource;
using testing::WindowMeans;

constexpr WindowLayout kLayout = {.window_frames = 8, .hop_frames = 4, .frame_step = 2};

struct Written {
  std::vector<std::int64_t> firsts;
  std::vector<std::vector<float>> values;
  std::vector<bool> have_face;

  void Add(const ComputedWindow& window) {
    firsts.push_back(window.first);
    values.push_back(window.rows.values);
    have_face.push_back(window.rows.reference.has_value());
  }
};

// The values of the windows that begin at these used frames, one after another in this thread.
std::vector<std::vector<float>> ValuesOf(const Pattern& pattern,
                                         const std::vector<std::int64_t>& firsts) {
  PatternSource source(pattern);
  source.Use({.step = kLayout.frame_step});
  std::vector<cv::Mat> used;
  for (Frame frame; source.Next(frame); frame = {}) {
    if (frame.image_bgr.empty()) continue;
    cv::extractChannel(frame.image_bgr, used.emplace_back(), 0);
  }
  std::vector<std::vector<float>> values;
  for (const std::int64_t first : firsts) {
    const std::span<const cv::Mat> frames(used);
    values.push_back(
        WindowMeans(WindowOptions{})
            .Compute(frames.subspan(static_cast<std::size_t>(first), kLayout.window_frames))
            .values);
  }
  return values;
}

class Extraction : public ::testing::Test {
 protected:
  Extraction() {
    options_.jobs = 2;
    options_.config.features.window_frames = kLayout.window_frames;
    kind_ = testing::WindowMeansKind();
    kind_.make = [this](const WindowOptions& options) {
      made_.push_back(options);
      return std::make_unique<WindowMeans>(options);
    };
  }

  ExtractedWindows Run(WindowExtraction& extraction, const Pattern& pattern, Written& written,
                       const WindowLayout& layout = kLayout) const {
    PatternSource source(pattern);
    return extraction.Run(source, layout,
                          [&](const ComputedWindow& window) { written.Add(window); }, {});
  }

  std::string Refusal(const Pattern& pattern) {
    WindowExtraction extraction(options_, kind_);
    return testing::ErrorMessage(ErrorKind::kInput, [&] {
      Written written;
      Run(extraction, pattern, written);
    });
  }

  AnalyzerOptions options_;
  WindowExtractorKind kind_;
  std::vector<WindowOptions> made_;
};

TEST_F(Extraction, GivesTheWindowsOfAVideoInOrderWhateverTheNumberOfWorkers) {
  const Pattern pattern{.brightness = Blinking(91)};  // 46 used frames
  std::vector<std::int64_t> firsts;
  for (int first = 0; first <= 38; first += first == 36 ? 2 : 4) firsts.push_back(first);
  for (const int jobs : {1, 5}) {
    options_.jobs = jobs;
    WindowExtraction extraction(options_, kind_);
    Written written;
    const ExtractedWindows extracted = Run(extraction, pattern, written);
    EXPECT_EQ(written.firsts, firsts);
    EXPECT_EQ(written.values, ValuesOf(pattern, firsts));
    EXPECT_EQ(extracted.windows, std::ssize(firsts));
    EXPECT_EQ(extracted.without_face, 0);
    EXPECT_EQ(extracted.Remark(), "");
    EXPECT_EQ(extracted.report.frames, 91);
    EXPECT_EQ(extracted.report.frame_times_s.size(), 91U);
    EXPECT_EQ(extracted.report.stretches.size(), 1U);
  }
}

TEST_F(Extraction, CountsWindowsWithoutAFace) {
  Pattern pattern{.brightness = Blinking(80)};
  std::fill_n(pattern.brightness.begin() + 20, 40, kNoFace);  // used frames 10 to 29
  WindowExtraction extraction(options_, kind_);
  Written written;
  const ExtractedWindows extracted = Run(extraction, pattern, written);
  EXPECT_THAT(written.firsts, ElementsAre(0, 4, 8, 12, 16, 20, 24, 28, 32));
  EXPECT_THAT(written.have_face,
              ElementsAre(true, true, true, false, false, false, true, true, true));
  EXPECT_THAT(written.values[3], Each(0));
  EXPECT_EQ(extracted.windows, 9);
  EXPECT_EQ(extracted.without_face, 3);
  EXPECT_EQ(extracted.Remark(), "no face in 3 of its 9 windows: zeros");
}

TEST_F(Extraction, RefusesAVideoWithoutAWindow) {
  EXPECT_EQ(Refusal({.brightness = Blinking(14)}),  // 7 used frames
            "too short: a window needs 8 used frames without a break, one of every 2, and it has "
            "14 frames");
  EXPECT_EQ(Refusal({.brightness = Blinking(28), .breaks = {14}}),
            "too short: a window needs 8 used frames without a break, one of every 2, and it has "
            "28 frames");
  EXPECT_THAT(Refusal({.brightness = {}}), HasSubstr("it has 0 frames"));
}

TEST_F(Extraction, RefusesAVideoWithoutAFace) {
  EXPECT_EQ(Refusal({.brightness = std::vector<int>(60, kNoFace)}),
            "no face found in any of its 7 windows");
}

TEST_F(Extraction, IsMendedOrAsPublished) {
  const Pattern pattern{.brightness = Blinking(80), .cuts = {50}};  // 40 used frames
  {
    WindowExtraction extraction(options_, kind_);
    EXPECT_EQ(extraction.variant(), FeaturesVariant::kMended);
    Written written;
    EXPECT_EQ(Run(extraction, pattern, written).report.stretches.size(), 2U);
    EXPECT_THAT(written.firsts, ElementsAre(0, 4, 8, 12, 16, 17, 25, 29, 32));
  }
  options_.config.features.variant = FeaturesVariant::kPublished;
  WindowExtraction extraction(options_, kind_);
  EXPECT_EQ(extraction.variant(), FeaturesVariant::kPublished);
  EXPECT_EQ(made_.back().variant, FeaturesVariant::kPublished);
  Written written;
  EXPECT_EQ(Run(extraction, pattern, written).report.stretches.size(), 1U);
  EXPECT_THAT(written.firsts, ElementsAre(0, 4, 8, 12, 16, 20, 24, 28, 32));
}

TEST_F(Extraction, HasTheStepOfTheFrameRateUnlessOneIsGiven) {
  EXPECT_EQ(WindowExtraction(options_, kind_).ParametersAt(60).layout, kLayout);
  options_.config.features.frame_step = 3;
  options_.config.features.hop_frames = 5;
  EXPECT_EQ(WindowExtraction(options_, kind_).ParametersAt(60).layout,
            (WindowLayout{.window_frames = 8, .hop_frames = 5, .frame_step = 3}));
}

// One for each worker and layout, whatever the number of videos.
TEST_F(Extraction, KeepsItsExtractorsFromVideoToVideo) {
  options_.jobs = 3;
  options_.config.landmarks = "model.dat";
  WindowExtraction extraction(options_, kind_);
  EXPECT_EQ(made_.size(), 3U);
  for (int video = 0; video < 2; ++video) {
    for (const int step : {1, 2}) {
      Written written;
      WindowLayout layout = kLayout;
      layout.frame_step = step;
      Run(extraction, {.brightness = Blinking(60)}, written, layout);
    }
  }
  ASSERT_EQ(made_.size(), 6U);
  for (const WindowOptions& options : made_) EXPECT_EQ(options.landmark_model, "model.dat");
  EXPECT_EQ(made_.back().frame_step, 2);
}

TEST_F(Extraction, GivesTheSameOfVideosAtTheSameTime) {
  WindowExtraction extraction(options_, kind_);
  std::vector<Pattern> patterns;
  for (const int frames : {60, 90, 75}) patterns.push_back({.brightness = Blinking(frames)});
  std::vector<Written> written(patterns.size());
  {
    std::vector<std::jthread> videos;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      videos.emplace_back([&, i] { Run(extraction, patterns[i], written[i]); });
    }
  }
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    EXPECT_FALSE(written[i].firsts.empty());
    EXPECT_EQ(written[i].values, ValuesOf(patterns[i], written[i].firsts));
  }
}

TEST_F(Extraction, EndsWithWhatItsSinkThrowsAndGoesOnWithTheNextVideo) {
  WindowExtraction extraction(options_, kind_);
  PatternSource source({.brightness = Blinking(400)});
  int windows = 0;
  EXPECT_THROW(extraction.Run(source, kLayout,
                              [&](const ComputedWindow&) {
                                if (++windows == 2) throw std::runtime_error("disk full");
                              },
                              {}),
               std::runtime_error);
  EXPECT_EQ(windows, 2);
  Written written;
  EXPECT_EQ(Run(extraction, {.brightness = Blinking(60)}, written).windows, 7);
}

TEST_F(Extraction, StopsWhereAskedTo) {
  WindowExtraction extraction(options_, kind_);
  PatternSource source({.brightness = Blinking(400)});
  std::stop_source stop;
  int windows = 0;
  testing::ErrorMessage(ErrorKind::kStopped, [&] {
    extraction.Run(
        source, kLayout,
        [&](const ComputedWindow&) {
          ++windows;
          stop.request_stop();
        },
        stop.get_token());
  });
  EXPECT_EQ(windows, 1);
}

TEST_F(Extraction, RefusesALayoutOutOfRangeBeforeTheFirstVideo) {
  options_.config.features.hop_frames = 9;
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { WindowExtraction(options_, kind_); }),
              HasSubstr("features.hop_frames is 9; it must be in [1, 8]"));
  EXPECT_THAT(made_, IsEmpty());
}

TEST_F(Extraction, NeedsALandmarkModelBeforeTheFirstVideo) {
  options_.config.landmarks = "/no/such.dat";
  const WindowExtractorKind* kind = FindWindowKind("roi-flow-10-v1", {});
  ASSERT_NE(kind, nullptr);
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kModel, [&] { WindowExtraction(options_, *kind); }),
              HasSubstr("/no/such.dat"));
}

TEST_F(Extraction, NamesAMakerThatMakesNone) {
  kind_.make = [](const WindowOptions&) { return nullptr; };
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kConfig, [&] { WindowExtraction(options_, kind_); }),
            "features 'window-means-v1': its maker made none");
}

}  // namespace
}  // namespace mestr::internal
