// dlib's frontal face detector, unpacked when mestr was built.
#pragma once

#include <string_view>

namespace mestr::internal {

// As dlib::serialize writes it.
std::string_view UnpackedDetector();

}  // namespace mestr::internal
