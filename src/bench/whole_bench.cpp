#include "bench/whole_bench.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <sstream>

#include "bench/machine.h"
#include "mestr/core/error.h"
#include "mestr/core/files.h"
#include "mestr/video/inputs.h"

namespace mestr {
namespace {

// Of scores and probabilities, relative to values above 1: the network is called with other numbers
// of pairs at a time, which changes the last bits.
constexpr double kScoreTolerance = 1e-6;

std::string Rounded(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

void ReadScores(const std::filesystem::path& file, OurRun& run) {
  const auto json = nlohmann::json::parse(ReadFile(file));
  run.scores = json.at("scores").get<std::vector<float>>();
  for (const auto& row : json.at("probabilities")) {
    for (const auto& value : row) run.probabilities.push_back(value.get<float>());
  }
}

// The largest difference of values that both have, relative to values above 1.
double LargestDifference(const std::vector<float>& ours, const std::vector<float>& reference) {
  double largest = 0;
  for (std::size_t i = 0; i < std::min(ours.size(), reference.size()); ++i) {
    const double expected = reference[i];
    largest = std::max(largest, std::abs(ours[i] - expected) / std::max(1.0, std::abs(expected)));
  }
  return largest;
}

bool MustAgree(const BenchOptions& options) {
  const DeviceChoice device = ChooseDevice(options.device, options.config.flow_method);
  return options.config.face.alignment == AlignmentMode::kCrop &&
         device.flow_method != FlowMethod::kFast && device.model == ModelDevice::kCpu;
}

// The reference's cost for a whole clip, from that of a section.
Cost Scaled(const StagedRun& section, std::int64_t frames, std::int64_t pairs) {
  Cost whole;
  for (const StageCost& stage : section.stages) {
    const double times = static_cast<double>(stage.item == "frame" ? frames : pairs) /
                         static_cast<double>(stage.items);
    whole.wall_s += times * stage.cost.wall_s;
    whole.cpu_s += times * stage.cost.cpu_s;
  }
  return whole;
}

class WholeBench {
 public:
  WholeBench(const BenchOptions& options, const BenchClip& clip, const ReferenceParts& parts,
             const std::filesystem::path& scratch)
      : options_(options), clip_(clip), parts_(parts), scratch_(scratch) {}

  WholeTiming Run(const BenchProgress& progress) {
    const auto tell = [&](const std::string& what) {
      if (progress) progress("whole: " + clip_.name + ": " + what);
    };
    tell("warm-up");
    warm_up_ = RunOurs(options_, clip_, /*jobs=*/0, scratch_);
    for (int i = 0; i < options_.repetitions; ++i) {
      tell("repetition " + std::to_string(i + 1) + " of " + std::to_string(options_.repetitions));
      // Another pipeline goes first each time.
      if (i % 2 == 0) AddReference();
      AddOurs();
      if (i % 2 != 0) AddReference();
    }
    return Timing();
  }

 private:
  void AddReference() {
    const auto source = OpenInput(clip_.input);
    const int k = warm_up_.outcome.parameters.k_frames;
    StagedOptions staged;
    staged.fps = warm_up_.outcome.fps;
    staged.k_frames = k;
    staged.frames = warm_up_.outcome.stream.face.first_face_frame + options_.reference_pairs + k;
    staged.detections = staged.frames;
    staged.face = options_.config.face;
    reference_ = RunStaged(*source, parts_.finder, parts_.flow, parts_.model, staged);
    const Cost whole = Scaled(reference_, warm_up_.outcome.frames, warm_up_.outcome.stream.pairs);
    reference_s_.push_back(whole.wall_s);
    reference_cpu_s_.push_back(whole.cpu_s);
    reference_stages_.Add(reference_.stages);
    CheckScores();
  }

  void AddOurs() {
    const OurRun run = RunOurs(options_, clip_, /*jobs=*/0, scratch_);
    ours_s_.push_back(run.cost.wall_s);
    ours_cpu_s_.push_back(run.cost.cpu_s);
    startup_s_.push_back(run.startup_s);
  }

  void CheckScores() {
    max_difference_ =
        std::max({max_difference_, LargestDifference(warm_up_.scores, reference_.scores),
                  LargestDifference(warm_up_.probabilities, reference_.probabilities)});
    if (MustAgree(options_) && max_difference_ > kScoreTolerance) {
      throw Error(ErrorKind::kInvalidArgument,
                  "whole: scores of mestr run and of the reference pipeline differ by " +
                      Rounded(max_difference_) + " on " + clip_.name + "; at most " +
                      Rounded(kScoreTolerance) + " is allowed, so nothing is reported");
    }
  }

  WholeTiming Timing() const {
    const VideoOutcome& outcome = warm_up_.outcome;
    WholeTiming timing;
    timing.clip = clip_.name;
    timing.fps = outcome.fps;
    timing.width = outcome.stream.video.width;
    timing.height = outcome.stream.video.height;
    timing.frames = outcome.frames;
    timing.k_frames = outcome.parameters.k_frames;
    timing.reference_frames = reference_.frames;
    timing.reference_pairs = reference_.pairs;
    timing.reference_stages = reference_stages_.Timings();
    timing.reference_s = SpreadOf(reference_s_);
    timing.reference_cpu_s = SpreadOf(reference_cpu_s_);
    timing.ours_s = SpreadOf(ours_s_);
    timing.ours_cpu_s = SpreadOf(ours_cpu_s_);
    timing.speedup = SpreadOfRatios(reference_s_, ours_s_);
    timing.startup_s = SpreadOf(startup_s_);
    timing.must_agree = MustAgree(options_);
    timing.max_score_difference = max_difference_;
    return timing;
  }

  const BenchOptions& options_;
  const BenchClip& clip_;
  const ReferenceParts& parts_;
  const std::filesystem::path& scratch_;
  OurRun warm_up_;
  StagedRun reference_;  // the last repetition's
  StageSamples reference_stages_;
  std::vector<double> reference_s_;
  std::vector<double> reference_cpu_s_;
  std::vector<double> ours_s_;
  std::vector<double> ours_cpu_s_;
  std::vector<double> startup_s_;
  double max_difference_ = 0;
};

// 1, 2, 4, ... and all.
std::vector<int> ProcessorCounts() {
  const int all = UsableProcessors();
  std::vector<int> counts;
  for (int count = 1; count < all; count *= 2) counts.push_back(count);
  counts.push_back(all);
  return counts;
}

struct ScalingSamples {
  int processors = 0;
  OurRun last;
  std::vector<double> frames_per_s;
  std::optional<double> peak_mib;
};

void AddSample(const BenchOptions& options, const BenchClip& clip,
               const std::filesystem::path& scratch, ScalingSamples& samples) {
  const ProcessorLimit limit(samples.processors);
  const PeakMemory peak;
  samples.last = RunOurs(options, clip, samples.processors, scratch);
  samples.frames_per_s.push_back(static_cast<double>(samples.last.outcome.frames) /
                                 samples.last.cost.wall_s);
  if (const auto mib = peak.Mib()) {
    samples.peak_mib = std::max(samples.peak_mib.value_or(0), *mib);
  }
}

ScalingTiming TimingOf(const ScalingSamples& samples) {
  ScalingTiming timing;
  timing.processors = samples.processors;
  timing.frames = samples.last.outcome.frames;
  timing.seconds = static_cast<double>(timing.frames) / samples.last.outcome.fps;
  timing.frames_per_s = SpreadOf(samples.frames_per_s);
  timing.peak_memory_mib = samples.peak_mib;
  return timing;
}

}  // namespace

OurRun RunOurs(const BenchOptions& options, const BenchClip& clip, int jobs,
               const std::filesystem::path& scratch) {
  RunOptions run_options;
  run_options.config = options.config;
  run_options.inputs = {clip.input.path.string()};
  run_options.fps = clip.input.fps;
  run_options.output = scratch / "run";
  run_options.device = options.device;
  run_options.jobs = jobs;

  OurRun run;
  std::optional<ScopedCost> video_cost;
  Cost startup;
  std::optional<ScopedCost> startup_cost(std::in_place, startup);
  RunObserver observer;
  observer.on_video = [&](std::size_t, std::size_t, const VideoInput&) {
    startup_cost.reset();
    video_cost.emplace(run.cost);
  };
  observer.on_video_done = [&](const VideoOutcome&) { video_cost.reset(); };
  run.outcome = RunVideos(run_options, observer).videos.front();
  run.startup_s = startup.wall_s;
  if (run.outcome.error) {
    throw Error(ErrorKind::kInput, clip.input.path.string() + ": " + *run.outcome.error);
  }
  ReadScores(run_options.output / run.outcome.file, run);
  return run;
}

void StageSamples::Add(const std::vector<StageCost>& stages) {
  stages_.resize(stages.size());
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const StageCost& stage = stages[i];
    const double items = static_cast<double>(stage.items);
    stages_[i].last = stage;
    stages_[i].wall_ms.push_back(1e3 * stage.cost.wall_s / items);
    stages_[i].cpu_ms.push_back(1e3 * stage.cost.cpu_s / items);
  }
}

std::vector<StageTiming> StageSamples::Timings() const {
  std::vector<StageTiming> timings;
  for (const Samples& samples : stages_) {
    timings.push_back({.stage = samples.last.stage,
                       .item = samples.last.item,
                       .items = samples.last.items,
                       .ms_per_item = SpreadOf(samples.wall_ms),
                       .cpu_ms_per_item = SpreadOf(samples.cpu_ms)});
  }
  return timings;
}

WholeTiming TimeWhole(const BenchOptions& options, const BenchClip& clip,
                      const ReferenceParts& reference, const std::filesystem::path& scratch,
                      const BenchProgress& progress) {
  return WholeBench(options, clip, reference, scratch).Run(progress);
}

std::vector<ScalingTiming> TimeProcessors(const BenchOptions& options, const BenchClip& clip,
                                          const std::filesystem::path& scratch,
                                          const BenchProgress& progress) {
  std::vector<ScalingSamples> samples;
  for (const int count : ProcessorCounts()) samples.emplace_back().processors = count;
  for (int i = 0; i < options.repetitions; ++i) {
    if (progress) {
      progress("scaling: processors, repetition " + std::to_string(i + 1) + " of " +
               std::to_string(options.repetitions));
    }
    for (ScalingSamples& of_count : samples) AddSample(options, clip, scratch, of_count);
  }
  std::vector<ScalingTiming> timings;
  std::transform(samples.begin(), samples.end(), std::back_inserter(timings), TimingOf);
  return timings;
}

std::vector<ScalingTiming> TimeLengths(const BenchOptions& options,
                                       const std::filesystem::path& scratch,
                                       const BenchProgress& progress) {
  LoopedFrames looped(options, scratch);
  std::vector<ScalingTiming> timings;
  for (const double seconds : options.lengths_s) {
    if (progress) progress("scaling: a clip of " + Rounded(seconds) + " s");
    ScalingSamples samples;
    samples.processors = UsableProcessors();
    const auto frames = std::max<std::int64_t>(2, std::llround(seconds * LoopedFrames::kFps));
    AddSample(options, looped.Clip(frames), scratch, samples);
    timings.push_back(TimingOf(samples));
  }
  return timings;
}

}  // namespace mestr
