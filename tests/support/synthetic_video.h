// Small videos of synthetic people for the tests of the pipeline and its commands.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "mestr/core/interval.h"
#include "mestr/video/frame_source.h"
#include "support/people_files.h"

namespace mestr::testing {

inline constexpr double kClipFps = 30;

// The first frames of a synthetic person's clip, 320 x 240, 30 fps, as make_people rendered it.
class SyntheticVideo {
 public:
  SyntheticVideo(const std::string& name, std::int64_t frames);

  std::int64_t frames() const { return frames_; }
  cv::Mat FrameAt(std::int64_t index) const;
  std::filesystem::path FileOf(std::int64_t index) const;
  // The clip's first micro-expression.
  Interval Expression() const;

 private:
  std::filesystem::path folder_;
  std::int64_t frames_;
};

// Somebody who sits still: one of the small clips' people. A shorter one is the beginning of a
// longer one.
SyntheticVideo SmallClip(int frames, int person = kSmallClipPerson);

// 60 frames with one micro-expression that nobody overlooks, in a face that is frozen otherwise.
SyntheticVideo ClearClip();

// Writes the frames as <folder>/img<n>.png, n from 1, without padding. Gives the folder.
std::filesystem::path WriteFrameFolder(const std::filesystem::path& folder,
                                       const SyntheticVideo& video);

// A video without files.
class SyntheticSource : public FrameSource {
 public:
  explicit SyntheticSource(SyntheticVideo video, int empty_frames_first = 0);
  const VideoInfo& info() const override { return info_; }
  bool Next(Frame& frame) override;

 private:
  SyntheticVideo video_;
  VideoInfo info_;
  int empty_frames_first_;
  std::int64_t next_ = 0;
};

}  // namespace mestr::testing
