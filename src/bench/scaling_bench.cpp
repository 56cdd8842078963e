#include "bench/scaling_bench.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "bench/machine.h"
#include "bench/our_run.h"

namespace mestr::internal {
namespace {

std::vector<int> ProcessorCounts() {
  const int all = UsableProcessors();
  std::vector<int> counts;
  for (int count = 1; count < all; count *= 2) counts.push_back(count);
  counts.push_back(all);
  return counts;
}

class ScalingSamples {
 public:
  explicit ScalingSamples(int processors, int videos = 1) {
    timing_.processors = processors;
    timing_.videos = videos;
  }

  void Add(const BenchOptions& options, const BenchClip& clip,
           const std::filesystem::path& scratch) {
    const ProcessorLimit limit(timing_.processors);
    const PeakMemory peak;
    const OurRun run = RunOurs({options.config, options.device, timing_.processors}, clip, scratch);
    const std::optional<double> peak_mib = peak.Mib();
    timing_.frames = run.frames;
    timing_.seconds = run.seconds;
    timing_.width = run.outcome.analysis.info.width;
    timing_.height = run.outcome.analysis.info.height;
    frames_per_s_.push_back(static_cast<double>(timing_.frames) / run.cost.wall_s);
    timing_.peak_memory_mib = std::max(timing_.peak_memory_mib, peak_mib);
  }

  ScalingTiming Timing() const {
    ScalingTiming timing = timing_;
    timing.frames_per_s = SpreadOf(frames_per_s_);
    return timing;
  }

  // With its ratio to `one`, of one processor.
  ScalingTiming TimingBeside(const ScalingSamples& one) const {
    ScalingTiming timing = Timing();
    if (timing.processors > 1) timing.speedup = SpreadOfRatios(frames_per_s_, one.frames_per_s_);
    return timing;
  }

 private:
  ScalingTiming timing_;
  std::vector<double> frames_per_s_;
};

// On each number of processors, turn by turn.
std::vector<ScalingTiming> TimeOn(const BenchClip& clip, int videos, const BenchOptions& options,
                                  const std::filesystem::path& scratch,
                                  const BenchProgress& progress) {
  std::vector<ScalingSamples> samples;
  for (const int count : ProcessorCounts()) samples.emplace_back(count, videos);
  for (int i = 0; i < options.repetitions; ++i) {
    if (progress) {
      progress("scaling: " + clip.name + ", repetition " + std::to_string(i + 1) + " of " +
               std::to_string(options.repetitions));
    }
    for (ScalingSamples& of_count : samples) of_count.Add(options, clip, scratch);
  }
  std::vector<ScalingTiming> timings;
  std::transform(samples.begin(), samples.end(), std::back_inserter(timings),
                 [&](const ScalingSamples& of_count) { return of_count.TimingBeside(samples[0]); });
  return timings;
}

}  // namespace

std::vector<ScalingTiming> TimeProcessors(const BenchOptions& options, const BenchClip& clip,
                                          const std::filesystem::path& scratch,
                                          const BenchProgress& progress) {
  return TimeOn(clip, 1, options, scratch, progress);
}

std::vector<ScalingTiming> TimeManyVideos(const BenchOptions& options,
                                          const std::filesystem::path& scratch,
                                          const BenchProgress& progress) {
  constexpr double kSeconds = 2;
  BenchClip clips{std::to_string(options.videos) + " videos", {}};
  const cv::Size size_px(options.video_width_px, options.video_height_px);
  clips.input.path = LoopedFrames(options.seed, size_px, scratch / "many")
                         .Clips(options.videos, std::llround(kSeconds * LoopedFrames::kFps));
  clips.input.fps = LoopedFrames::kFps;
  return TimeOn(clips, options.videos, options, scratch, progress);
}

std::vector<ScalingTiming> TimeLengths(const BenchOptions& options,
                                       const std::filesystem::path& scratch,
                                       const BenchProgress& progress) {
  LoopedFrames looped(options.seed, {options.width_px, options.height_px}, scratch);
  std::vector<ScalingTiming> timings;
  for (const double seconds : options.lengths_s) {
    const auto frames = std::max<std::int64_t>(2, std::llround(seconds * LoopedFrames::kFps));
    if (progress) progress("scaling: a clip of " + std::to_string(frames) + " frames");
    ScalingSamples samples(UsableProcessors());
    samples.Add(options, looped.Clip(frames), scratch);
    timings.push_back(samples.Timing());
  }
  return timings;
}

}  // namespace mestr::internal
