// What FFmpeg's writers return.
#pragma once

extern "C" {
#include <libavutil/error.h>
}

#include <filesystem>
#include <new>

#include "core/files.h"

namespace mestr::internal::synth {

// Throws std::bad_alloc for a lack of memory, and Error{kConfig} "cannot write PATH: ..." for any
// other failure.
inline void CheckAvResult(int result, const std::filesystem::path& path) {
  if (result >= 0) return;
  if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
  char reason[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(result, reason, sizeof reason);
  ThrowCannotWrite(path, reason);
}

}  // namespace mestr::internal::synth
