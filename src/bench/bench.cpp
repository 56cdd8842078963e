#include "bench/bench.h"

#include <algorithm>
#include <cmath>

#include "bench/clips.h"
#include "bench/face_pairs.h"
#include "bench/machine.h"
#include "bench/scaling_bench.h"
#include "bench/stage_samples.h"
#include "bench/staged_run.h"
#include "bench/staged_windows.h"
#include "bench/whole_bench.h"
#include "bench/window_bench.h"
#include "core/limits.h"
#include "mestr/core/error.h"
#include "mestr/pipeline/analyzer.h"
#include "pipeline/device.h"
#include "pipeline/model_set.h"
#include "pipeline/pair_parameters.h"
#include "pipeline/stage_inputs.h"
#include "pipeline/window_fit.h"
#include "pipeline/window_workers.h"

namespace mestr::internal {
namespace {

// Of an own clip from its first face on, for pairs of the flow part.
constexpr std::int64_t kFlowClipFrames = 300;
// The detector takes as long on every frame; few are enough.
constexpr int kDetections = 4;

template <typename Value>
void RequireAllInRange(const std::string& field, const std::vector<Value>& values,
                       const Limits& limits) {
  if (values.empty()) throw Error(ErrorKind::kConfig, field + " is empty");
  for (const Value& value : values) RequireInRange(field, value, limits);
}

FlowBenchOptions FlowOptionsOf(const BenchOptions& options, const BenchProgress& progress) {
  FlowBenchOptions flow;
  flow.methods = options.engines;
  if (options.device == Device::kCpu) std::erase(flow.methods, FlowMethod::kCuda);
  flow.threads = options.threads;
  flow.repetitions = options.repetitions;
  flow.must_have_cuda = options.device == Device::kCuda;
  flow.tvl1 = options.config.flow.tvl1;
  flow.make_engine = options.make_engine;
  flow.on_progress = progress;
  return flow;
}

class Bench {
 public:
  Bench(const BenchOptions& options, const BenchProgress& progress)
      : options_(options), progress_(progress) {}

  BenchReport Run() {
    report_.machine = ThisMachine();
    device_ = ChooseDevice(options_.device, options_.config.flow.method);
    report_.device = device_.reason;
    if (!options_.input.empty()) MakeClips();
    FindModel();
    if (IsOfWindows()) FitToWindows();
    if (NeedsClips() && clips_.empty()) MakeClips();
    IsOfWindows() ? RunOnWindows() : RunOnFaces();
    if (options_.windows) {
      report_.windows = TimeWindows(options_, model_of_windows(), scratch_.path(), progress_);
    }
    // By now the models of the parts above are gone, so that they do not count as memory of a run.
    if (options_.scaling) {
      report_.processors = TimeProcessors(options_, clips_.front(), scratch_.path(), progress_);
      // Two seconds need not be a window.
      if (!IsOfWindows()) {
        report_.many = TimeManyVideos(options_, scratch_.path(), progress_);
      }
      report_.lengths = TimeLengths(options_, scratch_.path(), progress_);
    }
    return std::move(report_);
  }

 private:
  bool NeedsClips() const { return options_.stages || options_.whole || options_.scaling; }

  void MakeClips() {
    Tell("clips");
    clips_ = BenchClips(options_, scratch_.path());
  }

  // Refuses a model that the config is not for before anything is timed.
  void FindModel() {
    if (!NeedsClips() && options_.config.model.files.empty()) return;
    AnalyzerOptions analyzer;
    analyzer.config = options_.config;
    analyzer.device = options_.device;
    analyzer.jobs = 1;
    model_ = Analyzer(analyzer).LoadModel(clips_.empty() ? VideoKey{} : clips_.front().input.key);
  }

  bool IsOfWindows() const {
    return model_ ? model_->input == NetworkInput::kWindows
                  : FindWindowKind(options_.config.features.kind, {}) != nullptr;
  }

