// The pixels of one image file, or an error: never a part of them.
#pragma once

#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>

namespace mestr::internal {

// The image that `bytes`, the content of `path`, hold: JPEG, PNG or BMP, told apart by content
// (people rename files). 8 bit, 3 channels (BGR), continuous, with the same values as
// cv::imread(path, cv::IMREAD_COLOR): gray is spread, alpha dropped, 16 bit keep their high byte,
// CMYK is converted, Exif orientation applied. cv::imread fills up what is missing of a damaged
// file; here that is an Error{kInput} naming it, as is one of more than `most_megapixels`.
// Thread-safe.
cv::Mat DecodeImage(const std::string& bytes, const std::filesystem::path& path,
                    double most_megapixels);

// The same with 1 channel and the values of cv::imread(path, cv::IMREAD_GRAYSCALE): a JPEG's luma.
cv::Mat DecodeGrayImage(const std::string& bytes, const std::filesystem::path& path,
                        double most_megapixels);

}  // namespace mestr::internal
