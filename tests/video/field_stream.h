// H.264 whose fields are packets of their own, as camcorders write it; x264 can't.
#pragma once

#include <filesystem>

namespace mestr::testing {

// A bare stream (.h264) of gray frames, 64 x 32, without compression. Lumas of the top and bottom
// field of frame n: FieldLuma(n), and 2 more.
void WriteFieldStream(const std::filesystem::path& path, int frames);
int FieldLuma(int frame);

}  // namespace mestr::testing
