// Onset, apex and offset of the expression in a clip, from labels or from a run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "mestr/video/inputs.h"

namespace mestr::internal {

// Frames, 0-based: onset <= apex <= offset.
struct KeyFrames {
  std::int64_t onset = 0;
  std::optional<std::int64_t> apex;  // empty: not known
  std::int64_t offset = 0;

  friend bool operator==(const KeyFrames&, const KeyFrames&) = default;
};

// Const use is thread-safe.
class KeyFrameSource {
 public:
  virtual ~KeyFrameSource() = default;

  // Of the video's `event`-th expression (from 1, in the order of their onsets), or without one of
  // the one that the clip is about. Throws Error{kInput} where there is none. `note` is set where
  // something had to stand in for it.
  virtual KeyFrames Of(const VideoInput& video, std::optional<std::int64_t> event,
                       std::string& note) const = 0;
};

// From a label CSV (mestr/submission/labels.h). A clip is about its first micro-expression, or
// without any about its first expression. Labels are a video's by its name: "clip" or
// "subject_clip".
std::unique_ptr<KeyFrameSource> KeyFramesOfLabels(const std::filesystem::path& labels);

// From a folder of `mestr run`: its finds and longer ones, and a clip is about the find with the
// most evidence or, where there is none, the highest score. Where nothing was found in a clip, the
// apex is the frame with the highest score, onset and offset the clip's ends, and the note says so.
std::unique_ptr<KeyFrameSource> KeyFramesOfRun(const std::filesystem::path& results);

}  // namespace mestr::internal
