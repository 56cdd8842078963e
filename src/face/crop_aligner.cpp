#include "face/crop_aligner.h"

#include "core/border.h"
#include "face/crop.h"
#include "face/face_box.h"
#include "face/search_rate.h"
#include "face/seen_face.h"
#include "mestr/core/error.h"

namespace mestr::internal {

CropAligner::CropAligner(const FaceOptions& options, const CropSpec& crop, FaceFinder& finder,
                         double fps)
    : options_(options), crop_(crop), finder_(finder), fps_(fps), jpeg_(crop.jpeg_quality) {
  options.Check();
  if (!(fps > 0)) throw Error(ErrorKind::kInvalidArgument, "CropAligner: fps must be above 0");
}

// What dlib and OpenCV throw ends here.
void CropAligner::Push(const Frame& frame, const Sink& sink) {
  AtBorder(ErrorKind::kInput, kLookingAtFace, [&] {
    if (!found()) Search(frame);
    if (found()) Deliver(frame, sink);
  });
}

void CropAligner::Search(const Frame& frame) {
  if (!IsSearched(frames_seen_++, options_, fps_)) return;
  const auto detection =
      finder_.Detect(frame.image_bgr, options_.upsamplings, options_.detector_channels);
  if (!detection) return;
  track_.box = InsideImage(detection->box, frame.image_bgr);
  track_.crop_box = track_.box;
  if (crop_.box == BoxRule::kLandmarks) {
    const cv::Rect face = FaceBoxOf(finder_.FindLandmarks(frame.image_bgr, detection->box));
    track_.crop_box = InsideImage(face, frame.image_bgr);
  }
  track_.confidence = detection->confidence;
  track_.first_frame = frame.index;
}

void CropAligner::Deliver(const Frame& frame, const Sink& sink) {
  const cv::Mat face = frame.Bgr(track_.crop_box);
  AlignedFrame aligned{frame.index,
                       frame.time_s,
                       jpeg_.ToGray(CutBox(face, {{0, 0}, face.size()}, crop_.side_px)),
                       std::nullopt,
                       {}};
  if (frame.index == track_.first_frame) {
    aligned.landmarks = finder_.FindLandmarks(aligned.crop, {{0, 0}, aligned.crop.size()});
    track_.crop_landmarks = *aligned.landmarks;
  }
  track_.end_frame = frame.index + 1;
  sink(std::move(aligned));
}

}  // namespace mestr::internal
