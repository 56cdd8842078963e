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

}  // namespace mestr::internal
