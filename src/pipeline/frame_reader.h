// The frames of one video, read ahead.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "core/cost.h"
#include "mestr/video/frame_source.h"
#include "mestr/video/inputs.h"
#include "pipeline/region_request.h"
#include "pipeline/run_resources.h"

namespace mestr::internal {

// What fails in a source, for errors.
inline constexpr char kReadingFrames[] = "reading frames";

// OpenInput with a processor of the run's, as its first frames are decoded there.
std::unique_ptr<FrameSource> OpenInput(const VideoInput& input, const VideoOptions& options,
                                       RunResources& resources);

// One thread reads, another takes the frames in their order; those of a folder are decoded by the
// workers of `resources`. What a source throws is thrown where its frame would come, so that errors
// are those of reading one after another.
class FrameReader {
 public:
  // All outlive this. `region`: what is enough of the frames, if somebody says so.
  FrameReader(FrameSource& source, RunResources& resources, const RegionRequest* region = nullptr);

  // Until the end of the source, or Abort. Throws nothing but a lack of memory.
  void Run();

  // The next frame, or false after the last one and once it is aborted.
  bool Next(Frame& frame);
  // The frame that Next gave is not held any more.
  void Release() { room_.GiveBack(frame_bytes_); }

  void Abort();

  const Cost& cost() const { return cost_; }  // of the frames taken

 private:
  bool Read(UnfinishedFrame& unfinished);

  FrameSource& source_;
  FileSource* file_;  // nullptr: somebody else's
  std::optional<RegionReads> reads_;
  Processors& processors_;
  std::size_t frame_bytes_;
  SharedRoom::Share room_;
  FrameStage::Line line_;
  Cost cost_;
};

}  // namespace mestr::internal
