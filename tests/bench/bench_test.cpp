#include "bench/bench.h"

#include <nlohmann/json.hpp>

#include "bench/machine.h"
#include "bench/whole_bench.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Everything small, and once.
BenchOptions Tiny() {
  BenchOptions options;
  options.config = DefaultConfig();
  options.config.model.files = {{testing::SourcePath("tests/data/model/tiny.pt")}};
  options.device = Device::kCpu;
  options.threads = {1};
  options.sizes_px = {32};
  options.pairs = 1;
  options.repetitions = 1;
  options.stage_frames = 8;
  options.stage_clips = {{"a folder", 320, 240, /*is_folder=*/true},
                         {"a file", 400, 300, /*is_folder=*/false}};
  options.rates_fps = {30};
  options.clip_frames = 12;
  options.width_px = 320;
  options.height_px = 240;
  options.reference_frames = 2;
  options.lengths_s = {0.3};
  options.videos = 2;
  options.video_width_px = 400;
  options.video_height_px = 300;
  options.window_clips = {{"small", 30, 320, 240, {.window_frames = 4, .hop_frames = 2}}};
  return options;
}

void ExpectEveryStage(const ClipStages& clip) {
  std::vector<std::string> stages;
  for (const StageTiming& stage : clip.stages) {
    stages.push_back(stage.stage);
    EXPECT_GT(stage.items, 0) << stage.stage;
    EXPECT_GT(stage.ms_per_item.median, 0) << stage.stage;
    EXPECT_EQ(stage.speedup.has_value(), stage.stage == kBoxDecodeStage) << stage.stage;
  }
  ASSERT_THAT(stages, ::testing::ElementsAre("decode", "decode, face's box", "detection", "crop",
                                             "similarity", "flow", "features", "network"));
  const StageTiming& whole = clip.stages[0];
  const StageTiming& box = clip.stages[1];
  EXPECT_EQ(box.items, 7);  // after the first frame
  EXPECT_DOUBLE_EQ(box.speedup->cpu.median,
                   whole.cpu_ms_per_item.median / box.cpu_ms_per_item.median);
  EXPECT_DOUBLE_EQ(box.speedup->wall.median, whole.ms_per_item.median / box.ms_per_item.median);
}

// The first of the clips that the other parts have, then those of this part.
void ExpectStages(const std::vector<ClipStages>& clips) {
  ASSERT_EQ(clips.size(), 3U);
  EXPECT_EQ(std::tie(clips[0].clip, clips[0].width, clips[0].is_folder),
            std::tuple("synthetic, 30 fps", 320, false));
  EXPECT_EQ(std::tie(clips[1].clip, clips[1].width, clips[1].is_folder),
            std::tuple("a folder", 320, true));
  EXPECT_EQ(std::tie(clips[2].clip, clips[2].width, clips[2].is_folder),
            std::tuple("a file", 400, false));
  for (const ClipStages& clip : clips) ExpectEveryStage(clip);
}

void ExpectManyVideos(const std::vector<ScalingTiming>& many) {
  ASSERT_FALSE(many.empty());
  EXPECT_EQ(many.back().videos, 2);
  EXPECT_EQ(many.back().frames, 120);
  EXPECT_EQ(many.back().width, 400);
  EXPECT_EQ(many.back().height, 300);
  EXPECT_FALSE(many.front().speedup);  // of one processor
  for (const ScalingTiming& timing : many) {
    if (timing.processors == 1) continue;
    ASSERT_TRUE(timing.speedup);
    EXPECT_DOUBLE_EQ(timing.speedup->median,
                     timing.frames_per_s.median / many.front().frames_per_s.median);
  }
}

double Ms(const Spread& of_one, std::int64_t times) {
  return static_cast<double>(times) * of_one.median;
}

