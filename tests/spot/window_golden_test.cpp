// Against the published code of BoostingVRME and ME-TST (shared/reference/video_level.md).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "mestr/spot/spot.h"
#include "spot/class_votes.h"
#include "spot/made_track.h"
#include "spot/stitcher.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using nlohmann::json;
using testing::TrackOfClasses;
using testing::TrackOfLogits;

constexpr int kClasses = 5;
constexpr int kNeutralClass = 4;
constexpr double kSmoothedTolerance = 1e-6;

// What each data set is decoded with (section 8).
SpotOptions OptionsOf(const std::string& dataset, int k_p, bool of_boosting) {
  SpotOptions options;
  options.neutral = kNeutralClass;
  options.k_p_frames = k_p;
  options.published = of_boosting ? PublishedDecoding::kBoosting : PublishedDecoding::kMetst;
  const bool is_samm_test = dataset == "SAMM_test";
  options.p = is_samm_test ? 0.65 : 0.55;
  options.rule = is_samm_test                             ? SpotRule::kSamm
                 : of_boosting && dataset != "CASME_test" ? SpotRule::kScalable
                                                          : SpotRule::kPlain;
  if (is_samm_test) options.class_offsets = {-1, 0, 0, 0, 0};
  return options;
}

// The published numbers are indices; with `published` frames are one earlier.
json ToJson(const std::vector<SpottedInterval>& found) {
  json list = json::array();
  for (const SpottedInterval& one : found) {
    list.push_back({{"onset", one.interval.onset + 1},
                    {"offset", one.interval.offset + 1},
                    {"peak", one.peak + 1},
                    {"class", one.class_index}});
  }
  return list;
}

void ExpectDecoded(const json& golden, const json& c, bool of_boosting) {
  const SpotOptions options = OptionsOf(c["dataset"], c["k_p"], of_boosting);
  for (std::size_t v = 0; v < c["intervals"].size(); ++v) {
    const auto scores = golden["videos"][v]["scores"].get<std::vector<float>>();
    const auto says = golden["videos"][v]["classes"].get<std::vector<int>>();
    const Spotting spotting = SpotExpressions(TrackOfClasses(scores, says, kClasses), options);
    EXPECT_EQ(ToJson(spotting.intervals), c["intervals"][v]) << c["dataset"] << " " << v;
    const auto smoothed = c["smoothed"][v].get<std::vector<double>>();
    ASSERT_EQ(smoothed.size(), scores.size());
    for (std::size_t i = 0; i < smoothed.size(); ++i) {
      ASSERT_NEAR(spotting.smoothed[i], smoothed[i], kSmoothedTolerance) << i;
    }
  }
}

TEST(WindowGolden, DecodesAsBoostingDoes) {
  MESTR_GOLDEN_OR_SKIP(path, "video_level/decode/boosting_decode.json");
  const json golden = testing::ReadJson(path);
  ASSERT_EQ(golden["cases"].size(), 4U);
  for (const json& c : golden["cases"]) ExpectDecoded(golden, c, true);
}

TEST(WindowGolden, DecodesAsMetstDoes) {
  MESTR_GOLDEN_OR_SKIP(path, "video_level/decode/metst_decode.json");
  const json golden = testing::ReadJson(path);
  ASSERT_EQ(golden["cases"].size(), 2U);
  for (const json& c : golden["cases"]) ExpectDecoded(golden, c, false);
}

// [score; 5 logits] x k.
ScoreTrack WindowOf(const json& output) {
  const auto scores = output[0].get<std::vector<float>>();
  std::vector<float> logits(scores.size() * kClasses);
  for (int c = 0; c < kClasses; ++c) {
    for (std::size_t t = 0; t < scores.size(); ++t) logits[t * kClasses + c] = output[1 + c][t];
  }
  return TrackOfLogits(scores, logits, kClasses);
}

// The videos of all subjects, window by window, decoded with one case's settings.
class TestLoop {
 public:
  TestLoop(const json& golden, const json& c, bool of_boosting)
      : golden_(golden), case_(c), options_(OptionsOf(c["dataset"], golden["k_p"], of_boosting)) {
    // Whatever it is told, the published code takes this one for CAS's test set.
    options_.synergy =
        c["dataset"] == "CASME_test" ? Synergy::kSpotting : SynergyOf(c["synergy_strategy"]);
  }

  void Expect() {
    std::size_t video = 0;
    for (std::size_t s = 0; s < golden_["subjects"].size(); ++s) {
      std::int64_t windows = 0;
      std::vector<int> emotions;
      for (std::size_t v = 0; v < golden_["videos"][s].size(); ++v, ++video) {
        SCOPED_TRACE(golden_["videos"][s][v]);
        const ScoreTrack track = Stitched(golden_["window_outputs"][video], windows);
        ExpectVideo(track, s, v, emotions);
      }
      EXPECT_EQ(json(emotions), case_["subjects"][s]["emotions"]);
    }
    EXPECT_EQ(csv_, case_["csv"].get<std::string>());
  }

