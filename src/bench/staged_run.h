// All stages one after another on one thread, each timed by itself: what the published code does.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/cost.h"
#include "mestr/face/face_aligner.h"
#include "mestr/flow/flow_engine.h"
#include "mestr/model/mean_model.h"
#include "mestr/video/frame_source.h"

namespace mestr {

struct StagedOptions {
  double fps = 0;
  int k_frames = 0;
  std::int64_t frames = 0;       // to read at most
  std::int64_t detections = 0;   // the detector runs on so many frames at most
  FaceOptions face;              // the crops are always those of kCrop
  bool also_similarity = false;  // time the other alignment, too
};

struct StageCost {
  std::string stage;
  std::string item;  // "frame" or "pair"
  std::int64_t items = 0;
  Cost cost;  // of all items
};

struct StagedRun {
  std::vector<StageCost> stages;  // in their order
  std::int64_t frames = 0;
  std::int64_t pairs = 0;
  std::vector<float> scores;         // a pair
  std::vector<float> probabilities;  // pairs x classes
};

// The first frame with a face. Throws Error{kInput} when none is found within the options'
// search_s.
std::int64_t FirstFaceFrame(FrameSource& source, FaceFinder& finder, const FaceOptions& face,
                            double fps);

// Throws Error{kInput} when the frames hold no pair, and what the stages throw.
StagedRun RunStaged(FrameSource& source, FaceFinder& finder, FlowEngine& flow, MeanModel& model,
                    const StagedOptions& options);

// OpenCV's DualTVL1 on as many threads as OpenCV takes by itself, which the published code leaves
// alone. No engine of FlowMethod::kOpenCv may live beside it.
std::unique_ptr<FlowEngine> MakeReferenceFlowEngine(const Tvl1Options& options);

}  // namespace mestr
