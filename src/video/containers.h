// Which of FFmpeg's containers are read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "video/av_log.h"
#include "video/libav.h"

namespace mestr::internal {

// By FFmpeg's name of the container.
bool IsReadContainer(std::string_view name);

// With the protocol spelt out, a name such as "a:b.mp4" is still a file's.
std::string UrlOf(const std::filesystem::path& path);

// Throws Error{kInput}: FFmpeg can't read it, for the reason of `code`.
[[noreturn]] void ThrowNoVideo(const std::filesystem::path& path, int code, const AvLog& log);

// The container of a file, from its first bytes. Throws Error{kInput} where FFmpeg knows none or
// where it is not one that holds its own data: play lists and scripts name other files, which would
// then be read, or themselves, without an end. The caller listens for `log`.
const AVInputFormat& ContainerOf(const std::filesystem::path& path, const AvLog& log);

}  // namespace mestr::internal
