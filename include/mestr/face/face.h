// The face of a video: how it is followed, and what leaves the stage that follows it.
#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string_view>

#include "mestr/core/landmarks.h"

namespace mestr {

enum class AlignmentMode {
  kCrop,        // the published baseline: the first face's box cuts every frame of its stretch
  kSimilarity,  // every frame is brought onto the first face of its stretch by a similarity
                // transform, so that head motion leaves the flow
};

// "crop", "similarity"; parsing throws Error{kConfig} naming the two.
std::string_view AlignmentModeName(AlignmentMode mode);
AlignmentMode ParseAlignmentMode(std::string_view name);

// In which order the face detector gets a frame's channels. It was made for kRgb.
enum class DetectorChannels {
  kAuto,  // kBgr for alignment kCrop of a video of one of the config's data sets, else kRgb
  kRgb,
  kBgr,  // the published baseline: another confidence, now and then another box
};

// "auto", "rgb", "bgr"; parsing throws Error{kConfig} naming the three.
std::string_view DetectorChannelsName(DetectorChannels channels);
DetectorChannels ParseDetectorChannels(std::string_view name);

struct FaceOptions {
  AlignmentMode alignment = AlignmentMode::kCrop;
  DetectorChannels detector_channels = DetectorChannels::kAuto;
  int upsamplings = 1;  // of the image before detection, in [0, 3]; the baseline's is 1
  // How long to look for the first face in every frame, in [0, 60] s of video; later in some of
  // them, and with kCrop no more.
  double search_s = 1.0;

  // Of kSimilarity: standard deviation of the window that smooths landmarks over time, in [0, 2] s.
  double smoothing_s = 0.15;
  // Of kSimilarity: how often the detector looks whether the tracked face is still there, in (0,
  // 60] s. Where it is not, the stretch ends with the look before.
  double check_s = 0.25;

  // Of kSimilarity, which frames are usable. Once a frame is not, those that follow must be better
  // by a little more (docs/alignment.md).
  int min_width_px = 60;      // of the face (FrameFace::width_px), in [0, 10000]
  double max_yaw_deg = 35;    // to either side, in (0, 90]
  double max_pitch_deg = 30;  // up and down, in (0, 90]
  // In [0, 1]; 0.4 is a blur of about 5 px (standard deviation) of a face 200 px wide.
  double min_sharpness = 0.4;
  // How much of the face may look unlike the same face a second ago before it counts as covered, in
  // (0, 1].
  double max_changed = 0.1;
  // A shorter run of usable frames is not judged, in [0, 600] s.
  double min_stretch_s = 1;
  // Of kSimilarity: every face gets a track of its own, not only the largest one.
  bool all_faces = false;

  // Throws Error{kConfig} "face.<field> is <value>; it must be <limit>".
  void Check() const;
};

// Why a frame is not to be judged, or why a stretch ends.
enum class FaceCause {
  kNone,  // of a frame: usable
  kNoFace,
  kTooSmall,
  kTurnedAway,
  kCovered,  // a hand or a thing before it
  kBlurred,
  kOtherPerson,  // somebody else came to where the face was
  kMissing,      // the frame itself: damaged, or left out
  kTooShort,     // of frames alone: usable, but too few of them in a row for one pair
  kCut,          // of ends alone, as all below
  kClockBreak,   // the clock of the video has a gap or steps back
  kVideoEnd,
};

// "usable", "no face", "too small", "turned away", "covered", "blurred", "other person",
// "frame missing", "stretch too short", "cut", "break of the clock", "end of the video".
std::string_view FaceCauseText(FaceCause cause);

// What is known of the face in one frame (kSimilarity). 336 bytes. Lengths "at 200" are px after
// the face was scaled to a width of 200 px from one jaw joint to the other (landmarks 0 and 16).
struct FrameFace {
  FaceCause cause = FaceCause::kNoFace;
  std::int32_t track = -1;  // whose: 0-based, in order of appearance; -1 where no face was seen
  // All below are zeros where no face was seen.
  cv::Rect box;  // as the detector draws it, px of the frame
  // In dlib's order, whole px of the frame.
  std::array<cv::Point_<std::int16_t>, 68> landmarks{};
  // Of the head against the camera's axis. Yaw > 0 looks to the right of the picture, pitch > 0 up,
  // roll > 0 is turned clockwise.
  float yaw_deg = 0;
  float pitch_deg = 0;
  float roll_deg = 0;
  float width_px = 0;    // of the face, turned to the camera
  float sharpness = 0;   // in [0, 1], whatever the face's size; blurred faces lie below about 0.3
  float confidence = 0;  // in [0, 1]: that this is the face of the track, and uncovered
  // Height of the lid opening by its length, of the person's own right and left eye: about 0.3 when
  // open, below 0.2 when shut.
  float right_eye_openness = 0;
  float left_eye_openness = 0;
  float mouth_opening_px = 0;  // between the inner lips, at 200
  // Of the nose and the corners of the eyes against the frame before, at 200; 0 in the first frame
  // of a track, and where the frame before has no face.
  float head_motion_px = 0;

  bool usable() const { return cause == FaceCause::kNone; }
};

// One frame's face, ready for features.
struct AlignedFrame {
  std::int64_t index = 0;  // of the frame in the video, 0-based
  double time_s = 0;       // as Frame::time_s
  cv::Mat crop;            // as the CropSpec asked for: square, 8-bit gray
  // In px of the crop, where they were looked for: in the first frame with a face. They hold until
  // the next frame that has some.
  std::optional<Landmarks> landmarks;
  FrameFace face;  // with kSimilarity
};

// One stretch: frames of one face that follow each other without a break of the video's clock and,
// with kSimilarity, without a cut, all usable.
struct FaceTrack {
  std::int64_t first_frame = 0;  // the first with a face, 0-based
  std::int64_t end_frame = 0;    // one after the stretch's last
  cv::Rect box;                  // of the first face, inside the frame, px
  cv::Rect crop_box;             // of the first face, what became the crop; may reach out, px
  double confidence = 0;         // of the last detection before, > 0
  Landmarks crop_landmarks{};    // of the first face, px of the crop; zeros where it is too short
  std::int32_t track = 0;        // whose, as FrameFace::track; with kCrop 0
  FaceCause ended_by = FaceCause::kVideoEnd;  // with kCrop: a break of the clock, or the end
  bool too_short = false;  // to be judged (kSimilarity): nothing was computed of it
};

}  // namespace mestr
