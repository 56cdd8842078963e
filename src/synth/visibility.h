// Which triangle is seen where in a picture: a z-buffer with eight samples a pixel.
#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core/types.hpp>
#include <vector>

namespace mestr::internal::synth {

// A vertex in the picture: px (pixel centres at whole numbers) and how near it is, a number that is
// linear in the picture and grows towards the viewer: 1 / depth under perspective.
struct ScreenVertex {
  float x_px = 0;
  float y_px = 0;
  float nearness = 0;
};

class Visibility {
 public:
  static constexpr int kSamples = 8;
  static constexpr std::uint32_t kNone = 0xffffffff;

  // One pixel's samples.
  struct Pixel {
    std::array<float, kSamples> nearness;
    std::array<std::uint32_t, kSamples> triangles;
  };

  // An empty picture; nearness counts from `farthest` on. Keeps its memory.
  void Reset(cv::Size size, float farthest);

  // Draws the triangle `id` of vertices a, b, c; both sides are seen. `a_id`, `b_id`, `c_id` name
  // the vertices: two triangles that share two of them share an edge without gap or overlap.
  struct Corner {
    ScreenVertex at;
    std::uint32_t id;
  };
  void Draw(std::uint32_t id, const Corner& a, const Corner& b, const Corner& c);

  cv::Size size() const { return size_; }
  // What has been drawn into; empty where nothing has.
  cv::Rect drawn() const;
  const Pixel& At(int x, int y) const {
    return pixels_[static_cast<std::size_t>(y) * size_.width + x];
  }
  // The triangle of the sample nearest to the pixel's centre.
  std::uint32_t CentreTriangle(int x, int y) const { return At(x, y).triangles[kCentre]; }

  static constexpr int kCentre = 3;  // of the samples
  // Where the samples lie about the pixel's centre, px: no two in one row or column, so that an
  // edge of any slope meets them one by one when it moves.
  static constexpr std::array<float, kSamples> kSampleX = {-0.3125F, 0.1875F,  -0.4375F, 0.0625F,
                                                           0.4375F,  -0.1875F, 0.3125F,  -0.0625F};
  static constexpr std::array<float, kSamples> kSampleY = {-0.4375F, -0.3125F, -0.1875F, -0.0625F,
                                                           0.0625F,  0.1875F,  0.3125F,  0.4375F};

 private:
  cv::Size size_;
  float farthest_ = 0;
  std::vector<Pixel> pixels_;
  cv::Point first_;
  cv::Point last_ = {-1, -1};
};

}  // namespace mestr::internal::synth
