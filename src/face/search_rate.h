// How often the detector looks for a face that is not followed.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "mestr/face/face.h"

namespace mestr::internal {

// Detection is slow; this many frames a second are enough, and fewer once a face was looked for for
// a while. `frames_searched`: so many before this one.
inline bool IsSearched(std::int64_t frames_searched, const FaceOptions& options, double fps) {
  constexpr double kSearchFps = 30;
  constexpr double kLateSearchFps = 5;
  const bool late = static_cast<double>(frames_searched + 1) > options.search_s * fps;
  const auto stride =
      std::max<std::int64_t>(1, std::llround(fps / (late ? kLateSearchFps : kSearchFps)));
  return frames_searched % stride == 0;
}

}  // namespace mestr::internal
