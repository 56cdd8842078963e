// Scores the rows of a video stretch by stretch.
#pragma once

#include <cstdint>
#include <span>

#include "mestr/model/network.h"

namespace mestr::internal {

// Rows come in the order of their indices. Where an index does not follow the one before, a stretch
// ended: what comes is scored by itself, and what is left out has no value in the track.
class StretchScorer {
 public:
  // `network` outlives this. `fps` of the video: a network of sequences gets them at its own rate.
  StretchScorer(Network& network, double fps);

  // Throws as RowScorer::Add.
  void Add(std::int64_t index, std::span<const float> row);
  // The whole track, up to the last index; this is empty then.
  ScoreTrack Finish();

 private:
  void FinishStretch();

  ScoreTrack Empty() const;

  int classes_;
  RowScorer rows_;
  ScoreTrack track_;
  std::int64_t next_index_ = 0;
};

}  // namespace mestr::internal
