// What a webcam makes of a picture: light that changes, noise, softness, frames shown twice.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <vector>

#include "synth/envelope.h"
#include "synth/wander.h"

namespace mestr::internal::synth {

// One camera in one clip, drawn from `random`. The frames go through it in order, since its
// denoiser carries noise from frame to frame.
class Webcam {
 public:
  // `noise_gray`: the noise's sigma at middle gray, gray levels; else drawn.
  Webcam(cv::Size size, double fps, std::int64_t frames, std::optional<double> noise_gray,
         Random random);

  // What frame `index` shows: the moment of that frame, or of the one before for a frame that the
  // camera dropped.
  std::int64_t ShownFrame(std::int64_t index) const { return shown_[index]; }

  // The next frame's picture, 8-bit BGR, in place.
  void Expose(cv::Mat& picture_bgr);

  double noise_gray() const { return noise_gray_; }

 private:
  void PlanLight(Random& random);
  void PlanDrops(Random& random);
  void MakeNoiseBank(Random& random);
  void NextNoise();
  double GainAt(double time_s) const;
  void Soften(cv::Mat& picture_bgr) const;

  cv::Size size_;
  double fps_;
  std::int64_t frames_;
  std::int64_t index_ = 0;
  std::vector<std::int64_t> shown_;

  Wander daylight_;
  struct Step {  // of the automatic exposure
    Envelope envelope;
    double part;
  };
  std::vector<Step> steps_;
  double flicker_ = 0;
  double flicker_hz_ = 0;
  double flicker_rows_ = 0;  // turns from the first row to the last

  double sharpness_ = 0;  // below 0 soft, above 0 sharpened
  double noise_gray_ = 0;
  double lag_ = 0;           // part of the noise that the next frame has, too
  std::vector<float> bank_;  // noise of sigma 1, rows of kBankSide
  cv::Mat noise_;            // of the current frame, CV_32F
  std::uint64_t noise_seed_ = 0;
};

}  // namespace mestr::internal::synth
