#include "face/face_follower.h"

#include <algorithm>
#include <cmath>

#include "core/border.h"
#include "face/search_rate.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

constexpr std::size_t kMostPeople = 64;
// Each has a lane, of which each keeps a FrameFace a frame.
constexpr std::size_t kMostLanes = 16;
// While faces are followed, this often somebody new is looked for.
constexpr double kNewcomers_s = 1;
// A picture on the wall, or what the detector takes for a face, must not keep the one that is
// followed for ever: after so long without a usable frame it may be another.
constexpr double kOfNoUse_s = 1;
// The detector sees faces where there are none, less surely than the real one beside them.
constexpr double kLikelyFace = 0.5;
// So long a face that turned away or was covered may still be there.
constexpr double kWhyLost_s = 5;

FaceOptions Checked(const FaceOptions& options) {
  options.Check();
  return options;
}

}  // namespace

FaceFollower::FaceFollower(const FaceOptions& options, const CropSpec& crop,
                           std::int64_t least_frames, FaceFinder& finder, double fps)
    : options_(Checked(options)),
      crop_(crop),
      least_frames_(std::max(least_frames,
                             static_cast<std::int64_t>(std::ceil(options.min_stretch_s * fps)))),
      finder_(finder),
      fps_(fps),
      people_(fps, options.all_faces ? kMostLanes : kMostPeople) {
  if (!(fps > 0)) throw Error(ErrorKind::kInvalidArgument, "FaceFollower: fps must be above 0");
  if (!options_.all_faces) lanes_.emplace_back();
}

// What dlib and OpenCV throw ends here.
void FaceFollower::Push(const Frame& frame, const Sink& sink) {
  AtBorder(ErrorKind::kInput, kLookingAtFace, [&] {
    const bool long_gone = static_cast<double>(searched_) > kWhyLost_s * fps_;
    for (Lane& lane : lanes_) {
      if (long_gone) lane.absent = FaceCause::kNoFace;
      lane.faces.emplace_back().cause = frame.missing ? FaceCause::kMissing : lane.absent;
    }
    ++frames_;
    if (frame.missing) return;
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) Follow(lane, frame, sink);
    if (IsSearchDue()) Search(frame, sink);
  });
}

void FaceFollower::Break(FaceCause cause, const Sink& sink) {
  AtBorder(ErrorKind::kInput, kLookingAtFace, [&] {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      Lane& lane = lanes_[i];
      if (lane.tracker) {
        lane.tracker->Finish();
        Drain(i, sink);
        lane.tracker.reset();
      }
      EndStretch(i, cause, sink);
      lane.absent = FaceCause::kNoFace;
    }
    if (cause == FaceCause::kCut) {
      people_.BeginShot(frames_);
      surest_ = 0;
    }
    searched_ = 0;
  });
}

std::vector<FrameFace> FaceFollower::TakeFaces(std::size_t lane) {
  return std::move(lanes_.at(lane).faces);
}

void FaceFollower::Follow(std::size_t i, const Frame& frame, const Sink& sink) {
  Lane& lane = lanes_[i];
  if (!lane.tracker) return;
  lane.tracker->Push(frame);
  Drain(i, sink);
  const FaceCause lost_by = lane.tracker->lost_by();
  if (lost_by == FaceCause::kNone) return;
  EndStretch(i, lost_by, sink);
  lane.absent = lost_by;
  lane.tracker.reset();
  searched_ = 0;
}

bool FaceFollower::IsSearchDue() {
  const bool all_followed =
      !lanes_.empty() && std::all_of(lanes_.begin(), lanes_.end(),
                                     [](const Lane& lane) { return lane.tracker != nullptr; });
  if (all_followed && !options_.all_faces && !IsOfNoUse(lanes_.front())) return false;
  if (!all_followed) return IsSearched(searched_++, options_, fps_);
  const auto stride = std::max<std::int64_t>(1, std::llround(kNewcomers_s * fps_));
  return searched_++ % stride == 0;
}

bool FaceFollower::IsOfNoUse(const Lane& lane) const {
  return static_cast<double>(lane.unusable) > kOfNoUse_s * fps_;
}

void FaceFollower::Search(const Frame& frame, const Sink& sink) {
  std::vector<Candidate> candidates = Candidates(frame);
  if (candidates.empty()) return;
  if (!options_.all_faces) {
    StartLargest(std::move(candidates), frame, sink);
    return;
  }
  for (Candidate& candidate : candidates) {
    if (candidate.person == nullptr) candidate.person = people_.Add();
    if (candidate.person != nullptr) Start(LaneOf(*candidate.person), candidate, frame, sink);
  }
}

