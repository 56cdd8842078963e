// `mestr render`: a video with what was found drawn over it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "report/overlay.h"

namespace mestr::internal {

struct RenderOptions {
  std::filesystem::path video;
  std::filesystem::path results;              // the folder of a run
  std::filesystem::path output;               // .mp4
  std::filesystem::path landmark_model = {};  // as FindLandmarkModel takes it
  OverlayParts parts = {};
};

struct RenderSummary {
  std::int64_t frames = 0;
  std::int64_t finds = 0;  // of all faces
};

// Every frame of the video at its time, without sound. `progress` may be empty. Throws Error as
// ReadRun, ReadVideo, VideoOfRun and Footage do; Error{kConfig}: an output that is no .mp4, is the
// video itself, or cannot be written. Then there is no file, or the one that was there before.
RenderSummary RenderVideo(const RenderOptions& options,
                          const std::function<void(std::int64_t done, std::int64_t all)>& progress);

}  // namespace mestr::internal
