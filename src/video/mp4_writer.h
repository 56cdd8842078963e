// H.264 videos in MP4 files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <span>
#include <string>

namespace mestr::internal {

struct Mp4Options {
  cv::Size size;    // even
  double fps = 30;  // without `ticks_per_s`, frames follow each other at it
  // As a webcam's recorder has it; without it the quality stays and the rate varies.
  std::optional<std::int64_t> bits_per_s = {};
  // Without `bits_per_s`: x264's constant rate factor, from 0, the best, to 51.
  int rate_factor = 20;
  // Without `bits_per_s`: takes its time to be small, with one key frame in 250. For short clips.
  bool compact = false;
  // Frames have times of their own, in units of 1 / ticks_per_s: a variable frame rate.
  std::optional<int> ticks_per_s = {};
  // The index stands before the pictures, so that a browser shows the beginning before it has the
  // end. Not in memory.
  bool fast_start = false;
};

// The `ticks_per_s` that frames at these times need, each not before the one before: none where all
// are within a microsecond of `fps`; else a microsecond, or where one lasts for half an hour and
// more, a millisecond.
std::optional<int> Mp4Ticks(std::span<const double> times_s, double fps);

// Without B-frames, without time stamps of its making in it: the same pictures give the same bytes
// with the same encoder. Not thread-safe.
class Mp4Writer {
 public:
  // In memory without a path. Throws Error{kConfig} naming a path that cannot be written, or where
  // FFmpeg has no libx264, or a size that H.264 does not have.
  Mp4Writer(std::optional<std::filesystem::path> path, const Mp4Options& options);
  ~Mp4Writer();
  Mp4Writer(const Mp4Writer&) = delete;
  Mp4Writer& operator=(const Mp4Writer&) = delete;

  void Write(const cv::Mat& frame_bgr);  // 8 bit, the next frame
  // With `ticks_per_s`. Of two frames of one time the second comes a tick later. Throws
  // Error{kInvalidArgument} for a step of more than 2^31 ticks, which no MP4 has.
  void Write(const cv::Mat& frame_bgr, double time_s);
  void Finish();            // the file is not complete without it
  std::string TakeBytes();  // of a file in memory, after it

 private:
  struct Encoder;
  std::unique_ptr<Encoder> encoder_;
};

}  // namespace mestr::internal