  const ModelInfo* model_of_windows() const { return model_ && IsOfWindows() ? &*model_ : nullptr; }

  void FitToWindows() {
    if (options_.flow) {
      if (!NeedsClips() && !options_.windows) {
        throw Error(ErrorKind::kConfig,
                    "the part flow times engines of pairs of frames, which windows have no use "
                    "for; the parts stages, whole, windows and scaling are for them");
      }
      Tell("flow: left out, as windows have no use for its engines");
    }
    options_.flow = false;
    if (!model_) return;
    const WindowLayout layout = WindowFitFor(options_.config, *model_, model_->fps).layout;
    options_.rates_fps = {model_->fps};
    options_.clip_frames = std::max(options_.clip_frames,
                                    (layout.window_frames + layout.hop_frames) * layout.frame_step);
    options_.Check();  // a record may have a rate or a window that no synthetic clip has
  }

  void Tell(const std::string& line) const {
    if (progress_) progress_(line);
  }

  void RunOnWindows() {
    if (options_.stages) TimeStagesOfWindows();
    if (!options_.whole) return;
    for (const BenchClip& clip : clips_) {
      report_.whole.push_back(TimeWhole(options_, clip, {}, scratch_.path(), progress_));
    }
  }

  void RunOnFaces() {
    if (!options_.flow && !options_.stages && !options_.whole) return;
    FaceFinder finder(FindLandmarkModel(options_.config.landmarks));
    if (options_.flow) {
      const std::vector<PairSet> sets = FlowPairs(finder);
      report_.flow = RunFlowBench(sets, FlowOptionsOf(options_, progress_));
    }
    if (options_.stages) TimeStages(finder);
    if (!options_.whole) return;
    const Tvl1Options& tvl1 = options_.config.flow.tvl1;
    StagedPipeline reference(finder, MakeReferenceFlowEngine(tvl1),
                             MakeReferenceFlowEngine(tvl1, 1));
    for (const BenchClip& clip : clips_) {
      ModelSet models(options_.config.model, ModelDevice::kCpu);
      report_.whole.push_back(
          TimeWhole(options_, clip, ReferenceParts{reference, *models.For(clip.input.key).network},
                    scratch_.path(), progress_));
    }
  }

  std::vector<PairSet> FlowPairs(FaceFinder& finder) const {
    Tell("flow: pairs of face crops");
    const FacePairOptions pairs{.sizes_px = options_.sizes_px,
                                .pairs = options_.pairs,
                                .upsamplings = options_.config.face.upsamplings};
    if (options_.input.empty()) return SyntheticFacePairs(finder, pairs, options_.seed);
    const VideoInput& input = clips_.front().input;
    const auto source = OpenInput(input, options_.config.video);
    const double k = options_.config.spot.k_s * KnownFrameRate(source->info());
    const PairFrames frames{.first = FirstFaceFrameOf(input, finder),
                            .count = kFlowClipFrames,
                            .k_frames = std::max(1, static_cast<int>(std::lround(k)))};
    return ClipFacePairs(*source, finder, pairs, frames);
  }

  std::int64_t FirstFaceFrameOf(const VideoInput& input, FaceFinder& finder) const {
    const auto source = OpenInput(input, options_.config.video);
    return FirstFaceFrame(*source, finder, options_.config.face, KnownFrameRate(source->info()));
  }

  void TimeStages(FaceFinder& finder) {
    StagedPipeline pipeline(
        finder, MakeFlowEngine({.method = device_.flow_method, .tvl1 = options_.config.flow.tvl1}));
    TimeStages(clips_.front(), finder, pipeline);
    if (!options_.input.empty()) return;
    for (const StageClipOptions& options : options_.stage_clips) {
      Tell("stages: " + options.name + ": clip");
      TimeStages(StageBenchClip(options_, options, scratch_.path()), finder, pipeline);
    }
  }

