#include "bench/clips.h"

#include <algorithm>

#include "config/input_options.h"
#include "core/border.h"
#include "core/number_text.h"
#include "mestr/core/error.h"
#include "synth/synth_set.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

constexpr int kLoopedFrames = 60;

struct ClipToWrite {
  double fps = 0;
  int frames = 0;
  cv::Size size_px;
  SynthFormat format = SynthFormat::kFrames;
};

// Writes one clip; gives its path.
fs::path WriteClip(std::uint64_t seed, const ClipToWrite& clip, const fs::path& folder) {
  SynthSetOptions set;
  set.seed = seed;
  set.format = clip.format;
  set.groups = {{.fps = clip.fps, .clips = 1, .persons = {1}}};
  set.clip.seconds = clip.frames / clip.fps;
  set.clip.width_px = clip.size_px.width;
  set.clip.height_px = clip.size_px.height;
  set.clip.contexts = {synth::Context::kCalm};
  WriteSynthSet(set, folder, {});
  return folder / PlanSynthSet(set).front().path;
}

BenchClip OwnClip(const BenchOptions& options) {
  const std::vector<VideoInput> inputs =
      ResolveInputs({options.input}, InputOptionsOf(options.config, options.fps)).videos;
  if (inputs.size() != 1) {
    throw Error(ErrorKind::kInput, options.input + " names " + std::to_string(inputs.size()) +
                                       " videos; bench takes one");
  }
  return {inputs.front().path.filename().string(), inputs.front()};
}

// What the system refuses there (a full disk) is no bug.
template <typename Call>
void InScratch(const Call& call) {
  AtBorder(ErrorKind::kConfig, "the temporary folder", call);
}

}  // namespace

std::vector<BenchClip> BenchClips(const BenchOptions& options, const fs::path& folder) {
  if (!options.input.empty()) return {OwnClip(options)};
  std::vector<BenchClip> clips;
  for (const double fps : options.rates_fps) {
    const std::string name = "synthetic, " + NumberText(fps) + " fps";
    VideoInput input;
    input.path = WriteClip(options.seed,
                           {.fps = fps,
                            .frames = options.clip_frames,
                            .size_px = {options.width_px, options.height_px},
                            .format = SynthFormat::kAvi},
                           folder / ("fps" + NumberText(fps)));
    input.key.video = input.path.stem().string();
    clips.push_back({name, input});
  }
  return clips;
}

BenchClip StageBenchClip(const BenchOptions& options, const StageClipOptions& clip,
                         const fs::path& folder) {
  constexpr double kFps = 30;
  VideoInput input;
  input.path = WriteClip(options.seed,
                         {.fps = kFps,
                          .frames = options.stage_frames,
                          .size_px = {clip.width_px, clip.height_px},
                          .format = clip.is_folder ? SynthFormat::kFrames : SynthFormat::kMp4},
                         folder / ("stages" + NumberText(clip.width_px)));
  input.key.video = clip.name;
  input.fps = kFps;
  return {clip.name, input};
}

BenchClip WindowBenchClip(const BenchOptions& options, const WindowClipOptions& clip, int frames,
                          const fs::path& folder) {
  VideoInput input;
  input.path = WriteClip(
      options.seed,
      {.fps = clip.used_fps, .frames = frames, .size_px = {clip.width_px, clip.height_px}},
      folder / ("windows" + NumberText(clip.width_px)));
  input.key.video = clip.name;
  input.fps = clip.used_fps;
  return {clip.name, input};
}

LoopedFrames::LoopedFrames(std::uint64_t seed, const cv::Size& size_px, const fs::path& folder)
    : folder_(folder) {
  const fs::path rendered = WriteClip(
      seed, {.fps = kFps, .frames = kLoopedFrames, .size_px = size_px}, folder / "rendered");
  InScratch([&] {
    for (const auto& entry : fs::directory_iterator(rendered)) frames_.push_back(entry.path());
  });
  std::sort(frames_.begin(), frames_.end());
}

BenchClip LoopedFrames::Clip(std::int64_t frames) {
  const fs::path looped = folder_ / "looped";
  InScratch([&] { fs::remove_all(looped); });
  Link(looped, frames);
  VideoInput input;
  input.path = looped;
  input.key.video = "looped";
  input.fps = kFps;
  return {"synthetic, looped", input};
}

fs::path LoopedFrames::Clips(int count, std::int64_t frames) const {
  const fs::path clips = folder_ / "clips";
  for (int i = 1; i <= count; ++i) Link(clips / std::to_string(i), frames);
  return clips;
}

void LoopedFrames::Link(const fs::path& looped, std::int64_t frames) const {
  const auto last = static_cast<std::int64_t>(frames_.size()) - 1;
  InScratch([&] {
    fs::create_directories(looped);
    for (std::int64_t i = 0; i < frames; ++i) {
      const std::int64_t phase = i % (2 * last);
      const std::int64_t source = std::min(phase, 2 * last - phase);
      fs::create_hard_link(frames_[static_cast<std::size_t>(source)],
                           looped / (std::to_string(i + 1) + ".jpg"));
    }
  });
}

}  // namespace mestr::internal
