#include "face/face_tracker.h"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "face/area_resize.h"
#include "face/face_measures.h"

namespace mestr::internal {
namespace {

// The part of a frame kept for alignment, as a multiple of the tracked box: room for rotation and
// for the smoothing.
constexpr double kPatchScale = 1.6;
// A look searches for a face of this size in the patch: large enough for the detector without
// upsampling, small enough to be quick.
constexpr double kCheckFacePx = 110;
constexpr double kSameFace = 0.3;  // Overlap of boxes
constexpr double kRecent_s = 1;
constexpr double kOldLook_s = 3;

cv::Rect Scaled(const cv::Rect& box, double scale) {
  const cv::Size size(static_cast<int>(std::lround(box.width * scale)),
                      static_cast<int>(std::lround(box.height * scale)));
  return {{box.x + (box.width - size.width) / 2, box.y + (box.height - size.height) / 2}, size};
}

double ShareInside(const cv::Rect& box, const cv::Size& size) {
  return box.empty() ? 0 : static_cast<double>((box & cv::Rect({0, 0}, size)).area()) / box.area();
}

}  // namespace

cv::Rect MovedBox(const cv::Rect& box, const Similarity& transform) {
  const Eigen::Vector2d center = transform({box.x + box.width / 2.0, box.y + box.height / 2.0});
  const double scale = std::sqrt(std::abs(transform.linear.determinant()));
  const double width = box.width * scale;
  const double height = box.height * scale;
  return {static_cast<int>(std::lround(center.x() - width / 2)),
          static_cast<int>(std::lround(center.y() - height / 2)),
          static_cast<int>(std::lround(width)), static_cast<int>(std::lround(height))};
}

FaceTracker::FaceTracker(const FaceOptions& options, FaceFinder& finder, double fps,
                         const FaceDetection& found, Person& person)
    : options_(options),
      finder_(finder),
      person_(person),
      rule_(options),
      check_interval_(std::max<std::int64_t>(1, std::llround(options.check_s * fps))),
      recent_weight_(std::min(1.0, 1 / (kRecent_s * fps))),
      first_box_(found.box),
      box_(found.box),
      detection_(found.confidence),
      usual_detection_(found.confidence) {}

void FaceTracker::Push(const Frame& frame) {
  Track(frame);
  JudgeLast();
  if (tracked_ % check_interval_ == 0) Look(frame.image_bgr);
  last_frame_ = frame.image_bgr;
  ++tracked_;
}

void FaceTracker::Finish() {
  if (lost_by_ == FaceCause::kNone && !pending_.empty()) Look(last_frame_);
}

std::vector<SeenFace> FaceTracker::TakeDecided() { return std::exchange(decided_, {}); }

void FaceTracker::Track(const Frame& frame) {
  const cv::Mat& image = frame.image_bgr;
  frame_size_ = image.size();
  const Landmarks landmarks = finder_.FindLandmarks(image, box_);
  const RigidPoints points = RigidPointsOf(landmarks);
  if (!first_points_) first_points_ = points;
  const cv::Rect moved = MovedBox(first_box_, FitSimilarity(*first_points_, points));
  cv::Rect patch = InsideImage(Scaled(moved, kPatchScale), image);
  // A predictor that lost the face can run out of the picture; the first face's place is then the
  // best guess.
  if (patch.empty()) patch = InsideImage(Scaled(first_box_, kPatchScale), image);
  SeenFace seen{.index = frame.index,
                .time_s = frame.time_s,
                .patch_bgr = image(patch).clone(),
                .origin = patch.tl(),
                .points = points,
                .detection = detection_,
                .face = MeasureFace(image(patch), moved, landmarks, last_points_)};
  seen.face.track = person_.track;
  last_points_ = points;
  box_ = moved;
  pending_.push_back(std::move(seen));
}

void FaceTracker::JudgeLast() {
  SeenFace& seen = pending_.back();
  RigidPoints in_patch = seen.points;
  in_patch.colwise() -= Eigen::Vector2d(seen.origin.x, seen.origin.y);
  const FaceLook look = LookOfFace(seen.patch_bgr, in_patch);
  const double changed = person_.recent.ChangedShare(look);
  seen.face.cause = rule_.CauseOf(seen.face, changed);
  changed_.push_back(changed);
  if (seen.face.cause == FaceCause::kCovered) CoverWhatCameBefore();
  // The closer to its limit a change is, the less may it become what is usual.
  const double weight = 1 - changed / std::max(options_.max_changed, changed);
  if (seen.face.usable() && weight > 0) person_.recent.Add(look, recent_weight_ * weight);
}

// What covers a face comes from somewhere: it is on its way in the frames before.
void FaceTracker::CoverWhatCameBefore() {
  constexpr double kOnTheWay = 0.4;
  for (std::size_t i = pending_.size() - 1; i > 0; --i) {
    SeenFace& before = pending_[i - 1];
    if (!before.face.usable() || changed_[i - 1] < kOnTheWay * options_.max_changed) return;
    before.face.cause = FaceCause::kCovered;
  }
}

// The first frame is where the face was found.
void FaceTracker::Look(const cv::Mat& frame_bgr) {
  const std::optional<FaceDetection> found =
      tracked_ == 0 ? FaceDetection{box_, detection_} : Detect();
  if (!found) {
    Lose(WhyLost());
    return;
  }
  person_.box = box_;
  person_.frame = pending_.back().index;
  if (pending_.back().face.usable() && !IsSamePerson(frame_bgr, pending_.back().points) &&
      !FindAgain(frame_bgr, found->box)) {
    person_.frame = -1;  // who is in this place now is not this person
    Lose(FaceCause::kOtherPerson);
    return;
  }
  Confirm(found->confidence);
}

// The second look, twice as large, is for faces that turn or that a hand half covers.
std::optional<FaceDetection> FaceTracker::Detect() const {
  const SeenFace& seen = pending_.back();
  // A predictor that lost the face can shrink to a point, which nobody wants to look at enlarged.
  constexpr int kMostShrinkage = 4;
  const double scale = kCheckFacePx / std::max({1, box_.width, first_box_.width / kMostShrinkage});
  const cv::Mat small = AreaResize(seen.patch_bgr, scale);
  std::optional<FaceDetection> best;
  for (int upsamplings = 0; upsamplings < 2 && !best; ++upsamplings) {
    for (const FaceDetection& found :
         finder_.DetectAll(small, upsamplings, options_.detector_channels)) {
      const cv::Rect box(cv::Point(found.box.tl() / scale) + seen.origin,
                         cv::Size(static_cast<int>(found.box.width / scale),
                                  static_cast<int>(found.box.height / scale)));
      const bool is_better = !best || found.confidence > best->confidence;
      if (is_better && Overlap(box, box_) >= kSameFace) best = {box, found.confidence};
    }
  }
  return best;
}

// Somebody may come to where a face was without a cut: a dissolve, people who pass each other. From
// one look to the next pose and light change little, whatever they do in the long run.
bool FaceTracker::IsSamePerson(const cv::Mat& frame_bgr, const RigidPoints& points) {
  const FaceLook look = LookOfPerson(frame_bgr, points);
  const bool is_same = tracked_ == 0 || last_look_.Likeness(look) >= kSamePerson ||
                       person_.gallery.Likeness(look) >= kSamePerson;
  if (!is_same) return false;
  person_.gallery.Add(look);
  last_look_ = {};
  last_look_.Add(look);
  return true;
}

// The predictor may have lost the face where the detector did not: from its box once more. The
// landmarks since the last look are then wrong.
bool FaceTracker::FindAgain(const cv::Mat& frame_bgr, const cv::Rect& box) {
  const RigidPoints points = RigidPointsOf(finder_.FindLandmarks(frame_bgr, box));
  if (!IsSamePerson(frame_bgr, points)) return false;
  first_box_ = box_ = box;
  first_points_ = last_points_ = points;
  for (SeenFace& seen : pending_) {
    if (seen.face.usable()) seen.face.cause = FaceCause::kCovered;
  }
  return true;
}

void FaceTracker::Confirm(double detection) {
  const auto count = static_cast<double>(pending_.size());
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const double share = static_cast<double>(i + 1) / count;
    const double score = detection_ + share * (detection - detection_);
    FrameFace& face = pending_[i].face;
    face.confidence = static_cast<float>(std::clamp(score, 0.0, 1.0) * (1 - changed_[i]));
  }
  if (pending_.back().face.usable()) {
    constexpr double kWeight = 0.2;
    usual_detection_ += kWeight * (detection - usual_detection_);
  }
  detection_ = detection;
  ForgetOldLook(detection);
  std::move(pending_.begin(), pending_.end(), std::back_inserter(decided_));
  pending_.clear();
  changed_.clear();
}

