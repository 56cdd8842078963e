// Pairs of face crops for the flow benchmark.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mestr/bench/flow_bench.h"
#include "mestr/face/face_finder.h"
#include "mestr/video/frame_source.h"

namespace mestr {

struct FacePairOptions {
  std::vector<int> sizes_px = {128};  // sides of the square crops; one set a kind and size
  int pairs = 4;                      // a set, >= 1
  int upsamplings = 1;                // for the detector
};

// Three kinds, rendered at 640 x 480 px, 30 fps: "noisy", a still face and camera noise; "clean",
// slow motion and no noise; "motion", a head on its way, and noise. Pairs are 3 frames apart, of
// "motion" more.
std::vector<PairSet> SyntheticFacePairs(FaceFinder& finder, const FacePairOptions& options,
                                        std::uint64_t seed);

// Of the first `frames` frames of a video: pairs `k_frames` apart, evenly spread; the kind is
// "clip". Throws Error{kInput} when there is no face in the first frame or no pair.
std::vector<PairSet> ClipFacePairs(FrameSource& source, FaceFinder& finder,
                                   const FacePairOptions& options, int frames, int k_frames);

}  // namespace mestr
