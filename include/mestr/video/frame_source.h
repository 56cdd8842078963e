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
  // 8 bit, 3 channels, upright (a phone's rotation is applied), of square pixels, progressive.
  // Empty where a FrameUse asks for less.
  cv::Mat image_bgr = {};
  // The same in gray, of sources that were asked for it and have it by themselves: a JPEG's luma,
  // as cv::imread(path, cv::IMREAD_GRAYSCALE) gives it.
  cv::Mat image_gray = {};
  // In place of image_bgr, where a FrameUse asks for a region: a part of it that has the region.
  // Rows need not be continuous.
  cv::Mat patch_bgr = {};
  cv::Point patch_origin = {};  // px of the whole image: where the patch's first pixel is
  std::int64_t index = 0;       // 0-based, without gaps
  // A video's own time stamps, counted from where its first stream begins: a player shows the frame
  // at that time. index / fps where it has none (a folder), or the seconds in a folder's names,
  // where those are its clock; NaN where there is no fps either. Never less than that of the frame
  // before.
  double time_s = 0;
  // False where frames are missing between the one before and this one: after a pause of the
  // recording, and where streams were joined. Nothing may be computed across that.
  bool continues = true;
  // With VideoOptions::keep_damaged: this frame is damaged or rests on one that is, and nothing may
  // be concluded from it. Its image, or patch, is the last good one.
  bool missing = false;

  // The pixels of `box_px` of the whole image, from the image or the patch; no copy. Throws
  // Error{kInvalidArgument} where they are not all there.
  cv::Mat Bgr(const cv::Rect& box_px) const;
};

// What somebody who reads frames needs of them. A source may give more.
struct FrameUse {
  std::int64_t step = 1;  // frames whose index is no multiple of it need no image, >= 1
  bool gray = false;      // gray images do
  // Pixels outside of it are not needed; px of the upright image, inside of it, without effect on
  // gray images. Empty: all are needed. It holds as long as frames follow each other: the first
  // that does not continue, or that comes after a missing one, is whole again, as are those after
  // it.
  cv::Rect region_px = {};
};

struct VideoInfo {
  int width = 0;   // px, of the upright image of square pixels
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
  // list hides or that are left out at the start. A video whose count differs is an error at its
  // end.
  std::optional<std::int64_t> announced_frames;
  // What the user should know and nothing failed for, one printable line each; some are known only
  // at the end. A folder whose numbered files leave numbers out may have lost frames before it came
  // here.
  std::vector<std::string> notes;
};

// How pictures are taken from videos, whatever the video.
struct VideoOptions {
  // Larger pictures are an error, so that a small file can't take all memory: in (0, 100000].
  double most_megapixels = 100;
  // Interlaced frames are deinterlaced, one frame out for each in; others keep their bytes. A frame
  // is interlaced where it says so; where its codec can't say it, where the container does.
  bool deinterlace = true;
  // A damaged frame is one that is missing (Frame::missing) instead of an error, as is each that
  // rests on it: up to the next key frame. Frames keep their numbers and times, and notes tell of
  // them. Folders: without effect.
  bool keep_damaged = false;

  // Throws Error{kConfig} "video.<field> is <value>; it must be <limit>".
  void Check() const;
};

// Not thread-safe, but each source may have a thread of its own. Memory does not grow with the
// length of the video (a folder keeps its list of names).
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual const VideoInfo& info() const = 0;

  // For all frames that follow. Every frame still comes, with its index and its time.
  virtual void Use(const FrameUse&) {}

  // The next frame into `frame`, or false after the last one. Its image is new memory each time, so
  // that earlier ones may still be in use. Throws Error{kInput}, naming file and frame, for
  // anything that would lose or alter a frame silently: a packet that does not decode or decodes
  // only with guessed parts, a stream that ends before its announced end, an image that is corrupt
  // or of another size. After an error there is no next frame: the source is to be destroyed.
  virtual bool Next(Frame& frame) = 0;
};

// mp4, avi, mkv, mov, webm and whatever else FFmpeg reads that holds its own data (a play list does
// not); the video stream that FFmpeg calls the best, never a cover. Equal files give equal pixels
// on every machine: the colour matrix and range are the stream's (BT.601, limited, where it names
// none), values are rounded to the nearest, 10 bit and more are scaled to 8. `fps` takes the place
// of the file's own frame rate, not of its clock.
//
// Pixels that are not square are made so in the direction that adds some: 2:1 doubles the width,
// 1:2 the height. Less than 1 % is left, and so is a ratio beyond 8:1. Rotation comes after it.
//
// The frames that a cut video begins with and that rest on frames before the cut are left out: the
// first that can be decoded whole is frame 0. A note counts them; where more than a group of
// pictures would go, it is an error.
//
// Throws Error{kInput}: missing, empty, no regular file, not a video, no video stream, no decoder,
// no frame in it, larger than options.most_megapixels. FFmpeg's messages go into the errors, never
// to stderr; this sets FFmpeg's log callback, once a process, and hands messages of other users of
// FFmpeg on to its default one.
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
