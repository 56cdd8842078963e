#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>
#include <set>
#include <thread>

#include "mestr/core/error.h"
#include "support/test_support.h"
#include "synth/synth.h"

namespace mestr::internal {
namespace {

using ::mestr::testing::ErrorMessage;
using ::testing::HasSubstr;

// Nothing moves and nothing flickers but what a test turns on.
SynthClipOptions StillClip() {
  SynthClipOptions options;
  options.seconds = 2;
  options.width_px = 480;
  options.height_px = 360;
  options.expressions = 0;
  options.noise_sigma = 0;
  options.flicker = 0;
  options.drift_crop_px = 0;
  options.blinks_per_minute = 0;
  options.gaze_crop_px = 0;
  return options;
}

SynthClipOptions OneExpression(SynthEmotion emotion, double intensity_crop_px = 2) {
  SynthClipOptions options = StillClip();
  options.expressions = 1;
  options.class_weights = {0, 0, 0};
  options.class_weights[static_cast<int>(emotion)] = 1;
  options.intensity_min_crop_px = options.intensity_max_crop_px = intensity_crop_px;
  return options;
}

ClipRenderer Renderer(const SynthClipOptions& options) { return {DefaultPortrait(), options}; }

bool SameBytes(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

std::uint64_t Fnv1a(const cv::Mat& image) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (int y = 0; y < image.rows; ++y) {
    const auto* row = image.ptr<std::uint8_t>(y);
    for (size_t i = 0; i < image.cols * image.elemSize(); ++i) {
      hash = (hash ^ row[i]) * 0x100000001b3u;
    }
  }
  return hash;
}

// The built-in landmarks on a picture that no JPEG decoder had a part in.
Portrait PaintedPortrait() {
  Portrait portrait = DefaultPortrait();
  for (int y = 0; y < portrait.image_bgr.rows; ++y) {
    for (int x = 0; x < portrait.image_bgr.cols; ++x) {
      portrait.image_bgr.at<cv::Vec3b>(y, x) =
          cv::Vec3b(static_cast<std::uint8_t>(120 + (x * 7 + y * 3) % 40),
                    static_cast<std::uint8_t>(140 + (x * 2 + y * 5) % 50),
                    static_cast<std::uint8_t>(190 + (x * y) % 30));
    }
  }
  return portrait;
}

cv::Point2d MoveAtApex(const ClipRenderer& renderer, int landmark) {
  const MicroExpression& expression = renderer.truth().expressions.at(0);
  return renderer.Landmarks(expression.apex)[landmark] -
         renderer.Landmarks(expression.frames.onset)[landmark];
}

double Length(cv::Point2d v) { return std::hypot(v.x, v.y); }

cv::Mat Gray(const cv::Mat& bgr) {
  cv::Mat gray(bgr.size(), CV_64F);
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      const auto& p = bgr.at<cv::Vec3b>(y, x);
      gray.at<double>(y, x) = 0.114 * p[0] + 0.587 * p[1] + 0.299 * p[2];
    }
  }
  return gray;
}

