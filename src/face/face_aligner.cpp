#include "face/face_aligner.h"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <deque>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "core/border.h"
#include "face/crop.h"
#include "face/face_measures.h"
#include "face/similarity.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

// Detection is slow; while looking for the first face, this many frames a second are enough, and
// fewer once it was looked for for a while.
constexpr double kSearchFps = 30;
constexpr double kLateSearchFps = 5;
// The part of a frame kept for alignment, as a multiple of the tracked box: room for rotation and
// for the smoothing.
constexpr double kPatchScale = 1.6;
// A check looks for a face of this size in the patch: large enough for the detector without
// upsampling, small enough to be quick.
constexpr double kCheckFacePx = 110;
// Windows end at this many standard deviations.
constexpr double kWindowSigmas = 3;
constexpr const char* kStage = "looking at the face";  // for errors

cv::Rect InsideImage(const cv::Rect& box, const cv::Mat& image) {
  return box & cv::Rect(0, 0, image.cols, image.rows);
}

cv::Rect Scaled(const cv::Rect& box, double scale) {
  const cv::Size size(static_cast<int>(std::lround(box.width * scale)),
                      static_cast<int>(std::lround(box.height * scale)));
  return {{box.x + (box.width - size.width) / 2, box.y + (box.height - size.height) / 2}, size};
}

// The upright box around where the transform takes the centre and the size of `box`.
cv::Rect Moved(const cv::Rect& box, const Similarity& transform) {
  const Eigen::Vector2d center = transform({box.x + box.width / 2.0, box.y + box.height / 2.0});
  const double scale = std::sqrt(std::abs(transform.linear.determinant()));
  const double width = box.width * scale;
  const double height = box.height * scale;
  return {static_cast<int>(std::lround(center.x() - width / 2)),
          static_cast<int>(std::lround(center.y() - height / 2)),
          static_cast<int>(std::lround(width)), static_cast<int>(std::lround(height))};
}

// Which frame a crop is of.
struct FrameTime {
  std::int64_t index;
  double time_s;
};

FrameTime TimeOf(const Frame& frame) { return {frame.index, frame.time_s}; }

// Follows the first face with the landmark predictor and keeps as many frames as the smoothing
// needs, and those since the last check: a frame is handed on once the face was seen after it.
class SimilarityTracker {
 public:
  SimilarityTracker(const FaceOptions& options, int side_px, FaceFinder& finder, double fps,
                    const cv::Rect& first_box)
      : finder_(finder),
        channels_(options.detector_channels),
        side_px_(side_px),
        first_box_(first_box),
        box_(first_box),
        sigma_frames_(options.smoothing_s * fps),
        half_window_(static_cast<std::size_t>(std::ceil(kWindowSigmas * sigma_frames_))),
        check_interval_(std::max<std::int64_t>(1, std::llround(options.check_s * fps))) {}

  using BgrSink =
      std::function<void(const FrameTime& frame, const cv::Mat& crop_bgr, const FrameFace& face)>;

  void Push(const Frame& frame, const BgrSink& sink) {
    Track(frame);
    if (tracked_ % check_interval_ == 0) Check();
    ++tracked_;
    while (next_ + half_window_ < confirmed_) Emit(sink);
  }

  // The frames since the last check are handed on only where the face is still there.
  void Finish(const BgrSink& sink) {
    if (!lost_ && confirmed_ < samples_.size()) Check();
    samples_.erase(samples_.begin() + static_cast<std::ptrdiff_t>(confirmed_), samples_.end());
    while (next_ < samples_.size()) Emit(sink);
  }

  // True once a check did not find the face.
  bool lost() const { return lost_; }

 private:
  struct View {
    FrameTime frame;
    cv::Mat patch_bgr;
    cv::Point origin;
    FrameFace face;
  };

  void Track(const Frame& frame) {
    const Landmarks landmarks = finder_.FindLandmarks(frame.image_bgr, box_);
    const RigidPoints points = RigidPointsOf(landmarks);
    if (!first_points_) first_points_ = points;
    cv::Rect patch =
        InsideImage(Scaled(Moved(first_box_, FitSimilarity(*first_points_, points)), kPatchScale),
                    frame.image_bgr);
    // A predictor that lost the face can run out of the picture; the first face's place is then the
    // best guess.
    if (patch.empty()) patch = InsideImage(Scaled(first_box_, kPatchScale), frame.image_bgr);
    FrameFace face = MeasureFace(frame.image_bgr(InsideImage(patch, frame.image_bgr)), box_,
                                 landmarks, last_points_);
    face.cause = FaceCause::kNone;
    face.track = 0;
    last_points_ = points;
    samples_.push_back(points);
    views_.push_back({TimeOf(frame), frame.image_bgr(patch).clone(), patch.tl(), face});
    box_ = Moved(first_box_, FitSimilarity(*first_points_, points));
  }

  // The first frame is where the face was found.
  void Check() {
    if (tracked_ == 0 || SeesFace(views_.back(), 0) || SeesFace(views_.back(), 1)) {
      confirmed_ = samples_.size();
    } else {
      lost_ = true;
    }
  }

  // The second look, twice as large, is for faces that turn or that a hand half covers.
  bool SeesFace(const View& view, int upsamplings) {
    const double scale = kCheckFacePx / first_box_.width;
    cv::Mat small;
    cv::resize(view.patch_bgr, small, {}, scale, scale, cv::INTER_AREA);
    return finder_.Detect(small, upsamplings, channels_).has_value();
  }

