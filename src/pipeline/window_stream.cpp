#include "pipeline/window_stream.h"

#include <utility>

#include "core/stage_threads.h"
#include "face/shot_boundary.h"
#include "mestr/core/error.h"
#include "pipeline/frame_reader.h"
#include "pipeline/used_frames.h"

namespace mestr::internal {
namespace {

// One video on its way through the stages.
class WindowRun {
 public:
  WindowRun(FrameSource& source, const WindowStreamOptions& options, RunResources& resources,
            WindowCrew& crew)
      : source_(source),
        frames_(source, options.layout.frame_step),
        options_(options),
        cutter_(options.layout, /*keeps_end=*/!options.published),
        processors_(resources.processors()),
        reader_(source, resources),
        room_(crew.room()),
        windows_(crew.stage(), crew.stage().workers() + 1) {}

  WindowStreamReport Execute(const WindowSink& sink, const std::stop_token& stop) {
    StageThreads threads(stop, [this] {
      reader_.Abort();
      room_.Abort();
      windows_.Abort();
    });
    threads.Start([this] { reader_.Run(); });
    threads.Start([this] { CutAll(); });
    threads.RunHere([&] {
      while (const auto window = windows_.Pop()) {
        room_.GiveBack(1);
        report_.features += window->features;
        sink(*window);
      }
    });
    if (!threads.Join()) throw Error(ErrorKind::kStopped, "stopped before its end");
    report_.video = source_.info();
    report_.decode = reader_.cost();
    return std::move(report_);
  }

 private:
  void CutAll() {
    for (Frame frame; reader_.Next(frame);) {
      frames_.Take(frame);
      report_.frames = frames_.frames();
      report_.frame_times_s.push_back(frame.time_s);
      Take(frame);
      frame = {};
      reader_.Release();
    }
    Break(report_.frames, FaceCause::kVideoEnd);
    windows_.Close();
  }

  // A frame that is not used still breaks what is around it.
  void Take(const Frame& frame) {
    if (frame.missing) Break(frame.index, FaceCause::kMissing);
    if (!frame.missing && !frame.continues) Break(frame.index, FaceCause::kClockBreak);
    if (!frames_.IsUsed(frame)) return;
    cv::Mat gray;
    bool is_cut = false;
    {
      const Processors::Busy busy(processors_);
      gray = frames_.GrayOf(frame);
      is_cut = !options_.published && shots_.IsCut(gray);
    }
    if (is_cut) Break(frame.index, FaceCause::kCut);
    cutter_.Push(frame.index / options_.layout.frame_step, gray, Submit());
  }

  void Break(std::int64_t end_frame, FaceCause cause) {
    const UsedStretch stretch = cutter_.Break(Submit());
    if (stretch.begin == stretch.end) return;
    report_.stretches.push_back({stretch, end_frame, cause});
  }

  WindowCutter::Sink Submit() {
    return [this](Window window) {
      if (room_.Take(1) && !windows_.Push(std::move(window))) room_.GiveBack(1);
    };
  }

  FrameSource& source_;
  UsedFrames frames_;
  WindowStreamOptions options_;
  WindowCutter cutter_;
  ShotBoundary shots_;
  WindowStreamReport report_;  // each member is written by one stage alone
  Processors& processors_;
  FrameReader reader_;
  SharedRoom::Share room_;
  WindowStage::Line windows_;
};

}  // namespace

std::int64_t FramesUpTo(const ComputedWindow& window, const WindowLayout& layout) {
  return (window.first + layout.window_frames - 1) * layout.frame_step + 1;
}

WindowStreamReport RunWindows(FrameSource& source, const WindowStreamOptions& options,
                              RunResources& resources, WindowCrew& crew, const WindowSink& sink,
                              const std::stop_token& stop) {
  return WindowRun(source, options, resources, crew).Execute(sink, stop);
}

}  // namespace mestr::internal
