// What a video file gives, whole.
#pragma once

#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "mestr/video/frame_source.h"

namespace mestr::testing {

struct ReadVideo {
  VideoInfo before;
  VideoInfo after;
  std::vector<int> numbers;  // of NumberedPicture
  std::vector<double> times_s;
  std::vector<cv::Mat> images;
  std::vector<int> missing;  // frames, 0-based
  std::vector<int> breaks;   // those that do not continue the one before
};

// Expects what holds of every source.
ReadVideo ReadAll(const std::filesystem::path& path, const VideoOptions& options = {});

// The message of the Error{kInput} that reading ends with.
std::string ReadError(const std::filesystem::path& path, const VideoOptions& options = {});

// first, first + 1, ... of that count.
std::vector<int> Numbers(int first, int count);

}  // namespace mestr::testing
