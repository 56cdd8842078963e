// Follows one face through one shot and says of each frame whether it can be judged.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "face/face_finder.h"
#include "face/people.h"
#include "face/seen_face.h"
#include "face/usability.h"
#include "mestr/video/frame_source.h"

namespace mestr::internal {

// The landmark predictor follows the face from frame to frame. Once every `check_s` the detector
// looks whether it is still there, and the look whether it is still the same person; only then are
// the frames since the last look decided. Not thread-safe.
class FaceTracker {
 public:
  // `options`, `finder` and `person` outlive the tracker. The first frame pushed is the one in
  // which `found` was.
  FaceTracker(const FaceOptions& options, FaceFinder& finder, double fps,
              const FaceDetection& found, Person& person);

  void Push(const Frame& frame);

  // Looks once more; all frames are decided then.
  void Finish();

  // The frames that were decided since the last call, in order, each with its cause.
  std::vector<SeenFace> TakeDecided();

  // Why the face is no longer followed; kNone: it is.
  FaceCause lost_by() const { return lost_by_; }
  const cv::Rect& box() const { return box_; }
  const Person& person() const { return person_; }
  double detection() const { return detection_; }  // the detector's score at the last look

 private:
  void Track(const Frame& frame);
  void JudgeLast();
  void CoverWhatCameBefore();
  void Look(const cv::Mat& frame_bgr);
  std::optional<FaceDetection> Detect() const;
  bool IsSamePerson(const cv::Mat& frame_bgr, const RigidPoints& points);
  bool FindAgain(const cv::Mat& frame_bgr, const cv::Rect& box);
  void Confirm(double detection);
  void Lose(FaceCause cause);
  FaceCause WhyLost() const;
  void ForgetOldLook(double detection);

  const FaceOptions& options_;
  FaceFinder& finder_;
  Person& person_;
  UsabilityRule rule_;
  std::int64_t check_interval_;
  double recent_weight_;
  cv::Rect first_box_;
  cv::Rect box_;  // where the predictor looks in the next frame
  cv::Size frame_size_;
  cv::Mat last_frame_;
  std::optional<RigidPoints> first_points_;  // as found
  std::optional<RigidPoints> last_points_;
  PersonGallery last_look_;       // of this face, when it was usable
  std::deque<SeenFace> pending_;  // since the last look
  std::vector<double> changed_;   // of each pending one
  std::vector<SeenFace> decided_;
  double detection_;        // at the last look
  double usual_detection_;  // of the uncovered face
  double covered_s_ = 0;    // since when the detector sees a face that counts as covered
  std::int64_t tracked_ = 0;
  FaceCause lost_by_ = FaceCause::kNone;
};

// The upright box around where the transform takes the centre and the size of `box`.
cv::Rect MovedBox(const cv::Rect& box, const Similarity& transform);

}  // namespace mestr::internal
