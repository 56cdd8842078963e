// What the results say of a face in one frame.
#pragma once

#include <cstdint>
#include <opencv2/core/types.hpp>
#include <optional>
#include <vector>

#include "results/results.h"

namespace mestr::internal {

struct FaceNow {
  cv::Rect box;  // px of the frame; empty where no face was seen
  FaceCause cause = FaceCause::kNone;
  const FoundInterval* find = nullptr;  // the one that the frame is in
  std::optional<double> score;          // smoothed
  double threshold = 0;                 // that holds here
};

FaceNow FaceAt(const FaceResults& face, std::int64_t frame);

// Frames in a row from which nothing was concluded, for one cause.
struct CauseRun {
  Interval frames;
  FaceCause cause = FaceCause::kNone;
};

// All of a video of so many frames, in order.
std::vector<CauseRun> UnusableRuns(const FaceResults& face, std::int64_t frames);

}  // namespace mestr::internal
