#include "report/face_now.h"

#include <algorithm>

namespace mestr::internal {
namespace {

bool Holds(const Interval& frames, std::int64_t frame) {
  return frames.onset <= frame && frame <= frames.offset;
}

const FoundStretch* StretchAt(const FaceResults& face, std::int64_t frame) {
  const auto found = std::find_if(face.stretches.begin(), face.stretches.end(),
                                  [&](const FoundStretch& s) { return Holds(s.frames, frame); });
  return found == face.stretches.end() ? nullptr : &*found;
}

std::optional<double> ScoreAt(const FaceResults& face, std::int64_t frame) {
  const std::int64_t after_first = frame - face.scores.first_frame;
  if (after_first < 0) return std::nullopt;
  const auto index = static_cast<std::size_t>(after_first / face.scores.frame_step);
  if (index >= face.scores.size() || face.scores.valid[index] == 0) return std::nullopt;
  return face.smoothed[index];
}

std::vector<FaceCause> CausesOf(const FaceResults& face, std::int64_t frames) {
  std::vector<FaceCause> causes(static_cast<std::size_t>(frames), FaceCause::kNoFace);
  for (std::size_t i = 0; i < face.frames.size(); ++i) causes[i] = face.frames[i].cause;
  if (!face.frames.empty()) return causes;
  for (const FoundStretch& stretch : face.stretches) {
    std::fill(causes.begin() + stretch.frames.onset, causes.begin() + stretch.frames.offset + 1,
              FaceCause::kNone);
  }
  return causes;
}

}  // namespace

FaceNow FaceAt(const FaceResults& face, std::int64_t frame) {
  FaceNow now;
  const FoundStretch* const stretch = StretchAt(face, frame);
  now.threshold = stretch != nullptr ? stretch->threshold.value_or(face.threshold) : face.threshold;
  if (!face.frames.empty()) {
    const FrameState& state = face.frames[static_cast<std::size_t>(frame)];
    now.box = state.box;
    now.cause = state.cause;
  } else if (stretch != nullptr) {
    now.box = stretch->box;
  } else {
    now.cause = FaceCause::kNoFace;
  }
  now.score = ScoreAt(face, frame);
  for (const FoundInterval& found : face.intervals) {
    if (Holds(found.interval, frame)) now.find = &found;
  }
  return now;
}

std::vector<CauseRun> UnusableRuns(const FaceResults& face, std::int64_t frames) {
  std::vector<CauseRun> runs;
  const std::vector<FaceCause> causes = CausesOf(face, frames);
  for (std::int64_t i = 0; i < frames; ++i) {
    const FaceCause cause = causes[static_cast<std::size_t>(i)];
    if (cause == FaceCause::kNone) continue;
    if (!runs.empty() && runs.back().cause == cause && runs.back().frames.offset == i - 1) {
      runs.back().frames.offset = i;
    } else {
      runs.push_back({{i, i}, cause});
    }
  }
  return runs;
}

}  // namespace mestr::internal
