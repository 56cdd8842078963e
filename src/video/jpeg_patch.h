// A part of a JPEG, for the time of a part.
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>

namespace mestr::internal {

// The pixels of `region` (px, inside the image) with the values that DecodeImage gives them, rows
// not continuous; a part of 450 x 450 px of 2040 x 1088 takes less than half of the time. All of
// the entropy-coded data is read all the same, so that damage anywhere is noticed. Empty where
// DecodeImage is to be asked: for what is damaged or only suspicious, not `size_px` large, coded in
// several scans (progressive) or arithmetically, neither gray nor YCbCr in 4:4:4, 4:2:2, 4:2:0 or
// 4:1:1, or to be turned.
// Thread-safe.
cv::Mat DecodeJpegPatch(const std::string& bytes, const cv::Size& size_px, const cv::Rect& region);

// Whether the JPEG may be one that Exif turns.
bool MayBeTurned(std::string_view jpeg);

}  // namespace mestr::internal
