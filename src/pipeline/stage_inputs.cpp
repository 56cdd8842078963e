#include "pipeline/stage_inputs.h"

#include "core/limits.h"
#include "core/number_text.h"
#include "mestr/core/error.h"

namespace mestr::internal {

double KnownFrameRate(const VideoInfo& info) {
  if (info.fps && FrameRateLimits().Contain(*info.fps)) return *info.fps;
  if (info.fps) {
    throw Error(ErrorKind::kInput, "its frame rate is " + NumberText(*info.fps) + "; it must be " +
                                       FrameRateLimits().Text());
  }
  throw Error(ErrorKind::kInput,
              "its frame rate is unknown: a folder of frames, or a stream without a clock, needs "
              "--fps, a manifest with an fps column, or a data set whose config names it");
}

}  // namespace mestr::internal
