// A portrait that moves, turns away, is covered or is somebody else: frames for the tests of faces.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>

#include "mestr/video/frame_source.h"

namespace mestr::testing {

inline constexpr double kPortraitFps = 30;

class MovingPortrait {
 public:
  MovingPortrait();

  // The portrait in a larger frame, moved by a similarity around its middle, with sensor noise.
  // `motion` in (-1, 1): up to 12 px, 2 degrees, 2 % of scale.
  Frame At(std::int64_t index, double motion = 0) const;

  // The same size without anybody.
  Frame Empty(std::int64_t index) const;

  // As At, with a gray block over that share of the face, from the chin up.
  Frame Covered(std::int64_t index, double share) const;

  // As At, `scale` times as large (0.2: a small face in the middle).
  Frame Scaled(std::int64_t index, double scale) const;

  // Somebody else: mirrored, of another shape, skin and hair.
  Frame Other(std::int64_t index) const;

  // Two frames side by side.
  static Frame Beside(const Frame& left, const Frame& right);

 private:
  Frame Noisy(const cv::Mat& image_bgr, std::int64_t index) const;

  cv::Mat portrait_;
};

}  // namespace mestr::testing