// Where the neighbourhood of `at` in `before` went in `after`, by Lucas and Kanade's equations
// (1981), iterated from `start`, which has to be within a few px; the pictures decide.
cv::Point2d TrackPatch(const cv::Mat& before_bgr, const cv::Mat& after_bgr, cv::Point2d at,
                       int reach, cv::Point2d start = {0, 0}) {
  const cv::Mat before = Gray(before_bgr);
  const cv::Mat after = Gray(after_bgr);
  const auto sample = [](const cv::Mat& image, double x, double y) {
    const int ix = static_cast<int>(std::floor(x));
    const int iy = static_cast<int>(std::floor(y));
    const double ax = x - ix;
    const double ay = y - iy;
    return (image.at<double>(iy, ix) * (1 - ax) + image.at<double>(iy, ix + 1) * ax) * (1 - ay) +
           (image.at<double>(iy + 1, ix) * (1 - ax) + image.at<double>(iy + 1, ix + 1) * ax) * ay;
  };
  cv::Point2d move = start;
  for (int iteration = 0; iteration < 30; ++iteration) {
    double xx = 0;
    double xy = 0;
    double yy = 0;
    double xt = 0;
    double yt = 0;
    for (int dy = -reach; dy <= reach; ++dy) {
      for (int dx = -reach; dx <= reach; ++dx) {
        const double x = at.x + dx;
        const double y = at.y + dy;
        const double gx = (sample(before, x + 1, y) - sample(before, x - 1, y)) / 2;
        const double gy = (sample(before, x, y + 1) - sample(before, x, y - 1)) / 2;
        const double t = sample(after, x + move.x, y + move.y) - sample(before, x, y);
        xx += gx * gx;
        xy += gx * gy;
        yy += gy * gy;
        xt += gx * t;
        yt += gy * t;
      }
    }
    const double det = xx * yy - xy * xy;
    move -= cv::Point2d((yy * xt - xy * yt) / det, (xx * yt - xy * xt) / det);
  }
  return move;
}

TEST(ClipRenderer, SameSeedGivesTheSameBytes) {
  SynthClipOptions options;
  options.seconds = 1;
  const ClipRenderer a = Renderer(options);
  const ClipRenderer b = Renderer(options);
  for (const std::int64_t index : {0, 7, 29}) {
    EXPECT_TRUE(SameBytes(a.Render(index), b.Render(index))) << index;
  }
}

TEST(ClipRenderer, OrderAndThreadsDoNotMatter) {
  SynthClipOptions options;
  options.seconds = 0.5;
  options.width_px = 320;
  options.height_px = 240;
  const ClipRenderer renderer = Renderer(options);
  std::vector<cv::Mat> forward;
  for (std::int64_t i = 0; i < renderer.frame_count(); ++i) forward.push_back(renderer.Render(i));
  std::vector<cv::Mat> parallel(forward.size());
  {
    std::array<std::jthread, 3> threads;
    for (int t = 0; t < 3; ++t) {
      threads[t] = std::jthread([&, t] {
        for (auto i = static_cast<std::int64_t>(parallel.size()) - 1 - t; i >= 0; i -= 3) {
          parallel[i] = renderer.Render(i);
        }
      });
    }
  }
  for (size_t i = 0; i < forward.size(); ++i) EXPECT_TRUE(SameBytes(forward[i], parallel[i])) << i;
}

TEST(ClipRenderer, SeedsAndSubjectsDiffer) {
  SynthClipOptions options = StillClip();
  std::vector<cv::Mat> frames;
  for (const auto& [seed, subject] : {std::pair{1, 1}, {2, 1}, {1, 2}, {1, 3}}) {
    options.seed = seed;
    options.subject = subject;
    frames.push_back(Renderer(options).Render(0));
  }
  for (size_t i = 0; i < frames.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const double difference =
          cv::norm(frames[i], frames[j], cv::NORM_L1) / static_cast<double>(frames[i].total() * 3);
      EXPECT_GT(difference, 5) << i << " and " << j;
    }
  }
}

// If this fails after a change that was meant to leave the pictures alone, that change did not. If
// the pictures were to change, clips of the same seed are now other clips: put the new value here
// and train the embedded model again.
TEST(ClipRenderer, PicturesAreTheSameOnEveryMachine) {
  SynthClipOptions options;
  options.seconds = 3;
  options.subject = 3;
  options.width_px = 320;
  options.height_px = 240;
  options.expressions = 2;
  options.blinks_per_minute = 60;
  const ClipRenderer renderer(PaintedPortrait(), options);
  std::uint64_t sum = 0;
  for (std::int64_t i = 0; i < renderer.frame_count(); i += 3) sum += Fnv1a(renderer.Render(i));
  EXPECT_EQ(sum, 13695044946171507701u);
}

