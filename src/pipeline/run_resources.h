// What the videos of a run share, so that any number of them takes no more than `jobs` allow.
#pragma once

#include <cstddef>

#include "core/cost.h"
#include "core/processors.h"
#include "core/shared_room.h"
#include "core/shared_stage.h"
#include "mestr/video/frame_source.h"
#include "video/file_source.h"

namespace mestr::internal {

// A frame whose image may still have to be made, and one that has it.
struct UnfinishedFrame {
  Frame frame;
  FrameFinish finish;
  Cost cost;  // so far
};
struct FinishedFrame {
  Frame frame;
  Cost cost;
};

using FrameStage = SharedStage<UnfinishedFrame, FinishedFrame>;

class RunResources {
 public:
  // `jobs`: processors; 0: all.
  explicit RunResources(int jobs);
  // `is_limited`: as for Processors, whatever the machine has; for tests.
  RunResources(int jobs, bool is_limited);

  Processors& processors() { return processors_; }
  // Of decoded frames that no stage has looked at, in bytes.
  SharedRoom& frames() { return frames_; }
  // Makes the images of independent frames.
  FrameStage& decoding() { return decoding_; }
  // How many videos may be on their way at the same time: more than processors, as one may wait for
  // the disk or a device; 1 of one processor.
  std::size_t most_videos() const;

 private:
  Processors processors_;
  SharedRoom frames_;
  FrameStage decoding_;
};

}  // namespace mestr::internal
