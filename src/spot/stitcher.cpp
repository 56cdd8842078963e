#include "spot/stitcher.h"

namespace mestr::internal {
namespace {

// The published arrays begin as zeros: score 0, the first class, whatever is added to its logit.
constexpr float kCertainLogit = 1000;

void SetPublishedZero(ScoreTrack& track, std::int64_t at) {
  const std::int64_t row = at * track.classes;
  track.spot[at] = 0;
  for (std::int64_t c = 0; c < track.classes; ++c) {
    track.probabilities[row + c] = c == 0 ? 1 : 0;
    track.logits[row + c] = c == 0 ? kCertainLogit : 0;
  }
  track.valid[at] = 1;
}

}  // namespace

void Stitcher::Add(std::int64_t first, const ScoreTrack& window) {
  const auto size = static_cast<std::int64_t>(window.size());
  MakeRoom(first + size, window);
  if (rule_ == StitchRule::kPublished) {
    AddPublished(first, window);
  } else {
    for (std::int64_t i = 0; i < size; ++i) {
      if (track_.valid[first + i] == 0 && window.valid[i] != 0) track_.Set(first + i, window, i);
    }
  }
  ++windows_;
}

void Stitcher::MakeRoom(std::int64_t end, const ScoreTrack& window) {
  track_.classes = window.classes;
  track_.PadTo(static_cast<std::size_t>(end));
  track_.logits.resize(track_.probabilities.size(), 0);
  if (!window.bounds.empty()) track_.bounds.resize(2 * track_.size(), 0);
}

void Stitcher::AddPublished(std::int64_t first, const ScoreTrack& window) {
  const auto size = static_cast<std::int64_t>(window.size());
  for (std::int64_t i = first; i < first + size; ++i) {
    if (track_.valid[i] == 0) SetPublishedZero(track_, i);
  }
  const bool is_first_of_batch = windows_ % batch_windows_ == 0;
  for (std::int64_t i = is_first_of_batch ? 0 : size / 2; i < size; ++i) {
    track_.Set(first + i, window, i);
    track_.valid[first + i] = 1;
  }
}

}  // namespace mestr::internal
