// Why a path that somebody wrote leads nowhere.
#pragma once

#include <filesystem>
#include <string>

namespace mestr::internal {

// For a path that does not exist: what is wrong with it (back slashes, a drive letter, a URL, '~',
// a variable, blanks or quotes around it, capital letters), and the path that may be meant, if that
// exists: ": '\' separates no folders on this system; did you mean data/clip.mp4?". Empty where
// there is nothing to say.
std::string PathAdvice(const std::filesystem::path& missing);

}  // namespace mestr::internal
