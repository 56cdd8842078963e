#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/files.h"
#include "core/number_text.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/video/frame_source.h"
#include "video/file_kinds.h"
#include "video/file_source.h"
#include "video/frame_names.h"
#include "video/image_decoder.h"
#include "video/jpeg_patch.h"
#include "video/left_out.h"
#include "video/named_times.h"
#include "video/video_clock.h"
#include "video/video_options.h"

namespace mestr {
using namespace internal;
namespace fs = std::filesystem;
namespace {

std::string NameOf(const fs::path& path) { return path.filename().string(); }

// One line about the numbers that the names leave out, or nothing.
std::string GapsInNumbers(const FrameSeries& series) {
  std::int64_t missing = 0;
  std::string first_gap;
  for (std::size_t i = 1; i < series.numbers.size(); ++i) {
    const std::int64_t skipped = series.numbers[i] - series.numbers[i - 1] - 1;
    if (skipped < 1) continue;
    if (missing == 0) {
      first_gap = NameOf(series.frames[i]) + " follows " + NameOf(series.frames[i - 1]);
    }
    missing += skipped;
  }
  if (missing == 0) return {};
  return "the numbers in the frames' names leave out " + std::to_string(missing) +
         " (first: " + first_gap + "); frames are counted as they are there";
}

std::string GapsInTimes(const FrameSeries& series, const NamedTimes& times) {
  if (times.gaps == 0) return {};
  const std::size_t before = times.longest_gap_after;
  return "the seconds in the frames' names leave " +
         Counted(static_cast<std::int64_t>(times.gaps), "gap") + " (the longest: " +
         SignificantText(series.times_s[before + 1] - series.times_s[before], 4) + " s after " +
         NameOf(series.frames[before]) + ")";
}

std::string OrderOfNames(const FrameSeries& series) {
  if (series.numbered || series.frames.size() < 2) return {};
  return "no number in the images' names counts frames: they are taken in the order of the names, "
         "from " +
         NameOf(series.frames.front()) + " to " + NameOf(series.frames.back());
}

void CheckIsFolder(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) {
    throw Error(ErrorKind::kInput, folder.string() + ": no such folder");
  }
  if (!fs::is_directory(status)) {
    throw Error(ErrorKind::kInput, folder.string() + ": is not a folder");
  }
}

// A link that leads nowhere stays in the list: it is a frame that is missing.
std::vector<fs::path> ListImages(const fs::path& folder, LeftOut& left_out) {
  CheckIsFolder(folder);
  std::vector<fs::path> images;
  for (const FolderEntry& entry : ListFolder(folder)) {
    if (IsLeftOutUnread(entry, left_out)) continue;
    if (entry.is_folder()) {
      left_out.Add("folder", entry.path);
    } else if (IsImageName(entry.path)) {
      images.push_back(entry.path);
    } else if (IsVideoName(entry.path)) {
      left_out.Add("video file", entry.path);
    }
  }
  if (!images.empty()) return images;
  throw Error(ErrorKind::kInput, folder.string() + ": no frame (jpg, jpeg, png or bmp) in it" +
                                     (left_out.empty() ? "" : "; it holds " + left_out.Text()));
}

// More than rounding, of a rate that was given and the one that names have.
constexpr double kOtherRate = 0.02;

class FrameFolder : public FileSource {
 public:
  FrameFolder(const fs::path& folder, std::optional<double> fps, const VideoOptions& options)
      : options_(options) {
    if (fps) RequireFrameRate("a frame folder", *fps);
    LeftOut left_out(folder);
    series_ = FindFrames(ListImages(folder, left_out));
    for (const fs::path& image : series_.left_out) {
      left_out.Add("image", image, "named otherwise than " + NameOf(series_.frames.front()));
    }
    info_.fps = fps;
    info_.announced_frames = static_cast<std::int64_t>(series_.frames.size());
    if (!left_out.empty()) AddNote("left out: " + left_out.Text());
    AddNote(OrderOfNames(series_));
    AddNote(GapsInNumbers(series_));
    TakeTimes();
    const fs::path& path = series_.frames.front();
    first_ = DecodeImage(ReadFile(path), path, options_.most_megapixels);
    info_.width = first_.cols;
    info_.height = first_.rows;
  }

  const VideoInfo& info() const override { return info_; }

  void Use(const FrameUse& use) override { use_ = use; }

