// What every source of frames asks of its options.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace mestr::internal {

// As FFmpeg's decoders take a limit.
std::int64_t MostPixels(double most_megapixels);

// Throws Error{kInput} naming the file, the limit and the key that raises it. To be asked before
// the memory of such a picture is.
void CheckPixels(const std::filesystem::path& path, std::int64_t width, std::int64_t height,
                 double most_megapixels);

// Throws Error{kInvalidArgument}. `what` has the rate: "a frame folder".
void RequireFrameRate(std::string_view what, double fps);

}  // namespace mestr::internal