// A lamp that is switched on is no hand: the detector sees the face as well as ever.
void FaceTracker::ForgetOldLook(double detection) {
  constexpr double kAsWell = 0.8;
  const bool seems_covered = pending_.back().face.cause == FaceCause::kCovered;
  if (!seems_covered || detection < kAsWell * usual_detection_) {
    covered_s_ = 0;
    return;
  }
  covered_s_ += options_.check_s;
  if (covered_s_ > kOldLook_s) person_.recent.Clear();
}

void FaceTracker::Lose(FaceCause cause) {
  lost_by_ = cause;
  for (SeenFace& seen : pending_) {
    if (seen.face.usable()) seen.face.cause = cause;
    seen.face.confidence = 0;
    decided_.push_back(std::move(seen));
  }
  pending_.clear();
  changed_.clear();
}

// The last thing that was seen of it, of frames in which it still looked like a face.
FaceCause FaceTracker::WhyLost() const {
  constexpr double kStillAFace = 0.5;
  constexpr double kOnTheWay = 0.7;
  constexpr double kInThePicture = 0.85;
  bool covered = false;
  FaceCause last = FaceCause::kNoFace;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const FrameFace& face = pending_[i].face;
    if (changed_[i] > kStillAFace) continue;
    covered = covered || face.cause == FaceCause::kCovered;
    if (!face.usable()) last = face.cause;
    const bool turned = std::abs(face.yaw_deg) > kOnTheWay * options_.max_yaw_deg ||
                        std::abs(face.pitch_deg) > kOnTheWay * options_.max_pitch_deg;
    if (turned && !covered) return FaceCause::kTurnedAway;
  }
  if (ShareInside(box_, frame_size_) < kInThePicture) return FaceCause::kNoFace;
  return covered ? FaceCause::kCovered : last;
}

}  // namespace mestr::internal