 private:
  ScoreTrack Stitched(const json& windows, std::int64_t& windows_before) const {
    Stitcher stitcher(StitchRule::kPublished, case_["batch_size"], windows_before);
    const auto hop = golden_["k"].get<std::int64_t>() / 2;
    for (std::size_t w = 0; w < windows.size(); ++w) {
      stitcher.Add(static_cast<std::int64_t>(w) * hop, WindowOf(windows[w]));
    }
    windows_before = stitcher.windows();
    ScoreTrack track = stitcher.Finish();
    track.frame_step = 1;
    track.frames = static_cast<std::int64_t>(track.size());
    return track;
  }

  void ExpectVideo(const ScoreTrack& track, std::size_t s, std::size_t v,
                   std::vector<int>& emotions) {
    const json& expected = case_["subjects"][s];
    EXPECT_EQ(track.spot, expected["scores"][v].get<std::vector<float>>());
    const Voters all{0, static_cast<std::int64_t>(track.size())};
    EXPECT_EQ(ClassesOf(track, all, options_), expected["classes"][v].get<std::vector<int>>());
    const Spotting spotting = SpotExpressions(track, options_);
    std::vector<SpottedInterval> found = spotting.intervals;
    found.insert(found.end(), spotting.not_written.begin(), spotting.not_written.end());
    std::sort(found.begin(), found.end(), [](const SpottedInterval& a, const SpottedInterval& b) {
      return a.interval.onset < b.interval.onset;
    });
    json intervals = json::array();
    for (const SpottedInterval& one : found) {
      intervals.push_back({one.interval.onset + 1, one.interval.offset + 1, one.peak + 1});
      emotions.push_back(one.class_index);
      ++(one.class_index == kNeutralClass ? neutral_ : kept_);
    }
    EXPECT_EQ(intervals, expected["intervals"][v]);
    AddToCsv(track, s, v);
  }

  // The published test sets' file; frames of the file from 1.
  void AddToCsv(ScoreTrack track, std::size_t s, std::size_t v) {
    const std::string dataset = case_["dataset"];
    if (!dataset.ends_with("_test")) return;
    track.frame_step = dataset == "SAMM_test" ? golden_["frame_skip"].get<int>() : 1;
    track.frames *= track.frame_step;
    SpotOptions options = options_;
    options.not_written = {3, kNeutralClass};
    if (csv_.empty()) csv_ = "subject,video,onset,offset,emotion\n";
    for (const SpottedInterval& one : SpotExpressions(track, options).intervals) {
      constexpr const char* kNames[] = {"negative", "positive", "surprise"};
      csv_ += std::to_string(std::stoi(golden_["subjects"][s].get<std::string>())) + "," +
              golden_["videos"][s][v].get<std::string>() + "," +
              std::to_string(one.interval.onset + 1) + "," +
              std::to_string(one.interval.offset + 1) + "," + kNames[one.class_index] + "\n";
    }
  }

  const json& golden_;
  const json& case_;
  SpotOptions options_;
  std::string csv_;

 public:
  int kept_ = 0;     // intervals that were voted an emotion
  int neutral_ = 0;  // and neutral
};

// Result-level synergy: with strategy 1 those that were voted neutral are none.
void ExpectPruned(const TestLoop& loop, const json& c) {
  const auto all = [](const json& counts) { return counts[0].get<int>() + counts[1].get<int>(); };
  EXPECT_EQ(loop.kept_ + loop.neutral_, all(c["tp_fp_fn"]));
  EXPECT_EQ(loop.kept_, all(c["without_neutral_tp_fp_fn"]));
}

void ExpectTestLoops(const std::filesystem::path& path, std::size_t cases, bool of_boosting) {
  const json golden = testing::ReadJson(path);
  ASSERT_EQ(golden["cases"].size(), cases);
  for (const json& c : golden["cases"]) {
    SCOPED_TRACE(c["dataset"].get<std::string>() + ", synergy " + c["synergy_strategy"].dump() +
                 ", batch " + c["batch_size"].dump());
    TestLoop loop(golden, c, of_boosting);
    loop.Expect();
    ExpectPruned(loop, c);
  }
}

TEST(WindowGolden, RunsBoostingsTestLoopFromWindowsToItsFile) {
  MESTR_GOLDEN_OR_SKIP(path, "video_level/decode/boosting_test_loop.json");
  ExpectTestLoops(path, 10, true);
}

TEST(WindowGolden, RunsMetstsTestLoop) {
  MESTR_GOLDEN_OR_SKIP(path, "video_level/decode/metst_test_loop.json");
  ExpectTestLoops(path, 4, false);
}

}  // namespace
}  // namespace mestr::internal
