#include "core/files.h"
#include "mestr/video/inputs.h"
#include "video/file_kinds.h"

namespace mestr {
using namespace internal;

std::unique_ptr<FrameSource> OpenInput(const VideoInput& input, const VideoOptions& options) {
  if (IsFolder(input.path)) return OpenFrameFolder(input.path, input.fps, options);
  return OpenVideoFile(input.path, input.fps, options);
}

}  // namespace mestr