TEST(ClipRenderer, WithoutDistractorsEveryFrameOutsideExpressionsIsTheSame) {
  const ClipRenderer renderer = Renderer(OneExpression(SynthEmotion::kSurprise));
  const Interval frames = renderer.truth().expressions.at(0).frames;
  const cv::Mat neutral = renderer.Render(0);
  for (std::int64_t i = 1; i < renderer.frame_count(); ++i) {
    const bool inside = i > frames.onset && i < frames.offset;
    EXPECT_EQ(SameBytes(renderer.Render(i), neutral), !inside) << i;
    EXPECT_EQ(renderer.Activation(i) > 0, inside) << i;
  }
}

TEST(ClipRenderer, ApexDisplacementIsWhatTheTruthSays) {
  for (const auto emotion :
       {SynthEmotion::kNegative, SynthEmotion::kPositive, SynthEmotion::kSurprise}) {
    for (const double intensity : {0.5, 1.5, 4.0}) {
      SynthClipOptions options = OneExpression(emotion, intensity);
      options.subject = 4;
      const ClipRenderer renderer = Renderer(options);
      const MicroExpression& expression = renderer.truth().expressions.at(0);
      EXPECT_EQ(expression.emotion, emotion);
      EXPECT_NEAR(expression.apex_displacement_px, intensity * renderer.truth().crop_px, 1e-9);
      double largest = 0;
      for (int i = 0; i < Portrait::kLandmarkCount; ++i) {
        largest = std::max(largest, Length(MoveAtApex(renderer, i)));
      }
      EXPECT_NEAR(largest, expression.apex_displacement_px, 1e-3);
    }
  }
}

// The class' own motion, in image coordinates: x to the right, y down.
TEST(ClipRenderer, NegativeLowersBrowsAndCornersOfTheMouth) {
  const ClipRenderer renderer = Renderer(OneExpression(SynthEmotion::kNegative));
  const double least = 0.25 * renderer.truth().expressions.at(0).apex_displacement_px;
  EXPECT_GT(MoveAtApex(renderer, 21).y, least);
  EXPECT_GT(MoveAtApex(renderer, 22).y, least);
  EXPECT_GT(MoveAtApex(renderer, 21).x, 0);
  EXPECT_LT(MoveAtApex(renderer, 22).x, 0);
  EXPECT_GT(MoveAtApex(renderer, 48).y, least);
  EXPECT_GT(MoveAtApex(renderer, 54).y, least);
}

TEST(ClipRenderer, PositiveRaisesAndWidensTheMouth) {
  const ClipRenderer renderer = Renderer(OneExpression(SynthEmotion::kPositive));
  const double least = 0.25 * renderer.truth().expressions.at(0).apex_displacement_px;
  EXPECT_LT(MoveAtApex(renderer, 48).y, -least);
  EXPECT_LT(MoveAtApex(renderer, 54).y, -least);
  EXPECT_LT(MoveAtApex(renderer, 48).x, -0.5 * least);
  EXPECT_GT(MoveAtApex(renderer, 54).x, 0.5 * least);
  EXPECT_LT(Length(MoveAtApex(renderer, 21)), 0.1 * least);
}

TEST(ClipRenderer, SurpriseRaisesBrowsAndDropsTheJaw) {
  const ClipRenderer renderer = Renderer(OneExpression(SynthEmotion::kSurprise));
  const double least = 0.25 * renderer.truth().expressions.at(0).apex_displacement_px;
  for (const int brow : {19, 21, 22, 24}) EXPECT_LT(MoveAtApex(renderer, brow).y, -least) << brow;
  EXPECT_GT(MoveAtApex(renderer, 8).y, least);
  EXPECT_GT(MoveAtApex(renderer, 57).y, least);
}

