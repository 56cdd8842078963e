#include "core/file_names.h"

#include "core/files.h"
#include "core/text.h"

namespace mestr::internal {
std::string FileNames::NameOf(const VideoKey& video) {
  std::string all;
  for (const std::string& part : {video.dataset, video.subject, video.video}) {
    if (!part.empty()) all += (all.empty() ? "" : "_") + part;
  }
  const std::string stem = SafeFileName(all);
  std::string name = ShortenedFileName(stem, kMostStemBytes);
  for (int i = 2; !taken_.insert(LowerCase(name)).second; ++i) {
    const std::string number = "-" + std::to_string(i);
    name = ShortenedFileName(stem, kMostStemBytes - number.size()) + number;
  }
  return name;
}

void FileNames::Take(const std::string& name) { taken_.insert(LowerCase(name)); }

void FileNames::Free(const std::string& name) { taken_.erase(LowerCase(name)); }

}  // namespace mestr::internal
