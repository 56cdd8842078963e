#include "pipeline/window_stream.h"

#include <atomic>
#include <string>
#include <utility>

#include "core/border.h"
#include "core/ordered_stage.h"
#include "core/stage_threads.h"
#include "face/shot_boundary.h"
#include "mestr/core/error.h"
#include "pipeline/flow_worker.h"
#include "pipeline/used_frames.h"

namespace mestr::internal {
namespace {

// What follows trusts what an extractor of one's own computes.
void CheckRows(const WindowSpec& spec, std::size_t frames, const WindowRows& rows) {
  const bool has_reference =
      !rows.reference ||
      (*rows.reference >= 0 && static_cast<std::size_t>(*rows.reference) < frames);
  if (rows.values.size() == frames * spec.RowValues() && has_reference) return;
  throw Error(ErrorKind::kInput, "features '" + spec.kind + "' gave " +
                                     std::to_string(rows.values.size()) + " values for " +
                                     std::to_string(frames) + " rows of " +
                                     std::to_string(spec.RowValues()));
}

// One video on its way through the stages.
class WindowRun {
 public:
  WindowRun(FrameSource& source, const WindowStreamOptions& options, std::size_t workers)
      : source_(source),
        frames_(source, options.layout.frame_step),
        options_(options),
        cutter_(options.layout, /*keeps_end=*/!options.published),
        features_(workers),
        windows_(workers + 1) {}

  WindowStreamReport Execute(const std::vector<std::unique_ptr<WindowExtractor>>& extractors,
                             const WindowSink& sink, const std::stop_token& stop) {
    StageThreads threads(stop, [this] {
      ended_ = true;
      windows_.Abort();
    });
    threads.Start([this] { Decode(); });
    for (std::size_t i = 0; i < extractors.size(); ++i) {
      threads.Start([this, &extractor = *extractors[i], &cost = features_[i]] {
        windows_.Work(1, [&](std::span<Window> in, std::span<ComputedWindow> out) {
          Compute(extractor, in.front(), out.front(), cost);
        });
      });
    }
    threads.RunHere([&] {
      while (const auto window = windows_.Pop()) sink(*window);
    });
    if (!threads.Join()) throw Error(ErrorKind::kStopped, "stopped before its end");
    report_.video = source_.info();
    for (const Cost& cost : features_) report_.features += cost;
    return std::move(report_);
  }

 private:
  void Decode() {
    for (Frame frame; !ended_ && Next(frame); frame = {}) Take(frame);
    Break(report_.frames, FaceCause::kVideoEnd);
    windows_.Close();
  }

  bool Next(Frame& frame) {
    const ScopedCost cost(report_.decode, CLOCK_THREAD_CPUTIME_ID);
    if (!frames_.Next(frame)) return false;
    report_.frames = frames_.frames();
    report_.frame_times_s.push_back(frame.time_s);
    return true;
  }

  // A frame that is not used still breaks what is around it.
  void Take(const Frame& frame) {
    if (frame.missing) Break(frame.index, FaceCause::kMissing);
    if (!frame.missing && !frame.continues) Break(frame.index, FaceCause::kClockBreak);
    if (!frames_.IsUsed(frame)) return;
    const cv::Mat gray = frames_.GrayOf(frame);
    if (!options_.published && shots_.IsCut(gray)) Break(frame.index, FaceCause::kCut);
    cutter_.Push(frame.index / options_.layout.frame_step, gray, Submit());
  }

  void Break(std::int64_t end_frame, FaceCause cause) {
    const UsedStretch stretch = cutter_.Break(Submit());
    if (stretch.begin == stretch.end) return;
    report_.stretches.push_back({stretch, end_frame, cause});
  }

  WindowCutter::Sink Submit() {
    return [this](Window window) { windows_.Push(std::move(window)); };
  }

  static void Compute(WindowExtractor& extractor, Window& window, ComputedWindow& computed,
                      Cost& sum) {
    const ScopedCost cost(sum, CLOCK_THREAD_CPUTIME_ID);
    computed.first = window.first;
    computed.rows =
        AtBorder(ErrorKind::kInput, kFeatures, [&] { return extractor.Compute(window.frames); });
    CheckRows(extractor.spec(), window.frames.size(), computed.rows);
    window.frames.clear();
  }

  FrameSource& source_;
  UsedFrames frames_;
  WindowStreamOptions options_;
  WindowCutter cutter_;
  ShotBoundary shots_;
  WindowStreamReport report_;   // each member is written by one stage alone
  std::vector<Cost> features_;  // of each worker
  OrderedStage<Window, ComputedWindow> windows_;
  std::atomic<bool> ended_ = false;  // early: nobody needs more frames
};

}  // namespace

std::int64_t FramesUpTo(const ComputedWindow& window, const WindowLayout& layout) {
  return (window.first + layout.window_frames - 1) * layout.frame_step + 1;
}

WindowStreamReport RunWindows(FrameSource& source, const WindowStreamOptions& options,
                              const std::vector<std::unique_ptr<WindowExtractor>>& extractors,
                              const WindowSink& sink, const std::stop_token& stop) {
  if (extractors.empty()) {
    throw Error(ErrorKind::kInvalidArgument, "RunWindows: at least one extractor is needed");
  }
  return WindowRun(source, options, extractors.size()).Execute(extractors, sink, stop);
}

}  // namespace mestr::internal