// Of one repetition over 12 frames and 9 pairs: what is published detects in each frame, and its
// processor time is that with the flow of one thread.
void ExpectReference(const ReferenceTiming& reference) {
  ASSERT_EQ(reference.stages.size(), 7U);
  EXPECT_EQ(reference.stages[0].stage, kDecodeStage);  // of whole frames, and nothing else
  const StageTiming& detection = reference.stages[1];
  EXPECT_EQ(detection.items, reference.frames);
  const double saved_ms =
      1e3 * (reference.published.seconds.median - reference.detecting_once.seconds.median);
  EXPECT_NEAR(saved_ms, Ms(detection.ms_per_item, 11), 1e-6 * saved_ms);
  double cpu_ms = 0;
  for (const StageTiming& stage : reference.stages) {
    if (stage.stage != "flow") cpu_ms += Ms(stage.cpu_ms_per_item, stage.item == "frame" ? 12 : 9);
  }
  EXPECT_NEAR(1e3 * reference.published.cpu_s.median, cpu_ms, 1e-6 * cpu_ms);
}

void ExpectWhole(const WholeTiming& whole) {
  EXPECT_EQ(whole.frames, 12);
  EXPECT_EQ(whole.k_frames, 3);
  ASSERT_TRUE(whole.reference);
  EXPECT_EQ(whole.reference->frames, 5);
  EXPECT_EQ(whole.reference->pairs, 2);
  ExpectReference(*whole.reference);
  ASSERT_EQ(whole.runs.size(), 2U);
  EXPECT_EQ(whole.runs[0].method, FlowMethod::kExact);
  EXPECT_TRUE(whole.runs[0].compared.value().must_agree);
  EXPECT_LE(whole.runs[0].compared->max_score_difference, 1e-6);
  EXPECT_EQ(whole.runs[1].method, FlowMethod::kFast);
  EXPECT_FALSE(whole.runs[1].compared.value().must_agree);
  for (const RunTiming& run : whole.runs) {
    EXPECT_DOUBLE_EQ(run.compared->published.wall.median,
                     whole.reference->published.seconds.median / run.cost.seconds.median);
    EXPECT_DOUBLE_EQ(run.compared->detecting_once.cpu.median,
                     whole.reference->detecting_once.cpu_s.median / run.cost.cpu_s.median);
    EXPECT_GT(run.startup_s.median, 0);
  }
}

void ExpectWindows(const WindowTiming& timing) {
  EXPECT_EQ(timing.windows, 2);
  ASSERT_EQ(timing.runs.size(), 3U);
  EXPECT_EQ(timing.runs[0].max_px, 0);
  EXPECT_LE(timing.runs[1].max_px, 2e-6);
  EXPECT_FALSE(timing.runs[2].must_agree);
  for (const WindowRun& run : timing.runs) {
    EXPECT_EQ(run.ms_per_window.count, 2U);
    EXPECT_EQ(run.speedup.has_value(), &run != &timing.runs[0]);
  }
}

void ExpectJson(const nlohmann::json& json) {
  EXPECT_EQ(json.at("command"), "mestr bench x");
  EXPECT_EQ(json.at("machine").at("processors"), UsableProcessors());
  EXPECT_FALSE(json.at("build").at("compiler").get<std::string>().empty());
  EXPECT_FALSE(json.at("build").at("commit").get<std::string>().empty());
  for (const char* library : {"opencv", "torch", "dlib", "highway", "libavcodec", "turbojpeg"}) {
    EXPECT_FALSE(json.at("libraries").at(library).get<std::string>().empty()) << library;
  }
  EXPECT_EQ(json.at("options").at("config").at("flow").at("method"), "exact");
  EXPECT_EQ(json.at("flow").at("checks").size(), 9U);
  EXPECT_EQ(json.at("flow").at("timings")[0].at("ms_per_pair").at("n"), 1);
  EXPECT_EQ(json.at("stages").size(), 3U);
  EXPECT_EQ(json.at("stages")[1].at("is_folder"), true);
  EXPECT_EQ(json.at("stages")[1].at("stages")[1].at("cpu_speedup").at("n"), 1);
  EXPECT_TRUE(json.at("stages")[1].at("stages")[0].at("speedup").is_null());
  EXPECT_EQ(json.at("scaling").at("many")[0].at("width"), 400);
  EXPECT_EQ(json.at("whole")[0].at("runs")[0].at("speedup").at("n"), 1);
  EXPECT_EQ(json.at("windows")[0].at("ways").size(), 3U);
  EXPECT_EQ(json.at("scaling").at("lengths").size(), 1U);
}

