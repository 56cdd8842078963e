// From frames to gray face crops, the published baseline's way.
#pragma once

#include <cstdint>
#include <functional>

#include "face/face_finder.h"
#include "face/jpeg_round_trip.h"
#include "mestr/core/crop_spec.h"
#include "mestr/face/face.h"
#include "mestr/video/frame_source.h"

namespace mestr::internal {

// The first face's box cuts every frame of a stretch from there on, in order. Not thread-safe.
class CropAligner {
 public:
  // The frame belongs to the sink from then on.
  using Sink = std::function<void(AlignedFrame frame)>;

  // `finder` outlives the aligner. `fps` > 0 turns the options' seconds into frames.
  CropAligner(const FaceOptions& options, const CropSpec& crop, FaceFinder& finder, double fps);

  // Takes the next frame and hands its crop on, once there is a face; of a frame after that,
  // region() is enough.
  void Push(const Frame& frame, const Sink& sink);

  // True once the first face was seen.
  bool found() const { return !track_.crop_box.empty(); }

  // What it needs of the frames that follow, px; empty: all of them.
  const cv::Rect& region() const { return track_.crop_box; }

  // As far as it was pushed, where a face was found.
  const FaceTrack& track() const { return track_; }

 private:
  void Search(const Frame& frame);
  void Deliver(const Frame& frame, const Sink& sink);

  FaceOptions options_;
  CropSpec crop_;
  FaceFinder& finder_;
  double fps_;
  JpegRoundTrip jpeg_;
  std::int64_t frames_seen_ = 0;
  FaceTrack track_;
};

}  // namespace mestr::internal
