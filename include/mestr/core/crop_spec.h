// What a face crop must look like, as the features need it and the weights were trained with it.
#pragma once

namespace mestr {

// Which part of the picture becomes the crop.
enum class BoxRule {
  kDetection,  // the detector's box of the first face, its right and bottom line left out
  kLandmarks,  // the square around the first face's landmarks, brows to chin
};

// Crops are square, 8-bit gray.
struct CropSpec {
  BoxRule box = BoxRule::kDetection;
  int side_px = 128;      // >= 16
  int jpeg_quality = 95;  // of a round trip through JPEG, in [1, 100]; 0 leaves it out

  friend bool operator==(const CropSpec&, const CropSpec&) = default;
};

}  // namespace mestr