TEST(Bench, MeasuresEveryPartAndChecksTheResults) {
  const BenchOptions options = Tiny();
  std::vector<std::string> lines;
  const BenchReport report =
      RunBench(options, [&](const std::string& line) { lines.push_back(line); });
  EXPECT_FALSE(lines.empty());

  ASSERT_TRUE(report.flow.has_value());
  EXPECT_EQ(report.flow->checks.size(), 9U);  // three kinds of pairs, three engines
  EXPECT_EQ(report.flow->timings.size(), 9U);
  ExpectStages(report.stages);
  ASSERT_EQ(report.whole.size(), 1U);
  ExpectWhole(report.whole[0]);
  EXPECT_EQ(report.processors.back().processors, UsableProcessors());
  ASSERT_EQ(report.lengths.size(), 1U);
  EXPECT_EQ(report.lengths[0].frames, 9);
  ExpectManyVideos(report.many);

  ASSERT_EQ(report.windows.size(), 1U);
  ExpectWindows(report.windows[0]);

  const std::string text = BenchToText(report);
  EXPECT_THAT(text, AllOf(HasSubstr("similarity"), HasSubstr("mestr run"), HasSubstr("exact"),
                          HasSubstr("on one thread: a folder, 320x240"),
                          HasSubstr("whole / box, CPU"), HasSubstr("x of one processor")));
  ExpectJson(nlohmann::json::parse(BenchToJson(report, options, "mestr bench x").dump()));
}

TEST(Bench, TheReferenceHasTheConfigsJpegQuality) {
  BenchOptions options = Tiny();
  options.flow = options.stages = options.windows = options.scaling = false;
  options.engines = {FlowMethod::kExact};
  options.config.features.jpeg_quality = 40;
  const BenchReport report = RunBench(options, {});
  ASSERT_EQ(report.whole.size(), 1U);
  EXPECT_TRUE(report.whole[0].runs.at(0).compared.value().must_agree);
  EXPECT_LE(report.whole[0].runs.at(0).compared->max_score_difference, 1e-6);
}

TEST(Bench, RunsOnlyTheAskedPartOnAnOwnClip) {
  BenchOptions options = Tiny();
  const ScratchFolder folder;
  options.input = BenchClips(options, folder.path()).front().input.path.string();
  options.stages = options.whole = options.windows = options.scaling = false;
  const BenchReport report = RunBench(options, {});
  ASSERT_TRUE(report.flow.has_value());
  for (const FlowTiming& timing : report.flow->timings) EXPECT_EQ(timing.kind, "clip");
  EXPECT_TRUE(report.stages.empty());
  EXPECT_TRUE(report.whole.empty());
  EXPECT_TRUE(report.processors.empty());
  EXPECT_TRUE(report.lengths.empty());
  EXPECT_TRUE(nlohmann::json::parse(BenchToJson(report, options, "").dump()).at("whole").empty());
}

// A model of windows of 30 used frames, each 7th of 200 fps.
BenchOptions OfWindows() {
  BenchOptions options = Tiny();
  options.config = LoadConfig({"boosting_samm"}, {});
  options.config.model.files = {{testing::SourcePath("tests/data/model/tiny_window.pt")}};
  options.lengths_s = {1.2};
  return options;
}

