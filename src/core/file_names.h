// What the files of a video are called.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "mestr/core/video_key.h"

namespace mestr::internal {

// Of a name before its endings, of which ".onset_apex.npy" is the longest: with it, it fits.
inline constexpr std::size_t kMostStemBytes = 240;

// Gives each video of a folder a name of its own, without extension: safe on any system, of its
// data set, subject and name, shortened with a hash where they are longer than a file's name may
// be. Names that differ in upper and lower case alone are one, as they are on macOS and Windows,
// where results are unpacked. Equal videos in equal order get equal names.
class FileNames {
 public:
  std::string NameOf(const VideoKey& video);

  void Take(const std::string& name);
  void Free(const std::string& name);

 private:
  std::set<std::string> taken_;  // in lower case
};

}  // namespace mestr::internal
