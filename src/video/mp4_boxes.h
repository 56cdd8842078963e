#pragma once

#include <filesystem>

namespace mestr::internal {

// True for an mp4 or mov file in fragments (ISO/IEC 14496-12: movie fragments) whose last box is
// cut off or is one that announces data. FFmpeg leaves out a fragment whose header it can't read
// whole, without a word.
bool EndsInsideAFragment(const std::filesystem::path& path);

}  // namespace mestr::internal