TEST(BenchOfWindows, TimesTheStagesAndWholeRunsOfASyntheticClipThatFitsTheModel) {
  BenchOptions options = OfWindows();
  options.windows = options.scaling = false;
  std::vector<std::string> lines;
  const BenchReport report =
      RunBench(options, [&](const std::string& line) { lines.push_back(line); });
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("flow: left out")));
  EXPECT_FALSE(report.flow.has_value());

  ASSERT_EQ(report.stages.size(), 1U);
  ASSERT_EQ(report.stages[0].stages.size(), 3U);
  const std::vector<std::tuple<std::string, std::string, std::int64_t>> stages = {
      {"decode", "used frame", 30}, {"features", "window", 1}, {"network", "window", 1}};
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const StageTiming& stage = report.stages[0].stages[i];
    EXPECT_EQ(std::tuple(stage.stage, stage.item, stage.items), stages[i]);
    EXPECT_GT(stage.ms_per_item.median, 0) << stage.stage;
  }

  ASSERT_EQ(report.whole.size(), 1U);
  const WholeTiming& whole = report.whole[0];
  EXPECT_EQ(whole.fps, 200);
  EXPECT_EQ(whole.frames, 45 * 7);  // two windows
  EXPECT_FALSE(whole.reference);
  ASSERT_TRUE(whole.windows);
  EXPECT_EQ(whole.windows->frame_step, 7);
  ASSERT_EQ(whole.runs.size(), 1U);
  EXPECT_FALSE(whole.runs[0].method || whole.runs[0].compared);
  EXPECT_GT(whole.runs[0].cost.seconds.median, 0);

  EXPECT_THAT(BenchToText(report), AllOf(HasSubstr("mestr run: synthetic, 200 fps"),
                                         HasSubstr("windows of 30 used frames, 15 new ones each, "
                                                   "one of 7 frames used")));
  const auto json = nlohmann::json::parse(BenchToJson(report, options, "").dump());
  EXPECT_EQ(json.at("whole")[0].at("window").at("frame_step"), 7);
  EXPECT_TRUE(json.at("whole")[0].at("runs")[0].at("engine").is_null());
  EXPECT_FALSE(json.at("whole")[0].contains("reference_s"));
}

TEST(BenchOfWindows, TakesTheModelsWindowsForAnOwnClip) {
  BenchOptions options = OfWindows();
  options.stages = options.whole = false;
  options.clip_frames = 40;
  const ScratchFolder folder;
  options.input = BenchClips(options, folder.path()).front().input.path.string();
  const BenchReport report = RunBench(options, {});
  ASSERT_EQ(report.windows.size(), 1U);
  EXPECT_EQ(report.windows[0].layout,
            (WindowLayout{.window_frames = 30, .hop_frames = 15, .frame_step = 1}));
  EXPECT_EQ(report.processors.back().frames, 40);
  ASSERT_EQ(report.lengths.size(), 1U);
  EXPECT_EQ(report.lengths[0].frames, 36);
}

TEST(BenchOfWindows, RefusesWhatMakesNoSense) {
  BenchOptions options = OfWindows();
  const auto message = [&](ErrorKind kind) {
    return testing::ErrorMessage(kind, [&] { RunBench(options, {}); });
  };
  options.stages = options.whole = options.windows = options.scaling = false;
  EXPECT_THAT(message(ErrorKind::kConfig),
              HasSubstr("the parts stages, whole, windows and scaling"));
  options.config.model.files.clear();
  EXPECT_THAT(message(ErrorKind::kConfig), HasSubstr("windows have no use for"));
  // The model that comes with mestr is of pairs.
  options.stages = true;
  EXPECT_THAT(message(ErrorKind::kModel), HasSubstr("give a model of that kind"));
}

TEST(BenchOfWindows, RefusesAClipThatIsShorterThanAWindow) {
  BenchOptions options = OfWindows();
  options.whole = options.windows = options.scaling = false;
  options.clip_frames = 12;
  const ScratchFolder folder;
  options.input = BenchClips(options, folder.path()).front().input.path.string();
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput, [&] { RunBench(options, {}); }),
              HasSubstr("12 used frames in a row, fewer than a window of 30"));
}

