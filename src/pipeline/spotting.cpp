#include "pipeline/spotting.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "mestr/spot/evidence.h"
#include "mestr/spot/spot.h"
#include "pipeline/window_fit.h"

namespace mestr::internal {
namespace {

constexpr double kFaceWidth_px = 200;  // at which signals are measured

SpotOptions SpotOptionsFor(const Config& config, const ModelInfo& model, const Analysis& analysis) {
  const SpotConfig& spot = config.spot;
  const bool relative = model.scores == ScoreKind::kRelative;
  SpotOptions options;
  options.rule = relative ? SpotRule::kRelative : SpotRule::kProbability;
  options.fps = analysis.fps;
  options.evidence = model.evidence;
  options.k_p_frames = analysis.parameters.k_p_frames;
  options.p = (relative ? spot.p : spot.min_evidence).value_or(model.p);
  options.drop_overlaps = spot.drop_overlaps;
  options.each_run = config.face.alignment == AlignmentMode::kSimilarity;
  options.min_motion_px = spot.min_motion_px;
  options.min_motion_to_noise = spot.min_motion_to_noise;
  return options;
}

void AddDecoding(const Config& config, const ModelInfo& model, SpotOptions& options) {
  const Decoding decoding = DecodingFor(config, model);
  const auto index_of = [&](std::string_view name) {
    const auto found = std::find(model.classes.begin(), model.classes.end(), name);
    return found == model.classes.end() ? -1 : static_cast<int>(found - model.classes.begin());
  };
  options.rule = decoding.rule;
  options.synergy = decoding.synergy;
  options.neutral = index_of(kNeutral);
  options.class_offsets = decoding.class_offsets;
  for (const std::string& name : decoding.not_written) {
    options.not_written.push_back(index_of(name));
  }
  options.published = config.spot.published;
}

// As published, frames are one used frame early and may lie before the video.
void ClipToVideo(std::int64_t frames, std::vector<SpottedInterval>& intervals) {
  const auto clip = [&](std::int64_t& frame) {
    frame = std::clamp<std::int64_t>(frame, 0, frames - 1);
  };
  for (SpottedInterval& found : intervals) {
    clip(found.interval.onset);
    clip(found.interval.offset);
    clip(found.peak);
  }
}

// One value a frame of the video.
struct Signals {
  std::vector<float> motion_px;
  std::vector<float> eye_openness;
  std::vector<float> mouth_opening_px;
  std::vector<float> head_motion_px;

  FaceSignals View() const { return {motion_px, eye_openness, mouth_opening_px, head_motion_px}; }
};

// Px at a face width of 200 for one px of the crops of a stretch.
double ScaleOf(const FaceTrack& stretch, const Analysis& analysis) {
  const float width_px = analysis.faces.at(stretch.first_frame).width_px;
  if (!(width_px > 0)) return kFaceWidth_px / analysis.crop_side_px;
  return static_cast<double>(stretch.crop_box.width) / analysis.crop_side_px * kFaceWidth_px /
         width_px;
}

std::vector<float> MotionOfFrames(const Analysis& analysis) {
  const ScoreTrack& scores = analysis.scores;
  std::vector<float> motion_px(static_cast<std::size_t>(analysis.frames), 0);
  std::copy(scores.motion_px.begin(), scores.motion_px.end(),
            motion_px.begin() + scores.first_frame);
  for (const FaceTrack& stretch : analysis.stretches) {
    const auto scale = static_cast<float>(ScaleOf(stretch, analysis));
    std::for_each(motion_px.begin() + stretch.first_frame, motion_px.begin() + stretch.end_frame,
                  [&](float& value) { value *= scale; });
  }
  return motion_px;
}

// Nothing where the face was not followed from frame to frame.
Signals SignalsOf(const Analysis& analysis) {
  if (analysis.faces.empty()) return {};
  Signals signals;
  signals.motion_px = MotionOfFrames(analysis);
  for (const FrameFace& face : analysis.faces) {
    signals.eye_openness.push_back((face.left_eye_openness + face.right_eye_openness) / 2);
    signals.mouth_opening_px.push_back(face.mouth_opening_px);
    signals.head_motion_px.push_back(face.head_motion_px);
  }
  return signals;
}

}  // namespace

void SpotIn(const Config& config, const ModelInfo& model, Analysis& analysis) {
  analysis.classes = model.classes;
  const Signals signals = SignalsOf(analysis);
  SpotOptions options = SpotOptionsFor(config, model, analysis);
  if (analysis.windows) AddDecoding(config, model, options);
  analysis.spotting = SpotExpressions(analysis.scores, options, signals.View());
  if (options.published == PublishedDecoding::kNo) return;
  ClipToVideo(analysis.frames, analysis.spotting.intervals);
  ClipToVideo(analysis.frames, analysis.spotting.not_written);
}

}  // namespace mestr::internal
