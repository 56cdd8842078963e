// The pixels of one image file, or an error: never a part of them.
#pragma once

#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>

namespace mestr::internal {

enum class ImageColors {
  kBgr,   // cv::IMREAD_COLOR
  kGray,  // cv::IMREAD_GRAYSCALE: the luma of a JPEG
};

// The image that `bytes`, the content of `path`, hold: JPEG, PNG or BMP, told apart by content
// (people rename files). 8 bit, 3 channels (BGR) or 1, continuous, with the same values as
// cv::imread: gray is spread, alpha dropped, 16 bit keep their high byte, CMYK is converted, Exif
// orientation applied. cv::imread fills up what is missing of a damaged file; here that is an
// Error{kInput} naming it, as is one of more than `most_megapixels`. Thread-safe.
cv::Mat DecodeImage(const std::string& bytes, const std::filesystem::path& path,
                    double most_megapixels, ImageColors colors = ImageColors::kBgr);

}  // namespace mestr::internal
