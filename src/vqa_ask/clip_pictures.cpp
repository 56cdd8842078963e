#include "vqa_ask/clip_pictures.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <set>

#include "core/text.h"
#include "flow/mat_views.h"
#include "mestr/core/error.h"
#include "report/flow_picture.h"

namespace mestr::internal {
namespace {

constexpr int kJpegQuality = 95;
constexpr std::int64_t kNoStep = std::numeric_limits<std::int64_t>::max();

// How many frames there are, read to the end where the file does not say.
std::int64_t CountFrames(const VideoInput& video, const VideoOptions& options) {
  const auto source = OpenInput(video, options);
  if (source->info().announced_frames) return *source->info().announced_frames;
  source->Use({.step = kNoStep});
  std::int64_t count = 0;
  for (Frame frame; source->Next(frame);) ++count;
  return count;
}

// The images of `wanted`, each once, in BGR.
std::map<std::int64_t, cv::Mat> ReadFrames(const VideoInput& video, const VideoOptions& options,
                                           const std::set<std::int64_t>& wanted) {
  std::map<std::int64_t, cv::Mat> images;
  const auto source = OpenInput(video, options);
  Frame frame;
  for (std::int64_t index = 0; images.size() < wanted.size(); ++index) {
    const bool take = wanted.contains(index);
    source->Use({.step = take ? 1 : kNoStep});
    if (!source->Next(frame)) {
      throw Error(ErrorKind::kInput, video.path.string() + " has " + Counted(index, "frame") +
                                         ", and frame " + std::to_string(*wanted.rbegin() + 1) +
                                         " is wanted");
    }
    if (!take) continue;
    if (frame.missing) {
      throw Error(ErrorKind::kInput,
                  video.path.string() + ": frame " + std::to_string(index + 1) + " is missing");
    }
    images.emplace(index, frame.image_bgr);
  }
  return images;
}

Picture Encode(const cv::Mat& image_bgr, const ClipOptions& options) {
  cv::Mat scaled = image_bgr;
  const int side = std::max(image_bgr.cols, image_bgr.rows);
  if (side > options.most_side_px) {
    const double scale = static_cast<double>(options.most_side_px) / side;
    const cv::Size size(std::max(1, static_cast<int>(std::lround(image_bgr.cols * scale))),
                        std::max(1, static_cast<int>(std::lround(image_bgr.rows * scale))));
    cv::resize(image_bgr, scaled, size, 0, 0, cv::INTER_AREA);
  }
  std::vector<std::uint8_t> bytes;
  const bool done =
      options.jpeg ? cv::imencode(".jpg", scaled, bytes, {cv::IMWRITE_JPEG_QUALITY, kJpegQuality})
                   : cv::imencode(".png", scaled, bytes);
  if (!done) throw Error(ErrorKind::kDevice, "OpenCV cannot encode a picture");
  return {options.jpeg ? "image/jpeg" : "image/png", std::string(bytes.begin(), bytes.end())};
}

cv::Mat Gray(const cv::Mat& image_bgr) {
  cv::Mat gray;
  cv::cvtColor(image_bgr, gray, cv::COLOR_BGR2GRAY);
  return gray;
}

// Of the size that a flow can be computed of (mestr/flow/flow_engine.h).
void CheckFlowSize(const cv::Mat& image, const VideoInput& video) {
  if (std::min(image.cols, image.rows) >= 16 && std::max(image.cols, image.rows) <= 16384) return;
  throw Error(ErrorKind::kInput, video.path.string() + " has " + SizeText(image.cols, image.rows) +
                                     " px; flow needs 16x16 to 16384x16384");
}

cv::Mat FlowPicture(const cv::Mat& onset_bgr, const cv::Mat& apex_bgr) {
  const cv::Mat from = Gray(onset_bgr);
  const cv::Mat to = Gray(apex_bgr);
  cv::Mat u(from.size(), CV_32F);
  cv::Mat v(from.size(), CV_32F);
  const FlowPair pair = FlowPairOf(from, to, u, v);
  MakeFlowEngine({})->Compute({&pair, 1});
  return FlowColours(u, v, FullColour_px(u, v, kLeastFullColour_px));
}

std::vector<std::int64_t> FramesOfVideo(const VideoInput& video, const ClipOptions& options,
                                        const std::optional<KeyFrames>& part) {
  if (!part) return EquallySpaced(CountFrames(video, options.video), options.frames);
  std::vector<std::int64_t> frames = EquallySpaced(part->offset - part->onset + 1, options.frames);
  for (std::int64_t& frame : frames) frame += part->onset;
  return frames;
}

std::vector<std::int64_t> FramesFor(const VideoInput& video, const ClipOptions& options,
                                    const std::optional<KeyFrames>& key_frames) {
  if (options.input == ClipInput::kVideo) return FramesOfVideo(video, options, key_frames);
  if (!key_frames) throw Error(ErrorKind::kInvalidArgument, "the key frames are not there");
  const auto& [onset, apex, offset] = *key_frames;
  const auto fail = [&](const std::string& what) {
    throw Error(ErrorKind::kInput, video.path.string() + ", frames " + std::to_string(onset + 1) +
                                       " to " + std::to_string(offset + 1) + ": " + what);
  };
  if (!apex) fail("the apex is not known");
  if (options.input == ClipInput::kOnsetApexOffset) return {onset, *apex, offset};
  if (*apex == onset) fail("the apex is the onset, so that there is no flow between them");
  return {onset, *apex};
}

// What OpenCV throws is one of the clip's.
std::vector<Picture> Translated(const VideoInput& video,
                                const std::function<std::vector<Picture>()>& make) {
  try {
    return make();
  } catch (const cv::Exception& error) {
    throw Error(ErrorKind::kInput, video.path.string() + ": " + error.err);
  }
}

}  // namespace

std::vector<std::int64_t> EquallySpaced(std::int64_t count, int wanted) {
  if (count < 1) throw Error(ErrorKind::kInvalidArgument, "no frames");
  if (wanted == 1) return {(count - 1) / 2};
  const std::int64_t taken = std::min<std::int64_t>(count, wanted);
  std::vector<std::int64_t> frames;
  for (std::int64_t i = 0; i < taken; ++i) {
    const double place = taken == 1 ? 0
                                    : static_cast<double>(i) * static_cast<double>(count - 1) /
                                          static_cast<double>(taken - 1);
    frames.push_back(static_cast<std::int64_t>(std::nearbyint(place)));
  }
  return frames;
}

std::vector<Picture> PicturesOfClip(const VideoInput& video, const ClipOptions& options,
                                    const std::optional<KeyFrames>& key_frames) {
  return Translated(video, [&] {
    const std::vector<std::int64_t> frames = FramesFor(video, options, key_frames);
    const auto images = ReadFrames(video, options.video, {frames.begin(), frames.end()});
    std::vector<Picture> pictures;
    if (options.input == ClipInput::kFlow) {
      CheckFlowSize(images.at(frames[0]), video);
      pictures.push_back(Encode(FlowPicture(images.at(frames[0]), images.at(frames[1])), options));
      return pictures;
    }
    for (const std::int64_t frame : frames) pictures.push_back(Encode(images.at(frame), options));
    return pictures;
  });
}

}  // namespace mestr::internal
