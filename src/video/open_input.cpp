#include "core/files.h"
#include "mestr/video/inputs.h"
#include "video/file_kinds.h"

namespace mestr {
using namespace internal;

std::unique_ptr<FrameSource> OpenInput(const VideoInput& input) {
  if (IsFolder(input.path)) return OpenFrameFolder(input.path, input.fps);
  return OpenVideoFile(input.path);
}

}  // namespace mestr
