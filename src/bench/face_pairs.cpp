#include "bench/face_pairs.h"

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string>

#include "mestr/core/error.h"
#include "synth/clip.h"

namespace mestr::internal {
namespace {

constexpr int kSyntheticK = 3;
constexpr int kJpegQuality = 95;

// Of a person in motion between the frames of a pair: far enough that no iteration of the flow ends
// early.
constexpr double kMotionDegrees = 5;
constexpr double kMotionFaceWidths = 0.15;

// Frames enough for so many pairs, over a time in which the head has been here and there. Neither
// an expression nor a blink.
std::vector<cv::Mat> QuietFrames(std::uint64_t seed, int pairs, synth::Context context,
                                 double noise_gray) {
  synth::ClipOptions options;
  options.seed = seed;
  options.seconds = std::max(2.0, (pairs + kSyntheticK) / options.fps);
  options.contexts = {context};
  options.expressions = 0;
  options.blinks_per_minute = 0;
  options.noise_gray = noise_gray;
  synth::Clip clip(options);
  std::vector<cv::Mat> frames;
  for (std::int64_t i = 0; i < clip.frame_count(); ++i) frames.push_back(clip.NextFrame());
  return frames;
}

struct SyntheticKind {
  const char* name;
  const std::vector<cv::Mat>& frames;
  bool person_moves;
};

// Cuts the face that it finds in the first frame out of every frame, as the published code does:
// resized, through a JPEG file, gray.
class Cutter {
 public:
  Cutter(FaceFinder& finder, const cv::Mat& first_frame_bgr, int upsamplings) {
    const auto face = finder.Detect(first_frame_bgr, upsamplings);
    if (!face) {
      throw Error(ErrorKind::kInput, "no face found in the first frame of the clip");
    }
    box_ = face->box & cv::Rect(0, 0, first_frame_bgr.cols, first_frame_bgr.rows);
  }

  // The frame as if the person had moved.
  cv::Mat Moved(const cv::Mat& frame_bgr) const {
    const cv::Point2d center = (box_.tl() + box_.br()) / 2;
    cv::Mat moved_from_frame = cv::getRotationMatrix2D(center, kMotionDegrees, 1);
    moved_from_frame.at<double>(0, 2) += kMotionFaceWidths * box_.width;
    cv::Mat moved;
    cv::warpAffine(frame_bgr, moved, moved_from_frame, frame_bgr.size(), cv::INTER_LINEAR,
                   cv::BORDER_REPLICATE);
    return moved;
  }

  cv::Mat Cut(const cv::Mat& frame_bgr, int side_px) const {
    cv::Mat crop;
    cv::resize(frame_bgr(box_), crop, {side_px, side_px}, 0, 0, cv::INTER_LINEAR);
    std::vector<unsigned char> jpeg;
    cv::imencode(".jpg", crop, jpeg, {cv::IMWRITE_JPEG_QUALITY, kJpegQuality});
    return cv::imdecode(jpeg, cv::IMREAD_GRAYSCALE);
  }

 private:
  cv::Rect box_;
};

// `first` of each of `count` pairs in `frames` frames, `distance` apart.
std::vector<std::int64_t> SpreadStarts(std::int64_t frames, std::int64_t distance, int count) {
  const std::int64_t last = frames - 1 - distance;
  std::vector<std::int64_t> starts;
  starts.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) starts.push_back(count == 1 ? last / 2 : last * i / (count - 1));
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  return starts;
}

}  // namespace

std::vector<PairSet> SyntheticFacePairs(FaceFinder& finder, const FacePairOptions& options,
                                        std::uint64_t seed) {
  const std::vector<cv::Mat> noisy = QuietFrames(seed, options.pairs, synth::Context::kFrozen, 2);
  const std::vector<cv::Mat> clean = QuietFrames(seed, options.pairs, synth::Context::kStill, 0);
  const SyntheticKind kinds[] = {
      {"noisy", noisy, false}, {"clean", clean, false}, {"motion", noisy, true}};
  std::vector<PairSet> sets;
  for (const SyntheticKind& kind : kinds) {
    const Cutter cutter(finder, kind.frames.front(), options.upsamplings);
    const std::size_t first_set = sets.size();
    for (std::size_t i = 0; i < options.sizes_px.size(); ++i) sets.push_back({kind.name, {}});
    for (const std::int64_t start :
         SpreadStarts(std::ssize(kind.frames), kSyntheticK, options.pairs)) {
      const cv::Mat& from = kind.frames[static_cast<std::size_t>(start)];
      const cv::Mat& next = kind.frames[static_cast<std::size_t>(start + kSyntheticK)];
      const cv::Mat to = kind.person_moves ? cutter.Moved(next) : next;
      for (std::size_t i = 0; i < options.sizes_px.size(); ++i) {
        const int size_px = options.sizes_px[i];
        sets[first_set + i].pairs.push_back({cutter.Cut(from, size_px), cutter.Cut(to, size_px)});
      }
    }
  }
  return sets;
}

std::vector<PairSet> ClipFacePairs(FrameSource& source, FaceFinder& finder,
                                   const FacePairOptions& options, const PairFrames& frames) {
  std::optional<Cutter> cutter;
  std::vector<std::vector<cv::Mat>> crops(options.sizes_px.size());  // of each frame
  for (Frame frame; source.Next(frame) && frame.index < frames.first + frames.count;) {
    if (frame.index < frames.first) continue;
    if (!cutter) cutter.emplace(finder, frame.image_bgr, options.upsamplings);
    for (std::size_t i = 0; i < crops.size(); ++i) {
      crops[i].push_back(cutter->Cut(frame.image_bgr, options.sizes_px[i]));
    }
  }
  const auto count = static_cast<std::int64_t>(crops.front().size());
  if (count <= frames.k_frames) {
    throw Error(ErrorKind::kInput, "the clip has " + std::to_string(count) +
                                       " frames from its first face on; a pair needs " +
                                       std::to_string(frames.k_frames + 1));
  }
  std::vector<PairSet> sets;
  for (const std::vector<cv::Mat>& of_size : crops) {
    sets.push_back({"clip", {}});
    for (const std::int64_t start : SpreadStarts(count, frames.k_frames, options.pairs)) {
      sets.back().pairs.push_back({of_size[static_cast<std::size_t>(start)],
                                   of_size[static_cast<std::size_t>(start + frames.k_frames)]});
    }
  }
  return sets;
}

}  // namespace mestr::internal