  bool Next(Frame& frame) override {
    FrameFinish finish;
    if (!NextUnfinished(frame, finish)) return false;
    if (finish) finish(frame);
    return true;
  }

  bool frames_are_independent() const override { return true; }

  bool NextUnfinished(Frame& frame, FrameFinish& finish) override {
    if (next_ == series_.frames.size()) return false;
    frame = {.index = static_cast<std::int64_t>(next_),
             .time_s = TimeOf(next_),
             .continues = !FollowsAGap(next_)};
    finish = nullptr;
    if (!frame.continues) use_.region_px = {};
    const cv::Mat first = std::exchange(first_, cv::Mat());
    if (frame.index == 0 && !use_.gray) {
      frame.image_bgr = first;
    } else if (frame.index % use_.step == 0) {
      finish = [this, use = use_](Frame& unfinished) { Read(unfinished, use); };
    }
    ++next_;
    return true;
  }

 private:
  void AddNote(const std::string& text) {
    if (text.empty()) return;
    info_.notes.push_back(Printable(series_.frames.front().parent_path().string() + ": " + text));
  }

  // A rate that was given goes before that of the names.
  void TakeTimes() {
    if (series_.times_s.empty()) return;
    const NamedTimes named = ReadTimes(series_.times_s, series_.time_unit_s);
    AddNote(GapsInTimes(series_, named));
    if (!named.fps) return;
    named_interval_s_ = 1 / *named.fps;
    const std::string rate = SignificantText(*named.fps, 6) + " fps";
    if (!info_.fps) {
      info_.fps = named.fps;
      info_.variable_frame_rate = named.variable;
      times_from_names_ = true;
      AddNote("the frame rate, " + rate + ", is that of the seconds in the frames' names");
    } else if (std::abs(*info_.fps / *named.fps - 1) > kOtherRate) {
      AddNote("the seconds in the frames' names are those of " + rate + "; taken are the " +
              NumberText(*info_.fps) + " fps that were given");
    }
  }

  // Also where another rate was given: the pause was there.
  bool FollowsAGap(std::size_t index) const {
    if (!named_interval_s_ || index == 0) return false;
    return IsGap(series_.times_s[index] - series_.times_s[index - 1], *named_interval_s_);
  }

  double TimeOf(std::size_t index) const {
    if (times_from_names_) return series_.times_s[index];
    return info_.fps ? static_cast<double>(index) / *info_.fps
                     : std::numeric_limits<double>::quiet_NaN();
  }

  // In any thread.
  void Read(Frame& frame, const FrameUse& use) const {
    const fs::path& path = series_.frames[static_cast<std::size_t>(frame.index)];
    const std::string bytes = ReadFile(path);
    if (use.gray) {
      frame.image_gray = Whole(DecodeGrayImage(bytes, path, options_.most_megapixels), path);
      return;
    }
    frame.patch_bgr = Patch(bytes, use.region_px);
    frame.patch_origin = use.region_px.tl();
    if (!frame.patch_bgr.empty()) return;
    frame.image_bgr = Whole(DecodeImage(bytes, path, options_.most_megapixels), path);
  }

  // Empty where the whole image is to be decoded.
  cv::Mat Patch(const std::string& bytes, const cv::Rect& region_px) const {
    const cv::Size size(info_.width, info_.height);
    const cv::Rect region = region_px & cv::Rect({0, 0}, size);
    if (region.empty() || region != region_px) return {};
    return DecodeJpegPatch(bytes, size, region);
  }

  cv::Mat Whole(cv::Mat image, const fs::path& path) const {
    if (image.cols != info_.width || image.rows != info_.height) {
      throw Error(ErrorKind::kInput, path.string() + ": is " + SizeText(image.cols, image.rows) +
                                         " px, but " + NameOf(series_.frames.front()) + " is " +
                                         SizeText(info_.width, info_.height) +
                                         " px: all frames of a folder must have one size");
    }
    return image;
  }

  VideoOptions options_;
  FrameSeries series_;
  bool times_from_names_ = false;
  std::optional<double> named_interval_s_;  // usual step of the names, where they are seconds
  VideoInfo info_;
  FrameUse use_;
  cv::Mat first_;  // until it was given out
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<FrameSource> OpenFrameFolder(const fs::path& folder, std::optional<double> fps,
                                             const VideoOptions& options) {
  return std::make_unique<FrameFolder>(folder, fps, options);
}

}  // namespace mestr
