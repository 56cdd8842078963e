// From the outputs of windows to one series of scores.
#pragma once

#include <cstdint>
#include <utility>

#include "mestr/core/decoding.h"
#include "mestr/core/score_track.h"

namespace mestr::internal {

// Of one video. Indices are those of its used frames.
class Stitcher {
 public:
  // Of StitchRule::kPublished: `batch_windows` >= 1, and how many windows earlier videos of the
  // same subject had, as all of them share batches.
  Stitcher(StitchRule rule, int batch_windows, std::int64_t windows_before = 0)
      : rule_(rule), batch_windows_(batch_windows), windows_(windows_before) {}

  // What the network says of the used frames `first` .. `first` + window.size() - 1. Windows come
  // in the order of their first index. kVideo: what is not valid in `window` is given no value by
  // it.
  void Add(std::int64_t first, const ScoreTrack& window);

  // The whole series, from index 0 on: what no window gave a value is not valid.
  ScoreTrack Finish() { return std::move(track_); }

  std::int64_t windows() const { return windows_; }  // with those before

 private:
  void MakeRoom(std::int64_t end, const ScoreTrack& window);
  void AddPublished(std::int64_t first, const ScoreTrack& window);

  StitchRule rule_;
  std::int64_t batch_windows_;
  std::int64_t windows_;
  ScoreTrack track_;
};

}  // namespace mestr::internal
