#include "bench/window_bench.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "bench/bench.h"
#include "bench/clips.h"
#include "bench/published_windows.h"
#include "bench/staged_windows.h"
#include "core/cost.h"
#include "core/number_text.h"
#include "face/face_finder.h"
#include "features/reference_face.h"
#include "features/roi_flow_v1.h"
#include "mestr/core/error.h"
#include "pipeline/stage_inputs.h"
#include "pipeline/window_fit.h"
#include "pipeline/window_parameters.h"

namespace mestr::internal {
namespace {

using Progress = std::function<void(const std::string&)>;

// Windows of a clip: enough for all kinds of motion, few enough for the slow way.
constexpr std::int64_t kMostWindows = 2;
// Rows are means of the same vectors, summed in another order.
constexpr double kEqual_px = 2e-6;

struct Way {
  std::string name;
  std::unique_ptr<WindowExtractor> extractor;
  bool must_agree = true;
  std::vector<double> wall_ms = {};
  std::vector<double> cpu_ms = {};
  double max_px = 0;
  double sum_px = 0;
  std::size_t values = 0;
};

std::vector<Way> WaysOf(const std::filesystem::path& landmarks, const WindowLayout& layout) {
  WindowSpec spec;
  static_cast<WindowLayout&>(spec) = layout;
  spec.kind = kRoiFlow36V1;
  spec.row_shape = {kRoiFlow36Values};
  spec.variant = FeaturesVariant::kPublished;
  std::vector<Way> ways;
  ways.push_back({"published code's way",
                  MakePublishedWindows(spec, MakeReferenceFaceFinder(landmarks, spec.variant))});
  ways.push_back(
      {"ours, published", MakeRoiFlow(spec, MakeReferenceFaceFinder(landmarks, spec.variant))});
  spec.variant = FeaturesVariant::kMended;
  ways.push_back(
      {"ours, mended", MakeRoiFlow(spec, MakeReferenceFaceFinder(landmarks, spec.variant)), false});
  return ways;
}

void Compare(const WindowRows& rows, const WindowRows& reference, Way& way) {
  for (std::size_t i = 0; i < reference.values.size(); ++i) {
    const double difference = std::abs(rows.values[i] - reference.values[i]);
    way.max_px = std::max(way.max_px, difference);
    way.sum_px += difference;
  }
  way.values += reference.values.size();
}

class WindowBench {
 public:
  WindowBench(const BenchOptions& options, const Progress& progress)
      : options_(options), progress_(progress) {}

  WindowTiming Time(const BenchClip& clip, const WindowLayout& layout) {
    const std::int64_t count = layout.window_frames + (kMostWindows - 1) * layout.hop_frames;
    const UsedClip frames =
        ReadUsedClip(*OpenInput(clip.input, options_.config.video), layout, count);
    const OneThread one_thread;  // as all ways are timed
    ways_ = WaysOf(FindLandmarkModel(options_.config.landmarks), layout);
    WindowTiming timing;
    timing.clip = clip.name;
    timing.width = frames.gray.front().cols;
    timing.height = frames.gray.front().rows;
    timing.layout = layout;
    timing.windows = frames.windows();
    timing.decode_cpu_ms_per_frame = DecodingOf(frames);
    // The first repetition is the check, and the warm-up.
    for (int repetition = 0; repetition <= options_.repetitions; ++repetition) {
      if (progress_) {
        progress_("windows: " + clip.name + ": repetition " + std::to_string(repetition) + " of " +
                  std::to_string(options_.repetitions));
      }
      for (std::int64_t w = 0; w < timing.windows; ++w) {
        const std::span<const cv::Mat> window = frames.Window(w);
        repetition == 0 ? Check(window) : TimeOne(window, static_cast<std::size_t>(w + repetition));
      }
    }
    Report(timing);
    return timing;
  }

 private:
  void Check(std::span<const cv::Mat> window) {
    const WindowRows reference = ways_.front().extractor->Compute(window);
    RequireFace(reference);
    for (Way& way : ways_) {
      Compare(way.extractor->Compute(window), reference, way);
      if (!way.must_agree || way.max_px <= kEqual_px) continue;
      throw Error(ErrorKind::kInvalidArgument,
                  "windows: " + way.name + " differs from the published code's way by up to " +
                      SignificantText(way.max_px, 2) + " px, so nothing was timed");
    }
  }

  // Another way goes first each time.
  void TimeOne(std::span<const cv::Mat> window, std::size_t turn) {
    for (std::size_t i = 0; i < ways_.size(); ++i) {
      Way& way = ways_[(i + turn) % ways_.size()];
      Cost cost;
      {
        const ScopedCost scope(cost, CLOCK_THREAD_CPUTIME_ID);
        way.extractor->Compute(window);
      }
      way.wall_ms.push_back(1e3 * cost.wall_s);
      way.cpu_ms.push_back(1e3 * cost.cpu_s);
    }
  }

  static Spread DecodingOf(const UsedClip& frames) {
    std::vector<double> cpu_ms;
    for (const Cost& cost : frames.decode) cpu_ms.push_back(1e3 * cost.cpu_s);
    return SpreadOf(std::move(cpu_ms));
  }

  static std::vector<double> Plus(std::vector<double> values, double more) {
    for (double& value : values) value += more;
    return values;
  }

  void Report(WindowTiming& timing) const {
    const Way& published = ways_.front();
    const double decoding = timing.layout.hop_frames * timing.decode_cpu_ms_per_frame.median;
    for (const Way& way : ways_) {
      WindowRun run;
      run.name = way.name;
      run.ms_per_window = SpreadOf(way.wall_ms);
      run.cpu_ms_per_window = SpreadOf(way.cpu_ms);
      run.must_agree = way.must_agree;
      run.max_px = way.max_px;
      run.mean_px = way.sum_px / static_cast<double>(way.values);
      if (&way != &published) {
        run.speedup = SpreadOfRatios(published.wall_ms, way.wall_ms);
        run.cpu_speedup = SpreadOfRatios(published.cpu_ms, way.cpu_ms);
        run.cpu_speedup_with_decoding =
            SpreadOfRatios(Plus(published.cpu_ms, decoding), Plus(way.cpu_ms, decoding));
      }
      timing.runs.push_back(std::move(run));
    }
  }

  const BenchOptions& options_;
  const Progress& progress_;
  std::vector<Way> ways_;
};

}  // namespace

std::vector<WindowTiming> TimeWindows(const BenchOptions& options, const ModelInfo* model,
                                      const std::filesystem::path& scratch,
                                      const Progress& progress) {
  WindowBench bench(options, progress);
  std::vector<WindowTiming> timings;
  if (!options.input.empty()) {
    const BenchClip clip = BenchClips(options, scratch).front();
    const double fps = KnownFrameRate(OpenInput(clip.input, options.config.video)->info());
    const WindowLayout layout =
        model != nullptr ? WindowFitFor(options.config, *model, fps).layout
                         : WindowParametersFor(options.config.features, std::nullopt, fps).layout;
    timings.push_back(bench.Time(clip, layout));
    return timings;
  }
  for (const WindowClipOptions& clip : options.window_clips) {
    if (progress) progress("windows: " + clip.name + ": frames");
    const auto frames =
        static_cast<int>(clip.layout.window_frames + (kMostWindows - 1) * clip.layout.hop_frames);
    timings.push_back(bench.Time(WindowBenchClip(options, clip, frames, scratch), clip.layout));
  }
  return timings;
}

}  // namespace mestr::internal
