// From frames to aligned gray face crops, frame by frame.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <string_view>

#include "mestr/face/face_finder.h"
#include "mestr/video/frame_source.h"

namespace mestr {

enum class AlignmentMode {
  kCrop,        // the published baseline: the first face's box cuts every frame
  kSimilarity,  // every frame is brought onto the first face by a similarity transform, so that
                // head motion leaves the flow
};

// "crop", "similarity"; parsing throws Error{kConfig} naming the two.
std::string_view AlignmentModeName(AlignmentMode mode);
AlignmentMode ParseAlignmentMode(std::string_view name);

struct FaceOptions {
  AlignmentMode alignment = AlignmentMode::kCrop;
  int upsamplings = 1;    // of the image before detection, in [0, 3]; the baseline's is 1
  double search_s = 1.0;  // how long to look for the first face, in [0, 60] s of video
  int jpeg_quality = 95;  // of the round trip that crops go through, as the published weights were
                          // trained; 0 leaves it out, else in [1, 100]

  // kSimilarity only:
  double smoothing_s =
      0.15;  // standard deviation of the window that smooths landmarks over time, in [0, 2] s
  double check_s =
      1.0;  // how often the detector looks whether the tracked face is still there, in (0, 60] s

  // Throws Error{kConfig} naming field, value and limit.
  void Check() const;
};

// What is known of the face once a video is through.
struct FaceReport {
  std::int64_t first_face_frame = 0;  // frames before it have no crop
  cv::Rect box;                       // of the first face, inside the frame, px
  double confidence = 0;
  Landmarks crop_landmarks{};  // of the first crop, px of the crop
  std::int64_t frames_missed =
      0;  // before the first face, and while a check did not find the tracked face
};

// Crops are 128 x 128, 8-bit gray, one a frame from the first face on, in order. Not thread-safe.
class FaceAligner {
 public:
  // `crop` belongs to the sink from then on.
  using Sink = std::function<void(std::int64_t frame_index, cv::Mat crop)>;

  // `finder` outlives the aligner. `fps` > 0 turns the options' seconds into frames.
  FaceAligner(const FaceOptions& options, FaceFinder& finder, double fps);
  ~FaceAligner();
  FaceAligner(const FaceAligner&) = delete;
  FaceAligner& operator=(const FaceAligner&) = delete;

  // Takes the next frame and hands on the crops that are ready: this frame's, or with kSimilarity
  // that of a frame three standard deviations of the smoothing back. Throws Error{kInput} when no
  // face was found within `search_s`.
  void Push(const Frame& frame, const Sink& sink);

  // Hands on what is left. Throws Error{kInput} when the video ended without a face.
  void Finish(const Sink& sink);

  // Valid once a crop was handed on; `frames_missed` is final after Finish.
  const FaceReport& report() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mestr
