#include "bench/staged_windows.h"

#include <algorithm>
#include <opencv2/core/utility.hpp>
#include <string>

#include "mestr/core/error.h"
#include "pipeline/used_frames.h"

namespace mestr::internal {

std::int64_t UsedClip::windows() const {
  return (std::ssize(gray) - layout.window_frames) / layout.hop_frames + 1;
}

std::span<const cv::Mat> UsedClip::Window(std::int64_t index) const {
  return std::span(gray).subspan(static_cast<std::size_t>(index * layout.hop_frames),
                                 static_cast<std::size_t>(layout.window_frames));
}

UsedClip ReadUsedClip(FrameSource& source, const WindowLayout& layout, std::int64_t count) {
  UsedFrames frames(source, layout.frame_step);
  UsedClip clip{layout, {}, {}};
  Frame frame;
  Cost cost;
  while (std::ssize(clip.gray) < count) {
    bool more = false;
    {
      const ScopedCost scope(cost, CLOCK_THREAD_CPUTIME_ID);
      more = source.Next(frame);
    }
    if (!more || frame.missing) break;
    frames.Take(frame);
    if (!frames.IsUsed(frame)) continue;
    clip.gray.push_back(frames.GrayOf(frame));
    clip.decode.push_back(cost);
    cost = {};
  }
  if (std::ssize(clip.gray) >= layout.window_frames) return clip;
  throw Error(ErrorKind::kInput, "the clip has " + std::to_string(clip.gray.size()) +
                                     " used frames in a row, fewer than a window of " +
                                     std::to_string(layout.window_frames));
}

void RequireFace(const WindowRows& rows) {
  if (rows.reference) return;
  throw Error(ErrorKind::kInput, "no face in a window of the clip's first frames");
}

OneThread::OneThread() : earlier_(cv::getNumThreads()) { cv::setNumThreads(1); }

OneThread::~OneThread() { cv::setNumThreads(earlier_); }

std::vector<StageCost> RunStagedWindows(FrameSource& source, WindowExtractor& extractor,
                                        Network& network, std::int64_t used_frames) {
  const OneThread one_thread;
  const WindowLayout& layout = extractor.spec();
  const UsedClip clip =
      ReadUsedClip(source, layout, std::max<std::int64_t>(used_frames, layout.window_frames));
  StageCost decode{"decode", "used frame", std::ssize(clip.gray), {}};
  for (const Cost& cost : clip.decode) decode.cost += cost;
  StageCost features{"features", "window", clip.windows(), {}};
  StageCost scoring{"network", "window", clip.windows(), {}};
  for (std::int64_t i = 0; i < clip.windows(); ++i) {
    WindowRows rows;
    {
      const ScopedCost cost(features.cost);
      rows = extractor.Compute(clip.Window(i));
    }
    RequireFace(rows);
    const ScopedCost cost(scoring.cost);
    network.Score(rows.values);
  }
  return {decode, features, scoring};
}

}  // namespace mestr::internal
