// What a file is by its content, whatever its name.
#pragma once

#include <filesystem>
#include <string_view>

namespace mestr::internal {

enum class ContentKind {
  kVideo,
  kSound,
  kImage,
  kSubtitles,
  kPlaylist,
  kText,
  kEmpty,
  kUnreadable,
  kOther
};

// Asks FFmpeg's probes about the beginning of the regular file and, where they know it, about the
// streams that its header lists. Scripts and play lists that name other files are never opened.
ContentKind ContentOf(const std::filesystem::path& file);

// In the singular: "sound file".
std::string_view ContentName(ContentKind kind);

}  // namespace mestr::internal