// 0.4 px: the patch is not rigid, its landmark is where the field is strongest.
TEST(ClipRenderer, PixelsMoveWithTheLandmarks) {
  constexpr double kTolerance_px = 0.4;
  const std::vector<std::pair<SynthEmotion, std::vector<int>>> cases = {
      {SynthEmotion::kNegative, {21, 22, 48, 54}},
      {SynthEmotion::kPositive, {48, 54}},
      {SynthEmotion::kSurprise, {19, 24, 57}}};
  for (const auto& [emotion, landmarks] : cases) {
    const ClipRenderer renderer = Renderer(OneExpression(emotion, 2.5));
    const MicroExpression& expression = renderer.truth().expressions.at(0);
    const cv::Mat onset = renderer.Render(expression.frames.onset);
    const cv::Mat apex = renderer.Render(expression.apex);
    for (const int i : landmarks) {
      const cv::Point2d at = renderer.Landmarks(expression.frames.onset)[i];
      const cv::Point2d error = TrackPatch(onset, apex, at, 5) - MoveAtApex(renderer, i);
      EXPECT_LT(Length(error), kTolerance_px) << SynthEmotionName(emotion) << " landmark " << i;
    }
  }
}

TEST(ClipRenderer, EyesStayWhereTheyAreInAFrown) {
  const ClipRenderer renderer = Renderer(OneExpression(SynthEmotion::kNegative, 2.5));
  for (const int eye : {40, 41, 46, 47}) {
    EXPECT_LT(Length(MoveAtApex(renderer, eye)),
              0.15 * renderer.truth().expressions.at(0).apex_displacement_px);
  }
}

TEST(ClipRenderer, HeadMovesAsASimilarityAndTheFaceFollows) {
  constexpr double kTolerance_px = 0.2;
  SynthClipOptions options = StillClip();
  options.seconds = 12;
  options.drift_crop_px = 4;
  const ClipRenderer renderer = Renderer(options);
  const auto first = renderer.Landmarks(0);
  const cv::Mat before = renderer.Render(0);
  double farthest = 0;
  for (std::int64_t i = 60; i < renderer.frame_count(); i += 60) {
    const cv::Matx23d m = renderer.FrameFromNeutral(i);
    EXPECT_EQ(m(0, 0), m(1, 1));
    EXPECT_EQ(m(0, 1), -m(1, 0));
    const auto now = renderer.Landmarks(i);
    const cv::Mat after = renderer.Render(i);
    for (const int landmark : {30, 39, 42, 48, 54}) {
      const cv::Point2d move = now[landmark] - first[landmark];
      farthest = std::max(farthest, Length(move));
      EXPECT_LT(Length(TrackPatch(before, after, first[landmark], 8, move) - move), kTolerance_px)
          << "frame " << i << " landmark " << landmark;
    }
  }
  EXPECT_GT(farthest, renderer.truth().crop_px);
  EXPECT_LT(farthest, 3 * options.drift_crop_px * renderer.truth().crop_px);
}

TEST(ClipRenderer, NoiseHasItsSigmaAndIsNewInEveryFrame) {
  SynthClipOptions options = StillClip();
  options.noise_sigma = 3;
  const ClipRenderer renderer = Renderer(options);
  cv::Mat a;
  cv::Mat b;
  // The middle of the face: neither black nor white, where noise would be cut off.
  const cv::Point2d nose = renderer.Landmarks(0)[30];
  const cv::Rect patch(static_cast<int>(nose.x) - 25, static_cast<int>(nose.y) - 40, 50, 50);
  renderer.Render(0)(patch).convertTo(a, CV_64F);
  renderer.Render(1)(patch).convertTo(b, CV_64F);
  cv::Mat difference = a - b;
  cv::Scalar mean;
  cv::Scalar sigma;
  cv::meanStdDev(difference, mean, sigma);
  for (int k = 0; k < 3; ++k) {
    EXPECT_NEAR(mean[k], 0, 0.3);
    EXPECT_NEAR(sigma[k], 3 * std::numbers::sqrt2, 0.25);
  }
}

