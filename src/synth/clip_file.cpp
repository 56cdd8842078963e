#include "synth/clip_file.h"

#include <unistd.h>

#include "core/files.h"
#include "core/text.h"
#include "video/avi_writer.h"
#include "video/jpeg_encoder.h"
#include "video/mp4_writer.h"

namespace mestr::internal::synth {

namespace fs = std::filesystem;

namespace {

using NextFrame = std::function<cv::Mat()>;

// Frames are written beside, and the folder is renamed at the end.
void WriteFrames(const fs::path& folder, const ClipFileOptions& options, std::int64_t frames,
                 const NextFrame& next) {
  fs::path part = folder.parent_path() / ".";
  part += folder.filename();
  part += ".part" + std::to_string(::getpid());
  std::error_code error;
  fs::remove_all(part, error);
  fs::create_directories(part, error);
  if (error) ThrowCannotWrite(folder, error.message());
  try {
    JpegEncoder encoder(options.size.width, options.size.height, options.jpeg_quality);
    for (std::int64_t i = 0; i < frames; ++i) {
      const std::string name = options.frame_prefix + "_" + ZeroPadded(i + 1, 5) + ".jpg";
      WriteNewFile(part / name, encoder.Encode(next()));
    }
    fs::rename(part, folder, error);
    if (error) ThrowCannotWrite(folder, error.message());
  } catch (...) {
    fs::remove_all(part, error);
    throw;
  }
}

void WriteAvi(const fs::path& path, const ClipFileOptions& options, std::int64_t frames,
              const NextFrame& next) {
  JpegEncoder encoder(options.size.width, options.size.height, options.jpeg_quality);
  AviWriter writer(path, options.size.width, options.size.height, options.fps);
  for (std::int64_t i = 0; i < frames; ++i) writer.Write(encoder.Encode(next()));
  writer.Finish();
}

void WriteMp4(const fs::path& path, const ClipFileOptions& options, std::int64_t frames,
              const NextFrame& next) {
  Mp4Writer writer(path,
                   {.size = options.size, .fps = options.fps, .bits_per_s = options.bits_per_s});
  for (std::int64_t i = 0; i < frames; ++i) writer.Write(next());
  writer.Finish();
}

}  // namespace

void WriteClipFile(const fs::path& path, const ClipFileOptions& options, std::int64_t frames,
                   const NextFrame& next) {
  if (options.encoding == ClipEncoding::kFrames) {
    WriteFrames(path, options, frames, next);
    return;
  }
  const auto write = options.encoding == ClipEncoding::kAvi ? WriteAvi : WriteMp4;
  WriteFileAtomically(path,
                      [&](const fs::path& temporary) { write(temporary, options, frames, next); });
}

}  // namespace mestr::internal::synth
