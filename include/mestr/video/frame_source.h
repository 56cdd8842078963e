// Frames of one video, in order, each accounted for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mestr {

struct Frame {
  cv::Mat image_bgr;       // 8 bit, 3 channels, upright (a phone's rotation is applied)
  std::int64_t index = 0;  // 0-based, without gaps
  // A video's own time stamps, counted from where its first stream begins: a player shows the frame
  // at that time. index / fps where it has none (a folder), or the seconds in a folder's names,
  // where those are its clock; NaN where there is no fps either. Never less than that of the frame
  // before.
  double time_s = 0;
  // False where frames are missing between the one before and this one: after a pause of the
  // recording, and where streams were joined. Nothing may be computed across that.
  bool continues = true;
};

struct VideoInfo {
  int width = 0;   // px, of the upright image
  int height = 0;  // px
  // Frames per second: what was asked for, else what the file's header says, else, where it says
  // none or its time stamps contradict it, the usual interval of these (a note says so). A folder's
  // may come from seconds in its names. Empty for a folder or a bare stream of pictures that nobody
  // gave a rate for.
  std::optional<double> fps;
  // True where the time stamps read so far are not evenly spaced (variable frame rate), beyond what
  // their rounding in the file explains, pauses aside: known fully only at the end.
  bool variable_frame_rate = false;
  // As the container (mp4, mov, avi) or the folder says, where it does; without frames that an edit
  // list hides. A video whose decoded count differs is an error at its end.
  std::optional<std::int64_t> announced_frames;
  // What the user should know and nothing failed for, one line each; some are known only at the
  // end. A folder whose numbered files leave numbers out may have lost frames before it came here.
  std::vector<std::string> notes;
};

// How pictures are taken from videos, whatever the video.
struct VideoOptions {
  // Larger pictures are an error, so that a small file can't take all memory: in (0, 100000].
  double most_megapixels = 100;

  // Throws Error{kConfig} "video.<field> is <value>; it must be <limit>".
  void Check() const;
};

// Not thread-safe, but each source may have a thread of its own. Memory does not grow with the
// length of the video (a folder keeps its list of names).
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual const VideoInfo& info() const = 0;

  // The next frame into `frame`, or false after the last one. Its image is new memory each time, so
  // that earlier ones may still be in use. Throws Error{kInput}, naming file and frame, for
  // anything that would lose or alter a frame silently: a packet that does not decode or decodes
  // only with guessed parts, a stream that ends before its announced end, an image that is corrupt
  // or of another size. After an error there is no next frame: the source is to be destroyed.
  virtual bool Next(Frame& frame) = 0;
};

// mp4, avi, mkv, mov, webm and whatever else FFmpeg reads; its first video stream. Equal files give
// equal pixels on every machine: the colour matrix and range are the stream's (BT.601, limited,
// where it names none), values are rounded to the nearest, 10 bit and more are scaled to 8. `fps`
// takes the place of the file's own frame rate, not of its clock. Throws
// Error{kInput}: missing, empty, not a video, no video stream, no decoder, no frame in it. FFmpeg's
// messages go into the errors, never to stderr; this sets FFmpeg's log callback, once a process,
// and hands messages of other users of FFmpeg on to its default one.
std::unique_ptr<FrameSource> OpenVideoFile(const std::filesystem::path& path,
                                           std::optional<double> fps = std::nullopt,
                                           const VideoOptions& options = {});

// A folder of jpg, jpeg, png or bmp files (any case). Its frames are the images that one number in
// their names counts, padded with zeros or not, in the order of that number; where no two names are
// alike but for a number, all images in natural order. Images named otherwise (copies, masks,
// covers), of other formats, videos, folders, pipes and devices are left out and named in the
// notes; other and hidden files are ignored. Where the names are seconds (0.0333.jpg) and `fps` is
// empty, rate and times are theirs.
// Pixels are those of cv::imread: gray images become BGR, alpha is dropped, 16-bit values keep
// their high byte, Exif orientation is applied. Throws Error{kInput}: no folder, no image in it,
// another series of more than half the frames' number, numbers that are negative or in
// scientific notation, one frame in two files (img1.jpg beside img1.png or img01.jpg), a first
// image that is damaged; Error{kInvalidArgument}: fps not greater than 0.
std::unique_ptr<FrameSource> OpenFrameFolder(const std::filesystem::path& folder,
                                             std::optional<double> fps,
                                             const VideoOptions& options = {});

}  // namespace mestr
