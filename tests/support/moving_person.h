// A synthetic person who moves, turns away, is covered or is somebody else: frames for the tests of
// faces.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>

#include "mestr/video/frame_source.h"

namespace mestr::testing {

inline constexpr double kPersonFps = 30;
inline constexpr int kPersonWidth_px = 400;
inline constexpr int kPersonHeight_px = 320;

struct PersonPicture {
  cv::Mat image_bgr;  // of a neutral face, 130 px wide, without noise
  cv::Rect face;      // around its 68 landmarks
};

// The one that MovingPerson moves.
const PersonPicture& Somebody();

class MovingPerson {
 public:
  // The person moved by a similarity around the picture's middle, with sensor noise. `motion` in
  // (-1, 1): up to 12 px, 2 degrees, 2 % of scale.
  Frame At(std::int64_t index, double motion = 0) const;

  // The same size without anybody.
  Frame Empty(std::int64_t index) const;

  // As At, with a gray block over that share of the face, from the chin up.
  Frame Covered(std::int64_t index, double share) const;

  // As At, `scale` times as large (0.2: a small face in the middle).
  Frame Scaled(std::int64_t index, double scale) const;

  // Somebody else in the same place.
  Frame Other(std::int64_t index) const;

  // Two frames side by side.
  static Frame Beside(const Frame& left, const Frame& right);
};

}  // namespace mestr::testing
