// The pictures that results are of, read again.
#pragma once

#include <filesystem>
#include <memory>

#include "mestr/video/frame_source.h"
#include "results/results.h"

namespace mestr::internal {

// The video of the run that `path` is: the one that was read from there, or else the only one of
// that name (files move). Throws Error{kInput} where there is none, several, or one that failed.
const RunVideo& VideoOfRun(const RunResults& run, const std::filesystem::path& path);

// Frame by frame, checked to be those of the results: size, times, count. Not thread-safe.
class Footage {
 public:
  // `results` outlives this; of it, input.path is not looked at. Throws Error{kInput}: `path`
  // cannot be opened, or is another video.
  Footage(const std::filesystem::path& path, const VideoResults& results,
          const VideoOptions& options);

  // For all frames that follow: whether their images are asked for.
  void WantImages(bool want) { source_->Use({.step = want ? 1 : kNoStep}); }

  // As FrameSource::Next. Throws Error{kInput} for a frame that the results do not have, and for an
  // end before their end.
  bool Next(Frame& frame);

 private:
  static constexpr std::int64_t kNoStep = INT64_MAX;

  [[noreturn]] void FailAsOther(const std::string& difference) const;

  std::filesystem::path path_;
  const VideoResults& results_;
  std::unique_ptr<FrameSource> source_;
  std::int64_t next_ = 0;
};

}  // namespace mestr::internal
