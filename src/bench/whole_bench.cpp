#include "bench/whole_bench.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "bench/our_run.h"
#include "bench/stage_samples.h"
#include "core/number_text.h"
#include "mestr/core/error.h"
#include "pipeline/device.h"

namespace mestr::internal {
namespace {

// Of scores and probabilities, relative to values above 1: the section's last call of the network
// has fewer pairs, which changes the last bits.
constexpr double kScoreTolerance = 1e-6;

// The largest difference of values that both have, relative to values above 1.
double LargestDifference(const std::vector<float>& ours, const std::vector<float>& reference) {
  double largest = 0;
  for (std::size_t i = 0; i < std::min(ours.size(), reference.size()); ++i) {
    const double expected = reference[i];
    if (std::isnan(ours[i])) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, std::abs(ours[i] - expected) / std::max(1.0, std::abs(expected)));
  }
  return largest;
}

// How often the stages run for a whole clip.
struct StageCalls {
  std::int64_t detections = 0;
  std::int64_t frames = 0;
  std::int64_t pairs = 0;

  std::int64_t Of(const StageCost& stage) const {
    if (stage.stage == kDetectionStage) return detections;
    return stage.item == "frame" ? frames : pairs;
  }
};

// A reference's cost for a whole clip, from that of a section.
Cost Scaled(const StagedRun& section, const StageCalls& calls) {
  Cost whole;
  for (const StageCost& stage : section.stages) {
    const double times = static_cast<double>(calls.Of(stage)) / static_cast<double>(stage.items);
    if (stage.in_wall) whole.wall_s += times * stage.cost.wall_s;
    if (stage.in_cpu) whole.cpu_s += times * stage.cost.cpu_s;
  }
  return whole;
}

struct CostSamples {
  std::vector<double> wall_s;
  std::vector<double> cpu_s;

  void Add(const Cost& cost) {
    wall_s.push_back(cost.wall_s);
    cpu_s.push_back(cost.cpu_s);
  }

  WholeCost Spreads() const { return {SpreadOf(wall_s), SpreadOf(cpu_s)}; }

  Speedup Over(const CostSamples& other) const {
    return {SpreadOfRatios(other.wall_s, wall_s), SpreadOfRatios(other.cpu_s, cpu_s)};
  }
};

// mestr run with one engine.
struct Contender {
  std::optional<FlowMethod> method;  // nothing of windows
  RunSetup setup;
  bool must_agree = true;
  OurRun warm_up;
  CostSamples costs;
  std::vector<double> startup_s;
  double max_difference = 0;
};

Contender MakeContender(const BenchOptions& options, FlowMethod method) {
  Contender contender;
  contender.method = method;
  contender.setup.config = options.config;
  const bool cuda = method == FlowMethod::kCuda;
  contender.setup.config.flow.method = cuda ? FlowMethod::kExact : method;
  contender.setup.device = cuda ? Device::kCuda : Device::kCpu;
  const DeviceChoice device =
      ChooseDevice(contender.setup.device, contender.setup.config.flow.method);
  contender.must_agree = options.config.face.alignment == AlignmentMode::kCrop &&
                         method != FlowMethod::kFast && device.model == ModelDevice::kCpu;
  return contender;
}

// Without a CUDA engine that this machine does not have; the flow part says so.
std::vector<Contender> MakeContenders(const BenchOptions& options) {
  std::vector<Contender> contenders;
  for (const FlowMethod method : options.engines) {
    if (method == FlowMethod::kOpenCv) continue;
    if (method == FlowMethod::kCuda && options.device == Device::kCpu) continue;
    try {
      contenders.push_back(MakeContender(options, method));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kDevice || options.device == Device::kCuda) throw;
    }
  }
  if (contenders.empty()) contenders.push_back(MakeContender(options, FlowMethod::kExact));
  return contenders;
}

// Of windows, whose flow has no engines.
std::vector<Contender> OneContender(const BenchOptions& options) {
  std::vector<Contender> one(1);
  one.front().setup = {options.config, options.device};
  return one;
}

class WholeBench {
 public:
  WholeBench(const BenchOptions& options, const BenchClip& clip,
             const std::optional<ReferenceParts>& parts, const std::filesystem::path& scratch,
             const BenchProgress& progress)
      : options_(options),
        clip_(clip),
        parts_(parts),
        scratch_(scratch),
        progress_(progress),
        contenders_(parts ? MakeContenders(options) : OneContender(options)) {}