  void Emit(const BgrSink& sink) {
    const std::size_t begin = next_ > half_window_ ? next_ - half_window_ : 0;
    const std::size_t end = std::min(samples_.size(), next_ + half_window_ + 1);
    const std::vector<RigidPoints> window(samples_.begin() + static_cast<std::ptrdiff_t>(begin),
                                          samples_.begin() + static_cast<std::ptrdiff_t>(end));
    const RigidPoints smoothed = SmoothAt(window, next_ - begin, sigma_frames_);
    if (!target_) target_ = smoothed;
    const View& view = views_.front();
    sink(view.frame,
         CutAligned(view.patch_bgr, view.origin, first_box_, FitSimilarity(*target_, smoothed),
                    side_px_),
         view.face);
    views_.pop_front();
    ++next_;
    if (next_ > half_window_) {
      samples_.pop_front();
      --next_;
      --confirmed_;
    }
  }

  FaceFinder& finder_;
  DetectorChannels channels_;
  int side_px_;
  cv::Rect first_box_;
  cv::Rect box_;  // where the predictor looks in the next frame
  double sigma_frames_;
  std::size_t half_window_;
  std::int64_t check_interval_;
  std::optional<RigidPoints> first_points_;  // as found, for tracking
  std::optional<RigidPoints> last_points_;   // of the frame before
  std::optional<RigidPoints> target_;        // smoothed, for alignment
  std::deque<RigidPoints> samples_;
  std::deque<View> views_;     // of samples_[next_] and all after it
  std::size_t next_ = 0;       // in samples_: the next to hand on
  std::size_t confirmed_ = 0;  // of samples_: so many from the front are of frames with the face
  std::int64_t tracked_ = 0;
  bool lost_ = false;
};

}  // namespace

struct FaceAligner::State {
  State(const FaceOptions& the_options, const CropSpec& the_crop, FaceFinder& the_finder,
        double the_fps)
      : options(the_options),
        crop(the_crop),
        finder(the_finder),
        fps(the_fps),
        jpeg(the_crop.jpeg_quality) {}

  bool found() const { return !track.box.empty(); }

  void Push(const Frame& frame, const Sink& sink) {
    ++frames_seen;
    if (!found()) Search(frame);
    if (!found()) return;
    if (tracker) {
      tracker->Push(frame, BgrSinkTo(sink));
    } else {
      Deliver(TimeOf(frame), CutBox(frame.image_bgr, track.box, crop.side_px), {}, sink);
    }
  }

  void Finish(const Sink& sink) {
    if (tracker) tracker->Finish(BgrSinkTo(sink));
  }

  void Search(const Frame& frame) {
    const bool late = static_cast<double>(frames_seen) > options.search_s * fps;
    const double wanted_fps = late ? kLateSearchFps : kSearchFps;
    const auto stride = std::max<std::int64_t>(1, std::llround(fps / wanted_fps));
    if ((frames_seen - 1) % stride != 0) return;
    const auto detection =
        finder.Detect(frame.image_bgr, options.upsamplings, options.detector_channels);
    if (!detection) return;
    track.box = InsideImage(detection->box, frame.image_bgr);
    track.confidence = detection->confidence;
    track.first_frame = frame.index;
    if (found() && options.alignment == AlignmentMode::kSimilarity) {
      tracker.emplace(options, crop.side_px, finder, fps, track.box);
    }
  }

  void Deliver(const FrameTime& frame, const cv::Mat& crop_bgr, const FrameFace& face,
               const Sink& sink) {
    AlignedFrame aligned{frame.index, frame.time_s, jpeg.ToGray(crop_bgr), std::nullopt, face};
    if (frame.index == track.first_frame) {
      aligned.landmarks = finder.FindLandmarks(aligned.crop, {{0, 0}, aligned.crop.size()});
      track.crop_landmarks = *aligned.landmarks;
    }
    track.end_frame = frame.index + 1;
    sink(std::move(aligned));
  }

  SimilarityTracker::BgrSink BgrSinkTo(const Sink& sink) {
    return [this, &sink](const FrameTime& frame, const cv::Mat& crop_bgr, const FrameFace& face) {
      Deliver(frame, crop_bgr, face, sink);
    };
  }

  FaceOptions options;
  CropSpec crop;
  FaceFinder& finder;
  double fps;
  JpegRoundTrip jpeg;
  std::int64_t frames_seen = 0;
  FaceTrack track;
  std::optional<SimilarityTracker> tracker;
};

FaceAligner::FaceAligner(const FaceOptions& options, const CropSpec& crop, FaceFinder& finder,
                         double fps) {
  options.Check();
  if (!(fps > 0)) throw Error(ErrorKind::kInvalidArgument, "FaceAligner: fps must be above 0");
  state_ = std::make_unique<State>(options, crop, finder, fps);
}

FaceAligner::~FaceAligner() = default;

// What dlib and OpenCV throw ends here.
void FaceAligner::Push(const Frame& frame, const Sink& sink) {
  AtBorder(ErrorKind::kInput, kStage, [&] { state_->Push(frame, sink); });
}

void FaceAligner::Finish(const Sink& sink) {
  AtBorder(ErrorKind::kInput, kStage, [&] { state_->Finish(sink); });
}

bool FaceAligner::found() const { return state_->found(); }

bool FaceAligner::lost() const { return state_->tracker && state_->tracker->lost(); }

const FaceTrack& FaceAligner::track() const { return state_->track; }

}  // namespace mestr::internal
