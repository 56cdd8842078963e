// What a face looks like: how people are told apart, and how one sees that something covers a face.
#pragma once

#include <array>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <vector>

#include "face/similarity.h"

namespace mestr::internal {

// Of a face that was brought upright to one size.
struct FaceLook {
  // Oriented gradients (Dalal and Triggs 2005) of 7 x 9 blocks, a block a row, each of length 1.
  cv::Mat gradients;
  cv::Mat cells;  // colours of 8 x 10 cells, a cell a row: CIE L* a* b*
  // L* a* b* of forehead, cheeks, hair, both sides and clothes; empty where the picture ends
  // before.
  std::array<std::optional<cv::Vec3f>, 7> around;
};

// The face with these rigid points (px of the 8-bit BGR image), without `around`.
FaceLook LookOfFace(const cv::Mat& image_bgr, const RigidPoints& points);

// The same with `around`.
FaceLook LookOfPerson(const cv::Mat& frame_bgr, const RigidPoints& points);

// What a face looked like lately: the mean over about a second, from which frames far off are left
// out by whoever adds.
class RecentLook {
 public:
  // `weight` in (0, 1]: of the new look.
  void Add(const FaceLook& look, double weight);
  void Clear() { gradients_.release(); }

  // Share of the face, in [0, 1], whose gradients or whose colours (against those of the whole
  // face, so that light does not count) are others now; 0 before the first look.
  double ChangedShare(const FaceLook& look) const;

 private:
  cv::Mat gradients_;
  cv::Mat cells_;
};

// The looks of one person, as different ones as were met.
class PersonGallery {
 public:
  void Add(const FaceLook& look);

  // Above 0.35 for the same person, below 0.24 for another one (six people, docs/alignment.md): how
  // the gradients correlate with the most similar look, less a tenth of the distance of the colours
  // around.
  double Likeness(const FaceLook& look) const;

 private:
  double Correlation(const FaceLook& look) const;
  double ColourDistance(const FaceLook& look) const;

  std::vector<FaceLook> looks_;
};

}  // namespace mestr::internal
