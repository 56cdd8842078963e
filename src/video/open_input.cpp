#include "core/files.h"
#include "mestr/core/error.h"
#include "mestr/video/inputs.h"
#include "video/path_advice.h"

namespace mestr {
using namespace internal;

std::unique_ptr<FrameSource> OpenInput(const VideoInput& input, const VideoOptions& options) {
  std::error_code error;
  if (std::filesystem::status(input.path, error).type() == std::filesystem::file_type::not_found) {
    throw Error(ErrorKind::kInput,
                input.path.string() + ": no such file or folder" + PathAdvice(input.path));
  }
  if (IsFolder(input.path)) return OpenFrameFolder(input.path, input.fps, options);
  return OpenVideoFile(input.path, input.fps, options);
}

}  // namespace mestr
