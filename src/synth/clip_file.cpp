#include "synth/clip_file.h"

#include "core/files.h"
#include "core/temporary_files.h"
#include "core/text.h"
#include "video/avi_writer.h"
#include "video/jpeg_encoder.h"
#include "video/mp4_writer.h"

namespace mestr::internal::synth {

namespace fs = std::filesystem;

namespace {

using NextFrame = std::function<cv::Mat()>;

void WriteFrames(const fs::path& folder, const ClipFileOptions& options, std::int64_t frames,
                 const NextFrame& next) {
  JpegEncoder encoder(options.size.width, options.size.height, options.jpeg_quality);
  for (std::int64_t i = 0; i < frames; ++i) {
    const std::string name = options.frame_prefix + "_" + ZeroPadded(i + 1, 5) + ".jpg";
    WriteNewFile(folder / name, encoder.Encode(next()));
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
                   const NextFrame& next, const std::function<void()>& before_it_appears) {
  const auto write_by = [&](auto* write) {
    return [&, write](const fs::path& temporary) {
      write(temporary, options, frames, next);
      if (before_it_appears) before_it_appears();
    };
  };
  if (options.encoding == ClipEncoding::kFrames) {
    WriteFolderAtomically(path, write_by(WriteFrames));
  } else {
    WriteFileAtomically(path,
                        write_by(options.encoding == ClipEncoding::kAvi ? WriteAvi : WriteMp4));
  }
}

}  // namespace mestr::internal::synth
