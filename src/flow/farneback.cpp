#include "flow/farneback.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "core/border.h"
#include "flow/mat_views.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

using farneback::Channels;

constexpr int kMostLevels = 3;  // besides the finest
constexpr int kIterations = 5;
constexpr int kLeastSide_px = 32;  // of a level

double ScaleOf(std::size_t level) { return 1.0 / (1 << level); }

// How many levels there are besides the finest.
std::size_t CoarserLevels(int width, int height) {
  std::size_t level = 0;
  while (level < kMostLevels && std::min(width, height) * ScaleOf(level + 1) >= kLeastSide_px) {
    ++level;
  }
  return level;
}

std::ptrdiff_t ImageFloats(int width, int height) { return RoundUpFloats(width) * height; }

}  // namespace

void FarnebackFlow::ReserveScratch(int width) {
  scratch_floats_.Reserve(farneback::Scratch::Floats(width));
  scratch_doubles_.Reserve(farneback::Scratch::Doubles(width));
  scratch_ = {scratch_floats_.data(), scratch_doubles_.data()};
}

void FarnebackFlow::Expand(const ImageView<const std::uint8_t>& image, FarnebackPatch& patch) {
  if (image.width < 1 || image.height < 1) {
    patch.levels_.clear();
    return;
  }
  ReserveScratch(image.width);
  patch.levels_.resize(1 + CoarserLevels(image.width, image.height));
  for (std::size_t level = 0; level < patch.levels_.size(); ++level) {
    ExpandLevel(image, level, patch.levels_[level]);
  }
}

void FarnebackFlow::ExpandLevel(const ImageView<const std::uint8_t>& image, std::size_t level,
                                FarnebackPatch::Level& out) {
  const int width = cvRound(image.width * ScaleOf(level));
  const int height = cvRound(image.height * ScaleOf(level));
  out.memory.Reserve(Channels::kPad + Channels::Floats(width, height));
  out.channels = {out.memory.data() + Channels::kPad, width, height, Channels::Pitch(width)};
  kernels_.expand(ImageOfLevel(image, level, width, height), basis_, out.channels, scratch_);
}

Plane<const float> FarnebackFlow::ImageOfLevel(const ImageView<const std::uint8_t>& image,
                                               std::size_t level, int width, int height) {
  const std::ptrdiff_t pitch = RoundUpFloats(width);
  image_.Reserve(ImageFloats(width, height));
  const Plane<float> plane{image_.data(), pitch};
  if (level == 0) {
    kernels_.smooth(image, plane, scratch_);
  } else {
    // Rounds as OpenCV does, because it is OpenCV: what its filters fuse depends on the processor.
    AtBorder(ErrorKind::kInput, "OpenCV's smoothing", [&] {
      const double sigma = (1.0 / ScaleOf(level) - 1) * 0.5;
      const int side = std::max(cvRound(sigma * 5) | 1, 3);
      MatOf(image).convertTo(floats_, CV_32F);
      cv::GaussianBlur(floats_, floats_, {side, side}, sigma, sigma);
      cv::resize(floats_, resized_, {width, height});
    });
    for (int y = 0; y < height; ++y) std::copy_n(resized_.ptr<float>(y), width, plane.row(y));
  }
  return {plane.data, plane.pitch};
}

// The flow of the level before, or none, on the pixels of the next one.
void FarnebackFlow::StartLevel(int width, int height, int coarse_width, int coarse_height) {
  const std::ptrdiff_t pitch = RoundUpFloats(width);
  if (coarse_width == 0) {
    for (AlignedBuffer<float>& memory : flow_memory_) {
      memory.Reserve(ImageFloats(width, height));
      std::fill_n(memory.data(), ImageFloats(width, height), 0.0F);
    }
  } else {
    // OpenCV resizes both values of a pixel at once.
    cv::Mat_<cv::Vec2f> coarse(coarse_height, coarse_width);
    for (int y = 0; y < coarse_height; ++y) {
      for (int x = 0; x < coarse_width; ++x) {
        coarse(y, x) = {flow_.u.row(y)[x], flow_.v.row(y)[x]};
      }
    }
    cv::Mat_<cv::Vec2f> fine;
    AtBorder(ErrorKind::kInput, "OpenCV's resizing", [&] {
      cv::resize(coarse, fine, {width, height});
    });
    for (AlignedBuffer<float>& memory : flow_memory_) memory.Reserve(ImageFloats(width, height));
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        flow_memory_[0].data()[y * pitch + x] = fine(y, x)[0] * 2;
        flow_memory_[1].data()[y * pitch + x] = fine(y, x)[1] * 2;
      }
    }
  }
  flow_ = {{flow_memory_[0].data(), pitch}, {flow_memory_[1].data(), pitch}};
}

FarnebackFlow::Result FarnebackFlow::Compute(const FarnebackPatch& from, const FarnebackPatch& to) {
  if (from.levels_.empty() || from.width() != to.width() || from.height() != to.height()) {
    throw Error(ErrorKind::kInvalidArgument,
                "FarnebackFlow: the patches must have pixels and one size");
  }
  ReserveScratch(from.width());
  equations_memory_.Reserve(Channels::kPad + Channels::Floats(from.width(), from.height()));
  for (std::size_t level = from.levels_.size(); level-- > 0;) {
    const Channels& first = from.levels_[level].channels;
    const Channels& second = to.levels_[level].channels;
    const bool coarsest = level + 1 == from.levels_.size();
    StartLevel(first.width, first.height, coarsest ? 0 : from.levels_[level + 1].channels.width,
               coarsest ? 0 : from.levels_[level + 1].channels.height);
    const Channels equations = {equations_memory_.data() + Channels::kPad, first.width,
                                first.height, first.pitch};
    for (int i = 0; i < kIterations; ++i) {
      kernels_.equations(first, second, flow_, equations, scratch_);
      kernels_.solve(equations, flow_, scratch_);
    }
  }
  const auto view = [&](Plane<float> plane) {
    return ImageView<const float>{plane.data, from.width(), from.height(), plane.pitch};
  };
  return {view(flow_.u), view(flow_.v)};
}

}  // namespace mestr::internal
