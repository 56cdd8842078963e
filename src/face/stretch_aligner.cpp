#include "face/stretch_aligner.h"

#include <algorithm>

#include "face/crop.h"
#include "face/face_box.h"

namespace mestr::internal {
namespace {

Landmarks PointsOf(const FrameFace& face) {
  Landmarks points{};
  std::copy(face.landmarks.begin(), face.landmarks.end(), points.begin());
  return points;
}

}  // namespace

StretchAligner::StretchAligner(const FaceOptions& options, const CropSpec& crop,
                               std::int64_t least_frames, FaceFinder& finder, double fps)
    : crop_(crop),
      least_frames_(least_frames),
      finder_(finder),
      sigma_frames_(options.smoothing_s * fps),
      half_window_(SmoothingReach(sigma_frames_)),
      jpeg_(crop.jpeg_quality) {}

void StretchAligner::Push(SeenFace seen, const Sink& sink) {
  if (track_.box.empty()) {
    track_.first_frame = seen.index;
    track_.box = seen.face.box;
    track_.crop_box =
        crop_.box == BoxRule::kLandmarks ? FaceBoxOf(PointsOf(seen.face)) : track_.box;
    track_.confidence = seen.detection;
    track_.track = seen.face.track;
  }
  track_.end_frame = seen.index + 1;
  samples_.push_back(seen.points);
  seen_.push_back(std::move(seen));
  while (next_ + half_window_ < samples_.size()) Emit(sink);
}

void StretchAligner::Finish(FaceCause ended_by, const Sink& sink) {
  track_.ended_by = ended_by;
  track_.too_short = track_.end_frame - track_.first_frame < least_frames_;
  if (track_.too_short) return;
  while (next_ < samples_.size()) Emit(sink);
}

void StretchAligner::Emit(const Sink& sink) {
  const std::vector<RigidPoints> window(samples_.begin(), samples_.end());
  const RigidPoints smoothed = SmoothAt(window, next_, sigma_frames_);
  if (!target_) target_ = smoothed;
  const SeenFace& seen = seen_.front();
  const cv::Mat crop = CutAligned(seen.patch_bgr, seen.origin, track_.crop_box,
                                  FitSimilarity(*target_, smoothed), crop_.side_px);
  Deliver({seen.index, seen.time_s, jpeg_.ToGray(crop), std::nullopt, seen.face}, sink);
  seen_.pop_front();
  ++next_;
  if (next_ > half_window_) {
    samples_.pop_front();
    --next_;
  }
}

void StretchAligner::Deliver(AlignedFrame frame, const Sink& sink) {
  if (frame.index == track_.first_frame) {
    frame.landmarks = finder_.FindLandmarks(frame.crop, {{0, 0}, frame.crop.size()});
    track_.crop_landmarks = *frame.landmarks;
  }
  held_.push_back(std::move(frame));
  if (track_.end_frame - track_.first_frame < least_frames_) return;
  for (AlignedFrame& held : held_) sink(std::move(held));
  held_.clear();
}

}  // namespace mestr::internal