  void TimeStages(const BenchClip& clip, FaceFinder& finder, StagedPipeline& pipeline) {
    ModelSet models(options_.config.model, device_.model);
    Network& network = *models.For(clip.input.key).network;
    StagedOptions staged;
    staged.frames = FirstFaceFrameOf(clip.input, finder) + options_.stage_frames;
    staged.detections = kDetections;
    staged.face = options_.config.face;
    staged.jpeg_quality = options_.config.features.jpeg_quality;
    staged.both_alignments = true;
    staged.fps = KnownFrameRate(OpenInput(clip.input, options_.config.video)->info());
    staged.k_frames =
        PairParametersFor(options_.config, &network.info(), clip.input.key.dataset, staged.fps)
            .k_frames;
    TimeStagesOf(clip, [&] { return pipeline.Run(clip.input, network, staged).stages; });
  }

  void TimeStagesOfWindows() {
    const BenchClip& clip = clips_.front();
    const Config& config = options_.config;
    ModelSet models(config.model, device_.model);
    Network& network = *models.For(clip.input.key).network;
    const double fps = KnownFrameRate(OpenInput(clip.input, config.video)->info());
    const auto extractor = FindWindowKind(model_->features, {})
                               ->make({WindowFitFor(config, *model_, fps).layout,
                                       VariantFor(config, *model_), config.landmarks});
    TimeStagesOf(clip, [&] {
      return RunStagedWindows(*OpenInput(clip.input, config.video), *extractor, network,
                              options_.stage_frames);
    });
  }

  void TimeStagesOf(const BenchClip& clip, const std::function<std::vector<StageCost>()>& run) {
    StageSamples samples;
    // The first repetition is the warm-up.
    for (int i = 0; i <= options_.repetitions; ++i) {
      Tell("stages: " + clip.name + ": repetition " + std::to_string(i) + " of " +
           std::to_string(options_.repetitions));
      const std::vector<StageCost> stages = run();
      if (i > 0) samples.Add(stages);
    }
    const VideoInfo info = OpenInput(clip.input, options_.config.video)->info();
    report_.stages.push_back({.clip = clip.name,
                              .width = info.width,
                              .height = info.height,
                              .is_folder = std::filesystem::is_directory(clip.input.path),
                              .stages = samples.Timings()});
  }

  BenchOptions options_;  // as the model has use for them
  const BenchProgress& progress_;
  const ScratchFolder scratch_;
  DeviceChoice device_;
  std::optional<ModelInfo> model_;  // empty where no part needs it
  std::vector<BenchClip> clips_;
  BenchReport report_;
};

}  // namespace

void BenchOptions::Check() const {
  if (engines.empty()) throw Error(ErrorKind::kConfig, "engines is empty");
  if (device == Device::kCpu && engines == std::vector{FlowMethod::kCuda}) {
    throw Error(ErrorKind::kConfig, "engines is cuda alone, and the device cpu");
  }
  RequireAllInRange("threads", threads, Limits::Closed(1, 256));
  RequireAllInRange("sizes_px", sizes_px, Limits::Closed(16, 4096));
  RequireInRange("pairs", pairs, Limits::Closed(1, 1000));
  RequireInRange("repetitions", repetitions, Limits::Closed(1, 1000));
  RequireInRange("stage_frames", stage_frames, Limits::Closed(1, 10000));
  RequireAllInRange("rates_fps", rates_fps, Limits::Closed(10, 1000));
  RequireInRange("clip_frames", clip_frames, Limits::Closed(2, 100000));
  RequireInRange("reference_frames", reference_frames, Limits::Closed(1, 10000));
  for (const WindowClipOptions& clip : window_clips) clip.layout.Check();
  RequireAllInRange("lengths_s", lengths_s, Limits::Closed(0.1, 3600));
  RequireInRange("videos", videos, Limits::Closed(1, 1000));
}

BenchReport RunBench(const BenchOptions& options, const BenchProgress& progress) {
  options.config.Check();
  options.Check();
  return Bench(options, progress).Run();
}

}  // namespace mestr::internal
