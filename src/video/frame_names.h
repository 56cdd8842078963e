// Which of a folder's images are the frames of its video, and in which order: those whose names
// differ in one number alone (img_0001, img_0002). Copies, masks, covers and thumbnails are not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace mestr::internal {

struct FrameSeries {
  std::vector<std::filesystem::path> frames;    // in order
  std::vector<std::filesystem::path> left_out;  // images that are none
  bool numbered = true;  // false: no number counts them, they are in natural order
  // The number of each frame, where it is one that can count frames; else empty.
  std::vector<std::int64_t> numbers;
  // Where the names are seconds: those of each frame, and what they are rounded to. Else empty.
  std::vector<double> times_s;
  double time_unit_s = 0;
};

// `images` are files of one folder, at least one, in natural order. Numbers may be padded with
// zeros or not; seconds (0.9) are sorted as such. Of several numbers in a name the one that varies
// counts; a clock's (10-30-45) go together. Throws Error{kInput} naming the files: a negative
// number or one in scientific notation, one frame in two files (img1 and img01, img1.jpg and
// img1.png), an image that may be a frame missing among the others and, copies of frames aside,
// other series of more than half the frames' number or more other images than frames.
FrameSeries FindFrames(const std::vector<std::filesystem::path>& images);

}  // namespace mestr::internal
