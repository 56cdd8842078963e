// Pairs of face crops for the flow benchmark.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bench/flow_bench.h"
#include "face/face_finder.h"
#include "mestr/video/frame_source.h"

namespace mestr::internal {

struct FacePairOptions {
  std::vector<int> sizes_px = {128};  // sides of the square crops; one set a kind and size
  int pairs = 4;                      // a set, >= 1
  int upsamplings = 1;                // for the detector
};

// Three kinds of a synthetic person at 640 x 480 px, 30 fps, pairs 3 frames apart: "noisy", a
// frozen face and camera noise; "clean", somebody who sits still and no noise; "motion", noise and
// a person who moves by 0.15 face widths and 5 degrees.
std::vector<PairSet> SyntheticFacePairs(FaceFinder& finder, const FacePairOptions& options,
                                        std::uint64_t seed);

// Which frames of a video the pairs come from.
struct PairFrames {
  std::int64_t first = 0;  // has a face
  std::int64_t count = 0;  // frames from there on, at most
  int k_frames = 1;        // from the first to the second of a pair
};

// Pairs of a video, evenly spread; the kind is "clip". Throws Error{kInput} when there is no pair.
std::vector<PairSet> ClipFacePairs(FrameSource& source, FaceFinder& finder,
                                   const FacePairOptions& options, const PairFrames& frames);

}  // namespace mestr::internal
