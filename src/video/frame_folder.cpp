#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/files.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/video/frame_source.h"
#include "video/file_kinds.h"
#include "video/image_decoder.h"
#include "video/video_options.h"

namespace mestr {
using namespace internal;
namespace fs = std::filesystem;
namespace {

// img1.jpg beside img1.png: a folder that was converted in place, where each frame would count
// twice.
void CheckOneFileAFrame(const std::vector<fs::path>& images) {
  std::vector<fs::path> by_stem = images;
  std::sort(by_stem.begin(), by_stem.end(),
            [](const fs::path& a, const fs::path& b) { return a.stem() < b.stem(); });
  const auto twice =
      std::adjacent_find(by_stem.begin(), by_stem.end(),
                         [](const fs::path& a, const fs::path& b) { return a.stem() == b.stem(); });
  if (twice == by_stem.end()) return;
  throw Error(ErrorKind::kInput,
              twice->parent_path().string() + ": holds the same frame twice, as " +
                  twice->filename().string() + " and " + std::next(twice)->filename().string() +
                  ": keep one file for each frame");
}

// A file's name as text and the number at its end: img and 12 of img012.jpg. Numbers too large for
// a frame's are none.
std::optional<std::pair<std::string, std::int64_t>> NumberedName(const fs::path& image) {
  constexpr std::size_t kMostDigits = 9;
  const std::string stem = image.stem().string();
  const std::size_t text = stem.find_last_not_of("0123456789") + 1;  // npos + 1 is 0
  const std::size_t number = std::min(stem.find_first_not_of('0', text), stem.size());
  if (text == stem.size() || stem.size() - number > kMostDigits) return std::nullopt;
  return std::pair(stem.substr(0, text),
                   number < stem.size() ? std::stoll(stem.substr(number)) : 0);
}

// One line about the numbers that the names leave out, or nothing.
std::string GapsInNumbers(const std::vector<fs::path>& images) {
  std::int64_t missing = 0;
  std::string first_gap;
  for (std::size_t i = 1; i < images.size(); ++i) {
    const auto before = NumberedName(images[i - 1]);
    const auto after = NumberedName(images[i]);
    if (!before || !after || before->first != after->first) continue;
    const std::int64_t skipped = after->second - before->second - 1;
    if (skipped < 1) continue;
    if (missing == 0) {
      first_gap = images[i].filename().string() + " follows " + images[i - 1].filename().string();
    }
    missing += skipped;
  }
  if (missing == 0) return {};
  return images.front().parent_path().string() + ": the numbers in the frames' names leave out " +
         std::to_string(missing) + " (first: " + first_gap +
         "); frames are counted as they are there";
}

// A link that leads nowhere stays in the list: it is a frame that is missing.
std::vector<fs::path> ListImages(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) {
    throw Error(ErrorKind::kInput, folder.string() + ": no such folder");
  }
  if (!fs::is_directory(status)) {
    throw Error(ErrorKind::kInput, folder.string() + ": is not a folder");
  }
  std::vector<fs::path> images;
  for (const fs::path& entry : ListFolder(folder)) {
    if (IsImageName(entry) && !fs::is_directory(entry, error)) images.push_back(entry);
  }
  if (images.empty()) {
    throw Error(ErrorKind::kInput, folder.string() + ": no frame (jpg, jpeg, png or bmp) in it");
  }
  CheckOneFileAFrame(images);
  return images;
}

class FrameFolder : public FrameSource {
 public:
  FrameFolder(const fs::path& folder, std::optional<double> fps, const VideoOptions& options)
      : options_(options), images_(ListImages(folder)) {
    if (fps) RequireFrameRate("a frame folder", *fps);
    info_.fps = fps;
    info_.announced_frames = static_cast<std::int64_t>(images_.size());
    if (std::string gaps = GapsInNumbers(images_); !gaps.empty()) {
      info_.notes.push_back(std::move(gaps));
    }
    first_ = DecodeImage(ReadFile(images_.front()), images_.front(), options_.most_megapixels);
    info_.width = first_.cols;
    info_.height = first_.rows;
  }

  const VideoInfo& info() const override { return info_; }

  bool Next(Frame& frame) override {
    if (next_ == images_.size()) return false;
    frame.image_bgr = Read(next_);
    frame.index = static_cast<std::int64_t>(next_);
    frame.time_s = info_.fps ? static_cast<double>(next_) / *info_.fps
                             : std::numeric_limits<double>::quiet_NaN();
    ++next_;
    return true;
  }

 private:
  cv::Mat Read(std::size_t index) {
    if (index == 0) return std::exchange(first_, cv::Mat());
    const fs::path& path = images_[index];
    cv::Mat image = DecodeImage(ReadFile(path), path, options_.most_megapixels);
    if (image.cols != info_.width || image.rows != info_.height) {
      throw Error(ErrorKind::kInput, path.string() + ": is " + SizeText(image.cols, image.rows) +
                                         " px, but " + images_.front().filename().string() +
                                         " is " + SizeText(info_.width, info_.height) +
                                         " px: all frames of a folder must have one size");
    }
    return image;
  }

  VideoOptions options_;
  std::vector<fs::path> images_;
  VideoInfo info_;
  cv::Mat first_;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<FrameSource> OpenFrameFolder(const fs::path& folder, std::optional<double> fps,
                                             const VideoOptions& options) {
  return std::make_unique<FrameFolder>(folder, fps, options);
}

}  // namespace mestr