// Those that nobody follows, the largest first; nobody is two of them.
std::vector<FaceFollower::Candidate> FaceFollower::Candidates(const Frame& frame) {
  std::vector<Candidate> candidates;
  std::vector<const Person*> taken;
  for (const Lane& lane : lanes_) {
    if (lane.tracker) taken.push_back(&lane.tracker->person());
  }
  std::vector<FaceDetection> found =
      finder_.DetectAll(frame.image_bgr, options_.upsamplings, options_.detector_channels);
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.box.area() > b.box.area(); });
  for (const FaceDetection& face : found) surest_ = std::max(surest_, face.confidence);
  for (FaceDetection& face : found) {
    face.box = InsideImage(face.box, frame.image_bgr);
    if (face.box.empty() || IsFollowed(face.box)) continue;
    const RigidPoints points = RigidPointsOf(finder_.FindLandmarks(frame.image_bgr, face.box));
    Candidate candidate{face, LookOfPerson(frame.image_bgr, points), nullptr};
    candidate.person = people_.Find(candidate.look, face.box, frame.index, taken);
    if (candidate.person == nullptr && !IsLikelyFace(face)) continue;
    if (candidate.person != nullptr) taken.push_back(candidate.person);
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

bool FaceFollower::IsFollowed(const cv::Rect& box) const {
  constexpr double kSameFace = 0.3;
  return std::any_of(lanes_.begin(), lanes_.end(), [&](const Lane& lane) {
    return lane.tracker && Overlap(lane.tracker->box(), box) > kSameFace;
  });
}

bool FaceFollower::IsLikelyFace(const FaceDetection& found) const {
  return found.confidence >= kLikelyFace * surest_;
}

void FaceFollower::StartLargest(std::vector<Candidate> candidates, const Frame& frame,
                                const Sink& sink) {
  Lane& lane = lanes_.front();
  const Person* before = lane.person;
  auto chosen = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
    return before != nullptr && candidate.person == before;
  });
  if (chosen == candidates.end()) chosen = candidates.begin();
  if (lane.tracker) {
    if (!Replaces(*chosen, lane)) return;
    lane.tracker->Finish();
    Drain(0, sink);
  }
  if (chosen->person == nullptr) chosen->person = people_.Add();
  if (chosen->person != nullptr) Start(0, *chosen, frame, sink);
}

// Instead of a face that is followed and of no use: whom we know, or who is more surely a face.
bool FaceFollower::Replaces(const Candidate& candidate, const Lane& lane) const {
  if (lane.person != nullptr && &lane.tracker->person() == lane.person) return false;
  return candidate.person == lane.person ? lane.person != nullptr
                                         : candidate.found.confidence > lane.tracker->detection();
}

void FaceFollower::Start(std::size_t i, const Candidate& candidate, const Frame& frame,
                         const Sink& sink) {
  Lane& lane = lanes_[i];
  found_ = true;
  lane.unusable = 0;
  lane.tracker =
      std::make_unique<FaceTracker>(options_, finder_, fps_, candidate.found, *candidate.person);
  lane.tracker->Push(frame);
  lane.absent = FaceCause::kNoFace;
  Drain(i, sink);
}

std::size_t FaceFollower::LaneOf(const Person& person) {
  const auto lane = static_cast<std::size_t>(person.track);
  while (lanes_.size() <= lane) {
    lanes_.emplace_back().faces.resize(static_cast<std::size_t>(frames_));
    // A frame that was missing for one was missing for all.
    if (lanes_.size() > 1) {
      for (std::size_t i = 0; i < lanes_.front().faces.size(); ++i) {
        if (lanes_.front().faces[i].cause == FaceCause::kMissing) {
          lanes_.back().faces[i].cause = FaceCause::kMissing;
        }
      }
    }
  }
  return lane;
}

void FaceFollower::Drain(std::size_t i, const Sink& sink) {
  Lane& lane = lanes_[i];
  for (SeenFace& seen : lane.tracker->TakeDecided()) {
    lane.faces.at(static_cast<std::size_t>(seen.index)) = seen.face;
    if (!seen.face.usable()) {
      ++lane.unusable;
      EndStretch(i, seen.face.cause, sink);
      continue;
    }
    lane.unusable = 0;
    lane.person = &lane.tracker->person();
    if (!lane.aligner) {
      lane.aligner =
          std::make_unique<StretchAligner>(options_, crop_, least_frames_, finder_, fps_);
    }
    lane.aligner->Push(std::move(seen),
                       [&](AlignedFrame frame) { sink.aligned(i, std::move(frame)); });
  }
}

void FaceFollower::EndStretch(std::size_t i, FaceCause cause, const Sink& sink) {
  Lane& lane = lanes_[i];
  if (!lane.aligner) return;
  lane.aligner->Finish(cause, [&](AlignedFrame frame) { sink.aligned(i, std::move(frame)); });
  const FaceTrack& stretch = lane.aligner->track();
  if (stretch.too_short) {
    for (std::int64_t frame = stretch.first_frame; frame < stretch.end_frame; ++frame) {
      lane.faces.at(static_cast<std::size_t>(frame)).cause = FaceCause::kTooShort;
    }
  }
  sink.stretch_end(i, stretch);
  lane.aligner.reset();
}

}  // namespace mestr::internal
