// From the frames of a video to the aligned crops of its stretches with a usable face.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "face/face_finder.h"
#include "face/face_tracker.h"
#include "face/people.h"
#include "face/stretch_aligner.h"
#include "mestr/core/crop_spec.h"
#include "mestr/face/face.h"
#include "mestr/video/frame_source.h"

namespace mestr::internal {

// With kSimilarity. A lane is what one viewer of the video gets: its stretches, one after another.
// There is one, which follows the face that it followed before and, where that is not there, the
// largest one; with `all_faces` there is one for each person. Memory grows by a FrameFace a frame
// and lane. Not thread-safe.
class FaceFollower {
 public:
  struct Sink {
    // The frame belongs to the sink from then on. Frames of a lane come in order.
    std::function<void(std::size_t lane, AlignedFrame frame)> aligned;
    // Its frames were all handed on.
    std::function<void(std::size_t lane, const FaceTrack& stretch)> stretch_end;
  };

  // `finder` outlives this; `fps` > 0. `least_frames`: of a stretch that can be computed at all;
  // options.min_stretch_s may ask for more.
  FaceFollower(const FaceOptions& options, const CropSpec& crop, std::int64_t least_frames,
               FaceFinder& finder, double fps);

  // Takes the next frame, one that is missing too.
  void Push(const Frame& frame, const Sink& sink);

  // Before a frame that does not follow the one before: kCut, kClockBreak, kMissing.
  void Break(FaceCause cause, const Sink& sink);

  void Finish(const Sink& sink) { Break(FaceCause::kVideoEnd, sink); }

  // True once a face was seen.
  bool found() const { return found_; }

  std::size_t lanes() const { return lanes_.size(); }
  // Of each frame pushed; complete after Finish.
  std::vector<FrameFace> TakeFaces(std::size_t lane);

 private:
  struct Lane {
    const Person* person = nullptr;  // of the last usable frame
    std::int64_t unusable = 0;       // frames decided since then
    std::vector<FrameFace> faces;
    FaceCause absent = FaceCause::kNoFace;  // why nobody is followed
    std::unique_ptr<FaceTracker> tracker;
    std::unique_ptr<StretchAligner> aligner;  // of the stretch in hand
  };
  struct Candidate {
    FaceDetection found;
    FaceLook look;
    Person* person = nullptr;  // nullptr: nobody known
  };

  void Follow(std::size_t lane, const Frame& frame, const Sink& sink);
  bool IsSearchDue();
  bool IsOfNoUse(const Lane& lane) const;
  void Search(const Frame& frame, const Sink& sink);
  std::vector<Candidate> Candidates(const Frame& frame);
  bool IsFollowed(const cv::Rect& box) const;
  bool IsLikelyFace(const FaceDetection& found) const;
  void StartLargest(std::vector<Candidate> candidates, const Frame& frame, const Sink& sink);
  bool Replaces(const Candidate& candidate, const Lane& lane) const;
  void Start(std::size_t lane, const Candidate& candidate, const Frame& frame, const Sink& sink);
  std::size_t LaneOf(const Person& person);
  void Drain(std::size_t lane, const Sink& sink);
  void EndStretch(std::size_t lane, FaceCause cause, const Sink& sink);

  FaceOptions options_;
  CropSpec crop_;
  std::int64_t least_frames_;
  FaceFinder& finder_;
  double fps_;
  People people_;
  std::vector<Lane> lanes_;
  std::int64_t frames_ = 0;
  bool found_ = false;
  double surest_ = 0;          // detection in this shot
  std::int64_t searched_ = 0;  // frames since a face was lost, or since the last break
};

}  // namespace mestr::internal
