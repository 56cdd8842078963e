// Frames of one video, in order, each accounted for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>

namespace mestr {

struct Frame {
  cv::Mat image_bgr;       // 8 bit, 3 channels, upright (a phone's rotation is applied)
  std::int64_t index = 0;  // 0-based, without gaps
  double time_s =
      0;  // from the first frame; a video's own time stamps, or index / fps for a folder
};

struct VideoInfo {
  int width = 0;   // px, of the upright image
  int height = 0;  // px
  // Average frames per second. Empty for a frame folder that nobody gave a rate for.
  std::optional<double> fps;
  // True where the time stamps read so far are not evenly spaced (variable frame rate): known fully
  // only at the end.
  bool variable_frame_rate = false;
  // As the container or the folder says, where it does; a video whose decoded count differs is an
  // error at its end.
  std::optional<std::int64_t> announced_frames;
};

// Not thread-safe. Memory does not grow with the length of the video.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual const VideoInfo& info() const = 0;

  // The next frame into `frame` (its image may be reused by the caller), or false after the last
  // one. Throws Error{kInput}, naming file and frame, for anything that would lose or alter a frame
  // silently: a packet that does not decode, a stream that ends before its announced end, an image
  // that is corrupt or of another size.
  virtual bool Next(Frame& frame) = 0;
};

// mp4, avi, mkv, mov, webm and whatever else FFmpeg reads; its first video stream. Throws
// Error{kInput}: missing, not a video, no video stream, no decoder.
std::unique_ptr<FrameSource> OpenVideoFile(const std::filesystem::path& path);

// A folder of jpg, jpeg, png or bmp files (any case) in natural order; other files are ignored.
// Gray images become BGR, alpha is dropped, 16-bit values keep their high byte. Throws
// Error{kInput}: no folder, no image in it.
std::unique_ptr<FrameSource> OpenFrameFolder(const std::filesystem::path& folder,
                                             std::optional<double> fps);

}  // namespace mestr
