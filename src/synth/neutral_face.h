// A subject's neutral face in the frame: what every frame of a clip is warped from.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "synth/geometry.h"
#include "synth/synth.h"

namespace mestr::internal::synth {

// Float pixels (blue, green, red, unused) of the frame and a margin around it.
class Canvas {
 public:
  struct alignas(16) Pixel {
    float c[4];
  };

  Canvas() = default;
  Canvas(int frame_width, int frame_height, int margin)
      : margin_(margin),
        width_(frame_width + 2 * margin),
        height_(frame_height + 2 * margin),
        pixels_(static_cast<size_t>(width_) * height_) {}

  int margin() const { return margin_; }
  cv::Rect area_px() const { return {-margin_, -margin_, width_, height_}; }
  // Frame coordinates; the margin's are negative or beyond the frame.
  Pixel& at(int x, int y) { return pixels_[Index(x, y)]; }
  const Pixel& at(int x, int y) const { return pixels_[Index(x, y)]; }

  // Bilinear; positions outside give the border.
  Pixel Sample(float x, float y) const {
    const float fx = std::min(std::max(x + margin_, 0.0F), static_cast<float>(width_) - 1.001F);
    const float fy = std::min(std::max(y + margin_, 0.0F), static_cast<float>(height_) - 1.001F);
    const int ix = static_cast<int>(fx);
    const int iy = static_cast<int>(fy);
    const float ax = fx - ix;
    const float ay = fy - iy;
    const Pixel* top = &pixels_[static_cast<size_t>(iy) * width_ + ix];
    const Pixel* bottom = top + width_;
    Pixel out;
    for (int k = 0; k < 4; ++k) {
      const float a = top[0].c[k] + (top[1].c[k] - top[0].c[k]) * ax;
      const float b = bottom[0].c[k] + (bottom[1].c[k] - bottom[0].c[k]) * ax;
      out.c[k] = a + (b - a) * ay;
    }
    return out;
  }

  Pixel Sample(Point2d p) const { return Sample(static_cast<float>(p.x), static_cast<float>(p.y)); }

 private:
  size_t Index(int x, int y) const {
    return static_cast<size_t>(y + margin_) * width_ + (x + margin_);
  }

  int margin_ = 0;
  int width_ = 0;
  int height_ = 0;
  std::vector<Pixel> pixels_;
};

// How a clip shows its subject.
struct Placement {
  double face_box_px = 0;  // side of the face box, two inter-ocular distances of the portrait
  Point2d eyes_px;         // middle between the eyes
  double light = 1;        // exposure, as a factor
};

struct NeutralFace {
  Canvas canvas;
  Landmarks landmarks_px;
  std::array<Portrait::Eyelids, 2> eyelids;
};

NeutralFace MakeNeutralFace(const Portrait& portrait, int subject, const Placement& placement,
                            cv::Size frame_size);

}  // namespace mestr::internal::synth
