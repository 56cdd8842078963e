#include "pipeline/window_analysis.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/border.h"
#include "core/number_text.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "pipeline/flow_worker.h"
#include "pipeline/tell.h"
#include "pipeline/window_fit.h"
#include "pipeline/window_stream.h"
#include "spot/stitcher.h"

namespace mestr::internal {
namespace {

// Side of the crops of every kind of windows (features/window_extractor.h).
constexpr int kCropSide_px = 320;

// Whose face a window saw.
struct SeenWindow {
  std::int64_t first = 0;  // used frame from which on a face is there
  std::int64_t end = 0;    // one after the window's last
  cv::Rect box;
  Landmarks crop_landmarks{};
};

// Collects what the windows of one video say.
class WindowCollector {
 public:
  WindowCollector(SharedNetwork& network, Processors& processors, const Decoding& decoding,
                  std::int64_t windows_before)
      : network_(network, processors),
        published_(decoding.stitch == StitchRule::kPublished),
        stitcher_(decoding.stitch, decoding.batch_windows, windows_before) {}

  void Add(const ComputedWindow& window) {
    const WindowRows& rows = window.rows;
    ScoreTrack scores = network_.Score(rows.values);
    const auto size = static_cast<std::int64_t>(scores.size());
    const std::int64_t faceless = rows.reference.value_or(size);
    // The published code scores rows of zeros as any others.
    if (!published_) std::fill_n(scores.valid.begin(), faceless, std::uint8_t{0});
    stitcher_.Add(window.first, scores);
    ++windows_;
    if (!rows.reference) {
      ++faceless_;
      return;
    }
    seen_.push_back(
        {window.first + faceless, window.first + size, rows.face_box, rows.crop_landmarks});
  }

  ScoreTrack TakeScores() { return stitcher_.Finish(); }

  // Nothing where no window saw a face there.
  SeenWindow SeenAt(std::int64_t used_frame) const {
    const auto found = std::find_if(seen_.begin(), seen_.end(), [&](const SeenWindow& seen) {
      return seen.first <= used_frame && used_frame < seen.end;
    });
    return found == seen_.end() ? SeenWindow{} : *found;
  }

  std::int64_t windows() const { return windows_; }
  std::int64_t faceless() const { return faceless_; }
  std::int64_t windows_of_subject() const { return stitcher_.windows(); }
  const Cost& cost() const { return network_.cost(); }

