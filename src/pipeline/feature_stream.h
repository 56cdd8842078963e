// From the frames of one video to the rows of its features: decoding, alignment, flow and features.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "core/cost.h"
#include "face/face_finder.h"
#include "mestr/face/face.h"
#include "mestr/features/extractor.h"
#include "mestr/flow/flow_engine.h"
#include "mestr/pipeline/analyzer.h"
#include "mestr/video/frame_source.h"
#include "pipeline/flow_worker.h"
#include "pipeline/run_resources.h"

namespace mestr::internal {

// What each stage cost, summed over its threads.
struct StageCosts {
  Cost decode;
  Cost search;  // until the first face was found
  Cost align;   // after that
  Cost flow;
  Cost features;
};

// What is known of one lane (face/face_follower.h); with kCrop there is one.
struct LaneReport {
  std::size_t lane = 0;              // RowId::lane
  std::int64_t first_frame = 0;      // that index 0 stands for
  std::vector<FrameFace> faces;      // with kSimilarity, of each frame; else empty
  std::vector<FaceTrack> stretches;  // those with a face, in order, at least one
  std::int64_t rows = 0;             // with an index
  std::vector<float> motion_px;      // pipeline/motion.h, of each index; 0 between stretches
};

// What is known of a video once it is through.
struct StreamReport : LaneReport {  // of the first lane that has a row
  VideoInfo video;
  std::int64_t frames = 0;            // decoded, all of them processed
  std::vector<double> frame_times_s;  // of each frame
  std::vector<LaneReport> others;     // with FaceOptions::all_faces; each has a row
  StageCosts costs;
};

// How many frames were aligned; called from the thread that collects rows.
using FramesSink = std::function<void(std::int64_t frames)>;

// One more for the same video; called from the thread that aligns faces.
using ExtractorMaker = std::function<std::unique_ptr<FeatureExtractor>()>;

// Each stage in threads of its own. Thread-safe: several videos may run at the same time, with one
// set of flow workers.
class FeatureStream {
 public:
  // `engines` has one a worker, at least one; all of one method. `finder` and `resources` outlive
  // this.
  FeatureStream(FaceFinder& finder, std::vector<std::unique_ptr<FlowEngine>> engines,
                RunResources& resources);

  // Calls `sink` in the order of the extractor's requests, from the calling thread, with the same
  // bytes whatever the number of workers and whatever else runs. Index i stands for frame i after
  // the first with a face; of its track; between two stretches indices are left out. Memory does
  // not grow with the video but for 12 bytes a frame and, with kSimilarity, a FrameFace a frame and
  // lane. `fps` > 0. `more` makes the extractors of the lanes after the first; all rows are
  // computed by `extractor`. `frames` is told after each row and at the end. Throws what the stages
  // throw, and Error{kInput} when there are not enough frames with a usable face in one stretch for
  // one row, {kStopped}; the sink may have been called by then.
  StreamReport Run(FrameSource& source, double fps, const FaceOptions& face,
                   FeatureExtractor& extractor, const RowSink& sink,
                   const std::stop_token& stop = {}, const ExtractorMaker& more = nullptr,
                   const FramesSink& frames = nullptr);

 private:
  FaceFinder& finder_;
  RunResources& resources_;
  FlowWorkers flow_;
};

// The same stages one after another in the calling thread, to time each by itself: the same code,
// rows of the same bytes; `face` is not all_faces. Processor time is that of the whole process.
// Throws as Run.
StreamReport RunSerially(FrameSource& source, double fps, const FaceOptions& face,
                         FaceFinder& finder, FlowEngine& engine, FeatureExtractor& extractor,
                         const RowSink& sink);

}  // namespace mestr::internal