  WholeTiming Run() {
    Tell("warm-up");
    for (Contender& contender : contenders_) {
      contender.warm_up = RunOurs(contender.setup, clip_, scratch_);
    }
    for (int i = 0; i < options_.repetitions; ++i) {
      Tell("repetition " + std::to_string(i + 1) + " of " + std::to_string(options_.repetitions));
      // Another pipeline goes first each time.
      const std::size_t turns = contenders_.size() + (parts_ ? 1 : 0);
      for (std::size_t j = 0; j < turns; ++j) {
        TakeTurn((j + static_cast<std::size_t>(i)) % turns);
      }
    }
    return Timing();
  }

 private:
  void Tell(const std::string& what) const {
    if (progress_) progress_("whole: " + clip_.name + ": " + what);
  }

  const Analysis& analysis() const { return contenders_.front().warm_up.outcome.analysis; }

  void TakeTurn(std::size_t turn) {
    if (turn == contenders_.size()) {
      RunReference();
      return;
    }
    Contender& contender = contenders_[turn];
    const OurRun run = RunOurs(contender.setup, clip_, scratch_);
    contender.costs.Add(run.cost);
    contender.startup_s.push_back(run.startup_s);
  }

  void RunReference() {
    StagedOptions staged;
    staged.fps = analysis().fps;
    staged.k_frames = analysis().parameters.k_frames;
    staged.frames =
        analysis().stretches.front().first_frame + options_.reference_frames + staged.k_frames;
    staged.detections = staged.frames;
    staged.face = options_.config.face;
    staged.jpeg_quality = options_.config.features.jpeg_quality;
    reference_ = parts_->pipeline.Run(clip_.input, parts_->network, staged);
    const std::int64_t frames = analysis().frames;
    const std::int64_t pairs = analysis().rows;
    published_costs_.Add(Scaled(reference_, {frames, frames, pairs}));
    detecting_once_costs_.Add(Scaled(reference_, {1, frames, pairs}));
    reference_stages_.Add(reference_.stages);
    for (Contender& contender : contenders_) CompareScores(contender);
  }

  void CompareScores(Contender& contender) const {
    contender.max_difference = std::max(
        LargestDifference(contender.warm_up.scores, reference_.scores.spot),
        LargestDifference(contender.warm_up.probabilities, reference_.scores.probabilities));
    if (!contender.must_agree || contender.max_difference <= kScoreTolerance) return;
    throw Error(ErrorKind::kInvalidArgument,
                "whole: scores of mestr run (" + std::string(FlowMethodName(*contender.method)) +
                    ") and of the reference pipeline differ by " +
                    SignificantText(contender.max_difference, 2) + " on " + clip_.name +
                    "; at most " + NumberText(kScoreTolerance) +
                    " is allowed, so nothing is reported");
  }

  RunTiming TimingOf(const Contender& contender) const {
    RunTiming timing;
    timing.method = contender.method;
    timing.cost = contender.costs.Spreads();
    timing.startup_s = SpreadOf(contender.startup_s);
    if (!parts_) return timing;
    timing.compared = RunComparison{.published = contender.costs.Over(published_costs_),
                                    .detecting_once = contender.costs.Over(detecting_once_costs_),
                                    .must_agree = contender.must_agree,
                                    .max_score_difference = contender.max_difference};
    return timing;
  }

  ReferenceTiming Reference() const {
    return {.frames = reference_.frames,
            .pairs = reference_.pairs,
            .stages = reference_stages_.Timings(),
            .published = published_costs_.Spreads(),
            .detecting_once = detecting_once_costs_.Spreads()};
  }

  WholeTiming Timing() const {
    WholeTiming timing;
    timing.clip = clip_.name;
    timing.fps = analysis().fps;
    timing.width = analysis().info.width;
    timing.height = analysis().info.height;
    timing.frames = analysis().frames;
    timing.k_frames = analysis().parameters.k_frames;
    if (analysis().windows) timing.windows = analysis().windows->layout;
    if (parts_) timing.reference = Reference();
    for (const Contender& contender : contenders_) timing.runs.push_back(TimingOf(contender));
    return timing;
  }

  const BenchOptions& options_;
  const BenchClip& clip_;
  const std::optional<ReferenceParts>& parts_;
  const std::filesystem::path& scratch_;
  const BenchProgress& progress_;
  std::vector<Contender> contenders_;
  StagedRun reference_;  // the last repetition's
  StageSamples reference_stages_;
  CostSamples published_costs_;
  CostSamples detecting_once_costs_;
};

}  // namespace

WholeTiming TimeWhole(const BenchOptions& options, const BenchClip& clip,
                      const std::optional<ReferenceParts>& reference,
                      const std::filesystem::path& scratch, const BenchProgress& progress) {
  return WholeBench(options, clip, reference, scratch, progress).Run();
}

}  // namespace mestr::internal
