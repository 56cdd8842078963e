// A method of windows of one's own, and videos of a few pixels for it. Public headers alone.
#pragma once

#include <mestr/mestr.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace mestr::testing {

inline constexpr char kWindowMeans[] = "window-means-v1";

// Row t: how much brighter frame t is than the reference, all of it and its middle, from 0 to 1. A
// face is in frames of a mean gray of at least 40.
class WindowMeans final : public WindowExtractor {
 public:
  explicit WindowMeans(const WindowOptions& options);

  const WindowSpec& spec() const override { return spec_; }
  WindowRows Compute(std::span<const cv::Mat> gray_frames) override;

 private:
  WindowSpec spec_;
};

WindowExtractorKind WindowMeansKind();

// "toy_window" or "toy_bounds" (tests/model/make_toy_model.py) with these features, on the CPU.
AnalyzerOptions WindowAnalyzerOptions(const std::string& model, int jobs = 2);

inline constexpr int kNoFace = 5;  // a brightness without a face

// What a video of a few pixels shows: brightness of each frame, 0 to 200.
struct Pattern {
  std::vector<int> brightness;
  double fps = 30;
  std::set<std::int64_t> cuts = {};     // frames that begin another picture
  std::set<std::int64_t> missing = {};  // frames that are damaged
  std::set<std::int64_t> breaks = {};   // frames before which the clock has a gap
};

// Gives BGR images, and none of frames that nobody uses.
class PatternSource : public FrameSource {
 public:
  explicit PatternSource(Pattern pattern);
  const VideoInfo& info() const override { return info_; }
  void Use(const FrameUse& use) override { use_ = use; }
  bool Next(Frame& frame) override;

  const FrameUse& use() const { return use_; }

 private:
  Pattern pattern_;
  VideoInfo info_;
  FrameUse use_;
  int picture_ = 0;
  std::int64_t next_ = 0;
};

// Bright for a moment in every 20 frames, else even.
std::vector<int> Blinking(int frames);

}  // namespace mestr::testing
