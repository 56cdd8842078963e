// Small motion made large.
#pragma once

#include <opencv2/core/mat.hpp>
#include <vector>

namespace mestr::internal {

// Linear Eulerian video magnification (Wu et al. 2012): what changes at a place between two
// frequencies is amplified, at each scale of a Laplacian pyramid by as much as the first-order
// approximation holds for.
struct MagnificationOptions {
  double factor = 5;                // alpha: motion looks 1 + factor times as large, >= 0
  double low_hz = 0.5;              // slower is light, or the head; > 0
  double high_hz = 6;               // faster is noise; > low_hz
  double least_wavelength_px = 16;  // structures below it get less than `factor`, > 0
};

// By how much the level `level` of the pyramid is amplified. Not the finest one, which is mostly
// noise. Structures are 4 px * 2^level large there, and (1 + alpha) * displacement must stay below
// an eighth of that.
double LevelFactor(const MagnificationOptions& options, int level);

// The same number of frames, 8-bit BGR of one size; the first one as it is. Only brightness is
// amplified: colour is noisier.
std::vector<cv::Mat> MagnifyMotion(const std::vector<cv::Mat>& frames_bgr, double fps,
                                   const MagnificationOptions& options = {});

}  // namespace mestr::internal
