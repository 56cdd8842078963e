#include "pipeline/stretch_scorer.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mestr::internal {

namespace {

int InterleavedAt(const ModelInfo& model, double fps) {
  return std::max(1, static_cast<int>(std::lround(fps / model.fps)));
}

}  // namespace

StretchScorer::StretchScorer(Network& network, double fps)
    : classes_(static_cast<int>(network.info().classes.size())),
      rows_(network, InterleavedAt(network.info(), fps)),
      track_(Empty()) {}

ScoreTrack StretchScorer::Empty() const {
  ScoreTrack track;
  track.classes = classes_;
  return track;
}

void StretchScorer::Add(std::int64_t index, std::span<const float> row) {
  if (index != next_index_) {
    FinishStretch();
    track_.PadTo(static_cast<std::size_t>(index));
  }
  rows_.Add(row);
  next_index_ = index + 1;
}

ScoreTrack StretchScorer::Finish() {
  FinishStretch();
  next_index_ = 0;
  return std::exchange(track_, Empty());
}

void StretchScorer::FinishStretch() {
  const ScoreTrack stretch = rows_.Finish();
  if (stretch.size() > 0) track_.Append(stretch);
}

}  // namespace mestr::internal
