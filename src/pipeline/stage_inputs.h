// What the pipeline asks of its inputs.
#pragma once

#include "mestr/video/frame_source.h"

namespace mestr::internal {

// Throws Error{kInput} that says how to give the rate of a folder that has none.
double KnownFrameRate(const VideoInfo& info);

}  // namespace mestr::internal
