#include "support/synthetic_video.h"

#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <stdexcept>
#include <utility>

#include "support/test_support.h"

namespace mestr::testing {
namespace fs = std::filesystem;

SyntheticVideo::SyntheticVideo(const std::string& name, std::int64_t frames)
    : folder_(fs::path(MESTR_TEST_PEOPLE) / name), frames_(frames) {
  const auto rendered = ReadJson(folder_ / kPeopleTruthFile).at("frames").get<std::int64_t>();
  if (frames > rendered) throw std::out_of_range("the clip has fewer frames");
}

cv::Mat SyntheticVideo::FrameAt(std::int64_t index) const {
  cv::Mat frame = cv::imread(FileOf(index).string());
  if (frame.empty()) throw std::runtime_error("cannot read a frame of " + folder_.string());
  return frame;
}

fs::path SyntheticVideo::FileOf(std::int64_t index) const {
  if (index < 0 || index >= frames_) throw std::out_of_range("no such frame");
  return folder_ / PeopleFrameName(index);
}

Interval SyntheticVideo::Expression() const {
  const auto micro = ReadJson(folder_ / kPeopleTruthFile).at("micro").at(0);
  return {micro.at(0).get<std::int64_t>(), micro.at(1).get<std::int64_t>()};
}

SyntheticVideo SmallClip(int frames, int person) { return {PeopleClipName(person), frames}; }

SyntheticVideo ClearClip() { return {kPeopleClearClip, 60}; }

fs::path WriteFrameFolder(const fs::path& folder, const SyntheticVideo& video) {
  fs::create_directories(folder);
  for (std::int64_t i = 0; i < video.frames(); ++i) {
    fs::copy_file(video.FileOf(i), folder / ("img" + std::to_string(i + 1) + ".png"),
                  fs::copy_options::overwrite_existing);
  }
  return folder;
}

SyntheticSource::SyntheticSource(SyntheticVideo video, int empty_frames_first)
    : video_(std::move(video)), empty_frames_first_(empty_frames_first) {
  info_.width = 320;
  info_.height = 240;
  info_.fps = kClipFps;
  info_.announced_frames = video_.frames() + empty_frames_first;
}

bool SyntheticSource::Next(Frame& frame) {
  if (next_ == *info_.announced_frames) return false;
  const std::int64_t in_video = next_ - empty_frames_first_;
  frame.image_bgr = in_video >= 0
                        ? video_.FrameAt(in_video)
                        : cv::Mat(info_.height, info_.width, CV_8UC3, cv::Scalar::all(80));
  frame.index = next_++;
  frame.time_s = static_cast<double>(frame.index) / *info_.fps;
  return true;
}

}  // namespace mestr::testing
