// The aligned crops of one stretch.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "face/face_finder.h"
#include "face/jpeg_round_trip.h"
#include "face/seen_face.h"
#include "mestr/core/crop_spec.h"

namespace mestr::internal {

// Brings each frame onto the stretch's first by a similarity transform of smoothed landmarks. Keeps
// as many frames as the smoothing looks ahead, and all until there are enough for a judgement. Not
// thread-safe.
class StretchAligner {
 public:
  // The frame belongs to the sink from then on.
  using Sink = std::function<void(AlignedFrame frame)>;

  // `finder` outlives this. Of a stretch of fewer than `least_frames` nothing is handed on.
  StretchAligner(const FaceOptions& options, const CropSpec& crop, std::int64_t least_frames,
                 FaceFinder& finder, double fps);

  // Takes the next usable frame and hands on those that are ready.
  void Push(SeenFace seen, const Sink& sink);
  void Finish(FaceCause ended_by, const Sink& sink);

  // Complete after Finish.
  const FaceTrack& track() const { return track_; }

 private:
  void Emit(const Sink& sink);
  void Deliver(AlignedFrame frame, const Sink& sink);

  CropSpec crop_;
  std::int64_t least_frames_;
  FaceFinder& finder_;
  double sigma_frames_;
  std::size_t half_window_;
  JpegRoundTrip jpeg_;
  std::optional<RigidPoints> target_;  // smoothed, of the first frame
  std::deque<RigidPoints> samples_;
  std::deque<SeenFace> seen_;       // of samples_[next_] and all after it
  std::size_t next_ = 0;            // in samples_: the next to hand on
  std::vector<AlignedFrame> held_;  // until there are enough
  FaceTrack track_;
};

}  // namespace mestr::internal