// Flow that is zero everywhere.
class NoFlow : public FlowEngine {
 public:
  void Compute(std::span<const FlowPair> pairs) override {
    for (const FlowPair& pair : pairs) {
      for (int y = 0; y < pair.u.height; ++y) {
        std::fill_n(pair.u.row(y), pair.u.width, 0.0F);
        std::fill_n(pair.v.row(y), pair.v.width, 0.0F);
      }
    }
  }
  int PreferredBatch() const override { return 1; }
  std::string Description() const override { return "none"; }
};

class WholeBench : public ::testing::Test {
 protected:
  WholeTiming Time() {
    const BenchClip clip = BenchClips(options_, folder_.path()).front();
    return TimeWhole(options_, clip, ReferenceParts{reference_, *network_}, folder_.path(), {});
  }

  BenchOptions options_ = Tiny();
  ScratchFolder folder_;
  FaceFinder finder_{FindLandmarkModel({})};
  StagedPipeline reference_{finder_, std::make_unique<NoFlow>()};
  std::unique_ptr<Network> network_ = LoadNetwork(options_.config.model.files, ModelDevice::kCpu);
};

TEST_F(WholeBench, RefusesScoresThatDifferFromTheReference) {
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { Time(); }),
              HasSubstr("differ"));
}

TEST_F(WholeBench, ReportsTheDifferenceOfAnEngineThatNeedNotAgree) {
  options_.engines = {FlowMethod::kFast};
  const WholeTiming timing = Time();
  ASSERT_EQ(timing.runs.size(), 1U);
  EXPECT_FALSE(timing.runs[0].compared.value().must_agree);
  EXPECT_GT(timing.runs[0].compared->max_score_difference, 1e-6);
}

TEST_F(WholeBench, ReportsTheDifferenceOfAnAlignmentThatTheReferenceDoesNotHave) {
  options_.config.face.alignment = AlignmentMode::kSimilarity;
  options_.config.face.min_stretch_s = 0;
  options_.engines = {FlowMethod::kExact};
  const WholeTiming timing = Time();
  ASSERT_EQ(timing.runs.size(), 1U);
  EXPECT_FALSE(timing.runs[0].compared.value().must_agree);
}

TEST(BenchOptions, NameTheFieldThatIsOutOfRange) {
  const auto message = [](const auto& change) {
    BenchOptions options = Tiny();
    change(options);
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { options.Check(); });
  };
  EXPECT_THAT(message([](BenchOptions& o) { o.threads = {1, 0}; }), HasSubstr("threads is 0"));
  EXPECT_THAT(message([](BenchOptions& o) { o.sizes_px = {8}; }), HasSubstr("[16, 4096]"));
  EXPECT_THAT(message([](BenchOptions& o) { o.pairs = 0; }), HasSubstr("pairs"));
  EXPECT_THAT(message([](BenchOptions& o) { o.repetitions = 0; }), HasSubstr("repetitions"));
  EXPECT_THAT(message([](BenchOptions& o) { o.stage_frames = 0; }), HasSubstr("stage_frames"));
  EXPECT_THAT(message([](BenchOptions& o) { o.rates_fps = {}; }), HasSubstr("rates_fps is empty"));
  EXPECT_THAT(message([](BenchOptions& o) { o.clip_frames = 1; }), HasSubstr("clip_frames"));
  EXPECT_THAT(message([](BenchOptions& o) { o.reference_frames = 0; }),
              HasSubstr("reference_frames"));
  EXPECT_THAT(message([](BenchOptions& o) { o.lengths_s = {0}; }), HasSubstr("lengths_s"));
  EXPECT_THAT(message([](BenchOptions& o) { o.videos = 0; }), HasSubstr("videos"));
  EXPECT_THAT(message([](BenchOptions& o) { o.engines = {}; }), HasSubstr("engines is empty"));
  EXPECT_THAT(message([](BenchOptions& o) { o.engines = {FlowMethod::kCuda}; }),
              HasSubstr("cuda alone"));
}

}  // namespace
}  // namespace mestr::internal
