// A clip's frames as a file or a folder, whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <opencv2/core/mat.hpp>
#include <string>

namespace mestr::internal::synth {

enum class ClipEncoding {
  kFrames,  // a folder of JPEG files
  kAvi,     // motion JPEG
  kMp4,     // H.264; even sizes
};

struct ClipFileOptions {
  ClipEncoding encoding = ClipEncoding::kFrames;
  cv::Size size;
  double fps = 30;
  int jpeg_quality = 95;                // of kFrames and kAvi
  std::int64_t bits_per_s = 1'500'000;  // of kMp4
  std::string frame_prefix = "img";     // of kFrames: img_00001.jpg
};

// Calls `next` for each of `frames` pictures, 8-bit BGR, in order, and `before_it_appears` when all
// of them are written and nobody sees them yet. Throws Error{kConfig} naming a path that cannot be
// written.
void WriteClipFile(const std::filesystem::path& path, const ClipFileOptions& options,
                   std::int64_t frames, const std::function<cv::Mat()>& next,
                   const std::function<void()>& before_it_appears = nullptr);

}  // namespace mestr::internal::synth