TEST(ClipRenderer, FlickerChangesTheLightWithinItsAmplitude) {
  SynthClipOptions options = StillClip();
  options.flicker = 0.04;
  options.fps = 70;  // neither 100 nor 120 Hz is a multiple of it: no beat of almost 0 Hz
  const ClipRenderer renderer = Renderer(options);
  options.flicker = 0;
  const double steady = cv::sum(Gray(Renderer(options).Render(0)))[0];
  double low = 2;
  double high = 0;
  for (std::int64_t i = 0; i < renderer.frame_count(); ++i) {
    const double gain = cv::sum(Gray(renderer.Render(i)))[0] / steady;
    low = std::min(low, gain);
    high = std::max(high, gain);
  }
  EXPECT_GT(high - low, 0.02);
  EXPECT_GT(low, 1 - 0.042);
  EXPECT_LT(high, 1 + 0.042);
}

TEST(ClipRenderer, BlinksCloseBothEyesAndTouchNothingElse) {
  SynthClipOptions options = StillClip();
  options.seconds = 6;
  options.blinks_per_minute = 30;
  const ClipRenderer renderer = Renderer(options);
  ASSERT_GE(renderer.truth().blinks.size(), 2u);
  const Interval blink = renderer.truth().blinks[1].frames;
  const cv::Mat open = renderer.Render(blink.onset);
  EXPECT_TRUE(SameBytes(open, renderer.Render(blink.offset)));

  const auto landmarks = renderer.Landmarks(0);
  const double width = landmarks[39].x - landmarks[36].x;
  for (const auto& [first, last] : {std::pair{36, 41}, {42, 47}}) {
    cv::Point2d middle(0, 0);
    for (int i = first; i <= last; ++i) middle += landmarks[i] / 6;
    const cv::Rect eye(static_cast<int>(middle.x - 0.9 * width),
                       static_cast<int>(middle.y - 0.8 * width), static_cast<int>(1.8 * width),
                       static_cast<int>(1.4 * width));
    double largest = 0;
    for (std::int64_t i = blink.onset; i <= blink.offset; ++i) {
      cv::Mat difference;
      cv::absdiff(open, renderer.Render(i), difference);
      largest = std::max(largest, cv::norm(difference(eye), cv::NORM_INF));
      difference(eye) = cv::Scalar::all(0);
      const cv::Rect half =
          first == 36 ? cv::Rect(0, 0, static_cast<int>(landmarks[27].x), open.rows)
                      : cv::Rect(static_cast<int>(landmarks[27].x), 0,
                                 open.cols - static_cast<int>(landmarks[27].x), open.rows);
      EXPECT_EQ(cv::norm(difference(half), cv::NORM_INF), 0) << i;
    }
    EXPECT_GT(largest, 80);
  }
}

TEST(ClipRenderer, GazeMovesTheIrisesOnly) {
  SynthClipOptions options = StillClip();
  options.seconds = 4;
  options.gaze_crop_px = 2;
  const ClipRenderer renderer = Renderer(options);
  options.gaze_crop_px = 0;
  const cv::Mat still = Renderer(options).Render(0);
  const auto landmarks = renderer.Landmarks(0);
  double largest = 0;
  for (std::int64_t i = 0; i < renderer.frame_count(); i += 10) {
    cv::Mat difference;
    cv::absdiff(still, renderer.Render(i), difference);
    largest = std::max(largest, cv::norm(difference, cv::NORM_INF));
    const int top = static_cast<int>(landmarks[19].y);
    const int bottom = static_cast<int>(landmarks[29].y);
    difference.rowRange(top, bottom) = cv::Scalar::all(0);
    EXPECT_EQ(cv::norm(difference, cv::NORM_INF), 0);
  }
  EXPECT_GT(largest, 20);
}

TEST(ClipRenderer, LandmarksLieInsideTheFrameForEverySize) {
  for (const auto& [width, height] : {std::pair{160, 120}, {240, 480}, {1280, 720}}) {
    SynthClipOptions options = StillClip();
    options.width_px = width;
    options.height_px = height;
    const ClipRenderer renderer = Renderer(options);
    EXPECT_EQ(renderer.Render(0).size(), cv::Size(width, height));
    for (const cv::Point2d& p : renderer.Landmarks(0)) {
      EXPECT_TRUE(p.x > 0 && p.y > 0 && p.x < width && p.y < height) << width << 'x' << height;
    }
  }
}

