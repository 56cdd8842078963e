// What the sources of files and folders are beyond a FrameSource.
#pragma once

#include <functional>

#include "mestr/video/frame_source.h"

namespace mestr::internal {

// The rest of a frame's way: sets its image. Throws as FrameSource::Next.
using FrameFinish = std::function<void(Frame& frame)>;

// Its Next computes, and waits for nobody but the file.
class FileSource : public FrameSource {
 public:
  // True where frames do not rest on each other.
  virtual bool frames_are_independent() const { return false; }

  // As Next, but what can be done of an independent frame in any thread, and beside other frames,
  // is left to `finish`, at most until the source's end. Empty: nothing is left.
  virtual bool NextUnfinished(Frame& frame, FrameFinish& finish) {
    finish = nullptr;
    return Next(frame);
  }
};

}  // namespace mestr::internal
