#include "bench/face_pairs.h"

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "mestr/core/error.h"
#include "mestr/synth/synth.h"

namespace mestr {
namespace {

constexpr int kSyntheticK = 3;
constexpr int kJpegQuality = 95;

struct SyntheticKind {
  const char* name;
  SynthClipOptions clip;
  int distance_frames;
};

std::vector<SyntheticKind> SyntheticKinds(std::uint64_t seed) {
  SynthClipOptions still;
  still.seed = seed;
  still.expressions = 0;
  still.flicker = 0;
  still.drift_crop_px = 0;
  still.blinks_per_minute = 0;
  still.gaze_crop_px = 0;
  SynthClipOptions clean = still;
  clean.noise_sigma = 0;
  clean.drift_crop_px = 2;
  SynthClipOptions motion = still;
  motion.drift_crop_px = 10;
  return {{"noisy", still, kSyntheticK}, {"clean", clean, kSyntheticK}, {"motion", motion, 45}};
}

// Cuts the face that it finds in the first frame out of every frame, as the published code does:
// resized, through a JPEG file, gray.
class Cutter {
 public:
  Cutter(FaceFinder& finder, const cv::Mat& first_frame_bgr, int upsamplings) {
    const auto face = finder.Detect(first_frame_bgr, upsamplings);
    if (!face) {
      throw Error(ErrorKind::kInput, "bench: no face found in the first frame of the clip");
    }
    box_ = face->box & cv::Rect(0, 0, first_frame_bgr.cols, first_frame_bgr.rows);
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
  for (int i = 0; i < count; ++i) starts.push_back(count == 1 ? last / 2 : last * i / (count - 1));
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  return starts;
}

// `frame(i)` gives frame i, BGR.
template <typename FrameAt>
std::vector<PairSet> CutPairs(const std::string& kind, const Cutter& cutter,
                              const std::vector<std::int64_t>& starts, std::int64_t distance,
                              const std::vector<int>& sizes_px, const FrameAt& frame) {
  std::vector<PairSet> sets(sizes_px.size());
  for (PairSet& set : sets) set.kind = kind;
  for (const std::int64_t start : starts) {
    const cv::Mat from = frame(start);
    const cv::Mat to = frame(start + distance);
    for (std::size_t i = 0; i < sets.size(); ++i) {
      sets[i].pairs.push_back({cutter.Cut(from, sizes_px[i]), cutter.Cut(to, sizes_px[i])});
    }
  }
  return sets;
}

}  // namespace

std::vector<PairSet> SyntheticFacePairs(FaceFinder& finder, const FacePairOptions& options,
                                        std::uint64_t seed) {
  const Portrait portrait = DefaultPortrait();
  std::vector<PairSet> sets;
  for (const SyntheticKind& kind : SyntheticKinds(seed)) {
    const ClipRenderer renderer(portrait, kind.clip);
    const Cutter cutter(finder, renderer.Render(0), options.upsamplings);
    auto of_kind =
        CutPairs(kind.name, cutter,
                 SpreadStarts(renderer.frame_count(), kind.distance_frames, options.pairs),
                 kind.distance_frames, options.sizes_px,
                 [&](std::int64_t index) { return renderer.Render(index); });
    std::move(of_kind.begin(), of_kind.end(), std::back_inserter(sets));
  }
  return sets;
}

std::vector<PairSet> ClipFacePairs(FrameSource& source, FaceFinder& finder,
                                   const FacePairOptions& options, int frames, int k_frames) {
  std::vector<cv::Mat> images;
  for (Frame frame; static_cast<int>(images.size()) < frames && source.Next(frame);) {
    images.push_back(frame.image_bgr);
  }
  if (static_cast<int>(images.size()) <= k_frames) {
    throw Error(ErrorKind::kInput, "bench: the clip has " + std::to_string(images.size()) +
                                       " frames; a pair needs " + std::to_string(k_frames + 1));
  }
  const Cutter cutter(finder, images.front(), options.upsamplings);
  const auto count = static_cast<std::int64_t>(images.size());
  return CutPairs("clip", cutter, SpreadStarts(count, k_frames, options.pairs), k_frames,
                  options.sizes_px,
                  [&](std::int64_t index) { return images[static_cast<std::size_t>(index)]; });
}

}  // namespace mestr
