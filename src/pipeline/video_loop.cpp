#include "pipeline/video_loop.h"

#include <new>
#include <optional>
#include <string>

#include "mestr/core/error.h"
#include "pipeline/tell.h"

namespace mestr::internal {
namespace {

bool IsOneVideosOwn(ErrorKind kind) {
  return kind == ErrorKind::kInput || kind == ErrorKind::kModel;
}

}  // namespace

void ForEachVideo(
    const std::vector<VideoInput>& inputs, const RunObserver& observer,
    const std::function<void(const VideoInput& input)>& process,
    const std::function<void(const VideoInput& input, const std::string& why)>& fail) {
  Tell(observer.on_start, inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (observer.stop.stop_requested() ||
        (observer.stops_after_video && observer.stops_after_video())) {
      throw Error(ErrorKind::kStopped, "stopped before video " + std::to_string(i + 1) + " of " +
                                           std::to_string(inputs.size()) +
                                           "; the same command goes on with it");
    }
    Tell(observer.on_video, i, inputs.size(), inputs[i]);
    std::optional<std::string> failure;
    try {
      process(inputs[i]);
    } catch (const Error& error) {
      if (!IsOneVideosOwn(error.kind())) throw;
      failure = error.what();
    } catch (const std::bad_alloc&) {
      failure = inputs[i].path.string() + ": out of memory; use fewer --jobs";
    }
    if (failure) {
      fail(inputs[i], *failure);
      Tell(observer.on_video_failed, inputs[i], *failure);
    }
    Tell(observer.on_video_done, inputs[i]);
  }
}

}  // namespace mestr::internal
