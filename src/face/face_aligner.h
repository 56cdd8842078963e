// From frames to aligned gray face crops, frame by frame.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "face/face_finder.h"
#include "mestr/core/crop_spec.h"
#include "mestr/face/face.h"
#include "mestr/video/frame_source.h"

namespace mestr::internal {

// One aligned frame a frame of a stretch from the first face on, in order. Not thread-safe.
class FaceAligner {
 public:
  // The frame belongs to the sink from then on.
  using Sink = std::function<void(AlignedFrame frame)>;

  // `finder` outlives the aligner. `fps` > 0 turns the options' seconds into frames.
  FaceAligner(const FaceOptions& options, const CropSpec& crop, FaceFinder& finder, double fps);
  ~FaceAligner();
  FaceAligner(const FaceAligner&) = delete;
  FaceAligner& operator=(const FaceAligner&) = delete;

  // Takes the next frame and hands on those that are ready: this one, or with kSimilarity those
  // three standard deviations of the smoothing before the last frame that surely shows the face.
  void Push(const Frame& frame, const Sink& sink);

  // Hands on what is left.
  void Finish(const Sink& sink);

  // True once the first face was seen.
  bool found() const;

  // True once the face that was followed is no longer there (kSimilarity): to be finished. The
  // frames since it was last seen are never handed on.
  bool lost() const;

  // Complete after Finish, where a face was found.
  const FaceTrack& track() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mestr::internal
