// From the frames of one video to the network's input, pair by pair: decoding, alignment, flow and
// features at the same time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "mestr/face/face_aligner.h"
#include "mestr/features/features.h"
#include "mestr/flow/flow_engine.h"
#include "mestr/video/frame_source.h"

namespace mestr {

// Busy wall time of each stage, summed over its threads; stages overlap, so their sum is no
// duration.
struct StageSeconds {
  double decode_s = 0;
  double align_s = 0;
  double flow_s = 0;
  double features_s = 0;
  double network_s = 0;
};

// What is known of a video once it is through.
struct StreamReport {
  VideoInfo video;
  std::int64_t frames = 0;            // decoded, all of them processed
  std::vector<double> frame_times_s;  // of each frame, from the first one
  FaceReport face;
  FeatureRois rois;
  std::int64_t pairs = 0;  // frames - face.first_face_frame - k
  StageSeconds seconds;
};

// Features of the pair of frames (first + pair, first + pair + k), where `first` is the first frame
// with a face: 3 x 42 x 42 values (model/mean_model.h), valid during the call.
using FeatureSink = std::function<void(std::int64_t pair, std::span<const float> features)>;

// Any two frames of the video, 0-based, whose features are wanted besides those of the pairs (onset
// and apex of a labelled expression, for training). from_frame < to_frame.
struct ExtraPair {
  std::int64_t from_frame = 0;
  std::int64_t to_frame = 0;
};

// Not thread-safe; keeps its flow engines from video to video.
class FeatureStream {
 public:
  // `flow_engines` has one engine a worker, at least one; all of one method. `finder` outlives
  // this.
  FeatureStream(const FaceOptions& face, FaceFinder& finder,
                std::vector<std::unique_ptr<FlowEngine>> flow_engines);

  // Calls `sink` in order of pairs, from the calling thread, with the same bytes whatever the
  // number of workers. Memory does not grow with the video but for 8 bytes a frame. `fps` > 0,
  // `k_frames` >= 1. Throws what the stages throw, and Error{kInput} when there are fewer than k +
  // 1 frames with a face; the sink may have been called by then.
  StreamReport Run(FrameSource& source, double fps, int k_frames, const FeatureSink& sink);

  // The same, and calls `extra_sink` with the index of each extra pair, in no certain order, from
  // the calling thread. A pair that starts before the first frame with a face or ends after the
  // video is left out.
  StreamReport Run(FrameSource& source, double fps, int k_frames, const FeatureSink& sink,
                   std::span<const ExtraPair> extra_pairs, const FeatureSink& extra_sink);

 private:
  FaceOptions face_;
  FaceFinder& finder_;
  std::vector<std::unique_ptr<FlowEngine>> flow_engines_;
};

}  // namespace mestr
