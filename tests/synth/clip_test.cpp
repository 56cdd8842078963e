#include "synth/clip.h"

#include <opencv2/core.hpp>

#include "support/test_support.h"

namespace mestr::internal::synth {
namespace {

using ::mestr::testing::ErrorMessage;

ClipOptions Small(Context context) {
  ClipOptions options;
  options.width_px = 320;
  options.height_px = 240;
  options.seconds = 3;
  options.contexts = {context};
  options.noise_gray = 0;
  return options;
}

// How far the landmark that moves most is apart in two frames, px at a face width of 200.
double LandmarksApart_px200(const Clip& clip, std::int64_t a, std::int64_t b) {
  const auto from = clip.LandmarksAt(a);
  const auto to = clip.LandmarksAt(b);
  double most = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    most = std::max(most, PortableHypot(to[i].x - from[i].x, to[i].y - from[i].y));
  }
  return most * 200 / clip.face_px();
}

TEST(Clip, LabelsAreWhereTheLandmarksMove) {
  for (int person = 1; person <= 6; ++person) {
    ClipOptions options = Small(Context::kFrozen);
    options.person = person;
    options.seed = static_cast<std::uint64_t>(person);
    options.expressions = 1;
    options.intensity_min_px200 = options.intensity_max_px200 = 4;
    const Clip clip(options);
    ASSERT_EQ(clip.events().size(), 1U);
    const FaceEvent& event = clip.events()[0];
    // The landmarks are not always where the skin moves most.
    const double apex = LandmarksApart_px200(clip, event.frames.onset, event.apex);
    EXPECT_GT(apex, 0.8) << UnitsText(event.expression);
    EXPECT_LT(apex, 4.4) << UnitsText(event.expression);
    EXPECT_LE(LandmarksApart_px200(clip, event.frames.onset, event.frames.offset),
              apex * event.envelope.rest + 0.01);
    EXPECT_EQ(LandmarksApart_px200(clip, 0, event.frames.onset), 0);
    EXPECT_EQ(clip.TruthAt(event.apex).micro, 1);
    EXPECT_EQ(clip.TruthAt(event.frames.onset).micro, 0);
    EXPECT_GT(clip.TruthAt(event.frames.onset + 1).face_px200, 0);
    EXPECT_EQ(clip.TruthAt(event.frames.onset).head_px200, 0);
  }
}

TEST(Clip, PicturesChangeWhereTheTruthSaysSo) {
  ClipOptions options = Small(Context::kFrozen);
  options.expressions = 1;
  options.intensity_min_px200 = options.intensity_max_px200 = 6;
  Clip clip(options);
  const FaceEvent event = clip.events().at(0);
  std::vector<cv::Mat> frames;
  for (std::int64_t i = 0; i < clip.frame_count(); ++i) frames.push_back(clip.NextFrame());
  EXPECT_EQ(frames[0].type(), CV_8UC3);
  EXPECT_EQ(frames[0].size(), cv::Size(320, 240));
  const auto most = [&](std::int64_t a, std::int64_t b) {
    return cv::norm(frames[a], frames[b], cv::NORM_INF);
  };
  EXPECT_GT(most(event.frames.onset, event.apex),
            2 * most(event.frames.onset - 1, event.frames.onset));
}

TEST(Clip, TheTruthOfAFrameNamesWhatGoesOn) {
  ClipOptions options = Small(Context::kSpeaking);
  options.seconds = 10;
  options.blinks_per_minute = 40;
  const Clip clip(options);
  int speech = 0;
  int blink = 0;
  double head_px = 0;
  for (std::int64_t i = 0; i < clip.frame_count(); ++i) {
    const FrameTruth truth = clip.TruthAt(i);
    speech += truth.speech ? 1 : 0;
    blink += truth.blink > 0.5 ? 1 : 0;
    head_px += truth.head_px200 / 300;
  }
  EXPECT_GT(speech, 60);
  EXPECT_GT(blink, 5);
  EXPECT_GT(head_px, 0.05);
  EXPECT_LT(head_px, 5);
}

TEST(Clip, TheTrueFlowCarriesTheLandmarksOfTheSkin) {
  ClipOptions options = Small(Context::kLively);
  options.seed = 4;
  const Clip clip(options);
  constexpr std::int64_t kFrom = 20;
  constexpr std::int64_t kTo = 26;
  const cv::Mat flow = clip.Flow(kFrom, kTo);
  ASSERT_EQ(flow.type(), CV_32FC2);
  const auto from = clip.LandmarksAt(kFrom);
  const auto to = clip.LandmarksAt(kTo);
  for (const int point : {27, 28, 29, 30}) {  // the bridge of the nose
    const cv::Vec2f at = flow.at<cv::Vec2f>(cv::Point(from[point]));
    EXPECT_NEAR(at[0], to[point].x - from[point].x, 0.3) << point;
    EXPECT_NEAR(at[1], to[point].y - from[point].y, 0.3) << point;
  }
  EXPECT_TRUE(std::isnan(flow.at<cv::Vec2f>(0, 0)[0]));
}

struct BadOption {
  const char* expected;
  void (*change)(ClipOptions&);
};
const BadOption kBadOptions[] = {
    {"person is 0; it must be in [1, 9999]", [](auto& o) { o.person = 0; }},
    {"seconds is 0; it must be in [0.1, 3600]", [](auto& o) { o.seconds = 0; }},
    {"fps is 5; it must be in [10, 1000]", [](auto& o) { o.fps = 5; }},
    {"width_px is 100; it must be in [160, 3840]", [](auto& o) { o.width_px = 100; }},
    {"height_px is 5000; it must be in [120, 2160]", [](auto& o) { o.height_px = 5000; }},
    {"height_px is 241; it must be even", [](auto& o) { o.height_px = 241; }},
    {"intensity_min_px200 is 0; it must be in [0.1, 10]",
     [](auto& o) { o.intensity_min_px200 = 0; }},
    {"intensity_max_px200 is 11; it must be in [0.1, 10]",
     [](auto& o) { o.intensity_max_px200 = 11; }},
    {"intensity_min_px200 is 5; it must not be above intensity_max_px200 (4)",
     [](auto& o) { o.intensity_min_px200 = 5; }},
    {"length.min_s is 0.4; it must not be above length.mean_s (0.36)",
     [](auto& o) { o.length.min_s = 0.4; }},
    {"length.mean_s is 0.36; it must not be above length.max_s (0.3)",
     [](auto& o) { o.length.max_s = 0.3; }},
    {"length.min_s is 0; it must be in [0.02, 5]", [](auto& o) { o.length.min_s = 0; }},
    {"expressions is -1; it must be in [0, 36000]", [](auto& o) { o.expressions = -1; }},
    {"expressions_per_minute is 61; it must be in [0, 60]",
     [](auto& o) { o.expressions_per_minute = 61; }},
    {"gap_s is -1; it must be in [0, 10]", [](auto& o) { o.gap_s = -1; }},
    {"class_weights.positive is -2; it must be in [0, 1000000]",
     [](auto& o) {
       o.class_weights = {1, -2, 1};
     }},
    {"expressions is 9; at most 2 fit in 3 s with gap_s 0.5", [](auto& o) { o.expressions = 9; }},
    {"class_weights is 0,0,0; one must be above 0",
     [](auto& o) {
       o.class_weights = {0, 0, 0};
     }},
    {"contexts: one at least is needed", [](auto& o) { o.contexts.clear(); }},
    {"blinks_per_minute is 61; it must be in [0, 60]", [](auto& o) { o.blinks_per_minute = 61; }},
    {"noise_gray is -1; it must be in [0, 50]", [](auto& o) { o.noise_gray = -1; }},
};

TEST(ClipOptions, EachBadValueIsNamed) {
  for (const BadOption& c : kBadOptions) {
    ClipOptions options = Small(Context::kCalm);
    c.change(options);
    EXPECT_EQ(ErrorMessage(ErrorKind::kConfig, [&] { options.Check(); }), c.expected);
  }
}

TEST(RealExpressionsPerMinute, IsThatOfTheDataSets) {
  EXPECT_NEAR(RealExpressionsPerMinute(30), 0.238, 0.001);
  EXPECT_NEAR(RealExpressionsPerMinute(200), 1.828, 0.001);
}

}  // namespace
}  // namespace mestr::internal::synth
