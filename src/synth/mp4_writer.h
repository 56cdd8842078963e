// H.264 videos as a webcam's recorder makes them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>

namespace mestr::internal::synth {

// An MP4 file at a bit rate, without B-frames, without time stamps of its making in it: the same
// pictures give the same bytes with the same encoder. Not thread-safe.
class Mp4Writer {
 public:
  // Even sizes. Throws Error{kConfig} naming a path that cannot be written, or where FFmpeg has no
  // libx264.
  Mp4Writer(const std::filesystem::path& path, cv::Size size, double fps, std::int64_t bits_per_s);
  ~Mp4Writer();
  Mp4Writer(const Mp4Writer&) = delete;
  Mp4Writer& operator=(const Mp4Writer&) = delete;

  void Write(const cv::Mat& frame_bgr);  // 8 bit, the next frame
  void Finish();                         // the file is not complete without it

 private:
  struct Encoder;
  std::unique_ptr<Encoder> encoder_;
};

}  // namespace mestr::internal::synth
