// Clips and frames that know their own number, written for the tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mestr::testing {

// A gray picture whose upper half is a row of 8 black and white blocks: the bits of `number`, the
// lowest first. The lower half is a ramp that moves with the number.
cv::Mat NumberedPicture(int width, int height, int number);

// The number of such a picture, or -1 where a block is neither black nor white (or it is empty).
int NumberOf(const cv::Mat& picture_bgr);

// Two fields a frame: the lines of the one that is displayed first are those of NumberedPicture
// `number`, the others of the next.
cv::Mat WovenPicture(int width, int height, int number, bool top_first);

struct ClipOptions {
  std::string encoder = "libx264";
  std::string pixel_format = "yuv420p";
  int width = 96;
  int height = 64;
  int fps = 30;
  int b_frames = 0;
  int gop = 12;
  // Of each frame, in units of 1 / fps.
  std::vector<std::int64_t> stamps = {};
  // Options of the encoder, such as {"slicecrc", "1"}.
  std::vector<std::pair<std::string, std::string>> encoder_options = {};
  // Options of the muxer, such as {"movflags", "faststart"}.
  std::vector<std::pair<std::string, std::string>> muxer_options = {};
  // Shape of a pixel, width : height; unknown where 0.
  int pixel_width = 0;
  int pixel_height = 1;
  // Interlaced frames, WovenPicture, that say so, as does the container.
  enum class Fields { kNone, kTopFirst, kBottomFirst };
  Fields fields = Fields::kNone;
  // Display matrix of the container, 9 numbers; none where empty.
  std::vector<std::int32_t> display_matrix = {};
};

// 0, 1, ... count - 1.
std::vector<std::int64_t> EvenStamps(int count);

// False where FFmpeg here was built without this encoder.
bool HasEncoder(const std::string& name);

// Writes NumberedPicture 0, 1, ... with the stamps; the container is that of the extension.
void WriteClip(const std::filesystem::path& path, const ClipOptions& options);

// The same with one picture for all frames: (y, u, v), 8 bit, of one colour, lossless in yuv444p.
// `matrix` and `range` are FFmpeg's AVColorSpace and AVColorRange.
void WriteSolidClip(const std::filesystem::path& path, const cv::Vec3b& yuv, int matrix, int range);

// A Motion JPEG video of these JPEG images, as they are.
void WriteMotionJpeg(const std::filesystem::path& path, const std::vector<std::string>& jpegs);

// Writes over the middle of the data of video packet `number` (0-based, in the order of the file).
void DamagePacket(const std::filesystem::path& path, int number);

// One second of silence: a file with a stream, but none of video.
void WriteSound(const std::filesystem::path& path);

std::string EncodeImage(const std::string& extension, const cv::Mat& image,
                        const std::vector<int>& parameters = {});
void WriteBytes(const std::filesystem::path& path, const std::string& bytes);

}  // namespace mestr::testing