TEST(ClipRenderer, FramesOutsideTheClipAreRefused) {
  const ClipRenderer renderer = Renderer(StillClip());
  EXPECT_EQ(renderer.frame_count(), 60);
  for (const std::int64_t index : {std::int64_t{-1}, renderer.frame_count()}) {
    EXPECT_THAT(ErrorMessage(ErrorKind::kInvalidArgument, [&] { renderer.Render(index); }),
                HasSubstr("60 frames"));
  }
}

struct BadOption {
  const char* expected;
  void (*change)(SynthClipOptions&);
};
const BadOption kBadOptions[] = {
    {"subject is 0; it must be in [1, 999]", [](auto& o) { o.subject = 0; }},
    {"seconds is 0; it must be in [0.1, 3600]", [](auto& o) { o.seconds = 0; }},
    {"fps is 9; it must be in [10, 1000]", [](auto& o) { o.fps = 9; }},
    {"fps is nan; it must be in [10, 1000]", [](auto& o) { o.fps = std::nan(""); }},
    {"width_px is 100; it must be in [160, 3840]", [](auto& o) { o.width_px = 100; }},
    {"height_px is 5000; it must be in [120, 2160]", [](auto& o) { o.height_px = 5000; }},
    {"intensity_min_crop_px is 0; it must be in [0.05, 4]",
     [](auto& o) { o.intensity_min_crop_px = 0; }},
    {"intensity_max_crop_px is 5; it must be in [0.05, 4]",
     [](auto& o) { o.intensity_max_crop_px = 5; }},
    {"intensity_min_crop_px is 3; it must not be above intensity_max_crop_px (2.5)",
     [](auto& o) { o.intensity_min_crop_px = 3; }},
    {"length.mean_s is 0.1; it must not be above length.max_s (0.05)",
     [](auto& o) {
       o.length = {0.1, 0.1, 0.03, 0.05};
     }},
    {"length.min_s is 0; it must be in [0.02, 5]",
     [](auto& o) {
       o.length = {0.1, 0, 0, 0.2};
     }},
    {"expressions is -1; it must be in [0, 36000]", [](auto& o) { o.expressions = -1; }},
    {"expressions_per_minute is 61; it must be in [0, 60]",
     [](auto& o) { o.expressions_per_minute = 61; }},
    {"gap_s is -1; it must be in [0, 10]", [](auto& o) { o.gap_s = -1; }},
    {"class_weights.positive is -2; it must be in [0, 1000000]",
     [](auto& o) {
       o.class_weights = {1, -2, 1};
     }},
    {"class_weights is 0,0,0; one must be above 0",
     [](auto& o) {
       o.class_weights = {0, 0, 0};
     }},
    {"noise_sigma is -0.5; it must be in [0, 50]", [](auto& o) { o.noise_sigma = -0.5; }},
    {"flicker is 1; it must be in [0, 0.5]", [](auto& o) { o.flicker = 1; }},
    {"drift_crop_px is 11; it must be in [0, 10]", [](auto& o) { o.drift_crop_px = 11; }},
    {"blinks_per_minute is 100; it must be in [0, 60]", [](auto& o) { o.blinks_per_minute = 100; }},
    {"gaze_crop_px is 3; it must be in [0, 2]", [](auto& o) { o.gaze_crop_px = 3; }},
};

TEST(SynthClipOptions, EachBadValueIsNamedWithItsLimit) {
  for (const BadOption& c : kBadOptions) {
    SynthClipOptions options;
    c.change(options);
    EXPECT_EQ(ErrorMessage(ErrorKind::kConfig, [&] { options.Check(); }), c.expected);
  }
  EXPECT_NO_THROW(SynthClipOptions().Check());
}

TEST(RealExpressionsPerMinute, IsThatOfTheDataSets) {
  EXPECT_NEAR(RealExpressionsPerMinute(30), 0.238, 0.001);
  EXPECT_NEAR(RealExpressionsPerMinute(200), 1.828, 0.001);
}

}  // namespace
}  // namespace mestr::internal