 private:
  NetworkInTurn network_;
  bool published_;
  Stitcher stitcher_;
  std::vector<SeenWindow> seen_;
  std::int64_t windows_ = 0;
  std::int64_t faceless_ = 0;  // of them
};

std::string SecondsText(std::int64_t frames, double fps) {
  return FixedText(static_cast<double>(frames) / fps, 2) + " s";
}

std::string WindowText(const WindowLayout& layout) {
  return std::to_string(layout.window_frames) + " used frames" +
         (layout.frame_step == 1 ? "" : " (one of " + std::to_string(layout.frame_step) + ")");
}

[[noreturn]] void ThrowTooShort(const WindowStreamReport& report, const WindowLayout& layout,
                                double fps) {
  std::int64_t longest = 0;
  for (const WindowStretch& stretch : report.stretches) {
    longest = std::max(longest, stretch.end - stretch.begin);
  }
  const std::int64_t span = layout.window_frames * std::int64_t{layout.frame_step};
  throw Error(ErrorKind::kInput,
              "too short: a window needs " + WindowText(layout) + ", " + SecondsText(span, fps) +
                  ", and its longest stretch without a break has " + std::to_string(longest) +
                  " of its " + Counted(report.frames, "frame"));
}

// Used frames with a value that follow each other in one stretch.
FaceTrack TrackOf(const WindowStretch& stretch, std::int64_t begin, std::int64_t end,
                  const WindowCollector& collected, std::int64_t step) {
  const SeenWindow seen = collected.SeenAt(begin);
  FaceTrack track;
  track.first_frame = begin * step;
  track.end_frame = std::min(end * step, stretch.end_frame);
  track.box = track.crop_box = seen.box;
  track.crop_landmarks = seen.crop_landmarks;
  track.ended_by = end == stretch.covered_end ? stretch.ended_by : FaceCause::kNoFace;
  return track;
}

void AddTracks(const WindowStretch& stretch, const WindowCollector& collected, Analysis& analysis) {
  const ScoreTrack& scores = analysis.scores;
  const auto is_valid = [&](std::int64_t i) {
    return i < static_cast<std::int64_t>(scores.size()) && scores.valid[i] != 0;
  };
  for (std::int64_t i = stretch.begin; i < stretch.end; ++i) {
    if (!is_valid(i)) continue;
    std::int64_t end = i + 1;
    while (end < stretch.end && is_valid(end)) ++end;
    analysis.stretches.push_back(TrackOf(stretch, i, end, collected, scores.frame_step));
    analysis.rows += end - i;
    i = end;
  }
}

// What there is to know, once it is through.
void Fill(const WindowStreamReport& report, WindowCollector& collected, Analysis& analysis) {
  analysis.info = report.video;
  analysis.frames = report.frames;
  analysis.frame_times_s = report.frame_times_s;
  analysis.scores = collected.TakeScores();
  analysis.scores.frame_step = analysis.windows->layout.frame_step;
  analysis.scores.frames = report.frames;
  analysis.crop_side_px = kCropSide_px;
  for (const WindowStretch& stretch : report.stretches) AddTracks(stretch, collected, analysis);
  analysis.windows->count = collected.windows();
  analysis.windows->faceless = collected.faceless();
  const Cost& network = collected.cost();
  analysis.seconds = {.decode_s = report.decode.wall_s,
                      .features_s = report.features.wall_s,
                      .network_s = network.wall_s};
  analysis.cpu_seconds = {.decode_s = report.decode.cpu_s,
                          .features_s = report.features.cpu_s,
                          .network_s = network.cpu_s};
}

// What the source knows at its end alone, what has no score for a lack of length, and what for a
// lack of faces.
void Warn(const WindowStreamReport& report, const WindowCollector& collected,
          const AnalysisObserver& observer, Analysis& analysis) {
  const WindowLayout& layout = analysis.windows->layout;
  const auto warn = [&](const std::string& line) {
    analysis.warnings.push_back(line);
    Tell(observer.on_warning, line);
  };
  const std::vector<std::string>& told = analysis.warnings;
  for (const std::string& note : report.video.notes) {
    if (std::find(told.begin(), told.end(), note) == told.end()) warn(note);
  }
  std::int64_t short_ones = 0;
  std::int64_t short_frames = 0;
  for (const WindowStretch& stretch : report.stretches) {
    if (stretch.windows > 0) continue;
    ++short_ones;
    short_frames += (stretch.end - stretch.begin) * layout.frame_step;
  }
  if (short_ones > 0) {
    warn("no score for " + Counted(short_ones, "stretch") + " of frames (" +
         SecondsText(short_frames, analysis.fps) +
         " in all) between cuts or gaps: a window needs " + WindowText(layout));
  }
  if (collected.faceless() > 0) {
    warn("no face in " + std::to_string(collected.faceless()) + " of " +
         Counted(collected.windows(), "window") +
         (analysis.windows->stitch == StitchRule::kPublished
              ? ": scored as rows of zeros, as published"
              : ": what no other one covers has no score"));
  }
}

}  // namespace

void WindowAnalyzer::Check(const ModelInfo& model) const { CheckWindowModel(config_, model, own_); }

void WindowAnalyzer::Begin(const ModelInfo& model, Analysis& analysis) const {
  const WindowFit fit = WindowFitFor(config_, model, analysis.fps);
  analysis.parameters = {.k_frames = 0, .k_p_frames = fit.k_p_frames, .origin = fit.origin};
  analysis.windows = AnalysedWindows{.layout = fit.layout,
                                     .variant = VariantFor(config_, model),
                                     .stitch = DecodingFor(config_, model).stitch};
}

void WindowAnalyzer::Score(FrameSource& source, SharedNetwork& network,
                           const AnalysisObserver& observer, const std::stop_token& stop,
                           Analysis& analysis) {
  const ModelInfo& model = network.network->info();
  const Decoding decoding = DecodingFor(config_, model);
  const WindowLayout& layout = analysis.windows->layout;
  const bool published = decoding.stitch == StitchRule::kPublished;
  WindowCollector collected(network, resources_.processors(), decoding,
                            published ? WindowsOfSubject(analysis.video) : 0);
  const std::optional<std::int64_t> expected = source.info().announced_frames;
  const std::shared_ptr<WindowCrew> crew = CrewFor(model, *analysis.windows);
  const WindowStreamReport report = RunWindows(
      source, {.layout = layout, .published = published}, resources_, *crew,
      [&](const ComputedWindow& window) {
        collected.Add(window);
        Tell(observer.on_progress, FramesUpTo(window, layout), expected);
      },
      stop);
  Tell(observer.on_progress, report.frames, expected);
  if (collected.windows() == 0) ThrowTooShort(report, layout, analysis.fps);
  if (collected.faceless() == collected.windows()) {
    throw Error(ErrorKind::kInput,
                "no face found in any of its " + Counted(collected.windows(), "window"));
  }
  if (published) SetWindowsOfSubject(analysis.video, collected.windows_of_subject());
  Fill(report, collected, analysis);
  Warn(report, collected, observer, analysis);
}

std::shared_ptr<WindowCrew> WindowAnalyzer::CrewFor(const ModelInfo& model,
                                                    const AnalysedWindows& windows) {
  return workers_.For(*FindWindowKind(model.features, own_),
                      {windows.layout, windows.variant, config_.landmarks});
}

std::int64_t WindowAnalyzer::WindowsOfSubject(const VideoKey& video) {
  const std::lock_guard lock(mutex_);
  return windows_of_subject_[{video.dataset, video.subject}];
}

void WindowAnalyzer::SetWindowsOfSubject(const VideoKey& video, std::int64_t windows) {
  const std::lock_guard lock(mutex_);
  windows_of_subject_[{video.dataset, video.subject}] = windows;
}

}  // namespace mestr::internal
