// Farneback's dense flow (Farneback 2003) of small patches, many of them against one: the bits of
// OpenCV 4.6's calcOpticalFlowFarneback with pyr_scale 0.5, levels 3, winsize 15, iterations 5,
// poly_n 7, poly_sigma 1.5, flags 0, the parameters of BoostingVRME and ME-TST.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "flow/farneback_kernels.h"
#include "mestr/core/image_view.h"

namespace mestr::internal {

// What is known of a patch before it is compared with another: its polynomials on each level, the
// finest first. Empty where the patch has no pixels.
class FarnebackPatch {
 public:
  int width() const { return levels_.empty() ? 0 : levels_.front().channels.width; }
  int height() const { return levels_.empty() ? 0 : levels_.front().channels.height; }

 private:
  friend class FarnebackFlow;
  struct Level {
    farneback::Channels channels;
    AlignedBuffer<float> memory;
  };
  std::vector<Level> levels_;
};

// Not thread-safe: keeps its memory from call to call, so that patches of sizes seen before cost no
// allocation (those of 64 px and more on both sides have further levels, which OpenCV makes).
class FarnebackFlow {
 public:
  explicit FarnebackFlow(const farneback::Kernels& kernels = *farneback::SupportedKernels().front())
      : kernels_(kernels) {}

  // Fills `patch`, whose memory is used again. An image without pixels gives an empty one.
  void Expand(const ImageView<const std::uint8_t>& image, FarnebackPatch& patch);

  // Where the pixels of `from` went in `to`, px; valid until the next call. Both are not empty and
  // of one size: Error{kInvalidArgument}.
  struct Result {
    ImageView<const float> u;
    ImageView<const float> v;
  };
  Result Compute(const FarnebackPatch& from, const FarnebackPatch& to);

  const char* instruction_set() const { return kernels_.name; }

 private:
  void ReserveScratch(int width);
  void ExpandLevel(const ImageView<const std::uint8_t>& image, std::size_t level,
                   FarnebackPatch::Level& out);
  Plane<const float> ImageOfLevel(const ImageView<const std::uint8_t>& image, std::size_t level,
                                  int width, int height);
  void StartLevel(int width, int height, int coarse_width, int coarse_height);

  const farneback::Kernels& kernels_;
  farneback::Basis basis_;
  AlignedBuffer<float> scratch_floats_;
  AlignedBuffer<double> scratch_doubles_;
  farneback::Scratch scratch_;
  AlignedBuffer<float> image_;
  cv::Mat floats_;   // the image as OpenCV smooths it for coarser levels
  cv::Mat resized_;  // of a level
  AlignedBuffer<float> flow_memory_[2];
  farneback::Flow flow_;
  AlignedBuffer<float> equations_memory_;
};

}  // namespace mestr::internal
