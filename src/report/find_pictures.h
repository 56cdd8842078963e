// The pictures of one find, from the frames around it.
#pragma once

#include <cstdint>
#include <vector>

#include "mestr/flow/flow_engine.h"
#include "report/interval_pictures.h"
#include "report/steady_face.h"

namespace mestr::internal {

// Not thread-safe.
class FindPictures {
 public:
  // `video`, `face`, `find` and `finder` outlive this.
  FindPictures(const VideoResults& video, const FaceResults& face, const FoundInterval& find,
               const PictureOptions& options, FaceFinder& finder);

  // The frames that are looked at lie within these; some are left out at a high frame rate.
  const Interval& frames() const { return frames_; }
  bool Wants(std::int64_t frame) const;
  void Push(const Frame& frame);
  IntervalPictures Make(FlowEngine& flow) const;

 private:
  std::size_t IndexOf(std::int64_t frame) const;
  bool IsOfClip(std::int64_t frame) const { return (frame - find_.interval.onset) % step_ == 0; }
  void AddMotion(const std::vector<cv::Mat>& crops, FlowEngine& flow,
                 IntervalPictures& pictures) const;
  void AddClips(const std::vector<cv::Mat>& crops, IntervalPictures& pictures) const;
  void DrawProgress(cv::Mat& crop, double time_s) const;
  std::string Jpeg(const cv::Mat& picture_bgr) const;
  std::string Clip(std::vector<cv::Mat> crops) const;
  double TimeOf(std::int64_t frame) const {
    return video_.frame_times_s[static_cast<std::size_t>(frame)];
  }

  const VideoResults& video_;
  const FaceResults& face_;
  const FoundInterval& find_;
  PictureOptions options_;
  std::int64_t step_;
  Interval frames_;
  SteadyFace steady_;
  std::vector<std::int64_t> taken_;  // the frames that are there
};

}  // namespace mestr::internal
