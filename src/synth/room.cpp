#include "synth/room.h"

#include <algorithm>
#include <vector>

#include "synth/noise.h"
#include "synth/person_look.h"

namespace mestr::internal::synth {
namespace {

Colour DrawColour(Random& random, double low, double high, double strength) {
  const double gray = random.Uniform(low, high);
  const auto part = [&] { return std::clamp(gray + strength * random.Uniform(-1, 1), 5.0, 250.0); };
  return FromSrgb(part(), part(), part());
}

void Fill(cv::Mat& room, cv::Rect area, const Colour& colour) {
  area &= cv::Rect({}, room.size());
  if (!area.empty()) room(area).setTo(cv::Scalar(colour[0], colour[1], colour[2]));
}

// A piece of furniture, a window, a picture: a rectangle with a frame and shelves or panes.
void AddThing(cv::Mat& room, Random& random) {
  const int w = room.cols;
  const int h = room.rows;
  const cv::Rect box(random.Index(w) - w / 8, random.Index(h) - h / 4,
                     w / 12 + random.Index(w / 3 + 1), h / 10 + random.Index(h / 2 + 1));
  Fill(room, box, DrawColour(random, 30, 225, 18));
  const int border = 1 + random.Index(h / 40 + 2);
  const cv::Rect inner(box.x + border, box.y + border, box.width - 2 * border,
                       box.height - 2 * border);
  Fill(room, inner, DrawColour(random, 20, 235, 28));
  const int rows = 1 + random.Index(4);
  for (int i = 1; i < rows; ++i) {
    Fill(room, {inner.x, inner.y + i * inner.height / rows, inner.width, border},
         DrawColour(random, 30, 160, 15));
  }
}

// One pass of a running mean along a line of `count` pixels, `step` apart.
void BoxBlur(cv::Vec3f* line, int count, std::ptrdiff_t step, int radius,
             std::vector<cv::Vec3f>& copy) {
  copy.resize(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) copy[i] = line[i * step];
  const auto at = [&](int i) { return copy[std::clamp(i, 0, count - 1)]; };
  cv::Vec3f sum = {0, 0, 0};
  for (int i = -radius; i <= radius; ++i) sum += at(i);
  const float share = 1.0F / static_cast<float>(2 * radius + 1);
  for (int i = 0; i < count; ++i) {
    line[i * step] = sum * share;
    sum += at(i + radius + 1) - at(i - radius);
  }
}

// Three running means are close to a Gaussian, and the same bits everywhere.
void Blur(cv::Mat& room, int radius) {
  std::vector<cv::Vec3f> copy;
  for (int pass = 0; pass < 3; ++pass) {
    for (int y = 0; y < room.rows; ++y) BoxBlur(room.ptr<cv::Vec3f>(y), room.cols, 1, radius, copy);
    for (int x = 0; x < room.cols; ++x) {
      BoxBlur(room.ptr<cv::Vec3f>(0) + x, room.rows, room.cols, radius, copy);
    }
  }
}

}  // namespace

cv::Mat PaintRoom(cv::Size size, Random& random) {
  cv::Mat room(size, CV_32FC3);
  Fill(room, {{}, size}, DrawColour(random, 70, 225, 12));
  Fill(room, {0, size.height * (5 + random.Index(3)) / 8, size.width, size.height},
       DrawColour(random, 50, 200, 16));
  const int things = random.Index(7);
  for (int i = 0; i < things; ++i) AddThing(room, random);
  Blur(room, 1 + random.Index(std::max(2, size.height / 50)));
  const auto seed = static_cast<std::uint32_t>(random.Index(1 << 20));
  const auto slope = static_cast<float>(random.Uniform(-0.4, 0.4));
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const cv::Vec3f at(static_cast<float>(x), static_cast<float>(y), 0);
      const float shade = 1 + slope * (at[0] / static_cast<float>(size.width) - 0.5F) +
                          0.05F * Noise(at * (6.0F / static_cast<float>(size.height)), seed) +
                          0.02F * Noise(at * 0.25F, seed + 1);
      room.at<cv::Vec3f>(y, x) *= shade;
    }
  }
  return room;
}

}  // namespace mestr::internal::synth
