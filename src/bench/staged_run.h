// The pipeline that ships, one stage after another, each timed by itself: what the published code
// does.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/cost.h"
#include "face/face_finder.h"
#include "mestr/core/score_track.h"
#include "mestr/face/face.h"
#include "mestr/flow/flow_engine.h"
#include "mestr/model/network.h"
#include "mestr/video/inputs.h"
#include "pipeline/feature_stream.h"

namespace mestr::internal {

struct StagedOptions {
  double fps = 0;
  int k_frames = 0;
  std::int64_t frames = 0;          // to read at most
  std::int64_t detections = 0;      // the detector runs on so many frames at most
  FaceOptions face;                 // the crops are always those of kCrop
  std::optional<int> jpeg_quality;  // as in ExtractorOptions
  // Time the other alignment, too, and decoding in the face's box alone, which is all that kCrop
  // needs of frames after the first.
  bool both_alignments = false;
};

// The stage that a careful user runs once.
inline constexpr char kDetectionStage[] = "detection";
// Of whole frames, and in the face's box alone.
inline constexpr char kDecodeStage[] = "decode";
inline constexpr char kBoxDecodeStage[] = "decode, face's box";

struct StageCost {
  std::string stage;
  std::string item;  // as of StageTiming
  std::int64_t items = 0;
  Cost cost;  // of all items
  // Whether it is part of the whole's time, and of its processor time.
  bool in_wall = true;
  bool in_cpu = true;
  std::string compared_with = {};  // a stage before it, whose time / its own is reported, or none
};

struct StagedRun {
  std::vector<StageCost> stages;  // in their order
  std::int64_t frames = 0;
  std::int64_t pairs = 0;
  ScoreTrack scores;
};

class StagedPipeline {
 public:
  // `finder` outlives this. `lean_flow`, if any, gives the flow's processor time in the whole,
  // where `flow` wastes some to be early.
  StagedPipeline(FaceFinder& finder, std::unique_ptr<FlowEngine> flow,
                 std::unique_ptr<FlowEngine> lean_flow = nullptr);

  // Throws Error{kInput} when the frames hold no pair, Error{kInvalidArgument} when the face's box
  // has other bits alone than in whole frames, and what the stages throw.
  StagedRun Run(const VideoInput& clip, Network& network, const StagedOptions& options);

 private:
  StreamReport Stream(const VideoInput& clip, FlowEngine& flow, const StagedOptions& options,
                      const ModelInfo& model, const RowSink& sink);
  Cost TimeDetections(const VideoInput& clip, std::int64_t frames, int upsamplings);
  std::vector<StageCost> TimeDecodings(const VideoInput& clip, std::int64_t frames,
                                       const cv::Rect& box_px);

  FaceFinder& finder_;
  std::unique_ptr<FlowEngine> flow_;
  std::unique_ptr<FlowEngine> lean_flow_;
  bool box_is_first_ = false;  // of the two ways to decode
};

// The first frame with a face. Throws Error{kInput} when none is found within the options'
// search_s.
std::int64_t FirstFaceFrame(FrameSource& source, FaceFinder& finder, const FaceOptions& face,
                            double fps);

// OpenCV's DualTVL1 on as many threads as OpenCV takes by itself, which the published code leaves
// alone, or on so many. No engine of FlowMethod::kOpenCv may live beside it.
std::unique_ptr<FlowEngine> MakeReferenceFlowEngine(const Tvl1Options& options,
                                                    std::optional<int> threads = std::nullopt);

}  // namespace mestr::internal
